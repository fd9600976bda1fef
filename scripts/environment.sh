#!/bin/sh
# Make .venv from requirements.lock: from the folder wheels/ where there is one, without any network,
# else from the network. Stops before doing anything when Python or Pango is missing,
# and says what to type. Usage: environment.sh PYTHON RAW
set -eu
wanted=$1 raw=$2

. scripts/python.sh
# Two makes at once fill one environment: the second waits, and finds it ready.
if [ -z "${UTOPIES_LOCKED:-}" ]; then
    UTOPIES_LOCKED=1 exec "$python" -m pipeline.lock "$raw" sh "$0" "$wanted" "$raw"
fi
[ ! .venv/.ready -nt requirements.lock ] || exit 0

has_pango() { "$python" -c "
import ctypes.util, os, sys
there = lambda name: ctypes.util.find_library(name) or any(os.path.exists(f'{d}/lib{name}.dylib') for d in ('/opt/homebrew/lib', '/usr/local/lib'))
sys.exit(not all(map(there, ('pango-1.0', 'pangoft2-1.0', 'harfbuzz-subset'))))"; }
if ! has_pango; then
    if root_on_debian; then
        apt_install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libfontconfig1
    else
        say "WeasyPrint needs the system's Pango, which is missing. Install it, then run make again:" >&2
        echo "  Debian, Ubuntu:  sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" >&2
        echo "  Fedora:          sudo dnf install pango harfbuzz" >&2
        echo "  macOS:           brew install pango" >&2
        exit 1
    fi
fi

say "Making the environment (.venv); this takes a few minutes, once."
rm -f .venv/.ready
"$python" -m venv .venv
install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock "$@"; }
if [ -d wheels ]; then # whoever filled it wants no network
    install --no-index --find-links wheels || {
        say "The folder wheels/ does not hold everything that requirements.lock names. With a network, run make wheels; or delete the folder, and make takes the rest from the network." >&2
        exit 1
    }
else
    install
fi
touch .venv/.ready
