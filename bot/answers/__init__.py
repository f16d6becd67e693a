"""The use cases: a command, who gave it and when → a reply. What a reply tells becomes true once it has been sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.answers import (
    after,
    changes,
    completing,
    doubts,
    feeds,
    home,
    passages,
    questions,
    readers,
    scheduled,
    schedules,
    stories,
    texts,
    topics,
)
from bot.answers.inquiry import Doors, Inquiry
from bot.answers.reading import Reading
from bot.commands import (
    Ask,
    Changed,
    Command,
    Compare,
    Disagreements,
    Export,
    Feeds,
    Follow,
    ForgetMe,
    Help,
    Latest,
    Me,
    More,
    MuteTopic,
    Open,
    Quiet,
    Read,
    Schedule,
    Shorter,
    ShowStory,
    ShowTimeline,
    Sources,
    Status,
    Stop,
    Summarize,
    Unfollow,
    Unknown,
    Unmute,
    Why,
)
from bot.delivery.doors import Schedules
from bot.delivery.values import Scheduled
from bot.ports import ArticleSource, Conversation, FeedSource, Intake, Shown, Store, Target, Telling
from bot.replies import Home, Passage, Reply
from bot.running import Running


class Answers:
    """Answers commands through the doors; may be called from several threads at once."""

    def __init__(
        self,
        store: Store,
        pages: ArticleSource,
        intake: Intake,
        feeds: FeedSource,
        schedules: Schedules,
        running: Running,
    ) -> None:
        self._doors = Doors(store, pages, intake, feeds, schedules, Reading(running))

    def answer(self, command: Command, conversation: Conversation, now: datetime) -> Reply:
        """The reply to a command. A NewsdeltaError says in a sentence what could not be done and what to do.

        What another process told the same target while this one compared is not told again. What both have sent by
        then is: to hold a line back before it is known to be sent would lose it where a process ends between the two.
        """
        inquiry = Inquiry(self._doors, conversation, now)
        reply = _answer(command, inquiry)
        overtaken = isinstance(command, Changed | More) and any(map(self._overtaken, reply.tellings))
        return schedules.with_unheard(inquiry, _answer(command, inquiry) if overtaken else reply)

    def _overtaken(self, telling: Telling) -> bool:
        """Whether its story was told to whom it is for since it was asked for."""
        asked = telling.digest.made_at
        told = self._doors.store.mark(telling.moves, telling.story).at if telling.moves else None
        return told is not None and asked is not None and told > asked

    def shown(self, conversation: Conversation, now: datetime, story: str = "") -> Shown | None:
        """The last digest that who asks has seen, alone or with the channel: of a story, or of any."""
        return passages.last(Inquiry(self._doors, conversation, now), story)

    def passages(self, conversation: Conversation, story: str, now: datetime) -> tuple[Passage, ...]:
        """What the last digest of a story quotes, each in its paragraph; without a name what the last digest does."""
        return passages.passages(Inquiry(self._doors, conversation, now), story)

    def doubt(self, conversation: Conversation, line: str, note: str, now: datetime) -> Reply:
        """Keeps that who asks holds a line of the last digest for wrong; the line is named by its `line_keys`."""
        return doubts.doubt(Inquiry(self._doors, conversation, now), line, note)

    def home(self, person: Target, now: datetime) -> Home:
        """A person's own page; it is made at once, since nothing is compared for it."""
        return home.home(Inquiry(self._doors, Conversation(person), now))

    def names(
        self, conversation: Conversation, kind: str, typed: str, now: datetime
    ) -> tuple[tuple[str, str], ...]:
        """What a "story", "feed", "topic" or "zone" may be of which something is typed: names, and words that say no other."""
        return completing.names(Inquiry(self._doors, conversation, now), kind, typed)

    def scheduled(self, schedule: Scheduled, now: datetime) -> Iterator[Reply]:
        """What a schedule has to tell, one story after another, each only worked out when it is asked for."""
        yield from scheduled.replies(self._of(schedule, now), schedule)

    def together(self, schedule: Scheduled, reply: Reply, earlier: Telling, now: datetime) -> Reply | None:
        """One of its replies with what was told before it, to take its place; None where that is too much."""
        return scheduled.together(self._of(schedule, now), reply, earlier)

    def _of(self, schedule: Scheduled, now: datetime) -> Inquiry:
        return Inquiry(self._doors, scheduled.conversation(schedule), now)

    def sent(self, reply: Reply, now: datetime) -> None:
        """Makes true what a reply tells; called once it has been sent, and only then."""
        for telling in reply.tellings:
            self._doors.store.tell(telling, now)
        if reply.heard:
            person, keys = reply.heard
            self._doors.schedules.heard(person, keys, now)


def _answer(command: Command, inquiry: Inquiry) -> Reply:
    match command:
        case Changed():
            return changes.changed(inquiry, command)
        case More():
            return after.more(inquiry)
        case Shorter():
            return after.shorter(inquiry)
        case Why():
            return after.why(inquiry, command)
        case Latest():
            return stories.latest(inquiry, command)
        case ShowStory():
            return stories.show(inquiry, command)
        case ShowTimeline():
            return stories.timeline(inquiry, command)
        case Open():
            return stories.open_in(inquiry, command)
        case Disagreements():
            return stories.disagreements(inquiry, command)
        case Sources():
            return stories.sources(inquiry, command)
        case Compare():
            return texts.side_by_side(inquiry, command)
        case Summarize():
            return texts.sum_up(inquiry, command)
        case Read():
            return texts.read(inquiry, command)
        case Ask():
            return questions.ask(inquiry, command)
        case Feeds():
            return feeds.feeds(inquiry, command)
        case Follow():
            return topics.follow(inquiry, command)
        case Unfollow():
            return topics.unfollow(inquiry, command)
        case MuteTopic():
            return topics.mute(inquiry, command)
        case Unmute():
            return topics.unmute(inquiry, command)
        case Stop():
            return topics.stop(inquiry)
        case Me():
            return readers.me(inquiry)
        case ForgetMe():
            return readers.forget_me(inquiry)
        case Export():
            return readers.export(inquiry)
        case Status():
            return readers.status(inquiry)
        case Help():
            return readers.help_with(command)
        case Unknown():
            return readers.unknown(command)
        case Schedule():
            return schedules.schedule(inquiry, command)
        case Quiet():
            return schedules.quiet(inquiry, command)
