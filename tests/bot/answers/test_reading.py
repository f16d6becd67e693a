"""What is worked out in another process is what is worked out here, once, and may be given up."""

import pytest

from bot.answers.questions import answered
from bot.answers.reading import Reading, compared, datings, summed_up
from bot.answers.stories import days_told, disputed_lines, figure_lines, open_lines
from bot.errors import GivenUp
from bot.running import Here
from bot.workers import Workers
from summarizers import clean
from summarizers.types import Article
from tests.bot.answers.world import LOCK

TEXTS = tuple(Article(key, "\n\n".join(said), source=f"{key} post") for key, said in LOCK.items())


@pytest.fixture(scope="module")
def workers():
    with Workers() as workers:
        yield workers


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (compared, (TEXTS[:1], TEXTS[1:])),
        (summed_up, (TEXTS, 3)),
        (datings, (TEXTS,)),
        (answered, ("What has the repair cost?", TEXTS)),
        (days_told, (TEXTS, "The lock")),
        (disputed_lines, (TEXTS,)),
        (figure_lines, (TEXTS,)),
        (open_lines, (TEXTS,)),
        (clean, (TEXTS[0],)),
    ],
)
def test_another_process_finds_the_same(workers, function, arguments):
    assert Reading(workers).of(function, *arguments) == Reading(Here()).of(function, *arguments)


class Counting(Here):
    """Counts what it is asked."""

    asked = 0

    def run(self, function, *arguments, limit):
        self.asked += 1
        return super().run(function, *arguments, limit=limit)


def test_what_was_worked_out_is_remembered_and_what_failed_is_not():
    running = Counting()
    reading = Reading(running)
    assert reading.of(compared, TEXTS[:1], TEXTS[1:]) is reading.of(compared, TEXTS[:1], TEXTS[1:])
    assert running.asked == 1
    for _ in range(2):
        with pytest.raises(GivenUp):
            reading.of(give_up)
    assert running.asked == 3


def give_up() -> None:
    raise GivenUp("Too long.", "late")
