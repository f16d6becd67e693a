"""What goes wrong in a reader makes a source unreadable, in a sentence."""

import pytest

from bot.errors import ForbiddenSource, GivenUp, UnreadableSource
from bot.sources.readers import Readers
from tests.bot.test_workers import die, refuse, spin, stumble


@pytest.fixture(scope="module")
def readers():
    with Readers() as readers:
        yield readers


@pytest.mark.parametrize(
    ("task", "limit", "said", "cause"),
    [
        (spin, 0.1, "more than 0.1 seconds", GivenUp),
        (die, 60, "memory", GivenUp),
        (stumble, 60, "markup is broken", KeyError),
    ],
)
def test_what_fails_is_unreadable(readers, task, limit, said, cause):
    with pytest.raises(UnreadableSource, match=said) as failed:
        readers.run(task, limit=limit)
    assert isinstance(failed.value.__cause__, cause)


def test_a_refusal_is_handed_on(readers):
    with pytest.raises(ForbiddenSource, match="Not this one"):
        readers.run(refuse, limit=60)
