"""The one place where the parts meet. It builds and connects, and holds no rule of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from os import cpu_count
from pathlib import Path
from random import Random
from secrets import token_bytes, token_hex
from shutil import disk_usage
from time import monotonic, time
from typing import TYPE_CHECKING, Any

import summarizers
import summarizers.digest
from bot import polling, replay
from bot.errors import UnreadableSource, WrongSettings
from bot.running import Here
from bot.sources import folder, watch
from bot.sources.named import at_address, is_address
from summarizers.types import Article, Digest, Document

if TYPE_CHECKING:
    from bot.answers import Answers
    from bot.delivery.doors import Delivery, Renderer
    from bot.findings import Finding
    from bot.platforms.discord import access as discord
    from bot.platforms.slack.access import Access
    from bot.ports import ArticleSource, Feed, FeedSource, Intake, Trouble
    from bot.replies import Reply
    from bot.running import Running
    from bot.settings import Settings
    from bot.sources import opml
    from bot.store import SqlStore
    from bot.web import Page
    from bot.work import InQueue, Left, Tasks
    from bot.workers import Workers

LIST_LIMIT = 5.0  # seconds for a list of feeds
WEEK = timedelta(days=7)
MOUNTS = Path("/proc/self/mounts")  # of Linux


def read(sources: Sequence[str]) -> tuple[Document, ...]:
    """The cleaned articles of addresses, files and folders, each once."""
    return tuple(
        {document.id: document for documents in read_each(sources) for document in documents}.values()
    )


def read_each(sources: Sequence[str]) -> list[tuple[Document, ...]]:
    """The cleaned articles of each source; UnreadableSource says which can't be read."""
    here = iter(folder.read_each([Path(source) for source in sources if not is_address(source)]))
    there = iter(_read_web([source for source in sources if is_address(source)]))
    groups = [next(there if is_address(source) else here) for source in sources]
    return [tuple(map(summarizers.clean, articles)) for articles in groups]


def _read_web(addresses: Sequence[str]) -> list[tuple[Article, ...]]:
    if not addresses:
        return []
    with web(settings()) as there:
        return [at_address(address, there.pages, there.feeds, now()) for address in addresses]


def read_digest(path: Path) -> Digest:
    """The digest that a file holds."""
    return summarizers.digest.read_digest(folder.read_text(path))


def articles(documents: Sequence[Document]) -> list[Article]:
    """The articles of documents."""
    return [document.article for document in documents]


def steps(documents: Sequence[Document]) -> Iterator[replay.Step]:
    """What each document changed against those before it."""
    return replay.replay(documents, summarizers.compare)


def replay_json(path: Path) -> dict[str, Any]:
    """The replay of a folder, as `newsdelta replay FOLDER --json` prints it."""
    return replay.as_json(steps(read([str(path)])))


def seeds() -> Path:
    """The folder of the five seeds: beside the packages in a checkout, inside `bot` in an installed wheel."""
    package = Path(__file__).parent
    for path in (package.parent / "seeds", package / "seeds"):
        if (path / folder.MANIFEST).is_file():
            return path
    raise UnreadableSource(
        "The five seed articles are not installed: run the demo in a checkout of the project, "
        "or name a folder of your own with: newsdelta replay FOLDER"
    )


# -- the web and the memory --------------------------------------------------------------------------------------------
# What they need is imported where they are opened: it takes longer to load than a command over texts takes to run.


@dataclass(frozen=True, slots=True)
class Web:
    """What reads pages and feeds, and pages that were saved."""

    pages: ArticleSource
    feeds: FeedSource
    html: folder.Html


@dataclass(frozen=True, slots=True)
class Memory:
    """The bot's memory at work: what is kept, and what reads into it and answers from it."""

    store: SqlStore
    intake: Intake
    web: Web
    answers: Answers


def settings() -> Settings:
    """What the operator has set; WrongSettings says what can't be used."""
    from bot.settings import read_settings  # noqa: PLC0415 - see above

    return read_settings()


