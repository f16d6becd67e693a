"""The days of journalists' timelines found again, and dates read from sentences beside a tagger's."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.data import read
from bench.tables.clusters import plain
from summarizers.dates import date_documents, find_days
from summarizers.stories import important_days, mention_weight

TITLE = "Timelines (timeline17, number of dates and span given) and dates"
SILVER = re.compile(r"\d{4}-\d\d-\d\d")

Weights = Mapping[date, float]


def rows(data: Path) -> list[str]:
    streams: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for article in read(data, "timeline17", "articles"):
        streams[article["timeline_set"]].append(article)
    timelines = read(data, "timeline17", "timelines")
    ours = {name: _ours(articles) for name, articles in streams.items()}
    given = {name: _weighed(articles) for name, articles in streams.items()}
    plainly = {name: _silver(articles) for name, articles in streams.items()}
    return [*_table(timelines, (ours, given, plainly)), *_agreement(streams), *_recognized(data)]


def _ours(articles: list[dict[str, Any]]) -> Weights:
    documents = [plain(a["id"], a["sentences"], published=date.fromisoformat(a["date"])) for a in articles]
    return important_days(documents, date_documents(documents))


def _weighed(articles: list[dict[str, Any]]) -> Weights:
    """Our ranking of the days that the set's own tagger found."""
    weights: defaultdict[date, float] = defaultdict(float)
    for article in articles:
        published = date.fromisoformat(article["date"])
        best: dict[date, float] = {}
        for place, found in _tagged(article):
            best[found] = max(best.get(found, 0.0), mention_weight(place, found, published))
        for day, weight in best.items():
            weights[day] += weight
    return weights


def _silver(articles: list[dict[str, Any]]) -> Weights:
    """The number of articles for which the set's own tagger found the day."""
    counts: Counter[date] = Counter()
    for article in articles:
        counts.update({found for _, found in _tagged(article)})
    return counts


def _tagged(article: dict[str, Any]) -> Iterator[tuple[int, date]]:
    for place, _, kind, value in article["timex"]:
        if kind in ("DATE", "TIME") and SILVER.match(value or ""):
            yield place, date.fromisoformat(value[:10])


def _table(timelines: list[dict[str, Any]], ways: tuple[Mapping[str, Weights], ...]) -> list[str]:
    by_topic: defaultdict[str, list[list[float]]] = defaultdict(list)
    for timeline in timelines:
        gold = {date.fromisoformat(entry["date"]) for entry in timeline["entries"]}
        by_topic[timeline["topic"]].append([_f1(gold, way[timeline["timeline_set"]]) for way in ways])
    every = [found for topic in by_topic.values() for found in topic]
    return [
        "date F1            timelines   our dates   the set's timex   timex, plain number of articles",
        *(_row(topic, found) for topic, found in sorted(by_topic.items())),
        f"{_row('all', every)}   floor .552 (timex), aim .57 (our dates)",
    ]


def _row(name: str, found: list[list[float]]) -> str:
    ours, given, plainly = (fmean(values) for values in zip(*found, strict=True))
    return f"{name:18} {len(found):9}   {ours:9.3f}   {given:15.3f}   {plainly:9.3f}"


def _f1(gold: set[date], weights: Weights) -> float:
    inside = [day for day in weights if min(gold) <= day <= max(gold)]
    chosen = sorted(inside, key=lambda day: (-weights[day], day))[: len(gold)]
    return 2 * len(gold.intersection(chosen)) / (len(gold) + len(chosen))


def _agreement(streams: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """Days per article against the tagger's, on every eighth article; the tagger resolves every weekday backwards."""
    right = ours = theirs = 0
    for articles in streams.values():
        for article in articles[::8]:
            published = date.fromisoformat(article["date"])
            found = {
                day.first
                for sentence in article["sentences"]
                for day in find_days(sentence, published=published)
                if day.precision == "day" and day.first
            }
            silver = {day for _, day in _tagged(article)}
            right, ours, theirs = right + len(found & silver), ours + len(found), theirs + len(silver)
    return [
        f"days per article against the set's timex (silver): precision {right / ours:.3f}  recall {right / theirs:.3f}"
    ]


def _recognized(data: Path) -> list[str]:
    """Single days in the DateTimeModel cases; their calendar talk ("at the end of next Friday 31!") is not news."""
    right = asked = invented = silent = 0
    for case in read(data, "recognizers_specs_en"):
        if case["model"] != "DateTimeModel" or not case["reference"]:
            continue
        published = date.fromisoformat(case["reference"][:10])
        found = {
            str(d.first)
            for d in find_days(case["input"], published=published)
            if d.precision == "day" and d.first
        }
        wanted = [
            {v["value"][:10] for v in (result.get("Resolution") or {}).get("values", []) if v.get("value")}
            for result in case["results"]
            if result.get("TypeName") == "datetimeV2.date"
        ]
        right += sum(bool(values & found) for values in wanted)
        asked += len(wanted)
        if all(
            result.get("TypeName") in ("datetimeV2.duration", "datetimeV2.time") for result in case["results"]
        ):
            silent += 1
            invented += bool(found)
    return [
        (
            f"recognizers_specs_en: {right} of {asked} single days; a day invented in {invented} of {silent}"
            " sentences with only durations, clock times or nothing"
        )
    ]
