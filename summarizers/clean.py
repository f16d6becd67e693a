"""Article → Document: every paragraph kept or dropped with a reason.

A line is judged by itself first (`furniture`), then by its neighbours: repeats, pull quotes, what follows a comments
mark, lists of links, captions. Prose is never dropped for one weak sign: a line that merely lacks its closing stop is
kept, and barred from selection; it goes only with a second sign (it opens the page, stands in a run of such lines,
says what another line says).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from summarizers import furniture
from summarizers.sentences import split
from summarizers.types import Article, Document, Paragraph, Sentence, Source, Sources
from summarizers.words import content_stems, fold_words, language_of

PART = re.compile(r"[^\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\r\n]+")
BULLET = re.compile(r"(?:[-–—*•‣▪◦·●]\s+|\(?\d{1,2}[.)]\s+)")
COMMENTS_MARK = re.compile(r"(?:views|opinions) expressed in the comments|we welcome comments", re.IGNORECASE)
COMMENTS_HEAD = re.compile(
    r"(?:(?:leave|post|add|write) (?:a|your) (?:comment|reply)|join the (?:conversation|discussion)|(?:reader |user )?comments?"
    r"(?: ?\(\d+\))?|\d+ (?:comments?|replies|responses)|have your say|(?:sign|log) in to comment)\W*",
    re.IGNORECASE,
)
HASHTAGS = re.compile(r"#\w+(?:\s+#\w+)+\s*$")
SPEAKER_LINE = re.compile(r"[A-Z][^:“\"]{2,70}: [“\"][^”\"]+[”\"]")
SAYS_NAME = re.compile(r"[,;–-] (?:says|writes|asks|reports|explains) ((?:[A-Z][\w'’-]+ ?){2,3})\.$")
QUOTED = re.compile(r"[“\"]([^“”\"]{10,200})[”\"]")
QUOTES = frozenset('“”"')

SHORT = 14  # words; a caption, a heading or the title of another piece is no longer
CAPTION = 25  # words; a caption with the names and the occasion
OPENING = 12  # words; a caption or headline that stands before the text and is not told again in it
NARROWEST, WIDEST = 40, 120  # characters; lines wrapped at a fixed width are no shorter and no longer
REPEAT = 6  # words; a refrain or an answer ("Yes.") may come twice
LONG = 8  # lines of prose; in a shorter text a last line without a known word may be its own
FOOTER = 40  # words; house advertising under the text
COPY = 80  # words; a pull quote or a post is no longer
MANY = 50  # lines to compare with: a page has a handful of captions
RUN = 8  # words in a row that two lines share only if one copies the other


def clean(article: Article) -> Document:
    """The document of an article: all its paragraphs with their fate, and the sentences of those that are kept."""
    paragraphs = tuple(_judged(_cut(article.text)))
    return Document(article, paragraphs, tuple(_sentences(article, paragraphs)))


def as_documents(sources: Sources) -> tuple[Document, ...]:
    """Documents of whatever was handed over: one or many documents, articles or texts; articles are cleaned."""
    if isinstance(sources, Document | Article | str):
        return (_as_document(sources),)
    return tuple(_as_document(source) for source in sources)


def _as_document(source: Source) -> Document:
    if isinstance(source, Document):
        return source
    if isinstance(source, str):
        digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        source = Article(id=f"text-{digest[:12]}", text=source)
    return clean(source)


def _sentences(article: Article, paragraphs: Sequence[Paragraph]) -> Iterator[Sentence]:
    language = language_of([article.language])
    index = 0
    for paragraph in paragraphs:
        if not paragraph.kept:
            continue
        for start, end in split(paragraph.text, language):
            yield Sentence(
                text=paragraph.text[start:end],
                document_id=article.id,
                paragraph=paragraph.line,
                start=paragraph.start + start,
                end=paragraph.start + end,
                index=index,
                selectable=paragraph.reason is None,
            )
            index += 1


# Cutting: text → paragraphs


def _cut(text: str) -> list[Paragraph]:
    """The paragraphs of a text, wrapped lines joined, datelines set apart."""
    lines = _lines(text)
    blocks = _joined(text, lines) if _is_wrapped(text, lines) else lines
    return [piece for start, end, line in blocks for piece in _without_dateline(text, start, end, line)]


Cut = tuple[int, int, int]  # start, end, line


def _lines(text: str) -> list[Cut]:
    r"""Non-empty lines without the blanks around them. Lines end in \n (old Mac texts: \r), which alone are counted."""
    found = []
    offset, number = 0, 1
    for raw in text.split("\n" if "\n" in text else "\r"):
        for part in PART.finditer(raw):
            body = part.group().strip()
            if body:
                start = offset + part.start() + part.group().index(body[0])
                found.append((start, start + len(body), number))
        offset += len(raw) + 1
        number += 1
    return found


def _is_wrapped(text: str, lines: Sequence[Cut]) -> bool:
    """Whether the lines are wrapped at a fixed width: nearly each is as full as the next word allows, few end a sentence."""
    width = max((end - start for start, end, _ in lines), default=0)
    if not NARROWEST <= width <= WIDEST:
        return False
    joins = full = stops = 0
    for (start, end, line), (start2, end2, line2) in pairwise(lines):
        if line2 != line + 1 or BULLET.match(text, start2):
            continue
        joins += 1
        first_word = len(text[start2 : min(end2, start2 + 30)].split(None, 1)[0])
        full += end - start + 1 + first_word > width - 2
        stops += furniture.closed(text[max(start, end - 40) : end])
    return joins >= 3 and full >= 0.8 * joins and stops <= 0.4 * joins


def _joined(text: str, lines: Sequence[Cut]) -> list[Cut]:
    """Lines joined up to the empty line; a list item and a line after a short one begin anew."""
    width = max(end - start for start, end, _ in lines)
    blocks: list[Cut] = []
    last = (0, 0, -1)
    for start, end, line in lines:
        goes_on = line == last[2] + 1 and last[1] - last[0] > 0.6 * width and not BULLET.match(text, start)
        if blocks and goes_on:
            blocks[-1] = (blocks[-1][0], end, blocks[-1][2])
        else:
            blocks.append((start, end, line))
        last = (start, end, line)
    return blocks


def _without_dateline(text: str, start: int, end: int, line: int) -> Iterator[Paragraph]:
    length = furniture.dateline(text[start : min(end, start + 600)])
    if length:
        head = text[start : start + length].rstrip()
        yield Paragraph(head, line, start, start + len(head), kept=False, reason="dateline")
    body = text[start + length : end]
    if body.strip():
        begin = start + length + body.index(body.strip()[0])
        yield Paragraph(text[begin:end], line, begin, end)


# Judging: each rule reads all lines and says which go


@dataclass(frozen=True)
class Line:
    """A paragraph with what the rules ask about it."""

    paragraph: Paragraph
    folded: str
    words: int
    closed: bool
    bullet: bool

    @property
    def text(self) -> str:
        return self.paragraph.text

    @property
    def kept(self) -> bool:
        return self.paragraph.kept

    @property
    def prose(self) -> bool:
        return self.kept and self.closed and self.words >= RUN

    @property
    def loose(self) -> bool:
        """A short line that no stop closes, or a short question: what titles of other pieces look like."""
        opens = not self.text[:1].islower() and not self.text.endswith(":")
        return self.kept and opens and self.words <= SHORT and (not self.closed or self.asks)

    @property
    def asks(self) -> bool:
        return self.text.endswith("?") and self.words <= SHORT and not QUOTES & set(self.text)

    def dropped(self, reason: str) -> Line:
        return replace(self, paragraph=replace(self.paragraph, kept=False, reason=reason))

    def barred(self, reason: str) -> Line:
        return replace(self, paragraph=replace(self.paragraph, reason=reason))


Fates = dict[int, str]  # the index of a line → why it is dropped


def _judged(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    lines = [_line(paragraph) for paragraph in paragraphs]
    for rule in RULES:
        for index, reason in rule(lines).items():
            if lines[index].kept:
                lines[index] = lines[index].dropped(reason)
    cased = sum(line.text[:1].isupper() for line in lines) * 2 > len(lines)
    for line in lines:
        yield _barred(line, cased).paragraph if line.kept else line.paragraph


def _line(paragraph: Paragraph) -> Line:
    folded = fold_words(paragraph.text)
    return Line(
        paragraph=paragraph,
        folded=folded,
        words=folded.count(" ") + 1 if folded else 0,
        closed=furniture.closed(paragraph.text),
        bullet=BULLET.match(paragraph.text) is not None,
    )


def _barred(line: Line, cased: bool) -> Line:
    if HASHTAGS.search(line.text[-200:]):
        return line.barred("post")
    if line.text.endswith((":", "：")):
        return line.barred("ends in a colon")
    if not line.closed:
        return line.barred("no closing stop")
    if cased and line.text[:1].islower() and line.text[:3].islower():
        return line.barred("fragment")
    return line


def _by_itself(lines: Sequence[Line]) -> Fates:
    fates = {
        i: reason for i, line in enumerate(lines) if line.kept and (reason := furniture.alone(line.text))
    }
    last = max((i for i, line in enumerate(lines) if line.prose and i not in fates), default=-1)
    signed = (
        i for i, line in enumerate(lines[:last]) if line.words <= COPY and furniture.SIGNED.search(line.text)
    )
    return {**dict.fromkeys(signed, "credit"), **fates}


def _after_comments(lines: Sequence[Line]) -> Fates:
    """All from a comments mark on, if enough of the article stands before it; a counter on top marks nothing."""
    prose = 0
    total = sum(line.prose for line in lines)
    for i, line in enumerate(lines):
        marks = line.words <= 40 and COMMENTS_MARK.match(line.text) and prose * 2 >= total
        heads = line.words <= 6 and COMMENTS_HEAD.fullmatch(line.text) and prose * 4 >= total * 3
        if prose >= 3 and (marks or heads):
            return dict.fromkeys(range(i, len(lines)), "after the comments mark")
        prose += line.prose
    return {}


def _links(lines: Sequence[Line]) -> Fates:
    """The head of a list of other pieces, and the list."""
    fates: Fates = {}
    i = 0
    while i < len(lines):
        if lines[i].kept and furniture.opens_links(lines[i].text):
            fates[i] = "also read"
            bare = lines[i].words <= 4 or lines[i].text.endswith(
                ":"
            )  # "Related: the title of a piece" heads no list
            while i + 1 < len(lines) and (lines[i + 1].bullet or (bare and lines[i + 1].loose)):
                i += 1
                fates[i] = "also read"
        i += 1
    return fates


def _repeats(lines: Sequence[Line]) -> Fates:
    fates: Fates = {}
    seen: set[str] = set()
    for i, line in enumerate(lines):
        if not line.kept or line.words < REPEAT:
            continue
        if line.folded in seen:
            fates[i] = "repeat"
        seen.add(line.folded)
    return fates


def _pull_quotes(lines: Sequence[Line]) -> Fates:
    """Lines that a longer line contains, whole; and unclosed ones of which it contains the most part."""
    fates = _contained(lines)
    torn = {i for i, line in enumerate(lines) if line.kept and i not in fates and _is_torn(lines, i)}
    marked = {i for i in torn if lines[i + 1 :] and lines[i + 1].paragraph.reason == "pull quote"}
    unclosed = {i for i, line in enumerate(lines) if line.kept and not line.closed and line.words <= COPY}
    copied = _copied(lines, sorted(torn | unclosed))
    return {**fates, **{i: "pull quote" for i in torn | unclosed if i in marked or copied[i] >= 0.5}}


def _is_torn(lines: Sequence[Line], i: int) -> bool:
    """A quotation that ends here and began nowhere."""
    text = lines[i].text
    if lines[i].words > COPY or text[-1:] not in QUOTES or QUOTES & set(text[:-1]):
        return False
    before = next((line.text for line in reversed(lines[max(0, i - 3) : i]) if line.kept), "")
    return before.count("“") <= before.count("”") and before.count('"') % 2 == 0


def _contained(lines: Sequence[Line]) -> Fates:
    heads: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        if line.kept and line.words >= REPEAT:
            heads.setdefault(" ".join(line.folded.split(" ", REPEAT)[:REPEAT]), []).append(i)
    fates: Fates = {}
    for j, line in enumerate(lines):
        if not line.kept:
            continue
        words = line.folded.split(" ")
        for k in range(1 if line.words > REPEAT else line.words, line.words - REPEAT + 1):
            for i in heads.get(" ".join(words[k : k + REPEAT]), ())[:20]:
                if i != j and lines[i].words < line.words and f" {lines[i].folded} " in f" {line.folded} ":
                    fates[i] = "pull quote"
    return fates


def _copied(lines: Sequence[Line], copies: Sequence[int]) -> dict[int, float]:
    """For each of the `copies` the share of its words that stand in one other line in runs of at least eight."""
    runs: dict[str, list[int]] = {}
    for i in copies:
        for run in set(_runs(lines[i])):
            runs.setdefault(run, []).append(i)
    shares: dict[int, float] = dict.fromkeys(copies, 0.0)
    for j, line in enumerate(lines):
        if runs and line.kept:
            there = Counter(i for run in set(_runs(line)) for i in runs.get(run, ())[:20] if i != j)
            for i, count in there.items():
                if line.words < 0.9 * lines[i].words:  # the shorter one is the copy
                    continue
                shares[i] = max(shares[i], (count + RUN - 1) / lines[i].words)
    return shares


def _runs(line: Line) -> Iterator[str]:
    words = line.folded.split(" ")
    return (" ".join(words[k : k + RUN]) for k in range(len(words) - RUN + 1))


def _posts(lines: Sequence[Line]) -> Fates:
    """Social posts with two signs: hashtags, a signature below, a repeat of what the article quotes."""
    signed = {
        i for i, (a, b) in enumerate(pairwise(lines)) if a.kept and b.paragraph.reason == "post signature"
    }
    tagged = {i for i, line in enumerate(lines) if line.kept and HASHTAGS.search(line.text[-200:])}
    copied = _copied(lines, sorted(i for i in signed | tagged if lines[i].words <= COPY))
    return {i: "post" for i in signed | tagged if i in signed & tagged or copied.get(i, 0.0) >= 0.3}


def _credited(lines: Sequence[Line]) -> Fates:
    """A caption in full stops: its first words name a scene and have no verb, and a picture's credit stands below."""
    credited = (i for i, (a, b) in enumerate(pairwise(lines)) if a.kept and b.paragraph.reason == "credit")
    return {i: "caption" for i in credited if lines[i].words <= 50 and _names_a_scene(lines[i].text)}


