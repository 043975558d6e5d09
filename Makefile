# The one door. `make digest` sets up and runs the main job; `make test` sets up and passes the tests.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=
WORKERS ?= auto
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup setup-dev digest demo test lint types contracts quality fit faults faults-long docker-check bench docs email-qa e2e check lock format clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.run ## what running needs: a virtual environment from the hashed lock file
setup-dev: $(VENV)/.dev

# A lock holds all that is needed, so pip has nothing to resolve: without --no-deps, older pips take `coverage[toml]` for another
# package than the pinned `coverage`, and refuse its newest release for want of a hash.
INSTALL := $(BIN)/python -m pip install --quiet --no-deps

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "monitor needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + ". Name a newer one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-build-isolation --editable .
	$(BIN)/python -m pip check --quiet
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(INSTALL) --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip check --quiet
	@touch $@

digest: setup ## poll the feeds, read, score and write this week's digest (SQLite, no server, no account)
	$(BIN)/monitor digest $(ARGS)

demo: setup ## an invented month through the whole path, from feeds served on this machine
	$(BIN)/monitor demo $(or $(ARGS),out/demo)

# A process for each core (WORKERS=0: one process, what it prints is seen); a file stays in one, with what its tests share.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

test: setup-dev ## the tests
	$(PYTEST) -m "not quality and not faults and not faults_long" $(ARGS)

lint: setup-dev ## ruff: rules and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-dev ## mypy, strict
	$(BIN)/mypy

contracts: setup-dev ## import-linter: which room may know which
	$(BIN)/lint-imports

quality: setup-dev ## pinned quality floors; QUALITY_DATA=DIR measures real data too
	$(PYTEST) --dist loadgroup --no-loadscope-reorder -m quality -q -p no:randomly $(ARGS)

fit: setup-dev ## fitted weights are what labelled files give, QUALITY_DATA=DIR; ARGS=--write writes them
	$(BIN)/python -m tests.fit $(ARGS)

bench: setup-dev ## ratios against a baseline in the same run
	$(BIN)/python -m bench $(ARGS)

faults: setup-dev ## kills, full disks, broken servers: what must survive them (docs/reliability.md)
	$(PYTEST) -m faults -q $(ARGS)

faults-long: setup-dev ## the same by the thousand; some need root and strace
	$(BIN)/python -m pytest -m faults_long -q -s --timeout 3600 $(ARGS)

docker-check: setup-dev ## the image and a running container against docs/docker.md; DOCKER_VERIFY=SCRIPT brings an engine of its own
	COMPOSE_PROJECT_NAME=monitor-check bash $(or $(DOCKER_VERIFY),.ci/docker-up) $(CURDIR) $(CURDIR)/$(BIN)/python -m tests.docker

docs: setup-dev ## commands, settings and template variables are all documented
	$(BIN)/python -m pytest tests/docs -q $(ARGS)

email-qa: setup-dev ## the mail in a browser, a spam filter and a text reader; screenshots in out/email-qa
	$(BIN)/python -m tests.email_qa $(ARGS)

e2e: setup-dev ## the desk in a browser: journeys and pictures of every page, in out/e2e
	$(BIN)/python -m tests.e2e $(ARGS)

.PHONY: release
release: setup-dev ## wheel and sdist into dist/, each checked as a user would install it; nothing is uploaded
	$(BIN)/python -m tests.release

check: lint types contracts quality test faults ## everything CI asks for

format: setup-dev ## let ruff mend what it can
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

# Locks hold names, versions and hashes, never an address. Needs uv.
LOCK := uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --quiet --python-version 3.11 pyproject.toml
lock: ## renew the lock files
	$(LOCK) --extra postgres --group build -o requirements.lock
	$(LOCK) --extra postgres --extra dkim --group build --group dev -o requirements-dev.lock

clean: ## remove what make made
	rm -rf $(VENV) build dist .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
