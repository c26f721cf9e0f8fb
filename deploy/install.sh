#!/usr/bin/env bash
# Installs Afterword on a Debian-like server: /opt/afterword, its systemd unit, an empty place for the configuration.
# usage: sudo bash deploy/install.sh [WHEEL]     run it again to upgrade; your configuration and store are left alone.
set -euo pipefail

WHEEL=${1:-}
HERE=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || { echo "install: please run as root: sudo bash $0" >&2; exit 77; }

PYTHON=""
for name in python3.13 python3.12 python3.11 python3; do
  if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then PYTHON=$name; break; fi
done
[ -n "$PYTHON" ] || { echo "install: Python 3.11 or later is needed (apt-get install python3)" >&2; exit 69; }
"$PYTHON" -c 'import ensurepip' 2>/dev/null || apt-get install -y --no-install-recommends python3-venv

[ -x /opt/afterword/bin/python ] || "$PYTHON" -m venv /opt/afterword
/opt/afterword/bin/python -m pip install -q --disable-pip-version-check -r "$HERE/../requirements.lock"
if [ -n "$WHEEL" ]; then
  /opt/afterword/bin/python -m pip install -q --disable-pip-version-check --no-deps --force-reinstall "$WHEEL"
else
  /opt/afterword/bin/python -m pip install -q --disable-pip-version-check --no-deps --force-reinstall "$HERE/.."
fi

install -d -m 0755 /etc/afterword
[ -e /etc/afterword/password ] || install -m 0600 /dev/null /etc/afterword/password
for unit in afterword.service afterword-once.service afterword-once.timer; do
  install -m 0644 "$HERE/$unit" "/etc/systemd/system/$unit"
done
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  if systemctl is-active -q afterword.service; then systemctl restart afterword.service; fi
fi

cat <<'TEXT'
Installed. Next:
  1. /opt/afterword/bin/afterword init --output /etc/afterword/afterword.yaml
     (store: {url: "sqlite:////var/lib/afterword/afterword.db"}, password: {credential: imap})
  2. put the mailbox password into /etc/afterword/password
  3. systemctl enable --now afterword        or, without a daemon: systemctl enable --now afterword-once.timer
TEXT