@contextmanager
def web(settings: Settings) -> Iterator[Web]:
    """The guarded client, with the operator's exceptions, until the end of the block."""
    from bot.sources.feed import Feeds  # noqa: PLC0415 - see above
    from bot.sources.fetch import Client, GuardedFetcher  # noqa: PLC0415 - see above
    from bot.sources.page import Pages  # noqa: PLC0415 - see above
    from bot.sources.readers import Readers  # noqa: PLC0415 - see above

    with GuardedFetcher(Client(settings.fetch_allow)) as fetcher, Readers() as workers:
        pages = Pages(fetcher, workers, today)
        feeds = Feeds(fetcher, workers, pages, Random())  # noqa: S311 - because it only spreads requests
        yield Web(pages, feeds, folder.read_in(workers, today))


@contextmanager
def memory(running: Running | None = None) -> Iterator[Memory]:
    """The memory that the settings name, open until the end of the block; texts are worked on here, or as is said."""
    from bot.answers import Answers  # noqa: PLC0415 - see above
    from bot.ingest import Intake  # noqa: PLC0415 - see above
    from summarizers.stream import Stream  # noqa: PLC0415 - see above

    own, running = settings(), running or Here()
    with closing(open_store(own)) as store, web(own) as there:
        intake = Intake(store, Stream(), running)
        answers = Answers(store, there.pages, intake, there.feeds, store.outbox, running)
        yield Memory(store, intake, there, answers)


def workers() -> Workers:
    """As many processes as there are cores; they read their libraries at once."""
    from bot.workers import Workers  # noqa: PLC0415 - see above

    return Workers(cpu_count() or 1, preload=("bot.answers", "bot.ingest")).warm()


@contextmanager
def serving(
    write: Callable[[str], object], *, scale: bool = False
) -> Iterator[Callable[[], Coroutine[Any, Any, bool]]]:
    """What runs the bot until a signal ends it; on SQLite one alone. With `scale` others do the work (`working`)."""
    from bot import serving as at_work  # noqa: PLC0415 - see above
    from bot import web as pages  # noqa: PLC0415 - see above
    from bot.answers import feeds  # noqa: PLC0415 - see above
    from bot.delivery.notices import FeedNotices, Notices  # noqa: PLC0415 - see above
    from bot.delivery.pump import Pump  # noqa: PLC0415 - see above
    from bot.work import InThreads  # noqa: PLC0415 - see above

    own = settings()
    if scale:
        _many(own)
    with workers() as apart, memory(apart) as parts, parts.store.serving():
        outbox = parts.store.outbox
        chance = Random().random  # noqa: S311 - because it only spreads requests
        notices = Notices(outbox, renderers(), now)
        news = FeedNotices(outbox, renderers(), feeds.news, now)
        platforms = _platforms(own, parts, write)
        tasks, left = _tasks(parts)
        work = _queue(parts) if scale else InThreads(tasks, cpu_count() or 1, left)
        pump = Pump(
            outbox,
            {name: platform.delivery for name, platform in platforms.items() if platform.delivery},
            clock=monotonic,
            now=now,
            chance=chance,
            closed=notices.closed,
        )
        readiness = at_work.Readiness()
        listening = {
            name: partial(platform.listen, partial(readiness.report, name))
            for name, platform in platforms.items()
            if platform.listen
        }
        beside: list[Callable[[], Coroutine[Any, Any, None]]] = []
        if own.http_port:
            routes = [route for platform in platforms.values() for route in platform.routes]
            page = pages.app(readiness.wrong, routes)
            beside.append(partial(pages.run, page, own.http_host, own.http_port))
        keep = timedelta(days=own.keep_days)
        sent_to = tuple(name for name, platform in platforms.items() if platform.delivery)
        bot = at_work.Bot(parts.store, outbox, work, pump, now, keep, sent_to, chance, news.tell)
        yield partial(at_work.serve, bot, readiness, beside=beside, listening=listening)


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform that is served: where its messages go, what listens to it until it is cancelled, and its pages.

    What listens is told whom to report to what is in its way. Without a delivery its messages wait.
    """

    delivery: Delivery | None
    listen: Callable[[Callable[[str], None]], Coroutine[Any, Any, None]] | None = None
    routes: Sequence[Page] = ()


def _platforms(own: Settings, parts: Memory, write: Callable[[str], object]) -> Mapping[str, Platform]:
    """The console, and those that have tokens."""
    from bot.platforms import console  # noqa: PLC0415 - see above

    served = {console.NAME: Platform(console.ConsoleDelivery(write))}
    if own.slack_bot_token.get_secret_value() or own.slack_oauth:
        served["slack"] = _unless_wrong(partial(_slack, own, parts))
    if own.discord_token.get_secret_value().strip():
        served["discord"] = _unless_wrong(partial(_discord, own, parts))
    return served


def _unless_wrong(build: Callable[[], Platform]) -> Platform:
    """A platform; one whose settings can't be right says so as soon as it is to listen, and the others go on."""
    try:
        return build()
    except WrongSettings as error:
        wrong = error

    async def listen(_: Callable[[str], None]) -> None:
        raise wrong

    return Platform(None, listen)


