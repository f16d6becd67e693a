"""However many lanes of one installation are due or held up, the others have their turns, in few steps."""

import pytest

from bot.delivery.values import Part, Verdict
from bot.ports import Target
from bot.store import open_store
from bot.store.turns import OF_EACH, VISITS, WINDOW
from tests.bot.store.test_outbox_contract import HOUR, NOW, SECOND, claimed

LATER = NOW + SECOND


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crowded(request, server, template, tmp_path_factory):
    """A memory with an installation that has more lanes due than any question looks at."""
    if request.param == "postgresql":
        with server.database(template) as url, open_store(url, key=b"key") as opened:
            yield filled(opened)
        return
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('turns') / 'memory.db'}", key=b"key") as opened:
        yield filled(opened)


def filled(store):
    for number in range(WINDOW + 1):
        posted(store.outbox, "crowd", number, NOW)
    return store


def posted(outbox, workspace, number=0, now=LATER):
    target = Target("slack", workspace, "channel", f"C{number}")
    outbox.post(target, [Part(f"{workspace}:{number}:{now}", {"text": workspace})], now)


def workspaces(claims):
    return [each.message.target.workspace for each in claims]


def test_of_others_that_are_due_later_each_has_a_turn_in_the_same_claim(crowded):
    for workspace in ("after", "before", "zone"):
        posted(crowded.outbox, workspace)
    claims = claimed(crowded.outbox, LATER, limit=5)
    assert sorted(workspaces(claims)) == ["after", "before", "crowd", "crowd", "zone"]
    for each in claims:
        crowded.outbox.finish(each, Verdict("sent"), LATER)


def test_while_it_is_held_up_others_go_on_and_of_one_alone_several(crowded):
    [first] = claimed(crowded.outbox, NOW, limit=1)
    crowded.outbox.finish(first, Verdict("retry", HOUR, waits="installation"), NOW)
    for number in range(OF_EACH + 1):
        posted(crowded.outbox, "alone", number)
    turns = [claimed(crowded.outbox, LATER, limit=99) for _ in range(3)]
    assert [workspaces(claims) for claims in turns] == [["alone"] * OF_EACH, ["alone"], []]
    for each in turns[0] + turns[1]:
        crowded.outbox.finish(each, Verdict("sent"), LATER)


def test_of_more_than_are_visited_at_once_all_have_their_turns_in_a_few_rounds(crowded):
    for number in range(2 * VISITS):
        posted(crowded.outbox, f"one of many {number}")
    rounds = [workspaces(claimed(crowded.outbox, LATER, limit=VISITS)) for _ in range(4)]
    assert {name for names in rounds for name in names if name != "crowd"} == {
        f"one of many {number}" for number in range(2 * VISITS)
    }
