"""What members do in Slack becomes commands, and what is answered is shown where they did it.

Whatever is asked is acknowledged first. Answers are worked out off the event loop; an error is told to who asked, in a
sentence, and to the log with its cause.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot import plot
from bot.answers import Answers
from bot.commands import Command, Read, ShowTimeline, Sources, parse
from bot.errors import NewsdeltaError
from bot.phrases import phrase
from bot.platforms.asking import CHANGING, PERSONAL, Aside, Receive, failed, told
from bot.platforms.slack.clients import answering, reason
from bot.platforms.slack.delivery import NAME, UNFIT
from bot.platforms.slack.manifest import GLOBAL_SHORTCUT, MESSAGE_SHORTCUT, PROMPTS
from bot.platforms.slack.rights import right
from bot.ports import Conversation, Target
from bot.render import slack_views as views
from bot.render.blocks import DOUBT, Plain, unescaped
from bot.render.slack import SlackRenderer
from bot.replies import Reply

LOG = logging.getLogger(__name__)
FAILED = (SlackClientError, ClientError, TimeoutError, OSError)  # Slack says no, or can't be reached
USES = 5  # of the address that an answer goes to, within 30 minutes
OVER = 404  # what Slack answers at such an address once it is used up or too old
UNINVITED = ("not_in_channel", "channel_not_found")  # where the bot is no member
PICTURE = "timeline.png"
OWN_WORDS = ("file_share", "thread_broadcast")  # subtypes of what a person says; others are changes, or bots
MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
LINK = re.compile(r"<(https?://[^>|]+)(?:\|[^>]*)?>")
RENDERER = SlackRenderer()
Body = Mapping[str, Any]
Show = Callable[[Plain], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which workspace and where; `thread` is the message that their words stand under."""

    team: str
    user: str
    channel: str = ""
    thread: str = ""

    @property
    def direct(self) -> bool:
        return not self.channel or self.channel.startswith("D")


