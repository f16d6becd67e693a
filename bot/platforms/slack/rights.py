"""Who may change what a channel follows and when digests come to it: who made it, and who runs the workspace."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.phrases import phrase
from bot.platforms.slack.clients import reason

PAGES = 20  # of the members of a channel, 1,000 on each


@dataclass(frozen=True, slots=True)
class Right:
    """Whether somebody manages a channel; `note` says what kept us from knowing it."""

    manages: bool
    note: str = ""


async def right(client: AsyncWebClient, channel: str, user: str, managers: Collection[str]) -> Right:
    """The right of a member; where the app may not ask Slack for it, only those of the operator's list have it."""
    listed = user in managers
    try:
        if not (listed or await _made(client, channel, user) or await _runs(client, user)):
            return Right(manages=False)
        return Right(manages=await _belongs(client, channel, user))
    except SlackApiError as error:
        if listed and reason(error) == "missing_scope":
            return Right(manages=True)
        if reason(error) != "missing_scope":
            return Right(manages=False, note=phrase("slack.unknown_right", code=reason(error)))
        return Right(manages=False, note=phrase("slack.no_scope", scope=reason(error, "needed")))


async def _made(client: AsyncWebClient, channel: str, user: str) -> bool:
    found = await client.conversations_info(channel=channel)
    return bool(found["channel"].get("creator") == user)


async def _runs(client: AsyncWebClient, user: str) -> bool:
    found = await client.users_info(user=user)
    return any(found["user"].get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner"))


async def _belongs(client: AsyncWebClient, channel: str, user: str) -> bool:
    cursor = ""
    for _ in range(PAGES):
        page = await client.conversations_members(channel=channel, limit=1000, cursor=cursor)
        if user in page["members"]:
            return True
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            break
    return False
