"""The commands over texts: what they are given is read, compared and printed; nothing is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

import summarizers
from bot import plot, replay, wiring
from bot.cli import screen
from bot.cli.app import AsJson, app, print_json
from bot.errors import WrongCall
from bot.phrases import count, dated, day, phrase
from bot.render.fit import cite_names
from bot.render.terminal import BLANK, Row, digest_rows, note_rows, plain_rows, title_rows
from summarizers.dates import Dating, date_documents
from summarizers.digest import as_json
from summarizers.types import Digest, Document, Event, Story

Sources = Annotated[list[str], typer.Argument(metavar="SOURCE…", help="Files, folders, or addresses.")]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of texts, or one text file.")]
Why = Annotated[bool, typer.Option("--why", help="Say below each line why it got its label.")]
MadeAt = Annotated[
    str | None,
    typer.Option("--made-at", metavar="TIME", help="The time to write into the digest; else none."),
]


@app.command(epilog="Example: newsdelta demo")
def demo(*, json_: AsJson = False, why: Why = False) -> None:
    """Replay the five seed articles, a digest after each."""
    _replay(wiring.seeds(), json_=json_, why=why, opening=phrase("demo.head"))


@app.command("replay", epilog="Example: newsdelta replay my-story --json > steps.json")
def replay_command(folder: Folder, *, json_: AsJson = False, why: Why = False) -> None:
    """Replay a folder's articles in order, a digest after each."""
    _replay(folder, json_=json_, why=why)


@app.command(epilog="Example: newsdelta summarize article.txt --sentences 3")
def summarize(
    sources: Sources,
    *,
    sentences: Annotated[
        int | None, typer.Option("--sentences", metavar="N", help="So many sentences.")
    ] = None,
    words: Annotated[int | None, typer.Option("--words", metavar="N", help="So many words at most.")] = None,
    method: Annotated[str, typer.Option("--method", metavar="M", help="How to rank sentences.")] = "concepts",
    made_at: MadeAt = None,
    json_: AsJson = False,
) -> None:
    """Print the sentences to know first."""
    moment = _moment(made_at)
    documents = _read(sources)
    with screen.working(_comparing(documents)):
        summary = summarizers.summarize(documents, sentences=sentences, words=words, method=method)
        digest = summarizers.compose(summary, title=summary.title or phrase("summary.title"), made_at=moment)
    if json_:
        print_json(as_json(digest))
    else:
        names = cite_names(wiring.articles(documents))
        screen.show(
            [*title_rows(digest.title, count("articles", len(documents))), *plain_rows(digest.lines, names)]
        )


@app.command(
    epilog="Example: newsdelta changed old.txt new.txt · newsdelta changed --since 2025-05-19 my-story"
)
def changed(
    sources: Annotated[
        list[str], typer.Argument(metavar="OLD NEW | FOLDER", help="Files, folders, addresses.")
    ],
    *,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="Such as 2025-05-19.")] = None,
    made_at: MadeAt = None,
    json_: AsJson = False,
    why: Why = False,
) -> None:
    """Print what changed, between two sources or since a day.

    What the articles of NEW change against those of OLD; or what a folder's articles since a day change against
    those before it.
    """
    moment = _moment(made_at)
    division = _division(sources, since)
    documents = (*division.known, *division.new, *division.undated)
    with screen.working(_comparing(documents)):
        delta = summarizers.compare(division.known, division.new)
        digest = summarizers.compose(delta, title=delta.title or phrase("changed.title"), made_at=moment)
    if json_:
        print_json(as_json(digest))
    else:
        screen.show(_changed_rows(digest, division, since, why=why))


