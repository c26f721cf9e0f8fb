"""A notice as a mail laid into a mailbox of the user's own (IMAP APPEND); nothing is sent.

Source: RFC 9051 6.3.12 (APPEND).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from watcher.ports import Notice


class MailboxNotifier:
    """Lays notices into one mailbox."""

    def __init__(
        self,
        mailbox: str,
        lay: Callable[[str, bytes], None],
        make: Callable[[Notice, datetime], EmailMessage],
        now: Callable[[], datetime],
    ) -> None:
        """Keep the way in.

        Args:
            mailbox: Name of a mailbox of the user's own.
            lay: Lays raw bytes into a mailbox, unread.
            make: Turns a notice into a mail to the user.
            now: For the Date field.
        """
        self._mailbox = mailbox
        self._lay = lay
        self._make = make
        self._now = now

    def tell(self, notice: Notice) -> None:
        """Lay the notice."""
        self._lay(self._mailbox, self._make(notice, self._now()).as_bytes(policy=SMTP))
