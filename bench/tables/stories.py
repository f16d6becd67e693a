"""Whole stories: what the replay shows of each, scored against its gold digests by the data's own scorer."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import data as sets
from bench.left_out import without
from bot.wiring import replay_json

TITLE = "Whole stories, pooled over the folders (floors and aims hold for the left-out run)"
Score = dict[str, Any]
Run = Callable[[Path], Score]
RATIOS = [  # field, floor, aim, as they stand in the table
    ("recall3", "150", "170"),
    ("full3", "", ""),
    ("recall2plus", "", ""),
    ("open_recall", "", ""),
    ("precision2plus", ".74", ".82"),
    ("label_items", ".80", ".90"),
    ("label_items_relational", ".45", ".60"),
    ("links", "25 and .65", "70 and .85"),
]
EXACT = [("changed_figure", "6", "14"), ("promises", "5", "14"), ("conflict", "3", "10")]
COUNTS = [
    ("false_changed_figure + false_conflict", ("false_changed_figure", "false_conflict"), "≤ 4", "0"),
    ("violations_total", ("violations_total",), "≤ 8", "0"),
    ("trap_entries", ("trap_entries",), "≤ 2", "0"),
    ("shown", ("shown",), "", ""),
]


def rows(data: Path) -> Iterator[str]:
    """The pooled table, the seeds alone, each story of the left-out run, and all of it as JSON."""
    folders = sets.stories(data)
    if not folders:
        raise FileNotFoundError(f"{data / 'stories'} has no story with a gold.json")
    scorer = load_scorer(data)
    scores = {name: [run(folder) for folder in folders] for name, run in _runs(data, scorer).items()}
    yield _row("", [*scores, "floor", "aim"])
    yield from table(scores)
    yield ""
    yield from _by_story(folders, scores["left out"])
    yield json.dumps({name: pooled(every) for name, every in scores.items()})


def _runs(data: Path, scorer: ModuleType) -> dict[str, Run]:
    def ours(folder: Path, *, left_out: bool) -> Score:
        with without(data, sets.TOPICS[folder.name]) if left_out else nullcontext():
            return score(scorer, folder, replay_json(folder))

    def given(kind: str) -> Run:
        return lambda folder: score(scorer, folder, scorer.emit(scorer.Story(str(folder)), kind, 1))

    return {
        "left out": lambda folder: ours(folder, left_out=True),
        "shipped": lambda folder: ours(folder, left_out=False),
        "lead": given("lead"),
        "everything new": given("dump"),
    }


def load_scorer(data: Path) -> ModuleType:
    """The scorer that lies beside the data."""
    path = data / "tools" / "check_story.py"
    spec = importlib.util.spec_from_file_location("check_story", path)
    if spec is None or spec.loader is None or not path.exists():
        raise FileNotFoundError(f"{path}, the scorer of the stories")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(scorer: ModuleType, folder: Path, replayed: dict[str, Any]) -> Score:
    """All figures of one replayed story."""
    return dict(scorer.score(scorer.Story(str(folder)), replayed, False)[1])


def pooled(scores: Sequence[Score]) -> dict[str, Any]:
    """Numerators over denominators, and counts, summed over stories."""
    found: dict[str, Any] = {field: _summed([s[field] for s in scores]) for field, _, _ in RATIOS}
    found |= {
        f"{field}.exact": _summed([[s[field]["exact"], s[field]["items"]] for s in scores])
        for field, _, _ in EXACT
    }
    found |= {name: sum(s[field] for s in scores for field in fields) for name, fields, _, _ in COUNTS}
    kinds = sorted({kind for s in scores for kind in s["violations"]})
    return found | {"violations": {kind: sum(s["violations"][kind] for s in scores) for kind in kinds}}


def _summed(ratios: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*ratios, strict=True)]


def table(scores: dict[str, list[Score]]) -> Iterator[str]:
    """A row for each measure: each run, then floor and aim."""
    columns = [pooled(every) for every in scores.values()]
    goals = [(f, floor, aim) for f, floor, aim in RATIOS] + [
        (f"{f}.exact", floor, aim) for f, floor, aim in EXACT
    ]
    for field, floor, aim in goals:
        yield _row(field, [*(ratio(column[field]) for column in columns), floor, aim])
    for name, _, floor, aim in COUNTS:
        yield _row(name, [*(str(column[name]) for column in columns), floor, aim])


def ratio(pair: Sequence[int]) -> str:
    """A share with both of its numbers: 64/128 .50."""
    share = f" {pair[0] / pair[1]:.2f}".replace("0.", ".", 1) if pair[1] else ""
    return f"{pair[0]}/{pair[1]}{share}"


def _by_story(folders: Sequence[Path], scores: Sequence[Score]) -> Iterator[str]:
    yield "left out, by story: recall3 · precision2plus · labels · relational · links · violations · traps"
    for folder, s in zip(folders, scores, strict=True):
        shares = [
            ratio(s[f])
            for f in ("recall3", "precision2plus", "label_items", "label_items_relational", "links")
        ]
        traps = f"{s['trap_entries']} {','.join(s['traps_hit'])}".strip()
        wrong = [f"{kind} {n}" for kind, n in s["violations"].items() if n]
        yield _row(folder.name, [*shares, ", ".join(wrong) or "0", traps])


def _row(name: str, cells: Sequence[str]) -> str:
    return f"{name:38}" + "".join(f" {cell:>14}" for cell in cells)
