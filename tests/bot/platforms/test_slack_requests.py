"""Slack over HTTP, through the real server: what is not signed by Slack gets no further than the door."""

import asyncio
import hashlib
import hmac
import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from queue import Queue
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import web
from bot.errors import UnusableStore, WrongSettings
from bot.platforms.slack.clients import Api
from bot.platforms.slack.installs import Installations, InstalledClients, cipher
from bot.platforms.slack.manifest import EVENTS_PATH, INSTALL_PATH, OPTIONAL_SCOPES, REDIRECT_PATH, SCOPES
from bot.platforms.slack.requests import LARGEST, Door, events, install_pages
from bot.store.engine import asynchronous
from tests.fake_slack import FakeSlack

SECRET = "s3cret"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COMMAND = {
    "command": "/news",
    "text": "help",
    "team_id": "T1",
    "user_id": "U1",
    "channel_id": "C1",
    "trigger_id": "1.2",
}


@pytest.fixture(scope="module")
def portal():
    with start_blocking_portal() as portal:
        yield portal


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@asynccontextmanager
async def serving(routes):
    """The bot's own pages with these routes, at the address that is given."""
    port = free_port()
    task = asyncio.create_task(web.run(web.app(dict, routes), "127.0.0.1", port))
    await asyncio.sleep(0)  # then it has its place, and who connects waits for it
    yield port
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class Heard:
    """An app that notes what it hears; `down` makes it fail, as where the database is away."""

    def __init__(self):
        self.commands = []
        self.mentions = Queue()  # events are answered first, and heard then
        self.down = False

    def app(self):
        async def authorize():
            if self.down:
                raise UnusableStore("The database is away.")
            return AuthorizeResult(
                enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT"
            )

        async def command(ack, body):
            self.commands.append(body["text"])
            await ack("heard")

        async def mention(event):
            self.mentions.put(event["text"])

        app = AsyncApp(signing_secret=SECRET, authorize=authorize)
        app.command("/news")(command)
        app.event("app_mention")(mention)
        return app


@pytest.fixture(scope="module")
def heard():
    return Heard()


@pytest.fixture(scope="module")
def port(portal, heard):
    with portal.wrap_async_context_manager(serving(events(heard.app, SECRET, time.time))) as port:
        yield port


@pytest.fixture(autouse=True)
def nothing_heard(heard):
    heard.commands.clear()
    heard.down = False


def ask(port, method, path, body=b"", headers=()):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(method, path)
        for name, value in headers:
            connection.putheader(name, value)
        if body or method == "POST":
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()


def signature(timestamp, body, secret=SECRET):
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


def sent(port, body, form=FORM, timestamp=None, signed=None, extra=()):
    timestamp = str(int(time.time())) if timestamp is None else timestamp
    signed = signature(timestamp, body) if signed is None else signed
    headers = [
        ("Content-Type", form),
        ("X-Slack-Request-Timestamp", timestamp),
        ("X-Slack-Signature", signed),
        *extra,
    ]
    return ask(port, "POST", EVENTS_PATH, body, headers)[:2]


def command(text):
    return urlencode({**COMMAND, "text": text}).encode()


def mention(text, event="Ev1"):
    said = {"type": "app_mention", "text": text, "user": "U1", "channel": "C1", "ts": "1.2"}
    return json.dumps({"type": "event_callback", "team_id": "T1", "event_id": event, "event": said}).encode()


# -- what comes through ------------------------------------------------------------------------------------------------


def test_a_signed_command_and_a_signed_event_are_heard(port, heard):
    assert sent(port, command("latest")) == (200, "heard")
    assert sent(port, mention("what changed?"), JSON)[0] == 200
    assert heard.commands == ["latest"]
    assert heard.mentions.get(timeout=10) == "what changed?"


def test_slack_may_ask_whether_the_address_is_ours(port):
    body = json.dumps({"type": "url_verification", "challenge": "c-1"}).encode()
    assert sent(port, body, JSON) == (200, '{"challenge": "c-1"}')
    assert sent(port, body, JSON, signed="v0=" + "0" * 64)[0] == 401


@pytest.mark.parametrize(("age", "status"), [(295, 200), (-295, 200), (305, 401), (-305, 401)])
def test_a_signature_counts_for_five_minutes(port, age, status):
    assert sent(port, command(f"{age}"), timestamp=str(int(time.time()) - age))[0] == status


def test_the_same_request_is_done_once(port, heard):
    now = str(int(time.time()))
    answers = [sent(port, command("post it"), timestamp=now) for _ in range(3)]
    assert answers == [(200, "heard"), (200, ""), (200, "")]
    assert heard.commands == ["post it"]


def test_what_slack_signs_anew_is_another_request(port, heard):
    now = int(time.time())
    for stamp in (now - 1, now):
        sent(port, command("again"), timestamp=str(stamp))
    assert heard.commands == ["again", "again"]


