"""Which earlier sentences are compared with a new one: few, the oldest first, and the other side among them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from summarizers import Article, clean
from summarizers.annotate import Note, annotate
from summarizers.delta.retrieve import ANNOUNCING, BESIDE, COUNTING, NEAREST, Shelf, retrieve


def notes(*sentences: str, name: str = "a") -> list[Note]:
    return list(annotate(clean(Article(name, "\n\n".join(sentences)))))


def texts(found: tuple[Note, ...]) -> list[str]:
    return [note.sentence.text for note in found]


NEW = notes("The bridge at Ebba was closed on Friday after cracks were found.", name="new")[0]
FAR = [
    f"Wheat of the field of {name} was sold in Orrin." for name in "Aas Bø Dal Eik Foss Gran Hov Iver".split()
]
OTHERS = ("Wheat prices fell in Orrin.", "A goat won the village race.")


def test_a_sentence_about_the_same_is_found_and_one_about_something_else_is_not():
    shelf = Shelf(notes("Cracks were found in the bridge at Ebba.", *OTHERS))
    assert texts(shelf.near(NEW)) == ["Cracks were found in the bridge at Ebba."]


def test_candidates_come_oldest_first_whichever_is_nearest():
    far, near = "Engineers went to Ebba.", "The bridge at Ebba shows cracks."
    assert texts(Shelf(notes(far, *OTHERS, near)).near(NEW)) == [far, near]
    assert texts(Shelf(notes(near, *OTHERS, far)).near(NEW)) == [near, far]


def test_an_announcement_is_a_candidate_though_many_lines_are_nearer():
    plan = "The bridge at Ebba will be closed next week for repairs."
    nearer = [
        f"Cracks were found in the bridge at Ebba by {name}."
        for name in "Roe Lind Holm Vik Dahl Berg Moe".split()
    ]
    assert plan in texts(Shelf(notes(plan, *nearer, *FAR)).near(NEW))


def test_a_count_is_a_candidate_only_for_a_line_that_counts():
    count = "The bridge carries 9,000 cars a day."
    nearer = [
        f"Cracks were found in the bridge at Ebba by {name}."
        for name in "Roe Lind Holm Vik Dahl Berg Moe".split()
    ]
    shelf = Shelf(notes(count, *nearer, *FAR))
    counting = notes("The bridge at Ebba was closed to 8,000 cars after cracks were found.", name="new")[0]
    assert count in texts(shelf.near(counting))
    assert count not in texts(shelf.near(NEW))


def test_a_copy_is_a_sentence_in_the_very_same_words():
    known = notes(*OTHERS, NEW.sentence.text)
    assert Shelf(known).copy_of(NEW) is known[2]
    assert Shelf(known[:2]).copy_of(NEW) is None
    assert retrieve([NEW], Shelf(known))[0].copy is known[2]


def test_beside_a_line_stand_the_lines_just_before_it_in_their_order():
    lines = [
        f"Line number {name} is told." for name in "one two three four five six seven eight nine ten".split()
    ]
    found = retrieve(notes(*lines), Shelf([]))
    assert found[0].beside == ()
    assert texts(found[2].beside) == lines[:2]
    assert texts(found[9].beside) == lines[9 - BESIDE : 9]


def test_a_line_of_another_article_is_not_beside():
    fresh = [*notes(OTHERS[0], name="one"), *notes(OTHERS[1], name="two")]
    assert retrieve(fresh, Shelf([]))[1].beside == ()


def test_later_lines_are_those_of_later_documents():
    first = notes("The bridge at Ebba will close.", "The bridge at Ebba is old.", name="first")
    second = notes("The bridge at Ebba has closed.", *OTHERS, name="second")
    shelf = Shelf([*first, *second])
    assert texts(tuple(shelf.later(first[0]))) == ["The bridge at Ebba has closed."]
    assert shelf.later(second[0]) == []


def test_a_shelf_counts_the_sentences_that_hold_a_stem():
    shelf = Shelf(notes("The bridge is old.", "The bridge, the old bridge.", *OTHERS))
    assert (shelf.holding("bridg"), shelf.holding("goat"), shelf.holding("unheard")) == (2, 1, 0)


SENTENCES = st.lists(
    st.lists(
        st.sampled_from("bridge closed cracks Ebba will meet 40 cars police said".split()),
        min_size=1,
        max_size=6,
    ),
    max_size=15,
).map(lambda lines: [" ".join(line).capitalize() + "." for line in lines])


@given(SENTENCES, SENTENCES)
def test_candidates_are_few_each_once_and_in_order(known, new):
    shelf, fresh = Shelf(notes(*known)), notes(*new, name="new")
    found = retrieve(fresh, shelf)
    assert [candidates.new for candidates in found] == fresh
    for at, candidates in enumerate(found):
        places = [note.sentence.index for note in candidates.known]
        assert places == sorted(set(places))
        assert len(places) <= NEAREST + ANNOUNCING + COUNTING
        assert len(candidates.beside) <= BESIDE
        assert all(note.sentence.index < at for note in candidates.beside)
