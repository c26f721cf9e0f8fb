"""Private mail servers for tests: each in a folder of its own, on free loopback ports, gone when the test is.

Any user name logs in with the password `PASSWORD`. As root they run as another user, in a folder outside pytest's.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD = "secret"
NOBODY = 65534
START_S = 15.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """A running server."""

    name: str
    host: str
    port: int
    tls_port: int
    ca_file: str
    folder: Path


class NotHere(Exception):
    """The server is not installed."""


@contextmanager
def dovecot() -> Iterator[MailServer]:
    """A private Dovecot with Drafts, Sent, Trash, Junk and Archive."""
    program = shutil.which("dovecot") or "/usr/sbin/dovecot"
    if not Path(program).exists():
        raise NotHere("dovecot (Debian: apt-get install dovecot-imapd)")
    with _folder("dovecot") as folder:
        plain, tls = free_port(), free_port()
        make_certificate(folder)
        for name in ("run", "state", "mail"):
            (folder / name).mkdir()
        user, group = ("nobody", "nogroup") if os.geteuid() == 0 else _me()
        (folder / "dovecot.conf").write_text(_dovecot_conf(folder, user, group, plain, tls), encoding="utf-8")
        _give_away(folder)
        subprocess.run(
            [program, "-c", str(folder / "dovecot.conf")],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_as_nobody(),
        )
        try:
            _wait_for(plain, folder / "dovecot.log")
            _wait_for(tls, folder / "dovecot.log")
            yield MailServer("dovecot", "127.0.0.1", plain, tls, str(folder / "cert.pem"), folder)
        finally:
            _stop(folder / "run" / "master.pid")


def free_port() -> int:
    """Give a port of 127.0.0.1 nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def make_certificate(folder: Path, name: str = "localhost") -> None:
    """Write cert.pem and key.pem, self-signed, for `name` and 127.0.0.1."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", f"/CN={name}"),
            *("-addext", f"subjectAltName=DNS:{name}" + (",IP:127.0.0.1" if name == "localhost" else "")),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    # Not under pytest's tree: another user must reach it, and pytest may tidy up in mid-run.
    folder = Path(tempfile.mkdtemp(prefix=f"afterword-{name}-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _me() -> tuple[str, str]:
    import grp
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


def _give_away(folder: Path) -> None:
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)


def _as_nobody() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": ()}


def _wait_for(port: int, log: Path) -> None:
    ends = time.monotonic() + START_S
    while time.monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else "no log"
    raise RuntimeError(f"the server did not start: {said}")


def _stop(pid_file: Path) -> None:
    with suppress(OSError, ValueError):
        pid = int(pid_file.read_text(encoding="ascii"))
        os.kill(pid, signal.SIGTERM)
        for _ in range(200):
            os.kill(pid, 0)
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)


def _dovecot_conf(folder: Path, user: str, group: str, plain: int, tls: int) -> str:
    boxes = "\n".join(
        f"  mailbox {name} {{\n    auto = subscribe\n    special_use = \\{name}\n  }}"
        for name in ("Drafts", "Sent", "Trash", "Junk", "Archive")
    )
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:~/Maildir
mail_home = {folder}/mail/%u
mail_fsync = never
mail_max_userip_connections = 200
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
{boxes}
}}
imap_idle_notify_interval = 2 mins
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
"""
