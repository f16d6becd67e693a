"""`newsdelta serve` as a process, against a fake Discord that is another: what members do and see, and what is in no log."""

import random
import re
import signal
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.platforms.discord.service import FATAL
from bot.store import open_store
from bot.store.schema import lanes
from tests import fake_slack
from tests.bot.store.incoming import put
from tests.bot.test_serving import PATIENCE, Process, free_port, until
from tests.fake_discord import ANNEKE, BENTE, BOT, CARSTEN, FORUM_ID, GUILD, NEWS, apart

TOKEN = "planted-token"
KEY = b"k" * 32  # as `Process` sets it
LIBRARY = f"discord:{GUILD}"
LONG = 3_000  # sentences
FERRY = {
    "monday": "The ferry to Ostwick was sold on Monday. Its crew of twelve was told in the morning.",
    "tuesday": "The ferry to Ostwick sank on Tuesday. Its crew of twelve was saved.",
}
SECRET = re.compile(
    rf"{TOKEN}|aW50\d|ferry|Ostwick|quay|anchor"
)  # tokens, of interactions too, and what people say or read


class Served:
    """A memory, a fake Discord, and the processes that serve them, one after the other."""

    def __init__(self, discord, url, folder):
        self.discord, self.url, self.folder, self.processes = discord, url, folder, []

    def start(self):
        self.processes.append(Process(self.folder, self.url, free_port(), "serve"))
        return self.processes[-1]

    def ready(self):
        """A bot, once it is connected."""
        bot = self.start()
        until(lambda: bot.ready() == (200, {}))
        return bot

    def memory(self):
        return open_store(self.url, key=KEY)

    def put(self, key, text, story="ferry"):
        with self.memory() as store:
            put(store, key, text, story=story, at=datetime.now(UTC), seen=[LIBRARY], title=f"The {story}")
            with store.ingesting() as desk:
                desk.title(story, f"The {story}")

    def outlived(self):
        """As if a minute had passed: the leases of who was killed are over."""
        with self.memory() as store, store.database.writing() as connection:
            connection.execute(update(lanes).values(lease_until=datetime.now(UTC)))

    def states(self):
        with self.memory() as store:
            return [row.state for row in store.outbox.deliveries(None, 99)]

    # -- what members do and see -----------------------------------------------------------------------------------------

    def asks(self, words, user=ANNEKE, place=NEWS, **options):
        return self.discord.command(name=f"news {words}", options=options, user=user, channel=place)

    def asked(self, *given, **options):
        """What a command is answered."""
        return self.answered(self.asks(*given, **options))

    def scheduled(self, place):
        """The place, for which a digest was scheduled and then wanted at once."""
        given = {"when": "daily at 8", "zone": "UTC", "about": "The ferry", "channel": place}
        assert "Next runs" in self.asked("schedule add", CARSTEN, **given)
        assert "runs now" in self.asked("schedule run", CARSTEN, channel=place)
        return place

    def pressed(self, label, message):
        pressed = self.discord.press(
            custom=label, message=message["id"], user=BENTE, channel=message["channel_id"]
        )
        return self.answered(pressed)

    def answered(self, interaction):
        return words(until(lambda: self.answer(interaction))["original"])

    def answer(self, interaction):
        """The interaction, if it was answered beyond the promise to; never answered is wrong within three seconds."""
        found = self.discord.interaction(given=interaction["id"])
        return None if found["answer"] is None or found["waiting"] else found

    def said(self, channel=NEWS):
        """What the bot has said of its own accord in a channel, and in its threads."""
        found = self.discord.messages(channel=channel)
        return [each for each in found if each["author"]["id"] == BOT and "interaction_metadata" not in each]


def words(message):
    return f"{message['content']} {message['embeds']} {message['components']}"


def long():
    chance = random.Random(7)
    made = [f"{one}{two}ning" for one in ("bar", "mol", "ten", "ric", "sap", "dun") for two in "aeiou"]
    return " ".join(f"The {' '.join(chance.choices(made, k=8))} of quay {at} was sold." for at in range(LONG))


