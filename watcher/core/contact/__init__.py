"""Message, Verdict, history -> Contact or NoContact: the person who delivered the news, never guessed."""

from watcher.core.contact.find import find_contact
from watcher.core.contact.opening import firm_names
from watcher.core.contact.values import Candidate, Contact, ContactKind, History, NoContact, Role, Trust

__all__ = [
    "Candidate",
    "Contact",
    "ContactKind",
    "History",
    "NoContact",
    "Role",
    "Trust",
    "find_contact",
    "firm_names",
]
