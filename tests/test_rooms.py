"""The walls between the rooms: who may import whom (the table of the README), and that nobody imports in a ring."""

import ast
from collections.abc import Iterator
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
    ("bot", ["sumy", "numpy", "sklearn", "bench"], {}),
    ("bot", ["apscheduler"], {"apscheduler": {"bot.clock"}}),
    (
        "bot.render",
        ["bot.sources", "bot.wiring", "bot.cli", "bot.replay", "rich", "os", "sys", "asyncio"],
        {},
    ),
    ("bot.sources", ["bot.render", "bot.wiring", "bot.cli"], {}),
    ("bot.replay", ["bot.wiring", "bot.cli", "bot.render", "bot.sources", "os", "sys", "pathlib"], {}),
    ("bot.phrases", ["bot"], {}),
    ("bot", ["bot.wiring"], {"bot.wiring": {"bot.cli"}}),
]
OF_RENDER = {"summarizers.types", "bot.phrases", "bot.replies", "bot.render.fit"}


def imports(module: str) -> Iterator[str]:
    """Every module that a file imports, wherever in it; of `from a import b` both a and a.b, if that is a file of ours."""
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


def test_a_renderer_knows_values_and_words_only():
    ours = {
        (module, name)
        for module in FILES
        if within(module, "bot.render") and module != "bot.render.fit"
        for name in imports(module)
        if name in FILES
    }
    assert {name for _, name in ours} <= OF_RENDER


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
