"""The command line: what each command prints, its exit code, and one sentence for every mistake."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot import cli, wiring
from bot.errors import UndatedStory
from bot.replay import as_json, divide, joined, replay
from summarizers import Article, Delta, Quotation, Update, clean

STORY = {
    "1.txt": "The harbour of Norby will open on Friday, the mayor said.\nSeven boats were counted at the gate.\n",
    "2.txt": "The harbour of Norby opened on Friday.\nNine boats were counted at the gate.\nA band played.\n",
}
ROOT = Path(__file__).parent.parent.parent
OVER_TEXTS = ["demo", "replay", "summarize", "changed", "ask", "timeline", "verify"]
OVER_THE_MEMORY = [
    "chat",
    "read",
    "feeds",
    "export",
    "forget",
    "backup",
    "restore",
    "serve",
    "worker",
    "schedules",
    "deliveries",
    "doubts",
    "connect",
    "doctor",
]
COMMANDS = OVER_TEXTS + OVER_THE_MEMORY
CONVERSING = [
    "chat",
    "feeds",
    "export",
    "forget",
    "backup",
    "restore",
    "serve",
    "worker",
    "schedules",
    "deliveries",
    "doubts",
    "connect",
]  # their results are talk, or JSON already


@pytest.fixture
def story(tmp_path):
    folder = tmp_path / "story"
    folder.mkdir()
    for name, text in STORY.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def dated(folder, **days):
    articles = [
        {"file": name, "published": days.get(name[0:1]) or days.get("n" + name[0:1])} for name in STORY
    ]
    (folder / "manifest.json").write_text(json.dumps({"articles": articles}), "utf-8")


# --- help and mistakes -------------------------------------------------------------------------------------------


def test_the_help_lists_the_commands_that_work_and_no_other(run):
    code, out, _ = run("--help")
    listed = [line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line.strip()]
    assert (code, sorted(listed)) == (0, sorted(COMMANDS))


def test_without_words_the_help_is_shown(run):
    assert run() == run("--help")


@pytest.mark.parametrize("group", ["connect", "feeds", "schedules", "deliveries", "doubts"])
def test_a_group_without_words_shows_its_help_as_it_is_laid_out(run, group):
    _, out, _ = run(group, "--help")
    assert run(group) == (2, "", out)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_help_with_an_example_and_json(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert (
        f"Example: newsdelta {command}" in out.replace("\n  ", " ") or command in out.partition("Example:")[2]
    )
    assert ("--json" in out) == (command not in CONVERSING)
    assert all(len(line) <= 80 for line in out.splitlines())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["dmeo"], "No such command"),
        (["replay"], "Missing argument"),
        (["replay", "{story}", "--loud"], "No such option"),
        (["replay", "{story}/nothing"], "There is no"),
        (["summarize", "{story}/1.txt", "--method", "magic"], "magic"),
        (["summarize", "{story}/1.txt", "--sentences", "0"], "0"),
        (["summarize", "{story}/1.txt", "--sentences", "many"], "integer"),
        (["summarize", "{story}/1.txt", "--sentences", "3", "--words", "40"], "words"),
        (["changed", "{story}/1.txt"], "OLD and NEW"),
        (["changed", "{story}/1.txt", "{story}/2.txt", "{story}"], "OLD and NEW"),
        (["changed", "--since", "2025-05-19", "{story}", "{story}"], "one folder"),
        (["changed", "--since", "Monday", "{story}"], "no day"),
        (["changed", "--since", "2025-05-19", "{story}"], "manifest.json"),
        (["changed", "{story}/1.txt", "{story}/2.txt", "--made-at", "noon"], "no time"),
        (["ask", "{story}", "  "], "no question"),
        (["verify", "{story}/1.txt", "{story}"], "no digest"),
        (["verify", "{story}/none.json", "{story}"], "There is no"),
    ],
)
def test_a_mistake_is_one_sentence_on_standard_error_and_exit_code_2(run, story, arguments, says):
    code, out, err = run(*(argument.format(story=story) for argument in arguments))
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("raw", [b"", b"a\x00b", b"\xff\xfe\x00", b"caf\xe9"])
def test_one_bad_file_in_a_folder_stops_the_command_by_name(run, story, raw):
    (story / "3.txt").write_bytes(raw)
    for arguments in (
        ["replay", story],
        ["summarize", story, "--json"],
        ["timeline", story],
        ["ask", story, "Who?"],
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert "3.txt" in err


def test_a_mistake_of_ours_is_a_sentence_too(run, story, monkeypatch):
    monkeypatch.setattr(wiring, "read", lambda _: 1 / 0)
    code, out, err = run("replay", story)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "should not have happened" in err


def test_a_name_of_a_file_cannot_reach_the_terminal_raw(run, tmp_path):
    _, _, err = run("replay", tmp_path / "\x1b[31m")
    assert "\x1b" not in err


# --- results -----------------------------------------------------------------------------------------------------


def test_the_demo_replays_the_seeds_and_finds_every_quotation_again(run):
    code, out, _ = run("demo")
    assert code == 0
    assert [line[:6] for line in out.splitlines() if " of 5 · " in line] == [f"{n} of 5" for n in range(1, 6)]
    assert "12 February 2025 (proved by another article)" in out
    assert "18 March 2025 (printed in the text)" in out
    assert out.count("no date printed; order only") == 3
    last = out.splitlines()[-1]
    found, checked = last.rpartition(" · ")[2].split()[0].split("/")
    assert "ignored as noise" in last
    assert found == checked != "0"
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "\x1b" not in out


def test_a_replay_in_json_has_a_step_for_each_article_and_at_most_twelve_entries(run, seeds):
    code, out, _ = run("replay", seeds, "--json")
    steps = json.loads(out)["steps"]
    assert code == 0
    assert [step["step"] for step in steps] == [1, 2, 3, 4, 5]
    texts = {path.name: " ".join(path.read_text("utf-8").split()) for path in seeds.glob("*.txt")}
    for step in steps:
        assert 0 < len(step["shown"]) <= 12
        for entry in step["shown"]:
            assert set(entry) == {"sentence", "file", "label", "prior", "context", "speaker"}
            for bit in (entry, *entry["prior"], *entry["context"]):
                for part in filter(None, (part.strip() for part in bit["sentence"].split("…"))):
                    assert " ".join(part.split()) in texts[bit["file"]] or "…" in texts[bit["file"]]


def test_a_digest_in_json_is_found_again_and_one_wrong_character_is_exit_code_1(run, story, tmp_path):
    code, out, _ = run("changed", story / "1.txt", story / "2.txt", "--json")
    assert code == 0
    digest = tmp_path / "digest.json"
    digest.write_text(out, "utf-8")
    assert run("verify", digest, story)[0] == 0
    digest.write_text(out.replace("boats were counted", "ships were counted"), "utf-8")
    code, out, _ = run("verify", digest, story)
    assert code == 1
    assert "something else there" in out
    assert json.loads(run("verify", digest, story, "--json")[1])["ok"] is False


def test_a_digest_has_the_time_that_it_was_given_or_none(run, story):
    call = ["changed", story / "1.txt", story / "2.txt", "--json"]
    assert json.loads(run(*call)[1])["made_at"] is None
    assert (
        json.loads(run(*call, "--made-at", "2025-05-19T18:00:00+00:00")[1])["made_at"]
        == "2025-05-19T18:00:00+00:00"
    )


def test_nothing_changed_is_said_and_is_no_failure(run, story):
    code, out, _ = run("changed", story / "1.txt", story / "1.txt")
    assert code == 0
    assert "Nothing changed." in out
    assert json.loads(run("changed", story, story, "--json")[1])["lines"] == []


def test_since_a_day_counts_the_dated_articles_and_names_the_undated(run, story):
    dated(story, n1="2025-02-01", n2=None)
    code, out, _ = run("changed", "--since", "2025-02-02", story)
    assert code == 0
    assert "Nothing changed." in out
    assert "2.txt" in out
    dated(story, n1="2025-02-01", n2="2025-02-03")
    code, out, _ = run("changed", "--since", "2025-02-02", story)
    assert code == 0
    assert "1 article since 2 February 2025, against 1 article before" in out


def test_a_summary_is_as_long_as_it_was_asked_for(run, story):
    code, out, _ = run("summarize", story, "--sentences", "2", "--json")
    assert code == 0
    assert len(json.loads(out)["lines"]) == 2


def test_an_answer_is_quoted_and_an_abstention_is_exit_code_1(run, story):
    code, out, _ = run("ask", story, "How many boats were counted at the gate?")
    assert code == 0
    assert "boats were counted at the gate.”" in out
    code, out, _ = run("ask", story, "What did Zorbax Quillfeather say about volcanoes?", "--json")
    assert code == 1
    assert json.loads(out)["abstained"] is True
    assert (
        "No sentence in 2 articles says so."
        in run("ask", story, "What did Zorbax Quillfeather say about volcanoes?")[1]
    )


def test_a_timeline_prints_days_with_how_they_are_known(run, story):
    dated(story, n1="2025-02-01", n2="2025-02-03")
    code, out, _ = run("timeline", story)
    assert code == 0
    assert "February 2025" in out
    assert all("date" in line for line in json.loads(run("timeline", story, "--json")[1])["lines"])


def test_a_closed_pipe_and_another_encoding_make_no_noise(story):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    program = f"{sys.executable} -m bot replay {story}"
    done = subprocess.run(f"{program} | head -c 1", shell=True, capture_output=True, env=environment, cwd=ROOT, check=False)  # fmt: skip
    assert done.stderr == b""


def test_the_same_input_gives_the_same_bytes_for_every_hash_seed(story):
    def out(seed):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "bot", "replay", str(story), "--json"]
        return subprocess.run(command, capture_output=True, env=environment, cwd=ROOT, check=True).stdout

    assert out("0") == out("1")


# --- replay, by value --------------------------------------------------------------------------------------------


def test_a_replay_compares_each_article_with_those_before_it_only():
    documents = [clean(Article(name, text)) for name, text in STORY.items()]
    seen = []

    def compare(known, new):
        seen.append(([d.id for d in known], [d.id for d in new]))
        return Delta(())

    list(replay(documents, compare))
    assert seen == [([], ["1.txt"]), (["1.txt"], ["2.txt"])]


def test_a_second_label_is_an_entry_of_its_own_with_its_own_earlier_sentence():
    old, new = (clean(Article(name, text)) for name, text in STORY.items())
    update = Update("announced_happened", new.sentences[:1], old.sentences[:1], also="changed_figure",
                    also_prior=old.sentences[1:2], context=new.sentences[1:2], speaker="the mayor")  # fmt: skip
    (step,) = as_json(list(replay([new], lambda *_: Delta((update,)))))["steps"]
    first, second = step["shown"]
    assert (first["label"], first["prior"][0]["sentence"]) == ("announced_happened", old.sentences[0].text)
    assert (second["label"], second["prior"][0]["sentence"]) == ("changed_figure", old.sentences[1].text)
    assert first["sentence"] == second["sentence"] == new.sentences[0].text
    assert first["context"] == [{"sentence": new.sentences[1].text, "file": "2.txt"}]
    assert first["speaker"] == "the mayor"


@pytest.mark.parametrize(
    ("spans", "text"),
    [
        ([("One.", 0, False), ("Two.", 5, False)], "One. Two."),
        ([("One.", 0, False), ("Two.", 50, False)], "One. … Two."),
        ([("One", 0, True), ("Two.", 50, False)], "One… Two."),
    ],
)
def test_neighbours_are_joined_and_gaps_are_marked(spans, text):
    assert joined([Quotation(t, "a", s, s + len(t), "", cut_after=cut) for t, s, cut in spans]) == text


def test_a_story_is_divided_at_a_day_and_its_undated_texts_are_set_aside():
    documents = [clean(Article(name, "Text.")) for name in "abcd"]
    days = {"a": date(2025, 2, 3), "b": None, "c": date(2025, 2, 2), "d": date(2025, 2, 1)}
    division = divide(documents, days, date(2025, 2, 2))
    assert [[d.id for d in part] for part in (division.known, division.new, division.undated)] == [
        ["d"],
        ["c", "a"],
        ["b"],
    ]


def test_where_nothing_is_dated_a_day_divides_nothing():
    with pytest.raises(UndatedStory, match="newsdelta changed OLD NEW"):
        divide([clean(Article("a", "Text."))], {"a": None}, date(2025, 2, 2))