class SlackBot:
    """The listeners of one app. `receive` keeps what Slack sends again from being done again."""

    def __init__(
        self,
        answers: Answers,
        receive: Receive,
        managers: Collection[str],
        now: Callable[[], datetime],
        left: Callable[[Body], Awaitable[None]],
    ) -> None:
        self._answers, self._receive, self._managers, self._now = answers, receive, managers, now
        self._left = left
        self._aside = Aside("slack")

    def listen(self, app: AsyncApp) -> None:
        """Registers all that is listened to; it is what the manifest subscribes to."""
        app.command("/news")(self.command)
        app.action(re.compile(r"^say-\d+$"))(self.pressed)
        app.action(DOUBT)(self.doubted)
        app.event("message")(self.written)
        app.event("app_mention")(self.mentioned)
        app.event("app_home_opened")(self.opened)
        app.event("app_uninstalled")(self.removed)
        app.event("tokens_revoked")(self.removed)
        app.shortcut(MESSAGE_SHORTCUT)(self.about)
        app.shortcut(GLOBAL_SHORTCUT)(self.asked_for_address)
        app.view(views.READ_URL)(self.address_given)
        app.view(views.WRONG_LINE)(self.doubt_given)

    # -- what is listened to -----------------------------------------------------------------------------------------

    async def command(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """/news, with any words."""
        await ack()
        who = Asker(team_of(body), body["user_id"], body["channel_id"])
        await self._answer(
            parse(as_written(body.get("text", ""))), who, client, self._to(body["response_url"], client, who)
        )

    async def pressed(self, ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        """A button says the words of its command; who pressed it need not be who got it."""
        await ack()
        said, who = parse(str(action.get("value", ""))), _who_pressed(body)
        if isinstance(said, Sources):
            await self._show_sources(said, who, body, client)
            return
        await self._answer(said, who, client, await self._back(who, body, client))
        if (body.get("view") or {}).get("type") == "home":
            await self._publish(who, client)

    async def doubted(self, ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        """“Wrong line?”: asks which."""
        await ack()
        who = _who_pressed(body)

        async def filled() -> Plain:
            story = str(action.get("value", ""))
            shown = await self._aside(self._answers.shown, _listening(who), self._now(), story)
            return (
                views.wrong_line(shown.digest, who.channel) if shown else views.told(phrase("shown.nothing"))
            )

        await self._modal(phrase("view.wrong"), filled, body, client, who)

    async def doubt_given(self, ack: AsyncAck, body: Body, view: Body) -> None:
        """Which line, and why. It is kept first, since an update could overtake the acknowledgement."""
        line, note, channel = views.chosen(view)
        who = _listening(Asker(team_of(body), body["user"]["id"], channel))

        async def filled() -> Plain:
            # not among the answers, of which slow ones may take all threads
            reply = await asyncio.to_thread(self._answers.doubt, who, line, note, self._now())
            return views.told(" ".join(reply.notes))

        await ack(response_action="update", view=await _made(filled))

    async def asked_for_address(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """The shortcut to read a page: asks for its address."""
        await ack()
        try:
            await client.views_open(trigger_id=body["trigger_id"], view=views.read_url())
        except FAILED as error:
            await self._too_late(error, Asker(team_of(body), body["user"]["id"]), body, client)

    async def address_given(self, ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient) -> None:
        """An address to read: what it says comes as a direct message."""
        await ack(response_action="update", view=views.told(phrase("slack.answered_directly")))
        who = Asker(team_of(body), body["user"]["id"])
        await self._answer(Read(views.address(view)), who, client, await self._direct(client, who))

    async def opened(self, body: Body, event: Body, client: AsyncWebClient) -> None:
        """The app's own pages: the home tab is made anew; beside the messages stands what can be asked."""
        who = Asker(team_of(body), event["user"])
        if event.get("tab") == "home":
            await self._publish(who, client)
            return
        prompts = [{"title": words, "message": words} for words in PROMPTS]
        try:
            await client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)
        except FAILED as error:
            LOG.info("nothing is suggested beside the messages: %s", error)

    async def removed(self, body: Body) -> None:
        """The app was removed from a workspace, or its token taken back."""
        await self._left(body)

    async def written(self, body: Body, event: Body, client: AsyncWebClient) -> None:
        """Words in a direct message; those of bots, and changes of messages, are no words to us."""
        if event.get("bot_id") or event.get("channel_type") != "im":
            return
        if event.get("subtype", OWN_WORDS[0]) not in OWN_WORDS:
            return
        if await self._is_new(body):
            who = Asker(team_of(body), event["user"], event["channel"], event.get("thread_ts", ""))
            await self._answer(
                parse(as_written(event.get("text", ""))), who, client, await self._direct(client, who)
            )

    async def mentioned(self, body: Body, event: Body, client: AsyncWebClient) -> None:
        """The bot's name in a channel: the answer stands in the thread of these words, or is seen by one alone."""
        if event.get("bot_id") or not await self._is_new(body):
            return
        said = parse(as_written(MENTION.sub(" ", event.get("text", ""))))
        thread = event.get("thread_ts") or event["ts"]
        who = Asker(team_of(body), event["user"], event["channel"], thread)

        async def show(message: Plain) -> None:
            if isinstance(said, PERSONAL):
                own = {key: value for key, value in message.items() if not key.startswith("unfurl")}
                await client.chat_postEphemeral(channel=who.channel, user=who.user, thread_ts=thread, **own)
            else:
                await client.chat_postMessage(channel=who.channel, thread_ts=thread, **message)

        await self._answer(said, who, client, show)

    async def about(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """“What changed about this?” on a message: its first link is read."""
        await ack()
        who = Asker(team_of(body), body["user"]["id"], body["channel"]["id"])
        link = LINK.search(_text_of(body["message"]))
        show = self._to(body["response_url"], client, who)
        if link is None:
            await self._show(failed(phrase("slack.no_link")), show)
        else:
            await self._answer(Read(unescaped(link[1])), who, client, show)

    # -- views -------------------------------------------------------------------------------------------------------

    async def _show_sources(self, said: Sources, who: Asker, body: Body, client: AsyncWebClient) -> None:
        async def filled() -> Plain:
            found = await self._aside(self._answers.passages, _listening(who), said.story, self._now())
            return views.sources(found)

        await self._modal(phrase("view.sources"), filled, body, client, who)

    async def _modal(
        self,
        title: str,
        filled: Callable[[], Awaitable[Plain]],
        body: Body,
        client: AsyncWebClient,
        who: Asker,
    ) -> None:
        """A modal that is open at once, since that can be done for three seconds only, and filled in later."""
        try:
            opened = await client.views_open(trigger_id=body["trigger_id"], view=views.looking(title))
        except FAILED as error:
            await self._too_late(error, who, body, client)
            return
        await self._fill(str(opened["view"]["id"]), filled, client, str(opened["view"].get("hash", "")))

    async def _too_late(self, error: Exception, who: Asker, body: Body, client: AsyncWebClient) -> None:
        """Who asked for a modal, and nobody else, hears that none came."""
        LOG.warning("a modal came too late: %s", error)
        late = failed(phrase("slack.too_late"))
        await self._show(late, await self._back(who, body, client))

    async def _fill(
        self, view: str, filled: Callable[[], Awaitable[Plain]], client: AsyncWebClient, state: str = ""
    ) -> None:
        """Updates a view; who has closed it meanwhile wants it no more."""
        made = await _made(filled)
        try:
            await client.views_update(view_id=view, view=made, hash=state or None)
        except FAILED as error:
            LOG.info("a view was not updated: %s", error)

    async def _publish(self, who: Asker, client: AsyncWebClient) -> None:
        """Makes somebody's home tab anew."""
        person = Target(NAME, who.team, "person", who.user)
        try:
            page = await self._aside(self._answers.home, person, self._now())
            await client.views_publish(user_id=who.user, view=views.home(page))
        except (NewsdeltaError, *FAILED):
            LOG.exception("a home tab could not be published")

    # -- how it is answered ------------------------------------------------------------------------------------------

    async def _answer(self, said: Command, who: Asker, client: AsyncWebClient, show: Show) -> None:
        """Answers, and says that it is told once it was shown."""
        reply = await self._reply(said, who, client)
        if reply.private or who.direct:
            shown = await self._show(reply, show)
        else:
            shown = await self._posted(reply, who, client, show)
        if shown:
            await self._aside(self._answers.sent, reply, self._now())
        if reply.file:
            name, text = reply.file
            await self._hand_over(who, client, filename=name, content=text)
        if isinstance(said, ShowTimeline) and plot.is_there() and (told := plot.days(reply)):
            drawn = await self._aside(plot.picture, reply.title, told)
            await self._hand_over(
                who, client, filename=PICTURE, file=drawn, alt_txt=plot.alt_text(reply.title, told)
            )

    async def _reply(self, said: Command, who: Asker, client: AsyncWebClient) -> Reply:
        async def answer() -> Reply:
            conversation, note = await self._conversation(said, who, client)
            reply = await self._aside(self._answers.answer, said, conversation, self._now())
            return replace(reply, notes=(*reply.notes, note)) if note else reply

        return await told(type(said).__name__, answer)

    async def _conversation(
        self, said: Command, who: Asker, client: AsyncWebClient
    ) -> tuple[Conversation, str]:
        """The conversation, and what kept us from knowing the rights of who asks, where they matter."""
        conversation = _listening(who)
        if who.direct or not isinstance(said, CHANGING):
            return conversation, ""
        found = await right(client, who.channel, who.user, self._managers)
        return replace(conversation, manages=found.manages), found.note

    async def _is_new(self, body: Body) -> bool:
        given = (NAME, team_of(body), str(body["event_id"]), self._now())
        return await self._aside(self._receive, *given)

    async def _direct(self, client: AsyncWebClient, who: Asker) -> Show:
        """Into the direct messages of who asks, under the words that were asked."""
        channel = who.channel or str((await client.conversations_open(users=who.user))["channel"]["id"])

        async def show(message: Plain) -> None:
            await client.chat_postMessage(channel=channel, thread_ts=who.thread or None, **message)

        return show

    async def _back(self, who: Asker, body: Body, client: AsyncWebClient) -> Show:
        """Where only who pressed sees it: among their direct messages with the bot, elsewhere by the address given.

        A message that one alone sees may stand where the bot can't write, as between two people.
        """
        url, seen_alone = body.get("response_url"), (body.get("container") or {}).get("is_ephemeral")
        if url and (seen_alone or not who.direct):
            return self._to(url, client, who)
        return await self._direct(client, who)

    def _to(self, url: str, client: AsyncWebClient, who: Asker) -> Show:
        """To the address that Slack gave for answers, seen by who asked alone; what it takes no more, in their messages."""
        hook, left = answering(url), USES

        async def show(message: Plain) -> None:
            nonlocal left
            if left:
                answer = await hook.send_dict(
                    {**message, "response_type": "ephemeral", "replace_original": False}
                )
                if answer.status_code == 200:
                    left -= 1
                    return
                if answer.status_code != OVER:
                    raise SlackClientError(f"{answer.status_code} {answer.body}")
                left = 0
            await (await self._direct(client, replace(who, channel="", thread="")))(message)

        return show

    async def _hand_over(self, who: Asker, client: AsyncWebClient, **file: Any) -> None:
        """A file, in the direct messages of who asked: one in a channel is seen by all."""
        try:
            opened = await client.conversations_open(users=who.user)
            await client.files_upload_v2(channel=opened["channel"]["id"], **file)
        except FAILED:
            LOG.exception("a file could not be handed over")
            if "content" in file:  # a picture tells nothing that was not told
                missing = failed(phrase("slack.no_file"))
                await self._show(missing, await self._direct(client, replace(who, thread="")))

    async def _posted(self, reply: Reply, who: Asker, client: AsyncWebClient, show: Show) -> bool:
        """Whether the channel saw the reply, what one message does not hold in its thread; else who asked hears why."""
        thread = [who.thread] if who.thread else []

        async def post(message: Plain) -> None:
            under = thread[0] if thread else None
            posted = await client.chat_postMessage(channel=who.channel, thread_ts=under, **message)
            thread.append(str(posted["ts"]))

        try:
            await _all(reply, post)
        except FAILED as error:
            LOG.warning("a reply could not be posted: %s", error)
            await self._show(failed(_not_posted(error)), show)
            return False
        return True

    async def _show(self, reply: Reply, show: Show) -> bool:
        """Whether the reply was shown."""
        try:
            await _all(reply, show)
        except FAILED:
            LOG.exception("a reply could not be shown")
            return False
        return True


async def _all(reply: Reply, show: Show) -> None:
    for message in RENDERER.render(reply, "answer"):
        await _either(message, show)


def _not_posted(error: Exception) -> str:
    """What the one who wanted it posted can do."""
    if not isinstance(error, SlackApiError):
        return phrase("slack.unsure")
    code = reason(error)
    return phrase("slack.not_invited" if code in UNINVITED else "slack.not_posted", code=code)


async def _either(message: Plain, show: Show) -> None:
    """Shows a message, and once more as plain text where Slack does not take its blocks."""
    plain = message["plain"]
    try:
        await show({key: value for key, value in message.items() if key != "plain"})
    except SlackClientError as error:
        if not any(code in str(error) for code in UNFIT):
            raise
        LOG.exception("blocks that Slack does not take")
        await show(plain)


async def _made(filled: Callable[[], Awaitable[Plain]]) -> Plain:
    """A view, or one that says what went wrong."""
    try:
        return await filled()
    except NewsdeltaError as error:
        return views.told(str(error))
    except Exception:  # whatever it was, who asked is told so, and the log gets the cause
        LOG.exception("a view could not be made")
        return views.told(phrase("fault"))


def _listening(who: Asker) -> Conversation:
    """The conversation of who changes nothing."""
    person = Target(NAME, who.team, "person", who.user)
    if who.direct:
        return Conversation(person)
    return Conversation(person, Target(NAME, who.team, "channel", who.channel), manages=False)


def _who_pressed(body: Body) -> Asker:
    message = body.get("message") or {}
    channel = (body.get("channel") or {}).get("id", "")
    return Asker(team_of(body), body["user"]["id"], channel, message.get("thread_ts", ""))


def team_of(body: Body) -> str:
    """The workspace that the app is installed in: in a channel that several share, who asks may be of another one.

    >>> team_of({"team_id": "T2", "authorizations": [{"team_id": "T1"}]})
    'T1'
    >>> team_of({"team": {"id": "T2"}, "view": {"app_installed_team_id": "T1"}})
    'T1'
    >>> team_of({"team": None, "user": {"id": "U1", "team_id": "T1"}})
    'T1'
    """
    granted = (body.get("authorizations") or [{}])[0].get("team_id")
    installed = (body.get("view") or {}).get("app_installed_team_id")
    own = body.get("team_id") or (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id")
    return str(granted or installed or own or "")


def as_written(text: str) -> str:
    """What somebody wrote, as Slack gives it: its links without brackets, its characters as they were.

    >>> as_written("read <https://x.example/?a=1&amp;b=2|x.example> on R&amp;D")
    'read https://x.example/?a=1&b=2 on R&D'
    """
    return unescaped(LINK.sub(r"\1", text)).strip()


def _text_of(message: Body) -> str:
    """The words of a message, with its links in angle brackets; of one that has none those of its blocks."""
    return str(message.get("text", "")) or " ".join(
        f"<{url}>" for url in re.findall(r"https?://[^\s\"'<>\\]+", str(message.get("blocks", "")))
    )
