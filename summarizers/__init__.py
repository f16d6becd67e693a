"""The pure core: articles in; summaries, deltas, answers, timelines and digests out. No clock, disk, network or SDK."""

from summarizers.answer import find
from summarizers.clean import clean
from summarizers.delta.compare import compare
from summarizers.digest import compose, verify
from summarizers.stories import build_timeline, group_stories
from summarizers.summary import summarize
from summarizers.types import (
    Answer,
    Article,
    Delta,
    Digest,
    Document,
    Event,
    Line,
    Paragraph,
    Quotation,
    Sentence,
    Story,
    Summary,
    Timeline,
    Update,
    Verification,
)

__all__ = [
    "Answer",
    "Article",
    "Delta",
    "Digest",
    "Document",
    "Event",
    "Line",
    "Paragraph",
    "Quotation",
    "Sentence",
    "Story",
    "Summary",
    "Timeline",
    "Update",
    "Verification",
    "build_timeline",
    "clean",
    "compare",
    "compose",
    "find",
    "group_stories",
    "summarize",
    "verify",
]
