"""The pictures of the README: a digest of the seeds and a home tab, as the payloads that Slack gets show them.

Run by `make pictures`, which needs a Chromium on the machine; it writes docs/digest.png and docs/home.png.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot import wiring
from bot.commands import Changed, parse
from bot.phrases import phrase
from bot.ports import Conversation, Target
from bot.render import slack_views
from bot.render.html import page
from bot.render.slack import Plain, SlackRenderer
from bot.replies import Reply

DOCS = Path(__file__).parent.parent / "docs"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH = 808  # of the page
MONDAY = datetime(2025, 5, 19, 19, tzinfo=UTC)  # the day of the last seeds
ANNA = Target("slack", "T0DEMO", "person", "U0ANNA")
DESK = Target("slack", "T0DEMO", "channel", "C0DESK")
ALONE, ON_THE_DESK = Conversation(ANNA), Conversation(ANNA, DESK)
TITLE = "Ukraine ceasefire talks"
FEEDS: dict[str, dict[str, Any]] = {  # address → what came of asking it
    "https://feeds.world.example/europe.xml": {"title": "World · Europe", "succeeded_at": MONDAY},
    "https://agency.example/rss": {"title": "The Agency", "succeeded_at": MONDAY},
    "https://gazette.example/news.xml": {
        "title": "Gazette",
        "errors": 3,
        "error": "It does not answer.",
        "failing_since": MONDAY - timedelta(hours=5),
    },
}


class Newsroom:
    """People in Slack who follow the story of the seeds."""

    def __init__(self, memory: wiring.Memory) -> None:
        self.memory, self.now = memory, MONDAY
        articles = wiring.articles(wiring.read([str(wiring.seeds())]))
        self.articles = [replace(one, title=TITLE) if not at else one for at, one in enumerate(articles)]

    def read(self, first: int, last: int) -> str:
        """Articles come in; the story that they are in."""
        self.now += timedelta(minutes=30)
        added = self.memory.intake.add(self.articles[first:last], [ANNA.library], self.now)
        return str(added[-1].version.story)

    def say(self, said: str, conversation: Conversation = ALONE) -> Reply:
        self.now += timedelta(minutes=1)
        reply = self.memory.answers.answer(parse(said), conversation, self.now)
        self.memory.answers.sent(reply, self.now)
        return reply


def digest(room: Newsroom) -> Plain:
    """What a channel is told that knew the first three articles when the last two came."""
    story = room.read(0, 3)
    room.say(f"follow {story}", ON_THE_DESK)
    room.say(f"changed {story} post", ON_THE_DESK)
    room.read(3, 5)
    reply = room.memory.answers.answer(Changed(story, length="normal", post=True), ON_THE_DESK, room.now)
    return SlackRenderer().render(reply, "root")[0]


def home(room: Newsroom) -> Plain:
    """The page of somebody who has been away."""
    story = room.read(0, 3)
    for said in (
        f"follow {story}",
        "follow sanctions",
        f"changed {story}",
        "mute tariffs for 7d",
        "schedule add weekdays 7:30 Europe/Berlin",
        "quiet 22-7 Europe/Berlin",
    ):
        room.say(said)
    room.say("schedule add every 4 hours Europe/Berlin", ON_THE_DESK)
    for url, health in FEEDS.items():
        feed, _ = room.memory.store.add_feed(url, ANNA.library, room.now)
        room.memory.store.save_feed(replace(feed, **health))
    room.read(3, 5)
    return slack_views.home(room.memory.answers.home(ANNA, room.now))


@contextmanager
def newsroom() -> Iterator[Newsroom]:
    with tempfile.TemporaryDirectory() as folder:
        database = {"NEWSDELTA_DATABASE_URL": f"sqlite:///{folder}/memory.db"}
        with patch.dict(os.environ, database), wiring.memory() as memory:
            yield Newsroom(memory)


def photograph(pages: Sequence[tuple[str, str]]) -> None:
    """Writes a picture of each page to DOCS, as a headless Chromium draws it: no address is asked for it."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise SystemExit(f"There is none of {', '.join(BROWSERS)} here to draw the pictures.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, text in pages:
            tab = browser.new_page(viewport={"width": WIDTH, "height": 600}, java_script_enabled=False)
            tab.set_content(text)
            tab.screenshot(path=DOCS / f"{name}.png", full_page=True)
            print(DOCS / f"{name}.png")
        browser.close()


def payloads() -> Iterator[tuple[str, Plain]]:
    """What Slack would get, by the name of its picture."""
    for name, made in (("digest", digest), ("home", home)):
        with newsroom() as room:
            yield name, made(room)


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    names = {DESK.id: "ukraine-desk"}
    photograph([(name, page(phrase("view.told"), [payload], names)) for name, payload in payloads()])


if __name__ == "__main__":
    main()
