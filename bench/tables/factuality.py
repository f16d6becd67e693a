"""Plan or fact: has the event that a word names happened? Trained on the training part of one corpus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bench.data import read
from bench.training_status import event_items, fit_events
from summarizers.events import base
from summarizers.scorer import read_weights

TITLE = "Plan or fact (event_factuality)"
PARTS = (("UW", "dev"), ("UDS_IH2", "dev"))
UNREAL = frozenset(
    base(word)
    for word in """will would can could may might must shall should wo ca 'll 'd to plan expect intend hope want if
    whether unless not no never n't cannot deny without consider propose threaten likely unlikely possible set due
    scheduled""".split()
)


def rows(data: Path) -> list[str]:
    """For each corpus the share that happened, the floor (one of four words before is unreal) and the model."""
    model = read_weights(json.dumps({"models": {"m": fit_events(data)}})).models["m"]
    judged = [
        (corpus, split, y, int(model.probability(e) >= 0.5)) for corpus, split, e, y in event_items(data)
    ]
    plain = _plain(data)
    lines = []
    for part in PARTS:
        ours = [(y, p) for corpus, split, y, p in judged if (corpus, split) == part]
        floor = [(y, p) for corpus, split, y, p in plain if (corpus, split) == part]
        share = sum(y for y, _ in ours) / len(ours)
        lines.append(f"{' '.join(part)}, {len(ours)} events, majority {max(share, 1 - share):.3f}")
        lines.append(f"  floor  {_figures(floor)}")
        lines.append(f"  ours   {_figures(ours)}")
    return lines


def _plain(data: Path) -> list[tuple[str, str, int, int]]:
    found = []
    for item in read(data, "event_factuality"):
        pieces = item["text"].lower().split(" ")
        for event in item["events"]:
            at = event["span"][0]
            real = not any(
                w and (base(w) in UNREAL or w.endswith("n't")) for w in pieces[max(0, at - 4) : at]
            )
            found.append((item["corpus"], item["split"], int(event["factuality"] >= 2), int(real)))
    return found


def _figures(pairs: Sequence[tuple[int, int]]) -> str:
    right = sum(y == p for y, p in pairs) / len(pairs)
    hits = sum(not y and not p for y, p in pairs)
    said = sum(not p for _, p in pairs)
    true = sum(not y for y, _ in pairs)
    precision, recall = hits / max(1, said), hits / max(1, true)
    f1 = 2 * hits / max(1, said + true)
    return f"accuracy {right:.3f}  F1(not) {f1:.3f}  precision {precision:.3f}  recall {recall:.3f}"
