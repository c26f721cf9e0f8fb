#!/usr/bin/env bash
# Sets up what `make` needs. usage: tools/setup.sh venv | servers
# venv: .venv with the exact versions of requirements-dev.lock, and Afterword itself, editable.
# servers: the Debian packages the tests talk to, when we may install them; says clearly what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 77; fi
}

apt_install() {
  command -v apt-get >/dev/null || { say "no apt-get here; please install by hand: $*"; return 1; }
  if ! as_root true; then say "not root and no sudo; please install by hand: $*"; return 1; fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null 2>&1 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null 2>&1
}

python_for_us() {
  for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    if [ -z "$name" ] || ! command -v "$name" >/dev/null; then continue; fi
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' && { command -v "$name"; return; }
  done
  say "Python 3.11 or later is needed; set PYTHON=/path/to/python3"; exit 69
}

# Cyrus conflicts with Dovecot, so its packages are only fetched; the tests unpack them for themselves.
fetch_cyrus() {
  [ ! -e .cyrus/fetched ] && command -v apt-get >/dev/null || return 0
  mkdir -p .cyrus
  for package in cyrus-imapd cyrus-common sasl2-bin libsasl2-2 libsasl2-modules-db libclamav12 libmspack0 libical3 \
    libpcre3 libxapian30 libzephyr4 libwrap0 libjansson4 libldap-2.5-0 libpq5 libicu72 libxml2; do
    (cd .cyrus && apt-get -qq download "$package" >/dev/null 2>&1) || true
  done
  if ls .cyrus/cyrus-imapd_*.deb >/dev/null 2>&1; then touch .cyrus/fetched
  else say "could not fetch Cyrus: its tests will be skipped"; fi
}

case "${1:-}" in
venv)
  python=$(python_for_us)
  if [ ! -x .venv/bin/python ]; then
    say "making .venv with $("$python" --version)"
    "$python" -m venv .venv 2>/dev/null || { apt_install python3-venv && rm -rf .venv && "$python" -m venv .venv; } \
      || { say "could not make .venv: install python3-venv"; exit 69; }
  fi
  say "installing exact versions (a minute at most on a fresh machine)"
  .venv/bin/python -m pip install -q --disable-pip-version-check --root-user-action=ignore -r requirements-dev.lock
  .venv/bin/python -m pip install -q --disable-pip-version-check --root-user-action=ignore --no-deps -e .
  touch .venv/ready
  ;;
servers)
  wanted=$(grep -v '^#' tools/debian-packages.txt | tr '\n' ' ')
  missing=""
  for package in $wanted; do
    if command -v "$package" >/dev/null; then continue; fi  # there already, from Debian or elsewhere
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
  [ -n "$missing" ] || { fetch_cyrus; exit 0; }
  say "installing for the tests:$missing"
  # shellcheck disable=SC2086
  apt_install $missing || for package in $missing; do apt_install "$package" || say "could not install $package: its tests will be skipped (in CI: fail)"; done
  fetch_cyrus
  ;;
*) say "usage: tools/setup.sh venv | servers"; exit 64 ;;
esac