def _discord(own: Settings, parts: Memory) -> Platform:
    """Discord, through its gateway; whoever sends needs no connection to that."""
    from bot.platforms.discord import access, clients, service  # noqa: PLC0415 - see above
    from bot.platforms.discord.app import DiscordBot  # noqa: PLC0415 - see above
    from bot.platforms.discord.delivery import NAME, DiscordDelivery  # noqa: PLC0415 - see above
    from bot.ports import Target  # noqa: PLC0415 - see above

    for fault in access.faults(discord_access()):
        raise WrongSettings(fault)
    clients.at(own.discord_api_url, own.discord_gateway_url)
    token = own.discord_token.get_secret_value().strip()
    invalid, pace = clients.Invalid(), clients.Pace()  # of all that this process asks
    api = clients.Api(token, invalid, pace)
    listen = partial(
        service.listen,
        DiscordBot(parts.answers, parts.store.receive, now),
        token,
        trace=clients.watching(invalid, pace),
        store=parts.store,
        admitted=partial(parts.store.outbox.reopen, "platform", Target(NAME, "", "channel", "")),
        shard_ids=own.discord_shard_ids,
        shard_count=own.discord_shard_count,
    )

    async def begin(report: Callable[[str], None]) -> None:
        try:
            await listen(report)
        finally:
            await api.close()

    return Platform(DiscordDelivery(api), begin)


def _slack(own: Settings, parts: Memory) -> Platform:
    """Slack: of one workspace by its token, or of all that install the app; through a socket, or over HTTP."""
    from bot.platforms.slack import access, installs, requests, service  # noqa: PLC0415 - see above
    from bot.platforms.slack.app import SlackBot  # noqa: PLC0415 - see above
    from bot.platforms.slack.clients import Api, Clients, OneWorkspace  # noqa: PLC0415 - see above
    from bot.platforms.slack.delivery import NAME, SlackDelivery  # noqa: PLC0415 - see above
    from bot.store.engine import asynchronous  # noqa: PLC0415 - see above

    given = slack_access()
    for fault in access.faults(given):
        raise WrongSettings(fault)
    api, store = Api(own.slack_api_url), parts.store
    clients: Clients = OneWorkspace(api, own.slack_bot_token.get_secret_value())
    installations, engine, routes = None, None, []
    if own.slack_oauth:
        cipher, states = installs.cipher(given.keys), installs.cipher(given.keys, "states of installing")
        admitted = partial(store.readmit, NAME)
        engine = asynchronous(own.database)
        installations = installs.Installations(own.slack_client_id, engine, cipher, admitted)
        secret = own.slack_client_secret.get_secret_value()
        clients = installs.InstalledClients(installations, api, secret)
        routes = requests.install_pages(api, own.slack_client_id, secret, installations, states)
    left = partial(installs.left, store=store, installations=installations)
    bot = SlackBot(parts.answers, store.receive, own.slack_managers, now, left)
    listen = partial(service.through_a_socket, bot, api, clients, own.slack_app_token.get_secret_value())
    if own.slack_mode == "http":
        signing = own.slack_signing_secret.get_secret_value()
        routes += requests.events(partial(service.app, bot, api, clients, signing), signing, time)
        listen = partial(service.over_http, api)
    if routes and not own.http_port:
        raise WrongSettings("Slack's requests need the bot's pages: set NEWSDELTA_HTTP_PORT to a port.")

    async def begin(report: Callable[[str], None]) -> None:
        try:
            await access.settle(given)
            if installations and len(given.keys) > 1:
                await installations.reseal()
            await listen(report)
        finally:
            if engine:
                await engine.dispose()

    return Platform(SlackDelivery(clients), begin, routes)


