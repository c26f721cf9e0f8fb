"""Reads the judge's own corpus: `tests/corpus/judge/*.txt`, one letter a line, written before the rules were read.

A line is `language label subject | body`; ` / ` parts paragraphs; `[bulk]` before the subject gives it the header
List-Unsubscribe; label is `no` for a rejection of the reader's job application, `other` for all else.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.core.message import parse

if TYPE_CHECKING:
    from watcher.core.message import Message

FOLDER = Path(__file__).parent / "judge"
_BULK = "[bulk] "


@dataclass(frozen=True, slots=True)
class Case:
    """A letter of our own making."""

    language: str
    is_no: bool
    subject: str
    body: str
    is_bulk: bool

    def message(self) -> Message:
        """Give it as whole mail from a person of a company that says nothing of jobs."""
        mail = EmailMessage()
        mail["From"] = "Pat Miller <pat.miller@company.example>"
        mail["To"] = "sam.carter@home.example"
        mail["Subject"] = self.subject
        mail["Date"] = "Mon, 02 Nov 2026 09:30:00 +0000"
        mail["Message-ID"] = "<own-case@company.example>"
        if self.is_bulk:
            mail["List-Unsubscribe"] = "<https://company.example/unsubscribe>"
        mail.set_content(self.body)
        return parse(mail.as_bytes())


def cases(name: str) -> list[Case]:
    """Read a file of the corpus."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [_case(line) for line in lines if line.strip() and not line.startswith("#")]


def _case(line: str) -> Case:
    language, label, rest = line.split(" ", 2)
    if label not in {"no", "other"}:
        raise ValueError(line)
    subject, body = rest.split(" | ", 1)
    return Case(
        language=language,
        is_no=label == "no",
        subject=subject.removeprefix(_BULK),
        body=body.replace(" / ", "\n\n"),
        is_bulk=subject.startswith(_BULK),
    )
