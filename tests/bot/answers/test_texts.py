"""Texts that are named by an address or a story: read, summed up, set side by side."""

from dataclasses import replace

import pytest

from bot.commands import Changed, Compare, More, Read, Summarize
from bot.errors import UnreachableSource
from bot.phrases import phrase
from summarizers.types import Article
from tests.bot.answers.world import ANNA, IN_CHANNEL, LOCK, items, lines, texts, told

PAGE = "https://herald.example/lock"
NEWS = Article(
    PAGE,
    "\n\n".join((*LOCK["friday"], "Divers of Tarnby looked at the gates of the lock for two days.")),
    "Lock stays shut",
    PAGE,
    "Tarnby Herald",
)
OTHER = Article(
    "https://courier.example/lock",
    "\n\n".join((*LOCK["monday"], "Divers of Tarnby looked at the gates of the lock for two days.")),
    "Lock to open",
    "https://courier.example/lock",
    "Ostwick Courier",
)


@pytest.fixture
def web(world):
    world.pages.held = {PAGE: (NEWS,), OTHER.url: (OTHER,)}
    return world


# -- read --------------------------------------------------------------------------------------------------------------


def test_an_address_is_read_into_the_library_and_summed_up(web):
    reply = web.say(PAGE)
    assert reply.title == "Lock stays shut"
    assert reply.notes == (phrase("read.new"), phrase("read.against.0"))
    assert texts(reply)
    assert web.store.version(PAGE, ANNA.library).article == NEWS


def test_what_it_changes_in_its_story_comes_first(web):
    web.say(Read(OTHER.url))
    reply = web.say(Read(PAGE))
    assert reply.notes == (phrase("read.new"), "Its story has 1 article beside it.")
    assert reply.sections[0].heading == phrase("read.changes")
    assert "changed_figure" in {line.label for line in reply.sections[0].digest.lines}
    assert len(texts(reply)) == len(set(texts(reply)))


def test_what_it_holds_back_is_a_press_away(web):
    web.say(Read(OTHER.url))
    further = (f"Gulls of {town} ate the herring of {town}." for town in ("Velm", "Norby", "Tollby", "Hasle"))
    web.pages.held[PAGE] = (replace(NEWS, text="\n\n".join((NEWS.text, *further))),)
    reply = web.say(Read(PAGE))
    assert reply.buttons[0].command == More()
    held = texts(web.say(More()))
    assert held
    assert not set(held) & set(texts(reply))


def test_what_an_article_says_beside_its_first_sentences_is_a_press_away(web):
    shown = texts(web.say(Read(OTHER.url)))
    rest = texts(web.say(More()))
    assert {*shown, *rest} == set(OTHER.text.split("\n\n"))
    assert len(shown) + len(rest) == len(OTHER.text.split("\n\n"))
    assert web.say(More()).notes == ("That was all.",)


def test_in_a_direct_message_what_was_read_has_been_told(web):
    reply = web.say(Read(PAGE))
    assert {quotation.text for quotation in told(reply)} == set(texts(reply))
    assert not set(texts(reply)) & set(texts(web.say("changed this")))
    assert not told(web.say(Read(OTHER.url), IN_CHANNEL))


def test_an_address_that_is_read_again_is_the_same_or_a_new_version(web):
    web.say(Read(PAGE))
    assert web.say(Read(PAGE)).notes[0] == phrase("read.same")
    web.pages.held[PAGE] = (replace(NEWS, text=NEWS.text.replace("6 million crowns", "7 million crowns")),)
    reply = web.say(Read(PAGE))
    assert reply.notes[0] == phrase("read.changed")
    assert [line.figure for line in lines(reply) if line.figure] == [("6 million crowns", "7 million crowns")]


def test_an_excerpt_says_so(web):
    web.pages.held[PAGE] = (replace(NEWS, excerpt=True),)
    assert phrase("read.excerpt") in web.say(Read(PAGE)).notes
    assert phrase("read.excerpt") in web.say(Summarize(PAGE)).notes


