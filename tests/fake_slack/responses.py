"""The addresses that come with a command or a press: five messages within half an hour, for who did it.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from tests.fake_slack.methods import check_message, whisper, written
from tests.fake_slack.world import No, Plain, Workspace

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack

USES, LIFE = 5, 30 * 60.0


@dataclass
class Address:
    """Where a message goes. `message` is the original, which a press had from the beginning, a command from its first
    answer on; that of a press is replaced unless the app says that it is not.
    """

    team: Workspace
    person: str
    channel: str
    message: str
    until: float
    pressed: bool
    left: int = USES


class Responses:
    """The addresses that were given out, and what comes of what is sent there."""

    def __init__(self, slack: "FakeSlack") -> None:
        self._slack = slack
        self._given: dict[str, Address] = {}
        self._numbers = count(1)

    def address(self, team: Workspace, person: str, channel: str, message: str = "") -> str:
        name = f"{team.id}-{next(self._numbers)}"
        until = self._slack.now() + LIFE
        self._given[name] = Address(team, person, channel, message, until, pressed=bool(message))
        return f"{self._slack.url}/response/{name}"

    def send(self, name: str, given: Plain) -> None:
        """A message for an address; the No that Slack answers."""
        address = self._given.get(name)
        if address is None:
            raise No("no_service")
        if self._slack.now() > address.until:
            raise No("expired_url")
        if address.left == 0:
            raise No("used_url")
        address.left -= 1
        self._show(address, given)

    def acknowledge(self, url: str, given: Plain) -> None:
        """The words of an acknowledgement, which are seen in the same place and count for nothing."""
        self._show(self._given[url.rpartition("/")[2]], given)

    def _show(self, address: Address, given: Plain) -> None:
        if given.get("delete_original"):
            for place in _places(address):
                place[:] = [message for message in place if message["ts"] != address.message]
            return
        public = given.get("response_type") == "in_channel"
        check_message(self._slack, "response_url", given, unfurls=public)
        original = next((m for place in _places(address) for m in place if m["ts"] == address.message), None)
        if original is not None and given.get("replace_original", address.pressed):
            said = written(self._slack, address.team, given)
            original |= {"text": "", "blocks": [], **said, "ts": original["ts"]}
        elif public:
            self._post(address, given)
        else:
            said = whisper(self._slack, address.team, address.person, address.channel, given)
            address.message = address.message or said["ts"]

    def _post(self, address: Address, given: Plain) -> None:
        message = written(self._slack, address.team, given)
        if given.get("thread_ts"):
            message["thread_ts"] = given["thread_ts"]
        address.team.channels[address.channel].messages.append(message)
        address.message = address.message or message["ts"]


def _places(address: Address) -> Iterator[list[Plain]]:
    yield address.team.private.get(address.person, [])
    if channel := address.team.channels.get(address.channel):
        yield channel.messages
