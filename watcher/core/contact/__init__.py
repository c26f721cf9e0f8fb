"""Message, Verdict, history -> Contact or NoContact: the person who delivered the news, never guessed."""

from watcher.core.contact.address import (
    FREEMAIL,
    classify,
    is_company_label,
    is_noise,
    is_writable,
    letters,
    origin,
    registrable,
    system_of,
)
from watcher.core.contact.calendar import meetings
from watcher.core.contact.find import find_contact
from watcher.core.contact.names import read_name
from watcher.core.contact.opening import Opening, firm_names, read_opening
from watcher.core.contact.patterns import Group, Key, compile_pattern
from watcher.core.contact.seen import firm_domains, is_bulk, relates
from watcher.core.contact.titles import same_role
from watcher.core.contact.values import Candidate, Contact, ContactKind, History, NoContact, Role, Trust

__all__ = [
    "FREEMAIL",
    "Candidate",
    "Contact",
    "ContactKind",
    "Group",
    "History",
    "Key",
    "NoContact",
    "Opening",
    "Role",
    "Trust",
    "classify",
    "compile_pattern",
    "find_contact",
    "firm_domains",
    "firm_names",
    "is_bulk",
    "is_company_label",
    "is_noise",
    "is_writable",
    "letters",
    "meetings",
    "origin",
    "read_name",
    "read_opening",
    "registrable",
    "relates",
    "same_role",
    "system_of",
]
