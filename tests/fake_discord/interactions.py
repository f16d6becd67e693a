"""What a person begins (a command, a press, a window) and how the app answers it: in 3 seconds, and then for 15 minutes.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.fake_discord import rules, world
from tests.fake_discord.world import DM, Channel, No, Plain

if TYPE_CHECKING:
    from tests.fake_discord.fake import FakeDiscord

PATIENCE, LIFE = 3.0, 900.0  # seconds
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
PONG, SAY, LATER, LATER_HERE, HERE, CHOICES, WINDOW = 1, 4, 5, 6, 7, 8, 9
FITTING = {
    COMMAND: {SAY, LATER, WINDOW},
    COMPONENT: {SAY, LATER, LATER_HERE, HERE, WINDOW},
    AUTOCOMPLETE: {CHOICES},
}
FITTING[SUBMIT] = {SAY, LATER, LATER_HERE, HERE}


@dataclass(eq=False)
class Interaction:
    """One of them, and all that was answered. `took` are the seconds of the fake's clock till the first answer."""

    id: str
    token: str
    kind: int
    user: str
    channel: str
    born: float
    payload: Plain
    source: Plain | None = None  # the message that was pressed
    opener: "Interaction | None" = None  # what opened the window that is sent off
    answer: int | None = None
    took: float | None = None
    original: Plain | None = None  # the message that answers, once there is one
    private: bool = False
    waiting: bool = False  # an answer was promised, and is not there
    choices: list[Plain] | None = None
    window: Plain | None = None
    followups: list[Plain] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    async def ended(self, seconds: float = 10) -> "Interaction":
        """When it was answered, beyond the promise to."""
        await asyncio.wait_for(self.over.wait(), seconds)
        return self

    def plain(self) -> Plain:
        said = {"original": self.original, "followups": self.followups, "choices": self.choices}
        state = {"answer": self.answer, "took": self.took, "private": self.private, "waiting": self.waiting}
        return {"id": self.id, "kind": self.kind, "user": self.user, "window": self.window, **said, **state}


