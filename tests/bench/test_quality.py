"""The runner of the tables: it says what is missing, goes on after a failure, and pools by numerators over denominators."""

import pytest

from bench import quality, soak
from bench.tables import stories


def score(recall3, links, false=0):
    exact = {"exact": 1, "items": 2}
    ratios = {field: [1, 2] for field, _, _ in stories.RATIOS}
    counts = {field: 0 for _, fields, _, _ in stories.COUNTS for field in fields}
    return {
        **ratios,
        **counts,
        "recall3": recall3,
        "links": links,
        "false_conflict": false,
        "violations": {"noise": false},
        **{field: exact for field, _, _ in stories.EXACT},
    }


@pytest.mark.parametrize("name", quality.table_names())
def test_a_table_without_its_data_says_so_in_one_line(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)  # some keep what they fetched beside the checkout
    assert quality.show(name, tmp_path) == 0
    assert "no data: " in capsys.readouterr().out
    assert quality.show(name, None) == 0


def test_a_table_that_fails_is_named_and_counts_as_a_failure(capsys):
    assert quality.show("no_such_table", None) == 1
    assert "no_such_table failed: ModuleNotFoundError" in capsys.readouterr().out


def test_the_tables_come_in_one_order():
    names = quality.table_names()
    assert len(set(names)) == len(names)
    known = [name for name in names if name in quality.ORDER]
    assert known == sorted(known, key=quality.ORDER.index)


def test_stories_are_pooled_by_their_numbers_not_by_their_shares():
    found = stories.pooled([score([1, 1], [0, 0]), score([0, 9], [1, 4], false=2)])
    assert found["recall3"] == [1, 10]
    assert found["links"] == [1, 4]
    assert found["changed_figure.exact"] == [2, 4]
    assert found["false_changed_figure + false_conflict"] == 2
    assert found["violations"] == {"noise": 2}


@pytest.mark.parametrize(("pair", "text"), [([1, 2], "1/2 .50"), ([3, 3], "3/3 1.00"), ([0, 0], "0/0")])
def test_a_share_is_shown_with_both_of_its_numbers(pair, text):
    assert stories.ratio(pair) == text


@pytest.mark.parametrize("name", soak.HOSTILE)
def test_every_hostile_text_goes_the_whole_way(name):
    soak.whole_way(soak.HOSTILE[name](2_000))