def _names_a_scene(text: str) -> bool:
    start, end = split(text)[0]
    words = text[start:end].rstrip(".").split()
    return (
        len(words) <= SHORT
        and not furniture.FINITE.search(text[start:end])
        and not any(w.endswith("ed") for w in words)
    )


def _fragments(lines: Sequence[Line]) -> Fates:
    """Tails of sentences that were cut off, like "many chanted." where other lines begin with a capital."""
    if sum(line.text[:1].isupper() for line in lines) * 2 <= len(lines):
        return {}
    return {i: "fragment" for i, line in enumerate(lines) if line.words <= 6 and line.text[:3].islower()}


def _around_the_text(lines: Sequence[Line]) -> Fates:
    """Captions, headlines and highlights before the text; headings and links inside it; strangers after it.

    Only where the article closes its paragraphs with stops: a feed may have stripped them all.
    """
    if not _closes_its_paragraphs(lines):
        return {}
    first = next(i for i, line in enumerate(lines) if line.prose and not _is_opening_caption(lines, i))
    last = max(i for i, line in enumerate(lines) if line.prose)
    return {**_before(lines, first), **_inside(lines, first, last), **_after(lines, first)}


def _closes_its_paragraphs(lines: Sequence[Line]) -> bool:
    long = [line for line in lines if line.kept and line.words > SHORT]
    ended = sum(line.closed for line in long)
    return ended >= 3 and ended >= 0.7 * len(long)


