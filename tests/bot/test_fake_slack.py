"""The fake Slack, asked by Slack's own SDK and Bolt: it takes what Slack takes, refuses the rest, and says what came of it."""

import asyncio
import functools
import inspect
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.fake_slack import SCOPES, FakeSlack, apart, people

START = 1_780_000_000.0
PLAIN = {"text": "Hello", "unfurl_links": False, "unfurl_media": False}
HELLO = {"type": "section", "text": {"type": "plain_text", "text": "Hello"}}


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """The SDK asks for proxies even on the way to this machine, and Bolt for tokens."""
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)


def beside(test):
    """Runs a test beside a Slack whose clock stands still; `client` asks it once, as the app in its first workspace."""

    @functools.wraps(test)
    def run(**given):
        async def both():
            async with FakeSlack(start=START) as slack:
                known = {
                    "slack": slack,
                    "client": client_of(slack),
                    "news": slack.teams["T1"].channels["C1NEWS"],
                }
                wanted = inspect.signature(test).parameters
                await test(**{key: value for key, value in known.items() if key in wanted}, **given)

        asyncio.run(both())

    asked = [
        each
        for name, each in inspect.signature(test).parameters.items()
        if name not in {"slack", "client", "news"}
    ]
    run.__signature__ = inspect.Signature(asked)
    return run


def client_of(slack, token="xoxb-1"):
    return AsyncWebClient(token=token, base_url=slack.api, retry_handlers=[])


async def refused(asked):
    """What Slack answers, which is a no."""
    with pytest.raises(SlackApiError) as caught:
        await asked
    return caught.value.response


# -- messages ----------------------------------------------------------------------------------------------------------


@beside
async def test_a_message_and_its_thread_are_seen_and_a_reply_in_the_channel_only_where_it_was_broadcast(
    slack, client, news
):
    root = await client.chat_postMessage(channel="C1NEWS", **PLAIN)
    metadata = {"event_type": "told", "event_payload": {"key": "1"}}
    quiet = await client.chat_postMessage(channel="C1NEWS", thread_ts=root["ts"], metadata=metadata, **PLAIN)
    loud = await client.chat_postMessage(
        channel="C1NEWS", thread_ts=root["ts"], reply_broadcast=True, **PLAIN
    )
    assert [message["ts"] for message in news.messages] == [root["ts"], quiet["ts"], loud["ts"]]
    seen = await client.conversations_history(channel="C1NEWS", limit=1)
    assert [message["ts"] for message in seen["messages"]] == [loud["ts"]]
    more = await client.conversations_history(
        channel="C1NEWS", cursor=seen["response_metadata"]["next_cursor"]
    )
    assert [(message["ts"], message["reply_count"]) for message in more["messages"]] == [(root["ts"], 2)]
    replies = await client.conversations_replies(channel="C1NEWS", ts=root["ts"])
    assert [message.get("metadata") for message in replies["messages"]] == [None] * 3
    replies = await client.conversations_replies(channel="C1NEWS", ts=root["ts"], include_all_metadata=True)
    assert [message.get("metadata") for message in replies["messages"]] == [None, metadata, None]
    assert slack.wrong == []


@beside
async def test_a_message_is_in_the_history_only_after_a_while(slack, client):
    slack.lag = 4
    await client.chat_postMessage(channel="C1NEWS", **PLAIN)
    assert (await client.conversations_history(channel="C1NEWS"))["messages"] == []
    await slack.pass_time(5)
    assert len((await client.conversations_history(channel="C1NEWS"))["messages"]) == 1
    assert (await client.conversations_history(channel="C1NEWS", oldest=f"{START + 1}"))["messages"] == []


@beside
async def test_an_edit_keeps_the_blocks_unless_it_is_given_others(client, news):
    ts = (await client.chat_postMessage(channel="C1NEWS", blocks=[HELLO], **PLAIN))["ts"]
    await client.chat_update(channel="C1NEWS", ts=ts, text="Other")
    [message] = news.messages
    assert (message["text"], len(message["blocks"]), bool(message["edited"])) == ("Other", 1, True)
    await client.chat_update(channel="C1NEWS", ts=ts, text="Other", blocks=[])
    assert message["blocks"] == []


