# Every command of a developer, of CI and of an operator. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test prove check fix setup import worker migrate bench soak lock image
MAKEFLAGS += --no-builtin-rules
# Root reached by plain `su` lacks these, and the test server needs them.
export PATH := $(PATH):/usr/sbin:/sbin

PY := .venv/bin/python
SETUP := ./.ci/setup
# These commands share the demo's data; HUB_DEMO=0 turns them into those of a real installation.
APP := HUB_DEMO=$${HUB_DEMO:-1} exec $(PY) app.py
STORE_TESTS = $(wildcard tests/engine/store tests/engine/services tests/engine/test_hub.py \
	tests/connector tests/journeys tests/house/test_migrations.py)

##@ Use
run: ## Serve the demo tenants on HUB_HOST:PORT (127.0.0.1:8080), from nothing
	@$(SETUP) run
	@$(APP) run

import: ## Import a catalogue: FILE=path.xlsx|.csv|.json TENANT=name
	@test -n "$$FILE" && test -n "$$TENANT" || { echo 'usage: make import FILE=path TENANT=name'; exit 2; }
	@$(SETUP) run
	@$(APP) import --tenant="$$TENANT" -- "$$FILE"

worker: ## One more worker beside the one in `make run`, on PostgreSQL
	@$(SETUP) run
	@$(APP) worker

migrate: ## Bring the database to the current schema
	@$(SETUP) run
	@$(APP) migrate

##@ Prove
test: ## The whole suite: everything on SQLite, beside it what touches the store on PostgreSQL
	@$(SETUP) dev
	@./.ci/test $(PY) $(STORE_TESTS)

prove: ## Push orders to real ERP systems, installed and started on loopback for it
	@$(SETUP) dev
	$(PY) -m tests.peers

check: ## Locks, format, lint, types, import contracts
	@$(SETUP) dev
	./.ci/locks check
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports

bench: ## Measure: prints the ratios the project holds itself to
	@$(SETUP) dev
	$(PY) -m benchmarks
	$(PY) -m benchmarks.pricing
	$(PY) -m benchmarks.solving
	$(PY) -m benchmarks.cashing
	$(PY) -m benchmarks.pushing
	$(PY) -m benchmarks.listing

soak: ## The long proofs
	@$(SETUP) dev
	$(PY) -m pytest -m soak || [ $$? -eq 5 ] # 5: there is none
	$(PY) -m tests.peers

##@ Develop
setup: ## Make or refresh .venv from the committed lock
	@$(SETUP) dev

fix: ## Format, and repair what lint can repair
	@$(SETUP) dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

lock: ## Resolve dependencies anew and write the three lock files (needs uv)
	./.ci/locks write

image: ## Build the container image
	docker build --tag quotewright .

help: ## This list
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
