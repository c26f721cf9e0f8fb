"""The employer's names as a mail shows them: display name without team words, tenant of the system."""

from __future__ import annotations

from watcher.core.contact.names import read_name, without_team_words
from watcher.core.message import Message
from watcher.core.rules import Rulebook


def firm_names(message: Message, rulebook: Rulebook) -> tuple[str, ...]:
    """Give every name the employer may go by in this mail, best first."""
    author = message.author
    if author is None or not author.name or read_name(author.name, author.local_part):
        return ()
    name = without_team_words(author.name)
    systems = {ats.name.casefold() for ats in rulebook.ats}
    return (name,) if name and name.casefold() not in systems else ()