@beside
async def test_a_message_for_one_is_seen_by_nobody_else(slack, client, news):
    await client.chat_postEphemeral(channel="C1NEWS", user="U1A", text="Hello")
    assert [message["text"] for message in people.private(slack, "U1A")] == ["Hello"]
    assert (people.private(slack, "U1B"), news.messages) == ([], [])
    said = await refused(client.chat_postEphemeral(channel="C1NEWS", user="U1ADMIN", text="Hello"))
    assert said["error"] == "user_not_in_channel"


@beside
async def test_where_a_root_is_deleted_its_thread_goes_on_and_without_one_nothing_can_be_answered(
    client, news
):
    root = (await client.chat_postMessage(channel="C1NEWS", **PLAIN))["ts"]
    await client.chat_postMessage(channel="C1NEWS", thread_ts=root, **PLAIN)
    await client.chat_delete(channel="C1NEWS", ts=root)
    assert news.messages[0]["subtype"] == "tombstone"
    await client.chat_postMessage(channel="C1NEWS", thread_ts=root, **PLAIN)
    lone = (await client.chat_postMessage(channel="C1NEWS", **PLAIN))["ts"]
    await client.chat_delete(channel="C1NEWS", ts=lone)
    assert (await refused(client.chat_postMessage(channel="C1NEWS", thread_ts=lone, **PLAIN)))[
        "error"
    ] == "thread_not_found"
    assert (await refused(client.chat_update(channel="C1NEWS", ts=lone, text="x")))[
        "error"
    ] == "message_not_found"


def post(client, channel="C1NEWS", **more):
    return client.chat_postMessage(channel=channel, **{**PLAIN, **more})


def done_before(act, *given, channel="C1NEWS"):
    """Somebody does something, and then the app posts."""

    def asked(slack, client):
        act(slack, *given)
        return post(client, channel)

    return asked


LONG = {"type": "section", "text": {"type": "plain_text", "text": "x" * 2_500}}
REFUSALS = {
    "channel_not_found": lambda _, client: post(client, "C9"),
    "not_in_channel": done_before(people.without, "chat:write.public", channel="C1OTHER"),
    "channel_not_found of a private one": done_before(people.put_out, "G1PRIVATE", channel="G1PRIVATE"),
    "is_archived": done_before(people.archive, "C1NEWS"),
    "token_revoked": done_before(people.revoke),
    "account_inactive": done_before(people.uninstall),
    "user_not_found": lambda _, client: client.users_info(user="U9"),
    "not_authed": lambda slack, _: post(client_of(slack, "")),
    "invalid_auth": lambda slack, _: post(client_of(slack, "xoxb-9")),
    "not_allowed_token_type": lambda _, client: client.apps_connections_open(app_token="xoxb-1"),
    "thread_not_found": lambda _, client: post(client, thread_ts="1.000001"),
    "message_not_found": lambda _, client: client.chat_update(channel="C1NEWS", ts="1.000001", text="x"),
    "no_text": lambda _, client: client.api_call("chat.postMessage", json={"channel": "C1NEWS"}),
    "not_enough_users": lambda _, client: client.conversations_open(users="U1A,U1B"),
    "invalid_metadata_format": lambda _, client: post(client, metadata={"event_type": "x"}),
    "msg_blocks_too_long": lambda _, client: post(client, blocks=[LONG] * 5),
    "invalid_trigger_id": lambda _, client: client.views_open(trigger_id="x", view=MODAL),
    "unknown_method": lambda _, client: client.api_call("chat.shout"),
    "invalid_limit": lambda _, client: client.conversations_history(channel="C1NEWS", limit=5_000),
}


@pytest.mark.parametrize("case", REFUSALS)
@beside
async def test_what_can_not_be_is_refused_as_slack_calls_it(slack, client, case):
    assert (await refused(REFUSALS[case](slack, client)))["error"] == case.split()[0]


