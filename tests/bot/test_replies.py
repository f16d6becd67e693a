"""A reply says what can be pressed and how much of a digest is in sight; it draws nothing."""

from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Follow, More, ShowStory, Sources
from bot.replies import SIGHT, Button, Item, Reply, Section, buttons, in_sight
from summarizers.types import Digest, Line, Quotation


def line(number, also=None):
    return Line("new", (Quotation(f"Fact {number}.", "a", number, number + 7, ""),), also=also)


def test_buttons_are_counted_as_they_are_read_those_of_the_lists_first():
    reply = Reply(
        sections=(
            Section(items=(Item("one", button=Button("one", ShowStory("1"))), Item("no button"))),
            Section(items=(Item("two", button=Button("follow", Follow("2"))),)),
        ),
        buttons=(Button("Sources", Sources()), Button("More", More())),
    )
    assert [button.command for button in buttons(reply)] == [ShowStory("1"), Follow("2"), Sources(), More()]


def test_a_message_shows_seven_updates_unless_all_are_asked_for():
    digest = Digest("", tuple(map(line, range(12))), more=(line(12),))
    assert [len(in_sight(digest, SIGHT[length]).lines) for length in ("short", "normal", "full")] == [
        3,
        7,
        12,
    ]
    assert [len(in_sight(digest, SIGHT[length]).more) for length in ("short", "normal", "full")] == [10, 6, 1]


def test_a_second_label_counts_as_an_update():
    digest = Digest("", (line(0, also="conflict"), line(1), line(2)))
    assert in_sight(digest, 3).lines == digest.lines[:2]


def test_the_lead_is_always_in_sight():
    digest = Digest("", (line(0, also="conflict"), line(1)))
    assert in_sight(digest, 1).lines == digest.lines[:1]
    assert in_sight(Digest("", ()), 1) == Digest("", ())


@given(st.lists(st.sampled_from([None, "conflict"]), max_size=14), st.integers(1, 14))
def test_no_line_is_lost(second, sight):
    digest = Digest("", tuple(line(n, also) for n, also in enumerate(second)), more=(line(99),))
    shown = in_sight(digest, sight)
    assert (*shown.lines, *shown.more) == (*digest.lines, *digest.more)
