"""Discord, as far as an app meets it, on loopback: REST, the gateway, interactions, and the world as people see it.

It is strict: what Discord or a rule of ours does not take is refused or stands in `wrong`; an unknown route is never passed
over. In a test it lives beside the app (`async with FakeDiscord() as discord`), in a thread (`alongside`), or in a process
of its own (`apart`); there it is asked through `Remote`.
"""

from tests.fake_discord.fake import Call, FakeDiscord
from tests.fake_discord.remote import Remote, alongside, apart
from tests.fake_discord.world import (
    ANNEKE,
    APP,
    BENTE,
    BOT,
    CARSTEN,
    FORUM_ID,
    GUILD,
    NEWS,
    OTHER,
    Channel,
    Guild,
    No,
)

__all__ = [
    "ANNEKE",
    "APP",
    "BENTE",
    "BOT",
    "CARSTEN",
    "FORUM_ID",
    "GUILD",
    "NEWS",
    "OTHER",
    "Call",
    "Channel",
    "FakeDiscord",
    "Guild",
    "No",
    "Remote",
    "alongside",
    "apart",
]
