"""Direct-message questions to whole stories: answered by a right sentence, or refused.

Right is a supporting sentence among the first two; of two sides the first supporting one and another among those shown;
and nothing shown that must not be. Each story is answered with weights that never saw its topic; the limits of the
second row are chosen on the other topics only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from bench.data import TOPICS, stories
from bench.left_out import without
from bot.sources.folder import read
from summarizers.answer import LIMITS, Candidate, Limits, lines_of, rank, reply
from summarizers.clean import clean
from summarizers.questions import Question, read_question
from summarizers.types import Answer, Sentence

TITLE = "Answers to direct messages (left out by topic)"
GRID = [Limits(*limits) for limits in product((0.35, 0.45, 0.55, 0.65), (0.2, 0.3, 0.4), (0.6, 0.7, 0.8))]


@dataclass(frozen=True)
class Asked:
    """A question with its candidates, and what the gold says."""

    topic: str
    story: str
    gold: Mapping[str, Any]
    question: Question
    ranked: Sequence[Candidate]

    def reply(self, limits: Limits) -> Answer:
        return reply(self.gold["q"], self.question, self.ranked, limits)


def rows(data: Path) -> list[str]:
    folders = stories(data)
    if not folders:
        raise FileNotFoundError(f"{data / 'stories'} has no story with a gold.json")
    asked = [item for folder in folders for item in _asked(data, folder)]
    shipped = [right(item.gold, item.reply(LIMITS)) for item in asked]
    chosen = _without_topic(asked)
    first = [right(item.gold, _first_line(item)) for item in asked]
    return [
        "                                     answered right        refused",
        f"shipped limits                       {_row(asked, shipped)}   floor 20 of 29, 9 of 11",
        f"limits chosen without the topic      {_row(asked, chosen)}",
        f"the two lines with most of its words {_row(asked, first)}",
        *(
            f"  not right: {item.story}: {item.gold['q']}"
            for item, ok in zip(asked, shipped, strict=True)
            if not ok
        ),
    ]


def _asked(data: Path, folder: Path) -> list[Asked]:
    gold = json.loads((folder / "gold.json").read_text("utf-8"))
    topic = TOPICS.get(folder.name, folder.name)
    with without(data, topic):
        lines = lines_of([clean(article) for article in read([folder])])
        found = []
        for item in gold.get("answers_dm", []):
            question = read_question(item["q"])
            found.append(Asked(topic, folder.name, item, question, rank(question, lines)))
    return found


def right(gold: Mapping[str, Any], answer: Answer) -> bool:
    """Whether an answer is right by the gold's rules."""
    if gold["kind"] == "unanswerable":
        return answer.abstained
    forbidden = gold.get("must_not")
    if forbidden and any(re.search(forbidden, sentence.text) for sentence in answer.sentences):
        return False
    if gold["kind"] == "conflict":
        sides = [any(_is(s, side) for s in answer.sentences) for side in gold["support"]]
        return sides[0] and sum(sides) > 1
    return any(_is(s, support) for s in answer.sentences[:2] for support in gold["support"])


def _is(sentence: Sentence, gold: Mapping[str, Any]) -> bool:
    """The gold's sentence or a whole part of it, of its file."""
    same = sentence.text in gold["sentence"] or gold["sentence"] in sentence.text
    return sentence.document_id == gold["file"] and same and len(sentence.text) > 15


def _without_topic(asked: Sequence[Asked]) -> list[bool]:
    """Each question by the limits that are best on the questions of the other topics."""
    marks = {limits: [right(item.gold, item.reply(limits)) for item in asked] for limits in GRID}

    def best(topic: str) -> Limits:
        others = [i for i, item in enumerate(asked) if item.topic != topic]
        return max(GRID, key=lambda limits: (sum(marks[limits][i] for i in others), -_far(limits)))

    chosen = {topic: best(topic) for topic in {item.topic: None for item in asked}}
    return [marks[chosen[item.topic]][i] for i, item in enumerate(asked)]


def _far(limits: Limits) -> float:
    """How far from the middle of the grid: of equals the middle one is taken."""
    return abs(limits.settled - 0.5) + abs(limits.covered - 0.3) + abs(limits.fullest - 0.7)


def _first_line(item: Asked) -> Answer:
    fullest = sorted(item.ranked, key=lambda c: -c.found["cover"])[:2]
    return Answer(item.gold["q"], tuple(c.note.sentence for c in fullest))


def _row(asked: Sequence[Asked], marks: Sequence[bool]) -> str:
    def count(refused: bool) -> str:
        of = [
            mark
            for item, mark in zip(asked, marks, strict=True)
            if (item.gold["kind"] == "unanswerable") is refused
        ]
        return f"{sum(of):2} of {len(of):2}"

    return f"{count(False)}             {count(True)}"
