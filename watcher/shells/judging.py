"""One item of a file or mailbox -> its verdict as a JSON object; the rules are loaded once a process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from watcher.adapters.mailfiles import Item
from watcher.adapters.rulebook import load_rulebook
from watcher.core.contact import NoContact, find_contact
from watcher.core.job_application import Details, understand
from watcher.core.message import Message, parse
from watcher.core.verdict import Certainty, Memory, Outcome, judge
from watcher.shells.verdict_json import failure_json, verdict_json

_NO_JOB = NoContact("this is not about a job application")
_NO_REFUSAL = NoContact("only the author of a refusal is asked")


class Judge:
    """Rules and addresses of one user."""

    def __init__(self, own_rules: str, own_addresses: frozenset[str]) -> None:
        self.rulebook = load_rulebook(Path(own_rules) if own_rules else None)
        self.memory = Memory(own_addresses=own_addresses)

    def line(self, item: Item) -> dict[str, Any]:
        """Judge one message; never raises: what goes wrong stands in the line."""
        if item.kind != "message":
            return failure_json(item.path, item.error)
        message = parse(item.raw)
        if message.error:
            return failure_json(item.path, message.error, message.message_id)
        try:
            return self._judged(item.path, message)
        except Exception as error:  # noqa: BLE001 -- one bad message costs one message; its line says so
            return failure_json(item.path, f"{type(error).__name__}: {error}", message.message_id)

    def _judged(self, path: str, message: Message) -> dict[str, Any]:
        verdict = judge(message, self.rulebook, self.memory)
        if verdict.outcome is Outcome.OTHER and verdict.certainty is Certainty.SURE:  # most mail: nobody to find
            return verdict_json(path, message, verdict, _NO_JOB, Details())
        own = self.memory.own_addresses
        contact = (
            find_contact(message, verdict, self.rulebook, own_addresses=own) if verdict.outcome.is_no else _NO_REFUSAL
        )
        return verdict_json(path, message, verdict, contact, understand(message, verdict, self.rulebook))
