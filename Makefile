# On a fresh machine `make demo` and `make test` are enough: both create .venv when it is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
WITH := [all]
SUITE ?=
PORT ?= 3000
# Two files at a time, since much of the suite waits; in their order, so that the long ones are not last.
# For one after the other: make test AT_ONCE=
AT_ONCE ?= --numprocesses=2 --dist=loadfile --no-loadscope-reorder

# One file pins what runs and what builds. Relative, so that a checkout may lie in a path with spaces.
export PIP_CONSTRAINT := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo serve test check format docs bench pins clean

help:    ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s%s\n", $$1, $$2 }' Makefile

demo: $(READY)    ## track a bundled pair of pages: status, diff and the snapshot to keep
	@$(BIN)/python docs/examples/demo.py

serve: $(READY)    ## answer the change-tracking API on 127.0.0.1:3000 (PORT=8080 for another port)
	@exec $(BIN)/changetrack serve --port $(PORT)

test: $(READY)    ## run the whole test suite (SUITE=tests/laws for a part)
	$(BIN)/pytest $(AT_ONCE) $(SUITE)

check: $(READY)    ## everything that CI asks for; the tests come last
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/python -m docs.build --check
	$(BIN)/pytest --cov $(AT_ONCE)

format: $(READY)    ## format the code and repair what can be repaired
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY)    ## regenerate docs/reference from the code, and pictures that lag behind it
	$(BIN)/python -m docs.build
	$(BIN)/python -m docs.pictures

bench: $(READY)    ## run the benchmarks
	$(BIN)/python -m benchmarks

pins:    ## renew constraints.txt with today's versions
	rm -rf $(VENV)
	@$(MAKE) --no-print-directory $(READY) PIP_CONSTRAINT= PIP_BUILD_CONSTRAINT= WITH='[all]'
	{ sed -n '/^#/p' constraints.txt; $(BIN)/pip freeze --all --exclude-editable --exclude setuptools; } > $(VENV)/pins
	mv $(VENV)/pins constraints.txt

clean:    ## remove the environment and everything that was generated
	rm -rf $(VENV) .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache dist tests/*/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Debian ships python3 without venv and says so only halfway through; better to say it at once.
$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { \
	  echo "No $(PYTHON) here. Install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)," >&2; \
	  echo "or name one: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$$($(PYTHON) --version) is too old: changetrack needs 3.11 or newer." >&2; \
	  echo "Name a newer one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot create virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
	  exit 1; }
	@$(BIN)/python -c 'import pip, ssl' 2>/dev/null || { set -x; $(PYTHON) -m venv --clear $(VENV); }
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --group dev --editable '.$(WITH)'
	@touch $@