def slack_access() -> Access:
    """What the operator has set for Slack."""
    from bot.platforms.slack.access import Access  # noqa: PLC0415 - see above

    own = settings()
    return Access(
        own.slack_api_url,
        own.slack_bot_token.get_secret_value(),
        own.slack_app_token.get_secret_value(),
        own.slack_signing_secret.get_secret_value(),
        own.slack_client_id,
        own.slack_client_secret.get_secret_value(),
        tuple(key.get_secret_value() for key in own.secret_keys),
        http=own.slack_mode == "http",
        oauth=own.slack_oauth,
    )


def check_slack(user: str, reply: Reply | None) -> list[Finding]:
    """Whether what is set gives access to Slack; a member, if any, gets the reply."""
    from bot.platforms.slack.access import check  # noqa: PLC0415 - see above
    from bot.render.slack import SlackRenderer  # noqa: PLC0415 - see above

    return asyncio.run(check(slack_access(), user, SlackRenderer().render(reply, "root") if reply else ()))


def discord_access() -> discord.Access:
    """What the operator has set for Discord."""
    from bot.platforms.discord import access  # noqa: PLC0415 - see above

    own = settings()
    return access.Access(own.discord_api_url, own.discord_token.get_secret_value())


def check_discord(reply: Reply | None) -> list[Finding]:
    """Whether what is set gives access to Discord; the application's owner gets the reply, if any."""
    from bot.platforms.discord.access import check  # noqa: PLC0415 - see above
    from bot.render.discord import DiscordRenderer  # noqa: PLC0415 - see above

    messages = DiscordRenderer().render(reply, "answer") if reply else ()
    return asyncio.run(check(discord_access(), messages))


def examined() -> list[Finding]:
    """What is well and what is not, of all that the bot needs; nothing is sent."""
    from bot import doctor, web  # noqa: PLC0415 - see above

    try:
        own = settings()
    except WrongSettings as error:
        return [doctor.wrong(str(error))]
    checks: list[doctor.Check] = [partial(_examined_memory, own)]
    if slack_access().begun:
        checks.append(partial(doctor.of_platform, "Slack", partial(check_slack, "", None)))
    if discord_access().begun:
        checks.append(partial(doctor.of_platform, "Discord", partial(check_discord, None)))
    if len(checks) == 1:
        checks.append(doctor.no_platform)
    if own.http_port:
        place = own.http_host, own.http_port
        checks.append(partial(doctor.pages, *place, partial(web.serving, *place)))
    return [doctor.well("The settings can be used."), *doctor.examined(checks)]


def _examined_memory(own: Settings) -> Iterator[Finding]:
    from bot import doctor  # noqa: PLC0415 - see above
    from bot.store import REVISION, file_of, schema_at  # noqa: PLC0415 - see above

    def look() -> Trouble:
        with store() as opened:
            opened.receive("doctor", "", token_hex(8), now())  # a row that is gone within the hour
            return opened.trouble(now() - WEEK)

    file = file_of(own.database)
    yield from doctor.disk(file.parent if file else own.folder, lambda place: disk_usage(place).free)
    if file:
        yield from doctor.file(file, MOUNTS.read_text("utf-8", "replace") if MOUNTS.exists() else "")
    yield from doctor.memory(schema_at(own.database), REVISION, look)


def renderers() -> Mapping[str, Renderer]:
    """How messages look, on every platform: any process composes for any of them."""
    from bot.platforms.console import ConsoleRenderer  # noqa: PLC0415 - see above
    from bot.render.discord import DiscordRenderer  # noqa: PLC0415 - see above
    from bot.render.slack import SlackRenderer  # noqa: PLC0415 - see above

    return {each.platform: each for each in (ConsoleRenderer(), DiscordRenderer(), SlackRenderer())}


