"""Sentences of a paragraph, as exact spans."""

from __future__ import annotations

import punkt


def split(paragraph: str, language: str = "en") -> list[tuple[int, int]]:
    """Spans (start, end) of the sentences of one paragraph."""
    tokenizer = punkt.PunktSentenceTokenizer(punkt.load_model("english"))
    return [(start, end) for start, end in tokenizer.span_tokenize(paragraph)]
