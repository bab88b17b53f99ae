#!/usr/bin/env bash
# The checks, then the whole suite with its coverage gates. Usage: run_all.sh BIN.
# What must be left out is said loudly; with REQUIRE_ALL=1 leaving anything out fails.
set -euo pipefail
bin=$1
bash tests/install_system_packages.sh

bash tests/run_checks.sh "$bin"

measured=build/coverage
rm -rf "$measured" build/outcomes && mkdir -p "$measured"

echo "== tests of the demo CA (its own settings)"
COVERAGE_FILE=$measured/democa DJANGO_SETTINGS_MODULE=democa.settings \
  "$bin/coverage" run -m pytest tests/democa

echo "== tests"
COVERAGE_FILE=$measured/main "$bin/python" -m pytest -n 2 --dist loadscope --cov --cov-report= \
  --ignore=tests/democa

echo "== coverage: 95 % overall, 100 % of the pure packages and modules"
export COVERAGE_FILE=$measured/all
"$bin/coverage" combine --quiet "$measured/democa" "$measured/main"
"$bin/coverage" report --fail-under=95
"$bin/coverage" report --fail-under=100 --include="$(paste -sd, tests/pure_modules.txt)"

echo "== what the pages say of the tests, against this run"
"$bin/python" -m tests.conformance verify
