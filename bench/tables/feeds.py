"""The feed parser on the corpus of feedparser's own source package: each file states what must come out of it.

The archive is looked for in .bench/feedparser; it is not shipped. What a file states is read as an expression over the
parsed feed by a small interpreter here: nothing of the archive is executed.
"""

from __future__ import annotations

import ast
import codecs
import io
import operator
import re
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import feedparser

from bot.errors import UnreadableSource
from bot.sources import entries
from bot.sources.addresses import clean_link

TITLE = "Feeds (feedparser's own corpus: facts that its files state)"
FOLDER = Path(".bench/feedparser")
FETCH = f"pip download --no-binary :all: --no-deps --no-build-isolation --dest {FOLDER} feedparser"
STATED = re.compile(rb"Description:\s*(.*?)\s*Expect:\s*(.*)\s*-->")
NEEDS = re.compile(rb"SkipUnless:\s*__import__\('(\w+)'\)(?:\.lookup\('([^']+)'\))?")
HEADER = re.compile(rb"^Header:\s+([^:]+):(.+)$", re.MULTILINE)
SERVED = "http://127.0.0.1:8097/"  # where its tests serve it, which many of its facts name
COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
}


class Case(NamedTuple):
    """A file of the corpus, how it would be served, and what it states."""

    name: str
    body: bytes
    headers: dict[str, str]
    stated: str

    @property
    def url(self) -> str:
        return self.headers["content-location"]


class UnaskableError(Exception):
    """A fact that is told of the parser rather than of the feed."""


def rows(_data: Path) -> list[str]:
    cases = list(corpus())
    asked = [(case, holds(case)) for case in cases]
    known = [(case, right) for case, right in asked if right is not None]
    lines = [
        f"{len(cases)} files; {len(known)} state a fact of the feed",
        f"  facts that hold, with bytes and the final address   {sum(right for _, right in known)}"
        f" of {len(known)}   (reported, no floor)",
    ]
    failed = [case.name for case, right in known if not right]
    lines += [f"    not: {', '.join(failed[start : start + 3])}" for start in range(0, len(failed), 3)]
    return lines + ours(cases)


def ours(cases: list[Case]) -> list[str]:
    """What our own reading makes of the same files."""
    refused: list[str] = []
    count = same = linked = links = 0
    begun = time.process_time()
    for case in cases:
        parsed = plainly(case)
        if not parsed.version:
            continue
        count += 1
        try:
            document = entries.parse(case.body, case.url, case.headers.get("content-type", ""))
        except UnreadableSource as error:
            refused.append(f"    refused: {case.name}: {error}")
            continue
        same += len(document.entries) == len(parsed.entries)
        wanted = {
            clean_link(entry.link) for entry in parsed.entries if entry.get("link", "").startswith("http")
        }
        links += len(wanted)
        linked += sum(entry.link in wanted for entry in document.entries)
    spent = time.process_time() - begun
    return [
        f"  read by bot.sources.entries                          {count - len(refused)} of {count} feeds, {spent:.1f} s"
        " with feedparser's own reading beside it",
        f"    as many entries (equal ones are one here)          {same} of {count - len(refused)}",
        f"    its link as feedparser gives it                    {linked} of {links}",
        *refused,
    ]


def corpus() -> Iterator[Case]:
    """The files that state something; FileNotFoundError says how to get them."""
    archives = sorted(FOLDER.glob("feedparser-*.tar.gz"))
    if not archives:
        raise FileNotFoundError(f"{FOLDER}/feedparser-*.tar.gz: fetch it by `{FETCH}`")
    with tarfile.open(archives[-1]) as archive:
        for member in archive:
            name = member.name.partition("/tests/")[2]
            file = archive.extractfile(member) if name.endswith(".xml") else None
            body = file.read() if file else b""
            stated = STATED.search(body)
            if (
                stated and able(body) and not name.startswith("http/")
            ):  # those are about answers, not about bytes
                yield Case(name, body, headers(name, body), stated[2].decode("utf-8").strip())


def able(body: bytes) -> bool:
    """Whether this Python knows the encoding, and has the module, that a file is about."""
    needs = NEEDS.search(body)
    if not needs:
        return True
    try:
        return bool(codecs.lookup(needs[2].decode()) if needs[2] else find_spec(needs[1].decode()))
    except LookupError:
        return False


def headers(name: str, body: bytes) -> dict[str, str]:
    """Those that the file asks to be served with."""
    own = {key.decode().lower(): value.decode().strip() for key, value in HEADER.findall(body)}
    return {"content-type": "application/xml", "content-location": f"{SERVED}tests/{name}"} | own


def plainly(case: Case) -> Any:
    return feedparser.parse(io.BytesIO(case.body), response_headers=case.headers)


def holds(case: Case) -> bool | None:
    """Whether what a file states is so; None where it is nothing of the feed."""
    try:
        return bool(value(ast.parse(case.stated, mode="eval").body, plainly(case)))
    except (UnaskableError, SyntaxError):
        return None
    except (LookupError, AttributeError, TypeError):
        return False


def value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """What an expression comes to; UnaskableError for kinds that hardly any file uses."""
    match node:
        case ast.Constant(constant):
            return constant
        case ast.Name(name):
            return names[name]
        case ast.Attribute(of, name):
            return getattr(value(of, names), name)
        case ast.Subscript(of, index):
            return value(of, names)[value(index, names)]
        case ast.Tuple(parts):
            return tuple(value(part, names) for part in parts)
        case ast.List(parts):
            return [value(part, names) for part in parts]
        case ast.Dict(keys, parts):
            return {
                value(key, names): value(part, names) for key, part in zip(keys, parts, strict=True) if key
            }
        case ast.UnaryOp(ast.Not(), of):
            return not value(of, names)
        case ast.UnaryOp(ast.USub(), of):
            return -value(of, names)
        case ast.BinOp(one, ast.Add(), other):
            return value(one, names) + value(other, names)
        case ast.BoolOp(ast.And(), parts):
            return all(value(part, names) for part in parts)
        case ast.BoolOp(ast.Or(), parts):
            return any(value(part, names) for part in parts)
        case ast.Compare(one, [how], [other]) if type(how) in COMPARED:
            return COMPARED[type(how)](value(one, names), value(other, names))
        case ast.Call(ast.Name("len"), [of], []):
            return len(value(of, names))
    raise UnaskableError(ast.unparse(node))
