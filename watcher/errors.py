"""Every error Afterword raises on purpose, split by WHO must act and WHETHER waiting helps.

    WatcherError
    +-- ConfigError            the user edits a file            exit 78 (EX_CONFIG)
    |   +-- RuleError          ... under rules/
    |   +-- TemplateError      ... under templates/
    +-- UsageError             the user types it differently    exit 64 (EX_USAGE)
    +-- InputError             a file named cannot be read      exit 66 (EX_NOINPUT)
    +-- MailError
    |   +-- MailUnavailable    temporary: back off, try again   exit 75 (EX_TEMPFAIL)
    |   +-- MailRefused        permanent until somebody acts    exit 77 (EX_NOPERM)
    |   +-- MailUncertain      may have been sent: look first   exit 76 (EX_PROTOCOL)
    +-- SecretError            a password cannot be had         exit 77 (EX_NOPERM)
    +-- StoreError             the database                     exit 74 (EX_IOERR)
    +-- AlreadyRunning         another daemon holds the lock    exit 75 (EX_TEMPFAIL)

Ordinary outcomes (not a rejection, nobody to write to, already placed) are values, never errors.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place: what, where, and what to do.

    Attributes:
        file: Path as the user would type it.
        line: 1-based, 0 when the whole file is meant.
        where: Dotted path or rule id inside the file; may be empty.
        what: What was found, in one sentence.
        hint: What is allowed or what to do; may be empty.
    """

    file: str
    line: int
    where: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        inside = f"{self.where}: " if self.where else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {inside}{self.what}{hint}"


class WatcherError(Exception):
    """Root of everything raised on purpose; `exit_code` is from sysexits.h."""

    exit_code = 70


class ConfigError(WatcherError):
    """A file the user wrote is wrong; carries all its problems at once."""

    exit_code = 78

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class RuleError(ConfigError):
    """A file under rules/ is wrong."""


class TemplateError(ConfigError):
    """A file under templates/ is wrong."""


class UsageError(WatcherError):
    """A command was given something it does not take."""

    exit_code = 64


class InputError(WatcherError):
    """A file or message that was named cannot be found or read."""

    exit_code = 66


class MailError(WatcherError):
    """A mailbox could not be used."""


class MailUnavailable(MailError):
    """Temporary: connection lost, server busy, time-out. Back off and ask again."""

    exit_code = 75


class MailRefused(MailError):
    """Permanent until somebody acts: login, permission, no such mailbox, over quota."""

    exit_code = 77


class MailUncertain(MailError):
    """The connection broke after a text was handed over: it may have been sent. Look before trying again."""

    exit_code = 76


class SecretError(WatcherError):
    """A secret named in the configuration cannot be had."""

    exit_code = 77


class StoreError(WatcherError):
    """The database cannot be used: locked, full, corrupt, unwritable."""

    exit_code = 74


class AlreadyRunning(WatcherError):
    """Another Afterword works on the same store."""

    exit_code = 75
