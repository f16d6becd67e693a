"""What is deployed: the processes of the compose file, and commands that there are."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.cli import app
from bot.settings import Settings

DEPLOY = Path(__file__).parent.parent / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SECRETS = {"POSTGRES_PASSWORD": "x", "NEWSDELTA_SECRET_KEYS": "k" * 32}


def test_two_bots_and_three_workers_share_one_database():
    services = COMPOSE["services"]
    assert {name: services[name].get("deploy", {}).get("replicas", 1) for name in services} == {
        "bot": 2,
        "worker": 3,
        "database": 1,
    }
    assert services["bot"]["environment"] == services["worker"]["environment"]


def test_the_tokens_of_platforms_come_to_the_bots_from_outside_and_into_no_image():
    handed = COMPOSE["services"]["bot"]["environment"]
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN"):
        assert handed[name] == f"${{{name}:-}}"
    assert "**/.*" in (DEPLOY.parent / ".dockerignore").read_text("utf-8").splitlines()


def test_settings_that_the_compose_file_leaves_empty_are_as_if_they_were_not_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    left = [
        name for name, value in COMPOSE["services"]["bot"]["environment"].items() if value.endswith(":-}")
    ]
    for name in left:
        monkeypatch.delenv(name, raising=False)
    unset = Settings()
    for name in left:
        monkeypatch.setenv(name, "")
    assert Settings() == unset


def test_every_command_that_is_started_is_one_of_ours():
    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    unit = (DEPLOY / "newsdelta.service").read_text("utf-8")
    started = [service["command"][0] for service in COMPOSE["services"].values() if "command" in service]
    assert {*started, unit.partition("bin/newsdelta ")[2].split()[0]} <= known


def test_docker_takes_the_compose_file(monkeypatch):
    docker = shutil.which("docker")
    if (
        docker is None
        or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("there is no docker compose here to ask")
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    subprocess.run([docker, "compose", "-f", DEPLOY / "compose.yaml", "config", "--quiet"], check=True)