def _is_opening_caption(lines: Sequence[Line], i: int) -> bool:
    """A captioned quotation or a dated picture above the text, the text following it."""
    line = lines[i]
    more = any(other.prose for other in lines[i + 1 :])
    pictured = SPEAKER_LINE.fullmatch(line.text) or furniture.CAPTION_DATE.search(line.text)
    return more and pictured is not None and line.words <= 50 and len(split(line.text)) == 1


def _before(lines: Sequence[Line], first: int) -> Fates:
    fates: Fates = {}
    unclosed = [i for i in range(first) if _is_one_unclosed(lines[i])]
    told = _retold(lines, unclosed)
    for i, line in enumerate(lines[:first]):
        if not line.kept or line.bullet:
            continue
        headline = i in unclosed and (line.words <= OPENING or i in told or _is_pictured(line.text))
        if line.prose or headline:
            fates[i] = "caption or headline above the text"
        elif line.asks:
            fates[i] = "teaser"
    return fates


def _inside(lines: Sequence[Line], first: int, last: int) -> Fates:
    fates: Fates = {}
    listed: set[int] = set()
    i = first
    while i <= last:
        run = i
        while run <= last and lines[run].loose and not lines[run].bullet:
            run += 1
        unclosed = any(not line.closed for line in lines[i:run])
        if i > 0 and lines[i - 1].text.endswith(":"):
            listed.update(range(i, run))
        elif run - i >= 2 and unclosed:
            fates |= dict.fromkeys(range(i, run), "list of links or facts")
        i = max(run, i + 1)
    open_ = [
        j for j in range(first, last + 1) if j not in fates and j not in listed and _is_one_unclosed(lines[j])
    ]
    captions = _set_apart(lines) | _retold(lines, open_)
    for j in open_:
        if j in captions or _is_pictured(lines[j].text):
            fates[j] = "caption"
        elif _is_heading(lines[j]):
            fates[j] = "heading"
    return fates


