# What a user calls: make demo, make test. What CI calls: make ci.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# on all cores; four processes at most, since each one holds the model (1 GB)
PYTEST := $(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo install test quick ci lint types layers wheel-test quality browser clean

demo: install ## read the sample archive, thread it, serve it
	$(BIN)/clew ingest sample/archive --data demo-data
	$(BIN)/clew serve --data demo-data

install: $(VENV)/.installed ## the product, into .venv

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv --clear $(VENV); } \
	|| { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }

# torch first: with no torch there, another package's range would bring the newest build and gigabytes of CUDA.
$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) torch==2.13.0
	$(PIP) --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) --editable '.[dev]'
	touch $@

browser: # Debian's chromium, for the tests that look at the pages
	@[ -x /usr/bin/chromium ] || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } \
	|| echo "no chromium: browser tests will be skipped (apt-get install chromium)"

test: $(VENV)/.installed-dev browser ## every test
	$(PYTEST)

quick: $(VENV)/.installed-dev ## the tests that need no weights, server or browser
	$(PYTEST) -m 'not model and not server and not browser'

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

layers: $(VENV)/.installed-dev
	$(BIN)/lint-imports

wheel-test: $(VENV)/.installed-dev ## the quick tests once more, against the built wheel instead of the checkout
	rm -rf build/wheel && mkdir -p build/wheel/site
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir build/wheel .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target build/wheel/site build/wheel/*.whl
	cp -r tests sample docs *.md LICENSE Makefile pyproject.toml build/wheel/
	cd build/wheel && PYTHONPATH=site "$(CURDIR)"/$(PYTEST) -q -m 'not model and not server and not browser' --override-ini pythonpath=site

ci: lint types layers test wheel-test

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