def test_what_could_not_be_done_may_come_again(port, heard):
    now = str(int(time.time()))
    heard.down = True
    assert sent(port, command("later"), timestamp=now) == (500, "")
    heard.down = False
    assert sent(port, command("later"), timestamp=now) == (200, "heard")
    assert heard.commands == ["later"]


# -- what does not -----------------------------------------------------------------------------------------------------

GOOD = command("forged")
NOW = "1700000000"


@pytest.mark.parametrize(
    "wrong",
    [
        {"signed": "v0=" + "a" * 64},
        {"signed": ""},
        {"signed": "v1=" + "a" * 64},
        {"signed": "v0=" + "A" * 64},
        {"signed": ("v0=" + "é" * 64).encode("latin-1")},
        {"timestamp": ""},
        {"timestamp": "soon"},
        {"timestamp": "12e3"},
        {"timestamp": "-1"},
        {"timestamp": "9" * 5000},
        {"timestamp": "²".encode("latin-1")},
        {"timestamp": NOW},
    ],
    ids=str,
)
def test_what_is_not_signed_by_slack_is_refused(port, heard, wrong):
    given = {"signed": signature(NOW, GOOD), **wrong}
    assert sent(port, GOOD, **given) == (401, "")
    assert heard.commands == []


def test_another_secret_is_no_use(port):
    now = str(int(time.time()))
    assert sent(port, GOOD, timestamp=now, signed=signature(now, GOOD, "guessed"))[0] == 401


def test_without_headers_nothing_is_answered(port):
    assert ask(port, "POST", EVENTS_PATH, GOOD, [("Content-Type", FORM)])[0] == 401
    assert ask(port, "GET", EVENTS_PATH)[0] == 405


@pytest.mark.parametrize("length", [LARGEST, LARGEST + 1])
def test_too_much_is_refused_however_well_it_is_signed(port, heard, length):
    body = command("x")
    body += b"&fill=" + b"f" * (length - len(body) - 6)
    assert sent(port, body)[0] == (413 if length > LARGEST else 200)
    assert len(heard.commands) == (length <= LARGEST)