def _is_one_unclosed(line: Line) -> bool:
    """A single sentence without a stop, no item of a list: a second sign shows it to be no prose."""
    if (
        not line.kept
        or line.closed
        or line.bullet
        or line.words > CAPTION
        or line.text.endswith((":", "-", "–", "—"))
    ):
        return False
    return len(split(line.text)) == 1


def _is_pictured(text: str) -> bool:
    return furniture.PICTURED.search(text) is not None and furniture.SAYING.search(text) is None


def _is_heading(line: Line) -> bool:
    """Very short, or in capitals, or with each long word capitalised."""
    words = [word for word in line.text.split() if word[0].isalpha()]
    titled = len(words) >= 3 and all(word[0].isupper() or len(word) < 4 for word in words)
    return line.words <= 6 or (line.words <= SHORT and (line.text.isupper() or titled))


def _set_apart(lines: Sequence[Line]) -> set[int]:
    """Lines with more empty lines before them than most have: something was taken out there."""
    gaps = [b.paragraph.line - a.paragraph.line for a, b in pairwise(lines)]
    usual = max(1, sorted(gaps)[len(gaps) * 3 // 4]) if gaps else 1
    return {i for i, gap in enumerate(gaps, 1) if gap > usual}


def _retold(lines: Sequence[Line], told: Sequence[int]) -> set[int]:
    """Those of the lines of which another line has most of the content, or the words that they quote."""
    stems = {i: set(content_stems(lines[i].text)) for i in told}
    holders: dict[str, list[int]] = {}
    for i in told:
        for stem in stems[i]:
            holders.setdefault(stem, []).append(i)
    quoted = [(i, part) for i in told[:MANY] for part in _quoted(lines[i].text)]
    found: set[int] = set()
    for j, line in enumerate(lines):
        if not line.prose or not told:
            continue
        shared = Counter(
            i for stem in set(content_stems(line.text)) for i in holders.get(stem, ())[:MANY] if i != j
        )
        found |= {i for i, count in shared.items() if len(stems[i]) >= 4 and count >= 0.7 * len(stems[i])}
        found |= {i for i, part in quoted if part in line.folded}
    return found


def _quoted(text: str) -> list[str]:
    return [folded for part in QUOTED.findall(text) if (folded := fold_words(part)).count(" ") >= 3]


def _after(lines: Sequence[Line], first: int) -> Fates:
    """From the end upwards: questions, teasers and unclosed lines that speak of something else."""
    fates: Fates = {}
    told: dict[str, int] | None = None
    if sum(line.prose for line in lines) < LONG:
        return fates
    for i in range(len(lines) - 1, first, -1):
        line = lines[i]
        if not line.kept:
            continue
        if (
            line.bullet
            or line.words > FOOTER
            or not (line.asks or not line.closed or SAYS_NAME.search(line.text))
        ):
            break
        told = told or _first_told(lines)
        if not _is_stranger(line, i, told):
            break
        fates[i] = "teaser" if line.closed else "promotion"
    return fates


def _first_told(lines: Sequence[Line]) -> dict[str, int]:
    """Each stem of the text with the first line of prose that has it."""
    told: dict[str, int] = {}
    for i, line in enumerate(lines):
        if line.prose:
            for stem in content_stems(line.text):
                told.setdefault(stem, i)
    return told


def _is_stranger(line: Line, i: int, told: Mapping[str, int]) -> bool:
    """Whether the end of a page shares nothing with the article, or names as its author who is not in it."""
    if says := SAYS_NAME.search(line.text):
        name = content_stems(says.group(1))[-1:]
        return not QUOTES & set(line.text) and all(told.get(stem, i) >= i for stem in name)
    stems = set(content_stems(line.text))
    if (line.closed and len(stems) < 4) or (not line.closed and furniture.FINITE.search(line.text)):
        return False
    return sum(told.get(stem, i) >= i for stem in stems) >= 0.75 * len(stems)


RULES: tuple[Callable[[Sequence[Line]], Fates], ...] = (
    _after_comments,
    _by_itself,
    _links,
    _repeats,
    _credited,
    _posts,
    _pull_quotes,
    _fragments,
    _around_the_text,
)
