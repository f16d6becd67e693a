"""Targets, and what becomes true once they have been told."""

from bot.ports import Mute, Store, Target, Telling, Topic
from summarizers.digest import sha256
from summarizers.types import Digest, Line, Quotation
from tests.bot.store.incoming import NOW

ANNA = Target("slack", "home", "person", "U-anna")
BORIS = Target("slack", "home", "person", "U-boris")
HALL = Target("slack", "home", "channel", "C-hall")


def quotation(text: str, document: str = "a", start: int = 0) -> Quotation:
    return Quotation(text, document, start, start + len(text), sha256(text), 1)


def telling(story="s", versions=("a",), said=("One.",), to=ANNA, moves=ANNA) -> Telling:
    said = tuple(map(quotation, said))
    digest = Digest("Title", (Line("new", said),), NOW, more=(Line(None, said, why="for it"),), same_before=3)
    return Telling(to, story, digest, moves, versions, said)


def remembered(store: Store, target: Target) -> None:
    store.follow(target, Topic("word", "boats"), NOW)
    store.mute(target, Mute(Topic("word", "ore")), NOW)
    store.tell(telling(to=target, moves=target), NOW)


def known(store: Store, target: Target) -> list[object]:
    shown = store.shown(target)
    marks = store.mark(target, "s").told
    return [*store.follows(target), *store.mutes(target, NOW), *marks, *([shown] if shown else [])]
