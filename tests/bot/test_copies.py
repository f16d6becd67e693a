"""What is known as a copy, what is not, and that marks and page furniture make no difference."""

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.tables.copies import VARIANTS, Index
from bot import copies
from bot.copies import Original
from bot.ports import Likeness, Prints
from summarizers import Article, clean

SYLLABLES = "ba ko li mu ne pa ri so ta ve wi zu dor fen gal hum".split()
SHARED = "More rain is expected in the whole valley until Sunday night."


def made(seed, sentences=30):
    """A text of made-up words, a paragraph of three sentences a line."""
    chance = random.Random(seed)
    lines = []
    for _ in range(sentences // 3):
        line = [" ".join(_word(chance) for _ in range(chance.randint(9, 24))) for _ in range(3)]
        lines.append(" ".join(f"{sentence.capitalize()}." for sentence in line))
    return "\n\n".join(lines)


def _word(chance):
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(1, 3)))


def prints(text):
    return copies.prints(clean(Article("a", text)))


@pytest.fixture(scope="module")
def index():
    index = Index()
    for seed in range(60):
        index.add(f"text-{seed}", prints(made(seed)))
    return index


@pytest.mark.parametrize(
    ("variant", "floor"),
    [
        ("other marks, furniture", 1.0),
        ("2 % of words changed", 1.0),
        ("5 % of words changed", 0.9),
        ("cut to 70 %", 1.0),
        ("cut to 50 %", 1.0),
        ("cut to 30 %", 1.0),
        ("two new paragraphs on top", 1.0),
        ("body twice", 1.0),
    ],
)
def test_changed_texts_are_known_as_copies_of_their_originals(index, variant, floor):
    chance = random.Random(5)
    found = []
    for seed in range(20):
        own = prints(VARIANTS[variant](chance, made(seed), made(seed + 1_000)))
        found.append((copies.original_of(own, index.alike(own), "query"), f"text-{seed}"))
    assert all(original is None or original.key == key for original, key in found)
    assert sum(original is not None and original.sure for original, _ in found) >= floor * len(found)


def test_independent_texts_are_no_copies(index):
    assert not [
        (key, like)
        for key, own in index.prints.items()
        for like in index.alike(own)
        if like.key != key and copies.likeness(own, like)
    ]


@given(st.integers(0, 50))
def test_other_marks_and_spacing_give_the_same_content(seed):
    text = made(seed, 6)
    other = text.replace(".", " .\u00a0").replace(", ", " – ")
    assert prints(text).content == prints(other).content


def test_numbers_are_whole_numbers_of_64_bits_that_any_database_keeps():
    own = prints(made(1))
    assert len(own.bands) == copies.BANDS
    assert all(-(2**63) <= number < 2**63 for number in own.sentences | own.bands)


def test_prints_are_the_same_under_every_hash_seed():
    program = (
        "from bot.copies import prints; from summarizers import Article, clean; "
        "p = prints(clean(Article('a', 'The ferry to Tern sank on its way home late at night.'))); "
        "print(p.content, sorted(p.sentences), sorted(p.bands))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_a_text_without_words_has_no_prints_and_is_no_copy_of_another():
    one, other = prints("… !!!\n— — —"), prints("***")
    assert (one.sentences, one.bands) == (frozenset(), frozenset())
    assert copies.original_of(one, [Likeness("other", 0, 0, 0)], "one") is None
    assert other.bands == frozenset()


def test_sentences_of_scripts_without_blanks_are_counted_by_characters():
    own = prints("港の橋は月曜日の朝に崩れた。けが人はいなかった。市長は火曜日に現場を訪れた。")
    assert len(own.sentences) == 3
    assert len(own.bands) == copies.BANDS


def own(sentences):
    return Prints("", frozenset(range(sentences)), frozenset(range(copies.BANDS)))


@pytest.mark.parametrize(
    ("sentences", "likeness", "expected"),
    [
        (10, Likeness("b", 10, 10, 25), Original("b", sure=True)),
        (
            10,
            Likeness("b", 3, 40, 0),
            Original("b", sure=True),
        ),  # a third of the shorter, which is the new one
        (40, Likeness("b", 3, 10, 0), Original("b", sure=True)),  # … the old one
        (10, Likeness("b", 2, 40, 0), None),
        (10, Likeness("b", 0, 10, 1), Original("b", sure=True)),
        (2, Likeness("b", 1, 30, 0), Original("b", sure=False)),
        (1, Likeness("b", 1, 1, 25), Original("b", sure=True)),
        (0, Likeness("b", 0, 0, 3), Original("b", sure=True)),
        (0, Likeness("b", 0, 10, 0), None),
        (10, Likeness("a", 10, 10, 25), None),  # itself, as it was
    ],
)
def test_a_copy_shares_a_third_of_the_shorter_text_or_a_band(sentences, likeness, expected):
    assert copies.original_of(own(sentences), [likeness], "a") == expected


def test_of_several_originals_a_sure_one_goes_before_a_doubtful_one_and_then_the_most_alike():
    doubtful, little, most = Likeness("d", 1, 1, 0), Likeness("l", 4, 10, 0), Likeness("m", 6, 10, 2)
    assert copies.original_of(own(10), [doubtful, little, most], "a") == Original("m", sure=True)
    assert copies.original_of(own(10), [doubtful, little], "a") == Original("l", sure=True)
    assert copies.original_of(own(10), [], "a") is None


def test_two_notices_with_one_sentence_in_common_are_a_doubtful_copy_only():
    index = Index()
    index.add("one", prints(f"The mayor of Tern opened a new bridge on Friday morning. {SHARED}"))
    other = prints(f"A fire destroyed the old mill at Marlow during the night. {SHARED}")
    assert copies.original_of(other, index.alike(other), "other") == Original("one", sure=False)
