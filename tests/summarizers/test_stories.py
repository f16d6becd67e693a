"""Documents grouped into stories, and stories told as timelines."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizers.clean import clean
from summarizers.clusters import average_link, cosines, vectors
from summarizers.dates import date_documents
from summarizers.errors import InvalidBudget
from summarizers.stories import build_timeline, group_stories, important_days, title_of
from summarizers.types import Article, Document, Story

SEEDS = Path(__file__).parents[2] / "seeds"

FERRY = """The ferry Aurelia ran aground off Port Vell on Monday with 212 passengers aboard, the coast guard said.

Rescue boats took all passengers of the Aurelia to the harbour of Port Vell before nightfall.

Captain Ines Duarte told the coast guard that the steering of the ferry had failed."""
FERRY_LATER = """Divers found a crack in the hull of the ferry Aurelia on Thursday, three days after it ran aground off Port Vell.

The coast guard said that the steering of the Aurelia had been repaired in May.

Captain Ines Duarte will be questioned by the harbour court in Port Vell next week."""
BANK = """The central bank of Norland raised its interest rate to four percent on Tuesday to slow inflation.

Governor Pieter Holm said that prices in Norland had risen faster than wages for a year.

Economists had expected the bank to leave the interest rate unchanged until autumn."""
BANK_LATER = """Inflation in Norland slowed in August after the central bank raised its interest rate, figures showed on Friday.

Governor Pieter Holm said that the bank would leave the interest rate at four percent.

