"""A slot becomes messages: what is new, story by story, each in the story's own thread, or in its post in a forum.

Only the first slot of a lane is composed, after all before it has ended: what it tells is new against what was told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery import policy
from bot.delivery.doors import Outbox, Renderer
from bot.delivery.values import Composing, Part, Payload, Scheduled, Thread, Verdict
from bot.errors import UnusableStore
from bot.phrases import phrase
from bot.ports import Telling
from bot.replies import Item, Place, Reply, Section

LOG = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)  # renewed before each story
EDITED = timedelta(hours=1)  # Discord limits edits of older messages (error 30046)


class Digests(Protocol):
    """What schedules have to tell."""

    def scheduled(self, schedule: Scheduled, now: datetime) -> Iterator[Reply]:
        """A reply a story; one without a telling stands for none."""

    def together(self, schedule: Scheduled, reply: Reply, earlier: Telling, now: datetime) -> Reply | None:
        """A reply with what was told before it, to take its place; None where that is too much."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Composes slots for any platform that it has a renderer of.

    `chance` in [0, 1) spreads waits; `dead` is told of each slot that is given up, once that was carried out.
    """

    outbox: Outbox
    digests: Digests
    renderers: Mapping[str, Renderer]
    chance: Callable[[], float]
    dead: Callable[[Composing, Verdict], None]
    at_work: dict[str, Composing] = field(default_factory=dict)

    def compose(self, lane: int, now: datetime) -> bool:
        """Composes the slot at the head of a lane and freezes its messages; false where it did not.

        A slot that fails is set back, and tried again after a wait. UnusableStore comes out where even that can't be
        kept; the lease then runs out.
        """
        composing = self.outbox.to_compose(now, LEASE, lane)
        if composing is None:
            return False
        hopeless = policy.hopeless(composing)
        if hopeless:
            self._set_back(composing, hopeless, now)
            return False
        self.at_work[composing.key] = composing
        try:
            return self._composed(composing, now)
        except UnusableStore as error:
            LOG.warning("%s waits: %s", composing.key, error)
            self._set_back(composing, policy.uncomposed(composing, error, self.chance()), now)
        except Exception as error:  # whatever it was, the lane goes on; the log gets the cause
            LOG.exception("%s could not be composed", composing.key)
            self._set_back(composing, policy.uncomposed(composing, error, self.chance()), now)
        finally:
            self.at_work.pop(composing.key, None)
        return False

    def stop(self, now: datetime) -> None:
        """Gives back what is still being composed: whoever comes next need not wait for its lease."""
        for composing in list(self.at_work.values()):
            if self.outbox.set_back(composing, policy.STOPPED, now):
                LOG.info("%s is left to others", composing.key)

    def _set_back(self, composing: Composing, verdict: Verdict, now: datetime) -> None:
        if self.outbox.set_back(composing, verdict, now) and verdict.state == "dead":
            self.dead(composing, verdict)

    def _composed(self, composing: Composing, now: datetime) -> bool:
        told = self._told(composing, now)
        if told is None:
            LOG.warning("lease lost while %s was composed", composing.key)
            return False
        return self.outbox.freeze(composing, self._parts(composing, told, now), now)

    def _told(self, composing: Composing, now: datetime) -> list[Reply] | None:
        """The replies of a slot; None where the lease was lost on the way."""
        told: list[Reply] = []
        for reply in self.digests.scheduled(composing.schedule, now):
            told.append(reply)
            if self.outbox.renew(composing.lease, now, LEASE) is None:
                return None
        return told

    def _parts(self, composing: Composing, told: Sequence[Reply], now: datetime) -> list[Part]:
        """The messages of a slot: the lead, if there is one, and each story's in its thread."""
        stories = [reply for reply in told if reply.tellings]
        notes = [note for reply in told if not reply.tellings for note in reply.notes]
        if composing.late and told:
            notes.insert(0, phrase("schedule.late", span=composing.late))
        if len(stories) == 1 or (stories and composing.schedule.target.kind != "channel"):
            stories[0] = replace(stories[0], notes=(*notes, *stories[0].notes))
            notes = []
        threads = [self._thread(composing, reply) for reply in stories]
        written = [
            each
            for reply, thread in zip(stories, threads, strict=True)
            for each in self._story(composing, reply, thread, now)
        ]
        first = (
            self._lead(composing, stories, threads, notes)
            if not written or self._led(composing, written)
            else []
        )
        return _keyed(composing.key, [*first, *written])

    def _led(self, composing: Composing, written: Sequence[Part]) -> bool:
        """Whether a message before the stories says what they are: of several, and where a reply would not be seen.

        A forum shows its posts, and which have news.
        """
        one = len({part.story for part in written}) == 1
        seen = written[0].root or written[0].edits or self._renderer(composing).broadcasts
        return composing.schedule.target.kind == "channel" and not (one and seen)

    def _lead(
        self,
        composing: Composing,
        stories: Sequence[Reply],
        threads: Sequence[Thread | None],
        notes: Sequence[str],
    ) -> list[Part]:
        if not (notes or stories):
            return []
        links = [self._link(composing, thread) for thread in threads]
        place: Place = "root" if composing.schedule.target.kind == "forum" else "lead"
        return [Part("", payload) for payload in self._render(composing, lead(stories, links, notes), place)]

    def _story(self, composing: Composing, reply: Reply, thread: Thread | None, now: datetime) -> list[Part]:
        """The messages of one story.

        Its telling goes with the first of them: all are kept till they are sent, and one that is refused for good is
        seen among the deliveries and can be sent after all; with the last, a refused one would make all be told again.
        """
        if composing.schedule.target.kind == "person":
            return self._told_with(reply, self._render(composing, reply, "answer"), "", root=False)
        story = reply.tellings[0].story
        if thread is None:
            return self._told_with(reply, self._render(composing, reply, "root"), story, root=True)
        return self._edited(composing, reply, thread, now) or self._told_with(
            reply, self._render(composing, reply, "thread"), story, root=False
        )

    def _edited(self, composing: Composing, reply: Reply, thread: Thread, now: datetime) -> list[Part]:
        """The last message of the thread with the news in it, if it is young and one message still holds all."""
        if thread.telling is None or now - thread.last_at >= EDITED:
            return []
        whole = self.digests.together(composing.schedule, reply, thread.telling, now)
        place: Place = "root" if thread.last == thread.root else "thread"
        payloads = self._render(composing, whole, place) if whole else []
        if whole is None or len(payloads) != 1:
            return []
        [part] = self._told_with(whole, payloads, thread.telling.story, root=False)
        return [replace(part, edits=thread.last)]

    @staticmethod
    def _told_with(reply: Reply, payloads: Sequence[Payload], story: str, *, root: bool) -> list[Part]:
        [telling] = reply.tellings
        parts = [Part("", payload, story) for payload in payloads]
        return [replace(parts[0], root=root, telling=telling), *parts[1:]]

    def _thread(self, composing: Composing, reply: Reply) -> Thread | None:
        return self.outbox.thread(composing.lease.lane, reply.tellings[0].story)

    def _link(self, composing: Composing, thread: Thread | None) -> str:
        return self._renderer(composing).link(composing.schedule.target, thread.root) if thread else ""

    def _render(self, composing: Composing, reply: Reply, place: Place) -> Sequence[Payload]:
        """In the schedule's language. Whatever may begin a post bears its tags, or a forum that needs one would close."""
        tagged = replace(reply, tags=composing.schedule.tags)
        return self._renderer(composing).render(tagged, place, composing.schedule.language)

    def _renderer(self, composing: Composing) -> Renderer:
        return self.renderers[composing.schedule.target.platform]


def lead(stories: Sequence[Reply], links: Sequence[str], notes: Sequence[str]) -> Reply:
    """What several stories come to: of each its name, its foremost line, and where the rest of it stands."""
    return Reply(
        title=phrase("changed.title") if stories else "",
        notes=tuple(notes),
        sections=tuple(map(_led_by, stories, links)),
        sources=tuple(article for reply in stories for article in reply.sources),
        private=False,
    )


def _led_by(reply: Reply, link: str) -> Section:
    digest = reply.tellings[0].digest
    items = (Item(phrase("schedule.thread"), link=link),) if link else ()
    return Section(digest.title, lines=digest.lines[:1], items=items)


def _keyed(key: str, parts: Sequence[Part]) -> list[Part]:
    """The parts with their keys: the slot's own for the first, then with story and number."""
    return [
        replace(part, key=f"{key}:{part.story}:{number}" if number else key)
        for number, part in enumerate(parts)
    ]
