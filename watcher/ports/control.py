"""What the user says from the mailbox, and our own marks there; opt-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from watcher.ports.mail import Cursor


@dataclass(frozen=True, slots=True)
class Marked:
    """One message of a mailbox with the keywords that matter.

    Attributes:
        mailbox: Where it lies.
        uid: In that mailbox.
        message_id: Without angle brackets; empty when it has none.
        keywords: In lower case, with or without `$` as the server has them; only those that were asked for.
    """

    mailbox: str
    uid: int
    message_id: str
    keywords: frozenset[str] = frozenset()


class Control(Protocol):
    """The second, opt-in port: what the user says from the mailbox, and our own marks; never anybody's mail itself.

    It can set and remove keywords, make folders of our own, remove a draft that is byte for byte ours, and lay a notice
    into the user's own mailbox. Raises MailUnavailable or MailRefused.
    """

    def keywords_allowed(self) -> bool:
        r"""Tell whether INBOX stores keywords of one's own (`\*` in PERMANENTFLAGS, RFC 9051 7.1)."""
        ...

    def marked(self, keywords: Sequence[str]) -> list[Marked]:
        """Give the messages of INBOX that carry any of these keywords, in any case, with or without `$`."""
        ...

    def mark(self, message_id: str, add: Sequence[str], remove: Sequence[str]) -> bool:
        """Set and remove keywords on a message of INBOX; False when it is not there or the server keeps none."""
        ...

    def make_folders(self, names: Sequence[str]) -> list[str]:
        """Make sure mailboxes of these paths (`Feedback/ask`) exist; give those that could not be made."""
        ...

    def dropped(self, name: str, after: Cursor | None) -> tuple[list[Marked], Cursor | None]:
        """Give what was copied or moved into one of our folders since the cursor, and the new cursor."""
        ...

    def remove_own_draft(self, message_id: str, raw: bytes) -> bool:
        """Remove a draft of ours from Drafts, only if it is still exactly these bytes; False otherwise."""
        ...

    def lay(self, mailbox: str, raw: bytes) -> None:
        """APPEND a notice to a mailbox of the user's own, unread."""
        ...

    def close(self) -> None:
        """Log out or drop the connection; may be called twice."""
        ...
