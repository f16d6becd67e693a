"""The narrow conflicts: a total that falls, a denial of the line beside it, a statement told again as disputed."""

from __future__ import annotations

import pytest

from summarizers import Article, clean, compare
from summarizers.annotate import Note, annotate
from summarizers.delta.contradict import NEAR, denies, disputes, falling_total, is_denial
from summarizers.delta.evidence import Pair, gather
from summarizers.delta.likeness import Ground


def notes(*paragraphs: str, name: str = "a") -> list[Note]:
    return list(annotate(clean(Article(name, "\n".join(paragraphs)))))


def pair(new: Note, known: Note) -> Pair:
    (found,) = gather(new, [known], Ground.of([new, known]))
    return found


def of_two_articles(known: str, new: str) -> Pair:
    return pair(notes(new, name="new")[0], notes(known, name="known")[0])


def of_one_article(known: str, new: str, *between: str) -> Pair:
    first, *_, last = notes(known, *between, new)
    return pair(last, first)


TOTAL = "A total of 14 people have been killed in the Orrin market fire, police said."
DUMPED = "Corran Mining dumped acid in the Vessa river, the village council said."


@pytest.mark.parametrize(
    ("new", "fell"),
    [
        ("A total of 9 people have been killed in the Orrin market fire, the mayor said.", True),
        ("A total of 21 people have been killed in the Orrin market fire, the mayor said.", False),
        ("A total of 14 people have been killed in the Orrin market fire, the mayor said.", False),
        ("A total of 9 people have been injured in the Orrin market fire, the mayor said.", False),
        ("A total of 9 people have been killed on the roads of Tarnvik since June.", False),
        ("The Orrin market fire killed 9 people in the first hour, the mayor said.", False),
    ],
)
def test_a_running_total_of_one_matter_cannot_fall(new, fell):
    assert falling_total(of_two_articles(TOTAL, new)) is fell


@pytest.mark.parametrize(
    "denial",
    [
        "Corran Mining denied that it dumped acid in the Vessa river.",
        "Lawyers of Corran Mining denied on Monday that acid was dumped in the river.",
    ],
)
def test_a_denial_counts_against_what_stands_before_it(denial):
    assert denies(of_one_article(DUMPED, denial))


@pytest.mark.parametrize(
    "line",
    [
        "Corran Mining said that it dumped acid in the Vessa river by mistake.",
        "Corran Mining denied that it owes its workers two months of wages.",
        "Corran Mining was refused a permit for the Vessa river.",
    ],
)
def test_what_denies_nothing_of_it_is_no_conflict(line):
    assert not denies(of_one_article(DUMPED, line))


def test_a_denial_of_another_article_is_no_conflict():
    denial = "Corran Mining denied that it dumped acid in the Vessa river."
    assert not denies(of_two_articles(DUMPED, denial))


def test_a_denial_reaches_back_only_a_few_paragraphs():
    denial = "Corran Mining denied that it dumped acid in the Vessa river."
    between = [
        f"Farmer number {name} lost a cow this year, she said." for name in "one two three four five".split()
    ]
    assert denies(of_one_article(DUMPED, denial, *between[: NEAR - 1]))
    assert not denies(of_one_article(DUMPED, denial, *between[:NEAR]))


def test_a_denial_follows_what_it_denies():
    denial, said = notes("Corran Mining denied that it dumped acid in the Vessa river.", DUMPED)
    assert not denies(pair(denial, said))
    assert not denies(pair(said, denial))


def test_a_statement_is_disputed_where_only_its_retelling_says_so():
    plain = of_two_articles(DUMPED, "Corran Mining disputed that it dumped acid in the Vessa river.")
    assert disputes(plain)
    assert not disputes(pair(plain.known, plain.new))
    assert not disputes(pair(plain.new, plain.new))


def test_only_words_of_denying_make_a_denial():
    assert is_denial(notes("The minister called the report baseless, and denied it.")[0])
    assert not is_denial(notes("The minister did not come, and no one was told.")[0])


# --- an announcement and its opposite ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("announced", "told", "label"),
    [
        ("Mayor Ilse Brandt said the bridge would reopen on Friday.",
         "The bridge did not reopen on Friday, the council said.", "announced_not_happened"),
        ("The union will strike on Tuesday.", "The union did not strike on Tuesday.", "announced_not_happened"),
        ("The minister is due to visit Vessa on Friday.", "The minister never visited Vessa, officials said.", "new"),
        ("The council plans to vote on the tram on Thursday.", "The council has not voted on the tram.", "new"),
        ("Talks will resume on Monday in Norby.", "Talks in Norby did not immediately resume on Monday.", "new"),
        ("The minister will visit Vessa on Friday.",
         "The minister visited Vessa on Friday but did not speak to reporters.", "announced_happened"),
        ("The ferry will not sail on Sunday.", "The ferry sailed on Sunday.", "new"),
    ],
)  # fmt: skip
def test_what_did_not_come_about_is_never_told_as_happened_nor_as_said_before(announced, told, label):
    assert compare(announced, told).updates[0].label == label
