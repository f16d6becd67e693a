"""What holds for any Delivery: through the real pump each message is seen once, in order, and told once.

A platform's tests inherit `DeliveryContract` and give a fixture `peer`: the platform as people see it, and a plan of what
goes wrong there. It may be an object, a server in a thread or in a process of its own; time passes there when it is told.
"""

import asyncio
import inspect
from collections import deque
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.delivery.doors import Delivery
from bot.delivery.policy import UNKNOWN_AFTER
from bot.delivery.pump import TIMEOUT, Pump
from bot.delivery.values import Outgoing, Part, Payload, Thread
from bot.errors import CannotTell, Reach
from bot.ports import Target
from bot.store.outgoing import nonce
from tests.bot.store.telling import telling
from tests.fakes_outbox import MemoryOutbox

PASSING = ["limited", "reset before", "reset after", "500 before", "500 after"]
CLOSING = ("closed", "forbidden", "revoked")  # the last one more than a lane
LOOKS = ["limited", "reset before", "500 before"]
STEPS = [f"{when} {what}" for what in ("claim", "find", "send", "finish") for when in ("before", "after")]
PEER = [HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]
# ^ each example has a channel of its own, and whose peer it is makes no difference to what is tried
START = datetime(2026, 5, 4, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Shown:
    """A message as people see it: its id, its text, and the message it answers."""

    id: str
    text: str
    thread: str = ""


class Peer(Protocol):
    """A platform as people see it. Faults that are planned come one for each message sent:

    limited (429, for a minute), reset before, reset after (the message was taken), 500 before, 500 after,
    silent (taken, and no answer comes), refused (its blocks), closed (the channel is deleted), forbidden, revoked.
    """

    platform: str
    revoked: Reach  # what is closed where its token is taken back

    def connect(self) -> AbstractAsyncContextManager[Delivery]:
        """What sends there, made as a process makes it that starts."""

    def target(self) -> Target:
        """A channel in which nothing was said yet, of the one installation."""

    def payload(self, text: str, plain: str = "") -> Payload:
        """A message as its renderer makes it, with another text for where the first is refused."""

    def plan(self, *faults: str, looks: Sequence[str] = ()) -> None:
        """The faults to come, instead of those planned before; `looks`: when a message is looked for."""

    def shown(self, target: Target) -> Sequence[Shown]:
        """The messages of a channel and of its threads, in the order in which they came."""

    def remove(self, target: Target, message: str) -> None:
        """Somebody deletes a message, and the thread that it opened."""

    def read(self, *, allowed: bool) -> None:
        """Whether the bot may read what was said."""

    def pass_time(self, seconds: float) -> None: ...


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Deaths:
    """The steps at which processes end, one after the other."""

    planned: deque[str] = field(default_factory=deque)
    died: bool = False

    def reached(self, step: str) -> None:
        if self.planned and self.planned[0] == step:
            self.planned.popleft()
            self.died = True
            raise Killed


class Mortal:
    """The methods of another, till the one at which the process ends."""

    def __init__(self, of: object, deaths: Deaths) -> None:
        self._of, self._deaths = of, deaths

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._of, name)
        if not callable(method):
            return method
        return self._slow(name, method) if inspect.iscoroutinefunction(method) else self._quick(name, method)

    def _quick(self, name: str, method: Any) -> Any:
        def call(*given: Any) -> Any:
            self._deaths.reached(f"before {name}")
            result = method(*given)
            self._deaths.reached(f"after {name}")
            return result

        return call

    def _slow(self, name: str, method: Any) -> Any:
        async def call(*given: Any) -> Any:
            self._deaths.reached(f"before {name}")
            result = await method(*given)
            self._deaths.reached(f"after {name}")
            return result

        return call


