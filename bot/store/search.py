"""Full-text search: which words a text is found by, and the same question in the language of each database.

A text is found by the stems of its content words, each marked with the language that it was stemmed in; a query asks
in every language whether one text holds all of its words. Words are made here, not by the databases, whose own
splitting and folding differ: they get letters and digits only, so nothing in a query can be taken for an operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from sqlalchemy import Connection, cast, func, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.types import Text

from bot.store.schema import search
from summarizers.words import STEMMERS, content_stems, language_of

OTHER = "xx"  # languages without a stemmer: English endings fall away, which does little harm
LANGUAGES = (*STEMMERS, OTHER)
PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxy0123456789"
)  # "z" stands before and after the number of another one
LONGEST = 48  # characters of a word; PostgreSQL takes 2,046 bytes
MOST = (
    15_000  # different words of an article; PostgreSQL takes one MiB, and the longest news texts have 3,000
)
ASKED = 32  # different words of a query


def terms(text: str, language: str | None = None) -> tuple[str, ...]:
    """The words that a text is found by, each once, in the order in which they come; ASCII letters and digits only.

    >>> terms("The U.S. negotiations", "en-GB")
    ('enuz2ezsz2ez', 'ennegoti')
    """
    spoken = language_of([language])
    known = spoken if spoken in STEMMERS else OTHER
    found = dict.fromkeys(_term(known, stem) for stem in content_stems(text, known))
    return tuple(found)[:MOST]


@lru_cache(maxsize=200_000)
def _term(language: str, stem: str) -> str:
    plain = language + "".join(c if c in PLAIN else f"z{ord(c):x}z" for c in stem)
    return (
        plain
        if len(plain) <= LONGEST
        else f"{language}zz{blake2b(stem.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"
    )


def wanted(query: str) -> tuple[tuple[str, ...], ...]:
    """The words of a query in each language in which it has any; a text must hold all those of one language."""
    each = (terms(query, language)[:ASKED] for language in LANGUAGES)
    return tuple(dict.fromkeys(filter(None, each)))


def index(connection: Connection, turn: int, words: Sequence[str]) -> None:
    """Puts a text into the index."""
    if connection.dialect.name == "sqlite":
        connection.execute(
            text("INSERT INTO search (rowid, words) VALUES (:turn, :words)"),
            {"turn": turn, "words": " ".join(words)},
        )
    else:
        vector = func.array_to_tsvector(cast(list(words), ARRAY(Text)), type_=TSVECTOR)
        connection.execute(search.insert().values(turn=turn, words=vector))


def drop(connection: Connection, turns: Iterable[int]) -> None:
    """Takes texts out of the index."""
    column = "rowid" if connection.dialect.name == "sqlite" else "turn"
    statement = text(f"DELETE FROM search WHERE {column} = :turn")  # noqa: S608 - because both names are ours
    if rows := [{"turn": turn} for turn in turns]:
        connection.execute(statement, rows)


def find(connection: Connection, query: str, library: str, limit: int) -> Sequence[int]:
    """The articles of a library that hold every word of a query, newest arrival first."""
    asked = wanted(query)
    if not asked:
        return []
    rows = _find_sqlite if connection.dialect.name == "sqlite" else _find_postgresql
    return rows(connection, asked, library, limit)


SQLITE = text(
    """SELECT article FROM search CROSS JOIN sightings
       ON sightings.library = :library AND sightings.turn = search.rowid
       WHERE search MATCH :words ORDER BY search.rowid DESC LIMIT :limit"""
)


def _find_sqlite(
    connection: Connection, asked: tuple[tuple[str, ...], ...], library: str, limit: int
) -> Sequence[int]:
    words = " OR ".join("(" + " AND ".join(f'"{word}"' for word in group) + ")" for group in asked)
    return connection.execute(SQLITE, {"library": library, "words": words, "limit": limit}).scalars().all()


# The hits come first, by the index: left to itself, PostgreSQL takes the many languages of a query for many hits, and
# reads texts from the newest on until it has twenty.
POSTGRESQL = text(
    """WITH hits AS MATERIALIZED (SELECT turn FROM search WHERE words @@ CAST(:words AS tsquery))
       SELECT article FROM hits JOIN sightings ON sightings.library = :library AND sightings.turn = hits.turn
       ORDER BY hits.turn DESC LIMIT :limit"""
)


def _find_postgresql(
    connection: Connection, asked: tuple[tuple[str, ...], ...], library: str, limit: int
) -> Sequence[int]:
    words = " | ".join("(" + " & ".join(f"'{word}'" for word in group) + ")" for group in asked)
    hits = {"library": library, "words": words, "limit": limit}
    return connection.execute(POSTGRESQL, hits).scalars().all()
