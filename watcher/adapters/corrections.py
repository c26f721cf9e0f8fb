"""What the user taught, in a YAML file anybody can read, change or delete: `corrections.yaml` beside the store.

    corrections:
    - {key: jobs@acme.example 1f2e..., outcome: other, subject: Your application}

Nothing is learned but what stands here; a correction reaches one sender's one wording.
"""

from __future__ import annotations

import os
from pathlib import Path

import yaml
from pydantic import Field

from watcher.core.rules.shape import Shape
from watcher.core.verdict import Outcome
from watcher.core.verdict.correction import Correction
from watcher.documents import read_document, validate
from watcher.errors import ConfigError, StoreError

HEAD = """\
# What you taught Afterword by `afterword correct`, keywords or folders. One entry is one sender's one wording.
# Delete an entry to forget it. outcome: rejection, rejection_with_offer, position_closed, on_hold, acknowledgement,
# interview, assessment, offer, requirement_question, withdrawn, other
"""


class Entry(Shape):
    """One correction."""

    key: str = Field(min_length=3, description="Sender and fingerprint of the wording.")
    outcome: Outcome = Field(description="What such mail is.")
    subject: str = Field(default="", description="Of the mail you corrected, so that you recognise the entry.")


class CorrectionsFile(Shape):
    """The file."""

    corrections: tuple[Entry, ...] = ()


def read_corrections(path: Path) -> dict[str, str]:
    """Give key -> outcome; empty when there is no file yet.

    Raises:
        ConfigError: The file was edited and is wrong; with every problem and its line.
    """
    return {entry.key: str(entry.outcome) for entry in _entries(path)}


def add_correction(path: Path, correction: Correction) -> None:
    """Write one correction, replacing an older one for the same key.

    Raises:
        ConfigError: The file that is there is wrong.
        StoreError: It cannot be written.
    """
    kept = [entry for entry in _entries(path) if entry.key != correction.key]
    _write(path, [*kept, Entry(key=correction.key, outcome=correction.outcome, subject=correction.subject)])


def remove_correction(path: Path, key: str) -> bool:
    """Forget one correction; False when there was none."""
    entries = _entries(path)
    kept = [entry for entry in entries if entry.key != key]
    if len(kept) != len(entries):
        _write(path, kept)
    return len(kept) != len(entries)


def _entries(path: Path) -> list[Entry]:
    if not path.is_file():
        return []
    document = read_document(path)
    file = validate(document, CorrectionsFile)
    if file is None:
        raise ConfigError(*document.problems)
    return list(file.corrections)


def _write(path: Path, entries: list[Entry]) -> None:
    plain = {"corrections": [entry.model_dump(mode="json") for entry in entries]}
    text = HEAD + yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=10_000)
    beside = path.with_name(f".{path.name}.new")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error
