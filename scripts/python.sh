# Sourced by environment.sh and wheels.sh, with wanted= and raw= set: finds a Python that fits, as
# $python, and the ways to install and to speak. Stops with what to type when there is none.
# shellcheck shell=sh
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

if ! "$python" -c "import ensurepip" 2>/dev/null; then
    if root_on_debian; then apt_install python3-venv
    else say "Python's venv is missing: sudo apt-get install python3-venv" >&2; exit 1; fi
fi
