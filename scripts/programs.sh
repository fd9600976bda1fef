#!/bin/sh
# What the tests need besides the locked packages: installed as root on Debian and Ubuntu; elsewhere
# the tests that need it are reported as not run, with the command (tests/conftest.py).
set -eu
missing=
while read -r program package; do
    command -v "$program" >/dev/null 2>&1 || missing="$missing $package"
done <<LIST
faketime faketime
chromium chromium
LIST
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q
    # shellcheck disable=SC2086 — one word a package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
fi