Economists said that prices and wages in Norland now rise at the same pace."""
MONDAY = date(2031, 7, 14)


def document(name: str, text: str, published: date | None = None, title: str = "") -> Document:
    return clean(Article(name, text, published=published, title=title))


def members(stories: list[Story]) -> list[list[str]]:
    return [[d.id for d in story.documents] for story in stories]


def test_articles_of_two_matters_are_two_stories_in_the_order_given() -> None:
    documents = [
        document("f1", FERRY),
        document("b1", BANK),
        document("f2", FERRY_LATER),
        document("b2", BANK_LATER),
    ]
    assert members(group_stories(documents)) == [["f1", "f2"], ["b1", "b2"]]


def test_a_story_keeps_its_id_when_articles_join() -> None:
    (before,) = group_stories([document("f1", FERRY)])
    (after,) = group_stories([document("f1", FERRY), document("f2", FERRY_LATER)])
    assert before.id == after.id
    assert before.id != group_stories([document("b1", BANK)])[0].id


def test_a_story_is_called_by_a_title_or_by_the_names_it_turns_on() -> None:
    (titled,) = group_stories([document("f1", FERRY, title="Ferry aground"), document("f2", FERRY_LATER)])
    assert titled.title == "Ferry aground"
    (untitled,) = group_stories([document("f1", FERRY), document("f2", FERRY_LATER)])
    assert "Aurelia" in untitled.title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("the water is still rising.", "the water is still rising."),
        (
            "the water " + "is still rising and " * 5 + "falls.",
            "the water is still rising and is still rising and is still…",
        ),
    ],
)
def test_a_story_without_title_and_names_is_called_by_its_first_words(text: str, title: str) -> None:
    assert group_stories([document("f1", text)])[0].title == title


def test_nothing_gives_no_story_and_empty_texts_stay_apart() -> None:
    assert group_stories([]) == []
    assert members(group_stories([document("a", ""), document("b", "")])) == [["a"], ["b"]]


def test_bare_texts_may_be_handed_over() -> None:
    assert len(group_stories([FERRY, FERRY_LATER, BANK])) == 2


@settings(max_examples=40)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_each_document_is_in_exactly_one_story(texts: list[str]) -> None:
    documents = [document(str(number), text) for number, text in enumerate(texts)]
    found = [d.id for story in group_stories(documents) for d in story.documents]
    assert sorted(found) == sorted(d.id for d in documents)


bags = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 4), max_size=5), max_size=12)


def naive(points: list[dict[str, float]], cut: float) -> list[list[int]]:
    """Average link as it is defined: the nearest two groups, again and again."""
    groups = [[i] for i in range(len(points))]

    def mean(a: list[int], b: list[int]) -> float:
        return (
            sum(sum(v * points[j].get(t, 0.0) for t, v in points[i].items()) for i in a for j in b)
            / len(a)
            / len(b)
        )

    while True:
        pairs = [
            (round(mean(a, b), 9), -i, -j)
            for i, a in enumerate(groups)
            for j, b in enumerate(groups)
            if i < j
        ]
        if not pairs or max(pairs)[0] < cut:
            return sorted(sorted(group) for group in groups)
        _, i, j = max(pairs)
        groups[-i] += groups.pop(-j)


def test_average_link_joins_what_its_definition_joins() -> None:
    for seed in range(20):
        points = [
            {f"w{(seed * 7 + i * k) % 11}": 1.0 + ((i * seed + k) % 3) / 10 for k in range(1, 5)}
            for i in range(9)
        ]
        units = [{t: v / sum(x * x for x in p.values()) ** 0.5 for t, v in p.items()} for p in points]
        assert average_link(units, 0.42) == naive(units, 0.42)


@given(bags)
def test_groups_part_the_points(counts: list[dict[str, int]]) -> None:
    groups = average_link(vectors(counts), 0.14)
    assert sorted(i for group in groups for i in group) == list(range(len(counts)))


@given(bags)
def test_cosines_are_those_of_unit_vectors(counts: list[dict[str, int]]) -> None:
    for row in cosines(vectors(counts)):
        assert all(0.0 <= value <= 1.0 + 1e-9 for value in row.values())


# -- timelines ---------------------------------------------------------------------------------------------------------


def timeline(*documents: Document, dates: int | None = None) -> list[tuple[date | None, str, list[str]]]:
    story = Story("s", "", tuple(documents))
    return [
        (e.date, e.provenance, [s.text for s in e.sentences])
        for e in build_timeline(story, dates=dates).events
    ]


def test_events_stand_under_the_days_that_their_sentences_name() -> None:
    events = timeline(document("f1", FERRY, MONDAY), document("f2", FERRY_LATER, date(2031, 7, 17)))
    days = {day: texts for day, _, texts in events}
    assert any("ran aground off Port Vell on Monday" in text for text in days[MONDAY])
    assert any("found a crack" in text for text in days[date(2031, 7, 17)])
    assert [day for day, _, _ in events] == [MONDAY, date(2031, 7, 17)]


def test_what_is_only_planned_is_never_told_as_happened() -> None:
    plan = "The harbour court of Port Vell will question Captain Ines Duarte on Friday, July 25, 2031."
    events = timeline(document("p", plan, MONDAY))
    assert [(day, provenance) for day, provenance, _ in events] == [(date(2031, 7, 25), "announced")]
    report = "The harbour court of Port Vell questioned Captain Ines Duarte for six hours on Friday, July 25, 2031."
    events = timeline(document("p", plan, MONDAY), document("r", report, date(2031, 7, 26)))
    assert [texts for day, _, texts in events if day == date(2031, 7, 25)] == [[report]]


def test_a_plan_is_not_shown_under_a_day_that_is_past() -> None:
    text = "Captain Ines Duarte will leave the harbour office of Port Vell, as she promised on Monday."
    assert timeline(document("a", text, date(2031, 7, 16))) == []


def test_a_plan_is_not_shown_under_the_day_on_which_it_was_told() -> None:
    text = "The new ferry of Port Vell will sail in March, Captain Ines Duarte said on Wednesday."
    assert timeline(document("a", text, date(2031, 7, 16))) == []
    both = "On Wednesday Captain Ines Duarte said that the ferry of Port Vell will sail on Friday."
    events = timeline(document("a", both, date(2031, 7, 16)))
    assert [(day, provenance) for day, provenance, _ in events] == [(date(2031, 7, 18), "announced")]


def test_sentences_that_lean_on_their_neighbour_are_not_shown() -> None:
    text = "Captain Ines Duarte met the divers of Port Vell on Monday. She thanked them for their work on Monday evening."
    shown = [t for _, _, texts in timeline(document("a", text, MONDAY)) for t in texts]
    assert shown == ["Captain Ines Duarte met the divers of Port Vell on Monday."]


def test_the_number_of_dates_keeps_the_days_that_most_articles_mention() -> None:
    documents = [
        document("1", "The dam at Korr broke on 3 May 2031 and flooded the valley.", date(2031, 5, 4)),
        document(
            "2",
            "Since the dam at Korr broke on 3 May 2031, engineers have searched the valley.",
            date(2031, 5, 9),
        ),
        document(
            "3",
            "The minister visited Korr on 20 May 2031, where the dam broke on 3 May 2031.",
            date(2031, 5, 21),
        ),
    ]
    assert [day for day, _, _ in timeline(*documents, dates=1)] == [date(2031, 5, 3)]
    with pytest.raises(InvalidBudget):
        timeline(*documents, dates=0)


def test_a_day_that_is_still_mentioned_weeks_later_weighs_more() -> None:
    near = document("1", "The dam broke on 3 May 2031.", date(2031, 5, 4))
    far = document("2", "The dam broke on 1 May 2031.", date(2031, 7, 4))
    weights = important_days([near, far], date_documents([near, far]))
    assert weights[date(2031, 5, 1)] > weights[date(2031, 5, 3)]


def test_undated_articles_keep_their_order_and_get_no_date() -> None:
    events = timeline(document("f1", FERRY), document("b1", BANK))
    assert [day for day, _, _ in events] == [None] * len(events)
    assert {provenance for _, provenance, _ in events} == {"order only"}
    assert "ran aground" in events[0][2][0]


def test_an_empty_story_has_an_empty_timeline() -> None:
    assert build_timeline(Story("s", "", ())).events == ()


def seeds() -> list[Document]:
    manifest = json.loads((SEEDS / "manifest.json").read_text("utf-8"))
    return [document(a["file"][:3], (SEEDS / a["file"]).read_text("utf-8")) for a in manifest["articles"]]


def test_the_seeds_are_one_story() -> None:
    assert members(group_stories(seeds())) == [["003", "004", "002", "001", "000"]]


def test_the_three_calls_of_the_seeds_are_three_events() -> None:
    (story,) = group_stories(seeds())
    events = build_timeline(story).events
    where = {(s.document_id, s.paragraph): event for event in events for s in event.sentences}
    february, march, monday = where["003", 2], where["004", 1], where["000", 1]
    assert [e.date for e in (february, march, monday)] == [date(2025, 2, 12), date(2025, 3, 18), None]
    assert (monday.weekday, monday.provenance) == (0, "order only")
    assert {s.document_id for s in monday.sentences} <= {"000", "001", "002"}


def test_a_dated_article_whose_sentences_all_lean_has_its_day_all_the_same():
    text = "They closed it on Monday after that.\nIt stays so, he said."
    document = clean(Article("a", text, published=date(2025, 2, 3)))
    assert [event.date for event in build_timeline(Story("s", "", (document,))).events] == [date(2025, 2, 3)]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Bridge opens", "Bridge opens"),
        ("Norby " * 20, "Norby " * 14 + "Norby…"),
        ("x" * 200, "x" * 89 + "…"),
    ],
)
def test_a_long_title_is_cut_between_words(title, shown):
    assert title_of([clean(Article("a", "The bridge opened.", title))]) == shown
