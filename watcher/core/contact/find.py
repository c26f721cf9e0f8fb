"""find_contact(): from every address seen to the one person who delivered the news, or to nobody."""

from __future__ import annotations

from watcher.core.contact.values import Contact, History, NoContact
from watcher.core.message import Message
from watcher.core.rules import Rulebook
from watcher.core.verdict import Verdict


def find_contact(
    message: Message,
    verdict: Verdict,
    rulebook: Rulebook,
    history: History = History(),  # noqa: B008 -- frozen
    own_addresses: frozenset[str] = frozenset(),
) -> Contact | NoContact:
    """Find the one person to write to among the addresses seen."""
    raise NotImplementedError