class Interactions:
    def __init__(self, discord: "FakeDiscord") -> None:
        self.discord = discord
        self.all: dict[str, Interaction] = {}
        self._numbers = count(1)

    def begin(
        self, kind: int, user: str, there: Channel, about: Plain, source: Plain | None = None, **more: Any
    ) -> Interaction:
        """Tells the app of it. With `locale` the person's language is another than their own."""
        number, person = self.discord.snowflake(), self.discord.people[user]
        payload = {
            "id": number,
            "application_id": world.APP,
            "type": kind,
            "token": f"aW50{next(self._numbers):06}",
            "version": 1,
            "attachment_size_limit": 10 << 20,
            "channel_id": there.id,
            "entitlements": [],
            "channel": {
                **there.plain(self.discord.people),
                "permissions": str(self.discord.permissions(there, user)),
            },
            "locale": person.locale,
            "data": about,
            "context": 0 if there.guild else 1,
            "app_permissions": str(self.discord.permissions(there, world.BOT)),
            "authorizing_integration_owners": {"1": user},
            **self._who(there, user),
            **({"message": source} if source else {}),
            **more,
        }
        found = Interaction(
            number, payload["token"], kind, user, there.id, self.discord.now(), payload, source
        )
        self.all[number] = found
        self.discord.gateway.event("INTERACTION_CREATE", payload, there.guild, need=0)
        return found

    def _who(self, there: Channel, user: str) -> Plain:
        from tests.fake_discord.rest import member_shape

        if there.type == DM:
            return {"user": self.discord.people[user].plain()}
        guild = self.discord.guilds[there.guild]
        may = str(self.discord.permissions(there, user))
        where = {"guild_id": guild.id, "guild_locale": guild.locale}
        where["guild"] = {"id": guild.id, "locale": guild.locale, "features": []}
        if guild.integrated:
            where["authorizing_integration_owners"] = {"0": guild.id}
        return {**where, "member": {**member_shape(self.discord, user), "permissions": may}}

    # -- the first answer ----------------------------------------------------------------------------------------------

    def answered(self, number: str, token: str, given: Plain, files: Any) -> Plain:
        found = self.all.get(number)
        if found is None or found.token != token:
            raise No(10062, "Unknown interaction")
        if found.answer is not None:
            raise No(40060, "Interaction has already been acknowledged")
        if self.discord.now() - found.born > PATIENCE:
            raise No(10062, "Unknown interaction")
        kind, data = given["type"], given.get("data") or {}
        if kind not in FITTING[found.kind]:
            raise No(50035, f"type {kind} does not answer an interaction of type {found.kind}")
        self._take(found, kind, data, files)
        found.answer, found.took = kind, self.discord.now() - found.born
        if not found.waiting:
            found.over.set()
        about = {"id": found.id, "type": found.kind, "response_message_loading": found.waiting}
        if not found.original:
            return {"interaction": about}
        about |= {"response_message_id": found.original["id"], "response_message_ephemeral": found.private}
        made = {"resource": {"type": kind, "message": found.original}} if kind in {SAY, HERE} else {}
        return {"interaction": about, **made}

    def _take(self, found: Interaction, kind: int, data: Plain, files: Any) -> None:
        match kind:
            case 4:
                found.original = self._say(found, data, files)
            case 5:
                found.waiting = True
                found.private = bool((data.get("flags") or 0) & rules.EPHEMERAL)
                flags = (data.get("flags") or 0) | rules.LOADING
                found.original = self._made(found, {"flags": flags, "content": ""}, {})
            case 6:
                found.original = found.source
            case 7:
                found.original = self._change(found.source, data)
            case 8:
                if len(data["choices"]) > 25 or any(
                    not 1 <= len(each["name"]) <= 100 for each in data["choices"]
                ):
                    raise No(50035, "choices")
                found.choices = data["choices"]
            case 9:
                self._check_window(data)
                found.window = data

    @staticmethod
    def _check_window(data: Plain) -> None:
        wrong = [] if 1 <= len(data["title"].strip()) <= 45 else ["title: must be between 1 and 45 in length"]
        wrong += [] if 1 <= len(data["components"]) <= 5 else ["components: must be between 1 and 5"]
        rules.refuse(wrong)

    def _say(self, found: Interaction, data: Plain, files: Any) -> Plain:
        self._check(data, files)
        found.private = bool((data.get("flags") or 0) & rules.EPHEMERAL)
        return self._made(found, data, files)

    def _check(self, data: Plain, files: Any, *, new: bool = True) -> None:
        from tests.fake_discord.rest import check

        check(self.discord, None, data, files, new=new)

    def _made(self, found: Interaction, data: Plain, files: Any) -> Plain:
        """A message that answers; who alone sees it finds it among `seen`, all others in the channel."""
        from tests.fake_discord.rest import shape

        who = {"interaction_metadata": self._metadata(found), "application_id": world.APP}
        message = shape(self.discord, found.channel, world.BOT, data, files, **who, webhook_id=world.APP)
        if not message["flags"] & rules.EPHEMERAL:
            there = self.discord.channels[found.channel]
            there.messages.append(message)
            there.last = message["id"]
        return message

    def _metadata(self, found: Interaction) -> Plain:
        """Of an answer: what it answers."""
        owners = found.payload["authorizing_integration_owners"]
        about = {"id": found.id, "type": found.kind, "authorizing_integration_owners": owners}
        about["user"] = self.discord.people[found.user].plain()
        if found.kind == COMPONENT and found.source:
            about["interacted_message_id"] = found.source["id"]
        if found.opener:
            about["triggering_interaction_metadata"] = self._metadata(found.opener)
        return about

    def _change(self, message: Plain | None, data: Plain) -> Plain:
        from tests.fake_discord.rest import change

        if message is None:
            raise No(50035, "there is no message to change")
        self._check(data, {}, new=False)
        return change(self.discord, message, data)

    # -- what follows --------------------------------------------------------------------------------------------------

    def _of(self, token: str) -> Interaction:
        found = next((each for each in self.all.values() if each.token == token), None)
        if found is None or found.answer is None:
            raise No(10015, "Unknown Webhook")
        if self.discord.now() - found.born > LIFE:
            raise No(50027, "Invalid Webhook Token")
        return found

    def followed(self, token: str, given: Plain, files: Any) -> Plain:
        """A further message. The first one after a promise takes the place of what was promised.

        After the answer was deleted it may be lost (discord-api-docs #2739), so here it always is.
        """
        found = self._of(token)
        if found.original is None and found.window is None:
            raise No(10008, "Unknown Message")
        if found.waiting:
            return self.edited(token, "@original", given, files)
        there = self.discord.channels[found.channel]
        integrated = not there.guild or self.discord.guilds[there.guild].integrated
        if not integrated and len(found.followups) >= 5:
            raise No(40094, "Maximum number of follow-up messages reached")
        self._check(given, files)
        message = self._made(found, given, files)
        found.followups.append(message)
        return message

    def message(self, token: str, message: str) -> Plain:
        found = self._of(token)
        known = [each for each in (found.original, *found.followups) if each is not None]
        if message == "@original":
            known, message = known[:1] if found.original else [], (found.original or {}).get("id", "")
        there = next((each for each in known if each["id"] == message), None)
        if there is None:
            raise No(10008, "Unknown Message")
        return there

    def edited(self, token: str, message: str, given: Plain, files: Any) -> Plain:
        found, there = self._of(token), self.message(token, message)
        if found.waiting:
            self._check(given, files)
            from tests.fake_discord.rest import shape

            loaded = shape(self.discord, found.channel, world.BOT, {}, files)["attachments"]
            there["attachments"] = loaded
            given = {**given, "flags": (given.get("flags") or 0) | there["flags"] & ~rules.LOADING}
        changed = self._change(there, given)
        if there is found.original:
            found.waiting = False
            found.over.set()
        return changed

    def deleted(self, token: str, message: str) -> None:
        found, there = self._of(token), self.message(token, message)
        channel = self.discord.channels[found.channel]
        if there in channel.messages:
            channel.messages.remove(there)
        if there is found.original:
            found.original, found.waiting = None, False
            found.over.set()
        else:
            found.followups.remove(there)
