# A newcomer calls `make demo`, a contributor `make test`, CI `make ci`; `make` lists all that can be asked for.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := clew-data
SITE := build/wheel/site
# on all cores; four processes at most, since each one holds the model (1 GB)
PYTEST := $(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal
PIP := $(BIN)/python -m pip install --disable-pip-version-check
# progress on a terminal, only what goes wrong in a pipe
PIP_PINNED = [ -t 1 ] || quiet=--quiet; $(PIP) $$quiet --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo install install-dev browser test quick lint format types layers wheel-test ci clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1\t/' | expand -t 14

demo: install ## install, read the sample archive into clew-data, serve it
	@echo "Reading the sample archive of 62 articles into $(DATA) (half a minute the first time) ..."
	@$(BIN)/clew ingest sample/archive --data $(DATA)
	@echo "Starting the server; stop it with Ctrl-C ..."
	@$(BIN)/clew serve --data $(DATA)

install: $(VENV)/.installed ## the product, into .venv

install-dev: $(VENV)/.installed-dev ## the product and what its tests need, into .venv

# Debian ships `venv` without `ensurepip`, which python3-venv brings.
$(VENV)/bin/python:
	@echo "Making the environment $(VENV) ..."
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	|| { [ "$$(id -u)" = 0 ] && echo "Installing Debian's python3-venv ..." && apt-get update -qq && apt-get install -y -qq python3-venv; } \
	|| { echo "Python's venv module is not complete: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)

# torch first: with no torch there, another package's range would bring the newest build and gigabytes of CUDA.
$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing torch, 1 of 2 (half a minute or more, .9 GB on disk) ..."
	@$(PIP_PINNED) torch==2.13.0
	@echo "Installing Clew and its other libraries, 2 of 2 (a minute, .7 GB on disk) ..."
	@$(PIP_PINNED) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the tests need (half a minute, .3 GB on disk) ..."
	@$(PIP_PINNED) --editable '.[dev]'
	@touch $@

# after the environment: both may have to ask apt, one at a time
browser: | $(VENV)/bin/python ## Debian's chromium, for the tests that look at the pages
	@[ -x /usr/bin/chromium ] \
	|| { [ "$$(id -u)" = 0 ] && echo "Installing chromium (a minute) ..." && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	|| echo "no chromium: browser tests will be skipped (apt-get install chromium)"

test: install-dev browser ## every test
	$(PYTEST)

quick: install-dev ## the tests that need no weights, server or browser
	$(PYTEST) -m 'not model and not server and not browser'

lint: install-dev ## style, unused names, docstrings, formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install-dev ## format the code, sort its imports
	$(BIN)/ruff check --select I --fix .
	$(BIN)/ruff format .

types: install-dev ## mypy, strict
	$(BIN)/mypy

layers: install-dev ## what may import what
	$(BIN)/lint-imports

# A folder of its own, no plugin and no settings of the checkout: else pytest would import what the wheel has lost.
wheel-test: install-dev ## the built wheel has all it needs (seconds)
	@rm -rf build/wheel && mkdir -p $(SITE)
	@$(PIP:install=wheel) --quiet --no-deps --wheel-dir build/wheel .
	@$(PIP) --quiet --no-deps --target $(SITE) build/wheel/*.whl
	@cp -r tests/wheel_smoke.py sample build/wheel/
	cd build/wheel && PYTHONPATH=site PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 "$(CURDIR)"/$(BIN)/pytest -q -c /dev/null --rootdir . \
	-p no:cacheprovider --import-mode=importlib wheel_smoke.py

# Both wait for the network: side by side.
ci: ## what CI calls: everything from nothing
	@$(MAKE) --no-print-directory --jobs 2 install-dev browser
	@$(MAKE) --no-print-directory lint layers types wheel-test test

clean: ## remove what was built; environment and data stay
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
