# The few verbs of the workbench. `make demo` and `make test` set up all they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
SEALED := .venv/.sealed
DEMO := data/demo
DAY := 1998-06-30

.PHONY: help
help: ## Show the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

.PHONY: env
env: $(SEALED) ## Make .venv from requirements.lock (nothing to do if it is there)

$(SEALED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
	  || { echo "Python 3.11 or 3.12 is needed: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python's venv is missing. Install it: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

.PHONY: lock
lock: env ## Resolve requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --all-extras --generate-hashes --no-emit-index-url --no-header \
	  --upgrade pyproject.toml --output-file requirements.lock
	$(BIN)/python .ci/environment.py

.PHONY: demo
demo: export WORKBENCH_HOME = $(DEMO)
demo: env ## From 69,659 receipts to a tier for each of 23,570 customers, in data/demo
	@$(BIN)/python -c 'import sys; print(f"Python {sys.version.split()[0]}, results in $(DEMO)")'
	$(BIN)/workbench data get cdnow
	$(BIN)/workbench run experiments/demo.yaml --as-of $(DAY)
	$(BIN)/workbench approve newest --by "$${USER:-demo}" --reason "the demo: every limit was met"
	$(BIN)/workbench assign --bundle champion --data cdnow --as-of $(DAY)
	@echo "Read on: $$(ls -td $(DEMO)/runs/demo-*/ | head -1)50_tiers/report.html"

.PHONY: lint
lint: env ## Format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/nbstripout --keep-id --keep-count --verify notebooks/*.ipynb

.PHONY: test
test: lint ## The commit check: lint, types, layers, tests, every notebook
	@$(BIN)/python tests/run_all.py

.PHONY: acceptance
acceptance: env ## The full-size measurements, by hand
	$(BIN)/python -m pytest tests -m acceptance -q -s

.PHONY: bench
bench: env ## The speed claims, each beside its peer
	$(BIN)/python benchmarks/demo.py
	$(BIN)/python benchmarks/synthesize.py
	$(BIN)/python benchmarks/ingest.py
	$(BIN)/python benchmarks/tiers.py
	$(BIN)/python benchmarks/churn_models.py
	$(BIN)/python benchmarks/clv.py --scale
	$(BIN)/python benchmarks/clv.py --bootstrap
	$(BIN)/python benchmarks/clv.py
	$(BIN)/python benchmarks/churn.py

.PHONY: bench-peers
bench-peers: env ## The fit beside pymc-marketing, if it is in .venv-peers
	$(BIN)/python benchmarks/peers.py

.PHONY: lab
lab: env ## JupyterLab on the notebooks
	$(BIN)/workbench lab

.PHONY: clean
clean: ## Remove the demo's results
	rm -rf $(DEMO)
