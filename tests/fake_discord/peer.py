"""A fake Discord as a peer of the delivery contract (`tests.bot.delivery.contract.Peer`), for whatever Delivery sends there."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from bot.delivery.doors import Delivery
from bot.delivery.values import Payload
from bot.ports import Target
from tests.bot.delivery.contract import START, Shown
from tests.fake_discord.remote import Remote
from tests.fake_discord.world import BOT, BOT_MAY, FORUM, GUILD, HISTORY

NOW = START.timestamp()  # where the clock of such a Discord is to stand still
SENDING = ("message.create", "message.edit", "forum.create")
LOOKING = ("message.get", "messages.get", "threads.archived")
FAULTS = {
    "limited": "limited 60",
    "refused": "50035",
    "closed": "10003",
    "forbidden": "50013",
    "revoked": "401",
    "500 before": "503 before",  # which discord.py does not try again, seconds later
    "500 after": "503 after",
}


class DiscordPeer:
    """`connect(remote)` makes the Delivery, with its real SDK. In each channel somebody else has said something before:

    who may not read what was said gets no messages there and no error, as at Discord, though the channel has a last one.
    """

    platform, revoked = "discord", "platform"

    def __init__(
        self, remote: Remote, connect: Callable[[Remote], AbstractAsyncContextManager[Delivery]]
    ) -> None:
        self.remote, self._connect = remote, connect
        self.plan()
        self.read(allowed=True)

    def connect(self) -> AbstractAsyncContextManager[Delivery]:
        return self._connect(self.remote)

    def target(self) -> Target:
        channel = self.remote.channel()
        self.remote.say(text="Good morning.", channel=channel)
        return Target("discord", GUILD, "channel", channel)

    def payload(self, text: str, plain: str = "") -> Payload:
        quiet = {"allowed_mentions": {"parse": []}}
        whole = {"embeds": [{"description": text}], **quiet}
        return {**whole, "plain": {"content": plain, "flags": 4, **quiet}} if plain else whole

    def plan(self, *faults: str, looks: Sequence[str] = ()) -> None:
        for names, planned in ((SENDING, faults), (LOOKING, looks)):
            self.remote.plan(names=names, faults=[FAULTS.get(fault, fault) for fault in planned])

    def shown(self, target: Target) -> Sequence[Shown]:
        return [
            Shown(
                message["id"],
                words(message),
                message["channel_id"] if message["channel_id"] not in {target.id, message["id"]} else "",
            )
            for message in self.remote.messages(channel=target.id)
            if message["author"]["id"] == BOT
        ]

    def remove(self, target: Target, message: str) -> None:
        self.remote.remove(channel=target.id, message=message, thread=True)

    def read(self, *, allowed: bool) -> None:
        self.remote.grant(bits=BOT_MAY if allowed else BOT_MAY & ~HISTORY)

    def pass_time(self, seconds: float) -> None:
        self.remote.pass_time(seconds=seconds)


class ForumPeer(DiscordPeer):
    """A forum: what answers nothing is a post, of which one remains. Others have posts there too."""

    def target(self) -> Target:
        forum = self.remote.channel(kind=FORUM)
        self.remote.open_post(forum=forum, text="Good morning.")
        return Target("discord", GUILD, "forum", forum)


class PersonPeer(DiscordPeer):
    """Direct messages, which have no threads and can always be read."""

    def target(self) -> Target:
        person = self.remote.person(name="p")
        self.remote.say(text="Good morning.", user=person)
        return Target("discord", GUILD, "person", person)

    def shown(self, target: Target) -> Sequence[Shown]:
        return super().shown(replace(target, id=self.remote.direct(user=target.id)))

    def remove(self, target: Target, message: str) -> None:
        super().remove(replace(target, id=self.remote.direct(user=target.id)), message)


def words(message: dict[str, object]) -> str:
    embeds = message["embeds"]
    assert isinstance(embeds, list)
    return str(message["content"] or (embeds[0]["description"] if embeds else ""))
