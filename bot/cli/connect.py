"""The commands that connect a platform."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from bot import wiring
from bot.cli import screen
from bot.cli.app import AsJson, app, print_json, print_text
from bot.cli.found import told
from bot.errors import WrongCall
from bot.phrases import phrase
from bot.platforms.discord.invitation import adopt, invite
from bot.platforms.slack.manifest import INSTALL_PATH, as_yaml, manifest
from bot.replies import SIGHT, Reply, Section, in_sight

connect = typer.Typer(
    help="Connect a platform, step by step.",
    epilog="Example: newsdelta connect slack",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(connect, name="connect")

CREATE = """\
 1. Open https://api.slack.com/apps: “Create New App”, “From a manifest”, and choose your workspace. Under YAML, put
    all of this in the place of what stands there (lines that begin with # do no harm): “Next”, “Create”."""
INSTALL = """\
 2. “Install App” on the left, “Install to …”, “Allow”. Copy the “Bot User OAuth Token” into the file .env:
    SLACK_BOT_TOKEN=xoxb-…"""
CHECK = """\
    newsdelta connect slack              says whether all that works, and what does not
    newsdelta connect slack --user U…    sends one private test digest to you. Your id: in Slack, your picture
                                         below on the left, “Profile”, the three dots, “Copy member ID”
    newsdelta serve                      then write in Slack: /news help"""
OVER_A_SOCKET = f"""\
newsdelta in Slack, step by step. The bot calls Slack: nothing of yours has to be reachable from outside.
{CREATE}
{INSTALL}
 3. “Basic Information”, “App-Level Tokens”, “Generate Token and Scopes”: any name, “Add Scope” connections:write,
    “Generate”. Copy it into the same file:
    SLACK_APP_TOKEN=xapp-…
 4. Then, where the file .env is:
{CHECK}
"""
OVER_HTTP = f"""\
newsdelta in Slack, step by step. Slack calls the bot, at {{url}},
which must lead, with HTTPS, to NEWSDELTA_HTTP_HOST and NEWSDELTA_HTTP_PORT.
{CREATE}
{INSTALL}
 3. “Basic Information”, “App Credentials”: copy the “Signing Secret”, and say that Slack calls:
    SLACK_SIGNING_SECRET=…
    NEWSDELTA_SLACK_MODE=http
 4. Then, where the file .env is:
{CHECK}
 5. While it serves: “Event Subscriptions”, and where it says that the address is not verified, “Retry”.
 For many workspaces, in the place of 2:
    “Manage Distribution”, “Activate Public Distribution”. From “Basic Information”, “App Credentials”:
    SLACK_CLIENT_ID=…
    SLACK_CLIENT_SECRET=…
    NEWSDELTA_SLACK_OAUTH=1
    NEWSDELTA_SECRET_KEYS=…              a key of your own: the output of openssl rand -hex 32
    Whoever wants the bot in their workspace opens {{url}}{INSTALL_PATH}
"""
IN_DISCORD = """\
newsdelta in Discord, step by step. The bot calls Discord: nothing of yours has to be reachable from outside.
 1. Open https://discord.com/developers/applications and log in: “New Application”, any name, “Create”.
 2. “Bot” on the left: “Reset Token”, “Yes, do it!”, “Copy”. Put it into a file .env where you are:
    DISCORD_TOKEN=…
    Leave everything else as it is: the bot needs none of the “Privileged Gateway Intents”.
 3. “General Information”: copy the “Application ID”. It stands for APPLICATION_ID in this link:
    {invite}
    Open it, choose a server that you may manage, “Continue”, “Authorize”.
    Without a server, for yourself alone, wherever you are: open this one instead.
    {adopt}
    newsdelta connect discord prints both whole, once the token is set.
 4. Then, where the file .env is:
    newsdelta connect discord            says whether all that works, and what does not; if all does, you get one
                                         private test digest in your direct messages
    newsdelta serve                      then write in Discord: /news help
"""


@connect.command(epilog="Example: newsdelta connect slack · newsdelta connect slack --user U024BE7LH")
def slack(
    *,
    http: Annotated[
        str,
        typer.Option(
            "--http", metavar="URL", help="The manifest for a bot that Slack calls at this address."
        ),
    ] = "",
    user: Annotated[
        str, typer.Option("--user", metavar="ID", help="Send this member one private test digest.")
    ] = "",
    again: Annotated[bool, typer.Option("--manifest", help="Print the manifest, whatever is set.")] = False,
    json_: AsJson = False,
) -> int:
    """Print the app's manifest and the steps; once tokens are set, say whether they work.

    The exit code is 1 where something does not.
    """
    if http or again or not wiring.slack_access().begun:
        if user:
            raise WrongCall("Nothing can be sent yet: first follow the steps of newsdelta connect slack.")
        if json_:
            print_json({"manifest": manifest(http)})
        else:
            print_text(steps(http))
        return 0
    if not told(wiring.check_slack(user, _first_digest() if user else None), json_=json_):
        return 1
    if not user and not json_:
        screen.notes([phrase("connect.user")])
    return 0


def steps(http: str) -> str:
    """The manifest, under the steps to take as comments, so that the whole can be pasted."""
    made = manifest(http)
    told = OVER_HTTP.format(url=http.rstrip("/")) if http else OVER_A_SOCKET
    return "".join(f"# {line}\n" for line in told.splitlines()) + as_yaml(made)


@connect.command(epilog="Example: newsdelta connect discord · newsdelta connect discord --check")
def discord(
    *,
    check: Annotated[bool, typer.Option("--check", help="Send no test digest, only say what works.")] = False,
    again: Annotated[bool, typer.Option("--steps", help="Print the steps, whatever is set.")] = False,
    application: Annotated[
        str, typer.Option("--application", metavar="ID", help="Print the invite link of this application.")
    ] = "",
    json_: AsJson = False,
) -> int:
    """Print the steps; once a token is set, say whether it works, and send you one private test digest.

    The exit code is 1 where something does not work.
    """
    if application and not re.fullmatch(r"[0-9]{15,22}", application):
        raise WrongCall(f"{application} is no Application ID: copy it from the page General Information.")
    if application or again or not wiring.discord_access().begun:
        number = application or "APPLICATION_ID"
        links = {"invite": invite(number), "adopt": adopt(number)}
        if json_:
            print_json(links)
        else:
            print_text(IN_DISCORD.format(**links))
        return 0
    if not told(wiring.check_discord(None if check else _first_digest()), json_=json_):
        return 1
    if check and not json_:
        screen.notes([phrase("connect.check")])
    return 0


def _first_digest() -> Reply:
    """What the first of the seeds tells."""
    documents = wiring.read([str(wiring.seeds())])
    digest = next(wiring.steps(documents)).digest
    section = Section(digest=in_sight(digest, SIGHT["normal"]))
    return Reply(
        digest.title or phrase("changed.title"),
        (phrase("connect.test"),),
        (section,),
        tuple(wiring.articles(documents)),
    )
