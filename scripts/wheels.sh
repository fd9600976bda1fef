#!/bin/sh
# Fill wheels/ with every wheel of requirements.lock that this machine's Python needs, so that the
# environment can be made again without a network. What is there already is not fetched again.
# Usage: wheels.sh PYTHON RAW
set -eu
wanted=$1 raw=$2
. scripts/python.sh

# A venv of its own for pip: .venv may not exist yet, or be what cannot be made.
beside=$(mktemp -d)
trap 'rm -rf "$beside"' EXIT
"$python" -m venv "$beside"
"$beside/bin/python" -m pip download --quiet --disable-pip-version-check --require-hashes \
    --dest wheels -r requirements.lock
say "wheels/ is complete: {count} wheels for {python}." count="$(find wheels -name '*.whl' | wc -l | tr -d ' ')" python="$("$python" --version)"
