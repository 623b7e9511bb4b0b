# Unhurry. Everything here happens in .venv, which the first command makes and fills with the versions in
# constraints.txt. `make test PYTHON=python3.13` uses another Python; `VENV=elsewhere` another folder.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo run test check rig bench soak fuzz figures constraints clean FORCE
.DELETE_ON_ERROR:

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-12s %s\n", $$1, $$2 }'

demo: $(VENV)/installed ## a simulated wearer's day, with the page; needs no strap
	$(BIN)/unhurry demo $(ARGS)

run: $(VENV)/installed ## your own day: finds the strap, serves the page
	$(BIN)/unhurry run $(ARGS)

test: $(VENV)/installed-test ## the whole test suite (ARGS="-k words" for a part of it)
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/installed-check ## style, layers, types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

rig: $(VENV)/installed-test ## the whole service in a virtual machine with real bluetoothd, in 20 minutes
	$(BIN)/python -m tests.rig.run $(ARGS)

bench: ## speed, memory and disk, beside NeuroKit2, in an environment of its own
	@$(MAKE) --no-print-directory VENV=.bench-venv .bench-venv/installed-bench
	.bench-venv/bin/python benchmarks/run.py $(ARGS)

soak: $(VENV)/installed-test ## a day with the strap in 20 minutes, with a fault every few minutes of it
	$(BIN)/python -m tests.soak.soak $(ARGS)

fuzz: $(VENV)/installed-test ## thousands of random inputs for everything that decodes bytes of a strap
	$(BIN)/python -m pytest --hypothesis-profile=fuzz --timeout=1800 tests/beats/test_frames.py \
		tests/beats/test_polar.py tests/daemon/strap/test_strap_parts.py $(ARGS)

figures: $(VENV)/installed ## draw the figures of docs/detector.md anew
	$(BIN)/python docs/figures/draw.py

constraints: $(VENV)/made-for ## pin anew what pyproject.toml asks for, for every system and Python
	$(BIN)/python -m pip install --quiet uv
	sed '/^[^#]/,$$d' constraints.txt > $(VENV)/pins
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-header --no-annotate \
		pyproject.toml --extra cohort --extra push --group installer --group test --group check --group bench >> $(VENV)/pins
	mv $(VENV)/pins constraints.txt

clean: ## remove the environments and everything that was built or cached
	rm -rf $(VENV) .bench-venv .cache .*_cache .hypothesis dist build
	find . -name __pycache__ -prune -exec rm -rf {} +

# The package itself, alone or with a dependency group; again only when one of the two files changed.
$(VENV)/installed: $(VENV)/made-for pyproject.toml constraints.txt
	@echo "Installing Unhurry (a minute or two the first time)"
	@$(INSTALL) --build-constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-%: $(VENV)/made-for pyproject.toml constraints.txt
	@echo "Installing Unhurry and what '$*' needs (a minute or two the first time)"
	@$(INSTALL) --build-constraint constraints.txt --editable . --group $*
	@touch $@ $(VENV)/installed

# An environment that was moved, is broken or belongs to another Python is made anew.
$(VENV)/made-for: FORCE
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo >&2 "Unhurry needs Python 3.11 \
	or later, and '$(PYTHON)' is not. Name another: make $(MAKECMDGOALS) PYTHON=python3.13"; exit 1; }
	@now="$(CURDIR) $$($(PYTHON) -c 'import sys; print(sys.version)')"; \
	if [ "$$now" != "$$(cat $@ 2>/dev/null)" ] || ! $(BIN)/python -c '' 2>/dev/null; then \
		echo "Making $(VENV)" && $(PYTHON) -m venv --clear $(VENV) && $(INSTALL) --upgrade pip && echo "$$now" > $@; \
	fi
