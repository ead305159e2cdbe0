# Everything a person or CI runs. Needs python3.11 or later, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Each module is compiled once for all the processes that the tests start, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup test axe accessibility lint format demo docs bench bench-quick schemas lock wheel clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

setup: $(STAMP)  ## a virtual environment in .venv with the pinned packages and this one, editable

# Pinned packages first, then this one without looking for others: what is tested is what is pinned.
$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "icpm_engine needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

test: setup  ## every test and scenario
	$(BIN)/python -m pytest -n auto --dist worksteal

# Debian calls the browser chromium; elsewhere: make accessibility CHROMIUM=google-chrome
CHROMIUM ?= chromium
AXE := build/axe/node_modules/axe-core/axe.min.js

$(AXE):
	npm install --silent --no-save --no-audit --no-fund --prefix build/axe axe-core@4.14.1

axe: $(AXE)

accessibility: setup axe  ## axe on every sheet in a real browser; needs chromium and npm
	$(BIN)/python -m tests.sheets.axe $(AXE) $(CHROMIUM)

lint: setup  ## style, format, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup  ## mend style and format where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

demo: setup  ## the main job, on invented data
	$(BIN)/icpm demo

docs: setup  ## every rule pack and county in words, into build/docs
	$(BIN)/icpm docs --out build/docs

bench: setup  ## every benchmark beside its limit; writes benchmarks/results.json
	$(BIN)/python -m benchmarks

bench-quick: setup  ## the same at a tenth of the size, in under a minute
	$(BIN)/python -m benchmarks --quick

schemas: setup  ## publish the JSON Schemas of events, answers and rule files
	$(BIN)/python -m icpm_engine.interop.schemas docs/schemas

lock:  ## renew requirements/dev.txt with the newest versions that pyproject.toml allows
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	build/lock/bin/python -m pip install --quiet --group dev '.[pdf,postgres]'
	{ head -n 1 requirements/dev.txt; build/lock/bin/python -m pip freeze --exclude icpm-engine; } > build/dev.txt
	mv build/dev.txt requirements/dev.txt

wheel: setup  ## dist/icpm_engine-VERSION-py3-none-any.whl, with the rule packs inside
	$(BIN)/python -m hatchling build --target wheel

clean:  ## remove what the other targets made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