@pytest.mark.parametrize(
    ("scope", "asked"),
    [
        ("chat:write", post),
        ("channels:history", lambda client: client.conversations_history(channel="C1NEWS")),
        ("groups:history", lambda client: client.conversations_history(channel="G1PRIVATE")),
        ("channels:read", lambda client: client.conversations_info(channel="C1NEWS")),
        ("groups:read", lambda client: client.conversations_members(channel="G1PRIVATE")),
        ("users:read", lambda client: client.users_info(user="U1A")),
        ("im:write", lambda client: client.conversations_open(users="U1A")),
        ("files:write", lambda client: client.files_getUploadURLExternal(filename="a.png", length=1)),
        (
            "assistant:write",
            lambda client: client.assistant_threads_setStatus(channel_id="C1NEWS", thread_ts="1", status="x"),
        ),
    ],
)
@beside
async def test_what_lacks_a_scope_is_told_which(slack, client, scope, asked):
    people.without(slack, scope)
    said = await refused(asked(client))
    assert (said["error"], said["needed"]) == ("missing_scope", scope)
    assert said["provided"].split(",") == [other for other in SCOPES if other != scope]


@beside
async def test_what_a_rule_does_not_take_is_refused_says_why_and_is_recorded(slack, client, news):
    long = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3_001}}
    said = await refused(client.chat_postMessage(channel="C1NEWS", blocks=[long], **PLAIN))
    assert said["error"] == "invalid_blocks"
    assert "3000 characters" in said["response_metadata"]["messages"][0]
    assert (await refused(client.chat_postMessage(channel="C1NEWS", text="<!channel>")))[
        "error"
    ] == "invalid_blocks"
    assert (len(news.messages), len(slack.wrong) >= 3) == (0, True)


@beside
async def test_an_edit_takes_4000_bytes_where_a_post_takes_more(client):
    ts = (await client.chat_postMessage(channel="C1NEWS", **PLAIN))["ts"]
    assert (await refused(client.chat_update(channel="C1NEWS", ts=ts, text="é" * 2_001)))[
        "error"
    ] == "msg_too_long"


@beside
async def test_an_argument_that_there_is_not_and_a_secret_in_metadata_are_recorded(slack, client):
    await client.chat_postMessage(channel="C1NEWS", unfurl_link=False, **PLAIN)
    assert slack.wrong == ["chat.postMessage takes no unfurl_link"]
    metadata = {"event_type": "x", "event_payload": {"token": "xoxb-1"}}
    await refused(client.chat_postMessage(channel="C1NEWS", metadata=metadata, **PLAIN))
    assert "a secret in metadata" in slack.wrong[1]


@beside
async def test_more_than_one_message_a_second_and_channel_are_too_many_where_that_is_counted(
    slack, client, news
):
    for _ in range(2):
        await client.chat_postMessage(channel="C1NEWS", **PLAIN)
    slack.paced = True
    said = await refused(client.chat_postMessage(channel="C1NEWS", **PLAIN))
    assert (said.status_code, said.headers["Retry-After"], said["error"]) == (429, "1", "ratelimited")
    await client.chat_postMessage(channel="G1PRIVATE", **PLAIN)
    await slack.pass_time(1)
    await client.chat_postMessage(channel="C1NEWS", **PLAIN)
    assert len(news.messages) == 3


@pytest.mark.parametrize(
    ("fault", "status", "seen"),
    [
        ("limited 7", 429, 0),
        ("500 before", 500, 0),
        ("503 after", 503, 1),
        ("restricted_action", 200, 0),
        ("reset before", None, 0),
        ("reset after", None, 1),
    ],
)
@beside
async def test_a_fault_comes_when_it_is_planned_and_once(slack, client, news, fault, status, seen):
    slack.plan("chat.postMessage", "", fault)
    await client.chat_postMessage(channel="C1NEWS", **PLAIN)
    with pytest.raises(SlackApiError if status else aiohttp.ClientError) as caught:
        await client.chat_postMessage(channel="C1NEWS", **PLAIN)
    if status:
        assert caught.value.response.status_code == status
    assert len(news.messages) == 1 + seen
    await client.chat_postMessage(channel="C1NEWS", **PLAIN)


@beside
async def test_an_answer_is_as_slow_as_planned_or_never_comes(slack, client, news):
    slack.plan("chat.postMessage", "slow 20", "silent")
    slowly = asyncio.create_task(client.chat_postMessage(channel="C1NEWS", **PLAIN))
    await slack.until(lambda: slack.clock.sleepers)
    assert news.messages == []
    await slack.pass_time(20)
    assert (await slowly)["ok"]
    never = asyncio.create_task(client.chat_postMessage(channel="C1NEWS", **PLAIN))
    await slack.until(lambda: len(news.messages) == 2)
    assert not never.done()
    never.cancel()


