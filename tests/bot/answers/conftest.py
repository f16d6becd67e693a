import pytest

from tests.bot.answers.world import LOCK, ORCHARD, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def lock() -> World:
    """A world with one story, of three articles."""
    world = World()
    world.put_all(LOCK, "lock", "Ostwick lock")
    return world


@pytest.fixture
def two() -> World:
    """A world with two stories."""
    world = World()
    world.put_all(LOCK, "lock", "Ostwick lock")
    world.put_all(ORCHARD, "orchard", "Velm pears")
    return world
