"""The app as Slack is told of it: what it listens to, what it may do and why. Pure; knows no SDK.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.errors import WrongCall

COMMAND = "/news"
EVENTS = ("app_home_opened", "app_mention", "message.im", "app_uninstalled", "tokens_revoked")
MESSAGE_SHORTCUT, GLOBAL_SHORTCUT = "what_changed", "read_url"
SCOPES = {  # without these a part of what the bot is for does not work
    "chat:write": "to answer, and to post digests",
    "commands": f"for {COMMAND} and the shortcuts",
    "im:history": "to read what members write to it in direct messages",
    "im:write": "to write direct messages",
    "app_mentions:read": "to hear when it is mentioned",
    "channels:read": "to see who may change the settings of a public channel",
    "groups:read": "to see who may change the settings of a private channel",
    "users:read": "to see who is an admin, and in which time zone somebody lives",
    "files:write": "to upload the picture of a timeline",
}
OPTIONAL_SCOPES = {  # an admin may leave these out
    "chat:write.public": "to post in public channels that it has not been invited to",
    "channels:history": "to see in a public channel whether a message arrived whose answer was lost",
    "groups:history": "to see the same in a private channel",
    "assistant:write": "to suggest what to ask",
}
EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH = "/slack/events", "/slack/install", "/slack/oauth_redirect"
HINT = "changed [story] | latest | read URL | follow … | schedule … | help"  # stands in the line where one writes
PROMPTS = (
    "What changed since Friday?",
    "What is still open?",
    "Who disagrees?",
    "Latest 3",
)  # Slack shows four
NAME = "newsdelta"

Manifest = dict[str, Any]


def manifest(http: str = "") -> Manifest:
    """The manifest for Socket Mode, or for HTTP at a public address; WrongCall for one that Slack can't call."""
    base = _base(http) if http else ""
    at = {"request_url": base + EVENTS_PATH} if base else {}
    redirects = {"redirect_urls": [base + REDIRECT_PATH]} if base else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": "Tells, in the sources' own words, what changed in the news stories that you follow",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,  # else Slack says that messages are turned off
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "agent_view": {
                "agent_description": "What changed in the stories that you follow",
                "suggested_prompts": [{"title": prompt, "message": prompt} for prompt in PROMPTS],
            },
            "shortcuts": _shortcuts(),
            "slash_commands": [_command(base)],
        },
        "oauth_config": {**redirects, "scopes": {"bot": list(SCOPES), "bot_optional": list(OPTIONAL_SCOPES)}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not base,
            "token_rotation_enabled": False,
        },
    }


def _shortcuts() -> list[Manifest]:
    return [
        {
            "type": "message",
            "callback_id": MESSAGE_SHORTCUT,
            "name": "What changed about this?",
            "description": "A private digest of the story that is linked",
        },
        {
            "type": "global",
            "callback_id": GLOBAL_SHORTCUT,
            "name": "Read an article",
            "description": "Reads a page, and tells what it changes",
        },
    ]


def _command(base: str) -> Manifest:
    return {
        "command": COMMAND,
        **({"url": base + EVENTS_PATH} if base else {}),
        "description": "What changed in the news, word for word",
        "usage_hint": HINT,
        "should_escape": False,  # else names and channels come in as codes
    }


def _base(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise WrongCall(
            f"Slack can't call {address}: give the public address of the bot, such as https://bot.example.org."
        )
    return address.rstrip("/")


def as_yaml(manifest: Manifest) -> str:
    """The manifest as it is pasted into Slack's page."""
    text: str = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100)
    return text
