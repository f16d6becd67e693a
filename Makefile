# Every target makes .venv itself, once: the stamp is newer than what it was made from.
DATA ?= $(wildcard ../shared)
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench soak train

demo: .venv/stamp
	@$(BIN)/newsdelta demo

test: .venv/stamp-dev
	@$(BIN)/pytest

check: .venv/stamp-dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/pytest --quiet --quiet --no-header --no-summary tests/test_rooms.py tests/test_public_names.py > .venv/check.log || { cat .venv/check.log; exit 1; }

bench: .venv/stamp-dev
	@$(BIN)/python -m bench.quality $(if $(DATA),--data $(DATA))
	@$(BIN)/python -m bench.speed

soak: .venv/stamp-dev
	@$(BIN)/python -m bench.soak $(if $(DATA),--data $(DATA))

train: .venv/stamp-dev
	@$(BIN)/python -m bench.train $(if $(DATA),--data $(DATA))

.venv/stamp: pyproject.toml constraints.txt
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/stamp-dev: .venv/stamp
	@$(BIN)/pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
