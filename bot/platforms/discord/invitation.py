"""The link by which the bot is taken into a server, and the rights that it asks for there."""

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


def invite(application: str) -> str:
    """The address at which whoever may manage a server takes the bot into it."""
    permissions = sum(1 << bit for bit in PERMISSIONS.values())
    asked = {"client_id": application, "permissions": permissions, "scope": " ".join(SCOPES)}
    return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"