@beside
async def test_the_sdks_own_client_posts_twice_where_a_connection_breaks_after_slack_took_it(slack, news):
    slack.plan("chat.postMessage", "reset after")
    await AsyncWebClient(token="xoxb-1", base_url=slack.api).chat_postMessage(channel="C1NEWS", **PLAIN)
    assert len(news.messages) == 2


@beside
async def test_two_workspaces_have_nothing_in_common(slack, client):
    people.team(slack, "T2", "xoxb-2")
    other = client_of(slack, "xoxb-2")
    assert (await other.auth_test())["team_id"] == "T2"
    await other.chat_postMessage(channel="C2NEWS", **PLAIN)
    assert (await refused(client.chat_postMessage(channel="C2NEWS", **PLAIN)))["error"] == "channel_not_found"
    assert [call.team for call in slack.called("chat.postMessage")] == ["T2", "T1"]


@beside
async def test_who_is_who_and_what_is_whose_can_be_asked(client):
    person = (await client.users_info(user="U1ADMIN"))["user"]
    assert (person["is_admin"], person["tz"]) == (True, "Europe/Berlin")
    channel = (await client.conversations_info(channel="C1NEWS"))["channel"]
    assert (channel["creator"], channel["is_member"], channel["is_archived"]) == ("U1A", True, False)
    assert (await client.conversations_members(channel="C1NEWS"))["members"] == ["U1A", "U1B", "UBOT"]
    direct = (await client.conversations_open(users="U1A"))["channel"]["id"]
    assert direct.startswith("D")
    assert (await client.chat_postMessage(channel="U1A", **PLAIN))["channel"] == direct
    link = (await client.chat_getPermalink(channel=direct, message_ts=(await post(client, direct))["ts"]))[
        "permalink"
    ]
    assert link.startswith(f"https://t1.slack.com/archives/{direct}/p")


# -- views, files, what an assistant says ------------------------------------------------------------------------------

MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Sources"}, "blocks": [HELLO]}
HOME = {"type": "home", "blocks": [HELLO]}


@beside
async def test_a_modal_opens_once_for_a_trigger_and_within_three_seconds(slack, client):
    team = slack.teams["T1"]
    trigger = slack.trigger(team, "U1A")
    view = (await client.views_open(trigger_id=trigger, view=MODAL))["view"]
    assert [each["id"] for each in people.modals(slack, "U1A")] == [view["id"]]
    assert (await refused(client.views_open(trigger_id=trigger, view=MODAL)))[
        "error"
    ] == "exchanged_trigger_id"
    trigger = slack.trigger(team, "U1A")
    await slack.pass_time(3.1)
    assert (await refused(client.views_open(trigger_id=trigger, view=MODAL)))["error"] == "expired_trigger_id"


@beside
async def test_a_view_that_has_changed_since_is_not_overwritten(slack, client):
    view = (await client.views_open(trigger_id=slack.trigger(slack.teams["T1"], "U1A"), view=MODAL))["view"]
    newer = (await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL))["view"]
    assert (newer["id"], newer["hash"] > view["hash"]) == (view["id"], True)
    said = await refused(client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL))
    assert said["error"] == "hash_conflict"
    assert (await refused(client.views_update(view_id="V9", view=MODAL)))["error"] == "not_found"
    home = (await client.views_publish(user_id="U1A", view=HOME))["view"]
    await client.views_publish(user_id="U1A", view=HOME, hash=home["hash"])
    assert (await refused(client.views_publish(user_id="U1A", view=HOME, hash=home["hash"])))[
        "error"
    ] == "hash_conflict"
    assert people.home(slack, "U1A")["blocks"][0]["text"] == HELLO["text"]
    assert slack.wrong == []


@beside
async def test_a_view_that_is_wrong_or_of_another_kind_is_not_shown(slack, client):
    trigger = slack.trigger(slack.teams["T1"], "U1A")
    assert (await refused(client.views_open(trigger_id=trigger, view=HOME)))["error"] == "invalid_arguments"
    assert (await refused(client.views_publish(user_id="U1A", view={"type": "home", "blocks": []})))[
        "error"
    ] == "invalid_blocks"
    assert (people.modals(slack), people.home(slack), len(slack.wrong)) == ([], None, 2)


