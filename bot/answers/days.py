"""Days and moments in words, each day with how it is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.answers.inquiry import Inquiry
from bot.answers.reading import datings
from bot.phrases import dated, moment
from bot.ports import Version
from summarizers.dates import Dating
from summarizers.types import Article


def days(inquiry: Inquiry, versions: Sequence[Version]) -> Mapping[str, str]:
    """The day of each version in words, by its id."""
    articles = inquiry.articles(versions)
    known = inquiry.reading.of(datings, articles)
    return {article.id: day_words(article, known[article.id]) for article in articles}


def day_words(article: Article, dating: Dating) -> str:
    """Of a published day where it was found: said by the feed, by the page, declared."""
    known = article.published_from if dating.provenance == "published" else "unknown"
    return dated(dating.day, dating.weekday, dating.provenance if known == "unknown" else known)


def moment_words(at: datetime) -> str:
    """A moment with its zone: "18 March 2025, 14:05 UTC"."""
    return moment(at)
