"""The promise ledger: what was announced and nothing has settled yet stays open, each matter once."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from summarizers import Article, Document, clean
from summarizers.annotate import Note, annotate
from summarizers.delta.ledger import LONGEST, unsettled
from summarizers.delta.likeness import Ground
from summarizers.delta.retrieve import Shelf
from summarizers.references import Leaning
from summarizers.scorer import Weights, using

BY_CUES = Weights({}, {"planned": 0.5}, {})  # no model: the strongest cue of a sentence tells its status
PLAN = "The ferry company will raise fares on the Alma line in June."
FILLER = ("Two goats won the village race in Orrin.", "Wheat was sold at the market of Vessa.")


def notes(*documents: Iterable[str]) -> list[Note]:
    cleaned: list[Document] = [
        clean(Article(str(at), "\n".join(lines))) for at, lines in enumerate(documents)
    ]
    return [note for document in cleaned for note in annotate(document)]


def still_open(known: list[Note], settled: Iterable[Note] = (), leaning: Iterable[Note] = ()) -> list[str]:
    leans = {id(note) for note in leaning}
    leanings = [Leaning(id(note) in leans, 0.5) for note in known]
    with using(BY_CUES):
        found = unsettled(Shelf(known), leanings, {note.sentence for note in settled}, Ground.of(known))
    return [sentence.text for sentence in found]


def test_what_was_announced_and_never_mentioned_again_is_open():
    assert still_open(notes([PLAN, *FILLER], FILLER[1:])) == [PLAN]


def test_what_happened_was_never_announced():
    assert still_open(notes(["The ferry company raised fares on the Alma line in June.", *FILLER])) == []


def test_what_the_new_documents_settle_is_open_no_more():
    known = notes([PLAN, *FILLER])
    assert still_open(known, settled=known[:1]) == []


def test_what_a_later_known_document_reports_was_settled_before():
    report = "The ferry company raised fares on the Alma line on Sunday."
    assert still_open(notes([PLAN, *FILLER], [report, *FILLER])) == []


def test_a_report_of_the_same_document_or_an_earlier_one_settles_nothing():
    report = "The ferry company raised fares on the Alma line on Sunday."
    assert still_open(notes([PLAN, report, *FILLER])) == [PLAN]
    assert still_open(notes([report, *FILLER], [PLAN, *FILLER])) == [PLAN]


def test_of_a_matter_announced_twice_the_last_wording_stands():
    again = "The ferry company will raise its fares on the Alma line in June, it said."
    assert still_open(notes([PLAN, *FILLER], [again, *FILLER])) == [again]


def test_open_announcements_come_oldest_first():
    other = "Governor Hanna Voss will open the Tarnvik tunnel next week."
    assert still_open(notes([PLAN, *FILLER], [other, *FILLER])) == [PLAN, other]


def test_an_announcement_that_leans_on_its_neighbour_is_not_listed():
    known = notes([PLAN, *FILLER])
    assert still_open(known, leaning=known[:1]) == []


def test_without_a_threshold_nothing_is_listed():
    known = notes([PLAN])
    with using(Weights({}, {}, {})):
        assert unsettled(Shelf(known), [Leaning(False, 0.0)], set(), Ground.of(known)) == ()


LINES = st.lists(
    st.sampled_from(
        [PLAN, *FILLER, "The court will rule.", "The court ruled.", "Roe plans to resign on Friday."]
    ),
    max_size=60,
)


@given(st.lists(LINES, max_size=3))
def test_the_ledger_holds_known_announcements_in_order_each_once(documents):
    known = notes(*documents)
    found = still_open(known)
    assert len(found) == len(set(found)) <= LONGEST
    assert set(found) <= {note.sentence.text for note in known if note.mood.planned_at}
