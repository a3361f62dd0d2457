# The commands of this project. Each installs what it needs at its first use and says so before it does it.
.DEFAULT_GOAL := help
HOST ?= 127.0.0.1
PORT ?= 8000
SANDBOX_PORT ?= 8900
python := .venv/bin/python
catalogues := $(patsubst %.po,%.mo,$(wildcard config/locale/*/LC_MESSAGES/*.po))

help: ## This list
	@echo "Tanggap: publishes a health office's content calendar, and answers its citizens"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s%s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: runtime browser $(catalogues) ## Show it all with a stand-in of the platforms (PORT=8000 SANDBOX_PORT=8900; data in var/demo/)
	@exec $(python) -m config.demo --port $(PORT) --sandbox-port $(SANDBOX_PORT)

run: runtime browser $(catalogues) ## Run the desk for real use (PORT=8000, HOST=127.0.0.1: this machine alone; data in var/desk/)
	@exec $(python) -m config.desk --port $(PORT) --host $(HOST) --first "python manage.py setup_address"

# A file stays in one process, which starts its servers once (xdist's groups do nothing with pytest 9.2); in our order.
test: dev browser $(catalogues) ## Run the tests (those with servers where `make servers` was run)
	@$(python) -m pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist loadfile --no-loadscope-reorder $(PYTEST)

lint: dev ## Check style, types, the import contracts and the migrations
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	.venv/bin/lint-imports
	$(python) manage.py makemigrations --check --dry-run

chaos: dev ## Break everything while it works, and count (SEEDS=100; SEED=7 replays one; JOBS=2 side by side)
	@$(python) -m tests.chaos $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),20)) $(if $(JOBS),--jobs $(JOBS))

bench: dev browser ## Take the figures of docs/performance.md anew (FULL=1: full sizes, median of 3; ROUNDS=1; ONLY=pages)
	@$(python) -W ignore -m tests.bench $(if $(FULL),--full) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ONLY),--only $(ONLY))

pictures: dev browser $(catalogues) ## Make the pictures of docs/panduan.md anew, by the tests that walk whole days
	@TANGGAP_TEST_PICTURES=docs/panduan $(python) -m pytest -q tests/browser/days -k phone

servers: ## Install PostgreSQL, Redis and WordPress for the tests, without running services
	@sh config/setup/servers.sh

lock: dev ## Make the lock files again from pyproject.toml (UPGRADE=--upgrade: with the newest versions it allows)
	@sh config/setup/lock.sh $(UPGRADE)

runtime:
	@sh config/setup/python.sh runtime

dev:
	@sh config/setup/python.sh dev

browser: runtime
	@sh config/setup/browser.sh

%.mo: %.po | runtime
	@$(python) -m babel.messages.frontend --quiet compile --input-file $< --output-file $@

.NOTPARALLEL:
.PHONY: help demo run test lint chaos bench pictures servers lock runtime dev browser