class Scene:
    """A channel of a peer, its lane, and pumps one after the other; `told` is what counts as told."""

    numbers = count(1)

    def __init__(self, peer: Peer, *texts: str) -> None:
        peer.plan()
        self.peer, self.passed, self.off, self.number = peer, 0.0, 0.0, next(self.numbers)
        self.told: list[str] = []
        self.outbox = MemoryOutbox(lambda telling, _: self.told.append(telling.story))
        self.target = peer.target()
        self.lane = self.outbox.lane(self.target)
        self.say(*(self.part(text) for text in texts))

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed + self.off)

    def passes(self, seconds: float) -> None:
        self.passed += seconds
        self.peer.pass_time(seconds)

    def part(self, text: str, plain: str = "", **more: Any) -> Part:
        """A message; its key is its own among all scenes of a peer."""
        payload = self.peer.payload(text, plain)
        return Part(
            f"{self.number}:{text}", payload, telling=telling(text, to=self.target, moves=self.target), **more
        )

    def say(self, *parts: Part) -> None:
        assert not parts or self.outbox.post(self.target, parts, self.now())

    def pump(
        self, delivery: Any, outbox: Any = None, timeout: timedelta = TIMEOUT, clock: Any = None
    ) -> Pump:
        return Pump(
            outbox or self.outbox,
            {self.peer.platform: delivery},
            clock=clock or (lambda: self.passed),
            now=self.now,
            chance=lambda: 0.5,
            timeout=timeout,
            sleep=self.sleep,
        )

    async def sleep(self, seconds: float) -> None:
        self.passes(seconds)

    def round(self, timeout: timedelta = TIMEOUT) -> None:
        """What one process does at one turn."""

        async def once() -> None:
            async with self.peer.connect() as delivery:
                await self.pump(delivery, timeout=timeout).round()

        asyncio.run(once())

    def run(self, *deaths: str, every: float = 13) -> None:
        """Processes follow each other, each to its death, until nothing is left to do or nothing may be done."""
        asyncio.run(self._lives(Deaths(deque(deaths)), every))

    async def _lives(self, deaths: Deaths, every: float) -> None:
        turns = count()
        while self.busy:
            deaths.died = False
            async with self.peer.connect() as delivery:
                pump = self.pump(Mortal(delivery, deaths), Mortal(self.outbox, deaths))
                while self.busy and not deaths.died:
                    assert next(turns) < 200, f"nothing comes of it: {self.states}"
                    with suppress(Killed):
                        await pump.round()
                    self.passes(every)

    def outgoing(self, text: str) -> Outgoing:
        """A message as the pump hands it over."""
        part = self.part(text)
        return Outgoing(
            self.target, part.key, nonce(self.number, part.key), part.payload, first_attempt=self.now()
        )

    @property
    def thread(self) -> Thread:
        thread = self.outbox.thread(self.lane.id, "s")
        assert thread
        return thread

    @property
    def busy(self) -> bool:
        return bool(self.lane.live) and not self.outbox.closed(self.target)

    @property
    def seen(self) -> list[str]:
        return [message.text for message in self.peer.shown(self.target)]

    @property
    def states(self) -> list[str]:
        return [row.state for row in self.lane.rows]

    def all_is_well(self, *texts: str) -> None:
        """Each message was seen once and in order, is known as sent and counts as told, once."""
        assert self.seen == list(texts)
        assert self.told == list(texts)
        assert self.states == ["sent"] * len(texts)
        ids = {message.id for message in self.peer.shown(self.target)}
        assert {row.message for row in self.lane.rows} == ids


