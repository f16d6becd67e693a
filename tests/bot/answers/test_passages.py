"""Quotations in their paragraphs, and lines that are held for wrong."""

import pytest

from bot.phrases import phrase
from bot.ports import Conversation, Target
from bot.replies import Passage, line_keys
from tests.bot.answers.world import ALONE, ANNA, AS_GUEST, BORIS, IN_CHANNEL, LOCK, QUAY

WRAPPED = (
    "The canal lock at Ostwick stays closed for another week, the office said\n"
    "on Monday in a statement that was read out to the waiting skippers. They\n"
    "had slept on their barges, and some of them had run out of food and had\n"
    "gone to the village for bread. The repair will cost 9 million crowns now."
)


def passages(world, story="lock", conversation=ALONE):
    return world.answers.passages(conversation, story, world.now)


def test_each_quotation_of_the_last_digest_stands_in_its_whole_paragraph(world):
    world.put(
        "dawn", " ".join(LOCK["monday"]), LOCK["friday"][1], title="Ostwick lock", url="https://d.example/1"
    )
    reply = world.say("changed lock")
    found = passages(world)
    assert {f"{p.before}{p.words}{p.after}" for p in found} == {" ".join(LOCK["monday"]), LOCK["friday"][1]}
    assert {p.name for p in found} == {"dawn post"}
    assert {p.address for p in found} == {"https://d.example/1"}
    assert {p.paragraph for p in found} == {1, 3}
    said = [q.text for line in reply.sections[0].digest.lines for q in line.quotations]
    assert all(any(text in p.words for p in found) for text in said)


def test_sentences_side_by_side_are_one_passage(world):
    world.put("dawn", " ".join(LOCK["monday"]), title="Ostwick lock")
    world.say("changed lock full")
    assert passages(world) == (Passage("dawn post", "", "", " ".join(LOCK["monday"]), "", 1),)


def test_a_wrapped_paragraph_is_one(world):
    world.put("dawn", WRAPPED, title="Ostwick lock")
    world.say("changed lock short")
    [found, *_] = passages(world)
    assert f"{found.before}{found.words}{found.after}" == WRAPPED


def test_of_a_story_that_was_not_shown_it_is_what_to_know_first(two):
    two.say("changed orchard")
    found = passages(two, "lock")
    assert 1 <= len(found) <= 3
    assert {p.name for p in found} <= {f"{key} post" for key in LOCK}


def test_without_a_name_it_is_the_digest_that_was_shown_last_wherever_that_was(two):
    two.say("changed lock post", IN_CHANNEL)
    assert {p.name for p in passages(two, "", IN_CHANNEL)} <= {f"{key} post" for key in LOCK}
    assert passages(two, "", ALONE) == ()
    two.say("changed orchard", IN_CHANNEL)
    assert {p.name for p in passages(two, "", IN_CHANNEL)} <= {"blossom post", "help post"}
    assert {p.name for p in passages(two, "lock", IN_CHANNEL)} <= {f"{key} post" for key in LOCK}


def test_at_most_twelve_are_shown(world):
    for number in range(20):
        world.put(f"k{number}", f"Barge number {number} of {number} waits at the lock of Ostwick for gravel.")
    world.say("changed lock full")
    assert len(passages(world)) == 12


@pytest.mark.parametrize("story", ["", "lock", "gravel", "nothing of the kind"])
def test_nobody_sees_a_paragraph_that_is_not_in_their_library(lock, story):
    lock.say("changed lock")
    stranger = Conversation(Target("chat", "elsewhere", "person", "zoe"))
    assert passages(lock, story, stranger) == ()


# -- what is held for wrong --------------------------------------------------------------------------------------------


def key(world, place=0, conversation=ALONE):
    return line_keys(world.answers.shown(conversation, world.now).digest)[place]


def test_a_line_of_the_last_digest_is_doubted_with_the_reason_why_it_stood_there(lock):
    reply = lock.say("changed lock")
    answered = lock.answers.doubt(ALONE, key(lock, 1), "  It was four.  ", lock.now)
    assert answered.notes == (phrase("doubt.kept"),)
    [kept] = lock.store.doubts(9)
    assert kept.line == reply.sections[0].digest.lines[1]
    assert (kept.by, kept.note, kept.at) == (ANNA, "It was four.", lock.now)


def test_a_line_that_was_posted_is_doubted_by_who_presses(lock):
    lock.say("changed lock post", IN_CHANNEL)
    named = key(lock, 0, AS_GUEST)
    assert not lock.answers.doubt(AS_GUEST, named, "", lock.now).failed
    [kept] = lock.store.doubts(9)
    assert kept.by == BORIS
    assert kept.line == lock.store.shown(QUAY).digest.lines[0]


def test_the_digest_of_a_story_is_found_though_who_asks_saw_another_one_since(two):
    two.say("changed lock post", IN_CHANNEL)
    two.say("changed orchard")
    assert two.answers.shown(IN_CHANNEL, two.now).story == "orchard"
    posted = two.answers.shown(IN_CHANNEL, two.now, "lock")
    assert posted == two.store.shown(QUAY)
    assert two.answers.shown(ALONE, two.now, "lock") is None
    assert not two.answers.doubt(IN_CHANNEL, line_keys(posted.digest)[0], "", two.now).failed


def test_a_line_of_an_earlier_digest_a_long_note_and_the_forgotten_are_told_so(two):
    two.say("changed lock")
    old = key(two)
    assert two.answers.doubt(ALONE, old, "x" * 501, two.now).notes == (phrase("doubt.long", most=500),)
    two.say("changed orchard")
    assert two.answers.doubt(ALONE, old, "", two.now).notes == (phrase("doubt.gone"),)
    two.say("changed lock post", IN_CHANNEL)
    two.store.forget(ANNA)
    answered = two.answers.doubt(IN_CHANNEL, key(two, 0, IN_CHANNEL), "", two.now)
    assert (answered.notes, answered.failed) == ((phrase("doubt.forgotten"),), True)
    assert two.store.doubts(9) == []
