#!/bin/sh
# Make .venv from requirements.lock. Stops before doing anything when Python or Pango is missing,
# and says what to type. Usage: environment.sh PYTHON RAW
set -eu
wanted=$1 raw=$2
root_on_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
apt_install() { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; }

# The bounds stand once, in pyproject.toml, and are those that the tests were run with.
low=$(sed -n 's/^requires-python = ">=3\.\([0-9]*\),<3\.[0-9]*"/\1/p' pyproject.toml)
high=$(sed -n 's/^requires-python = ">=3\.[0-9]*,<3\.\([0-9]*\)"/\1/p' pyproject.toml)
fits() { "$1" -c "import sys; sys.exit(not (3, $low) <= sys.version_info[:2] < (3, $high))" 2>/dev/null; }
python=
for candidate in "$wanted" python3 $(i=$((high - 1)); while [ $i -ge "$low" ]; do echo python3.$i; i=$((i - 1)); done); do
    if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then python=$candidate && break; fi
done
if [ -z "$python" ]; then # without a Python that can read the catalogue, both languages are said
    found=$("$wanted" --version 2>&1 || true)
    echo "Il faut Python 3.$low à 3.$((high - 1)) ; trouvé : $found." >&2
    echo "This needs Python 3.$low to 3.$((high - 1)); found: $found." >&2
    echo "  Debian, Ubuntu:  sudo apt-get install python3 python3-venv" >&2
    echo "  Fedora:          sudo dnf install python3.$((high - 1))" >&2
    echo "  macOS:           brew install python@3.$((high - 1))" >&2
    exit 1
fi
say() { "$python" -m pipeline.messages "$raw" "$@"; }

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

if ! "$python" -c "import ensurepip" 2>/dev/null; then
    if root_on_debian; then apt_install python3-venv
    else say "Python's venv is missing: sudo apt-get install python3-venv" >&2; exit 1; fi
fi
say "Making the environment (.venv); this takes a few minutes, once."
rm -f .venv/.ready
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
touch .venv/.ready
