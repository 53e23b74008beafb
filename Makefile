# Everything here works on a machine that has git, make, Python 3.11+ and a way to PyPI. No root, no
# other preparation: the first target that needs it makes .venv from the hashed requirement files.
#
#   make PYTHON=/path/to/python3.12 demo     picks the interpreter
#   make test ARGS="-k gate"                 hands arguments to pytest

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= $(or $(CLOSEOUT_CONFIG),config/closeout.toml)
ONCE ?=
ARGS ?=

# Expanded only when .venv is made. Each candidate is run, because a name on PATH may be an empty
# shim (pyenv) or too old.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

# uv only saves time: without it the same files are installed by pip, with the same hashes.
UV_VERSION := 0.13.8

# $(call install,requirements.txt) makes .venv hold exactly what the file lists.
define install
uv=$$(command -v uv) || uv=$(BIN)/uv; \
test -x "$$uv" || $(BIN)/python -m pip install -qq uv==$(UV_VERSION) 2>/dev/null || true; \
if test -x "$$uv" && "$$uv" pip sync -q --python $(BIN)/python --require-hashes $(1) 2>$(VENV)/uv.log; then :; \
else echo "    without uv, so pip installs it, which takes half a minute"; \
	$(BIN)/python -m pip install -qq --require-hashes -r $(1); fi
endef

.PHONY: help demo run test lint format lock bench-ack bench-metrics clean

help: ## list these targets
	@echo "Closeout: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*## /  \1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
		printf '  %-14s %s\n' $$name "$$text"; done

demo: $(VENV)/runtime.stamp ## the whole story on stand-ins of the tools, nothing to configure (ONCE=1: run it to the end and stop)
	@$(BIN)/closeout demo $(if $(ONCE),--once)

run: $(VENV)/runtime.stamp ## web, worker and clock in one process, with your configuration (CONFIG=config/closeout.toml)
	@$(BIN)/closeout serve --config $(CONFIG)

test: lint ## everything that must be true: lint, then all tests on both cores
	@echo "==> tests    pytest, with a real PostgreSQL, a real Redis-protocol server and a browser"
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: $(VENV)/dev.stamp ## layout, lint rules, types and import layers
	@echo "==> format   ruff format: every file is laid out alike (mend: make format)"
	@$(BIN)/ruff format --quiet --diff .
	@echo "==> lint     ruff check: all rules, with the exceptions written in pyproject.toml"
	@$(BIN)/ruff check --quiet .
	@echo "==> types    mypy: strict, for the product and its tests"
	@$(BIN)/mypy --no-error-summary
	@echo "==> layers   import-linter: imports point inward, each library has one home"
	@report=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$report"; exit 1; }

format: $(VENV)/dev.stamp ## lay out the code, mend what ruff can mend
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

# The address of the index stays out of the files: everybody installs from where they always do.
LOCK = uv pip compile pyproject.toml --extra pg --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet

lock: ## resolve pyproject.toml anew into requirements*.txt (needs uv; ARGS="--upgrade" for the newest)
	@PATH="$(CURDIR)/$(BIN):$$PATH"; \
	$(LOCK) $(ARGS) -o requirements.txt && $(LOCK) $(ARGS) --group dev -c requirements.txt -o requirements-dev.txt

bench-ack: $(VENV)/dev.stamp ## how fast a webhook is answered, durable on disk
	@$(BIN)/python -m tests.bench.ack $(ARGS)

bench-metrics: $(VENV)/dev.stamp ## how fast every figure of 1,000, 10,000 and 100,000 exported issues is (ARGS=--small: without the last)
	@$(BIN)/python -m tests.bench.metrics $(ARGS)

clean: ## remove .venv and all caches; data stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The project itself is put on the path by a .pth file and a start script of three lines: that needs
# neither a build tool nor the network, and finds packages the moment they are written.
$(VENV)/made.stamp:
	@test -n "$(PYTHON)" || { echo "Closeout needs Python 3.11 or newer, and none was found; say make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Closeout needs Python 3.11 or newer, and $(PYTHON) is not"; exit 1; }
	@echo "==> setup    $(VENV), with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV) \
		|| { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "closeout.pth").write_text(str(pathlib.Path.cwd()) + "\n")'
	@printf '%s\n' '#!/bin/sh' \
		'here=$$(dirname "$$(readlink -f "$$0" 2>/dev/null || echo "$$0")")' \
		'exec "$$here/python" -P -c "import sys; sys.argv[0] = \"closeout\"; from service.cli import main; sys.exit(main())" "$$@"' \
		> $(BIN)/closeout
	@chmod +x $(BIN)/closeout
	@touch $@

$(VENV)/runtime.stamp: requirements.txt | $(VENV)/made.stamp
	@echo "==> setup    what Closeout runs on (requirements.txt)"
	@$(call install,requirements.txt)
	@touch $@

# The development file holds the runtime one, so one installation serves both.
$(VENV)/dev.stamp: requirements-dev.txt requirements.txt | $(VENV)/made.stamp
	@echo "==> setup    what it is developed and tested with (requirements-dev.txt)"
	@$(call install,requirements-dev.txt)
	@touch $(VENV)/runtime.stamp $@
