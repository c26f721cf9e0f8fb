"""Rows of labelled.jsonl -> mail, the same bytes every time, so that accuracy is measured on whole messages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
LABELLED = DATA / "labelled.jsonl"
_START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_NEUTRAL = Address("", "office", "employer.example")
"""For rows without a sender; its name says nothing of jobs."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled case.

    Attributes:
        id: Of the case.
        label: What it is: rejection, acknowledgement, ...
        lang: Language tag.
        subject: May be empty.
        sender: From as given; may be empty or cut off.
        body: Plain text.
        kind: `received` is mail somebody really got; the rest are templates, pages and made-up cases.
        family: Near-duplicates share it.
        group: Families that must not straddle a split share it.
        split: Of the data's makers.
        source: Repository or site it was taken from.
        doubtful: The label is arguable.
    """

    id: str
    label: str
    lang: str
    subject: str
    sender: str
    body: str
    kind: str
    family: str
    group: str
    split: str
    source: str
    doubtful: bool


def load(path: Path = LABELLED) -> list[Row]:
    """Read every row, in the order of the file."""
    return list(_rows(path))


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield Row(
                id=row["id"],
                label=row["label"],
                lang=row.get("lang", ""),
                subject=row.get("subject") or "",
                sender=row.get("from") or "",
                body=row.get("body") or "",
                kind=row.get("kind", ""),
                family=row.get("family", ""),
                group=row.get("group", ""),
                split=row.get("split", ""),
                source=row.get("source_repo", ""),
                doubtful=bool(row.get("doubtful")),
            )


def to_mail(row: Row) -> bytes:
    """Make the row an RFC 5322 message: From as given where it can be read, else a neutral address."""
    digest = hashlib.sha256(row.id.encode()).digest()
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _sender(row.sender)
    mail["To"] = "sam@example.org"
    mail["Subject"] = " ".join(row.subject.split())
    mail["Date"] = _START + timedelta(minutes=int.from_bytes(digest[:2], "big"))
    mail["Message-ID"] = f"<{row.id}@labelled.example>"
    mail.set_content(row.body.replace("\r\n", "\n"), charset="utf-8", cte="base64")
    return mail.as_bytes()


def _sender(given: str) -> Address:
    name, _, rest = given.partition("<")
    local, _, domain = rest.strip(" >").rpartition("@")
    if "@" in name and not rest:
        local, _, domain = name.strip().rpartition("@")
        name = ""
    try:
        return Address(" ".join(name.replace('"', "").split()), local, domain) if local and domain else _named(name)
    except ValueError:
        return _named(name)


def _named(name: str) -> Address:
    clean = " ".join(name.replace('"', "").split())
    return Address(clean, _NEUTRAL.username, _NEUTRAL.domain)