@app.command(epilog='Example: newsdelta ask my-story "How long was the call?"')
def ask(
    folder: Folder,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In quotation marks.")],
    *,
    json_: AsJson = False,
) -> None:
    """Print the sentences that answer a question.

    Where no sentence does, it says so, prints the closest lines, and the exit code is 1.
    """
    if not question.strip():
        raise WrongCall('There is no question: ask one, such as newsdelta ask my-story "Who was called?"')
    documents = _read([str(folder)])
    with screen.working(_comparing(documents)):
        answer = summarizers.find(question, documents)
        digest = summarizers.compose(answer)
    if json_:
        print_json({"question": question, "abstained": answer.abstained, **as_json(digest)})
    else:
        screen.show(_answer_rows(digest, documents, abstained=answer.abstained))
    if answer.abstained:
        raise typer.Exit(1)


@app.command(epilog="Example: newsdelta timeline my-story")
def timeline(
    folder: Folder,
    *,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw them into this file too.")] = None,
    json_: AsJson = False,
) -> None:
    """Print the days of a story, each with how it is known."""
    documents = _read([str(folder)])
    with screen.working(_comparing(documents)):
        found = summarizers.build_timeline(Story(folder.name, "", documents))
        digest = summarizers.compose(found, title=phrase("timeline.title"))
    events = [event for event in found.events if event.sentences]  # a line of the digest each
    if png:
        _draw(png, folder.name, digest, events, documents)
    if json_:
        shown = as_json(digest)
        for line, event in zip(shown["lines"], events, strict=True):
            line["date"] = event.date.isoformat() if event.date else None
        print_json(shown)
    else:
        screen.show(_timeline_rows(digest, events, documents))


@app.command(
    epilog="Example: newsdelta changed old.txt new.txt --json > digest.json; newsdelta verify digest.json ."
)
def verify(
    digest: Annotated[Path, typer.Argument(metavar="DIGEST.json", help="A digest in JSON.")],
    sources: Annotated[list[str], typer.Argument(metavar="FOLDER…", help="The texts that it quotes.")],
    *,
    json_: AsJson = False,
) -> None:
    """Find each quotation of a digest again.

    If one character differs, the exit code is 1.
    """
    found = summarizers.verify(wiring.read_digest(digest), _read(sources))
    if json_:
        print_json({"ok": found.ok, "checked": found.checked, "wrong": list(found.wrong)})
    elif found.ok:
        screen.show(note_rows(phrase("foot.found", found=found.checked, checked=found.checked)))
    else:
        head = phrase("verify.wrong", wrong=len(found.wrong), checked=found.checked)
        screen.show([row for text in (head, *found.wrong) for row in note_rows(text)])
    if not found.ok:
        raise typer.Exit(1)


# --- what the commands share -------------------------------------------------------------------------------------


def _read(sources: Sequence[str]) -> tuple[Document, ...]:
    with screen.working(phrase("working.read")):
        return wiring.read(sources)


def _replay(path: Path, *, json_: bool, why: bool, opening: str = "") -> None:
    documents = _read([str(path)])
    if json_:
        with screen.working(_comparing(documents)):
            steps = replay.as_json(wiring.steps(documents))
        print_json(steps)
        return
    names = cite_names(wiring.articles(documents))
    days = date_documents(documents)
    if opening:
        screen.show(note_rows(opening))
    shown: list[Digest] = []
    steps_left = wiring.steps(documents)
    for document in documents:
        with screen.working(_comparing(documents)):
            step = next(steps_left)
        shown.append(step.digest)
        head = _step_head(step, len(documents), days[document.id])
        screen.show([BLANK, *head, *_digest_or_nothing(step.digest, names, why=why)])
    screen.show([BLANK, *_foot(shown, documents)])


def _step_head(step: replay.Step, steps: int, dating: Dating) -> list[Row]:
    article = step.document.article
    named = " · ".join(filter(None, (article.id, article.source, article.title)))
    when = dated(dating.day, dating.weekday, dating.provenance)
    against = count("step.against", step.number - 1)
    return title_rows(
        phrase("step.head", step=step.number, steps=steps, article=named), f"{when} · {against}"
    )


def _digest_or_nothing(digest: Digest, names: dict[str, str], *, why: bool) -> list[Row]:
    head = [] if digest.lines else [BLANK, *note_rows(phrase("changed.nothing"))]
    return [*head, *digest_rows(digest, names, why=why)]