@beside
async def test_a_picture_is_uploaded_in_three_steps_and_stands_in_the_thread(slack, client, news):
    root = (await client.chat_postMessage(channel="C1NEWS", **PLAIN))["ts"]
    await client.files_upload_v2(
        channel="C1NEWS",
        thread_ts=root,
        content=b"\x89PNG",
        filename="days.png",
        title="Days",
        alt_txt="A line",
    )
    [file] = news.messages[1]["files"]
    assert (file["name"], file["title"], file["alt_txt"], news.messages[1]["thread_ts"]) == (
        "days.png",
        "Days",
        "A line",
        root,
    )
    assert slack.teams["T1"].contents[file["id"]] == b"\x89PNG"
    assert slack.wrong == []
    await client.files_upload_v2(channel="C1NEWS", content=b"\x89PNG", filename="days.png")
    assert "no alt text" in slack.wrong[0]


@beside
async def test_prompts_and_a_status_are_seen_in_the_direct_message(slack, client):
    direct = slack.teams["T1"].direct("U1A").id
    prompt = {"title": "What changed?", "message": "what changed since friday"}
    await client.assistant_threads_setSuggestedPrompts(channel_id=direct, thread_ts="1.1", prompts=[prompt])
    await client.assistant_threads_setStatus(channel_id=direct, thread_ts="1.1", status="looking…")
    assert people.prompts(slack, "U1A")["prompts"] == [prompt]
    assert people.statuses(slack) == {f"{direct}/1.1": "looking…"}
    await refused(
        client.assistant_threads_setSuggestedPrompts(channel_id=direct, thread_ts="1.1", prompts=[prompt] * 5)
    )


