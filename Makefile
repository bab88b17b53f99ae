# run: the firewall UI and the demo CA.  test: every check and the whole suite.
# check: the checks alone.  fmt: formats.  bench: measurements.  screenshots: the README's pictures.
# docs: the pages made from code (conformance, interop, roles).  fuzz: damaged messages for every decoder (ARGS="--minutes 5").

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: run test check fmt bench docs fuzz screenshots

run: $(VENV)/runtime.stamp
	$(BIN)/python manage.py demo $(ARGS)

test: $(VENV)/dev.stamp
	bash tests/run_all.sh $(BIN)

check: $(VENV)/dev.stamp
	bash tests/run_checks.sh $(BIN)

fmt: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	git ls-files '*.html' ':!tests/vectors' | xargs $(BIN)/djade --target-version 5.2 || true

bench: $(VENV)/dev.stamp
	$(BIN)/python -m bench.enrollments $(ARGS)
	$(BIN)/python -m bench.certificates
	$(BIN)/python -m bench.dashboard
	$(BIN)/python -m bench.configuration
	$(BIN)/python -m bench.history
	$(BIN)/python -m bench.demo_footprint

docs: $(VENV)/dev.stamp
	$(BIN)/python -m tests.conformance write
	$(BIN)/python -m tests.domain.roles_page

fuzz: $(VENV)/dev.stamp
	$(BIN)/python -m tests.fuzzing $(ARGS)

screenshots: $(VENV)/dev.stamp
	$(BIN)/python -m tests.journeys.screenshots docs/screenshots

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: requirements.txt $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt requirements.txt $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $(VENV)/runtime.stamp $@
