# Every chore has one name. A fresh clone needs Python 3.11+, make and git; the rest installs itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Tests start hundreds of commands: compiling their source each time takes longer than running them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo demo-data picture test test-engines check lint types contracts tests fmt golden schema bench hostile clean

help:            ## list the chores
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "AmpIQ needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo-installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[demo]'
	@touch $@

$(VENV)/.dev-installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.demo-installed

install: $(VENV)/.dev-installed  ## install everything for developers into .venv

demo: $(VENV)/.demo-installed  ## load the Complete Journey data, build, show, serve
	$(BIN)/ampiq demo $(DEMO)

test: check tests  ## everything that must pass
check: lint types contracts  ## lint, types and import contracts

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy dsl ampiq_gql plugins

contracts: install
	$(BIN)/lint-imports

tests: install
	$(BIN)/pytest --numprocesses auto --dist loadfile $(PYTEST)

test-engines: install  ## build the Complete Journey on every engine and compare (minutes)
	$(BIN)/pytest tests/engines tests/engines/journey.py $(PYTEST)

fmt: install  ## format and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: install  ## renew the golden files; review the diff like code
	$(BIN)/pytest --golden $(PYTEST)

schema: install  ## renew schema.graphql
	$(BIN)/ampiq schema > schema.graphql

picture: demo-data  ## draw docs/demo.svg from the real output of the demonstration
	$(BIN)/python docs/picture.py

demo-data: $(VENV)/.demo-installed
	$(BIN)/ampiq demo --no-serve

bench: install  ## measure against hand-written SQL and write docs/benchmarks.md
	$(BIN)/python -m benchmarks

hostile: install ## load forty hostile files in full size, each within a gigabyte of memory
	$(BIN)/python -m tests.ingest.hostile_full

clean:           ## remove the virtual environment, the demo's home and all caches
	rm -rf $(VENV) .ampiq .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
