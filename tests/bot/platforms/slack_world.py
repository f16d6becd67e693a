"""A bot in a fake workspace: what members do, and what they see."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.platforms.slack import service
from bot.platforms.slack.app import SlackBot
from bot.platforms.slack.clients import Api, OneWorkspace
from bot.platforms.slack.installs import left
from tests.bot.answers.world import LOCK, ORCHARD, World
from tests.fake_slack import FakeSlack, people

START = 1_780_000_000.0
NEWS, OTHER = "C1NEWS", "C1OTHER"
ANNEKE, BENTE, CARSTEN = "U1A", "U1B", "U1ADMIN"


@dataclass
class Served:
    """`do` asks people of the fake to do something and waits till the bot has taken it."""

    slack: FakeSlack
    world: World
    bot: SlackBot
    reported: list[str]

    async def do(self, act, *given, **more):
        sent = act(self.slack, *given, **more)
        return await sent.ended() if sent else sent

    async def private(self, user=ANNEKE, count=1):
        """The messages that nobody else sees, once there are so many."""
        await self.slack.until(lambda: len(people.private(self.slack, user)) >= count)
        return people.private(self.slack, user)

    async def direct(self, user=ANNEKE, count=1):
        """What the bot has written to somebody, once it is so much."""
        await self.slack.until(lambda: len(self._direct(user)) >= count)
        return self._direct(user)

    def _direct(self, user):
        return [each for each in people.messages(self.slack, user) if each.get("bot_id")]

    async def posted(self, channel=NEWS, count=1):
        """What the bot has posted to a channel, once it is so much."""
        await self.slack.until(lambda: len(self._posted(channel)) >= count)
        return self._posted(channel)

    def _posted(self, channel):
        return [each for each in people.messages(self.slack, channel) if each.get("bot_id")]


@asynccontextmanager
async def served(managers=(), answers=None, start=START, library="slack:T1"):
    """A bot that listens through a socket, with two stories in its library; nothing wrong may have been sent."""
    async with FakeSlack(start=start) as slack:
        world = World()
        for texts, name, title in (
            (LOCK, "lock", "The lock at Ostwick"),
            (ORCHARD, "pears", "The pears of Velm"),
        ):
            world.put_all(texts, name, title)
            with world.store.ingesting() as desk:
                desk.title(name, title)
                for key in texts:
                    desk.see(key, [library])
        api, reported = Api(slack.api), []
        clients = OneWorkspace(api, "xoxb-1")
        bot = SlackBot(
            answers or world.answers,
            world.store.receive,
            frozenset(managers),
            lambda: world.now,
            partial(left, store=world.store),
        )
        listening = asyncio.create_task(
            service.through_a_socket(bot, api, clients, "xapp-1", reported.append)
        )
        await slack.until(lambda: slack.sender.sockets)
        yield Served(slack, world, bot, reported)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        assert slack.wrong == [], slack.wrong


def ran(test):
    """Runs a test that is given a bot at work."""

    def run(*args, **given):
        async def beside():
            async with served() as at_work:
                await test(at_work, *args, **given)

        asyncio.run(beside())

    run.__name__ = test.__name__
    return run
