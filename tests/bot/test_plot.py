"""A timeline as a picture: all that is told is in it and in its alternative text, whatever it is."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plot import ALT, Day, alt_text, days, picture
from bot.replies import Reply, Section
from summarizers import Article, Line, Quotation

PNG = b"\x89PNG\r\n\x1a\n"


def line(text):
    return Line(None, (Quotation(text, "a", 0, len(text), "", 1),))


def height(png):
    return int.from_bytes(png[20:24])


def test_each_day_of_a_timeline_is_told_with_its_first_line_and_its_source():
    sections = (Section("Monday", lines=(line("It fell."), line("It lay."))), Section("", lines=()))
    reply = Reply("The bridge", sections=sections, sources=(Article("a", "", source="Norby Post"),))
    assert days(reply) == (Day("Monday", "“It fell.” [Norby Post]"),)
    assert alt_text("The bridge", days(reply)) == "The bridge · Monday: “It fell.” [Norby Post]"


def test_a_picture_has_room_for_each_day():
    few, many = (picture("x", [Day("Monday", "“It fell.”")] * number) for number in (2, 9))
    assert few.startswith(PNG)
    assert height(many) > 2 * height(few)


@pytest.mark.parametrize("text", ["$\\frac{1}{2}$ ^_{", "橋が落ちた", "جسر", "\u202eback", ""])
def test_whatever_is_quoted_is_drawn_as_it_is(text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert picture(text, [Day(text, text)]).startswith(PNG)


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=900), max_size=12))
def test_the_alternative_text_is_never_too_long(title, texts):
    assert len(alt_text(title, [Day(text, text) for text in texts])) <= ALT
