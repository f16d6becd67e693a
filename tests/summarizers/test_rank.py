"""What our rankers must prefer, and that they agree with the plain formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers import rank
from summarizers.rank import Candidate, Coverage, Relevance
from summarizers.types import Sentence
from summarizers.words import tokens


def candidates(*documents: list[str]) -> list[Candidate]:
    return [
        Candidate(
            Sentence(text, str(number), 1, 0, len(text), at), tokens(text), number, at, len(text.split())
        )
        for number, texts in enumerate(documents)
        for at, text in enumerate(texts)
    ]


def first_pick(ranking: rank.Ranking, count: int) -> int:
    return max(range(count), key=lambda at: (ranking.gain([at]), -at))


def test_a_covered_concept_counts_once():
    coverage = Coverage([["a", "b"], ["b", "c"]], {"a": 1.0, "b": 2.0, "c": 4.0}, [1.0, 1.0])
    assert coverage.gain([0]) == 3.0
    assert coverage.gain([0, 1]) == 3.5
    coverage.take([0])
    assert coverage.gain([1]) == 4.0


def test_what_was_told_is_worth_nothing():
    coverage = Coverage([["a", "b"]], {"a": 1.0, "b": 2.0}, [1.0], told=["b"])
    assert coverage.gain([0]) == 1.0


def test_what_several_documents_say_outweighs_what_one_says():
    given_ = candidates(
        ["A local baker sold ninety loaves of rye bread.", "The ferry to Tollby sank in the storm."],
        ["The ferry to Tollby sank at night.", "Another baker sold wheat rolls to tourists."],
    )
    assert first_pick(rank.concepts(given_), 4) in (1, 2)


def test_in_one_article_what_is_repeated_outweighs_what_is_said_once_and_late():
    texts = [
        "The council met in Tollby on a cold evening.",
        "The new harbour bridge will cost 12 million crowns.",
        "Tea was served with biscuits from a bakery nearby.",
        "Members asked who pays for the new harbour bridge.",
    ]
    ranking = rank.concepts(candidates(texts), by_words=False)
    assert ranking.gain([3]) > ranking.gain([2])


def test_told_concepts_leave_only_what_is_new():
    told = candidates(["The ferry to Tollby sank in the storm."])
    given_ = candidates(
        ["The ferry to Tollby sank in the storm.", "Nine sailors were saved by a helicopter."]
    )
    ranking = rank.concepts(given_, told=told)
    assert ranking.gain([0]) == 0.0
    assert ranking.gain([1]) > 0.0


def test_lead_takes_the_first_sentence_of_each_document_then_the_second():
    ranking = rank.lead(candidates(["One a.", "Two a."], ["One b.", "Two b."]))
    assert [ranking.gain([at]) for at in range(4)] == [1.0, 0.5, 1.0, 0.5]


@pytest.mark.parametrize("method", sorted(rank.OWN))
def test_every_method_ranks_nothing_one_sentence_and_sentences_without_words(method):
    rank.OWN[method]([])
    assert rank.OWN[method](candidates(["One storm."])).gain([0]) > 0
    assert rank.OWN[method](candidates(["…", "!!", "?"])).gain([2]) >= 0


@pytest.mark.parametrize("method", ["centroid", "lexrank", "textrank"])
def test_a_sentence_that_others_resemble_beats_an_odd_one_at_the_same_place(method):
    given_ = candidates(
        ["The ferry sank in the storm off Tollby."],
        ["A storm sank the ferry off Tollby harbour."],
        ["The chess club elected a treasurer yesterday."],
    )
    ranking = rank.OWN[method](given_)
    assert ranking.gain([0]) > ranking.gain([2])


@pytest.mark.parametrize("method", ["centroid", "lexrank", "textrank"])
def test_likeness_to_a_chosen_sentence_takes_worth_away(method):
    ranking = rank.OWN[method](
        candidates(["The ferry sank off Tollby."], ["The ferry sank off Tollby at night."])
    )
    before = ranking.gain([1])
    ranking.take([0])
    assert ranking.gain([1]) < before


def test_relevance_without_vectors_is_the_score():
    ranking = Relevance([1.0, 0.5])
    ranking.take([0])
    assert ranking.gain([1]) == 0.5


LINKS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0.1, 1.0)).filter(
        lambda link: link[0] != link[1]
    ),
    max_size=20,
)


@given(LINKS)
def test_page_rank_shares_out_one_whole_and_is_stationary(drawn):
    links: list[dict[int, float]] = [{} for _ in range(8)]
    for a, b, weight in drawn:
        links[a][b] = links[b][a] = weight
    start = [1.0 / (1 + at) for at in range(8)]
    ranks = rank.page_rank(links, start, damping=0.5)
    assert sum(ranks) == pytest.approx(1.0)
    degrees = [sum(row.values()) for row in links]
    lost = sum(r for r, degree in zip(ranks, degrees, strict=True) if not degree)
    for at, row in enumerate(links):
        flow = sum(weight * ranks[other] / degrees[other] for other, weight in row.items())
        assert ranks[at] == pytest.approx((0.5 + 0.5 * lost) * start[at] / sum(start) + 0.5 * flow, abs=1e-4)


def test_likenesses_are_the_cosines_above_the_threshold():
    vectors = rank.unit_vectors(candidates(["Ferry storm sank.", "Storm ferry waits.", "Chess club votes."]))
    links = rank.likenesses(vectors)
    assert links[0] == {1: pytest.approx(rank.dot(vectors[0], vectors[1]))}
    assert links[1].keys() == {0}
    assert links[2] == {}


def test_a_stem_that_thousands_hold_links_a_bounded_number():
    same = candidates(["ferry storm"] * 2_000)
    assert sum(map(len, rank.likenesses(rank.unit_vectors(same)))) <= 2 * 2_000 * rank.LINKED_BY
    assert sum(map(len, rank.overlaps(same))) <= 2 * 2_000 * rank.LINKED_BY
