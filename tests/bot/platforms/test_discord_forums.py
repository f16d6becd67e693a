"""Posts of a forum, against a Discord on loopback: each is made once, found again, and of several copies one remains."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from discord.http import Route

from bot.delivery.values import Outgoing
from bot.errors import Ambiguous, CannotTell, Closed, Limited
from bot.platforms.discord.clients import Api, at
from bot.platforms.discord.delivery import DiscordDelivery
from bot.ports import Target
from bot.render.discord import DiscordRenderer
from bot.replies import Reply
from tests.fake_discord import BOT, FORUM_ID, GUILD, FakeDiscord, people
from tests.fake_discord.world import BOT_MAY, HISTORY, MANAGE_THREADS

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
FORUM = Target("discord", GUILD, "forum", FORUM_ID)
ROOT = Reply("What changed · The lock", notes=("It is open.",), tags=("1",))


def post(nonce="a" * 24, reply=ROOT, buttons=True):
    [payload] = DiscordRenderer().render(reply, "root")
    button = {"type": 2, "style": 2, "label": "More", "custom_id": "nd1:say:1:more"}
    rows = {"components": [{"type": 1, "components": [button]}]} if buttons else {}
    return Outgoing(FORUM, nonce, nonce, {**payload, **rows})


def tried(message):
    return replace(message, first_attempt=NOW)


class World:
    def __init__(self, discord, api):
        self.discord, self.delivery = discord, DiscordDelivery(api)
        discord.channels[FORUM_ID].tags = [{"id": "1", "name": "News"}]

    def send(self, message):
        return self.delivery.send(message)

    async def copies(self, message, many):
        """The same message sent so often by processes that know nothing of each other."""
        return [(await self.send(message)).message for _ in range(many)]

    @property
    def posts(self):
        return people.threads(self.discord, FORUM_ID)

    @property
    def shown(self):
        return [each["id"] for each in people.messages(self.discord, FORUM_ID) if each["author"]["id"] == BOT]


def ran(test):
    @asynccontextmanager
    async def world():
        async with FakeDiscord(start=NOW.timestamp()) as discord:
            at(discord.api)
            api = Api("fake")
            try:
                yield World(discord, api)
            finally:
                await api.close()
            assert discord.wrong == []

    def run():
        async def beside():
            async with world() as made:
                await test(made)

        own = Route.BASE
        try:
            asyncio.run(beside())
        finally:
            at(own)

    run.__name__ = test.__name__
    return run


@ran
async def test_a_post_has_the_name_and_the_tags_of_its_story_and_the_id_of_what_it_begins_with(world):
    receipt = await world.send(post())
    [made] = world.posts
    assert (made["name"], made["applied_tags"]) == ("What changed · The lock", ["1"])
    assert receipt.message == receipt.thread == made["id"]
    assert len(world.discord.called("threads.active")) == 0  # nobody tried before


@ran
async def test_a_message_that_names_no_post_is_called_by_its_first_words(world):
    payload = {"content": "A feed has moved.\nIt is read where it is now.", "allowed_mentions": {"parse": []}}
    await world.send(replace(post(), payload=payload))
    assert world.posts[0]["name"] == "A feed has moved."


@pytest.mark.parametrize("fault", ["500 after", "502 after", "504 after", "524 after", "reset after"])
def test_the_sdk_repeats_nothing_that_may_have_been_taken_and_it_is_found_at_the_next_attempt(fault):
    @ran
    async def run(world):
        world.discord.plan("forum.create", fault, fault)
        with pytest.raises(Ambiguous):
            await world.send(post())
        assert len(world.discord.called("forum.create")) == 1
        receipt = await world.send(tried(post()))
        assert [receipt.message] == world.shown
        assert len(world.discord.called("forum.create")) == 1
        assert await world.delivery.find(tried(post())) == receipt

    run()


@ran
async def test_a_request_that_certainly_was_not_taken_is_repeated_by_the_sdk(world):
    world.discord.plan("forum.create", "limited 0.01", "limited 0.01")
    await world.send(post())
    assert len(world.shown) == 1


@ran
async def test_where_no_connection_is_made_nothing_was_taken(world):
    await world.send(post())
    at("http://127.0.0.1:1/api/v10")
    with pytest.raises(Limited):
        await world.send(post("b" * 24))


@pytest.mark.parametrize("archived", [False, True])
def test_of_copies_the_oldest_remains_and_another_post_of_ours_is_left_alone(archived):
    @ran
    async def run(world):
        other = await world.send(post("b" * 24, replace(ROOT, title="The pears")))
        first, second, third = await world.copies(post(), 3)
        if archived:
            for each in (first, second, third):
                people.lock(world.discord, each, locked=False, archived=True)
        receipt = await world.send(tried(post()))
        assert (receipt.message, receipt.thread) == (first, first)
        assert world.shown == [other.message, first]
        assert [each["thread_metadata"]["archived"] for each in world.posts] == [False, archived, True, True]

    run()


@ran
async def test_of_an_attempt_that_arrives_while_the_next_is_made_the_post_remains(world):
    discord = world.discord
    discord.plan("forum.create", "slow 5", "slow 5")
    first = asyncio.create_task(world.send(post()))
    await discord.until(lambda: len(discord.called("forum.create")) == 1)
    first.cancel()
    second = asyncio.create_task(world.send(tried(post())))
    await discord.until(lambda: len(discord.called("forum.create")) == 2)
    await discord.pass_time(5)
    receipt = await second
    assert world.shown == [receipt.message] == [world.posts[0]["id"]]
    assert len(world.posts) == 2  # of the other nothing is left but its name


@ran
async def test_a_post_that_was_made_counts_though_no_look_for_copies_succeeds_after_it(world):
    world.discord.plan("threads.active", "", "503 before")
    receipt = await world.send(tried(post()))
    assert world.shown == [receipt.message]


@ran
async def test_who_may_delete_posts_leaves_nothing_of_a_copy_but_what_others_have_said(world):
    people.grant(world.discord, BOT_MAY | MANAGE_THREADS)
    first, _, third = await world.copies(post(), 3)
    people.say(world.discord, "Is it?", channel=third)
    assert (await world.delivery.find(tried(post()))).message == first
    assert [each["id"] for each in world.posts] == [first, third]
    assert [each["content"] for each in world.discord.channels[third].messages] == ["Is it?"]


@ran
async def test_a_copy_that_can_not_be_taken_away_stays_and_the_post_is_found_all_the_same(world):
    first, second = await world.copies(post(), 2)
    world.discord.plan("message.delete", "50013", "50013")
    assert (await world.delivery.find(tried(post()))).message == first
    assert world.shown == [first, second]


@ran
async def test_a_post_is_found_among_more_archived_ones_than_a_page_holds(world):
    for number in range(120):
        there = people.open_post(world.discord, FORUM_ID, f"Post {number}")
        people.lock(world.discord, there, locked=False, archived=True)
        await world.discord.pass_time(1)
    made = await world.send(post())
    people.lock(world.discord, made.message, locked=False, archived=True)
    for number in range(120):
        await world.discord.pass_time(1)
        there = people.open_post(world.discord, FORUM_ID, f"Post {number}")
        people.lock(world.discord, there, locked=False, archived=True)
    assert await world.delivery.find(tried(post())) == made
    assert len(world.discord.called("threads.archived")) == 3


@ran
async def test_two_posts_are_told_apart_by_the_nonce_in_a_button_though_they_say_the_same(world):
    first, second = await world.send(post("a" * 24)), await world.send(post("b" * 24))
    found = [await world.delivery.find(tried(post(name * 24))) for name in "abc"]
    assert found == [first, second, None]


@ran
async def test_a_post_without_a_button_is_known_by_its_words_and_none_that_says_the_same_is_taken_away(world):
    first, second = await world.copies(post(buttons=False), 2)
    assert (await world.delivery.find(tried(post(buttons=False)))).message == first
    assert world.shown == [first, second]


@ran
async def test_a_forum_that_asks_for_a_tag_and_gets_none_is_closed_and_says_why(world):
    world.discord.channels[FORUM_ID].require_tag = True
    with pytest.raises(Closed, match="tag") as no:
        await world.send(post(reply=replace(ROOT, tags=())))
    assert no.value.reach == "lane"
    await world.send(post())
    assert len(world.shown) == 1


@pytest.mark.parametrize("hold", [False, True])
def test_what_can_not_be_looked_for_is_rather_said_twice_unless_a_person_is_to_decide(hold):
    @ran
    async def run(world):
        await world.send(post())
        people.grant(world.discord, BOT_MAY & ~HISTORY)
        world.delivery.abilities = replace(world.delivery.abilities, hold=hold)
        if hold:
            with pytest.raises(CannotTell):
                await world.send(tried(post()))
        else:
            await world.send(tried(post()))
        assert len(world.shown) == 2 - hold

    run()
