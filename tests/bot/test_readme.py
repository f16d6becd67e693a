"""The README shows what the program prints."""

import re
from io import StringIO
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


def test_the_chat_goes_as_shown(tmp_path, monkeypatch, capsys):
    friday, tuesday, _ = blocks()[1:4]
    shown = next(block for block in blocks() if block.startswith("> How much"))
    asked = [line.removeprefix("> ") for line in shown.splitlines() if line.startswith("> ")]
    (tmp_path / "bridge").mkdir()
    (tmp_path / "bridge" / "friday.txt").write_text(friday, "utf-8")
    (tmp_path / "bridge" / "tuesday.txt").write_text(tuesday, "utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("NEWSDELTA_DATABASE_URL", raising=False)
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(["what changed", *asked])))
    assert cli.main(["chat", str(tmp_path / "bridge")]) == 0
    assert shown.strip() in capsys.readouterr().out


def test_the_talk_about_schedules_goes_as_shown(monkeypatch, capsys, sqlite):
    shown = next(block for block in blocks() if block.startswith("> quiet"))
    asked = [line.removeprefix("> ") for line in shown.splitlines() if line.startswith("> ")]
    monkeypatch.setenv("NEWSDELTA_DATABASE_URL", sqlite)
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(asked)))
    assert cli.main(["chat"]) == 0
    printed = capsys.readouterr().out
    assert all(part.strip() in printed for part in shown.split("\n\n"))


def test_the_real_digest_is_printed_as_shown(capsys):
    shown = next(block for block in blocks() if block.startswith("4 of 5"))
    assert cli.main(["demo"]) == 0
    assert shown.strip() in capsys.readouterr().out
