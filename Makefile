# Every target makes .venv itself, once: the stamp is newer than what it was made from.
DATA ?= $(wildcard ../shared)
export SPECS ?= $(wildcard ../shared/reference/specs)
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt
PROCESSES ?= 3
SLACK_TYPES := $(if $(shell command -v node),.venv/slack-types/stamp)
SLACK_FAKES := $(if $(shell command -v node),.venv/slack-fakes/stamp)

.PHONY: demo test check bench bench-memory soak train pictures

demo: .venv/stamp
	@$(BIN)/newsdelta demo

test: .venv/stamp-dev $(SLACK_TYPES)
	@$(BIN)/pytest -n $(PROCESSES) --dist loadfile

check: .venv/stamp-dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/pytest --quiet --quiet --no-header --no-summary tests/test_rooms.py tests/test_public_names.py > .venv/check.log || { cat .venv/check.log; exit 1; }

bench: .venv/stamp-dev
	@$(BIN)/python -m bench.quality $(if $(DATA),--data $(DATA))
	@$(BIN)/python -m bench.speed

# Takes a quarter of an hour: a full memory on both databases, a long stream of articles, an outbox at its peak, many processes, the event loop.
bench-memory: .venv/stamp-dev
	@$(BIN)/python -m bench.store
	@$(BIN)/python -m bench.stream
	@$(BIN)/python -m bench.delivery
	@$(BIN)/python -m bench.scale
	@$(BIN)/python -m bench.lag
	@$(BIN)/python -m bench.slack
	@$(BIN)/python -m bench.discord

soak: .venv/stamp-dev $(SLACK_FAKES)
	@$(BIN)/python -m bench.soak $(if $(DATA),--data $(DATA))
	@SOAK=1 $(BIN)/pytest tests/bot/delivery tests/bot/platforms tests/bot/store/test_outbox_alike.py tests/bot/store/test_outbox_together.py tests/bot/test_serving.py

train: .venv/stamp-dev
	@$(BIN)/python -m bench.train $(if $(DATA),--data $(DATA))

# Needs a Chromium on the machine, such as Debian's package chromium.
pictures: .venv/stamp-dev
	@$(INSTALL) --editable '.[pictures]'
	@$(BIN)/python -m bench.pictures

# The stamp of the development install counts for the plain one too, so that nothing is installed twice.
.venv/stamp: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing into .venv, once: this takes a minute." >&2
	@$(INSTALL) --editable .
	@touch $@

.venv/stamp-dev: pyproject.toml constraints.txt | .venv/bin/python
	@$(INSTALL) --editable '.[dev]'
	@touch .venv/stamp $@

.venv/bin/python:
	@$(PYTHON) -m venv .venv

# Slack as others have faked it, for one test of the soak.
.venv/slack-fakes/stamp: tests/slack_fakes/package.json tests/slack_fakes/package-lock.json | .venv/bin/python
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@npm ci --prefix $(@D) --silent --ignore-scripts --no-audit --no-fund && touch $@ || echo "local-slack can't be had from npm: one test is skipped."

# Slack's own types, for one test, which says that it is skipped where there is no node.
.venv/slack-types/stamp: tests/slack_types/package.json tests/slack_types/package-lock.json | .venv/bin/python
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@npm ci --prefix $(@D) --silent --ignore-scripts --no-audit --no-fund && touch $@ || echo "Slack's types can't be had from npm: one test is skipped."
