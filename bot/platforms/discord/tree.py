"""What Discord lists as commands of ours: `/news` with every word of the grammar, and an entry in the menu of messages.

https://docs.discord.com/developers/interactions/application-commands: a command has 25 children, a name 32 characters and
no capitals, a description 100; all names, descriptions and values of a command together 8,000, counting the longest language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature
from itertools import groupby
from keyword import iskeyword
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, AppCommandThread, Choice, locale_str

from bot.commands import FORMS, Blank, Command, Form, fill
from bot.phrases import LANGUAGES, phrase
from bot.render.fit import visible

NAME = "news"
CHOICES, VALUE = 25, 100  # choices of a list, characters of one
COMPLETED = frozenset(
    ("story", "feed", "topic", "zone")
)  # the kinds of blanks that have a list of what may be meant
OF_A_CHANNEL = frozenset(
    "schedule follow unfollow mute unmute quiet".split()
)  # what is about one may name another
TAGGED = "schedule add"
PLACES = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

Place = AppCommandChannel | AppCommandThread
Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody chose: a command, and for a schedule or a wish the channel that it is about and the tag of its posts."""

    command: Command
    channel: Place | None = None
    tag: str = ""


Run = Callable[[Interaction, Asked], Awaitable[None]]
Complete = Callable[
    [Interaction, str, str], Awaitable[Sequence[tuple[str, str]]]
]  # (kind, typed) → names and values
About = Callable[[Interaction, discord.Message], Awaitable[None]]


class Languages(app_commands.Translator):
    """Says in another language what bears a key of our phrases."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        del context
        language = locale.value
        key = string.extras.get("key")
        return str(phrase(key, language)) if key and language in LANGUAGES else None


class Tree(app_commands.CommandTree[Any]):
    """A tree that is translated from the beginning: the SDK's own is told so by a coroutine, after which it syncs."""

    @property
    def translator(self) -> app_commands.Translator:
        return LANGUAGE


LANGUAGE = Languages()


def build(client: discord.Client, run: Run, complete: Complete, about: About) -> Tree:
    """The commands of a client, which must have none yet.

    `run` gets what was chosen, an Unknown too; `complete` what is typed into a "story", "feed", "topic", "zone" or "tag",
    and need not be brief: what is too much or too long is left out here; `about` the message that was pointed at.
    """
    tree = Tree(
        client,
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )
    news = app_commands.Group(name=NAME, description=_say("slash.about"))
    for word, forms in groupby(FORMS, lambda form: form.words.split()[0]):
        _add(news, word, list(forms), _Doors(run, complete))
    tree.add_command(news)

    async def pointed(interaction: Interaction, message: discord.Message) -> None:
        await about(interaction, message)

    tree.add_command(app_commands.ContextMenu(name=_say("menu.changed"), callback=pointed))
    return tree


def payload(tree: Tree) -> list[dict[str, Any]]:
    """The commands as they are registered, in every language: what `tree.sync()` sends."""
    return [_at_once(each.get_translated_payload(tree, tree.translator)) for each in tree.get_commands()]