class DeliveryContract:
    """The tests of a platform inherit them."""

    # -- once, in order ------------------------------------------------------------------------------------------------

    def test_what_is_sent_is_seen_in_order_and_counts_as_told(self, peer):
        scene = Scene(peer, "one", "two", "three")
        scene.run()
        scene.all_is_well("one", "two", "three")

    @pytest.mark.parametrize("fault", PASSING)
    def test_after_a_fault_each_message_is_seen_once_and_in_order(self, peer, fault):
        scene = Scene(peer, "one", "two")
        peer.plan(fault)
        scene.run()
        scene.all_is_well("one", "two")

    def test_where_no_answer_comes_in_time_the_message_is_seen_once(self, peer):
        scene = Scene(peer, "one", "two")
        peer.plan("silent")
        scene.round(timeout=timedelta(seconds=0.3))
        assert scene.seen == ["one"]
        scene.passes(13)
        scene.run()
        scene.all_is_well("one", "two")

    @settings(max_examples=25, deadline=None, suppress_health_check=PEER)
    @given(
        faults=st.lists(st.sampled_from(["", *PASSING]), max_size=3),
        looks=st.lists(st.sampled_from(LOOKS), max_size=2),
        deaths=st.lists(st.sampled_from(STEPS), max_size=2),
    )  # seven in all: after eight whose outcome is unknown a person decides
    def test_after_any_faults_and_deaths_each_message_is_seen_once_and_in_order(
        self, peer, faults, looks, deaths
    ):
        scene = Scene(peer, "one", "two")
        peer.plan(*faults, looks=looks)
        scene.run(*deaths, every=61)
        scene.all_is_well("one", "two")

    @pytest.mark.parametrize("first", [step for step in STEPS if "find" not in step])
    @pytest.mark.parametrize("then", STEPS)
    def test_processes_that_are_killed_at_any_step_lose_nothing_and_repeat_nothing(self, peer, first, then):
        scene = Scene(peer, "one", "two")
        scene.run(first, then, every=61)
        scene.all_is_well("one", "two")

    def test_a_process_that_is_stopped_in_mid_send_has_it_finished_by_the_next(self, peer):
        scene = Scene(peer, "one", "two")
        peer.plan("silent")

        async def stopped() -> None:
            async with peer.connect() as delivery:
                pump = scene.pump(delivery)
                await pump.begin()
                while not scene.seen:  # noqa: ASYNC110 - because a server elsewhere wakes nobody here
                    await asyncio.sleep(0.005)
                await pump.drain(timedelta(0))

        asyncio.run(stopped())
        assert scene.states == ["attempting", "pending"]
        scene.passes(61)
        scene.run()
        scene.all_is_well("one", "two")

    @pytest.mark.parametrize("fault", LOOKS)
    def test_a_look_that_fails_is_tried_again_and_nothing_is_sent_in_the_dark(self, peer, fault):
        scene = Scene(peer, "one", "two")
        peer.plan("reset after", looks=[fault])
        scene.run(every=200)  # past the time of any nonce
        scene.all_is_well("one", "two")

    @pytest.mark.parametrize("pause", [1, 13, 100, 590])
    @pytest.mark.parametrize("step", [-3600, -570, -60, 20, 3600])
    def test_a_clock_that_is_set_makes_nothing_be_seen_twice(self, peer, pause, step):
        scene = Scene(peer, "one", "two")
        peer.plan("reset after")
        scene.round()
        scene.passes(pause)
        scene.off = step
        scene.run(every=61)
        scene.all_is_well("one", "two")

    @pytest.mark.parametrize("was", [-3600, 3600])
    def test_a_clock_that_was_wrong_at_first_makes_nothing_be_seen_twice(self, peer, was):
        scene = Scene(peer, "one", "two")
        peer.plan("reset after")
        scene.off = was
        scene.round()
        scene.passes(200)
        scene.off = 0
        scene.run(every=61)
        scene.all_is_well("one", "two")

    def test_what_fails_again_and_again_waits_for_a_person_and_holds_up_nothing(self, peer):
        scene = Scene(peer, "one", "two")
        peer.plan(*["reset before"] * 6 * UNKNOWN_AFTER)
        scene.run(every=700)
        assert (scene.seen, scene.told, scene.states) == ([], [], ["held", "held"])
        peer.plan()
        assert scene.outbox.retry(scene.lane.rows[0].key, scene.now())
        scene.run()
        assert (scene.seen, scene.told) == (["one"], ["one"])

    # -- certain refusals ----------------------------------------------------------------------------------------------

    def test_who_was_too_fast_waits_as_long_as_told_and_has_made_no_attempt(self, peer):
        scene = Scene(peer, "one")
        peer.plan("limited")
        scene.round()
        assert (scene.states, scene.lane.rows[0].attempts) == (["retry"], 0)
        scene.passes(1)
        scene.round()
        assert scene.seen == []
        scene.passes(60)
        scene.round()
        scene.all_is_well("one")

    def test_what_is_refused_goes_out_as_plain_text_at_once(self, peer):
        scene = Scene(peer)
        scene.say(scene.part("rich", plain="plain"))
        peer.plan("refused")
        scene.round()
        assert (scene.seen, scene.states, scene.told) == (["plain"], ["sent"], ["rich"])

    def test_what_is_refused_as_plain_text_too_is_dead_and_the_lane_goes_on(self, peer):
        scene = Scene(peer)
        scene.say(scene.part("rich", plain="plain"), scene.part("two"))
        peer.plan("refused", "refused")
        scene.run()
        assert (scene.seen, scene.states, scene.told) == (["two"], ["dead", "sent"], ["two"])

    @pytest.mark.parametrize("fault", CLOSING)
    def test_what_is_closed_keeps_its_rows_says_why_and_goes_on_when_it_is_opened(self, peer, fault):
        scene, other = Scene(peer, "one", "two"), peer.target()
        scene.outbox.post(other, [scene.part("elsewhere")], scene.now())
        peer.plan(fault)
        scene.run()
        assert (scene.seen, scene.states) == ([], ["retry", "pending"])
        assert scene.outbox.closed(scene.target)
        reach = peer.revoked if fault == "revoked" else "lane"
        assert bool(scene.lane.closed) == (reach == "lane")
        assert bool(scene.outbox.closed(other)) == (reach != "lane")
        assert scene.outbox.reopen(reach, scene.target)
        scene.run()
        assert scene.seen == ["one", "two"]

    def test_a_no_that_is_certain_does_not_settle_an_attempt_before_it(self, peer):
        scene = Scene(peer, "one", "two")
        peer.plan("reset after", "limited", looks=["limited", "limited"])
        scene.run(every=61)
        scene.all_is_well("one", "two")

    # -- threads and edits ---------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("fault", ["", *PASSING])
    def test_a_reply_stands_in_the_thread_of_its_root_though_the_roots_answer_was_lost(self, peer, fault):
        scene = Scene(peer)
        scene.say(scene.part("root", story="s", root=True), scene.part("reply", story="s"))
        peer.plan(fault)
        scene.run(every=61)
        scene.all_is_well("root", "reply")
        root, reply = peer.shown(scene.target)
        assert root.thread == ""
        assert reply.thread != ""

    @pytest.mark.parametrize("fault", ["", *PASSING])
    def test_an_edit_takes_the_place_of_what_was_said(self, peer, fault):
        scene = self.rooted(peer)
        scene.say(scene.part("root and more", story="s", edits=scene.thread.last))
        peer.plan(fault)
        scene.run(every=61)
        assert (scene.seen, scene.told) == (["root and more"], ["root", "root and more"])

    def test_where_what_it_edits_is_gone_it_is_said_anew_once(self, peer):
        scene = self.rooted(peer)
        last = scene.thread.last
        scene.say(scene.part("root and more", story="s", root=True, edits=last))
        peer.remove(scene.target, last)
        scene.run(every=61)
        assert scene.seen == ["root and more"]
        assert scene.states == ["sent", "sent"]

    def test_where_its_thread_is_gone_it_opens_another_once(self, peer):
        scene = self.rooted(peer)
        gone = scene.thread.root
        scene.say(scene.part("reply", story="s"), scene.part("another", story="s"))
        peer.remove(scene.target, gone)
        peer.plan("", "reset after")
        scene.run(every=61)
        assert scene.seen == ["reply", "another"]
        reply, another = peer.shown(scene.target)
        assert (reply.thread, bool(another.thread)) == ("", True)

    @staticmethod
    def rooted(peer):
        scene = Scene(peer)
        scene.say(scene.part("root", story="s", root=True))
        scene.run()
        return scene

    # -- looking for what was sent -------------------------------------------------------------------------------------

    def test_what_was_sent_can_be_found_again_and_nothing_else(self, peer):
        scene = Scene(peer)
        sent, unsent = scene.outgoing("sent"), scene.outgoing("unsent")

        async def found():
            async with peer.connect() as delivery:
                receipt = await delivery.send(sent)
                scene.passes(delivery.abilities.look_after.total_seconds())
                return receipt, await delivery.find(sent), await delivery.find(unsent)

        receipt, again, none = asyncio.run(found())
        assert (again, none) == (receipt, None)

    def test_where_nothing_can_be_read_it_cannot_tell(self, peer):
        scene = Scene(peer)
        peer.read(allowed=False)

        async def looked():
            async with peer.connect() as delivery:
                await delivery.find(scene.outgoing("one"))

        with pytest.raises(CannotTell):
            asyncio.run(looked())

    def test_where_nothing_can_be_read_a_message_is_rather_seen_twice_than_lost(self, peer):
        scene = Scene(peer, "one", "two")
        peer.read(allowed=False)
        peer.plan("reset after")
        scene.run()
        assert list(dict.fromkeys(scene.seen)) == ["one", "two"]
        assert len(scene.seen) <= 3
        assert (scene.told, scene.states) == (["one", "two"], ["sent", "sent"])
