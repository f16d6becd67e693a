"""The real tick and the real pump under a virtual clock: any order of what processes do, of faults, kills, freezes and
steps of their clocks.

One thread does all, so that a run can be done again: what a pump asks of its outbox or of a platform stops at a gate
before and after, where its process may be stopped, for a while or for good.
"""

import asyncio
import os
from collections import Counter
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.delivery.pump import Pump
from bot.delivery.tick import plan
from bot.delivery.values import LIVE, Part, Scheduled
from bot.ports import Target
from bot.schedules import next_run, parse_schedule
from tests.bot.store.telling import telling
from tests.fakes_outbox import MemoryOutbox
from tests.platforms import KINDS, Client, Near

START = datetime(2026, 5, 4, 20, tzinfo=UTC)
LEASE = timedelta(seconds=60)
WORDS = ["every 30 minutes", "every 15 minutes", "every 2 hours quiet 22-7", "daily 21:10 and 23:50"]
FAULTS = ["", "", "limited", "reset before", "reset after", "500 before", "500 after"]
GATES = [f"{when} {what}" for what in ("claim", "find", "send", "finish") for when in ("before", "after")]
TURNS = 80  # of the loop: more than any row takes to its end, or to a gate
ENDS = {"sent", "heldtimeout", "heldreset", "heldinternal", "skippedempty", "deadnot composed"}
STEPS = [-3600, -700, -130, -25, 25, 45, 130, 3600]
PROCESS: ContextVar["Process"] = ContextVar("PROCESS")


class Loop(asyncio.SelectorEventLoop):
    """Asks the outbox in its own thread, between the gates of whose process it is."""

    def run_in_executor(self, executor, func, *args):
        del executor, args
        return self.create_task(self._gated(func))

    @staticmethod
    async def _gated(call):
        name, process = call.args[0].__name__, PROCESS.get()
        await process.gate(f"before {name}")
        result = call()
        await process.gate(f"after {name}")
        return result


class Gated(Client):
    """A platform that is asked between the gates of a process, which knows what it has under way."""

    async def send(self, message):
        return await self.between("send", super().send, message)

    async def find(self, message):
        return await self.between("find", super().find, message)

    async def between(self, name, ask, message):
        process = PROCESS.get()
        process.asking[name, self.platform] += 1
        try:
            await process.gate(f"before {name}")
            try:
                return await ask(message)
            finally:
                await process.gate(f"after {name}")
        finally:
            process.asking[name, self.platform] -= 1


class Process:
    """A pump with a clock of its own that may be set, and a gate where it is to be stopped."""

    def __init__(self, world, off: float = 0) -> None:
        self.world, self.off = world, off
        self.stops_at, self.asleep_since, self.asking = "", None, Counter()
        self.awake = asyncio.Event()
        self.awake.set()
        self.beginning: set[asyncio.Task] = set()
        self.pump = Pump(
            world.outbox,
            {kind.name: Gated(kind, peer.ask) for kind, peer in zip(KINDS, world.peers, strict=True)},
            clock=lambda: world.passed,
            now=self.now,
            chance=lambda: 0.5,
            lease=LEASE,
            sleep=world.sleep,
        )

    def now(self) -> datetime:
        return START + timedelta(seconds=self.world.passed + self.off)

    async def gate(self, step: str) -> None:
        if self.stops_at == step and self.awake.is_set():
            self.stops_at, self.asleep_since = "", self.world.passed
            self.awake.clear()
        await self.awake.wait()

    @property
    def asleep(self) -> bool:
        return not self.awake.is_set()

    async def begin(self) -> None:
        PROCESS.set(self)
        task = asyncio.create_task(self.pump.begin())
        self.beginning.add(task)
        await turns()

    async def wake(self) -> None:
        self.awake.set()
        await turns()

    async def die(self) -> None:
        for task in [*self.beginning, *self.pump._at_work.values()]:
            task.cancel()
        await asyncio.gather(*self.beginning, *self.pump._at_work.values(), return_exceptions=True)


async def turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


