"""What the core makes of articles, worked out where it can be stopped and remembered for a while.

The functions here take articles and nothing else of the bot's, since they may run in another process: an article is a
tenth of the size of its document (measured: 435 kB against 1.4 MB for 60 articles, before their notes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeVar, TypeVarTuple, cast

import summarizers
from bot.running import Running
from summarizers.dates import Dating, date_documents
from summarizers.types import Article, Delta, Document, Summary

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")
Articles = tuple[Article, ...]

DOCUMENTS = 500  # cleaned articles that a process remembers with their notes, some 100 kB each
RESULTS = 250  # that are remembered: a sentence to be compared costs 7 ms, and a channel asks together
LIMIT = 60.0  # seconds; a first look at sixty long articles takes 4


class Reading:
    """Asks for what is to be worked out; several threads may."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._remembered = lru_cache(RESULTS)(self._worked_out)

    def of(self, function: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        """What a pure function gives. GivenUp comes out where that takes too long or too much memory."""
        return cast("Result", self._remembered(function, *arguments))

    def _worked_out(self, function: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        return self._running.run(function, *arguments, limit=LIMIT)


@lru_cache(DOCUMENTS)
def cleaned(article: Article) -> Document:
    """The cleaned article; the notes that later stages make on it are remembered with it."""
    return summarizers.clean(article)


def documents(articles: Articles) -> tuple[Document, ...]:
    """The cleaned articles."""
    return tuple(map(cleaned, articles))


@lru_cache(RESULTS)
def compared(known: Articles, new: Articles) -> Delta:
    """What the new articles change against the known ones."""
    return summarizers.compare(documents(known), documents(new))


def summed_up(articles: Articles, sentences: int) -> Summary:
    """The sentences to know first."""
    return summarizers.summarize(documents(articles), sentences=sentences)


def datings(articles: Articles) -> Mapping[str, Dating]:
    """The day of each article, by its id."""
    return date_documents(documents(articles))
