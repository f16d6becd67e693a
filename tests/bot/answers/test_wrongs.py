"""Whatever goes wrong before a reader is told so in their language: at once, and also where it was kept in English."""

import ast
import asyncio
import inspect
import re
from dataclasses import replace
from pathlib import Path
from random import Random
from string import Formatter
from types import SimpleNamespace

import pytest
from discord import HTTPException
from slack_sdk.errors import SlackApiError
from sqlalchemy import make_url

from bot.answers.schedules import outcome
from bot.commands import Feeds as FeedsCommand
from bot.delivery.values import Delivered, Outgoing
from bot.errors import GivenUp, NewsdeltaError, UnusableStore
from bot.phrases import ENGLISH, GERMAN, KEPT, Said, Voice, because, cut, phrase, retold
from bot.platforms import asking
from bot.platforms.discord import delivery as discord
from bot.platforms.slack import delivery as slack
from bot.replies import Reply
from bot.running import Here
from bot.sources.feed import Feeds
from bot.sources.fetch import Client, GuardedFetcher, Limits
from bot.sources.page import Pages
from bot.store.engine import ADVICE, sentence
from summarizers import clean, furniture
from summarizers.types import Article
from tests.bot.answers.test_language import ours, said
from tests.bot.answers.world import ANNA, BEGINNING, World
from tests.web import serve

