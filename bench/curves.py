"""Precision and recall along a list that is ranked by score."""

from __future__ import annotations

from collections.abc import Sequence

FEWEST = 4  # right pairs; fewer at the top of a list are luck
Hit = tuple[float, bool]


def recall_at(hits: Sequence[Hit], precision: float) -> float:
    """The largest recall at any threshold whose precision reaches the wanted one."""
    best, right = 0, 0
    for count, (_, hit) in enumerate(_ranked(hits), 1):
        right += hit
        if right >= FEWEST and right / count >= precision:
            best = right
    return best / max(1, sum(hit for _, hit in hits))


def average_precision(hits: Sequence[Hit]) -> float:
    """The mean of the precisions at each right pair."""
    right, total = 0, 0.0
    for count, (_, hit) in enumerate(_ranked(hits), 1):
        if hit:
            right += 1
            total += right / count
    return total / max(1, right)


def _ranked(hits: Sequence[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda pair: -pair[0])
