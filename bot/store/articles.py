"""Articles, their versions and what copies of them are known by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    delete,
    exists,
    func,
    literal,
    select,
    union_all,
    update,
)

from bot.ports import Likeness, Prints, Version
from bot.store import search
from bot.store.engine import add
from bot.store.schema import TIES, articles, band_prints, milliseconds, sentence_prints, sightings, versions
from summarizers.types import Article, PublishedFrom

ALIKE = 20
REMEMBERED = timedelta(days=14)  # how long light rewrites are looked for: later ones are news of their own
ASKED = 30_000  # hashes of a question: SQLite takes 32,766 parameters; the longest texts have a tenth of them

VERSION = select(versions, articles.c.key, articles.c.story, articles.c.copy_of).join_from(
    versions, articles, versions.c.article == articles.c.id
)
IS_NEWEST = versions.c.number == articles.c.latest


# -- reading -----------------------------------------------------------------------------------------------------------


def latest(connection: Connection, key: str) -> Version | None:
    """The newest version of an article; of one that had its time, without its text."""
    row = connection.execute(VERSION.where(articles.c.key == key, IS_NEWEST)).one_or_none()
    return version_of(row) if row else None


def of_story(connection: Connection, story: str, library: str) -> Sequence[Version]:
    """The versions of a story that a library holds, in the order in which they came."""
    statement = _seen(library).where(articles.c.story == story)
    rows = connection.execute(statement.order_by(versions.c.arrived, articles.c.id, versions.c.number))
    return [version_of(row) for row in rows]


def named(connection: Connection, name: str, library: str) -> Version | None:
    """The newest version by its key, an earlier one by an id that is no key, or the newest by its address."""
    by_key = connection.execute(_seen(library).where(IS_NEWEST, articles.c.key == name)).one_or_none()
    exact = by_key or connection.execute(_seen(library).where(versions.c.name == name)).one_or_none()
    by_address = _seen(library).where(IS_NEWEST, versions.c.url == name).order_by(articles.c.turn.desc())
    row = exact or connection.execute(by_address.limit(1)).one_or_none()
    return version_of(row) if row else None


def newest(connection: Connection, ids: Sequence[int]) -> Sequence[Version]:
    """The newest versions of articles, in the order in which these are named."""
    rows = connection.execute(VERSION.where(IS_NEWEST, articles.c.id.in_(ids)))
    found = {row.article: version_of(row) for row in rows}
    return [found[article] for article in ids if article in found]


def _seen(library: str) -> Select[Any]:
    """The versions that a library holds and whose text is still there."""
    return VERSION.where(is_seen(library), versions.c.text.is_not(None))


def is_seen(library: str) -> ColumnElement[bool]:
    """Whether a library holds an article: asked of each, since SQLite would take a join for where to begin."""
    return exists().where(sightings.c.library == library, sightings.c.article == articles.c.id)


def version_of(row: Row[Any]) -> Version:
    """The version that a row of VERSION holds."""
    article = Article(
        id=row.name,
        text=row.text or "",
        title=row.title,
        url=row.url,
        source=row.source,
        published=row.published,
        language=row.language,
        published_from=cast("PublishedFrom", row.published_from),
        excerpt=row.excerpt,
    )
    return Version(article, row.key, row.number, row.arrived, row.story, row.copy_of)


# -- writing -----------------------------------------------------------------------------------------------------------


def write(connection: Connection, version: Version, prints: Prints, words: str) -> int:
    """Keeps a version as the newest of its article, whose id comes back."""
    before = connection.execute(
        select(articles.c.id, articles.c.turn).where(articles.c.key == version.key)
    ).one_or_none()
    turn = _turn(connection, version.arrived)
    article = _turned(connection, before.id, version, turn) if before else _begun(connection, version, turn)
    connection.execute(versions.insert().values(article=article, content=prints.content, **_columns(version)))
    search.drop(connection, [before.turn] if before else [])
    search.index(connection, turn, search.terms(words, version.article.language))
    _print(connection, article, prints, version.arrived)
    return article


def _turn(connection: Connection, arrived: datetime) -> int:
    """The next free turn of a moment; of one that has none left the next of all."""
    first = milliseconds(arrived) * TIES
    last = select(func.max(articles.c.turn))
    taken = connection.execute(last.where(articles.c.turn < first + TIES)).scalar()
    turn = first if taken is None else max(first, taken + 1)
    return turn if turn < first + TIES else int(connection.execute(last).scalar_one()) + 1


def _begun(connection: Connection, version: Version, turn: int) -> int:
    values = {"key": version.key, "latest": version.number, "turn": turn, "held": True}
    placed = {"story": version.story, "copy_of": version.copy_of}
    result = connection.execute(articles.insert().values(**values, **placed).returning(articles.c.id))
    return int(result.scalar_one())


def _turned(connection: Connection, article: int, version: Version, turn: int) -> int:
    values = {"latest": version.number, "turn": turn, "held": True, "copy_of": version.copy_of}
    connection.execute(update(articles).where(articles.c.id == article).values(**values))
    connection.execute(update(sightings).where(sightings.c.article == article).values(turn=turn))
    return article


def _columns(version: Version) -> dict[str, Any]:
    article = version.article
    return {
        "number": version.number,
        "name": article.id,
        "arrived": version.arrived,
        "text": article.text,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "published": article.published,
        "published_from": article.published_from,
        "language": article.language,
        "excerpt": article.excerpt,
    }


def see(connection: Connection, key: str, libraries: Collection[str]) -> None:
    """Puts an article into libraries; one that is there already stays."""
    for library in sorted(libraries):
        chosen = select(literal(library), articles.c.id, articles.c.turn).where(articles.c.key == key)
        _see(connection, chosen)


def see_all(connection: Connection, beginning: str, library: str) -> None:
    """Puts every article whose key begins so into a library."""
    begins = func.substr(articles.c.key, 1, len(beginning)) == beginning
    _see(connection, select(literal(library), articles.c.id, articles.c.turn).where(begins))


def _see(connection: Connection, chosen: Select[Any]) -> None:
    columns = ["library", "article", "turn"]
    connection.execute(add(connection, sightings).from_select(columns, chosen).on_conflict_do_nothing())


# -- copies ------------------------------------------------------------------------------------------------------------


def _print(connection: Connection, article: int, prints: Prints, arrived: datetime) -> None:
    unprint(connection, [article])
    connection.execute(delete(band_prints).where(band_prints.c.arrived < arrived - REMEMBERED))
    sentences = [{"hash": hashed, "article": article} for hashed in sorted(prints.sentences)]
    bands = [{"hash": hashed, "article": article, "arrived": arrived} for hashed in sorted(prints.bands)]
    if sentences:
        connection.execute(sentence_prints.insert(), sentences)
    if bands:
        connection.execute(band_prints.insert(), bands)


def unprint(connection: Connection, ids: Sequence[int]) -> None:
    """Forgets what copies of articles are known by."""
    connection.execute(delete(sentence_prints).where(sentence_prints.c.article.in_(ids)))
    connection.execute(delete(band_prints).where(band_prints.c.article.in_(ids)))


def alike(connection: Connection, prints: Prints, library: str) -> Sequence[Likeness]:
    """The articles of a library that share most sentences, then most bands, with a new one."""
    sentence, band = sentence_prints.c, band_prints.c
    hits = union_all(
        select(sentence.article, literal(1).label("shared"), literal(0).label("bands")).where(
            sentence.hash.in_(sorted(prints.sentences)[:ASKED])
        ),
        select(band.article, literal(0), literal(1)).where(band.hash.in_(sorted(prints.bands)[: ALIKE * 10])),
    ).subquery()
    shared, bands = func.sum(hits.c.shared), func.sum(hits.c.bands)
    sentences = select(func.count()).where(sentence_prints.c.article == articles.c.id).scalar_subquery()
    statement = (
        select(articles.c.key, shared, sentences, bands)
        .join_from(hits, articles, articles.c.id == hits.c.article)
        .where(is_seen(library), articles.c.held)
        .group_by(articles.c.id, articles.c.key)
        .order_by(shared.desc(), bands.desc(), articles.c.key)
        .limit(ALIKE)
    )
    return [Likeness(key, int(s), int(own), int(b)) for key, s, own, b in connection.execute(statement)]
