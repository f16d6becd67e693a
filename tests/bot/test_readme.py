"""The README shows what the program prints."""

import re
from io import StringIO
from pathlib import Path

from bot import cli
from bot.commands import Unknown, parse
from bot.settings import Settings

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


FIELD = re.compile(r"\b[a-z]+: ")  # as Discord shows what follows a command


def test_what_is_to_be_said_on_a_platform_is_understood():
    said = re.findall(r"`/news ([^`]+)`", README)
    read = {words: parse(FIELD.sub("", words).replace("…", "news.example/rss")) for words in said}
    assert len(read) >= 10
    assert [words for words, command in read.items() if isinstance(command, Unknown)] == []


def test_every_setting_that_the_readme_names_is_one():
    named = set(re.findall(r"NEWSDELTA_[A-Z_]+|(?:SLACK|DISCORD)_[A-Z_]*TOKEN", README))
    known = {f"NEWSDELTA_{name.upper()}" for name in Settings.model_fields}
    assert named <= known | {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN"}


def test_every_setting_stands_in_the_example_with_its_default_commented_out():
    example = (Path(__file__).parent.parent.parent / ".env.example").read_text("utf-8")
    named = set(re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE))
    known = {
        str(field.validation_alias or f"NEWSDELTA_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }
    assert named == known
