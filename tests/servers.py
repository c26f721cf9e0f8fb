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
def dovecot(tokeninfo: str = "") -> Iterator[MailServer]:
    """A private Dovecot with Drafts, Sent, Trash, Junk and Archive.

    Args:
        tokeninfo: Address at which tokens are verified: XOAUTH2 and OAUTHBEARER are then offered, and passwords not.
    """
    program = shutil.which("dovecot") or "/usr/sbin/dovecot"
    if not Path(program).exists():
        raise NotHere("dovecot (Debian: apt-get install dovecot-imapd)")
    with _folder("dovecot") as folder:
        plain, tls = free_port(), free_port()
        make_certificate(folder)
        for name in ("run", "state", "mail"):
            (folder / name).mkdir()
        user, group = ("nobody", "nogroup") if os.geteuid() == 0 else _me()
        conf = _dovecot_conf(folder, user, group, plain, tls)
        (folder / "dovecot.conf").write_text(
            _by_token(conf, folder, tokeninfo) if tokeninfo else conf, encoding="utf-8"
        )
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


CYRUS_PACKAGES = Path(__file__).parent.parent / ".cyrus"
"""Where `tools/setup.sh servers` puts Cyrus' Debian packages: it conflicts with Dovecot, so it is never installed."""


@contextmanager
def cyrus(users: int = 150) -> Iterator[MailServer]:
    """A private Cyrus out of unpacked Debian packages; plain text only; users cy1, cy2, ... up to `users`."""
    packages = sorted(CYRUS_PACKAGES.glob("*.deb"))
    if not packages or not shutil.which("dpkg"):
        raise NotHere("cyrus (its Debian packages are not in .cyrus/; run: make servers)")
    with _folder("cyrus") as folder:
        root = folder / "root"
        for package in packages:
            subprocess.run(["dpkg", "-x", str(package), str(root)], check=True, capture_output=True)
        libraries = ":".join(str(root / place) for place in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"))
        environment = os.environ | {
            "LD_LIBRARY_PATH": libraries,
            "SASL_PATH": str(root / "usr/lib/x86_64-linux-gnu/sasl2"),
            "HOME": str(folder),
        }
        programs = root / "usr/lib/cyrus/bin"
        missing = subprocess.run(
            ["ldd", str(programs / "imapd")], check=False, capture_output=True, text=True, env=environment
        )
        if "not found" in missing.stdout:
            raise NotHere(
                f"cyrus (libraries: {[line.split()[0] for line in missing.stdout.splitlines() if 'not found' in line]})"
            )
        names = ("db", "socket", "proc", "lock", "log", "msg", "ptclient", "quota", "user")
        for name in ("spool", "run", "sieve", *(f"conf/{name}" for name in names)):
            (folder / name).mkdir(parents=True, exist_ok=True)
        port = free_port()
        user, group = ("nobody", "nogroup") if os.geteuid() == 0 else _me()
        (folder / "imapd.conf").write_text(_cyrus_conf(folder, user, group), encoding="utf-8")
        (folder / "cyrus.conf").write_text(_cyrus_services(folder, programs, port), encoding="utf-8")
        for number in range(1, users + 1):
            command = [str(root / "usr/sbin/saslpasswd2"), "-p", "-c", "-f", str(folder / "sasldb2"), "-u", "localhost"]
            subprocess.run(
                [*command, f"cy{number}"], check=True, input=PASSWORD.encode(), capture_output=True, env=environment
            )
        _give_away(folder)
        subprocess.run(
            [
                *(str(programs / "master"), "-C", str(folder / "imapd.conf"), "-M", str(folder / "cyrus.conf")),
                *("-p", str(folder / "run/master.pid"), "-d", "-L", str(folder / "master.log")),
            ],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            **_as_nobody(),
        )
        try:
            _wait_for(port, folder / "master.log")
            yield MailServer("cyrus", "127.0.0.1", port, 0, "", folder)
        finally:
            _stop(folder / "run/master.pid")


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
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


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


def _by_token(conf: str, folder: Path, tokeninfo: str) -> str:
    settings = folder / "oauth2.conf.ext"
    settings.write_text(
        f"tokeninfo_url = {tokeninfo}?access_token=\nusername_attribute = email\nusername_format = %u\n"
        "client_id = afterword\nclient_secret = unused\n",
        encoding="utf-8",
    )
    static = f"passdb {{\n  driver = static\n  args = password={PASSWORD}\n}}"
    verified = f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {settings}\n}}"
    if static not in conf:
        raise AssertionError("the password database of the configuration was not found")
    return conf.replace(static, verified).replace(
        "auth_mechanisms = plain login", "auth_mechanisms = xoauth2 oauthbearer"
    )


def _cyrus_conf(folder: Path, user: str, group: str) -> str:
    return f"""
configdirectory: {folder}/conf
proc_path: {folder}/conf/proc
mboxname_lockpath: {folder}/conf/lock
defaultpartition: default
partition-default: {folder}/spool
cyrus_user: {user}
cyrus_group: {group}
admins: cyrus
altnamespace: yes
unixhierarchysep: yes
virtdomains: off
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {folder}/sasldb2
sasl_mech_list: PLAIN LOGIN
idlesocket: {folder}/conf/socket/idle
autocreate_quota: 0
autocreate_post: yes
autocreate_inbox_folders: Drafts|Sent|Trash|Junk|Archive
autocreate_subscribe_folders: Drafts|Sent|Trash|Junk|Archive
xlist-drafts: Drafts
xlist-sent: Sent
xlist-trash: Trash
xlist-junk: Junk
xlist-archive: Archive
specialusealways: 1
imapidlepoll: 1
sieveusehomedir: false
sievedir: {folder}/sieve
servername: localhost
hashimapspool: true
"""


def _cyrus_services(folder: Path, programs: Path, port: int) -> str:
    return f"""
START {{
  recover cmd="{programs}/ctl_cyrusdb -C {folder}/imapd.conf -r"
  idled cmd="{programs}/idled -C {folder}/imapd.conf"
}}
SERVICES {{
  imap cmd="{programs}/imapd -C {folder}/imapd.conf" listen="127.0.0.1:{port}" prefork=1
}}
EVENTS {{
  checkpoint cmd="{programs}/ctl_cyrusdb -C {folder}/imapd.conf -c" period=30
}}
"""
