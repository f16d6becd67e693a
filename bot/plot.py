"""The days of a story as a picture. Values in, the bytes of a PNG out; matplotlib, an extra, draws it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO

from bot.render.fit import brief, cite_names, safe, wrap
from bot.replies import Reply
from summarizers.types import Line

COLUMNS = 104  # characters of a line
LONGEST = 400  # characters of a quotation
WIDTH, LINE, GAP, TOP = 9.0, 0.2, 0.22, 0.6  # inches
DOTS = 150  # to the inch
ALT = 1_000  # characters


@dataclass(frozen=True, slots=True)
class Day:
    """A day in words, with how it is known, and what is quoted of it."""

    day: str
    quoted: str

    @property
    def lines(self) -> list[str]:
        return wrap(self.quoted, width=COLUMNS)


def is_there() -> bool:
    """Whether something can be drawn here."""
    return find_spec("matplotlib") is not None


def days(reply: Reply) -> tuple[Day, ...]:
    """The days that the answer to `timeline` tells of."""
    names = cite_names(reply.sources)
    return tuple(
        day_of(section.heading, line, names) for section in reply.sections for line in section.lines[:1]
    )


def day_of(words: str, line: Line, names: Mapping[str, str]) -> Day:
    """A day with a line of it; `names` are short names of documents."""
    quotation = line.quotations[0]
    name = names.get(quotation.document, "")
    return Day(safe(words), f"“{brief(quotation.text, LONGEST)}”" + (f" [{name}]" if name else ""))


def alt_text(title: str, told: Sequence[Day]) -> str:
    """All that the picture says, as far as an alternative text holds it."""
    return brief(" · ".join((title, *(f"{one.day}: {one.quoted}" for one in told))), ALT)


def picture(title: str, told: Sequence[Day]) -> bytes:
    """A PNG: a dot for each day on a line from the first to the last, and beside it what is quoted."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - an extra, and slow to load
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    heights = [LINE * (1 + len(one.lines)) + GAP for one in told]
    whole = TOP + sum(heights) + GAP
    figure = Figure(figsize=(WIDTH, whole), dpi=DOTS)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0), xlim=(0, WIDTH), ylim=(whole, 0))
    axes.set_axis_off()
    axes.text(0.3, 0.38, brief(title, COLUMNS), fontsize=13, fontweight="bold", parse_math=False)
    places = [TOP + sum(heights[:at]) + LINE for at in range(len(told))]
    if places:
        axes.plot([0.4] * len(places), places, color="#1f4e79", linewidth=1.5, marker="o", markersize=7)
    for at, one in zip(places, told, strict=True):
        axes.text(0.7, at, one.day, fontsize=10, fontweight="bold", va="center", parse_math=False)
        for row, words in enumerate(one.lines, 1):
            axes.text(0.7, at + row * LINE, words, fontsize=9, va="center", parse_math=False)
    drawn = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a character that no font here has is drawn as a box
        canvas.print_png(drawn)  # type: ignore[no-untyped-call] # matplotlib forgot this one
    return drawn.getvalue()
