"""What an answer makes of a feed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import Feed
from bot.sources import health
from bot.sources.fetch import Fetched
from bot.sources.health import Trouble

NOW = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = Feed("f1", "https://gull.example/feed", "https://gull.example/feed")
OLD, NEW = "https://gull.example/feed", "https://tern.example/feed"


def answer(status: int = 200, body: bytes = b"news", permanent: str = "", **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(permanent or OLD, status, named, body, permanent)


def http(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def wait(feed: Feed) -> timedelta:
    assert feed.next_at is not None
    return feed.next_at - NOW


# -- asking --------------------------------------------------------------------------------------------------------


def test_what_a_feed_said_of_its_document_goes_back_word_for_word():
    known = replace(FEED, etag='W/"a, b"', modified="Mon, 2 November 2026 9:00 (local)")
    asked = health.conditions(known)
    assert asked["if-none-match"] == 'W/"a, b"'
    assert asked["if-modified-since"] == "Mon, 2 November 2026 9:00 (local)"


def test_a_feed_that_said_nothing_is_asked_without_conditions():
    assert health.conditions(FEED) == {"a-im": "feed"}


# -- the same document again -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("feed", "came", "same"),
    [
        (FEED, answer(304), True),
        (FEED, answer(), False),
        (replace(FEED, etag='"1"'), answer(etag='"1"'), True),
        (replace(FEED, etag='"1"'), answer(etag='"2"'), False),
        (replace(FEED, etag='"1"'), answer(etag='"1"', expires="0"), False),
        (replace(FEED, modified="then"), answer(last_modified="then"), False),
        (replace(FEED, body=health.digest(b"news")), answer(), True),
        (replace(FEED, body=health.digest(b"news")), answer(body=b"other"), False),
    ],
)
def test_the_same_document_is_known_by_304_by_its_etag_and_by_its_bytes(feed, came, same):
    assert health.unchanged(feed, came) is same


# -- after a good answer ---------------------------------------------------------------------------------------------


def test_a_document_is_kept_with_what_its_server_says_of_it():
    after = health.succeeded(FEED, answer(etag='"1"', last_modified="then"), NOW, 0)
    assert (after.etag, after.modified, after.body) == ('"1"', "then", health.digest(b"news"))
    assert after.checked_at == after.succeeded_at == NOW


def test_a_304_renews_what_it_names_and_leaves_the_rest():
    known = replace(FEED, etag='"1"', modified="then", body="b")
    assert health.succeeded(known, answer(304), NOW, 0).etag == '"1"'
    renewed = health.succeeded(known, answer(304, last_modified="later"), NOW, 0)
    assert (renewed.etag, renewed.modified, renewed.body) == ('"1"', "later", "b")


def test_what_is_said_under_expires_0_is_not_kept():
    after = health.succeeded(FEED, answer(etag='"1"', last_modified="then", expires="0"), NOW, 0)
    assert (after.etag, after.modified) == ("", "")


def test_what_a_later_document_does_not_say_is_forgotten():
    after = health.succeeded(replace(FEED, etag='"1"', modified="then"), answer(body=b"other"), NOW, 0)
    assert (after.etag, after.modified) == ("", "")


@pytest.mark.parametrize(
    ("every", "headers", "expected"),
    [
        (0, {}, HOUR),
        (5, {}, HOUR),
        (180, {}, 3 * HOUR),
        (600_000, {}, DAY),
        (0, {"cache_control": "max-age=60"}, HOUR),
        (0, {"cache_control": "public, max-age=10800"}, 3 * HOUR),
        (0, {"cache_control": "s-maxage=10800"}, HOUR),
        (0, {"cache_control": "max-age=soon"}, HOUR),
        (0, {"cache_control": "max-age=99999999"}, DAY),
        (0, {"expires": http(NOW + 2 * HOUR)}, 2 * HOUR),
        (0, {"expires": http(NOW + 5 * HOUR), "date": http(NOW + 3 * HOUR)}, 2 * HOUR),
        (0, {"expires": http(NOW - DAY)}, HOUR),
        (0, {"expires": "never"}, HOUR),
        (0, {"expires": http(NOW + 9 * HOUR), "cache_control": "max-age=7200"}, 2 * HOUR),
        (240, {"cache_control": "max-age=7200"}, 4 * HOUR),
    ],
)
def test_a_feed_is_asked_again_when_it_may_have_changed_but_within_a_day(every, headers, expected):
    assert wait(health.succeeded(replace(FEED, every=every), answer(**headers), NOW, 0)) == expected


@given(st.floats(0, 1))
def test_chance_lengthens_a_wait_by_a_fifth_at_most(chance):
    assert HOUR <= wait(health.succeeded(FEED, answer(), NOW, chance)) <= 1.2 * HOUR


def test_a_good_answer_ends_all_trouble():
    ill = replace(FEED, errors=9, error="Ill.", failing_since=NOW - DAY, muted="Ill.")
    after = health.succeeded(ill, answer(304), NOW, 0)
    assert (after.errors, after.error, after.failing_since, after.muted) == (0, "", None, "")


# -- moves -----------------------------------------------------------------------------------------------------------


def asked_in_turn(feed: Feed, *answers: Fetched | Trouble) -> Feed:
    for came in answers:
        feed = (
            health.failed(feed, came, NOW, 0)
            if isinstance(came, Trouble)
            else health.succeeded(feed, came, NOW, 0)
        )
    return feed


AWAY = answer(permanent=NEW, etag='"1"', last_modified="then")


@pytest.mark.parametrize(
    ("answers", "url"),
    [
        ([AWAY, AWAY], OLD),
        ([AWAY, AWAY, AWAY], NEW),
        ([AWAY, replace(AWAY, status=304), AWAY], NEW),
        ([AWAY, AWAY, answer(), AWAY], OLD),
        ([AWAY, AWAY, Trouble("Ill."), AWAY], OLD),
        ([AWAY, AWAY, answer(permanent="https://hotel.example/login"), AWAY], OLD),
        ([replace(AWAY, permanent="")] * 5, OLD),  # temporary redirects
    ],
)
def test_three_equal_permanent_redirects_in_a_row_move_a_feed(answers, url):
    assert asked_in_turn(FEED, *answers).url == url


def test_what_the_old_address_said_is_not_told_to_the_new_one():
    moved = asked_in_turn(FEED, AWAY, AWAY, AWAY)
    assert health.conditions(moved) == {"a-im": "feed"}
    assert (moved.moved_to, moved.moves, moved.added) == ("", 0, OLD)


# -- trouble ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 203, 226, 304])
def test_a_good_answer_is_no_trouble(status):
    assert health.trouble(answer(status), NOW) is None


@pytest.mark.parametrize(
    ("came", "words", "least"),
    [
        (answer(404), "no feed at this address", timedelta()),
        (answer(401), "does not let us read", timedelta()),
        (answer(403), "does not let us read", timedelta()),
        (answer(403, cf_mitigated="challenge"), "Cloudflare", DAY),
        (answer(418), "answered 418", timedelta()),
        (answer(500), "answered 500", timedelta()),
        (answer(204), "answered 204", timedelta()),
        (answer(429), "come later", timedelta()),
        (answer(429, retry_after="7200"), "come later", 2 * HOUR),
        (answer(503, retry_after=http(NOW + 2 * DAY)), "come later", 2 * DAY),
        (answer(503, retry_after="999999999"), "come later", 7 * DAY),
        (answer(503, retry_after=http(NOW - DAY)), "come later", timedelta()),
        (answer(503, retry_after="-5"), "come later", timedelta()),
        (answer(503, retry_after="soon"), "come later", timedelta()),
        (answer(500, retry_after="7200"), "answered 500", timedelta()),
    ],
)
def test_trouble_says_what_it_is_and_how_long_to_wait(came, words, least):
    wrong = health.trouble(came, NOW)
    assert wrong is not None
    assert words in wrong.sentence
    assert max(wrong.wait, timedelta()) == least
    assert not wrong.final


def test_a_server_that_asks_for_a_week_gets_it():
    wrong = health.trouble(answer(429, retry_after=str(7 * 86400)), NOW)
    assert wrong is not None
    assert wait(health.failed(FEED, wrong, NOW, 0)) == 7 * DAY


@pytest.mark.parametrize(("errors", "hours"), [(0, 1), (1, 2), (11, 12), (23, 24), (500, 24)])
def test_a_feed_that_fails_is_asked_less_and_less_often(errors, hours):
    after = health.failed(replace(FEED, errors=errors), Trouble("Ill."), NOW, 0)
    assert wait(after) == hours * HOUR
    assert (after.errors, after.error, after.checked_at, after.succeeded_at) == (
        errors + 1,
        "Ill.",
        NOW,
        None,
    )


def test_a_feed_is_left_after_thirty_days_of_trouble_and_not_before():
    first = health.failed(FEED, Trouble("Ill."), NOW, 0)
    assert first.failing_since == NOW
    assert not health.failed(first, Trouble("Ill."), NOW + 29 * DAY, 0).muted
    assert health.failed(first, Trouble("Ill."), NOW + 30 * DAY, 0).muted == "It has failed for 30 days: Ill."


def test_a_feed_that_is_gone_for_good_is_left_at_once():
    wrong = health.trouble(answer(410), NOW)
    assert wrong is not None
    assert "for good" in health.failed(FEED, wrong, NOW, 0).muted
    assert not health.failed(FEED, Trouble("404"), NOW, 0).muted


def test_trouble_leaves_what_is_known_of_the_last_document():
    known = replace(FEED, etag='"1"', modified="then", body="b", entries="[]", title="Gull")
    after = health.failed(known, Trouble("Ill."), NOW, 0)
    assert (after.etag, after.modified, after.body, after.entries, after.title) == (
        '"1"',
        "then",
        "b",
        "[]",
        "Gull",
    )


@given(st.text(), st.text(), st.text(), st.integers(100, 599))
def test_no_header_whatever_breaks_the_rules(one, other, third, status):
    came = answer(
        status, retry_after=one, expires=other, cache_control=third, date=one, etag=other, cf_mitigated=third
    )
    wrong = health.trouble(came, NOW)
    after = health.failed(FEED, wrong, NOW, 0) if wrong else health.succeeded(FEED, came, NOW, 0)
    assert HOUR <= wait(after) <= 7 * DAY
