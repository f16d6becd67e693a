"""Which article is a copy of which: by sentences said word for word, and by runs of words for lightly rewritten ones.

Both count over the sentences that cleaning kept, folded (NFKC, lower case, word characters only), so that other quotes,
dashes and page furniture make no difference. A copy is no independent source; what it adds is still news, since
`compare` works sentence by sentence. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from bot.ports import Likeness, Prints
from summarizers.types import Document

if TYPE_CHECKING:
    from datasketch import MinHash

# Scripts that set no blanks between words: there a character counts as a word.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")

LONG = 6  # words; shorter sentences ("He declined to comment.") are anybody's
SAME = 0.3  # of the sentences of the shorter text: cut and extended copies have them; of 188,805 pairs of articles 5 did
RUN = 4  # words of a shingle
BANDS, ROWS = 25, 5  # of the MinHash: a band is shared by chance once in 30 at a Jaccard of .5, never at .1


def prints(document: Document) -> Prints:
    """What copies of a document are known by. A text without a word of its own has none but its content hash."""
    sentences = [words(sentence.text) for sentence in document.sentences]
    return Prints(
        content=content(document),
        sentences=frozenset(_number(_hash(sentence)) for sentence in sentences if len(sentence) >= LONG),
        bands=frozenset(_bands([word for sentence in sentences for word in sentence])),
    )


def content(document: Document) -> str:
    """The hash of all its words: equal for texts that differ in marks, spacing and page furniture only."""
    return _hash(word for sentence in document.sentences for word in words(sentence.text)).hex()


@dataclass(frozen=True, slots=True)
class Original:
    """The article of which another one is a copy.

    Not `sure`: they share one sentence, as a feed's excerpt does with its article, but also two notices under one
    credit line. Then it is a copy only if something else speaks for it.
    """

    key: str
    sure: bool


def original_of(own: Prints, candidates: Sequence[Likeness], key: str) -> Original | None:
    """Of which article one is an exact or near copy: of several the one that shares most, sure ones first.

    Candidates with the article's own key are its earlier versions, and no copies.
    """
    others = [candidate for candidate in candidates if candidate.key != key]
    ranked = [(_is_sure(like), share, like) for like in others if (share := likeness(own, like))]
    if not ranked:
        return None
    sure, _, best = max(ranked, key=lambda found: found[:2])
    return Original(best.key, sure)


def likeness(own: Prints, other: Likeness) -> float:
    """How much of the shorter text is the same, as a share of its sentences or of the bands; 0 for independent articles."""
    shorter = min(len(own.sentences), other.sentences)
    if shorter and other.shared >= SAME * shorter:
        return other.shared / shorter
    return other.bands / BANDS


def _is_sure(like: Likeness) -> bool:
    return like.shared > 1 or like.bands > 0


def words(text: str) -> list[str]:
    """The folded words of a text.

    >>> words("“It’s over,” he said.")
    ['it', 's', 'over', 'he', 'said']
    """
    return WORD.findall(unicodedata.normalize("NFKC", text).lower())


def _hash(folded: Iterable[str]) -> bytes:
    return blake2b(" ".join(folded).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _number(digest: bytes) -> int:
    """Signed, since databases know no other whole numbers of 64 bits."""
    return int.from_bytes(digest, "big", signed=True)


def _bands(folded: Sequence[str]) -> Iterator[int]:
    runs = {" ".join(folded[i : i + RUN]) for i in range(len(folded) - RUN + 1)}
    if not runs:
        return
    sketch = _blank().copy()
    sketch.update_batch([run.encode("utf-8", "surrogatepass") for run in sorted(runs)])
    values = sketch.hashvalues.astype("<u8")
    for band in range(BANDS):
        rows = values[band * ROWS : (band + 1) * ROWS].tobytes()
        yield _number(blake2b(rows, digest_size=8, salt=bytes([band])).digest())


@lru_cache(maxsize=1)
def _blank() -> MinHash:
    """An empty sketch. The scheme is named since keys of another one, stored before, could not be compared."""
    from datasketch import MinHash  # noqa: PLC0415 - because it takes 0.4 s, which a command without a store need not pay

    return MinHash(BANDS * ROWS, seed=1, scheme="affine32")