def test_too_much_in_pieces_is_refused_before_it_has_all_come(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def pieces() -> Iterator[bytes]:
        for _ in range(2 + LARGEST // 65536):
            yield b"x" * 65536

    connection.request("POST", EVENTS_PATH, pieces(), {"Transfer-Encoding": "chunked"}, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


LEGAL = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")).map(
    lambda text: text.encode("latin-1")
)
STAMPS = (
    LEGAL
    | st.integers(0, 10**14).map(str)
    | st.just(str(int(time.time())))
    | st.text("0123456789", max_size=6000)
)
SIGNED = (
    LEGAL
    | st.text("0123456789abcdef", min_size=64, max_size=64).map("v0=".__add__)
    | st.just("v0=" + "é" * 64).map(lambda text: text.encode("latin-1"))
)
FORMS = st.sampled_from([FORM, JSON, "text/plain", "multipart/form-data; boundary=x"])


@given(
    body=st.binary(max_size=200) | st.sampled_from([b"{", b"payload=[", b"payload=%7B"]),
    form=FORMS,
    stamp=STAMPS,
    signed=SIGNED,
)
@settings(max_examples=150)
def test_whatever_comes_unsigned_is_401(port, body, form, stamp, signed):
    assert sent(port, body, form, timestamp=stamp, signed=signed)[0] == 401


SHAPELESS = st.lists(st.integers(), max_size=3) | st.text(max_size=8) | st.none()
UNREADABLE = (
    st.binary(max_size=100)
    | SHAPELESS.map(json.dumps).map(str.encode)
    | SHAPELESS.map(lambda value: urlencode({"payload": json.dumps(value)}).encode())
    | st.just(b"[" * 100_000)
)


@given(body=UNREADABLE, form=FORMS)
@settings(max_examples=150)
def test_not_even_what_is_signed_makes_it_fail_where_it_cant_be_read(port, body, form):
    assert sent(port, body, form)[0] in {200, 400, 401, 404}  # 200: it came before in this second


def test_without_a_secret_it_does_not_start():
    for secret in ("", "  "):
        with pytest.raises(WrongSettings, match="set SLACK_SIGNING_SECRET"):
            events(Heard().app, secret, time.time)


def test_the_door_keeps_no_more_than_what_still_counts():
    now = [1000.0]
    door = Door(SECRET, lambda: now[0])
    assert [door.first(name) for name in ("a", "b", "a")] == [True, True, False]
    now[0] += 601
    assert door.first("c")
    assert list(door._seen) == ["c"]


# -- the pages where a workspace installs the app ----------------------------------------------------------------------


@contextmanager
def installing(portal, url, slack):
    """The pages, the installations behind them, and what hears that a workspace is in."""
    api, engine, admitted = Api(slack.api), asynchronous(url), []
    installations = Installations("1.2", engine, cipher(["k" * 32]), admitted.append)
    pages = install_pages(
        api,
        "1.2",
        "client-s3cret",
        installations,
        cipher(["k" * 32], "states"),
        f"https://bot.example.org{REDIRECT_PATH}",
    )
    try:
        with portal.wrap_async_context_manager(serving(pages)) as port:
            yield port, InstalledClients(installations, api, "client-s3cret"), admitted
    finally:
        portal.call(api.close)
        portal.call(engine.dispose)


@pytest.fixture
def slack(portal):
    with portal.wrap_async_context_manager(FakeSlack()) as slack:
        slack.app.client_secret = "client-s3cret"
        yield slack


def agreed(slack, port, **asked):
    """The way of who installs the app: our page, Slack's page, and what Slack sends back with them; and their cookie."""
    status, page, headers = ask(port, "GET", INSTALL_PATH)
    assert status == 200
    there = re.search(r'href="(https://slack.com/oauth/v2/authorize[^"]*)"', page)[1].replace("&amp;", "&")
    query = urlsplit(there).query
    slack_port = urlsplit(slack.url).port
    _, _, back = ask(
        slack_port, "GET", f"/oauth/v2/authorize?{query}" + "".join(f"&{k}={v}" for k, v in asked.items())
    )
    return parse_qs(query), urlsplit(back["Location"]).query, headers["Set-Cookie"].partition(";")[0]


def test_a_workspace_installs_the_app_and_another_one_too(portal, slack, database):
    slack.long_tokens = True
    slack.add_team("T2", "xoxb-2")
    with installing(portal, database, slack) as (port, clients, admitted):
        for team in ("T1", "T2"):
            asked, back, cookie = agreed(slack, port, team=team)
            assert set(asked["scope"][0].split(",")) == {*SCOPES, *OPTIONAL_SCOPES}
            status, page, _ = ask(port, "GET", f"{REDIRECT_PATH}?{back}", headers=[("Cookie", cookie)])
            assert (status, f"team={team}" in page) == (200, True)
        assert admitted == ["T1", "T2"]
        tokens = [portal.call(clients.of, team).token for team in ("T1", "T2")]
        assert len(set(tokens)) == 2
        assert [slack.team_of(token).id for token in tokens] == ["T1", "T2"]


def test_who_does_not_agree_is_told_so(portal, slack, sqlite):
    slack.consents = False
    with installing(portal, sqlite, slack) as (port, _, admitted):
        _, back, cookie = agreed(slack, port)
        status, page, _ = ask(port, "GET", f"{REDIRECT_PATH}?{back}", headers=[("Cookie", cookie)])
        assert (status, "access_denied" in page, admitted) == (200, True, [])


def test_a_code_is_taken_only_from_the_browser_that_asked_for_it(portal, slack, sqlite):
    with installing(portal, sqlite, slack) as (port, _, admitted):
        _, back, cookie = agreed(slack, port)
        _, _, other = agreed(slack, port)
        code = parse_qs(back)["code"][0]
        forged = "slack-app-oauth-state=forged"
        for query, held in (
            (back, ""),
            (back, other),
            (f"code={code}&state=forged", forged),
            (f"code={code}", cookie),
        ):
            status, _, _ = ask(port, "GET", f"{REDIRECT_PATH}?{query}", headers=[("Cookie", held)])
            assert 400 <= status < 500
        assert admitted == []
        assert ask(port, "GET", f"{REDIRECT_PATH}?{back}", headers=[("Cookie", cookie)])[0] == 200
        assert (
            ask(port, "GET", f"{REDIRECT_PATH}?{back}", headers=[("Cookie", cookie)])[0] == 401
        )  # a code counts once
        assert admitted == ["T1"]


def test_nothing_that_is_sent_to_the_pages_is_shown_as_markup(portal, slack, sqlite):
    with installing(portal, sqlite, slack) as (port, _, _):
        _, page, _ = ask(port, "GET", f"{REDIRECT_PATH}?error=%3Cscript%3Ealert(1)%3C/script%3E")
        assert "<script>" not in page


@pytest.mark.parametrize("fault", ["reset before", "503 before"])
def test_where_slack_is_away_the_page_says_so(portal, slack, sqlite, fault):
    with installing(portal, sqlite, slack) as (port, _, admitted):
        _, back, cookie = agreed(slack, port)
        slack.chance = lambda method: fault if method == "oauth.v2.access" else ""
        status, page, _ = ask(port, "GET", f"{REDIRECT_PATH}?{back}", headers=[("Cookie", cookie)])
        assert (status, "try again" in page) == (503 if "reset" in fault else 401, True)
        assert admitted == []


@pytest.mark.parametrize("missing", [("", "secret"), ("1.2", "")])
def test_without_the_apps_own_id_there_are_no_pages(missing):
    with pytest.raises(WrongSettings, match="SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"):
        install_pages(Api("http://127.0.0.1:9/"), *missing, None, "key")
