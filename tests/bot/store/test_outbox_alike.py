"""Whatever is done to it, an outbox in a database answers as the one in memory, which is its specification."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.delivery.policy import unsent
from bot.delivery.values import Part, Receipt, Verdict
from bot.ports import Target
from bot.store import open_store
from tests.bot.store.test_outbox_contract import HOUR, MINUTE, NOW, SECOND, hourly, plan
from tests.bot.store.test_outbox_rows import in_step
from tests.fakes_outbox import MemoryOutbox

TARGETS = [
    Target("slack", "home", "channel", "C-one"),
    Target("slack", "home", "channel", "C-two"),
    Target("discord", "guild", "channel", "three"),
]
REACH = [None, "lane", "installation", "platform"]
SPANS = st.sampled_from([timedelta(0), MINUTE, HOUR])
VERDICTS = st.builds(
    Verdict,
    state=st.sampled_from(["sent", "sent", "sent", "retry", "attempting", "held", "dead"]),
    again_in=SPANS,
    code=st.sampled_from(["", "why"]),
    closes=st.sampled_from([None] * 5 + REACH),
    waits=st.sampled_from(REACH),
    reason=st.sampled_from(["", "gone"]),
    counted=st.booleans(),
    known=st.booleans(),
    gone=st.booleans(),
)


class Both(RuleBasedStateMachine):
    """The same is done to both, and the clock goes on a little each time, so that no two things are due at once."""

    @initialize()
    def begin(self):
        self.store = open_store("sqlite://", key=b"key")
        self.boxes = MemoryOutbox(), self.store.outbox
        self.now, self.made, self.composing, self.claims, self.receipts = NOW, 0, [], [], 0
        for number, target in enumerate(TARGETS):
            self.both("add", hourly(target, at=NOW + number * 7 * SECOND), NOW)
            self.made += 1

    def teardown(self):
        self.store.close()

    def both(self, name, *given):
        expected, found = (getattr(box, name)(*given) for box in self.boxes)
        if isinstance(found, Sequence):
            expected, found = list(expected), list(found)
        assert found == expected, name
        return found

    @rule(span=st.sampled_from([timedelta(0), MINUTE, 3 * MINUTE, HOUR]))
    def time_passes(self, span):
        self.now += span + timedelta(milliseconds=1)

    @rule(limit=st.integers(1, 4), later=SPANS)
    def tick(self, limit, later):
        self.both("tick", self.now, limit, lambda due, *asked: plan(due, *asked, send_at=due.next_at + later))

    @rule(data=st.data())
    def run_now(self, data):
        self.both("run_now", data.draw(st.integers(1, self.made)), str(self.now), self.now)

    @rule(lease=SPANS)
    def compose(self, lease):
        composing = self.both("to_compose", self.now, lease)
        if composing:
            self.composing.append(composing)

    @rule(data=st.data(), count=st.integers(0, 3), edits=st.sampled_from(["", "m1"]))
    def freeze(self, data, count, edits):
        if self.composing:
            composing = data.draw(st.sampled_from(self.composing))
            parts = [
                Part(
                    f"{composing.key}:{n}",
                    {"n": n},
                    "s" if n else "",
                    root=n == 1,
                    edits=edits if n == 2 else "",
                )
                for n in range(count)
            ]
            self.both("freeze", composing, parts, self.now)

    @rule(limit=st.integers(1, 4), lease=SPANS, platforms=st.sampled_from([["slack"], ["slack", "discord"]]))
    def claim(self, limit, lease, platforms):
        self.claims += self.both("claim", self.now, limit, lease, platforms)

    @rule(data=st.data(), verdict=VERDICTS, threaded=st.booleans())
    def finish(self, data, verdict, threaded):
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            self.receipts += 1
            receipt = Receipt(f"m{self.receipts}", "thread" if threaded else "")
            verdict = replace(verdict, receipt=receipt if verdict.state == "sent" else None)
            self.both("finish", claim, verdict, self.now)

    @rule(data=st.data(), span=SPANS)
    def renew(self, data, span):
        if self.claims:
            self.both("renew", data.draw(st.sampled_from(self.claims)).lease, self.now, span)

    @rule(data=st.data())
    def unsent(self, data):
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            self.both("finish", claim, unsent(claim), self.now)

    @rule(
        data=st.data(), state=st.sampled_from(["pending", "retry", "dead"]), counted=st.booleans(), span=SPANS
    )
    def set_back(self, data, state, counted, span):
        if self.composing:
            composing = data.draw(st.sampled_from(self.composing))
            verdict = Verdict(state, span, "not composed", counted=counted)
            self.both("set_back", composing, verdict, self.now)

    @rule(data=st.data())
    def retry(self, data):
        keys = [row.key for row in self.boxes[0].deliveries(None, 99)]
        if keys:
            self.both("retry", data.draw(st.sampled_from(keys)), self.now)

    @rule(reach=st.sampled_from(REACH[1:]), to=st.sampled_from(TARGETS))
    def reopen(self, reach, to):
        self.both("reopen", reach, to)

    @rule(data=st.data(), reason=st.sampled_from(["on leave", ""]))
    def pause(self, data, reason):
        self.both("pause", data.draw(st.integers(1, self.made)), reason)

    @rule(data=st.data())
    def resume(self, data):
        at = self.now + MINUTE
        self.both("resume", data.draw(st.integers(1, self.made)), at, at.isoformat())

    @rule(to=st.sampled_from(TARGETS))
    def add(self, to):
        if self.made < 9:
            self.made += 1
            at = self.now + self.made * 11 * SECOND
            self.both("add", hourly(to, at=at), self.now)

    @rule(data=st.data())
    def remove(self, data):
        self.both("remove", data.draw(st.integers(1, self.made)))

    @invariant()
    def they_are_alike(self):
        for target in TARGETS:
            self.both("schedules", target)
            assert sorted(self.boxes[0].deliveries(target, 999), key=str) == sorted(
                self.boxes[1].deliveries(target, 999), key=str
            )
        for lane in (1, 2, 3):
            self.both("thread", lane, "s")

    @invariant()
    def lanes_are_in_step(self):
        assert in_step(self.store)


EXAMPLES = 300 if os.environ.get("SOAK") else 20
Both.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
TestBoth = Both.TestCase
