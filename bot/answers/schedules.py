"""When digests are to come, and when none may: schedules of a channel or a person, shown with their next runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from bot.answers import naming
from bot.answers.days import moment_words
from bot.answers.inquiry import Inquiry, clipped, sentence
from bot.answers.topics import meant, say, typed
from bot.commands import Quiet, Schedule
from bot.delivery.values import Delivered, Scheduled
from bot.phrases import ENGLISH, because, by_clock, count, joined, phrase
from bot.ports import Topic
from bot.replies import Button, Item, Reply, Section
from bot.schedules import (
    PEAK,
    SPREAD,
    Every,
    Preview,
    Spec,
    next_run,
    parse_quiet,
    parse_schedule,
    preview,
    quiet_words,
    runs,
    spread,
    words,
)

SHOWN = 3  # runs to come
LAST = 5  # deliveries of a status, and as many older ones that somebody has to decide about
LOOKED = 50  # deliveries among which these are looked for
STUCK = {"held", "dead"}
WEEK = timedelta(days=7)


def schedule(inquiry: Inquiry, command: Schedule) -> Reply:
    """What became of it; only who manages a channel may change when digests come. WrongSchedule comes out."""
    if command.action == "list":
        return _listed(inquiry)
    if not inquiry.conversation.manages:
        return sentence("manages.schedules")
    if command.action == "add":
        return _added(inquiry, command)
    if command.action == "retry":
        return _again(inquiry, command.words)
    kept = list(inquiry.schedules.schedules(inquiry.target))
    number = _number(command.words, kept)
    if not number:
        return replace(
            _listed(inquiry),
            notes=(phrase("schedule.which"),) if kept else (phrase("schedule.none"),),
            failed=True,
        )
    return _changed(inquiry, command.action, kept[number - 1], str(number))


def _number(said: str, kept: Sequence[Scheduled]) -> int:
    """The number of the schedule that is meant, 0 where that is none: the only one need not be named.

    A person names its number, a button its id (`_by_id`): numbers move up when a schedule is removed, and a button
    that is pressed then, or twice, is about the same schedule still.
    """
    said = said.strip().lstrip("#")
    if not said:
        return int(len(kept) == 1)
    numbers = {str(number): number for number in range(1, len(kept) + 1)}
    named = {_by_id(one): number for number, one in enumerate(kept, 1)}
    return (numbers | named).get(said.casefold().lstrip("0"), 0)


def _by_id(kept: Scheduled) -> str:
    return f"id {kept.id}"


def _added(inquiry: Inquiry, command: Schedule) -> Reply:
    known, said = zone_known(inquiry), command.words
    spec = parse_schedule(said, zone=known or "UTC")
    topics = _topics(inquiry, command)
    if isinstance(topics, Reply):
        return topics
    first = next_run(spec, inquiry.now)
    if first is None:
        return replace(sentence("schedule.never"), failed=True)
    asked = inquiry.conversation
    new = Scheduled(
        inquiry.target,
        asked.person,
        spec,
        topics,
        command.length or "normal",
        next_at=first.at,
        next_slot=first.slot,
        language=asked.language,
        tag=asked.tag,
    )
    kept = inquiry.schedules.add(new, inquiry.now)
    number = [each.id for each in inquiry.schedules.schedules(inquiry.target)].index(kept.id) + 1
    guessed = known is None and spec.zone == "UTC" and "utc" not in said.casefold()
    return Reply(
        title=phrase("schedule.added", number=number, words=in_words(inquiry, kept)),
        notes=(
            *((phrase("schedule.utc"),) if guessed else ()),
            *_second_today(inquiry, kept),
        ),
        sections=(_coming(inquiry, kept),),
        buttons=(
            Button(phrase("button.run"), Schedule("run", _by_id(kept))),
            Button(phrase("button.remove"), Schedule("remove", _by_id(kept))),
        ),
    )


def _second_today(inquiry: Inquiry, kept: Scheduled) -> tuple[str, ...]:
    """That a digest came today by a schedule that runs no more, where this one comes today too: its time was changed."""
    first = preview(kept.spec, inquiry.now, 1)[0].at
    today = inquiry.now.astimezone(first.tzinfo).date()
    if isinstance(kept.spec, Every) or first.date() != today:
        return ()
    running = {one.id for one in inquiry.schedules.schedules(inquiry.target) if not one.paused}
    rows = inquiry.schedules.deliveries(inquiry.target, LOOKED)
    came = [row for row in rows if row.schedule not in {0, *running} and row.state not in {"skipped", "dead"}]
    times = [(row.finished or row.created).astimezone(first.tzinfo) for row in came]
    latest = max((at for at in times if at.date() == today), default=None)
    return (phrase("schedule.second", time=f"{latest:%H:%M}"),) if latest else ()


def _topics(inquiry: Inquiry, command: Schedule) -> tuple[Topic, ...] | Reply:
    """What a schedule is to be about. A word that stands in no article yet must be called one: else it is a slip."""
    if not command.about:
        return ()

    def again(topic: str) -> Schedule:
        return replace(command, about=topic)

    topic = meant(inquiry, command.about, again)
    if isinstance(topic, Reply):
        return replace(topic, failed=True)
    if topic.kind != "word" or typed(command.about) or naming.about(inquiry, [topic]):
        return (topic,)
    asked = naming.nothing_named(inquiry, command.about, again)
    word = Button(phrase("schedule.word", word=clipped(command.about)), again(f"word {command.about}"))
    return replace(asked, buttons=(*asked.buttons, word), failed=True)


def in_words(inquiry: Inquiry, kept: Scheduled) -> str:
    """When a schedule runs; what it is about, how long its digests are, their language and tag, where not the usual."""
    about = [phrase("schedule.about", topic=clipped(say(inquiry, topic))) for topic in kept.topics]
    length = phrase(f"schedule.{kept.length}") if kept.length != "normal" else ""
    language = phrase(f"schedule.in.{kept.language}") if kept.language != "en" else ""
    _, _, named = kept.tag.partition(" ")
    tag = phrase("schedule.tag", tag=named) if named else ""
    return joined(" · ", (words(kept.spec), *about, length, language, tag))


def zone_known(inquiry: Inquiry) -> str | None:
    """The zone that counts where none is said: of the quiet hours, or of the schedule that was made last."""
    quiet = inquiry.schedules.quiet(inquiry.target)
    kept = inquiry.schedules.schedules(inquiry.target)
    return quiet[1] if quiet else kept[-1].spec.zone if kept else None


def _listed(inquiry: Inquiry) -> Reply:
    kept = inquiry.schedules.schedules(inquiry.target)
    notes = (*closed_note(inquiry), *quiet_note(inquiry))
    if not kept:
        return Reply(notes=(phrase("schedule.none"), *notes), buttons=(example(),))
    items = tuple(_item(inquiry, one, number) for number, one in enumerate(kept, 1))
    return Reply(title=phrase("schedule.title"), notes=notes, sections=(Section(items=items),))


def listed(inquiry: Inquiry) -> tuple[Item, ...]:
    """The schedules of who asks here, each with its next run by its own clock."""
    kept = inquiry.schedules.schedules(inquiry.target)
    return tuple(
        replace(_item(inquiry, one, number), note=due(one, inquiry.now)) for number, one in enumerate(kept, 1)
    )


def due(kept: Scheduled, now: datetime) -> str:
    """When a schedule runs next, by its own clock; or why it does not."""
    if kept.paused:
        return _state(kept)
    run = next(iter(preview(kept.spec, now, 1)), None)
    if run is None:
        return phrase("schedule.never")
    run = replace(run, held_until=_held(kept, run))
    return phrase("schedule.next", at=joined(" · ", (_local(run), _special(run))))


def example() -> Button:
    """A schedule to begin with."""
    return Button("schedule add weekdays 8:00", Schedule("add", "weekdays 8:00"))


def _item(inquiry: Inquiry, kept: Scheduled, number: int) -> Item:
    again = Button(phrase("button.resume"), Schedule("resume", _by_id(kept)))
    pause = Button(phrase("button.pause"), Schedule("pause", _by_id(kept)))
    button = (again if kept.paused else pause) if inquiry.conversation.manages else None
    return Item(joined(" · ", (str(number), in_words(inquiry, kept))), _state(kept), button)


def _state(kept: Scheduled) -> str:
    if kept.paused:
        return phrase("schedule.paused", reason=because(kept.paused))
    return (
        phrase("schedule.next", at=moment_words(kept.next_at)) if kept.next_at else phrase("schedule.never")
    )


def closed_note(inquiry: Inquiry) -> tuple[str, ...]:
    """Why nothing can be sent here, if so."""
    closed = inquiry.schedules.closed(inquiry.target)
    return (phrase("schedule.closed", reason=because(closed)),) if closed else ()


def _changed(inquiry: Inquiry, action: str, kept: Scheduled, number: str) -> Reply:
    door, of = inquiry.schedules, {"number": number, "words": in_words(inquiry, kept)}
    match action:
        case "pause":
            door.pause(kept.id, phrase("schedule.by_hand"))
            return sentence("schedule.pauses", **of)
        case "resume":
            return _resumed(inquiry, kept, of)
        case "remove":
            door.remove(kept.id)
            return sentence("schedule.removed", **of)
    if closed := closed_note(inquiry):
        return Reply(notes=closed, failed=True)
    door.run_now(kept.id, f"now:{inquiry.now.isoformat()}", inquiry.now)  # false: pressed twice in a moment
    return sentence("schedule.runs", **of)


def _resumed(inquiry: Inquiry, kept: Scheduled, of: dict[str, str]) -> Reply:
    """With it go on all that only the closed channel held up, from now on: whoever says so has mended it.

    Another try does no harm, since what is still wrong closes it again. A platform only its operator reopens.
    """
    door = inquiry.schedules
    held = {one.id for one in door.schedules(inquiry.target) if one.paused}
    for reach in ("lane", "installation"):
        door.reopen(reach, inquiry.target)
    if closed := door.closed(inquiry.target):
        return Reply(notes=(phrase("schedule.stays_closed", reason=because(closed)),), failed=True)
    again = [one for one in door.schedules(inquiry.target) if one.id in held and not one.paused]
    for one in {one.id: one for one in (kept, *again)}.values():
        run = next_run(one.spec, inquiry.now)
        door.resume(one.id, run.at if run else None, run.slot if run else "")
    return Reply(title=phrase("schedule.resumed", **of), sections=(_coming(inquiry, kept),))


# -- what comes --------------------------------------------------------------------------------------------------------


def _coming(inquiry: Inquiry, kept: Scheduled) -> Section:
    runs = [replace(run, held_until=_held(kept, run)) for run in preview(kept.spec, inquiry.now, SHOWN)]
    notes = [(_special(run), "" if place else _spread(inquiry, kept, run)) for place, run in enumerate(runs)]
    items = (Item(_local(run), joined(" · ", note)) for run, note in zip(runs, notes, strict=True))
    return Section(phrase("schedule.coming"), items=tuple(items))


def _spread(inquiry: Inquiry, kept: Scheduled, run: Preview) -> str:
    """When the next run is sent, where too many are due in its second; who is due with a later one is not known yet."""
    delay = spread(str(kept.id), inquiry.schedules.crowd(run.at.astimezone(UTC)))
    at = (run.held_until or run.at) + delay
    return phrase("schedule.crowd", most=PEAK, time=f"{at:%H:%M}") if delay else ""


def _held(kept: Scheduled, run: Preview) -> datetime | None:
    end = kept.held_until(run.at.astimezone(UTC))
    return end.astimezone(run.at.tzinfo) if end > run.at else None


def coming(spec: Spec, now: datetime) -> Sequence[str]:
    """The next runs of a schedule in words, for one that is only tried."""
    return [joined(" · ", (_local(run), _special(run))) for run in preview(spec, now, SHOWN)]


def spread_rule() -> str:
    """When digests are sent later than they are due, and by how much at most."""
    return phrase("schedule.spread", most=PEAK, minutes=SPREAD.seconds // 60)


def _local(run: Preview) -> str:
    return by_clock(run.at)


def _special(run: Preview) -> str:
    """What the clocks and the quiet hours do to a run."""
    clocks = phrase(f"schedule.{run.moved}") if run.moved else ""
    held = phrase("schedule.held", time=f"{run.held_until:%H:%M}") if run.held_until else ""
    return joined(" · ", (clocks, held))


# -- quiet hours -------------------------------------------------------------------------------------------------------


def quiet(inquiry: Inquiry, command: Quiet) -> Reply:
    """The hours in which nothing is sent; what falls into them comes once, at their end. WrongSchedule comes out."""
    if not command.words:
        return Reply(notes=quiet_note(inquiry) or (phrase("quiet.none"),))
    if not inquiry.conversation.manages:
        return sentence("manages.schedules")
    known = zone_known(inquiry)
    hours = None if command.words == "off" else parse_quiet(command.words, zone=known or "UTC")
    inquiry.schedules.keep_quiet(inquiry.target, hours, inquiry.now)
    if hours is None:
        return sentence("quiet.off")
    held = [one for one in inquiry.schedules.schedules(inquiry.target) if _is_held(one, inquiry.now)]
    note = (phrase("quiet.holds", schedules=count("schedules", len(held))),) if held else ()
    return Reply(notes=(phrase("quiet.on", hours=quiet_words(hours[0]), zone=hours[1]), *note))


def _is_held(kept: Scheduled, now: datetime) -> bool:
    """Whether the quiet hours hold one of the runs of the coming week; a schedule has at most 96 a day."""
    week = takewhile(lambda run: run.at < now + WEEK, runs(kept.spec, now))
    return any(kept.held_until(run.at) > run.at for run in week)


def quiet_note(inquiry: Inquiry) -> tuple[str, ...]:
    """When nothing is sent here, if there is such a time."""
    hours = inquiry.schedules.quiet(inquiry.target)
    return (phrase("quiet.on", hours=quiet_words(hours[0]), zone=hours[1]),) if hours else ()


# -- how it goes -------------------------------------------------------------------------------------------------------


def status(inquiry: Inquiry) -> tuple[tuple[str, ...], tuple[Section, ...]]:
    """When the next digest comes, what is closed and why, what does not run, and what became of the last ones."""
    kept = inquiry.schedules.schedules(inquiry.target)
    running = [one.next_at for one in kept if one.next_at and not one.paused]
    soonest = phrase("schedule.next", at=moment_words(min(running))) if running else phrase("schedule.none")
    looked = list(inquiry.schedules.deliveries(inquiry.target, LOOKED))
    last = [*looked[:LAST], *[row for row in looked[LAST:] if row.state in STUCK][:LAST]]
    return (soonest, *closed_note(inquiry)), (*_stopped(inquiry, kept), *_sendings(inquiry, last))


def _stopped(inquiry: Inquiry, here: Sequence[Scheduled]) -> tuple[Section, ...]:
    """The schedules of this place, and those that who asks has made anywhere, which nobody has stopped by hand.

    Who made them may never have heard of it: a person to whom nothing can be sent is told when they ask.
    """
    own = inquiry.schedules.made_by(inquiry.conversation.person)
    every = {one.id: one for one in (*here, *own) if one.paused not in {"", phrase("schedule.by_hand")}}
    items = tuple(
        Item(in_words(inquiry, one), _state(one), place=None if one.target.kind == "person" else one.target)
        for one in every.values()
    )
    return (Section(phrase("schedule.stopped"), items=items),) if items else ()


def with_unheard(inquiry: Inquiry, reply: Reply) -> Reply:
    """A private reply with what could not be told to who asks: which of their schedules do not run, and why."""
    person = inquiry.conversation.person
    keys = inquiry.schedules.unheard(person) if reply.private else ()
    told = keys and tuple(
        phrase("schedule.unheard", words=in_words(inquiry, one), why=_state(one))
        for one in inquiry.schedules.made_by(person)
        if one.paused not in {"", phrase("schedule.by_hand")}
    )
    return replace(reply, notes=(*reply.notes, *told), heard=(person, tuple(keys))) if told else reply


def _sendings(inquiry: Inquiry, rows: Sequence[Delivered]) -> tuple[Section, ...]:
    items = tuple(_sending(row, inquiry.conversation.manages) for row in rows)
    return (Section(phrase("delivery.title"), items=items),) if items else ()


def _sending(row: Delivered, may: bool) -> Item:
    """A delivery; one of which nobody knows whether it arrived, or that was refused, can be sent again."""
    again = Button(phrase("button.retry"), Schedule("retry", row.key))
    button = again if may and row.state in STUCK else None
    return Item(moment_words(row.finished or row.created), outcome(row), button)


def _again(inquiry: Inquiry, key: str) -> Reply:
    """What is stuck here is sent after all; no other target's can be named. Without a key it is the only one."""
    if closed := closed_note(inquiry):
        return Reply(notes=closed, failed=True)
    stuck = [row for row in inquiry.schedules.deliveries(inquiry.target, LOOKED) if row.state in STUCK]
    name = key or (stuck[0].key if len(stuck) == 1 else "")
    if name and inquiry.schedules.retry(name, inquiry.now, inquiry.target):
        return sentence("delivery.again", name=name)
    if key:
        note = phrase("delivery.unknown", name=clipped(key))
    else:
        note = phrase("delivery.which" if stuck else "delivery.stuck_none")
    return Reply(notes=(note,), sections=_sendings(inquiry, stuck[:LAST]), failed=True)


def outcome(row: Delivered) -> str:
    """What became of a delivery, in words."""
    state = phrase(f"delivery.{row.state}")
    why = _why(row.code) if row.state != "sent" else ""
    late = phrase("schedule.late", span=row.late) if row.late else ""
    return joined(" · ", (state, why, late))


def _why(code: str) -> str:
    """A code of ours in words, with what is known beside it; a platform's as it is."""
    own, _, more = code.partition(": ")
    key = f"delivery.code.{own.replace(' ', '_')}"
    if key not in ENGLISH:
        return code
    known = joined("", ("(", because(more), ")")) if more else ""
    return joined(" ", (phrase(key), known))
