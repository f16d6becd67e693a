"""The values that flow through the core, in the order in which they come about.

Article → Document (paragraphs, sentences) → Story → Summary | Delta | Answer | Timeline → Digest.
All are frozen: a stage hands on a new value and changes none. Spans are offsets in characters of `Article.text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

Label = Literal[
    "baseline",
    "new",
    "changed_figure",
    "unchanged_figure",
    "changed_position",
    "conflict",
    "differs",
    "announced_happened",
    "announced_not_happened",
    "announced_open",
    "announced_new",
    "corroborated",
    "unchanged",
]
LABELS: tuple[Label, ...] = get_args(Label)
PublishedFrom = Literal["feed", "meta", "htmldate", "printed", "declared", "unknown"]
Group = Literal[
    "happened", "not_happened", "changed", "disagree", "differs", "planned", "new", "same", "open"
]
GROUPS: dict[Group, tuple[Label, ...]] = {  # the groups of a digest, in the order in which they are shown
    "happened": ("announced_happened",),
    "not_happened": ("announced_not_happened",),
    "changed": ("changed_figure", "changed_position", "unchanged_figure"),
    "disagree": ("conflict",),
    "differs": ("differs",),
    "planned": ("announced_new",),
    "new": ("new", "baseline"),
    "same": ("unchanged", "corroborated"),
    "open": ("announced_open",),
}


@dataclass(frozen=True, slots=True)
class Article:
    """What a source gave us: text, and what is known about it. Nothing in it is guessed."""

    id: str
    text: str
    title: str = ""
    url: str | None = None
    source: str | None = None
    published: date | datetime | None = None
    language: str | None = None
    published_from: PublishedFrom = "unknown"  # where the published time came from; never a file's own time
    excerpt: bool = False  # the text is a feed's own, since the page could not be read


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an article with its fate: `text == article.text[start:end]`.

    `line` is the 1-based line of the article on which it begins. A dropped paragraph (`kept` false) has the reason
    for it; a kept one that may not be quoted (a heading, a line without a closing stop) has one too, and its
    sentences are not `selectable`.
    """

    text: str
    line: int
    start: int
    end: int
    kept: bool = True
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands: `text == article.text[start:end]`, `paragraph` is the 1-based line (¶)."""

    text: str
    document_id: str
    paragraph: int
    start: int
    end: int
    index: int = 0  # place among the document's sentences, from 0
    selectable: bool = True


@dataclass(frozen=True)
class Document:
    """The cleaned article. `sentences` are those of the kept paragraphs, in order.

    `memo` holds what later stages compute from this document alone, so that it is computed once; it is no part of
    the value.
    """

    article: Article
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]
    memo: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def id(self) -> str:
        return self.article.id

    def __reduce__(self) -> tuple[type[Document], tuple[object, ...]]:
        """Without the memo, which is many times as large, it goes to other processes."""
        return type(self), (self.article, self.paragraphs, self.sentences)


Source = Document | Article | str
Sources = Source | Sequence[Source]


@dataclass(frozen=True, slots=True)
class Story:
    """A developing matter with its documents, in the order in which they were given."""

    id: str
    title: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A day of a story. `date` is None where no text proves it; `provenance` tells how it is known.

    `weekday` (Monday is 0) is what an undated one may be called by.
    """

    date: date | None
    sentences: tuple[Sentence, ...]
    provenance: str = ""
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The dated events of a story, oldest first; undated ones keep the order of their documents."""

    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What to know now: sentences in document order, by which method."""

    sentences: tuple[Sentence, ...]
    method: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """One item of a delta.

    `prior` are the earlier sentences that it changes (for a conflict the other side), `context` those that must be
    shown with it, `speaker` a name to show in brackets instead. `also` is a second label with `also_prior` of its own.
    `score` orders updates: the larger, the sooner it is shown.
    """

    label: Label
    sentences: tuple[Sentence, ...]
    prior: tuple[Sentence, ...] = ()
    figure: tuple[str, str] | None = None
    why: str = ""
    also: Label | None = None
    also_prior: tuple[Sentence, ...] = ()
    context: tuple[Sentence, ...] = ()
    speaker: str | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Delta:
    """What is new against what is known, the most important update first; `open` are announcements still unsettled."""

    updates: tuple[Update, ...]
    open: tuple[Sentence, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences that answer, best first; or none (`abstained`), with the closest lines."""

    question: str
    sentences: tuple[Sentence, ...] = ()
    abstained: bool = False
    closest: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Quotation:
    """Verbatim words and where they stand: `text == article.text[start:end]`, `sha256` of its UTF-8 bytes.

    `cut_before` and `cut_after` say that the sentence goes on there; a renderer shows an ellipsis.
    """

    text: str
    document: str
    start: int
    end: int
    sha256: str
    paragraph: int = 0
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a digest: a label of ours around quotations of theirs."""

    label: Label | None
    quotations: tuple[Quotation, ...]
    prior: tuple[Quotation, ...] = ()
    context: tuple[Quotation, ...] = ()
    also: Label | None = None
    also_prior: tuple[Quotation, ...] = ()
    speaker: str | None = None
    figure: tuple[str, str] | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """Lines in the order in which they are shown, the first one the lead; `more` is what the budget held back."""

    title: str
    lines: tuple[Line, ...]
    made_at: datetime | None = None
    more: tuple[Line, ...] = ()
    same_before: int = 0
    still_open: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """Quotations found again: `ok` when none of the `checked` is among `wrong` (a sentence for each that is)."""

    ok: bool
    checked: int
    wrong: tuple[str, ...] = ()
