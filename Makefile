# setup: build the environment once (again only when the lock or pyproject.toml changes)
# report: the report of the shipped study     test: the tests
# lab: JupyterLab on your own copies          accept: real studies     bench: measures against the peers
# lint: format the code     store: renew the numbers in the notebooks that the tests compare
PYTHON ?= python3
STUDY ?= siena-2022
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
REPORT_OPTIONS ?=
NOTEBOOKS := $(wildcard notebooks/0*.ipynb)
SYNTHESIS := notebooks/09_synthesis.ipynb

.PHONY: setup report test lab accept bench lint store

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv module is incomplete: sudo apt install python3-venv"; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	@# uv comes first, with its own hashes from the lock, and installs the rest in seconds
	@awk '/^[a-z]/ { on = /^uv==/ } on' requirements.lock > $(VENV)/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q hubanalysis
	@touch $@

report: $(READY)
	$(BIN)/hubanalysis report $(STUDY) $(REPORT_OPTIONS)

test: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m pytest -n 2 --dist loadscope tests
	@# the synthesis reads what the others recorded, so it comes after them
	$(BIN)/python -m pytest -n 2 --dist loadscope --nbval-lax $(filter-out $(SYNTHESIS),$(NOTEBOOKS))
	$(BIN)/python -m pytest --nbval-lax $(SYNTHESIS)

store: $(READY)
	$(BIN)/python tests/store_notebook_outputs.py

lint: $(READY)
	$(BIN)/python -m ruff format .
	$(BIN)/python -m ruff check --fix .

lab: $(READY)
	$(BIN)/hubanalysis lab

accept: $(READY)
	$(BIN)/python -m pytest -m accept tests/real

bench: $(READY)
	$(BIN)/python benchmarks/all.py
