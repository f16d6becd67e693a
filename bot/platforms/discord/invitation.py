"""The links by which the bot is taken into a server, with the rights that it asks for there, and to oneself."""

from __future__ import annotations

from urllib.parse import urlencode

SCOPES = ("bot", "applications.commands")
PERMISSIONS = {  # as they are called where a server's owner sees them → the bit of each
    "View Channel": 10,
    "Send Messages": 11,
    "Embed Links": 14,
    "Attach Files": 15,
    "Send Messages in Threads": 38,
    "Create Public Threads": 35,
    "Read Message History": 16,
}
ADMINISTRATOR = 3  # the bit that holds all rights


def invite(application: str) -> str:
    """The address at which whoever may manage a server takes the bot into it."""
    permissions = sum(1 << bit for bit in PERMISSIONS.values())
    return _authorize(client_id=application, permissions=permissions, scope=" ".join(SCOPES))


def adopt(application: str) -> str:
    """The address at which anybody takes the bot to themselves: its commands are there in every server, for them alone."""
    return _authorize(client_id=application, integration_type=1, scope="applications.commands")


def lacking(permissions: int) -> list[str]:
    """Which of the rights that the invitation asks for are not among these."""
    if permissions >> ADMINISTRATOR & 1:
        return []
    return [name for name, bit in PERMISSIONS.items() if not permissions >> bit & 1]


def _authorize(**asked: object) -> str:
    return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"
