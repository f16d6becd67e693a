"""Quantities: what is read, in which unit, what it counts, and what is no quantity."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from summarizers.figures import Figure, bounds, find_figures, same_value
from summarizers.words import tokens


def figures(text: str) -> tuple[Figure, ...]:
    return find_figures(text, tokens(text))


def one(text: str) -> Figure:
    (figure,) = figures(text)
    return figure


@pytest.mark.parametrize(
    ("text", "kind", "unit", "low", "high"),
    [
        ("They counted 1,000 detainees.", "people", "", 1000, 1000),
        ("A dozen miners were trapped.", "people", "", 12, 12),
        ("Dozens of miners were trapped.", "people", "", 24, 99),
        ("Scores of people marched.", "people", "", 40, 99),
        ("Hundreds of families left.", "people", "", 200, 999),
        ("Thousands are feared dead.", "people", "", 2000, 9900),
        ("Tens of thousands are feared dead.", "people", "", 10_000, 99_900),
        ("Hundreds of thousands fled.", "people", "", 200_000, 999_000),
        ("Several thousand workers joined.", "people", "", 2000, 6000),
        ("A few hundred workers joined.", "people", "", 200, 600),
        ("A quarter of a million people live there.", "people", "", 250_000, 250_000),
        ("Two and a half million people live there.", "people", "", 2_500_000, 2_500_000),
        ("Half a million people live there.", "people", "", 500_000, 500_000),
        ("Two hundred and fifty thousand people live there.", "people", "", 250_000, 250_000),
        ("Between 30 and 40 sailors are missing.", "people", "", 30, 40),
        ("Some 45-50,000 people died.", "people", "", 45_000, 50_000),
        ("Six or seven sailors are missing.", "people", "", 6, 7),
        ("The fund paid $1.13bn.", "money", "dollar", 1.13e9, 1.13e9),
        ("The fund paid £35m.", "money", "pound", 35e6, 35e6),
        ("The fund paid €10B.", "money", "euro", 10e9, 10e9),
        ("The bridge cost 52 million crowns.", "money", "krone", 52e6, 52e6),
        ("The mill cost 3,000 forints.", "money", "forint", 3e3, 3e3),
        ("The fund paid 38 million dollars.", "money", "dollar", 38e6, 38e6),
        ("The fund paid $5-$7 million.", "money", "dollar", 5e6, 7e6),
        ("It fell by a third.", "percent", "%", 100 / 3, 100 / 3),
        ("Half of the town is dark.", "percent", "%", 50, 50),
        ("One in five voters stayed away.", "percent", "%", 20, 20),
        ("It rose 2.5 per cent.", "percent", "%", 2.5, 2.5),
        ("It covers 80-90% of the town.", "percent", "%", 80, 90),
        ("It lasted nearly an hour and a half.", "duration", "minute", 90, 90),
        ("It lasted 90 minutes.", "duration", "minute", 90, 90),
        ("It lasted half an hour.", "duration", "minute", 30, 30),
        ("A two‑hour call followed.", "duration", "minute", 120, 120),
        ("It takes 3 to 4 weeks.", "duration", "minute", 30_240, 40_320),
        ("The wall is 2 km long.", "length", "metre", 2000, 2000),
        ("The ship lost 10 barrels of oil.", "volume", "litre", 1589.873, 1589.873),
        ("The ship lost 420 gallons of oil.", "volume", "litre", 1589.873, 1589.873),
        ("It burnt 3 square kilometres of forest.", "area", "square metre", 3e6, 3e6),
        ("Winds reached 100 mph.", "speed", "km/h", 160.9344, 160.9344),
        ("A 7.1-magnitude quake struck.", "degree", "magnitude", 7.1, 7.1),
        ("They swapped captives nine for nine.", "ratio", "for", 9, 9),
        ("The house passed it by a 23-14 vote.", "ratio", "against", 23, 23),
    ],
)
def test_a_quantity_is_an_interval_in_a_base_unit(
    text: str, kind: str, unit: str, low: float, high: float
) -> None:
    figure = one(text)
    assert (figure.kind, figure.unit) == (kind, unit)
    assert figure.low == pytest.approx(low, rel=1e-3)
    assert figure.high == pytest.approx(high, rel=1e-3)


@pytest.mark.parametrize(
    "text",
    [
        "It happened in 1998.",
        "It was so from 1992-2006.",
        "On 12 February they met.",
        "On March 3, 2021 they met.",
        "They met at 10:00 EDT, that is 4 p.m. here.",
        "It is the 30th of its kind, in the 1990s.",
        "A 41-year-old man was there.",
        "Ana Corvel, 41, was there.",
        "She was aged 12.",
        "An F-16 and a Boeing 737 flew over.",
        "Leaders of the G20 met.",
        "Under article 179 he may stay.",
        "Flight 370 is late.",
        "Resolution 1973 was adopted.",
        "See page 12.",
        "One of them came, and this one stayed.",
        "One day he came.",
        "Text 70077 now.",
        "1. The first point",
        "1654 The ministry says so.",
        "The third visit was the last, the first half was dull.",
        "The day was 3/4/21.",
    ],
)
def test_years_dates_times_ages_labels_and_pronouns_are_no_quantities(text: str) -> None:
    assert figures(text) == ()


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("At least 40 died.", "least"),
        ("More than 40 died.", "least"),
        ("Over 40 died.", "least"),
        ("Up to 40 died.", "most"),
        ("As many as 40 died.", "most"),
        ("No more than 40 died.", "most"),
        ("About 40 died.", "about"),
        ("An estimated 40 died.", "about"),
        ("Nearly 40 died.", "nearly"),
        ("40 or so died.", "about"),
        ("40 died.", "exact"),
        ("The bill is higher than the $40 reported.", "beyond"),
    ],
)
def test_the_words_before_a_number_bound_it(text: str, bound: str) -> None:
    assert one(text).bound == bound


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Eight people have been killed and nearly 50 injured.", ["dead", "hurt"]),
        ("The blast killed 30 people and injured 50.", ["dead", "hurt"]),
        ("The death toll has risen to 90.", ["dead"]),
        ("Police arrested 20 protesters and freed 12.", ["arrested", "freed"]),
        ("The appeal has raised $57m.", ["raised"]),
        ("The cost of mending the leak has reached $3bn.", ["spent"]),
        ("At least 70 people who died have been buried.", ["buried"]),
        ("Some 300 homes were destroyed.", ["destroyed"]),
        ("The storm cost 80 lives.", ["dead"]),
        ("Some 214 people, including 124 civilians, died.", ["dead", "dead"]),
    ],
)
def test_each_quantity_has_the_state_of_its_own_cue(text: str, states: list[str]) -> None:
    assert [figure.state for figure in figures(text)] == states


def test_what_is_counted_its_group_and_its_of_part() -> None:
    figure = one("About 2,000 members of the security forces have been killed.")
    assert (figure.group, figure.of, figure.kind) == ("security", "forc", "people")
    assert one("Six police stations burned.").kind == "count"
    assert one("The number of dead passengers is 12 civilians.").group == "civilian"


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("The pipe loses 40 barrels a day.", "day"),
        ("The pipe loses 40 barrels of oil each day.", "day"),
        ("The plant makes 40 cars per week.", "week"),
        ("They serve a daily 400 meals.", "day"),
        ("It cost 40 dollars a week ago.", ""),
    ],
)
def test_a_rate_is_what_a_quantity_is_per(text: str, rate: str) -> None:
    assert one(text).rate == rate


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("So far 40 people have died.", "cumulative"),
        ("Since May 40 people have died.", "since"),
        ("Another 40 people died.", "further"),
        ("There were 40 more deaths.", "further"),
        ("On the square 40 people died on Monday.", "one_day"),
        ("It rose from 40 people.", "earlier"),
        ("They came, including 40 children.", "part"),
        ("It lies 40 km from the coast.", "distance"),
        ("Shares fell 4 percent.", "market"),
        ("As many as 40 people may die.", "possible"),
    ],
)
def test_flags_tell_which_quantity_it_is(text: str, flag: str) -> None:
    assert flag in one(text).flags


def test_a_weekday_of_the_saying_is_not_the_day_of_the_count() -> None:
    assert "one_day" not in one("Officials said on Monday that 40 people have died.").flags
    assert "one_day" not in one("Some 40 people have died, officials said on Monday.").flags


def test_a_value_said_again_in_another_unit_is_no_second_quantity() -> None:
    figure = one("Some 1,000 barrels (42,000 gallons) of oil a day are lost.")
    assert (figure.text, figure.rate, figure.of or figure.noun) == ("1,000 barrels", "day", "oil")
    assert one("It cost $1.6bn (£1bn).").unit == "dollar"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("It lasted 90 minutes.", "It lasted nearly an hour and a half.", True),
        ("It lasted 90 minutes.", "It lasted two hours.", False),
        ("Dozens of people died.", "About 40 people died.", True),
        ("90 people died.", "95 people died.", False),
        ("More than 800 people died.", "Some 836 people died.", True),
        ("It lost 100 barrels.", "It lost 4,200 gallons.", True),
        ("It is nearly a third of the land.", "It is more than one-third of the land.", False),
        ("They paid $5m.", "They paid £5m.", False),
        ("40 people died.", "40 km were paved.", False),
    ],
)
def test_values_are_the_same_where_wording_and_rounding_allow_it(a: str, b: str, same: bool) -> None:
    assert same_value(one(a), one(b)) is same
    assert same_value(one(b), one(a)) is same


PIECES = st.sampled_from(
    [*"0123456789,.$£€%-–()/:;", " ", " ", " million", " thousand", " half", " a ", " and ", " to ", " of ", " hour",
     " people", " killed", " dozen", " tens of", " between ", " one", " twenty", " in ", " third", "٣", "½", "千"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map("".join)))
@example("ONE%MILLION")
def test_any_text_gives_ordered_quantities_that_are_its_own_words(text: str) -> None:
    end = 0
    for figure in figures(text):
        assert text[figure.start : figure.end] == figure.text
        assert end <= figure.start < figure.end
        assert 0 <= figure.low <= figure.high
        assert bounds(figure)[0] <= bounds(figure)[1]
        assert same_value(figure, figure)
        end = figure.end


@pytest.mark.parametrize(
    "text", ["1 " * 30_000, "9" * 300_000, "a million and " * 9_000, "half " * 30_000, "$" * 99_999]
)
def test_a_hostile_text_ends_with_few_quantities(text: str) -> None:
    assert len(figures(text)) <= 60
