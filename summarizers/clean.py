"""Article → Document: every paragraph kept or dropped with a reason."""

from __future__ import annotations

import hashlib

from summarizers.sentences import split
from summarizers.types import Article, Document, Paragraph, Sentence, Source, Sources


def clean(article: Article) -> Document:
    """The document of an article."""
    paragraphs = []
    offset = 0
    for number, raw in enumerate(article.text.split("\n"), 1):
        body = raw.strip()
        if body:
            start = offset + raw.index(body)
            paragraphs.append(Paragraph(body, number, start, start + len(body)))
        offset += len(raw) + 1
    sentences: list[Sentence] = []
    for paragraph in paragraphs:
        for a, b in split(paragraph.text):
            start = paragraph.start + a
            sentences.append(
                Sentence(
                    paragraph.text[a:b], article.id, paragraph.line, start, paragraph.start + b, len(sentences)
                )
            )
    return Document(article, tuple(paragraphs), tuple(sentences))


def as_documents(sources: Sources) -> tuple[Document, ...]:
    """Documents of whatever was handed over: one or many documents, articles or texts; articles are cleaned."""
    if isinstance(sources, Document | Article | str):
        return (_as_document(sources),)
    return tuple(_as_document(source) for source in sources)


def _as_document(source: Source) -> Document:
    if isinstance(source, Document):
        return source
    if isinstance(source, str):
        source = Article(id="text-" + hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:12], text=source)
    return clean(source)
