"""The real pump under a virtual clock: any order of slots, faults, kills, freezes and steps of the clock."""

from collections import Counter
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.delivery.values import LIVE, Part
from tests.bot.delivery.earlier import FakeDiscord, FakeSlack, World

FAULTS = ["", "limited", "lost before", "lost after", "killed after", "odd", "frozen"]


class Simulation(RuleBasedStateMachine):
    kind = FakeDiscord

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.kind)
        self.slots = 0
        self.world.platform.meanwhile = lambda: self.world.pump().round()

    @rule()
    def a_slot_is_due_and_the_head_is_composed(self):
        world, now = self.world, self.world.time.now()
        self.slots += 1
        world.outbox.run_now(1, f"slot-{self.slots}", now)
        assert not world.outbox.run_now(1, f"slot-{self.slots}", now)
        self.compose()

    @rule()
    def compose(self):
        composing = self.world.outbox.to_compose(self.world.time.now(), timedelta(seconds=60))
        if composing:
            parts = [Part(composing.key, {"text": "lead"}), Part(f"{composing.key}:s:1", {"text": "story"})]
            assert self.world.outbox.freeze(composing, parts, self.world.time.now())

    @rule(faults=st.lists(st.sampled_from(FAULTS), max_size=3))
    def a_round(self, faults):
        self.world.platform.plan.extend(faults)
        self.world.round()

    @rule(seconds=st.sampled_from([1, 6, 30, 61, 200]))
    def time_passes(self, seconds):
        self.world.time.passed += seconds

    @precondition(
        lambda self: self.kind is FakeDiscord
    )  # a step ahead would make a look come before its time
    @rule(seconds=st.integers(-25, 25))
    def the_clock_is_set(self, seconds):
        self.world.time.stepped = timedelta(seconds=seconds)

    @invariant()
    def each_is_seen_once_but_for_a_freeze_where_no_nonce_is(self):
        again = sum(count - 1 for count in Counter(self.world.seen).values())
        assert again <= (self.world.platform.freezes if self.kind is FakeSlack else 0)

    @invariant()
    def they_are_seen_in_the_order_of_the_lane(self):
        order = [row.key for row in self.world.lane.rows]
        places = [order.index(key) for key in dict.fromkeys(self.world.seen)]
        assert places == sorted(places)

    def teardown(self):
        """Nothing is lost: undisturbed, all is sent, or waits for a person."""
        self.world.platform.plan.clear()
        for _ in range(99):
            self.compose()
            self.world.round()
            self.world.time.passed += 700
            if not self.world.lane.live:
                break
        rows = self.world.lane.rows
        assert not any(row.state in LIVE for row in rows)
        assert {row.key for row in rows if row.state == "sent"} <= set(self.world.seen)
        assert {row.state for row in rows} <= {"sent", "held"}


class OnSlack(Simulation):
    kind = FakeSlack


TestOnDiscord = Simulation.TestCase
TestOnSlack = OnSlack.TestCase
for case in (TestOnDiscord, TestOnSlack):
    case.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
