"""The same conversation on the memory of the tests and on a database, and from several threads at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.store import open_store
from tests.bot.answers.world import ALONE, IN_CHANNEL, LOCK, ORCHARD, World, items, texts
from tests.fakes import MemoryStore

SAID = """what changed|more|why 1|story lock|sources|timeline|who disagrees|what is still open|follow lock|what changed
    |changed orchard since 24h full|mute gravel for 1d|changed lock full|latest|status|me|how much has the repair cost?
    |compare lock with orchard|summarize orchard|shorter|unfollow lock|stop|forget me|changed lock|export""".replace(
    "\n", ""
)


def conversation(world):
    """Everything that is answered, as words."""
    answered = []
    world.put_all(LOCK, "lock", "Ostwick lock")
    for at, said in enumerate(map(str.strip, SAID.split("|"))):
        reply = world.say(said, IN_CHANNEL if at % 3 == 2 else ALONE)
        buttons = [button.words for button in reply.buttons]
        answered.append((said, reply.title, reply.notes, texts(reply), items(reply), buttons, reply.private))
        if at == 3:
            world.put_all(ORCHARD, "orchard", "Velm pears")
            world.put("monday", *LOCK["monday"][:2], "The lock at Ostwick is painted green.")
    return answered


@pytest.fixture
def sqlite(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'memory.db'}", key=b"key")
    yield store
    store.close()


def test_a_conversation_goes_the_same_on_a_database(sqlite):
    assert conversation(World(sqlite)) == conversation(World(MemoryStore()))


def test_several_may_ask_at_once(lock):
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: texts(lock.ask("changed lock full")), range(8)))
    assert all(reply == replies[0] for reply in replies)
