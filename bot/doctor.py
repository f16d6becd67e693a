"""Whether all that the bot needs is there, and what to do about what is not: findings, a line each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.answers.feeds import called, health
from bot.errors import NewsdeltaError
from bot.findings import Finding
from bot.ports import Target, Trouble

ROOM = 500_000_000  # bytes that should be free: for the journal of a database, and for a backup beside it
NETWORKED = ("nfs", "cifs", "smb", "fuse.sshfs", "fuse.glusterfs", "ceph", "afs")
SINGLY = 5  # of one kind are named, of more how many
Check = Callable[[], Iterable[Finding]]


def examined(checks: Sequence[Check]) -> list[Finding]:
    """What all checks find; what goes wrong in one is what it has found."""
    return [finding for check in checks for finding in _examined(check)]


def _examined(check: Check) -> Iterator[Finding]:
    try:
        yield from check()
    except (NewsdeltaError, OSError) as error:
        yield wrong(str(error))


def well(text: str) -> Finding:
    """Something that is as it should be."""
    return Finding(well=True, text=text)


def wrong(text: str) -> Finding:
    """Something that somebody has to do something about, which the text says."""
    return Finding(well=False, text=text)


def of_platform(name: str, check: Callable[[], Sequence[Finding]]) -> Iterator[Finding]:
    """What keeps the bot from a platform; where nothing does, one line."""
    found = check()
    faults = [finding for finding in found if not finding.well]
    for finding in faults or found[:1]:
        yield Finding(well=finding.well, text=f"{name}: {finding.text}")


def no_platform() -> Iterator[Finding]:
    """Where digests go as long as nothing is connected."""
    yield well("No platform is connected: newsdelta connect slack, or newsdelta connect discord, says how.")


def disk(folder: Path, free: Callable[[Path], int]) -> Iterator[Finding]:
    """Whether there is room where the memory is, or will be, and whether it may be written there."""
    place = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    left = free(place)
    if not os.access(place, os.W_OK):
        yield wrong(f"{place} may not be written: check its rights, or set NEWSDELTA_DATABASE_URL.")
    elif left < ROOM:
        yield wrong(f"Only {left // 1_000_000} MB are free in {place}: make room.")
    else:
        yield well(f"There is room in {place}.")


def file(path: Path, mounts: str) -> Iterator[Finding]:
    """What is wrong with where the file of a database is; `mounts` is what /proc/self/mounts says."""
    kind = _file_system(path.resolve(), mounts)
    if kind.startswith(NETWORKED):
        yield wrong(
            f"{path} is on a network file system ({kind}), whose locks can't be relied on: put it on a disk of this "
            "machine, or use PostgreSQL."
        )
    if path.exists() and path.stat().st_mode & 0o007:
        yield wrong(f"Everybody on this machine can open {path}: chmod 600 {path}")


def _file_system(path: Path, mounts: str) -> str:
    """The kind of file system that holds a path; empty where the machine does not say."""
    rows = [line.split() for line in mounts.splitlines()]
    kinds = {row[1].replace("\\040", " "): row[2] for row in rows if len(row) > 2}
    return next((kinds[str(each)] for each in (path, *path.parents) if str(each) in kinds), "")


def memory(held: str | None, newest: str, look: Callable[[], Trouble]) -> Iterator[Finding]:
    """How the database is, and what is in the way of what it holds; `look` writes to it, and reads."""
    if held is None:
        yield well("There is no memory yet: it is made by the first command that needs one.")
    elif held > newest:
        yield wrong(f"The database is of a newer newsdelta (schema {held}, not {newest}): upgrade newsdelta.")
    elif held < newest:
        yield well(
            f"The database is of an older newsdelta (schema {held}): the next newsdelta serve renews it."
        )
    else:
        found = look()
        yield well(f"The database can be read and written; its schema is the newest, {newest}.")
        yield from troubles(found)


def troubles(found: Trouble) -> Iterator[Finding]:
    """What is in the way of feeds and messages."""
    for feed in found.feeds[:SINGLY]:
        yield wrong(
            f"The feed {called(feed)}: {health(feed)}. Mend its address, or remove it where it is read."
        )
    if len(found.feeds) > SINGLY:
        yield wrong(f"So it is with {len(found.feeds) - SINGLY} more feeds.")
    places = [(target, why) for target, why in found.closed if target.kind != "person"]
    for target, why in places[:SINGLY]:
        yield wrong(_closed(target, why.rstrip(".")))
    if len(places) > SINGLY:
        yield wrong(f"So it is with {len(places) - SINGLY} more channels.")
    if persons := len(found.closed) - len(places):
        yield well(
            f"Who takes no messages from the bot: {persons}. Each can change that, by saying: schedule resume."
        )
    if found.dead or found.held:
        yield wrong(
            f"Of the messages of the last week {found.dead} could not be sent, and {found.held} may or may not "
            "have arrived: newsdelta deliveries list says which, and deliveries retry KEY sends one after all."
        )


def _closed(target: Target, why: str) -> str:
    if target.id:
        return (
            f"Nothing goes to {target.id} of {target.workspace} in {target.platform} ({why}): mend that, "
            "then say there: schedule resume."
        )
    where = " ".join(filter(None, (target.platform, target.workspace)))
    return f"Nothing goes to {where} ({why}): mend that, then: newsdelta deliveries reopen {where}."


def pages(host: str, port: int, serving: Callable[[], Mapping[str, str] | None]) -> Iterator[Finding]:
    """Whether the bot is at work, or has a place for its pages."""
    reasons = serving()
    if reasons is None:
        yield well(f"newsdelta serve is not running here; its pages have room at {host}:{port}.")
    elif not reasons:
        yield well(f"newsdelta serve is running, and all is well with it: http://{host}:{port}/ready.")
    for part, why in (reasons or {}).items():
        yield wrong(f"newsdelta serve is running, but {part} is held up: {why}")