@contextmanager
def working() -> Iterator[Callable[[], Coroutine[Any, Any, bool]]]:
    """What does the work that `serving` hands out, until a signal ends it."""
    from bot.serving import DRAIN  # noqa: PLC0415 - see above
    from bot.work import work_off  # noqa: PLC0415 - see above

    own = settings()
    _many(own)
    with workers() as apart, memory(apart) as parts:
        tasks, left = _tasks(parts)
        yield partial(work_off, own.database, tasks, cpu_count() or 1, DRAIN, left)


def _queue(parts: Memory) -> InQueue:
    """The queue in which a tick puts work in its own transaction."""
    from bot.work import InQueue  # noqa: PLC0415 - see above

    queue = InQueue(parts.store.database.sharing)
    parts.store.outbox.defer = lambda connection, lanes: queue.defer(connection, "compose", lanes)
    return queue


def _many(settings: Settings) -> None:
    """WrongSettings where the database is a file, which many processes can't share."""
    if settings.database.startswith("sqlite"):
        raise WrongSettings(
            "Many processes need PostgreSQL: set NEWSDELTA_DATABASE_URL=postgresql://… first."
        )


def _tasks(parts: Memory) -> tuple[Tasks, Left]:
    """What is handed out (a slot to compose, by its lane; a feed to ask, by its id), and what gives slots back."""
    from bot.delivery.compose import Composer  # noqa: PLC0415 - see above
    from bot.delivery.notices import Notices  # noqa: PLC0415 - see above

    outbox, looks = parts.store.outbox, renderers()
    chance = Random().random  # noqa: S311 - because it only spreads requests
    composer = Composer(outbox, parts.answers, looks, chance, Notices(outbox, looks, now).uncomposed)
    tasks: Tasks = {
        "compose": lambda lane: composer.compose(lane, now()),
        "poll": lambda feed: polling.poll_one(feed, parts.store, parts.web.feeds, parts.intake, now()),
    }
    return tasks, lambda: composer.stop(now())


def read_source(memory: Memory, source: str) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    """The articles of an address, a file or a folder, and a sentence for each file that can't be read."""
    if is_address(source):
        return at_address(source, memory.web.pages, memory.web.feeds, now()), ()
    scan = watch.changes(Path(source), {}, memory.web.html)
    return scan.articles, scan.failed


def read_feed_list(path: Path) -> tuple[opml.Outline, ...]:
    """The feeds of an OPML file, read where it can be stopped."""
    from bot.sources import opml  # noqa: PLC0415 - see above
    from bot.sources.readers import Readers  # noqa: PLC0415 - see above

    with Readers() as workers:
        return workers.run(opml.read, folder.read_bytes(path), limit=LIST_LIMIT)


def feed_list(feeds: Iterable[Feed]) -> str:
    """Feeds as OPML, for other readers."""
    from bot.sources import opml  # noqa: PLC0415 - see above

    return opml.write(opml.Outline(feed.url, feed.title) for feed in feeds).decode("ascii")


@contextmanager
def store() -> Iterator[SqlStore]:
    """The database alone, open until the end of the block."""
    with closing(open_store(settings())) as opened:
        yield opened


def open_store(settings: Settings) -> SqlStore:
    """The database that the settings name."""
    from bot import store  # noqa: PLC0415 - see above

    return store.open_store(settings.database, key=_key(settings))


def _key(settings: Settings) -> bytes:
    """The operator's key, else one made once and kept in a file of the user's."""
    for key in settings.secret_keys:
        return key.get_secret_value().encode()
    path = settings.folder / "key"
    if not path.exists():
        _make_key(path)
    return path.read_bytes()


def _make_key(path: Path) -> None:
    """A new key in a file of its owner's; of two processes that make one at once, the first one's counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"key.{token_hex(8)}")
    own.touch(0o600)
    own.write_bytes(token_bytes(32))
    with suppress(FileExistsError):
        path.hardlink_to(own)
    own.unlink()


def now() -> datetime:
    """The time; nowhere else is the clock asked."""
    return datetime.now(UTC)


def today() -> date:
    """The day of the time."""
    return now().date()
