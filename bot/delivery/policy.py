"""What is done with a row before it is sent, and what becomes of it by the platform's answer; decided, never done.

The trap: a certain "no" to this attempt says nothing of an earlier one whose answer was lost. Until a look has settled
that one, its row stays "attempting" and the window of its nonce is counted from the first attempt.

Another: clocks are set. One set back makes an old attempt look young, as if a nonce still held; one set ahead makes it
look old, as if it could be seen already. So where a platform can be looked through, that comes first, whatever the time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.delivery.values import NOT_COMPOSED, Abilities, Claimed, Composing, Outgoing, Receipt, Verdict
from bot.errors import Closed, DeliveryError, Limited, NewsdeltaError, Refused, UnusableStore

GONE = "gone"  # the code of a Refused whose edited message, or whose thread, is no longer there
UNKNOWN_AFTER = 8  # attempts with unknown outcome: then a person decides
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
FIRST_REST = timedelta(seconds=30)  # of a slot that could not be composed
TRIES = 10  # of composing a slot: what fails so often must not hold up its lane for good


@dataclass(frozen=True, slots=True)
class Send:
    """The message goes out. `settled`: no earlier attempt may have arrived."""

    settled: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """The platform is asked whether an earlier attempt arrived, after so long a wait by a clock that nobody sets."""

    after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Settle:
    """Nothing is asked; the row is finished so."""

    verdict: Verdict


Action = Send | Look | Settle


def opening(claimed: Claimed, now: datetime, abilities: Abilities) -> Action:
    """The first step with a claimed row. An edit is the same twice, so it is just sent."""
    if claimed.before != "attempting" or claimed.message.edits:
        return Send()
    return Look(abilities.look_after) if abilities.can_look else _blind(claimed, now, abilities)


def looked(
    found: Receipt | DeliveryError | None, claimed: Claimed, now: datetime, abilities: Abilities
) -> Send | Settle:
    """The step after a look; a platform that can't be looked through can't tell."""
    if isinstance(found, DeliveryError):
        return _blind(claimed, now, abilities)
    return Settle(Verdict("sent", receipt=found)) if found else Send()


def answered(
    claimed: Claimed,
    answer: Receipt | DeliveryError,
    chance: float,
    *,
    settled: bool = True,
    gap: timedelta = timedelta(0),
) -> Verdict:
    """What becomes of the row. `chance` in [0, 1) places the wait after an unknown outcome (full jitter).

    `gap`: the lane rests so long after a message.
    """
    if isinstance(answer, Receipt):
        return Verdict("sent", gap, receipt=answer)
    no = Verdict("retry" if settled else "attempting", code=answer.code, reason=str(answer), known=settled)
    if isinstance(answer, Limited):
        return replace(no, again_in=answer.after, waits=answer.reach, counted=False)
    if isinstance(answer, Closed):
        return replace(no, closes=answer.reach, counted=False)
    if isinstance(answer, Refused):
        return _refused(claimed.message, no)
    if claimed.attempts >= UNKNOWN_AFTER:
        return replace(no, state="held", known=False)
    wait = _backoff(FIRST_WAIT, claimed.attempts, chance)
    return replace(no, state="attempting", again_in=wait, known=False)


def unsent(claimed: Claimed) -> Verdict:
    """What becomes of a row whose request certainly did not leave this time: what it was before, and at once."""
    return Verdict(claimed.before, counted=False, known=claimed.before != "attempting")


def plainer(message: Outgoing, answer: DeliveryError) -> Outgoing | None:
    """The message as plain text, where that may do better and its renderer made one (under "plain")."""
    plain = message.payload.get("plain")
    if isinstance(answer, Refused) and answer.plain and isinstance(plain, dict):
        return replace(message, payload=plain)
    return None


def _blind(claimed: Claimed, now: datetime, abilities: Abilities) -> Send | Settle:
    """Nothing tells whether an earlier attempt arrived; the same nonce does no harm, as long as it holds."""
    first = claimed.message.first_attempt
    harmless = first is not None and timedelta(0) <= now - first < abilities.nonce_for
    if abilities.hold and not harmless:
        return Settle(Verdict("held", code="unknown", known=False))
    return Send(settled=False)


def _refused(message: Outgoing, no: Verdict) -> Verdict:
    if no.code == GONE and (message.edits or message.thread):
        return replace(no, state="retry", gone=True, known=True)
    return replace(no, state="dead", known=True)


def _backoff(first: timedelta, attempts: int, chance: float) -> timedelta:
    longest: timedelta = first * (1 << min(attempts - 1, 20))
    return min(LONGEST_WAIT, longest) * chance


# -- composing ---------------------------------------------------------------------------------------------------------


def hopeless(composing: Composing) -> Verdict | None:
    """What becomes of a slot of which nothing was heard so often: whoever composed it has died of it."""
    return Verdict("dead", code=NOT_COMPOSED) if composing.silent >= TRIES else None


def uncomposed(composing: Composing, error: Exception, chance: float) -> Verdict:
    """What becomes of a slot that could not be composed (full jitter). A database that fails is no fault of the slot."""
    counted = not isinstance(error, UnusableStore)
    what = str(error) if isinstance(error, NewsdeltaError) else type(error).__name__
    no = Verdict("retry", code=f"{NOT_COMPOSED}: {what}", reason=what, counted=counted)
    if counted and composing.attempts >= TRIES:
        return replace(no, state="dead")
    return replace(no, again_in=_backoff(FIRST_REST, composing.attempts, chance))


STOPPED = Verdict("pending", counted=False)  # what becomes of a slot whose process stops
