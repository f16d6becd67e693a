"""The README shows what the program prints."""

import re
from pathlib import Path

from bot import cli

README = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")


def blocks():
    return re.findall(r"^```\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_small_digest_is_printed_as_shown(tmp_path, monkeypatch, capsys):
    friday, tuesday, shown = blocks()[1:4]
    (tmp_path / "friday.txt").write_text(friday, "utf-8")
    (tmp_path / "tuesday.txt").write_text(tuesday, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["changed", "friday.txt", "tuesday.txt"]) == 0
    assert shown.strip() in capsys.readouterr().out


def test_the_real_digest_is_printed_as_shown(capsys):
    shown = next(block for block in blocks() if block.startswith("4 of 5"))
    assert cli.main(["demo"]) == 0
    assert shown.strip() in capsys.readouterr().out
