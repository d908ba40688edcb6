# Two commands: make demo, make test. Everything else is for people who build on Dure.
SHELL := /bin/sh
BIN := .venv/bin
STAMP := .venv/.installed
WORDS := .venv/.messages
CATALOGUES := $(wildcard dure/*/locale/ko/LC_MESSAGES/*.po dure/*/*/locale/ko/LC_MESSAGES/*.po)

unexport PYTHONDONTWRITEBYTECODE  # a process that compiles nothing but what changed starts in half the time; the tests start hundreds

ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)  # nothing installed yet, or this folder was moved or copied: paths inside .venv would be wrong
endif

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format new-house bench messages lock clean

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(WORDS) ## Make .venv and install everything from the lock files

$(STAMP): requirements.lock package-lock.json pyproject.toml scripts/setup scripts/vendor.py
	@sh scripts/setup

$(WORDS): $(STAMP) $(CATALOGUES)
	@$(BIN)/python scripts/messages.py compile && touch $@

demo: $(WORDS) ## Serve the sample town
	@$(BIN)/dure demo

check: $(STAMP) ## Style, types, contracts, shape
	@sh scripts/check

test: $(WORDS) ## Every check and test
	@sh scripts/test

format: $(STAMP) ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

new-house: $(STAMP) ## An empty house with all rooms: make new-house NAME=x [FLOOR=services]
	@$(BIN)/python scripts/new_house.py "$(NAME)" $(FLOOR)

bench: $(WORDS) ## Ratios against peers and limits, from one run
	@$(BIN)/dure bench

messages: $(STAMP) ## Collect texts into the Korean catalogues
	@$(BIN)/python scripts/messages.py collect && $(BIN)/python scripts/messages.py compile

lock: ## Renew the lock file
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q -o requirements.lock

clean: ## Remove what was built (data under var/ stays)
	@rm -rf .venv node_modules .mypy_cache .ruff_cache