# -- letting the app in ------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # slack_sdk 3.47 still uses it
@beside
async def test_a_workspace_lets_the_app_in_by_a_code_that_is_good_once(slack, client):
    people.team(slack, "T2")
    slack.long_tokens = True
    page = f"{slack.url}/oauth/v2/authorize"
    asked = {
        "client_id": "1.2",
        "scope": "chat:write,commands",
        "state": "s",
        "redirect_uri": "http://127.0.0.1/back",
        "team": "T2",
    }
    async with aiohttp.ClientSession() as session:
        async with session.get(page, params=asked, allow_redirects=False) as answer:
            given = parse_qs(urlsplit(answer.headers["Location"]).query)
        slack.consents = False
        async with session.get(page, params=asked, allow_redirects=False) as answer:
            assert parse_qs(urlsplit(answer.headers["Location"]).query) == {
                "error": ["access_denied"],
                "state": ["s"],
            }
    assert given["state"] == ["s"]
    wrong = await refused(client.oauth_v2_access(client_id="1.2", client_secret="x", code=given["code"][0]))
    assert wrong["error"] == "bad_client_secret"
    exchange = {"client_id": "1.2", "client_secret": "client-s3cret", "code": given["code"][0]}
    installed = await client.oauth_v2_access(**exchange)
    assert (installed["team"]["id"], installed["scope"], len(installed["access_token"]) > 170) == (
        "T2",
        "chat:write,commands",
        True,
    )
    assert (await client_of(slack, installed["access_token"]).auth_test())["team_id"] == "T2"
    assert (await refused(client.oauth_v2_access(**exchange)))["error"] == "invalid_code"


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # as above
@beside
async def test_a_token_that_ends_is_exchanged_and_holds_to_its_end(slack, client):
    slack.rotates = True
    known = {"client_id": "1.2", "client_secret": "client-s3cret"}
    first = await client.oauth_v2_access(**known, code=slack.installing.code(slack.teams["T1"]))
    again = {**known, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    await slack.pass_time(first["expires_in"] - 1)
    second = await client.oauth_v2_access(**again)
    for token in (first["access_token"], second["access_token"]):
        assert (await client_of(slack, token).auth_test())["team_id"] == "T1"
    await slack.pass_time(2)
    assert (await refused(client_of(slack, first["access_token"]).auth_test()))["error"] == "token_expired"
    assert (await client_of(slack, second["access_token"]).auth_test())["ok"]
    assert (await refused(client.oauth_v2_access(**again)))["error"] == "invalid_refresh_token"


# -- response_url ------------------------------------------------------------------------------------------------------


@beside
async def test_a_response_url_is_good_for_five_messages_within_half_an_hour(slack, news):
    team = slack.teams["T1"]
    webhook = AsyncWebhookClient(slack.responses.address(team, "U1A", "C1NEWS"))
    assert (await webhook.send(text="Looking…")).status_code == 200
    await webhook.send(text="Found", replace_original=True)
    assert [message["text"] for message in people.private(slack, "U1A")] == ["Found"]
    await webhook.send(delete_original=True)
    assert people.private(slack, "U1A") == []
    await webhook.send(**PLAIN, response_type="in_channel")
    assert [message["text"] for message in news.messages] == ["Hello"]
    await webhook.send(text="Last")
    said = await webhook.send(text="One too many")
    assert (said.status_code, "used_url" in said.body) == (404, True)
    webhook = AsyncWebhookClient(slack.responses.address(team, "U1A", "C1NEWS"))
    await slack.pass_time(1_801)
    assert (await webhook.send(text="Late")).status_code == 404
    assert slack.wrong == []


@beside
async def test_a_response_url_can_fail_too(slack):
    webhook = AsyncWebhookClient(
        slack.responses.address(slack.teams["T1"], "U1A", "C1NEWS"), retry_handlers=[]
    )
    slack.plan("response_url", "500 before", "reset after")
    assert (await webhook.send(text="Lost")).status_code == 500
    with pytest.raises(aiohttp.ClientError):
        await webhook.send(text="Hello")
    assert [message["text"] for message in people.private(slack)] == ["Hello"]


@beside
async def test_what_was_pressed_in_a_message_is_replaced_unless_the_app_says_that_it_is_not(
    slack, client, news
):
    ts = (await client.chat_postMessage(channel="C1NEWS", **PLAIN))["ts"]
    webhook = AsyncWebhookClient(slack.responses.address(slack.teams["T1"], "U1A", "C1NEWS", ts))
    await webhook.send(text="Beside it", replace_original=False)
    assert [message["text"] for message in people.private(slack)] == ["Beside it"]
    await webhook.send(text="Instead of it")
    assert [message["text"] for message in news.messages] == ["Instead of it"]


@beside
async def test_what_a_rule_does_not_take_is_refused_by_a_response_url_too(slack):
    webhook = AsyncWebhookClient(slack.responses.address(slack.teams["T1"], "U1A", "C1NEWS"))
    said = await webhook.send(text="<!here>")
    assert (said.status_code, said.body, len(slack.wrong)) == (400, "invalid_blocks", 1)


# -- an app that listens, over a socket or by requests -----------------------------------------------------------------


def app_of(slack, **more):
    return AsyncApp(client=client_of(slack), signing_secret=slack.app.signing_secret, **more)


@asynccontextmanager
async def socketed(slack, app):
    """The app listens over a socket."""
    handler = AsyncSocketModeHandler(app, slack.app.token, ping_interval=1)
    await handler.connect_async()
    await slack.until(lambda: slack.sender.sockets)
    try:
        yield handler
    finally:
        await handler.close_async()


@asynccontextmanager
async def requested(slack, app):
    """The app listens at an address."""
    runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.sender.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield runner
    finally:
        await runner.cleanup()


BOTH = pytest.mark.parametrize("listening", [socketed, requested])


@BOTH
@beside
async def test_a_command_is_taken_and_the_words_of_the_answer_are_seen(slack, listening):
    app = app_of(slack)

    @app.command("/news")
    async def news(ack, command, respond):
        await ack(f"Looking for {command['text']}…")
        await respond(text="Found", replace_original=False)

    async with listening(slack, app):
        sent = await people.command(slack, "changed bridge", channel="C1NEWS").ended()
        assert 0 < sent.took < 3
        seen = await slack.until(lambda: len(found := people.private(slack)) == 2 and found)
        assert sorted(message["text"] for message in seen) == ["Found", "Looking for changed bridge…"]
        assert slack.wrong == []


@BOTH
@beside
async def test_what_is_pressed_chosen_used_and_submitted_is_heard(slack, client, listening):
    app, heard = app_of(slack), []

    @app.action("say-1")
    async def pressed(ack, body, action, client):
        await ack()
        heard.append(action["value"])
        await client.views_open(trigger_id=body["trigger_id"], view=ASKING)

    @app.shortcut("what_changed")
    async def used(ack, shortcut):
        await ack()
        heard.append(shortcut["message"]["text"])

    @app.view("why")
    async def submitted(ack, view):
        [value] = [part["words"]["value"] for part in view["state"]["values"].values()]
        heard.append(value)
        await (ack() if value else ack(response_action="errors", errors={"w": "Why?"}))

    button = {
        "type": "button",
        "action_id": "say-1",
        "value": "more",
        "text": {"type": "plain_text", "text": "More", "emoji": False},
    }
    message = await client.chat_postMessage(
        channel="C1NEWS", blocks=[{"type": "actions", "elements": [button]}], **PLAIN
    )
    async with listening(slack, app):
        await people.press(slack, "say-1", message=message["ts"]).ended()
        await slack.until(lambda: people.modals(slack))
        await people.submit(slack, {"words": ""}).ended()
        assert people.modals(slack)[0]["errors"] == {"w": "Why?"}
        await people.submit(slack, {"words": "It is old"}).ended()
        assert people.modals(slack) == []
        await people.shortcut(slack, "what_changed", channel="C1NEWS", message=message["ts"]).ended()
    assert heard == ["more", "", "It is old", "Hello"]
    assert slack.wrong == []


ASKING = {
    **MODAL,
    "callback_id": "why",
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "w",
            "label": {"type": "plain_text", "text": "Why?"},
            "element": {"type": "plain_text_input", "action_id": "words"},
        }
    ],
}


