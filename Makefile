# Everything a newcomer needs: `make week`, then `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WEEK ?= 2026-W49
DISTRICT ?= examples/qijiang
N ?= 10000
SEED ?= 1
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: week test lint docs site phrases pictures format bench soak sample clean

week: $(VENV)/.week  ## plan the example's week
	$(BIN)/bookcar plan $(DISTRICT) --week $(WEEK)

test: $(VENV)/.test  ## run the whole suite
	$(BIN)/python -m pytest --numprocesses 2

lint: $(VENV)/.lint  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/.week  ## write the generated pages of docs/
	$(BIN)/python docs/build.py

site: $(VENV)/.site  ## write the docs as a site that needs no network, to build/site
	$(BIN)/python docs/website/write.py

phrases: $(VENV)/.test  ## compile what click says in other languages
	$(BIN)/pybabel compile --domain click --directory bookcar/phrases

pictures: week  ## take the pictures of the README from the example's week
	$(BIN)/python docs/pictures.py

format: $(VENV)/.lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sample: $(VENV)/.week  ## rebuild the committed sample week in routes/ and maps/
	$(BIN)/bookcar plan examples/fuhuan --week $(WEEK) --effort quick --afresh

bench: $(VENV)/.bench  ## measure; see benchmarks/README.md
	$(BIN)/python benchmarks/batches.py
	mkdir -p build && rm -f build/weeks.jsonl
	$(BIN)/python benchmarks/compare.py weeks --sizes 50,302 --seeds 1,2 --seconds 5 --out build/weeks.jsonl
	$(BIN)/python benchmarks/compare.py table build/weeks.jsonl
	$(BIN)/python benchmarks/maps.py
	$(BIN)/python benchmarks/manifests.py
	$(BIN)/python benchmarks/week.py
	$(BIN)/python benchmarks/year.py fuhuan --weeks 12

soak: $(VENV)/.test  ## plan N random districts from seed SEED on; goes on where it was stopped
	mkdir -p build
	PYTHONPATH=tests:. $(BIN)/python -m soak --count $(N) --seed $(SEED) --done build/soak.jsonl

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "bookcar needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "This Python lacks venv; on Debian: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# One stamp per set of packages: made again when what they need changes.
$(VENV)/.week: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing bookcar and its libraries into $(VENV) (once; a few minutes) ..."
	$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.week
	$(PIP) --editable '.[test]'
	@touch $@

$(VENV)/.lint: $(VENV)/.week
	$(PIP) --editable '.[lint]'
	@touch $@

$(VENV)/.site: $(VENV)/.week
	$(PIP) --editable '.[site]'
	@touch $@

$(VENV)/.bench: $(VENV)/.week
	$(PIP) --editable '.[bench]'
	@touch $@