class Simulation(RuleBasedStateMachine):
    """Several processes, leases on the clock of their server."""

    processes = 3

    def __init__(self) -> None:
        super().__init__()
        self.loop = Loop()
        self.passed, self.sleeping = 0.0, []
        self.freezes: Counter[str] = Counter()
        self.told: list[str] = []
        self.outbox = MemoryOutbox(lambda telling, _: self.told.append(telling.story), self.server_clock)
        self.peers = [Near(kind) for kind in KINDS]
        self.all = [Process(self) for _ in range(self.processes)]
        self.composing: list[tuple] = []
        for number, words in enumerate(WORDS):
            to = Target(KINDS[number % 2].name, "home", "channel", f"c{number // 2}")
            spec = parse_schedule(words, zone="UTC")
            first = next_run(spec, START)
            self.outbox.add(Scheduled(to, to, spec, next_at=first.at, next_slot=first.slot), START)

    def server_clock(self, now: datetime) -> datetime:
        del now
        return START + timedelta(seconds=self.passed)

    def run(self, what) -> None:
        self.loop.run_until_complete(what)

    async def sleep(self, seconds: float) -> None:
        over = self.loop.create_future()
        self.sleeping.append((self.passed + seconds, over))
        await over

    # -- what happens --------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 6, 30, 61, 170, 400, 1000, 4000]))
    def time_passes(self, seconds):
        self.passed += seconds
        for peer in self.peers:
            peer.pass_time(seconds)
        for until, over in self.sleeping:
            if until <= self.passed and not over.done():
                over.set_result(None)
        self.sleeping = [each for each in self.sleeping if not each[1].done()]
        self.run(turns())

    @rule(which=st.integers(0, 2), seconds=st.sampled_from(STEPS))
    def a_clock_is_set(self, which, seconds):
        self.one(which).off += seconds

    @rule(which=st.integers(0, 2))
    def tick(self, which):
        self.outbox.tick(self.one(which).now(), 100, plan)

    @rule()
    def all_is_composed(self):
        self.time_passes(1000)
        self.tick(0)
        for _ in self.outbox.composable(self.one(0).now(), 9):
            self.composing.clear()
            self.compose(0, dies=False)
            self.freeze(edits=False, nothing=False)

    @rule(which=st.integers(0, 2), dies=st.booleans())
    def compose(self, which, dies):
        composing = self.outbox.to_compose(self.one(which).now(), LEASE)
        if composing and not dies:
            self.composing.append((composing, which))

    @rule(edits=st.booleans(), nothing=st.booleans())
    def freeze(self, edits, nothing):
        if not self.composing:
            return
        composing, which = self.composing.pop(0)
        key, thread = composing.key, self.outbox.thread(composing.lease.lane, "s")
        to = composing.schedule.target
        story = Part(
            f"{key}:s:1", {"text": "story"}, "s", root=thread is None, telling=telling(key, to=to, moves=to)
        )
        parts = [
            Part(key, {"text": "lead"}),
            story if thread is None or not edits else Part(**(fields(story) | {"edits": thread.last})),
        ]
        live = self.outbox.lane(to).live
        if self.outbox.freeze(composing, [] if nothing else parts, self.one(which).now()):
            assert live[0].key == key, "only the head of a lane is composed"

    @rule(
        which=st.integers(0, 2),
        faults=st.lists(st.sampled_from(FAULTS), max_size=3),
        stops_at=st.sampled_from(["", "", *GATES]),
        step=st.sampled_from([0, 0, 0, *STEPS]),
    )
    def pump(self, which, faults, stops_at, step=0):
        process = self.one(which)
        process.off += step
        for peer in self.peers:
            peer.plan(*faults, looks=[fault for fault in faults if "before" in fault])
        if not process.asleep:
            process.stops_at = stops_at
            self.run(process.begin())

    @rule(
        which=st.integers(0, 2), seconds=st.sampled_from([0, 1, 2, 13, 200, 590]), step=st.sampled_from(STEPS)
    )
    def an_answer_is_lost_and_a_clock_is_set(self, which, seconds, step):
        self.all_is_composed()
        self.pump(which, ["reset after"], "")
        self.time_passes(seconds)
        self.pump(which, [], "", step)

    @rule(which=st.integers(0, 2), stops_at=st.sampled_from(GATES), rounds=st.integers(0, 2))
    def one_sleeps_past_its_lease_while_another_works(self, which, stops_at, rounds):
        self.all_is_composed()
        self.pump(which, [], stops_at)
        self.time_passes(61)
        for _ in range(rounds):
            self.pump(which + 1, [], "")
            self.time_passes(6)
        self.a_process_wakes(which)

    @rule(which=st.integers(0, 2))
    def a_process_wakes(self, which):
        process = self.one(which)
        if process.asleep:
            slept = self.passed - process.asleep_since
            for kind in KINDS:  # a nonce holds for so long and no longer, a platform without one not at all
                if slept >= kind.nonce - 60:
                    self.freezes[kind.name] += process.asking["send", kind.name]
            self.run(process.wake())

    @rule(which=st.integers(0, 2))
    def a_process_is_killed(self, which):
        process = self.one(which)
        self.run(process.die())
        self.all[which % len(self.all)] = Process(self, process.off)

    def one(self, which: int) -> Process:
        return self.all[which % len(self.all)]

    # -- what always holds ---------------------------------------------------------------------------------------------

    @invariant()
    def each_is_seen_once_but_for_a_freeze_that_no_nonce_outlasts(self):
        for peer in self.peers:
            again = sum(
                count - 1
                for lane in self.lanes(peer.platform)
                for count in Counter(peer.chat.keys(lane.target.id)).values()
            )
            assert again <= self.freezes[peer.platform], f"{peer.platform}: {again} seen again"

    @invariant()
    def they_are_seen_in_the_order_of_their_lane(self):
        for peer in self.peers:
            for lane in self.lanes(peer.platform):
                order = [row.key for row in lane.rows]
                places = [order.index(key) for key in dict.fromkeys(peer.chat.keys(lane.target.id))]
                assert places == sorted(places)

    @invariant()
    def what_has_ended_stands_before_what_lives_and_no_slot_twice(self):
        for lane in self.outbox.lanes.values():
            lives = [row.state in LIVE for row in lane.rows]
            assert lives == sorted(lives)
            keys = [row.key for row in lane.rows]
            assert len(set(keys)) == len(keys)

    @invariant()
    def what_counts_as_told_is_what_is_known_as_sent_once(self):
        rows = [row for lane in self.outbox.lanes.values() for row in lane.rows]
        sent = [row.part.telling.story for row in rows if row.state == "sent" and row.part.telling]
        assert sorted(self.told) == sorted(sent)

    def lanes(self, platform):
        return [lane for lane in self.outbox.lanes.values() if lane.target.platform == platform]

    def teardown(self):
        try:
            self.nothing_is_lost()
        finally:
            for which in range(len(self.all)):
                self.a_process_is_killed(which)
            self.loop.close()

    def nothing_is_lost(self):
        """Undisturbed, all is sent, or waits for a person."""
        for which in range(len(self.all)):
            self.a_process_is_killed(which)
        self.composing.clear()
        for _ in range(300):
            if not any(lane.live for lane in self.outbox.lanes.values()):
                break
            self.time_passes(700)
            self.compose(0, dies=False)
            self.freeze(edits=False, nothing=False)
            self.pump(0, [], "")
            self.time_passes(6)  # what waits for its look goes on
        self.each_is_seen_once_but_for_a_freeze_that_no_nonce_outlasts()
        for peer in self.peers:
            for lane in self.lanes(peer.platform):
                ends = {row.state + row.code for row in lane.rows}
                assert ends <= ENDS, ends
                said = {row.key for row in lane.rows if row.state == "sent" and not row.part.edits}
                assert said <= set(peer.chat.keys(lane.target.id))


def fields(part: Part) -> dict:
    return {name: getattr(part, name) for name in part.__slots__}


class OnOneFile(Simulation):
    """One process, whose own clock leases count on."""

    processes = 1

    def server_clock(self, now: datetime) -> datetime:
        return now


TestOnServer = Simulation.TestCase
TestOnOneFile = OnOneFile.TestCase
TestOnServer.settings = TestOnOneFile.settings = settings(
    max_examples=400 if os.environ.get("SOAK") else 40,
    stateful_step_count=80 if os.environ.get("SOAK") else 40,
    deadline=None,
)