def fingerprint(commands: Iterable[dict[str, Any]]) -> str:
    """What a payload is known by: the same from one start to the next, another where anything changed."""
    plain = json.dumps(list(commands), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _at_once(translated: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """What a coroutine gives that waits for nothing; our translations are at hand."""
    try:
        translated.send(None)
    except StopIteration as done:
        return dict(done.value)
    raise AssertionError("a translation that has to wait")


# -- a word and its forms ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Doors:
    run: Run
    complete: Complete


def _add(news: app_commands.Group, word: str, forms: list[Form], doors: _Doors) -> None:
    if forms[0].words == word:
        news.add_command(_command(forms[0], doors))
        return
    key = f"help.{word}" if len(forms) > 1 else f"help.{forms[0].words}"
    group = app_commands.Group(name=_say(f"slash.{word}"), description=_say(key), parent=news)
    for form in forms:
        group.add_command(_command(form, doors))


def _command(form: Form, doors: _Doors) -> app_commands.Command[Any, ..., None]:
    """A command whose options are the blanks of a form. The SDK reads them from the signature of what it calls."""

    async def chosen(interaction: Interaction, **given: Any) -> None:
        channel, tag = given.pop("channel", None), given.pop("tag", None)
        filled = {name.rstrip("_"): value for name, value in given.items()}
        await doors.run(interaction, Asked(fill(form, filled), channel, tag or ""))

    blanks = _blanks(form)
    kinds = [_parameter(blank) for blank in blanks]
    first = Parameter("interaction", Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction)
    chosen.__signature__ = Signature([first, *kinds])  # type: ignore[attr-defined] # what inspect.signature looks for
    named = {kind.name: blank for kind, blank in zip(kinds, blanks, strict=True)}
    app_commands.rename(**{name: _say(f"blank.{blank.name}") for name, blank in named.items()})(chosen)
    app_commands.describe(**{name: _say(f"blank.{blank.name}.what") for name, blank in named.items()})(chosen)
    app_commands.choices(**{name: _choices(blank) for name, blank in named.items() if blank.choices})(chosen)
    app_commands.autocomplete(
        **{
            name: _completing(blank.kind if blank.kind in COMPLETED else blank.name, doors.complete)
            for name, blank in named.items()
            if blank.kind in COMPLETED or blank == TAG
        }
    )(chosen)
    key = f"slash.{form.words}"
    about = f"help.{form.words}" if f"help.{form.words}" in LANGUAGES["en"] else f"{key}.what"
    return app_commands.Command(name=_say(key), description=_say(about), callback=chosen)


CHANNEL = Blank("channel", "text")
TAG = Blank("tag", "text", most=VALUE)


def _blanks(form: Form) -> tuple[Blank, ...]:
    """What is filled in: what the grammar asks for, then where it is about."""
    channel = (CHANNEL,) if form.words.split()[0] in OF_A_CHANNEL else ()
    return (*form.blanks, *channel, *((TAG,) if form.words == TAGGED else ()))


class _Where(app_commands.Transformer):
    """A channel as Discord describes it; the bot need not see it."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return PLACES

    async def transform(self, interaction: Interaction, value: Any, /) -> Any:
        del interaction
        return value


def _parameter(blank: Blank) -> Parameter:
    name = f"{blank.name}_" if iskeyword(blank.name) else blank.name
    default = Parameter.empty if blank.required else None
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=_type(blank), default=default)


def _type(blank: Blank) -> Any:
    if blank == CHANNEL:
        return _Where()
    match blank.kind:
        case "flag":
            return bool | None
        case "number":
            return app_commands.Range[int, 1, blank.most]
        case _:
            return str | None if blank.choices else app_commands.Range[str, 1, blank.most]


def _choices(blank: Blank) -> list[Choice[str]]:
    """A few values, said in the language of who chooses; the words of the grammar are called as they are there."""
    room = "slash" if blank.name == "word" else "choice"
    return [
        Choice(name=_say(f"{room}.{value.partition(' ')[0] if room == 'slash' else value}"), value=value)
        for value in blank.choices
    ]


def _completing(
    kind: str, complete: Complete
) -> Callable[[Interaction, str], Coroutine[Any, Any, list[Choice[str]]]]:
    async def completed(interaction: Interaction, typed: str) -> list[Choice[str]]:
        found = await complete(interaction, kind, typed)
        fitting = [(_short(name), value) for name, value in found if 0 < len(value) <= VALUE]
        return [Choice(name=name, value=value) for name, value in fitting if name][:CHOICES]

    return completed


def _short(name: str) -> str:
    name = visible(" ".join(name.split()))
    return name if len(name) <= VALUE else name[: VALUE - 1] + "…"


def _say(key: str) -> locale_str:
    return locale_str(str(phrase(key)), key=key)