DE = Voice("de")
BOT = Path(__file__).parents[3] / "bot"
KEPT_KEYS = sorted(key for key in ENGLISH if key.startswith(KEPT))
SMALL = Limits(page=20_000, feed=20_000, total=2.0)
HTML = {"Content-Type": "text/html"}
RSS = {"Content-Type": "application/rss+xml"}
CHALLENGE = {"cf-mitigated": "challenge"}
ENGLISH_WORDS = re.compile(
    r"\b(the|is|are|not|no|that|it|its|this|of|to|be|than|has|does|too|at|from|your|can|try|check|only|asks?|and|"
    r"again|later|there|which|who|for|lacks|nothing|took)\b",
    re.IGNORECASE,
)
PAGES = {
    f"/{status}": (status, HTML, "x") for status in (401, 402, 403, 404, 410, 418, 429, 451, 500)
} | {
    "/challenge": (403, HTML | CHALLENGE, "x"),
    "/pdf": (200, {"Content-Type": "application/pdf"}, "%PDF-1.7"),
    "/feed": (200, RSS, "<rss/>"),
    "/picture": (200, {"Content-Type": "image/png"}, "x"),
    "/film": (200, {"Content-Type": "video/mp4"}, "x"),
    "/recording": (200, {"Content-Type": "audio/ogg"}, "x"),
    "/data": (200, {"Content-Type": "application/json"}, "{}"),
    "/archive": (200, {"Content-Type": "application/zip"}, "PK"),
    "/other": (200, {"Content-Type": "font/woff2"}, "x"),
    "/wall": (200, HTML, "<html><body></body></html>"),
    "/round": (302, {"Location": "/round"}, ""),
    "/nowhere": (302, {"Location": "http://[x"}, ""),
    "/large": (200, HTML, "x" * 30_000),
    "/broken": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nhalf",
    "/nothing": b"",
    "/unwanted": (200, HTML, "x"),
    "/robots.txt": (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /unwanted"),
}  # fmt: skip
FEEDS = {f"/{status}": (status, RSS, "x") for status in (401, 404, 410, 418, 429, 503)} | {
    "/challenge": (403, RSS | CHALLENGE, "x"),
    "/empty": (200, RSS, " "),
    "/page": (200, HTML, '<html><link rel="alternate" type="application/rss+xml" href="/rss"></html>'),
    "/none": (200, HTML, "<html>x</html>"),
    "/json": (200, RSS, "{nothing"),
    "/other": (200, RSS, '{"a": 1}'),
    "/deep": (200, RSS, "<a>" * 1_000),
    "/attributes": (200, RSS, "<a " + " ".join(f'a{n}=""' for n in range(1_500)) + "/>"),
    "/author": (200, RSS, f"<rss><author>{'x' * 9_000}</author></rss>"),
    "/file": (200, RSS, '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///b">]><a/>'),
    "/entities": (200, RSS, '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a/>'),
    "/large": (200, RSS, "x" * 30_000),
}
ADDRESSES = (
    "ftp://quay.example/x", "https://anna@quay.example/", "https://quay.example:99/", "http://10.0.0.1/",
    "https://quay..example/", "https://quay.example/" + "x" * 5_000,
)  # fmt: skip


def german(words: str) -> str:
    return retold(words, DE)


def plain(words: str) -> str:
    """As a database gives it back."""
    return words.encode().decode()


def foreign(texts) -> list[str]:
    """What is still English in German; names and addresses are nobody's words."""
    words = [re.sub(r"https?://\S+|\S+\.example|„[^“]*“", "", german(text)) for text in texts]
    return [text for text in words if ENGLISH_WORDS.search(text)]


def in_chat(world: World, command) -> Reply:
    async def answer() -> Reply:
        return world.ask(command)

    return asyncio.run(asking.told("it", answer))


@pytest.fixture
def served(request):
    with serve(dict(request.param)) as web, GuardedFetcher(
        Client({(web.host, web.port)}, pause=0, limits=SMALL)
    ) as fetcher:  # fmt: skip
        world = World()
        pages = Pages(fetcher, Here(), BEGINNING.date)
        feeds = Feeds(fetcher, Here(), None, Random(1))
        world.pages.read, world.feeds.poll = pages.read, feeds.poll
        yield world, web.url


@pytest.mark.parametrize("served", [PAGES], indirect=True)
def test_why_a_page_can_not_be_read_is_told_in_german(served):
    world, url = served
    for address in (*(url + path for path in PAGES if path != "/robots.txt"), *ADDRESSES):
        for words in ("read", "summarize"):
            reply = in_chat(world, f"{words} {address}")
            assert reply.notes
            assert not foreign(ours(reply)), address


@pytest.mark.parametrize("served", [FEEDS], indirect=True)
def test_why_a_feed_can_not_be_read_is_told_in_german_at_once_and_later(served):
    world, url = served
    for address in (*(url + path for path in FEEDS), *ADDRESSES):
        for action in ("add", "test"):
            reply = in_chat(world, FeedsCommand(action, address))
            assert reply.notes
            assert not foreign(ours(reply)), address
        feed, _ = world.store.add_feed(address, ANNA.library, world.now)
        failed = world.feeds.poll(feed, world.now).feed
        world.store.save_feed(replace(failed, error=plain(failed.error), muted=plain(failed.muted)))
    for command in ("feeds", "status"):
        assert not foreign(ours(world.ask(command)))
    assert not foreign(said(world.answers.home(ANNA, world.now).sections))


@pytest.mark.parametrize(
    "article",
    [
        Article("a", " ", title="Zaun"),
        Article("a", "x" * 3_000_000, title="Zaun"),
        Article("a", "\0", title="Zaun"),
        Article("a", "…", title="Zaun"),
    ],
)
def test_why_an_article_is_not_taken_in_is_told_in_german(world, article):
    world.pages.held["https://quay.example/a"] = (article,)
    reply = in_chat(world, "read https://quay.example/a")
    assert reply.notes[0].startswith("Zaun")
    assert not foreign(ours(reply))


@pytest.mark.parametrize(
    "wrong",
    [
        *(GivenUp(phrase(f"given_up.{why}", limit="5"), why) for why in ("late", "large", "ended")),
        *(UnusableStore(sentence(sign, make_url("sqlite:///x"))) for sign, _ in ADVICE),
        UnusableStore(phrase("store.busy")),
    ],
)
def test_what_stops_an_answer_is_told_in_german(world, wrong: NewsdeltaError):
    def stop(*_given, **_more):
        raise wrong

    world.store.stories = stop
    reply = in_chat(world, "latest")
    assert reply.notes == (str(wrong),)
    assert not foreign(ours(reply))


def closings():
    response = {"error": "", "needed": "chat:write"}
    for code in ("account_inactive", "missing_scope", "not_in_channel"):
        yield slack.outcome(SlackApiError("", response | {"error": code}))
    message = Outgoing(ANNA, "key", "nonce", {"thread": {}})
    for status, code in ((401, 0), *((403, code) for code in (*discord.LANE, discord.UNTAGGED))):
        error = HTTPException(SimpleNamespace(status=status, reason=""), {"code": code, "message": "x"})
        yield discord.outcome(error, message)


@pytest.mark.parametrize("closed", [*closings()], ids=lambda error: error.code)
def test_why_nothing_goes_out_is_kept_in_english_and_told_in_german(world, closed):
    world.say("schedule add weekdays 8:00 Europe/Berlin")
    world.outbox.lane(ANNA).closed = plain(str(closed))
    for number, _ in enumerate(world.outbox.schedules(ANNA), 1):
        world.outbox.pause(number, plain(str(closed)))
    for command in ("status", "schedule list", "schedule run 1"):
        told = [*ours(world.ask(command))]
        assert not foreign(told)
        assert any(german(because(plain(str(closed)))) in german(text) for text in told)


@pytest.mark.parametrize("key", KEPT_KEYS)
def test_what_was_kept_in_english_is_known_again(key):
    values = {gap: f"~{gap}~" for _, gap, _, _ in Formatter().parse(ENGLISH[key]) if gap}
    again = because(plain(phrase(key, **values)))
    assert again == phrase(key, **values)
    assert german(again) == phrase(key, "de", **values)


REASON = re.compile("[a-z]{4,}[a-z ]*")


def test_why_lines_are_left_out_has_words_in_german():
    rules = [
        function
        for module in (inspect.getmodule(clean), furniture)
        for function in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(function, ast.FunctionDef)
        and ast.unparse(function.returns or ast.Constant(0)) in {"Fates", "str | None"}
    ]
    said = {node.value for rule in rules for node in ast.walk(rule) if isinstance(node, ast.Constant)}
    reasons = {words for words in said if isinstance(words, str) and REASON.fullmatch(words)}
    reasons |= {reason for reason, _ in (*furniture.RULES, *furniture.UNSTOPPED_RULES)} | {"dateline"}
    assert "share bar" in reasons
    assert {reason for reason in reasons if not isinstance(cut(reason), Said)} == set()


CODES = {code.removeprefix("delivery.code.") for code in ENGLISH if code.startswith("delivery.code.")}


@pytest.mark.parametrize("code", [*sorted(CODES), f"not composed: {phrase('given_up.ended')}"])
def test_what_became_of_a_delivery_is_told_in_german(code):
    words = outcome(Delivered("key", ANNA, "dead", 1, BEGINNING, None, code=plain(code)))
    assert isinstance(words, Said)
    assert not foreign([words])
    assert german(words) != f"{GERMAN['delivery.dead']} · {code}"


def test_what_stands_in_a_gap_is_known_again_too():
    why = phrase("source.nothing", host="quay.example")
    kept = plain(phrase("source.feed.failed", days=30, why=why))
    assert german(because(kept)) == phrase("source.feed.failed", "de", days=30, why=german(why))


def test_what_is_not_ours_stays_as_it_was_kept():
    assert because("channel_not_found") == "channel_not_found"
    assert not isinstance(because("channel_not_found"), Said)


# No other way to say what is wrong: a sentence that reaches a reader stands in the table

TOLD = {
    "UnreadableSource",
    "UnreachableSource",
    "ForbiddenSource",
    "GivenUp",
    "Closed",
    "Trouble",
    "_refused",
}
ROOMS = [
    *(BOT / "sources" / f"{name}.py" for name in ("addresses", "entries", "feed", "fetch", "health", "page", "readers")),
    *(BOT / f"{name}.py" for name in ("ingest", "polling", "workers")),
    *sorted((BOT / "platforms" / "discord").glob("*.py")),
    *sorted((BOT / "platforms" / "slack").glob("*.py")),
]  # fmt: skip


@pytest.mark.parametrize("file", ROOMS, ids=lambda file: file.stem)
def test_errors_that_reach_a_reader_say_phrases(file):
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    raised = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in TOLD]
    literal = [ast.unparse(call) for call in raised if isinstance(call.args[-1 if call.func.id == "_refused" else 0],
                                                                  ast.Constant | ast.JoinedStr)]  # fmt: skip
    assert literal == []


def test_no_german_sentence_is_the_english_one():
    assert [key for key in KEPT_KEYS if GERMAN[key] == ENGLISH[key]] == []
