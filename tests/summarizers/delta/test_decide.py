"""From scores to labels: thresholds, precedence, what a label promises, and a line's second label."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from summarizers import Article, clean
from summarizers.annotate import Note, annotate
from summarizers.delta.decide import PRECEDENCE, Verdict, copied, decide, other_day, other_event
from summarizers.delta.evidence import gather
from summarizers.delta.judge import Judgement
from summarizers.delta.likeness import Ground
from summarizers.scorer import Weights, using

# No model: the strongest cue of a sentence tells its status. Scores are set by hand.
EASY = Weights({}, {**dict.fromkeys(PRECEDENCE, 0.5), "planned": 0.5}, {})


def notes(*lines: str, name: str = "known", source: str | None = None) -> list[Note]:
    return list(annotate(clean(Article(name, "\n".join(lines), source=source))))


def judged(new: Note, known: Iterable[Note], *scores: dict[str, float]) -> list[Judgement]:
    earlier = list(known)
    pairs = gather(new, earlier, Ground.of([new, *earlier]))
    rows = [dict.fromkeys(PRECEDENCE, 0.0) | row for row in scores]
    return [Judgement(pair, row) for pair, row in zip(pairs, rows, strict=True)]


def verdict(known: str | list[Note], new: str | Note, opening: bool = False, **scores: float) -> Verdict:
    """The verdict on a new sentence with one known one that bears these scores."""
    earlier = notes(known) if isinstance(known, str) else known
    line = notes(new, name="new")[0] if isinstance(new, str) else new
    with using(EASY):
        return decide(line, judged(line, earlier, scores), [], opening=opening)


def labels(found: Verdict) -> list[str]:
    return [claim.label for claim in found.claims]


SANK = "The ferry Alma sank off Tarnvik."
LOST = "The Alma, a ferry, has gone down near the harbour of Tarnvik."
TOLL, HIGHER = "The Tarnvik ferry disaster killed 9 people.", "The Tarnvik ferry disaster killed 14 people."
PLAN = "The owners of the Alma will raise the wreck in June."
RAISED = "The owners of the Alma raised the wreck."


@pytest.mark.parametrize(
    ("relation", "label"),
    [
        ("same", "unchanged"),
        ("conflict", "conflict"),
        ("differs", "differs"),
        ("position", "changed_position"),
    ],
)
def test_a_relation_above_its_threshold_names_the_line(relation, label):
    found = verdict(SANK, LOST, **{relation: 0.6})
    assert labels(found) == [label]
    assert [sentence.text for sentence in found.claims[0].prior] == [SANK]
    assert labels(verdict(SANK, LOST, **{relation: 0.4})) == []


def test_without_a_threshold_a_relation_is_never_reported():
    line = notes(LOST, name="new")[0]
    with using(Weights({}, {}, {})):
        found = decide(line, judged(line, notes(SANK), {"same": 1.0, "conflict": 1.0}), [], opening=False)
    assert (found.label, found.claims) == ("new", ())


def test_a_line_without_a_relation_is_new_or_a_baseline_or_an_announcement():
    assert verdict(SANK, LOST).label == "new"
    assert verdict(SANK, LOST, opening=True).label == "baseline"
    assert verdict(SANK, PLAN).label == verdict(SANK, PLAN, opening=True).label == "announced_new"
    assert verdict(SANK, PLAN).why


def test_the_best_scores_are_kept_whether_reported_or_not():
    line = notes(LOST, name="new")[0]
    with using(EASY):
        found = decide(
            line,
            judged(line, notes(SANK, TOLL), {"same": 0.2, "open": 0.3}, {"same": 0.4}),
            [],
            opening=False,
        )
    assert (found.strongest["same"], found.strongest["open"], found.strongest["kept"]) == (0.4, 0.3, 0.0)


def test_the_best_of_several_earlier_sentences_is_the_other_side():
    line = notes(LOST, name="new")[0]
    with using(EASY):
        found = decide(line, judged(line, notes(SANK, TOLL), {"same": 0.6}, {"same": 0.9}), [], opening=False)
    assert [sentence.text for sentence in found.claims[0].prior] == [TOLL]


def test_relations_come_in_their_order_of_precedence():
    assert labels(verdict(SANK, LOST, same=0.9, conflict=0.6))[0] == "conflict"
    assert labels(verdict(SANK, LOST, differs=0.9, same=0.6)) == ["unchanged"]
    assert labels(verdict(SANK, LOST, open=0.9, position=0.6)) == ["changed_position"]


# --- said again ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "label"),
    [
        (("Coast News", "Courier"), "corroborated"),
        (("Courier", "Courier"), "unchanged"),
        ((None, "Courier"), "unchanged"),
        (("Courier", None), "unchanged"),
        ((None, None), "unchanged"),
    ],
)
def test_only_another_known_source_corroborates(sources, label):
    known, new = notes(SANK, source=sources[0]), notes(LOST, name="new", source=sources[1])[0]
    assert labels(verdict(known, new, same=0.9)) == [label]
    copy = notes(SANK, name="new", source=sources[1])[0]
    assert copied(copy, known[0]).label == label


def test_equal_words_about_another_day_are_another_event():
    known = notes("The mayors of Tarnvik and Ebba spoke by phone on Tuesday.")
    new = notes("The mayors of Tarnvik and Ebba spoke by phone on Friday.", name="new")[0]
    with using(EASY):
        assert other_day(new, known[0])
    assert labels(verdict(known, new, same=0.9)) == []


def test_an_equal_length_of_another_event_is_the_same_value_of_a_new_event():
    between = ("Divers are at work.", "The oil is still in its tanks.")
    known = notes("The mayors spoke on Tuesday.", *between, "The call lasted about 90 minutes.")[3:]
    new = notes("The mayors spoke on Friday.", *between, "The phone call lasted 90 minutes.", name="new")[3]
    assert other_event(new, known[0])
    assert labels(verdict(known, new, same=0.9)) == ["unchanged_figure"]


def test_a_plan_and_a_report_in_equal_words_do_not_say_the_same():
    assert labels(verdict(PLAN, RAISED, same=0.9)) == []
    assert labels(verdict(RAISED, PLAN, same=0.9)) == []


# --- announcements ---------------------------------------------------------------------------------------------


def test_a_report_of_what_was_announced_tells_that_it_happened():
    assert labels(verdict(PLAN, RAISED, kept=0.9)) == ["announced_happened"]


@pytest.mark.parametrize("line", [PLAN, "The owners of the Alma may have raised the wreck."])
def test_what_is_planned_or_uncertain_never_happened(line):
    assert "announced_happened" not in labels(verdict(PLAN, line, kept=0.99))


def test_an_announcement_of_other_parties_is_not_kept():
    known = notes("Talks between Premier Anna Holt and Prince Olan of Marrow will start soon.")
    other = notes("Talks between the rebels and Sarn started in Lisbon.", name="new")[0]
    own = notes("Talks between the premier and Prince Olan started.", name="new")[0]
    assert labels(verdict(known, other, kept=0.9)) == []
    assert labels(verdict(known, own, kept=0.9)) == ["announced_happened"]


def test_an_announcement_told_again_in_its_own_words_is_no_news_of_it():
    rests = "The wreck of the Alma, the owners say, is theirs to raise."
    assert labels(verdict(PLAN, rests, kept=0.6, same=0.9)) == ["unchanged"]
    assert labels(verdict(PLAN, rests, kept=0.9, same=0.6)) == ["announced_happened"]


def test_only_an_announcement_can_be_kept_broken_or_open():
    stays = "The wreck of the Alma stays where it is."
    assert labels(verdict(PLAN, stays, broken=0.9)) == ["announced_not_happened"]
    assert labels(verdict(SANK, stays, broken=0.9, kept=0.9, open=0.9)) == []
    assert labels(verdict(PLAN, PLAN, open=0.9)) == ["announced_open"]
    assert labels(verdict(PLAN, SANK, open=0.9)) == []


# --- figures ---------------------------------------------------------------------------------------------------


def test_a_changed_figure_shows_both_values_as_worded():
    found = verdict(TOLL, HIGHER, figure=0.9)
    assert labels(found) == ["changed_figure"]
    old, new = found.claims[0].figure or ("", "")
    assert old in TOLL
    assert new in HIGHER
    assert "9" in old
    assert "14" in new


def test_without_two_values_there_is_no_changed_figure():
    assert labels(verdict(SANK, LOST, figure=0.99)) == []


def test_a_figure_is_compared_with_the_value_told_last():
    new = notes("The Tarnvik ferry disaster killed 21 people.", name="new")[0]
    with using(EASY):
        found = decide(
            new, judged(new, notes(TOLL, HIGHER), {"figure": 0.9}, {"figure": 0.8}), [], opening=False
        )
    assert [sentence.text for sentence in found.claims[0].prior] == [HIGHER]


def test_a_value_that_is_known_already_is_no_change_though_an_older_one_differs():
    new = notes("The disaster of the Tarnvik ferry killed 14 people.", name="new")[0]
    with using(EASY):
        found = decide(
            new, judged(new, notes(TOLL, HIGHER), {"figure": 0.9}, {"same": 0.3}), [], opening=False
        )
    assert labels(found) == ["unchanged"]
    assert [sentence.text for sentence in found.claims[0].prior] == [HIGHER]


def test_a_report_may_carry_a_changed_figure_as_its_second_label():
    found = verdict(
        "The owners will pay 9 million euros.", "The owners paid 14 million euros.", kept=0.9, figure=0.8
    )
    assert labels(found) == ["announced_happened", "changed_figure"]


def test_a_repetition_is_no_second_label():
    assert labels(verdict(TOLL, HIGHER, figure=0.9, same=0.8)) == ["changed_figure"]


# --- conflicts -------------------------------------------------------------------------------------------------

TOTAL = "A total of 14 people have been killed in the Tarnvik ferry disaster, police said."
LOWER = "A total of 9 people have been killed in the Tarnvik ferry disaster, the owners said."


def test_a_total_that_fell_is_a_conflict_and_no_change():
    assert labels(verdict(TOTAL, LOWER, figure=0.9)) == ["conflict"]


def test_a_denial_is_a_conflict_with_the_line_beside_it():
    told, denied = notes(
        "The owners sold the lifeboats of the Alma, police said.",
        "The owners denied that they sold the lifeboats.",
    )
    with using(EASY):
        found = decide(denied, [], judged(denied, [told], {}), opening=True)
    assert labels(found) == ["conflict"]
    assert found.claims[0].prior == (told.sentence,)


def test_what_stands_beside_counts_for_conflicts_only():
    told, again = notes(
        "The owners sold the lifeboats of the Alma.", "The lifeboats of the Alma were sold by the owners."
    )
    with using(EASY):
        found = decide(again, [], judged(again, [told], {"same": 0.99, "figure": 0.99}), opening=True)
    assert labels(found) == []


def test_a_statement_told_again_as_disputed_is_a_conflict():
    found = verdict(
        "The owners sold the lifeboats.", "The owners denied that they sold the lifeboats.", same=0.9
    )
    assert labels(found) == ["conflict"]


def test_a_copy_is_said_again_and_nothing_else():
    known, new = notes(SANK), notes(SANK, name="new")[0]
    found = copied(new, known[0])
    assert labels(found) == ["unchanged"]
    assert found.claims[0].prior == (known[0].sentence,)
    assert found.strongest.keys() == set(PRECEDENCE)
