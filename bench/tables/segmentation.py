"""Sentence splitting against two gold standards, and cleaning against the noise lines of the stories."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.data import read, stories
from summarizers import Article, clean
from summarizers.sentences import split

TITLE = "Sentences and cleaning"
GOLDEN = "GOLDEN_EN_RULES_TEST_CASES"
LEFT_OUT = (30, 32, 34, 36, 37, 38)  # list markers inside a line: "1.) The first item 2.) The second item"


def rows(data: Path) -> list[str]:
    return [_golden(data), _wikinews(data), *_cleaning(data), _unstopped(data)]


def _golden(data: Path) -> str:
    cases = [item for item in read(data, "sentseg_golden_rules") if item["set"] == GOLDEN]
    wrong = [
        case["n"] for case in cases if _pieces(case["text"]) != [text.strip() for text in case["sentences"]]
    ]
    listed = [n for n in wrong if n in LEFT_OUT]
    return (
        f"golden rules (en): {len(cases) - len(wrong)}/{len(cases)} (floor 38, punkt alone 29); missed: "
        f"list markers left out {listed}, others {[n for n in wrong if n not in LEFT_OUT]}"
    )


def _pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


def _wikinews(data: Path) -> str:
    hits = found = wanted = 0
    for item in read(data, "sentseg_gum_wikinews"):
        for paragraph in _paragraphs(item["sentences"], item["par_start"]):
            text = " ".join(paragraph)
            gold = set(_ends(paragraph))
            ours = {end for _, end in split(text)} - {len(text)}
            hits, found, wanted = hits + len(gold & ours), found + len(ours), wanted + len(gold)
    precision, recall = hits / found, hits / wanted
    f1 = 2 * precision * recall / (precision + recall)
    return f"Wikinews, inside paragraphs: F1 {f1:.3f} (floor .960), precision {precision:.3f}, recall {recall:.3f}"


def _paragraphs(sentences: list[str], starts: list[bool]) -> Iterator[list[str]]:
    paragraph: list[str] = []
    for sentence, start in zip(sentences, starts, strict=True):
        if start and paragraph:
            yield paragraph
            paragraph = []
        paragraph.append(sentence)
    yield paragraph


def _ends(sentences: list[str]) -> Iterator[int]:
    end = -1
    for sentence in sentences[:-1]:
        end += len(sentence) + 1
        yield end


def _cleaning(data: Path) -> Iterator[str]:
    """Per story: noise lines dropped, barred, kept; prose lines dropped or barred."""
    for folder in stories(data):
        gold = json.loads((folder / "gold.json").read_text("utf-8"))
        noise = {(item["file"], item["line"]) for item in gold["noise"]}
        neutral = {(item["file"], item["line"]) for item in gold.get("neutral", ())}
        count: Counter[str] = Counter()
        for name in (doc["file"] for doc in gold["docs"]):
            for line, fate in _fates(folder / name).items():
                kind = "noise" if (name, line) in noise else "neutral" if (name, line) in neutral else "prose"
                count[f"{kind} {fate}"] += 1
        shown = "noise dropped", "noise barred", "noise kept", "prose dropped", "prose barred", "prose kept"
        yield f"{folder.name:26} " + ", ".join(f"{kind} {count[kind]}" for kind in shown)


def _unstopped(data: Path) -> str:
    """Each prose line of the stories in turn without its closing stop: it must be kept, and barred from selection."""
    tried = lost = selectable = 0
    for folder in stories(data):
        gold = json.loads((folder / "gold.json").read_text("utf-8"))
        listed = {(item["file"], item["line"]) for item in (*gold["noise"], *gold.get("neutral", ()))}
        for name in (doc["file"] for doc in gold["docs"]):
            lines = (folder / name).read_text("utf-8").split("\n")
            for at, line in enumerate(lines, 1):
                bare = line.rstrip(" .!?”’\"'")
                if bare and (name, at) not in listed:
                    fate = _fates_of("\n".join([*lines[: at - 1], bare, *lines[at:]]))[at]
                    tried, lost, selectable = (
                        tried + 1,
                        lost + (fate == "dropped"),
                        selectable + (fate == "kept"),
                    )
    return f"prose lines without their stop: {tried}, dropped {lost} (floor 0), still selectable {selectable}"


def _fates(path: Path) -> dict[int, str]:
    return _fates_of(path.read_text("utf-8"))


def _fates_of(text: str) -> dict[int, str]:
    """Line → dropped, barred or kept; a dateline that was cut off a line leaves the rest's fate."""
    document = clean(Article(id="page", text=text))
    fates: dict[int, str] = {}
    for paragraph in document.paragraphs:
        fate = "dropped" if not paragraph.kept else "barred" if paragraph.reason else "kept"
        if fates.get(paragraph.line, "dropped") == "dropped":
            fates[paragraph.line] = fate
    return fates
