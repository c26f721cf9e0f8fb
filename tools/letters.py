"""Reads our own letters: one a line in `tests/corpus/judge/*.txt`, whole ones in `tests/corpus/letters`.

A line of the first is `language label subject | body`; ` / ` parts paragraphs; `[bulk]` before the subject gives it
the header List-Unsubscribe; label is `no` for a rejection of the reader's job application, `other` for all else.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from tools.labelled import Row, load
from watcher.core.message import parse

if TYPE_CHECKING:
    from watcher.core.message import Message

_CORPUS = Path(__file__).resolve().parent.parent / "tests" / "corpus"
LINES = _CORPUS / "judge"
LETTERS = _CORPUS / "letters"
"""In the form of labelled.jsonl: `practice`, which rules are written by, and `exam`, which nobody reads."""

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


def letters(side: str) -> list[Row]:
    """Read whole letters: `practice` or `exam`, all languages."""
    return [row for path in sorted((LETTERS / side).glob("*.jsonl")) for row in load(path)]


def names() -> list[str]:
    """Give the names of the files of lines."""
    return sorted(path.stem for path in LINES.glob("*.txt"))


def cases(name: str) -> list[Case]:
    """Read a file of the corpus."""
    lines = (LINES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
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
