"""The seeds' must-haves that a plain summary of each article finds: the lead, sumy's rankers and our own, five sentences each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.tables.stories import load_scorer, ratio, score
from bot.sources.folder import read
from summarizers import Article, summarize

TITLE = "Summaries as updates, on the seeds: five sentences an article, all labelled new"
METHODS = ["lead", "concepts", "centroid", "lexrank", "textrank"]
OF_SUMY = [
    "sumy-lsa",
    "sumy-lexrank",
    "sumy-textrank",
    "sumy-luhn",
    "sumy-sumbasic",
    "sumy-kl",
    "sumy-reduction",
    "sumy-edmundson",
]


def rows(data: Path) -> Iterator[str]:
    """Importance 3 found, precision and violations of each method."""
    scorer, folder = load_scorer(data), data / "stories" / "seeds"
    articles = read([folder])
    yield "(plain sumy on the raw texts, measured elsewhere: 8-14 of 28)"
    for method in METHODS + OF_SUMY:
        steps = [{"step": n, "shown": shown(article, method)} for n, article in enumerate(articles, 1)]
        s = score(scorer, folder, {"steps": steps})
        found = f"recall3 {ratio(s['recall3'])}   precision2plus {ratio(s['precision2plus'])}"
        yield f"{method:16}{found}   violations {s['violations_total']}"


def shown(article: Article, method: str) -> list[dict[str, object]]:
    """The summary's sentences as entries without relations."""
    sentences = summarize(article, sentences=5, method=method).sentences
    return [{"sentence": s.text, "file": article.id, "label": "new", "prior": []} for s in sentences]