def _foot(digests: Sequence[Digest], documents: Sequence[Document]) -> list[Row]:
    every = [summarizers.verify(digest, documents) for digest in digests]
    checked = sum(found.checked for found in every)
    right = checked - sum(len(found.wrong) for found in every)
    noise = count("lines", sum(_lines_dropped(document) for document in documents))
    summed = (phrase("foot.noise", count=noise), phrase("foot.found", found=right, checked=checked))
    return [*note_rows(phrase("foot.verbatim")), *note_rows(" · ".join(summed))]


def _lines_dropped(document: Document) -> int:
    return sum(paragraph.text.count("\n") + 1 for paragraph in document.paragraphs if not paragraph.kept)


def _division(sources: Sequence[str], since: str | None) -> replay.Division:
    if since is None:
        if len(sources) != 2:
            raise WrongCall(
                "Give two, OLD and NEW, or a day and a folder: newsdelta changed --since 2025-05-19 FOLDER"
            )
        with screen.working(phrase("working.read")):
            known, new = wiring.read_each(sources)
        return replay.Division(known, new, ())
    if len(sources) != 1:
        raise WrongCall("With --since give one folder: newsdelta changed --since 2025-05-19 FOLDER")
    documents = _read(sources)
    days = {name: dating.day for name, dating in date_documents(documents).items()}
    return replay.divide(documents, days, _day(since))


def _changed_rows(digest: Digest, division: replay.Division, since: str | None, *, why: bool) -> list[Row]:
    new, known = count("articles", len(division.new)), count("articles", len(division.known))
    notes = [phrase("changed.counted", new=new, since=day(_day(since)), known=known)] if since else []
    if division.undated:
        left_out = ", ".join(document.id for document in division.undated)
        notes.append(phrase("changed.undated", articles=left_out))
    documents = (*division.known, *division.new)
    names = cite_names(wiring.articles(documents))
    return [*title_rows(digest.title, *notes), *_digest_or_nothing(digest, names, why=why)]


def _answer_rows(digest: Digest, documents: Sequence[Document], *, abstained: bool) -> list[Row]:
    names = cite_names(wiring.articles(documents))
    if not abstained:
        return [*title_rows(digest.title), BLANK, *plain_rows(digest.lines, names)]
    note = phrase("ask.abstained", articles=count("articles", len(documents)))
    closest = note_rows(phrase("ask.closest")) if digest.more else []
    return [*title_rows(digest.title), BLANK, *note_rows(note), *closest, *plain_rows(digest.more, names)]


def _draw(
    file: Path, title: str, digest: Digest, events: Sequence[Event], documents: Sequence[Document]
) -> None:
    if not plot.is_there():
        raise WrongCall(phrase("plot.missing"))
    names = cite_names(wiring.articles(documents))
    told = [
        plot.day_of(dated(event.date, event.weekday, event.provenance), line, names)
        for line, event in zip(digest.lines, events, strict=True)
    ]
    try:
        file.write_bytes(plot.picture(title, told))
    except OSError as error:
        raise WrongCall(phrase("plot.unwritten", file=file, reason=error.strerror)) from error


def _timeline_rows(digest: Digest, events: Sequence[Event], documents: Sequence[Document]) -> list[Row]:
    names = cite_names(wiring.articles(documents))
    rows = title_rows(digest.title, count("articles", len(documents)))
    for line, event in zip(digest.lines, events, strict=True):
        head = dated(event.date, event.weekday, event.provenance)
        rows += [BLANK, Row("heading", head), *plain_rows([line], names)]
    return rows


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongCall(f"{text!r} is no day: write it like 2025-05-19.") from None


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise WrongCall(f"{text!r} is no time: write it like 2025-05-19T18:00:00+00:00.") from None


def _comparing(documents: Sequence[Document]) -> str:
    return phrase("working", articles=count("articles", len(documents)))
