.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
SIZES ?= 10000,100000,1000000

.venv/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

run: .venv/ready  ## Start the daemon on a synthetic council (SQLite, demo.db); Ctrl-C stops it
	@$(BIN)/qa-workflow up --demo --port $(PORT) --database sqlite:///demo.db

test: .venv/ready  ## Run every test; no server is needed
	@$(BIN)/python -m pytest -n auto --dist loadgroup

check: .venv/ready  ## What CI runs: format, lint, types, contracts, sizes, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --dist loadgroup

coverage: .venv/ready  ## Run every test and say which lines and branches none of them takes; under 90 % fails
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --dist loadgroup
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under=90

fix: .venv/ready  ## Format the code and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/ready  ## Write again what is made from the code: docs/reference, and the answers in docs/walkthroughs
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/coverage.py
	$(BIN)/python docs/walk.py

holidays: .venv/ready  ## Write again frameworks/bank_holidays.csv from the government's published list
	$(BIN)/python qa_workflow/frameworks/make_bank_holidays.py

bench: .venv/ready  ## Measure the sweep, the start of commands and the operators' questions, each beside its limit
	$(BIN)/python benchmarks/advance.py
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.operators --sizes $(SIZES)

LOCK := uv pip compile pyproject.toml --universal --generate-hashes --strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet

lock: .venv/ready  ## Pin every dependency with its hashes, naming no address
	$(BIN)/$(LOCK) --output-file requirements/run.txt
	$(BIN)/$(LOCK) --group dev --output-file requirements/dev.txt

clean:  ## Remove the environment and the demo database
	rm -rf .venv demo.db demo.db-wal demo.db-shm

help:  ## Print this
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: run test check coverage fix docs holidays bench lock clean help