@pytest.fixture
def at_work(sqlite, tmp_path, monkeypatch):
    with apart("--token", TOKEN) as discord:
        monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
        monkeypatch.setenv("NEWSDELTA_DISCORD_API_URL", discord.api)
        monkeypatch.setenv("NEWSDELTA_DISCORD_GATEWAY_URL", discord.gateway_url)
        at_work = Served(discord, sqlite, tmp_path)
        yield at_work
        for one in at_work.processes:
            one.process.kill()
            one.process.wait()
        assert discord.wrong() == []
        for one in at_work.processes:
            said = one.out.read_text() + one.err.read_text()
            assert "Traceback" not in said
            assert SECRET.findall(said) == []


@pytest.fixture
def slack(monkeypatch):
    with fake_slack.apart("--app-token", "xapp-1-A1-2") as slack:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
        monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1-A1-2")
        monkeypatch.setenv("NEWSDELTA_SLACK_API_URL", slack.api)
        yield slack


def test_members_are_served_across_restarts_and_a_kill_in_the_middle_of_a_send(at_work):
    discord = at_work.discord
    for key, text in FERRY.items():
        at_work.put(key, text)
    at_work.put("list", long(), "list")

    bot = at_work.ready()
    assert "The ferry" in at_work.asked("latest")
    digest = at_work.asks("changed", BENTE, story="The list")
    until(lambda: discord.interaction(given=digest["id"])["answer"])
    both = [at_work.asks("latest"), at_work.asks("ask", CARSTEN, question="Where is the anchor?")]
    for each in both:
        assert at_work.answered(each)
    for place in (NEWS, FORUM_ID):
        at_work.scheduled(place)
    [root] = until(at_work.said)
    [post] = until(lambda: at_work.said(FORUM_ID))
    assert [each["id"] for each in discord.threads(channel=NEWS)] == [root["id"]]
    assert [each["name"] for each in discord.threads(channel=FORUM_ID)] == ["What changed · The ferry"]
    assert "quay" in at_work.answered(digest)
    for breaks in (discord.reconnect, discord.hang_up):
        breaks()
        assert "The ferry" in at_work.asked("latest")
    [session] = discord.sessions()
    assert session["resumed"] == 2
    assert bot.end() == 0

    bot = at_work.ready()
    for old in (root, post):
        assert "sank on Tuesday" in at_work.pressed("Sources", old)
    assert len(discord.calls(name="commands.put")) == 1
    discord.plan(names="message.create", faults=["silent"])
    other = at_work.scheduled(discord.channel())
    until(lambda: [call for call in discord.calls(name="message.create") if call["error"] == "silent"])
    assert bot.end(signal.SIGKILL) == -signal.SIGKILL

    at_work.outlived()
    bot = at_work.ready()
    until(lambda: at_work.states() == ["sent"] * 3)
    assert len(at_work.said(other)) == 1
    assert [each["id"] for each in discord.threads(channel=other)] == [at_work.said(other)[0]["id"]]
    assert bot.end() == 0


def test_a_token_that_discord_does_not_take_is_said_in_a_sentence(at_work, monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "another")
    bot = at_work.start()
    assert bot.process.wait(PATIENCE) == 2
    assert bot.err.read_text().splitlines()[-1].endswith(FATAL[4004])


def test_where_discord_does_not_take_its_token_slack_goes_on(at_work, slack, monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "another")
    bot = at_work.start()
    until(lambda: bot.ready() == (503, {"discord": FATAL[4004]}))
    slack.command(text="help", wait=True)
    assert until(lambda: slack.private(user="U1A"))
    assert bot.end() == 0


def test_where_a_token_of_slacks_is_none_discord_goes_on(at_work, slack, monkeypatch):
    monkeypatch.setenv("SLACK_APP_TOKEN", "xoxb-1")
    bot = at_work.start()
    until(lambda: bot.ready() and [*bot.ready()[1]] == ["slack"])
    assert "What can be said" in at_work.asked("help")
    assert bot.end() == 0
    assert slack.calls() == []
