# Everything starts here: `make help` lists the targets. Each works on a bare checkout, and again at no cost.
# Needs Python 3.11 or newer and make; what else the tests use, .ci/provide brings (as root, with apt-get).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PORT := 8000
BIN := .venv/bin
READY := .venv/.ready
TOOLS := .cache/node/.ready
CLIENT := .cache/client/.ready
HYPOTHESIS := hypothesis-1.1766.0
HYPOTHESIS_SHA512 := 828029cbfdc7b88a1ad23abf60e0890da15739857e34d870f31119a8f736960677b02fd2d92435492521b35b10e7f91c63ed22f7969de8d0394fa025646c87af
unexport PYTHONDONTWRITEBYTECODE
PARALLEL := --no-print-directory --jobs=4 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test checks style types imports hooks suite tools browser client bench extension format lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: $(READY)  ## make the virtual environment and install the locked dependencies

run: setup  ## load the demo articles and serve on 127.0.0.1:8000 (PORT=9000 for another port)
	@exec $(BIN)/quotidian serve --demo --port $(PORT)

test: setup tools client browser  ## run every check and test, the browser's included
	@$(MAKE) $(PARALLEL) checks
	@$(MAKE) --no-print-directory suite

checks: style types imports hooks  ## run the checks that read the source: format, lint, types, import contract

bench: setup  ## print the speed figures
	@$(BIN)/python tests/bench/bench.py

extension: setup  ## pack the browser extension into build/quotidian-extension.zip
	@$(BIN)/python -m app.api.extension build/quotidian-extension.zip

client: $(CLIENT)  ## install the annotation client of Hypothesis, which /client/ then serves

format: setup  ## format the source and mend what the linter can
	@$(BIN)/ruff format && $(BIN)/ruff check --fix

lock: setup  ## bring the lock file up to pyproject.toml (UPGRADE=--upgrade for newer releases)
	@$(BIN)/uv pip compile pyproject.toml --quiet $(UPGRADE) --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" --output-file requirements.lock

clean:  ## remove what the other targets made, but not your data
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info

style: setup
	@$(BIN)/ruff format --check --quiet && $(BIN)/ruff check --quiet && echo "format and lint: clean"

types: setup
	@$(BIN)/mypy

imports: setup
	@found=$$($(BIN)/lint-imports --no-logo 2>&1) && echo "import contract: kept" || { echo "$$found"; exit 1; }

hooks: setup
	@$(BIN)/pre-commit validate-config && echo "pre-commit configuration: valid"

suite: setup tools client browser
	@$(BIN)/pytest -n auto --dist loadgroup

tools: $(TOOLS)

browser: setup
	@.ci/provide browser

# uv, itself from the lock, fetches the rest side by side: a minute where pip takes six. setuptools comes with the lock,
# so the project itself is installed without asking for anything more.
$(READY): requirements.lock pyproject.toml
	@.ci/provide python
	@sed -n '/^uv==/,/# via/p' requirements.lock > .venv/installer.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/installer.lock
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes --requirement requirements.lock
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --offline --no-deps --no-build-isolation --editable .
	@touch $@

$(TOOLS): tests/tools/package.json tests/tools/package-lock.json
	@.ci/provide node
	@mkdir -p $(@D) && cp $^ $(@D)
	@cd $(@D) && npm ci --silent --no-audit --no-fund
	@touch $@

$(CLIENT): Makefile
	@.ci/provide node
	@rm -rf $(@D) && mkdir -p $(@D)
	@cd $(@D) && npm pack --silent $(subst -1,@1,$(HYPOTHESIS)) >/dev/null
	@cd $(@D) && echo "$(HYPOTHESIS_SHA512)  $(HYPOTHESIS).tgz" | sha512sum --check --quiet
	@cd $(@D) && tar -xzf $(HYPOTHESIS).tgz --strip-components=1 && rm $(HYPOTHESIS).tgz
	@touch $@
