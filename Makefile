# Everything that a contributor types. Needs Python 3.11+ with venv; the lab tests also need
# root on Debian or Ubuntu and are skipped, with the reason, where they cannot run.
PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
BIN = $(VENV)/bin
# The tests start the program thousands of times: without cached byte code each start compiles it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: try test lint bench catalogue docs site package repos fuzz hostile long clean

# The product alone, for `make try`; the tools of tests and lint come on top of it.
$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "No venv module: on Debian and Ubuntu, sudo apt-get install python3-venv"; exit 2; }
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.ready: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --group test --group lint
	@touch $@

try: $(VENV)/.installed
	@$(BIN)/python -c 'import shutil; shutil.copytree("examples/mnist-pytorch", "build/try", dirs_exist_ok=True)'
	@echo '$$ scaffold init --yes build/try'
	@$(BIN)/scaffold init --yes build/try
	@echo; echo 'To type these commands in this shell, first: . $(BIN)/activate'

test: $(VENV)/.ready
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder --max-worker-restart=0 --cov --cov-report=term-missing:skip-covered

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/shellcheck .ci/run scaffold/adapters/probe/probe.sh scaffold/adapters/tunnel/relay.sh cookiecutter-template/templates/place.sh scaffold/adapters/probe/gpu-check.sh scaffold/adapters/sync/scripts/*.sh
	$(BIN)/python -m tools.pages --check
	$(BIN)/python -m tools.catalogue.check

# The image's rounds are kept in build/bench-image.json: a run that was cut goes on from there.
bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.resolve
	$(BIN)/python -m benchmarks.init_tree
	$(BIN)/python -m benchmarks.image --output build/bench-image.json
	$(BIN)/python -m benchmarks.host_check
	$(BIN)/python -m benchmarks.host_setup
	$(BIN)/python -m benchmarks.tunnel
	$(BIN)/python -m benchmarks.sync
	$(BIN)/python -m benchmarks.up
	$(BIN)/python -m benchmarks.looking
	$(BIN)/python -m benchmarks.guards

# Reads the sources of the rows and writes what changed: minutes, and needs the network. Some
# sources only: make catalogue NAMES="pytorch jax".
catalogue: $(VENV)/.ready
	$(BIN)/python -m tools.catalogue $(NAMES)

docs: $(VENV)/.ready
	$(BIN)/python -m tools.findings_page
	$(BIN)/python -m tools.pages
	$(BIN)/python -m tools.containers_page

# Wheel and sdist, checked, and installed in a new environment.
package: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --group package
	rm -rf dist build/installed
	$(BIN)/python -m build --outdir dist . >/dev/null
	$(BIN)/python -m twine check --strict dist/*
	$(PYTHON) -m venv build/installed
	build/installed/bin/python -m pip install --quiet dist/*.whl
	cd build && installed/bin/scaffold resolve --gpu-model "Tesla T4" --driver 535.183.01 --json >/dev/null

# README and docs as a static site in build/site; warnings are errors. Every page is checked for
# accessibility, samples narrow, wide, light and dark, with Node.js and Chromium:
# npm install --prefix build/axe axe-core@4, then python -m tools.site.accessibility build/site \
# build/axe/node_modules/axe-core/axe.min.js
site: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --group docs
	PYTHONPATH=. NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	$(BIN)/python -m tools.site.links build/site

# The whole lab: every fault and kind, two hundred random combinations of options, SIGKILL at a
# hundred moments, other engines (from Debian's newer releases, and rootless), 12 GB of changes.
long: $(VENV)/.ready hostile
	KILLS=300 $(BIN)/python -m pytest tests/hostile/test_killed.py
	LAB_LONG=1 $(BIN)/python -m pytest tests/lab tests/hostile/test_memory.py tests/commands/sync/test_git_killed.py

# Up to 1,616 seeded hostile inputs, 380 of them on a real sshd or engine, in at most 15 minutes;
# another seed:
# make hostile SEED=2
hostile: $(VENV)/.ready
	$(BIN)/python -m tests.hostile.harness $(or $(SEED),1)

# TREES: folders named owner+name, at the commits of tools/repos/repositories.toml.
repos: $(VENV)/.ready
	$(BIN)/python -m tools.repos $(TREES)

# A million broken probes, read and judged: minutes, so not part of `make test`.
fuzz: $(VENV)/.ready
	$(BIN)/python -m tests.fuzz.fuzz_parsing

clean:
	rm -rf $(VENV) build dist .coverage .mypy_cache .pytest_cache .ruff_cache