@BOTH
@beside
async def test_words_mentions_the_home_and_the_end_are_events(slack, listening):
    app, heard = app_of(slack), []

    @app.event("message")
    async def written(event, client):
        heard.append((event["text"], event.get("subtype")))
        ts = (await client.chat_postMessage(channel=event["channel"], **PLAIN))["ts"]
        await client.chat_update(channel=event["channel"], ts=ts, text="Edited")

    @app.event("app_mention")
    async def mentioned(event):
        heard.append((event["text"], event["channel"]))

    @app.event("app_home_opened")
    async def opened(event):
        heard.append(event["tab"])

    @app.event("app_uninstalled")
    async def ended():
        heard.append("end")

    @app.event("tokens_revoked")
    async def revoked():
        heard.append("revoked")

    async with listening(slack, app):
        for sent in (
            people.say(slack, "hi"),
            people.say(slack, "<@UBOT> hi", channel="C1NEWS"),
            people.open_home(slack),
        ):
            await sent.ended()
        assert people.say(slack, "not for the app", channel="C1NEWS") is None
        own = await slack.until(lambda: len(found := slack.sender.sent[3:]) == 2 and found)
        assert [(await sent.ended()).payload["event"].get("subtype") for sent in own] == [
            None,
            "message_changed",
        ]
        await people.uninstall(slack).ended()
        await slack.until(lambda: len(heard) == 5)
    assert set(heard) == {("hi", None), ("<@UBOT> hi", "C1NEWS"), "home", "revoked", "end"}
    assert heard.index("end") > 2


@BOTH
@beside
async def test_what_is_not_taken_comes_again_three_times_and_then_no_more(slack, listening):
    app, heard = app_of(slack), []

    @app.middleware
    async def counted(req, next_):
        heard.append(req.headers.get("x-slack-retry-num", ["0"])[0])
        await next_()

    async with listening(slack, app):
        sent = people.say(slack, "hi")  # nobody listens to it, so Bolt answers 404, or not at all
        await slack.until(lambda: heard)
        await slack.pass_time(3 if listening is socketed else 0.1)
        await slack.until(lambda: len(heard) == 2)
        await slack.pass_time(63)
        await slack.until(lambda: len(heard) == 3)
        await slack.pass_time(303)
        await slack.pass_time(3)
        await sent.ended()
        assert heard == ["0", "1", "2", "3"]
        assert [round(attempt.at - sent.attempts[0].at) for attempt in sent.attempts] in (
            [0, 3, 66, 369],
            [0, 0, 60, 360],
        )
        assert not sent.taken.is_set()


