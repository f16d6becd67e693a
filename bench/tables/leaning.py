"""Which sentences lean on their neighbour, each topic judged by a model that never saw it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.training_leans import CLASSES, Item, fit, relation_items, story_items
from summarizers.references import THRESHOLD, leans_by_cues
from summarizers.scorer import read_weights

TITLE = "Leaning on a neighbour, leave one topic out"
Scored = list[tuple[bool, bool]]  # said to lean, leans


def rows(data: Path) -> Iterator[str]:
    told, related = story_items(data), relation_items(data)
    topics = sorted({topic for topic, *_ in (*told, *related)})
    yield f"at {THRESHOLD}: leaning sentences found; false alarms among the others (aim .93 of the stories')"
    stories: Scored = []
    pairs: Scored = []
    for topic in topics:
        model = read_weights(json.dumps({"models": {"leans": fit(data, topic)}})).models["leans"]
        here, there = (
            [(model.probabilities(f)[CLASSES[1]] >= THRESHOLD, bool(y)) for t, f, y in items if t == topic]
            for items in (told, related)
        )
        yield _row(topic, here, there)
        stories, pairs = stories + here, pairs + there
    yield _row("all", stories, pairs)
    yield _row("cue rules", _by_cues(told), _by_cues(related))


def _by_cues(items: Sequence[Item]) -> Scored:
    return [(leans_by_cues(features), bool(leans)) for _, features, leans in items]


def _row(name: str, stories: Scored, pairs: Scored) -> str:
    return f"{name:10} stories {_shares(stories)}   relations {_shares(pairs)}"


def _shares(scored: Scored) -> str:
    leaning = [said for said, leans in scored if leans]
    others = [said for said, leans in scored if not leans]
    if not scored:
        return f"{'-':>35}"
    return f"{sum(leaning):4}/{len(leaning):4} {sum(leaning) / len(leaning):.2f}, {sum(others):4}/{len(others):4} {sum(others) / len(others):.2f}"
