"""A fake Slack as a peer of the delivery contract (`tests.bot.delivery.contract.Peer`), for whatever Delivery sends there."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from bot.delivery.doors import Delivery
from bot.delivery.values import Payload
from bot.ports import Target
from tests.bot.delivery.contract import START, Shown
from tests.fake_slack.remote import Remote
from tests.fake_slack.world import SCOPES

NOW = START.timestamp()  # where the clock of such a Slack is to stand still
SENDING, LOOKING = ("chat.postMessage", "chat.update"), ("conversations.history", "conversations.replies")
FAULTS = {
    "limited": "limited 60",
    "refused": "invalid_blocks",
    "closed": "channel_not_found",
    "forbidden": "restricted_action",
    "revoked": "token_revoked",
}
BLIND = [scope for scope in SCOPES if not scope.endswith(":history")]


class SlackPeer:
    """`connect(remote)` makes the Delivery, with its real SDK. What is said is in the history `lag` seconds later."""

    platform, revoked = "slack", "installation"

    def __init__(
        self,
        remote: Remote,
        connect: Callable[[Remote], AbstractAsyncContextManager[Delivery]],
        lag: float = 4,
    ) -> None:
        self.remote, self._connect = remote, connect
        remote.settings(lag=lag)
        self.plan()
        self.read(allowed=True)

    def connect(self) -> AbstractAsyncContextManager[Delivery]:
        return self._connect(self.remote)

    def target(self) -> Target:
        return Target("slack", "T1", "channel", self.remote.channel())

    def payload(self, text: str, plain: str = "") -> Payload:
        sent = {"text": text, "unfurl_links": False, "unfurl_media": False}
        block = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        whole = {**sent, "blocks": [{"type": "rich_text", "elements": [block]}]}
        return {**whole, "plain": {**sent, "text": plain, "mrkdwn": False}} if plain else whole

    def plan(self, *faults: str, looks: Sequence[str] = ()) -> None:
        for methods, planned in ((SENDING, faults), (LOOKING, looks)):
            self.remote.plan(methods=methods, faults=[FAULTS.get(fault, fault) for fault in planned])

    def shown(self, target: Target) -> Sequence[Shown]:
        return [
            Shown(message["ts"], message["text"], message.get("thread_ts", ""))
            for message in self.remote.messages(channel=target.id)
        ]

    def remove(self, target: Target, message: str) -> None:
        self.remote.remove(channel=target.id, message=message, thread=True)

    def read(self, *, allowed: bool) -> None:
        self.remote.scopes(scopes=SCOPES if allowed else BLIND)

    def pass_time(self, seconds: float) -> None:
        self.remote.pass_time(seconds=seconds)
