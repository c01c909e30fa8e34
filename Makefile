# One entry a habit. `make run` and `make test` set up what they need.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test check format schema pages tables stale bench clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

# The newest Python that is there and starts: a launcher may be on the PATH with nothing behind it.
$(READY): pyproject.toml
	@set -e; \
	for name in python3.13 python3.12 python3.11; do \
	  if $$name -c 'import venv, ensurepip' >/dev/null 2>&1; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "make: no python3.13, python3.12 or python3.11 with venv was found; install one of them" >&2; \
	  exit 1; \
	fi; \
	echo "make: setting up $(VENV) with $$($$found --version) ($$found)"; \
	$$found -m venv --clear $(VENV); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[tensorflow,dev]'; \
	touch $@

run: $(READY) ## train specs/quickstart.yaml on data that comes with netspec
	@$(BIN)/netspec summary specs/quickstart.yaml
	@$(BIN)/netspec run specs/quickstart.yaml

test: $(READY) ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile --max-worker-restart 0

check: $(READY) stale ## lint, types, staleness
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## format and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(READY) ## regenerate schema/
	$(BIN)/netspec schema --write schema

pages: $(READY) ## regenerate docs/layers.md and docs/rules.md
	$(BIN)/netspec layers --write docs/layers.md
	$(BIN)/netspec explain --write docs/rules.md

tables: $(READY) ## regenerate the tables of keras.applications (minutes)
	$(BIN)/python -m tests.applications.generate --write netspec/applications/tables

stale: $(READY) # everything generated is as its source says
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	$(BIN)/netspec schema --write "$$fresh" && \
	diff -ru schema "$$fresh" || { echo "schema/ is stale: make schema" >&2; exit 1; }
	@$(BIN)/netspec layers --write /dev/stdout | diff -u docs/layers.md - || \
	{ echo "docs/layers.md is stale: make pages" >&2; exit 1; }
	@$(BIN)/netspec explain --write /dev/stdout | diff -u docs/rules.md - || \
	{ echo "docs/rules.md is stale: make pages" >&2; exit 1; }

bench: $(READY) ## measure speed and memory (benchmarks/)
	$(BIN)/python benchmarks/summary.py
	$(BIN)/python benchmarks/report.py
	$(BIN)/python benchmarks/runs.py
	$(BIN)/python benchmarks/epoch.py
	$(BIN)/python benchmarks/steps.py

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
