"""What can be said after a digest: more of it, less of it, and why a line stands there."""

from __future__ import annotations

from dataclasses import replace

from bot.answers import naming
from bot.answers.days import days, moment_words
from bot.answers.inquiry import Inquiry, cited, hashes, said, sentence, title_of
from bot.answers.selecting import grouped, unheard
from bot.commands import Changed, More, Sources, Why
from bot.phrases import count, joined, phrase
from bot.ports import Shown
from bot.replies import SIGHT, Button, Reply, Section, in_sight
from summarizers.types import Article, Digest, Line

FURTHER = 7  # lines that "more" tells


def more(inquiry: Inquiry) -> Reply:
    """What the last digest held back and has not been told since. In a direct message it is told with that."""
    shown = naming.last_shown(inquiry)
    if shown is None:
        return _nothing_shown()
    told = inquiry.store.mark(inquiry.target, shown.story).told
    left = unheard(shown.digest.more, told)
    if not left:
        return sentence("more.none")
    lines = left[:FURTHER]
    rest = unheard(left[FURTHER:], hashes(said(lines)))
    digest = Digest(shown.digest.title, grouped(lines), inquiry.now, tuple(rest))
    moves = None if inquiry.conversation.channel else inquiry.target
    telling = replace(inquiry.told(shown.story, digest), moves=moves, sentences=said(digest.lines))
    return Reply(
        title=shown.digest.title,
        sections=(Section(digest=digest),),
        sources=_sources(inquiry, shown, digest),
        buttons=(Button(phrase("button.more"), More()),) if rest else (),
        tellings=(telling,),
    )


def shorter(inquiry: Inquiry) -> Reply:
    """The last digest in three lines; "more" gives what was held back before, not the lines that are left out here."""
    shown = naming.last_shown(inquiry)
    if shown is None:
        return _nothing_shown()
    foremost = in_sight(shown.digest, SIGHT["short"]).lines
    digest = replace(shown.digest, lines=foremost, made_at=inquiry.now)
    if len(digest.lines) == len(shown.digest.lines):
        return sentence("shorter.already")
    return Reply(
        title=shown.digest.title,
        sections=(Section(digest=digest),),
        sources=_sources(inquiry, shown, digest),
        buttons=(Button(phrase("button.sources"), Sources(shown.story)),),
        tellings=(inquiry.told(shown.story, digest),),
    )


def why(inquiry: Inquiry, command: Why) -> Reply:
    """Why a line of the last digest stands there: its label, what it was compared with, and who says it."""
    shown = naming.last_shown(inquiry)
    if shown is None:
        return _nothing_shown()
    lines = shown.digest.lines
    if not 1 <= command.line <= len(lines):
        return sentence("why.none", line=command.line, lines=count("lines", len(lines)))
    line = lines[command.line - 1]
    sources = _sources(inquiry, shown, Digest("", (line,)))
    compared = phrase("why.compared", title=shown.digest.title, at=moment_words(shown.at))
    return Reply(
        title=phrase("why.title", line=command.line),
        notes=(
            _label(line),
            *_said_by(inquiry, shown.story, line, sources),
            *_against(line, sources),
            compared,
        ),
        sections=(Section(lines=(line,), why=True),),
        sources=sources,
        buttons=(Button(phrase("button.sources"), Sources(shown.story)),),
    )


def _label(line: Line) -> str:
    if line.label is None:
        return phrase("why.unlabelled")
    also = phrase("why.also", label=phrase(f"why.{line.also}")) if line.also else ""
    return joined("", (phrase(f"why.{line.label}"), also))


def _said_by(inquiry: Inquiry, story: str, line: Line, sources: tuple[Article, ...]) -> tuple[str, ...]:
    """Who says it and when: the outlet that is quoted, and the one who speaks in it where that is known."""
    own = next((article for article in sources if article.id == line.quotations[0].document), None)
    if own is None:
        return ()
    when = days(inquiry, inquiry.versions(story))[own.id]
    by = phrase("why.said", source=_name(own), when=when)
    return (by, phrase("why.speaker", speaker=line.speaker)) if line.speaker else (by,)


def _against(line: Line, sources: tuple[Article, ...]) -> tuple[str, ...]:
    """From which articles the earlier sentences are."""
    earlier = {quotation.document for quotation in (*line.prior, *line.also_prior)}
    names = dict.fromkeys(_name(article) for article in sources if article.id in earlier)
    return (phrase("why.against", sources=", ".join(names)),) if names else ()


def _name(article: Article) -> str:
    return article.source or title_of(article)


def _sources(inquiry: Inquiry, shown: Shown, digest: Digest) -> tuple[Article, ...]:
    return cited(inquiry.versions(shown.story), [digest])


def _nothing_shown() -> Reply:
    return Reply(notes=(phrase("shown.nothing"),), buttons=(Button(phrase("button.changed"), Changed()),))
