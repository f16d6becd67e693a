"""Deliveries to Slack, which has no key against sending twice.

Each message bears its nonce in its metadata; after an attempt whose outcome is unknown the channel is looked through.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.policy import GONE
from bot.delivery.values import Abilities, Outgoing, Receipt
from bot.errors import Ambiguous, CannotTell, Closed, DeliveryError, Limited, Refused
from bot.phrases import phrase
from bot.platforms.slack.clients import Clients, reason
from bot.ports import Target

NAME = "slack"
EVENT = "newsdelta_delivery"  # of the metadata
GAP = timedelta(seconds=1)  # between messages of a channel, as Slack has it
LAGS = timedelta(seconds=6)  # how long a message may be on its way into the history
SKEW = timedelta(
    hours=2
)  # by which our clock may have been ahead of Slack's: more than an hour, by which clocks are set
PAGES = 10  # of a history that are looked through
UNREACHED = timedelta(seconds=10)
OF_A_CHANNEL = timedelta(
    seconds=5
)  # a longer wait than this is not for one channel (1 a second), but for the app

# What Slack calls it. Of the installation: nothing goes anywhere in the workspace.
INSTALLATION = frozenset(
    "invalid_auth not_authed account_inactive token_revoked token_expired team_access_not_granted "
    "ekm_access_denied org_login_required".split()
)
LANE = frozenset(
    "channel_not_found is_archived not_in_channel restricted_action restricted_action_read_only_channel "
    "restricted_action_thread_only_channel restricted_action_non_threadable_channel no_permission access_denied "
    "user_not_found user_disabled user_not_visible users_not_found cannot_dm_bot messages_tab_disabled "
    "method_not_supported_for_channel_type".split()
)
AWAY = frozenset(
    "message_not_found thread_not_found cant_update_message edit_window_closed cannot_reply_to_message".split()
)
UNFIT = frozenset(
    "invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long invalid_attachments".split()
)
UNSURE = frozenset("fatal_error internal_error service_unavailable request_timeout team_added_to_org".split())


class SlackDelivery:
    """`bot.delivery.doors.Delivery`. With `hold` a person decides where the history can't be read; else it is resent."""

    platform = NAME

    def __init__(self, clients: Clients, *, hold: bool = False) -> None:
        self._clients = clients
        self._direct: dict[Target, str] = {}  # the channels of direct messages
        self.abilities = Abilities(can_look=True, look_after=LAGS, hold=hold, gap=GAP)

    async def send(self, message: Outgoing) -> Receipt:
        async with _failing():
            client = await self._clients.of(message.target.workspace)
            channel = await self._channel(client, message.target)
            posted = await _posted(client, channel, message)
            return Receipt(str(posted["ts"]))

    async def find(self, message: Outgoing) -> Receipt | None:
        """Looks through the channel, or the thread, since shortly before the first attempt."""
        since = (message.first_attempt - SKEW).timestamp() if message.first_attempt else 0
        async with _failing():
            client = await self._clients.of(message.target.workspace)
            channel = await self._channel(client, message.target)
            try:
                async for found in _history(client, channel, message.thread, f"{since:.6f}"):
                    if _delivery(found) == message.nonce:
                        return Receipt(str(found["ts"]))
            except SlackApiError as error:
                if reason(error) == "missing_scope":
                    raise CannotTell(
                        f"The app lacks the scope {reason(error, 'needed')}.", "missing_scope"
                    ) from error
                raise
        return None

    async def _channel(self, client: AsyncWebClient, target: Target) -> str:
        """The channel of a target; that of direct messages is opened first."""
        if target.kind == "channel":
            return target.id
        if target not in self._direct:
            opened = await client.conversations_open(users=target.id)
            self._direct[target] = str(opened["channel"]["id"])
        return self._direct[target]


async def _posted(client: AsyncWebClient, channel: str, message: Outgoing) -> Mapping[str, Any]:
    given = {key: value for key, value in message.payload.items() if key != "plain"}
    if message.edits:
        shown = {
            "text": given["text"],
            "blocks": given.get("blocks", []),
        }  # left out, the old ones would stay
        return (await client.chat_update(channel=channel, ts=message.edits, **shown)).data  # type: ignore[return-value] # of JSON
    if not message.thread:
        given.pop("reply_broadcast", None)
    else:
        given["thread_ts"] = message.thread
    metadata = {"event_type": EVENT, "event_payload": {"delivery_id": message.nonce}}
    return (await client.chat_postMessage(channel=channel, metadata=metadata, **given)).data  # type: ignore[return-value] # of JSON


async def _history(
    client: AsyncWebClient, channel: str, thread: str, oldest: str
) -> AsyncIterator[Mapping[str, Any]]:
    """What stands in a channel or a thread since a moment; CannotTell where that is too much to look through."""
    asked: dict[str, Any] = {
        "channel": channel,
        "oldest": oldest,
        "limit": 100,
        "include_all_metadata": True,
    }
    ask = partial(client.conversations_replies, ts=thread) if thread else client.conversations_history
    for _ in range(PAGES):
        page = await ask(**asked)
        for found in page["messages"]:
            yield found
        asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor", "")
        if not asked["cursor"]:
            return
    raise CannotTell("Too much has been said in the channel since then.", "long_history")


def _delivery(found: Mapping[str, Any]) -> str:
    metadata = found.get("metadata") or {}
    return (
        str((metadata.get("event_payload") or {}).get("delivery_id", ""))
        if metadata.get("event_type") == EVENT
        else ""
    )


# -- what is known of a failure ----------------------------------------------------------------------------------------


@asynccontextmanager
async def _failing() -> AsyncIterator[None]:
    """Whatever goes wrong inside is a DeliveryError."""
    try:
        yield
    except DeliveryError:
        raise
    except SlackApiError as error:
        raise outcome(error) from error
    except ClientConnectorError as error:
        raise Limited("Slack can't be reached.", UNREACHED, "platform", "unreachable") from error
    except (TimeoutError, ClientError, SlackClientError, OSError) as error:
        raise Ambiguous("The connection to Slack broke.", type(error).__name__) from error


def outcome(error: SlackApiError) -> DeliveryError:
    """What is known after an answer of Slack's that is no success."""
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    code = reason(error)
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        wait = timedelta(seconds=_seconds(response.headers.get("Retry-After", "1")))
        return Limited(
            "Slack asks to wait.", wait, "lane" if wait <= OF_A_CHANNEL else "installation", "ratelimited"
        )
    if status >= 500 or not code or code in UNSURE:
        return Ambiguous("Slack did not say what became of the message.", code or str(status))
    return _told(code, reason(error, "needed"))


def _told(code: str, needed: str) -> DeliveryError:
    if code in INSTALLATION:
        return Closed(phrase("closed.slack.install"), "installation", code)
    if code == "missing_scope":
        return Closed(phrase("closed.slack.scope", needed=needed), "lane", code)
    if code in LANE:
        return Closed(phrase("closed.slack", code=code), "lane", code)
    if code in AWAY:
        return Refused("What it belongs to is no longer there.", GONE)
    return Refused(f"Slack does not take the message ({code}).", code, plain=code in UNFIT)


def _seconds(said: str) -> float:
    return float(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 1.0
