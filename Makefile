# make reports   run every notebook and write reports/index.html
# make test      lint, types and tests
# make check     lint, types and the quick tests, in a minute
# make lab       open JupyterLab
# make docs      tutorial, how-tos and reference as pages, reports/docs/index.html
# make calibrate   coverage of every interval and size of every test, docs/*/calibration.md
# make bench     what a render takes, against nbconvert
# Each does all the set-up it needs: a virtual environment in .venv, made again when pyproject.toml changes.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The first of these that runs and is new enough; `make reports PYTHON=/path/to/python` overrides.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
# What `make check` runs of the tests; all of them are run by `make test`.
CHECKED ?= tests/words tests/printed tests/published/claims tests/inference/test_by_design.py tests/survey/test_read.py tests/test_package.py tests/test_cli.py
RENDER_FLAGS ?=
LAB_FLAGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := reports
.PHONY: reports test check lab bench calibrate docs clean

reports: $(READY)
	$(BIN)/commsvc render $(RENDER_FLAGS)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile -q

# Settings that make Lab ask nobody for news, and the study template and the snippets in its Launcher.
# It refuses to run as root, and so do we, in plainer words.
JUPYTER := $(VENV)/share/jupyter

lab: $(READY)
	@test "$$(id -u)" != 0 || case "$(LAB_FLAGS)" in *--allow-root*) ;; *) \
		echo "JupyterLab should not run as root: anybody who reaches it could do anything here." >&2; \
		echo "Use an account of your own; in a container: make lab LAB_FLAGS='--allow-root --no-browser'" >&2; \
		exit 1 ;; esac
	@mkdir -p $(JUPYTER)/lab/settings $(JUPYTER)/labextensions
	@cp commsvc/report/lab/overrides.json $(JUPYTER)/lab/settings/
	@cp -r commsvc/report/lab/commsvc-launcher $(JUPYTER)/labextensions/
	$(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" --ServerApp.preferred_dir="$(CURDIR)/notebooks" $(LAB_FLAGS)

calibrate: $(READY)
	$(BIN)/python benchmarks/calibrate.py

bench: $(READY)
	$(BIN)/python -m benchmarks

docs: $(READY)
	$(BIN)/python -m sphinx -q -W --keep-going -c docs -D language=en docs/en reports/docs/en
	$(BIN)/python -m sphinx -q -W --keep-going -c docs -D language=zh_CN docs/zh reports/docs/zh
	@cp docs/index.html reports/docs/index.html
	@echo "reports/docs/index.html"

# What one who edits runs: layout, types, and the tests that take no time.
check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile -q -m "not slow and not browser" $(CHECKED)

clean:
	rm -rf $(VENV) reports build dist .commsvc-cache .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "commsvc needs Python 3.11 or newer, and none was found: install one, or say make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) (once; a minute or two)"
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make a virtual environment: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install -q -e ".[test]"
	@touch $@
