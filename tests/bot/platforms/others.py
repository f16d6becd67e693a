"""The real program against a Slack that others have faked: `python -m tests.bot.platforms.others PROGRAM FOLDER`.

That one binds all addresses, so it is run where there is no network but the loopback.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

PORT = 3000
HOST = f"http://127.0.0.1:{PORT}"
CONFIG = """
workspace: {name: Port, domain: port, teamId: T01}
app: {appId: A01, botUserId: U0BOT, botName: newsdelta, botToken: xoxb-1, appToken: xapp-1, signingSecret: x, mode: socket}
users: [{id: U01ALICE, name: alice, real_name: Alice}]
channels: [{id: C01GEN, name: general, members: [U01ALICE, U0BOT]}]
"""
PATIENCE = 40


def asked(path, given=None):
    body = None if given is None else json.dumps(given).encode()
    request = urllib.request.Request(f"{HOST}{path}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def until(holds):
    begun = time.monotonic()
    while not (found := tried(holds)):
        assert time.monotonic() - begun < PATIENCE, "what was waited for did not come about"
        time.sleep(0.05)
    return found


def tried(holds):
    try:
        return holds()
    except OSError:
        return None


def said():
    """What the bot has said in the channel."""
    return [each["text"] for each in asked("/_control/messages/C01GEN")["messages"] if each.get("bot_id")]


def logged(summary):
    return [each for each in asked("/_control/log")["log"] if summary in each["summary"]]


def main(program, folder):
    config = Path(folder, "slack.yaml")
    config.write_text(CONFIG)
    environment = os.environ | {
        "NEWSDELTA_DATABASE_URL": f"sqlite:///{folder}/newsdelta.db",
        "NEWSDELTA_HTTP_PORT": "0",
        "NEWSDELTA_SECRET_KEYS": "k" * 32,
        "NEWSDELTA_SLACK_API_URL": f"{HOST}/api/",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
    }
    with subprocess.Popen(
        [program, "--config", config, "--port", str(PORT)], stdout=subprocess.DEVNULL
    ) as slack:
        until(lambda: asked("/_control/log"))
        with subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=environment) as bot:
            try:
                spoken()
            finally:
                bot.terminate()
        slack.terminate()
    assert bot.returncode == 0, bot.returncode
    print("well")


def spoken():
    """A command, a mention and the home tab are answered, each acknowledged."""
    who = {"user": "U01ALICE", "channel": "C01GEN"}
    until(lambda: logged("socket connected"))
    asked("/_control/command", {**who, "command": "/news", "text": "latest"})
    until(lambda: any("no articles here yet" in text for text in said()))
    asked("/_control/message", {**who, "text": "<@U0BOT> help latest"})
    until(lambda: any(text.startswith("latest [n]") for text in said()))
    asked("/_control/open-home", {"user": "U01ALICE"})
    until(lambda: logged("views.publish"))
    until(lambda: len(logged("ack ")) >= len(logged("envelope ")))


if __name__ == "__main__":
    main(*sys.argv[1:])