@BOTH
@beside
async def test_a_first_attempt_can_be_lost_and_what_was_taken_can_come_again(slack, listening):
    app, heard = app_of(slack), []

    @app.event("message")
    async def written(body, request):
        heard.append((body["event_id"], request.headers.get("x-slack-retry-num", ["0"])[0]))

    async with listening(slack, app):
        lost = people.say(slack, "hi", lost=True)
        await slack.pass_time(3)
        await lost.ended()
        slack.sender.again(lost)
        await slack.until(lambda: len(heard) == 2)
    assert heard == [(lost.payload["event_id"], "1"), (lost.payload["event_id"], "0")]


@beside
async def test_who_is_not_answered_in_time_is_told_so(slack):
    app = app_of(slack)

    @app.command("/news")
    async def never(command):
        pass

    async with socketed(slack, app):
        sent = people.command(slack, "help")
        await slack.until(lambda: sent.attempts and sent.attempts[0].way)
        await slack.pass_time(3.1)
        await sent.ended()
        assert [message["text"] for message in people.private(slack)] == [
            "/news failed with the error “operation_timeout”"
        ]


@pytest.mark.parametrize("how", ["refresh", "abrupt"])
@beside
async def test_an_app_whose_connection_ends_comes_back_and_what_it_was_doing_is_seen(slack, how):
    app, let_go = app_of(slack), asyncio.Event()

    @app.command("/news")
    async def slow(ack, respond):
        await ack()
        await let_go.wait()
        await respond(text="Found")

    async with socketed(slack, app):
        await people.command(slack, "changed").ended()
        await (slack.sender.disconnect() if how == "refresh" else asyncio.to_thread(slack.sender.break_off))
        await slack.until(lambda: slack.sender.opened == 2 and slack.sender.sockets)
        let_go.set()
        await slack.until(lambda: people.private(slack))
        assert (await people.command(slack, "more").ended()).took is not None


@beside
async def test_a_socket_is_for_the_apps_token_and_its_address_good_once(slack, client):
    said = await client.apps_connections_open(app_token=slack.app.token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(said["url"]) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            await socket.send_json({"envelope_id": "e9"})
            await slack.until(lambda: slack.wrong)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(said["url"])
    assert "no acknowledgement" in slack.wrong[0]


@pytest.mark.parametrize(("skew", "status"), [(299, 200), (301, 401), (-310, 401)])
@beside
async def test_requests_are_signed_and_may_be_too_old(slack, skew, status):
    app = app_of(slack)

    @app.command("/news")
    async def news(ack):
        await ack()

    slack.sender.skew = skew
    async with requested(slack, app):
        sent = await people.command(slack, "help").ended()
    assert sent.attempts[0].status == status
    if status != 200:
        assert [message["text"] for message in people.private(slack)] == [
            "/news failed with the error “dispatch_failed”"
        ]


# -- in a process of its own -------------------------------------------------------------------------------------------


def test_in_a_process_of_its_own_it_is_asked_over_http():
    with apart("--start", str(START), "--bot-token", "xoxb-7") as slack:

        async def asked():
            client = AsyncWebClient(token="xoxb-7", base_url=slack.api, retry_handlers=[])
            await client.chat_postMessage(channel="C1NEWS", **PLAIN)
            app = AsyncApp(client=client, signing_secret="s")

            @app.command("/news")
            async def news(ack):
                await ack("Here")

            handler = AsyncSocketModeHandler(app, "xapp-1")
            await handler.connect_async()
            sent = await asyncio.to_thread(slack.command, text="help", wait=True)
            await handler.close_async()
            return sent

        assert asyncio.run(asked())["answer"] == {"text": "Here"}
        assert [message["text"] for message in slack.messages(channel="C1NEWS")] == ["Hello"]
        assert [message["text"] for message in slack.private(user="U1A")] == ["Here"]
        slack.pass_time(seconds=5)
        assert slack.now() == START + 5
        assert slack.wrong() == []
        with pytest.raises(LookupError, match="no message"):
            slack.press(action="say-1", message="1.1")
