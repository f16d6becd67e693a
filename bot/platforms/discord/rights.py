"""Who may change what a place is told: who manages the server, where they and the bot may see and write. Pure.

Rights come as Discord gives them, as bits: https://docs.discord.com/developers/topics/permissions
"""

from __future__ import annotations

from bot.phrases import joined, phrase

ADMINISTRATOR, MANAGE_GUILD = 1 << 3, 1 << 5
NAMED = {  # what can lack in a place
    "view": 1 << 10,
    "send": 1 << 11,
    "embed": 1 << 14,
    "open_threads": 1 << 35,
    "in_threads": 1 << 38,
}
TALKS = ("view", "send")
TELLS = (*TALKS, "embed", "open_threads", "in_threads")  # each story in a thread of a channel
POSTS = (*TALKS, "embed", "in_threads")  # each story in a post of a forum, which takes the right to send


def may(bits: int, right: int) -> bool:
    """Whether who has these rights has that one.

    >>> may(ADMINISTRATOR, MANAGE_GUILD)
    True
    """
    return bool(bits & (right | ADMINISTRATOR))


def lacking(person: int, bot: int, *, forum: bool = False, digests: bool = False) -> tuple[str, ...]:
    """What keeps somebody from changing what a place is told, each with what to do; nothing where all is well.

    `digests` says that the bot is to tell there by itself, in threads or posts.
    """
    needed = (POSTS if forum else TELLS) if digests else TALKS
    theirs = _names(person, TALKS)
    ours = _names(bot, needed)
    return (
        *(() if may(person, MANAGE_GUILD) else (phrase("discord.lacks.manage"),)),
        *((phrase("discord.lacks.person", rights=theirs),) if theirs else ()),
        *((phrase("discord.lacks.bot", rights=ours),) if ours else ()),
    )


def silenced(person: int, *, in_thread: bool = False) -> tuple[str, ...]:
    """What keeps somebody from having something posted where they may not write themselves."""
    theirs = _names(person, ("in_threads",) if in_thread else ("send",))
    return (phrase("discord.lacks.post", rights=theirs),) if theirs else ()


def _names(bits: int, needed: tuple[str, ...]) -> str:
    return joined(", ", (phrase(f"discord.right.{name}") for name in needed if not may(bits, NAMED[name])))