def test_an_address_that_cannot_be_read_says_why(web):
    with pytest.raises(UnreachableSource, match="does not answer"):
        web.say(Read("https://nowhere.example/"))


def test_an_article_that_cannot_be_taken_in_says_why(web):
    web.pages.held[PAGE] = (replace(NEWS, text="   "),)
    assert "is empty" in web.say(Read(PAGE)).notes[0]


def test_a_folder_is_read_by_the_number_of_its_articles(web):
    web.pages.held["/texts"] = (NEWS, OTHER)
    reply = web.say(Read("/texts"))
    assert reply.notes == ("Read into the library: 2 new, 0 changed, 0 known already.",)
    assert isinstance(reply.sections[0].items[0].button.command, Changed)
    assert len(items(reply)) == 1


# -- summarize ---------------------------------------------------------------------------------------------------------


def test_an_address_is_summed_up_without_being_taken_in(web):
    reply = web.say(Summarize(PAGE, 2))
    assert reply.title == "Summary · Lock stays shut"
    assert len(texts(reply)) == 2
    assert web.store.counts(ANNA.library).articles == 0
    assert Read(PAGE) in [button.command for button in reply.buttons]


def test_a_story_is_summed_up_and_then_shown(lock):
    reply = lock.say("summarize Ostwick lock 2")
    assert reply.notes == ("3 articles",)
    assert len(texts(reply)) == 2
    assert lock.store.shown(ANNA).story == "lock"
    assert lock.say("catch me up on ostwick lock")


def test_an_article_of_the_library_is_summed_up_by_itself(web):
    web.say(Read(PAGE))
    web.say(Read(OTHER.url))
    assert {line.quotations[0].document for line in lines(web.say(Summarize(PAGE)))} == {PAGE}


# -- compare -----------------------------------------------------------------------------------------------------------


def test_two_addresses_are_compared_disputes_first(web):
    denied = replace(NEWS, id="x", text=LOCK["sunday"][1], url="https://x.example/")
    web.pages.held["https://x.example/"] = (denied,)
    reply = web.say(Compare(OTHER.url, "https://x.example/"))
    assert reply.sections[0].heading == phrase("compare.disputed")
    assert {line.label for line in lines(reply)} == {"conflict"}
    assert web.store.counts(ANNA.library).articles == 0


def test_two_stories_are_compared(two):
    reply = two.say("compare lock with orchard")
    assert reply.title == "Ostwick lock · against · Velm pears"
    assert phrase("compare.undisputed") in reply.notes
    assert {line.quotations[0].document for line in lines(reply)} == {"blossom", "help"}


def test_two_sources_of_the_last_story_are_compared_by_their_names(lock):
    lock.say("story lock")
    reply = lock.say("compare monday post with friday post")
    assert {line.quotations[0].document for line in lines(reply)} == {"friday"}
    assert "changed_figure" in {line.label for line in lines(reply)}


@pytest.mark.parametrize("name", ["7_pears", "7", "7_pears.txt"])
def test_a_file_of_the_last_story_goes_by_its_name_as_it_is_cited(lock, name):
    lock.put("/texts/7_pears.txt", "A barge carried pears through the lock at Ostwick.", source=None)
    lock.say("story lock")
    assert texts(lock.say(Summarize(name))) == ["A barge carried pears through the lock at Ostwick."]


def test_where_one_side_has_nothing_beside_the_other_it_says_so(lock):
    lock.put("again", *LOCK["monday"])
    lock.say("story lock")
    reply = lock.say("compare monday post with again post")
    assert reply.notes == (phrase("compare.undisputed"), phrase("compare.nothing"))


def test_a_story_is_not_compared_with_itself(two):
    assert two.say("compare lock with the locks").notes == (
        "These are the same articles (Ostwick lock): there is nothing to compare.",
    )


def test_each_side_may_be_asked_back_for(two):
    two.put("ice", "The canal lock at Velm froze.", story="ice", title="Velm lock")
    reply = two.say("compare lock with velm")
    assert reply.sections[0].items[0].button.command == Compare("lock", "ice")
