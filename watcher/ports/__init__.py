"""What the line needs of the outside world, as Protocols: one file each, with the values it passes.

The mail port is the safety rail: it reads and places drafts. It has no send, delete, move or set-flag, so no
bug above it can do those.
"""

from watcher.ports.clock import Clock
from watcher.ports.control import Control, Marked
from watcher.ports.mail import AccountFacts, Cursor, Fetched, Found, HistoryQuery, MailAccount, MailboxRole, Placed
from watcher.ports.notifier import Notice, Notifier
from watcher.ports.records import AnswerRecord, Change, DraftRecord, DraftState, EventRecord, Health, Seen
from watcher.ports.store import Store
from watcher.ports.wording import Wording

__all__ = [
    "AccountFacts",
    "AnswerRecord",
    "Change",
    "Clock",
    "Control",
    "Cursor",
    "DraftRecord",
    "DraftState",
    "EventRecord",
    "Fetched",
    "Found",
    "Health",
    "HistoryQuery",
    "MailAccount",
    "MailboxRole",
    "Marked",
    "Notice",
    "Notifier",
    "Placed",
    "Seen",
    "Store",
    "Wording",
]
