"""Articles that come into a store."""

from datetime import UTC, datetime

from bot.ports import Prints, Store, Version
from summarizers.stream import Placed, Point
from summarizers.types import Article

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)
HOME, AWAY = "slack:home", "slack:away"
NO_PRINTS = Prints("", frozenset(), frozenset())


def put(
    store: Store, key: str, text: str = "A text.", *, story: str = "s", at=NOW, seen=(HOME,), **more
) -> Version:
    """An article that came in, as the first or the next version of its key."""
    prints, copy_of = more.pop("prints", NO_PRINTS), more.pop("copy_of", None)
    with store.ingesting() as desk:
        held = desk.latest(key)
        number = held.number + 1 if held else 1
        name = key if number == 1 else f"{key}@{number}"
        point = Point(key, 1.5, {"word": 2}) if number == 1 else None
        version = Version(Article(name, text, **more), key, number, at, story, copy_of)
        desk.write(version, prints, text, point)
        if point:
            desk.log(Placed(point, story))
        desk.see(key, seen)
    return version
