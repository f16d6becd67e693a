"""All that can be done to an outbox on PostgreSQL is done at once, and nobody waits for one who waits for him."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time, timedelta

from bot.delivery.values import Part, Receipt, Verdict
from bot.ports import Target
from bot.schedules import Quiet
from bot.store import open_store
from tests.bot.store.telling import telling
from tests.bot.store.test_outbox_contract import ALL, HOUR, NOW, OVER, hourly, plan
from tests.bot.store.test_outbox_rows import in_step

CHANNELS = [Target("slack", f"W{number % 2}", "channel", f"C{number}") for number in range(6)]
ROUNDS = 1500 if os.environ.get("SOAK") else 60


def tick(store, _, now):
    store.outbox.tick(now, 3, plan)


def compose(store, chance, now):
    composing = store.outbox.to_compose(now, chance.choice([OVER, HOUR]))
    if composing:
        to = composing.schedule.target
        parts = [Part(f"{composing.key}:{n}", {}, "s", telling=telling(to=to, moves=to)) for n in range(2)]
        store.outbox.freeze(composing, chance.choice([[], parts]), now)


def send(store, chance, now):
    for claim in store.outbox.claim(now, 3, chance.choice([OVER, HOUR]), ALL):
        closes = chance.choice([None, None, None, "lane", "installation"])
        verdict = Verdict("dead", closes=closes) if closes else Verdict("sent", receipt=Receipt("m"))
        store.outbox.finish(claim, verdict, now)


def change(store, chance, now):
    to = chance.choice(CHANNELS)
    for schedule in store.outbox.schedules(to)[:1]:
        chance.choice([store.outbox.remove, lambda each: store.outbox.run_now(each, str(now), now)])(
            schedule.id
        )
    store.outbox.reopen(chance.choice(["lane", "installation"]), to)
    store.outbox.add(hourly(to, owner=replace(to, kind="person"), at=now), now)


def forget(store, chance, now):
    del now
    to = chance.choice(CHANNELS)
    if chance.random() < 0.2:
        store.forget_workspace(to.platform, to.workspace)
    else:
        store.forget(chance.choice([to, replace(to, kind="person")]))


def upkeep(store, chance, now):
    chance.choice([lambda: store.outbox.retire(now - HOUR), lambda: store.outbox.after_restore(now)])()
    for row in store.outbox.deliveries(None, 5):
        store.outbox.retry(row.key, now)


def notify(store, chance, now):
    to = chance.choice(CHANNELS)
    if store.outbox.closed(to):
        store.outbox.post(replace(to, kind="person"), [Part(f"n:{to.id}:{now}", {})], now)
    store.outbox.post(to, [Part(f"n:{to.id}:{now}:{n}", {}) for n in range(2)], now)
    store.outbox.keep_quiet(to, chance.choice([None, (Quiet(time(22), time(7)), "UTC")]), now)
    for lane in store.outbox.composable(now, 2):
        store.outbox.to_compose(now, OVER, lane)
    for schedule in store.outbox.every(0, 3):
        store.outbox.reckon(schedule, now + HOUR, f"{now}")


def test_everything_at_once_neither_locks_up_nor_leaves_a_lane_out_of_step(postgresql):
    jobs = [tick, compose, send, change, forget, upkeep, notify]
    with open_store(postgresql, key=b"key") as store:

        def work(number):
            chance = random.Random(number)
            for turn in range(ROUNDS):
                chance.choice(jobs)(store, chance, NOW + turn * timedelta(minutes=20))

        for to in CHANNELS:
            store.outbox.add(hourly(to), NOW)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        assert in_step(store)
