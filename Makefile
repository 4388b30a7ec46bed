# Every target sets itself up: Python 3.11 and make are all that a fresh machine needs.

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip install --quiet --require-hashes
UV := uv==0.13.8
WORKERS ?= 2
PYTEST := $(PYTHON) -m pytest -n $(WORKERS) --max-worker-restart 2

# What a tool needs to read the settings; nothing of it is kept, and .env has no say.
SCRATCH := $(VENV)/scratch
HERMETIC := ENV_FILE=/dev/null VAR_DIR=$(SCRATCH) DATABASE_URL=sqlite://:memory:
DEVELOPMENT := $(HERMETIC) DEBUG=true
PRODUCTION = $(HERMETIC) DEBUG=false ALLOWED_HOSTS=stats.example.com TRUSTED_PROXIES=127.0.0.1 \
	SITE_URL=https://stats.example.com SECRET_KEY="$$($(PYTHON) -c \
	'import secrets; print(secrets.token_urlsafe(50))')"

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run demo geoip test test-faults coverage lint format types django check bench-data bench-collect bench-reports bench-pages bench-admin screenshots tracker messages docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/installed ## start the product; PORT, HOST, VAR_DIR and DATABASE_URL are honoured
	@$(call with_debug,serve)

demo: $(VENV)/installed ## fill a demo site with a believable year of traffic
	@$(call with_debug,migrate --verbosity 0)
	@$(call with_debug,demo)

geoip: $(VENV)/installed ## install a free database of places into VAR_DIR (49 MB to download, 104 MB on the disk)
	@$(DEBUG_BY_DEFAULT); exec $(PYTHON) -m scripts.install_geoip

# Development is the default here; the environment and .env may say otherwise.
DEBUG_BY_DEFAULT = grep -qs '^DEBUG=' .env || export DEBUG="$${DEBUG:-true}"
with_debug = $(DEBUG_BY_DEFAULT); exec $(PYTHON) manage.py $(1)

test: $(VENV)/installed-dev ## run every test on SQLite, then the database tests on PostgreSQL
	@$(PYTHON) -m testing.packages
	TEST_DATABASE=sqlite $(PYTEST)
	TEST_DATABASE=postgresql $(PYTEST)

test-faults: $(VENV)/installed-dev ## treat real servers badly, as many at a time as WORKERS, and print the figures
	TEST_DATABASE=sqlite $(PYTEST) --dist loadfile -m faults -rP

coverage: $(VENV)/installed-dev ## run every test on SQLite and show the lines that none reached
	TEST_DATABASE=sqlite $(PYTEST) --cov

lint: $(VENV)/installed-dev ## check format and rules
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m ruff check

format: $(VENV)/installed-dev ## format the code and repair what can be repaired
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

types: $(VENV)/installed-dev ## check the types
	@mkdir -p $(SCRATCH)
	$(DEVELOPMENT) $(PYTHON) -m mypy

django: $(VENV)/installed-dev ## check for missing migrations and unsafe production settings
	$(DEVELOPMENT) $(PYTHON) manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, as in production"
	@$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

check: lint types django test test-faults ## everything that must pass before review

bench-pages: $(VENV)/installed-dev ## measure the pages of the demo site in Chromium; RUNS
	@$(PYTHON) -m benchmarks.pages

bench-admin: $(VENV)/installed-dev ## measure every page of the admin on ten million hits; RUNS, HITS, DATABASE_URL
	@$(PYTHON) -m benchmarks.admin

screenshots: $(VENV)/installed-dev ## take pictures of every page of the demo site into docs/screenshots; PAGES
	@$(PYTHON) -m scripts.take_screenshots

tracker: $(VENV)/installed-dev ## write tracker.min.js from tracker.js and print the sizes
	$(PYTHON) -m visits.tracker.minify

messages: $(VENV)/installed-dev ## collect what is to be translated into locale/, and compile it (needs GNU gettext)
	@$(PYTHON) -m testing.packages
	@$(DEVELOPMENT) DJANGO_SETTINGS_MODULE=tracking_project.settings $(PYTHON) -m scripts.collect_messages

bench-data: $(VENV)/installed ## make databases of 10 million hits below var/bench and print their sizes; HITS, DATABASE_URL
	@$(PYTHON) -m benchmarks.databases

bench-collect: $(VENV)/installed ## measure collecting, ten minutes with its data; CASES, SECONDS, HITS
	@$(PYTHON) -m benchmarks.collect

bench-reports: $(VENV)/installed ## measure reports on ten million hits, an hour with its data; CASES, ENGINES, HITS, LARGE
	@$(PYTHON) -m benchmarks.reports

docs: $(VENV)/installed ## write the tables of metrics and dimensions from their registries
	@$(DEVELOPMENT) DJANGO_SETTINGS_MODULE=tracking_project.settings $(PYTHON) -m scripts.write_metric_tables

lock: $(VENV)/uv ## pin the requirements with hashes; LOCK=--upgrade takes newer versions
	$(VENV)/uv/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 $(LOCK) \
		--custom-compile-command "make lock" requirements.in --output-file requirements.txt
	$(VENV)/uv/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 $(LOCK) \
		--custom-compile-command "make lock" --constraints requirements.txt \
		requirements-cluster.in --output-file requirements-cluster.txt
	$(VENV)/uv/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 $(LOCK) \
		--custom-compile-command "make lock" --constraints requirements-cluster.txt \
		requirements-dev.in --output-file requirements-dev.txt

clean: ## remove what the tools made; the database in var/ stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* htmlcov

# A stamp is newer than its requirements: the second start installs nothing.

$(VENV)/created:
	@python="$$(for name in python3.11 python3.12 python3.13 python3.14 python3; do \
		"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
		echo "$$name" && break; done)"; \
	if [ -z "$$python" ]; then \
		echo "Django-Tracking needs Python 3.11 or newer, and there is none on the PATH."; exit 1; fi; \
	"$$python" -m venv $(VENV) || { \
		echo "Python's venv module is incomplete (Debian: apt-get install python3-venv)."; exit 1; }
	@touch $@

$(VENV)/installed: requirements.txt $(VENV)/created
	@echo "Installing the packages of requirements.txt into $(VENV) ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/created
	@echo "Installing the packages of requirements-dev.txt into $(VENV) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)/uv: $(VENV)/created
	@$(PYTHON) -m venv $@
	@$@/bin/python -m pip install --quiet $(UV) || { rm -rf $@; exit 1; }
