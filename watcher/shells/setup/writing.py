"""Answers -> the text of afterword.yaml: small, commented, no secret in it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import yaml

from watcher.errors import InputError
from watcher.shells.setup.answers import Answers


def config_text(answers: Answers) -> str:
    """Write the configuration; what is usual is left out."""
    me = [f"name: {_scalar(answers.name)}", f"timezone: {_scalar(answers.timezone)}"]
    if answers.country:
        me.append(f"country: {_scalar(answers.country)}")
    imap = [f"host: {_scalar(answers.host)}"]
    if answers.port and answers.port != {"tls": 993, "starttls": 143, "none": 143}[answers.security]:
        imap.append(f"port: {answers.port}")
    if answers.security != "tls":
        imap.append(f"security: {answers.security}")
    if answers.ca_file:
        imap.append(f"ca_file: {_scalar(answers.ca_file)}")
    lines = [
        "# Written by `afterword init`. All options: docs/reference/configuration.md",
        f"me: {{{', '.join(me)}}}",
        "accounts:",
        f"  - name: {_scalar(answers.account)}",
        f"    address: {_scalar(answers.address)}",
        f"    imap: {{{', '.join(imap)}}}",
        *_login(answers),
    ]
    if answers.smtp_host:
        smtp = f"host: {_scalar(answers.smtp_host)}, port: {answers.smtp_port}, security: {answers.smtp_security}"
        lines.append(f"    smtp: {{{smtp}}}    # only for notices to yourself and `afterword send`")
    mailboxes = [f"{key}: {_scalar(getattr(answers, key))}" for key in ("drafts", "sent") if getattr(answers, key)]
    if mailboxes:
        lines.append(f"    mailboxes: {{{', '.join(mailboxes)}}}")
    lines.append('store: {url: "sqlite:///afterword.db"}')
    return "\n".join(lines) + "\n"


def write_config(path: Path, text: str) -> None:
    """Replace the file in one step."""
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}; name another place with --output") from error


def _login(answers: Answers) -> list[str]:
    user = f"user: {_scalar(answers.user)}"
    if answers.place != "oauth2":
        named = answers.named
        shown = (
            f"[{', '.join(_scalar(part) for part in shlex.split(named))}]"
            if answers.place == "command"
            else _scalar(named)
        )
        return [f"    login: {{{user}, password: {{{answers.place}: {shown}}}}}"]
    lines = ["    login:", f"      {user}", "      oauth2:", f"        provider: {answers.provider}"]
    lines.append(f"        client_id: {_scalar(answers.client_id)}")
    if answers.client_secret_file:
        lines.append(f"        client_secret: {{file: {_scalar(answers.client_secret_file)}}}")
    return lines


def _scalar(text: str) -> str:
    """Quote where YAML asks for it, also inside braces."""
    plain = yaml.safe_dump(text, allow_unicode=True, width=10_000).removesuffix("\n").removesuffix("\n...")
    needs = any(mark in plain for mark in "{}[],") and not plain.startswith(("'", '"'))
    return "'" + plain.replace("'", "''") + "'" if needs else plain
