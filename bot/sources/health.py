"""What an answer makes of a feed: when it is asked again, what is wrong with it, where it moved, when it is left. Pure.

The rules are those of mature readers: https://www.rfc-editor.org/rfc/rfc9111 for what a server says of its answer,
and experience (Miniflux, NewsBlur, FreshRSS, reader) for what it does not say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from urllib.parse import urlsplit

from bot.phrases import phrase
from bot.ports import Feed
from bot.sources.fetch import Fetched

INTERVAL = timedelta(hours=1)
LATEST = timedelta(hours=24)
LONGEST_WAIT = timedelta(days=7)  # that a server may ask for
JITTER = 0.2  # so that feeds that were added together are not asked together for ever
MOVES = 3  # equal permanent redirects in a row: one may be a hotel's login page
PATIENCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong: a sentence for a person, how long to wait at least, and whether it is for good."""

    sentence: str
    wait: timedelta = timedelta()
    final: bool = False


def conditions(feed: Feed) -> dict[str, str]:
    """The headers to ask a feed with: what it said of its last document goes back word for word."""
    wanted = {
        "a-im": "feed",
        "if-none-match": feed.etag,
        "if-modified-since": feed.modified,
    }
    return {name: value for name, value in wanted.items() if value}


def trouble(answer: Fetched, now: datetime) -> Trouble | None:
    """What is wrong with an answer before its body is read."""
    if answer.status in (200, 203, 226, 304):
        return None
    host = urlsplit(answer.url).hostname or "The server"
    challenged = answer.headers.get("cf-mitigated", "").strip().lower() == "challenge"
    match answer.status:
        case 403 if challenged:
            return Trouble(phrase("source.feed.browser", host=host), LATEST)
        case 410:
            return Trouble(phrase("source.feed.410", host=host), final=True)
        case 404:
            return Trouble(phrase("source.feed.404", host=host))
        case 401 | 403:
            return Trouble(phrase("source.feed.denied", host=host, status=answer.status))
        case 429 | 503:
            wait = min(_retry_after(answer.headers.get("retry-after", ""), now), LONGEST_WAIT)
            return Trouble(phrase("source.feed.later", host=host, status=answer.status), wait)
    return Trouble(phrase("source.feed.instead", host=host, status=answer.status))


def digest(body: bytes) -> str:
    """What tells a body from another."""
    return sha256(body).hexdigest()


def unchanged(feed: Feed, answer: Fetched) -> bool:
    """Whether an answer brings the document that is known: servers that know no conditions send it again and again."""
    if answer.status == 304:
        return True
    etag = _validators(answer)[0]
    return bool(etag and etag == feed.etag) or digest(answer.body) == feed.body


def succeeded(feed: Feed, answer: Fetched, now: datetime, chance: float) -> Feed:
    """The feed after an answer that it is well by. `chance`, between 0 and 1, spreads the next questions."""
    said = max(_fresh(answer.headers, now), timedelta(minutes=feed.every))
    wait = min(max(INTERVAL, said), LATEST)
    well = replace(
        feed,
        checked_at=now,
        succeeded_at=now,
        next_at=_later(now, wait, chance),
        errors=0,
        error="",
        failing_since=None,
        muted="",
    )
    return _moved(_valid(well, answer), answer)


def failed(feed: Feed, wrong: Trouble, now: datetime, chance: float) -> Feed:
    """The feed after something went wrong: it is asked less and less often, and no more after thirty days of that."""
    errors, since = feed.errors + 1, feed.failing_since or now
    wait = max(min(INTERVAL * errors, LATEST), wrong.wait)
    muted = feed.muted
    if wrong.final:
        muted = str(wrong.sentence)
    elif now - since >= PATIENCE:
        muted = str(phrase("source.feed.failed", days=PATIENCE.days, why=wrong.sentence))
    return replace(
        feed,
        checked_at=now,
        next_at=_later(now, wait, chance),
        errors=errors,
        error=str(wrong.sentence),
        failing_since=since,
        muted=muted,
        moved_to="",
        moves=0,
    )


def _later(now: datetime, wait: timedelta, chance: float) -> datetime:
    return now + wait * (1 + JITTER * chance)


def _valid(feed: Feed, answer: Fetched) -> Feed:
    """With what the answer says of its document; a 304 renews what it names and leaves the rest."""
    etag, modified = _validators(answer)
    if answer.status == 304:
        return replace(feed, etag=etag or feed.etag, modified=modified or feed.modified)
    return replace(feed, etag=etag, modified=modified, body=digest(answer.body))


def _validators(answer: Fetched) -> tuple[str, str]:
    if (
        answer.headers.get("expires", "").strip() == "0"
    ):  # its server calls everything stale, so they mean nothing
        return "", ""
    return answer.headers.get("etag", ""), answer.headers.get("last-modified", "")


def _moved(feed: Feed, answer: Fetched) -> Feed:
    """After three permanent redirects to one place in a row the feed is there, and its old validators are nobody's."""
    there = answer.permanent
    if not there or there == feed.url:
        return replace(feed, moved_to="", moves=0)
    moves = feed.moves + 1 if there == feed.moved_to else 1
    if moves < MOVES:
        return replace(feed, moved_to=there, moves=moves)
    return replace(feed, url=there, moved_to="", moves=0, etag="", modified="")


def _fresh(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long an answer says that it stays fresh."""
    age = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", headers.get("cache-control", ""), re.IGNORECASE)
    if age:
        return timedelta(seconds=int(age[1]))
    expires, said = _date(headers.get("expires", "")), _date(headers.get("date", ""))
    return expires - (said or now) if expires else timedelta()


def _retry_after(value: str, now: datetime) -> timedelta:
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        return timedelta(seconds=int(value))
    moment = _date(value)
    return moment - now if moment else timedelta()


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
