"""What changed: told once within a mark, compared with what was told, to the one who is to hear it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import Answers
from bot.answers.selecting import Selection, in_sight, once
from bot.commands import Changed, More, Why
from bot.phrases import phrase
from bot.ports import Conversation, Mute, Target, Topic
from bot.running import Here
from summarizers.stream import Merged, Split
from summarizers.types import LABELS, Delta, Line, Quotation, Sentence, Update
from tests.bot.answers.world import (
    ALONE,
    ANNA,
    AS_GUEST,
    IN_CHANNEL,
    LOCK,
    ORCHARD,
    QUAY,
    World,
    items,
    lines,
    texts,
    told,
)


def labels(reply):
    return {line.quotations[0].text: line.label for line in lines(reply)}


def test_a_first_look_tells_the_story_so_far(world):
    world.put("monday", *LOCK["monday"], title="Ostwick lock")
    reply = world.say("changed lock")
    assert reply.title == "What changed · Ostwick lock"
    assert reply.notes == ("A first look: 1 article.",)
    assert set(texts(reply)) == set(LOCK["monday"])
    assert set(labels(reply).values()) <= {"baseline", "announced_new"}


def test_what_comes_later_is_compared_with_what_was_told(world):
    world.put("monday", *LOCK["monday"], title="Ostwick lock")
    world.say("changed lock")
    world.put("friday", *LOCK["friday"])
    reply = world.say("changed lock")
    assert labels(reply)[LOCK["friday"][1]] == "changed_figure"
    assert reply.notes[0].startswith("1 new article since 5 May 2031, 08:02 UTC, compared with 1 article")


def test_nothing_is_told_twice(lock):
    assert texts(lock.say("changed lock"))
    again = lock.say("changed lock")
    assert again.notes == ("Nothing changed in Ostwick lock since 5 May 2031, 08:04 UTC.",)
    assert not again.sections
    assert not again.tellings


def test_what_was_not_sent_is_told_again(lock):
    assert texts(lock.ask("changed lock")) == texts(lock.ask("changed lock"))


def test_a_sentence_that_was_told_is_not_told_of_another_article(world):
    world.put("monday", *LOCK["monday"])
    world.say("changed lock full")
    world.put("copy", *LOCK["monday"], "A crane stands beside the lock at Ostwick now.")
    reply = world.say("changed lock full")
    assert texts(reply) == ["A crane stands beside the lock at Ostwick now."]
    assert reply.sections[0].digest.same_before == 3


def test_an_article_that_says_nothing_new_is_looked_at_once(world):
    world.put("monday", *LOCK["monday"])
    world.say("changed lock full")
    world.put("copy", *LOCK["monday"])
    reply = world.say("changed lock")
    assert phrase("changed.nothing") in reply.notes
    assert not texts(reply)
    assert world.store.mark(ANNA, "lock").versions == {"monday", "copy"}


def test_an_edited_article_is_told_by_what_changed_in_it(world):
    world.put("monday", *LOCK["monday"])
    world.say("changed lock full")
    world.put("monday", LOCK["monday"][0], LOCK["friday"][1], LOCK["monday"][2])
    reply = world.say("changed lock full")
    assert labels(reply) == {LOCK["friday"][1]: "changed_figure"}
    assert lines(reply)[0].quotations[0].document == "monday@2"
    assert lines(reply)[0].prior[0].document == "monday"


def test_a_copy_corroborates_nothing(world):
    world.put("monday", *LOCK["monday"], source="Ostwick Courier")
    world.say("changed lock short")
    world.put("copy", *LOCK["monday"], source="Tarnby Herald", copy_of="monday")
    reply = world.ask("changed lock full")
    assert {line.label for line in (*lines(reply), *reply.sections[0].digest.more)} <= {"unchanged"}


# -- whose mark --------------------------------------------------------------------------------------------------------


def test_a_private_reply_in_a_channel_moves_nobodys_mark(lock):
    first = lock.say("changed lock", IN_CHANNEL)
    assert first.private
    assert not told(first)
    assert texts(lock.say("changed lock", IN_CHANNEL)) == texts(first)
    assert texts(lock.say("changed lock", ALONE)) == texts(first)
    assert lock.store.shown(ANNA)
    assert not lock.store.shown(QUAY)


def test_what_a_channel_received_moves_its_mark_and_no_other(lock):
    posted = lock.say("changed lock post", AS_GUEST)
    assert not posted.private
    assert lock.store.mark(QUAY, "lock").versions == set(LOCK)
    assert texts(lock.say("changed lock", AS_GUEST)) == []
    assert texts(lock.say("changed lock", ALONE)) == texts(posted)
    assert lock.store.shown(QUAY)


def test_in_a_direct_message_there_is_nobody_to_post_to(lock):
    assert lock.say("changed lock post").private


def test_who_asked_to_be_forgotten_is_not_remembered_by_a_reply(lock):
    lock.say("forget me")
    assert texts(lock.say("changed lock")) == texts(lock.say("changed lock"))
    assert not lock.store.shown(ANNA)


# -- since -------------------------------------------------------------------------------------------------------------


def test_what_is_asked_for_by_its_time_may_be_told_again(lock):
    lock.say("changed lock full")
    reply = lock.say("changed lock since 24h full")
    assert set(texts(reply)) <= {text for article in LOCK.values() for text in article}
    assert texts(reply)


@pytest.mark.parametrize(
    ("since", "told_of"),
    [
        ("2031-05-05", {"monday", "friday", "sunday"}),
        ("friday", {"friday", "sunday"}),
        ("2 days", {"sunday"}),
        ("today", set()),
    ],
)
def test_a_published_day_counts_before_the_arrival(world, since, told_of):
    days = {"monday": "2031-05-05", "friday": "2031-05-09", "sunday": "2031-05-11"}
    for key, paragraphs in LOCK.items():
        world.put(
            key, f"Gulls counted {key}.", *paragraphs, published=world.now.date().fromisoformat(days[key])
        )
    world.pass_time(days=7)  # it is Monday again
    reply = world.say(f"changed lock since {since} full")
    assert {line.quotations[0].document for line in lines(reply)} == told_of


def test_an_edit_counts_when_it_came(world):
    old = world.now.date() - timedelta(days=30)
    world.put("monday", *LOCK["monday"], published=old)
    world.put("monday", *LOCK["monday"][:2], "The lock at Ostwick is painted green.", published=old)
    reply = world.say("changed lock since 24h")
    assert [text for text, label in labels(reply).items() if label != "unchanged"] == [
        "The lock at Ostwick is painted green."
    ]


# -- how much ----------------------------------------------------------------------------------------------------------


SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "zu")
VERBS = ("opened", "sold", "painted", "mended", "counted", "moved", "weighed", "washed", "found")


def invented(number):
    """A word that no other number has."""
    return "".join(SYLLABLES[int(digit)] for digit in f"{number:03}")


def many(world, number, story="lock"):
    """Articles of nine sentences that have nothing to do with each other."""
    for n in range(number):
        names = [invented(100 + n * 27 + m) for m in range(27)]
        sentences = [
            f"The {a} {verb} {b} {c}."
            for a, b, c, verb in zip(names[:9], names[9:18], names[18:], VERBS, strict=True)
        ]
        world.put(f"{story}{n}", *sentences, story=story)


@pytest.mark.parametrize(("length", "in_sight"), [("short", 3), ("normal", 7), ("", 7), ("full", 12)])
def test_a_length_says_how_many_lines_are_in_sight(world, length, in_sight):
    many(world, 2)
    reply = world.ask(f"changed lock {length}")
    assert len(lines(reply)) == in_sight
    digest = reply.sections[0].digest
    beside = {quoted.text for line in digest.lines for quoted in line.context} - set(texts(reply))
    assert len(digest.more) == 18 - in_sight - len(beside)


def test_a_first_look_at_a_big_story_tells_its_latest_articles(world):
    many(world, 25)
    reply = world.say("changed lock")
    assert reply.notes == ("A first look: 20 articles.", "5 articles that came before them count as known.")
    assert len(world.store.mark(ANNA, "lock").versions) == 25
    assert not {f"lock{n}" for n in range(5)} & {line.quotations[0].document for line in lines(reply)}


def test_more_tells_what_was_held_back_until_that_was_all(world):
    many(world, 2)
    heard = texts(world.say("changed lock"))
    for expected in (7, 4):
        reply = world.say(More())
        heard += texts(reply)
        assert len(lines(reply)) == expected
    assert world.say(More()).notes == ("That was all.",)
    assert len(heard) == len(set(heard)) == 18


def test_what_was_shown_beside_a_line_does_not_wait_for_more(world):
    closed, opened, stays = (
        Sentence(text, "a", n, 0, len(text))
        for n, text in enumerate(["The lock closed.", "The quay opened.", "It stays shut."], 1)
    )
    leaning = Update("new", (stays,), context=(closed,), score=9)
    others = [Update("new", (sentence,), score=1) for sentence in (closed, opened)]
    fillers = [Update("new", (Sentence(f"Boat {n} sank.", "b", n, 0, 12),), score=5) for n in (1, 2)]
    digest = in_sight(Selection(Delta((leaning, *fillers, *others))), "short", title="", made_at=world.now)
    assert [line.quotations[0].text for line in digest.more] == ["The quay opened."]


def test_shorter_counts_as_left_only_what_more_still_tells(world):
    many(world, 2)
    world.say("changed lock")
    assert len(world.say("shorter").sections[0].digest.more) == 11
    assert len(texts(world.say(More()))) == 7


def test_shorter_gives_the_same_in_three_lines(world):
    many(world, 2)
    long = world.say("changed lock")
    short = world.say("shorter")
    assert texts(short) == texts(long)[:3]
    assert world.say("shorter").notes == (phrase("shorter.already"),)
    assert not set(texts(world.say(More()))) & set(texts(long))


@pytest.mark.parametrize("said", ["more", "shorter", "why 1"])
def test_before_a_digest_there_is_nothing_to_say_of_it(lock, said):
    assert lock.say(said).notes == (phrase("shown.nothing"),)


# -- why ---------------------------------------------------------------------------------------------------------------


def test_why_tells_label_source_and_what_was_compared(world):
    world.put("monday", *LOCK["monday"], title="Ostwick lock")
    world.say("changed lock")
    world.put("friday", *LOCK["friday"], source="Tarnby Herald", published=world.now)
    at = [line.label for line in lines(world.say("changed lock"))].index("changed_figure")
    reply = world.say(Why(at + 1))
    assert reply.title == f"Why line {at + 1}"
    assert reply.notes[0].startswith("Changed figure: ")
    assert reply.notes[1] == "Said by Tarnby Herald, 5 May 2031 (by the publish date)."
    assert reply.notes[2] == "Its earlier sentences are from: monday post."
    assert reply.notes[3].startswith("From the digest “Ostwick lock” of 5 May 2031")
    assert lines(reply)[0].prior[0].text == LOCK["monday"][1]
    assert reply.sections[0].why


@pytest.mark.parametrize("label", LABELS)
def test_every_label_is_said_in_words(label):
    assert phrase(f"why.{label}")


def test_a_line_that_is_not_there_is_not_explained(lock):
    lock.say("changed lock short")
    assert lock.say("why 9").notes == ("There is no line 9: the last digest has 3 lines.",)


# -- several stories ---------------------------------------------------------------------------------------------------


def test_without_a_name_it_is_what_is_followed(two):
    two.say("follow orchard")
    reply = two.say("what changed")
    assert reply.title == "What changed · Velm pears"
    assert two.say("what changed").notes == ("Nothing changed.",)


def test_where_nothing_is_followed_it_is_the_latest_and_says_so(two):
    reply = two.say("what changed")
    assert [section.heading for section in reply.sections] == ["Velm pears", "Ostwick lock"]
    assert reply.notes[0] == phrase("changed.unfollowed")
    assert all(len(section.digest.lines) <= 3 for section in reply.sections)
    assert two.say("why 1").sections[0].lines == reply.sections[0].digest.lines[:1]


def test_the_button_of_a_story_gives_all_of_it(two):
    reply = two.say("what changed")
    everything = two.say(reply.buttons[1].command)
    shown = {*texts(everything), *(quoted.text for line in lines(everything) for quoted in line.prior)}
    assert shown >= {text for article in LOCK.values() for text in article[:2]}


def test_at_most_three_stories_are_told_at_once(world):
    for name in ("amber", "birch", "cedar", "dahlia", "elder"):
        world.put(name, f"The {name} bridge was opened.", story=name, title=f"{name} bridge")
    reply = world.say("what changed")
    assert len(reply.sections) == 3
    assert "There are new articles in 2 stories more: name one." in reply.notes
    assert len(world.say("what changed").sections) == 2


def test_stories_whose_new_articles_say_nothing_new_are_looked_at_and_not_told(two):
    two.say("what changed")
    for _ in range(12):
        two.say(More())
    two.say("changed lock since 24h full")
    two.say("changed orchard since 24h full")
    two.put("copy", *LOCK["sunday"], story="lock")
    two.put("other copy", *ORCHARD["help"], story="orchard")
    reply = two.say("what changed")
    assert (phrase("changed.nothing") in reply.notes, reply.sections) == (True, ())
    assert {"copy"} <= two.store.mark(ANNA, "lock").versions
    assert two.say("what changed").notes == (phrase("changed.nothing"),)


def test_a_followed_word_and_a_followed_feed_bring_their_stories(two):
    two.put("feed-1#x", "The ferry of Norrby ran aground.", story="ferry", title="Ferry")
    two.say("follow word gravel")
    assert [section.heading or "one" for section in two.ask("what changed").sections] == ["one"]
    two.store.follow(ANNA, Topic("feed", "feed-1"), two.now)
    assert [section.heading for section in two.ask("what changed").sections] == ["Ferry", "Ostwick lock"]


def test_in_an_empty_library_it_says_what_to_do(world):
    assert world.say("what changed").notes == (phrase("library.empty"),)


# -- what is muted -----------------------------------------------------------------------------------------------------


def test_a_muted_word_takes_out_its_lines_and_is_counted(world):
    world.put("monday", *LOCK["monday"])
    world.say("mute crowns")
    reply = world.say("changed lock")
    assert LOCK["monday"][1] not in texts(reply)
    assert "Left out, since muted: 1 line." in reply.notes


def test_a_muted_word_is_a_whole_word(world):
    world.put("monday", *LOCK["monday"])
    world.say("mute crown")
    assert LOCK["monday"][1] in texts(world.say("changed lock"))


def test_a_muted_source_is_not_heard(world):
    world.put("monday", *LOCK["monday"], source="Ostwick Courier")
    world.put("friday", *LOCK["friday"], source="Tarnby Herald")
    world.say("mute ostwick courier")
    assert {line.quotations[0].document for line in lines(world.say("changed lock full"))} == {"friday"}


def test_a_muted_feed_is_not_heard(world):
    world.put("feed-1#x", *LOCK["monday"])
    world.put("friday", *LOCK["friday"])
    world.store.mute(ANNA, Mute(Topic("feed", "feed-1")), world.now)
    reply = world.say("changed lock full")
    assert {line.quotations[0].document for line in lines(reply)} == {"friday"}
    assert "Left out, since their feed is muted: 1 article." in reply.notes


def test_a_muted_story_is_told_only_by_its_name(two):
    two.say("mute Velm pears")
    assert two.say("what changed").title == "What changed · Ostwick lock"
    assert texts(two.say("changed orchard"))


# -- which story -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["lock", "Ostwick lock", "the locks", "gravel Tarnby", "friday"])
def test_a_story_goes_by_its_id_its_title_its_articles_and_their_words(two, words):
    assert two.say(Changed(words)).title == "What changed · Ostwick lock"


def test_this_is_the_story_last_shown(two):
    two.say("story orchard")
    assert two.say("changed this").title == "What changed · Velm pears"


def test_of_several_stories_none_is_guessed(two):
    two.put("ice", "The canal lock at Velm froze.", story="ice", title="Velm lock")
    reply = two.say(Changed("velm", length="short"))
    assert reply.notes == ("Several stories may be meant by “velm”. Which one?",)
    assert items(reply) == ["Velm lock", "Velm pears"]
    assert reply.sections[0].items[0].button.command == Changed("ice", length="short")


def test_what_is_called_by_no_story_gets_the_nearest(two):
    reply = two.say("changed pear harvest festival")
    assert reply.notes[0] == "No story here is called “pear harvest festival”."
    assert items(reply) == ["Velm pears"]
    assert two.say("changed zeppelin").notes[0] == "No story here is called “zeppelin”."


def test_marks_go_along_when_stories_merge_and_split(two):
    two.say("changed lock full")
    two.say("changed orchard full")
    with two.store.ingesting() as desk:
        desk.log(Merged("lock", "orchard"))
    assert texts(two.say("changed orchard")) == []
    with two.store.ingesting() as desk:
        desk.log(Split("lock", "pears", tuple(ORCHARD)))
    assert texts(two.say(Changed("pears"))) == []


def test_another_library_knows_nothing_of_it(lock):
    stranger = Conversation(Target("chat", "elsewhere", "person", "anna"))
    assert lock.say("changed lock", stranger).notes[0] == "No story here is called “lock”."


# -- told once, whatever is said ---------------------------------------------------------------------------------------

POOL = [text for article in (*LOCK.values(), *ORCHARD.values()) for text in article]
ARRIVING = st.tuples(
    st.just("put"), st.integers(0, 4), st.lists(st.sampled_from(POOL), min_size=1, max_size=4, unique=True)
)
SAYING = st.tuples(
    st.just("say"),
    st.sampled_from(
        ["what changed", "changed lock short", "changed lock full", "more", "changed lock post", "shorter"]
    ),
    st.sampled_from([ALONE, IN_CHANNEL, AS_GUEST]),
)


@settings(max_examples=150)
@given(st.lists(st.one_of(ARRIVING, SAYING), max_size=14))
def test_within_one_mark_no_sentence_is_told_twice(steps):
    world, heard = World(), Counter()
    for kind, what, more in steps:
        if kind == "put":
            world.put(f"article{what}", *more)
            continue
        for telling in world.say(what, more).tellings:
            if telling.moves:
                heard.update({(telling.moves, line.quotations) for line in telling.digest.lines})
                said = {q.sha256 for line in telling.digest.lines for q in line.quotations}
                heard.update((telling.moves, sha256) for sha256 in said)
    assert all(times == 1 for times in heard.values())


def test_what_stands_beside_a_line_is_no_line_of_its_own_below_it(world):
    closed, stays = (
        Sentence(text, "a", n, 0, len(text))
        for n, text in enumerate(["The lock closed.", "It stays shut."], 1)
    )
    changed = Update("changed_figure", (stays,), context=(closed,), score=9)
    lead = Update("new", (Sentence("A boat sank.", "b", 1, 0, 12),), score=10)
    delta = Delta(
        (lead, changed, Update("new", (closed,), score=1), Update("announced_new", (closed,), score=1))
    )
    digest = in_sight(Selection(delta), "full", title="", made_at=world.now)
    assert [line.label for line in digest.lines] == ["new", "changed_figure", "announced_new"]


def test_what_another_line_changes_is_no_news_beside_it(world):
    for key, paragraphs in LOCK.items():
        world.put(key, *paragraphs)
    told = lines(world.say("changed lock full"))
    earlier = {quoted.text for line in told for quoted in line.prior}
    assert earlier >= {LOCK["monday"][0], LOCK["monday"][1]}
    assert not earlier & {line.quotations[0].text for line in told if line.label in {"baseline", "new"}}
    assert LOCK["monday"][0] not in {line.quotations[0].text for line in told}, (
        "planned, though it came about"
    )


def test_what_leaned_on_a_line_that_another_one_shows_has_it_beside():
    cost, leans, now, far = (
        Quotation(text, document, start, start + 9, text, paragraph)
        for text, document, start, paragraph in [
            ("It cost 4 crowns.", "a", 0, 1),
            ("She had said so.", "a", 20, 2),
            ("It cost 6 crowns.", "b", 0, 1),
            ("Gulls came.", "a", 90, 7),
        ]
    )
    changed, first, second, last = (
        Line("changed_figure", (now,), prior=(cost,)),
        *(Line("new", (quoted,)) for quoted in (cost, leans, far)),
    )
    assert once([changed, first, second]) == (changed, replace(second, context=(cost,)))
    assert once([changed, first, last]) == (changed, last)


@pytest.mark.parametrize("conversation", [ALONE, IN_CHANNEL])
def test_what_another_process_tells_while_this_one_compares_is_not_told_again(world, conversation):
    class Meanwhile(Here):
        """Runs what it is asked to, after another process has answered the same."""

        others = 1

        def run(self, function, *arguments, limit):
            del limit
            if self.others:
                self.others = 0
                assert texts(world.say(Changed("lock", post=True), conversation))
            return function(*arguments)

    world.put("monday", *LOCK["monday"], title="Ostwick lock")
    here = Answers(world.store, world.pages, None, world.feeds, world.outbox, Meanwhile())
    reply = here.answer(Changed("lock", post=True), conversation, world.now)
    assert not texts(reply)
    assert reply.notes[0].startswith("Nothing changed in Ostwick lock since")
