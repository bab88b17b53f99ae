#!/usr/bin/env bash
# Every check that needs no test run. Usage: run_checks.sh BIN (the folder of the tools).
set -euo pipefail
bin=$1
SCEPADMIN_DATA=$(mktemp -d)
export SCEPADMIN_DATA
trap 'rm -rf "$SCEPADMIN_DATA"' EXIT
mapfile -t templates < <(git ls-files '*.html' ':!tests/vectors')

echo "== layers";     "$bin/lint-imports" --no-cache
echo "== format";     "$bin/ruff" format --check .
echo "== lint";       "$bin/ruff" check .
echo "== types";      "$bin/mypy" .
echo "== templates";  "$bin/djade" --check --target-version 5.2 "${templates[@]}"
                      "$bin/djlint" --lint --quiet "${templates[@]}"
echo "== django";     "$bin/python" manage.py check
                      "$bin/python" manage.py makemigrations --check --dry-run
                      DJANGO_SETTINGS_MODULE=democa.settings DEMOCA_DATA="$SCEPADMIN_DATA/democa" \
                          "$bin/python" -m django makemigrations --check --dry-run
