"""A notice as a mail from the user to the user, over the account's SMTP server.

Source: RFC 3834 5 (Auto-Submitted), so that no vacation responder answers it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2s

from watcher.ports import Notice

SUBJECT_PREFIX = "Afterword: "


class MailNotifier:
    """Tells by mail to the user's own address, and to nobody else."""

    def __init__(self, own: str, deliver: Callable[[EmailMessage], None], now: Callable[[], datetime]) -> None:
        """Keep the way out.

        Args:
            own: The user's own address; sender and only recipient.
            deliver: Sends a message, once.
            now: For the Date field.
        """
        self._own = own
        self._deliver = deliver
        self._now = now

    def tell(self, notice: Notice) -> None:
        """Send the notice."""
        message = as_message(notice, self._own, self._now())
        assert str(message["To"]) == self._own  # never to anybody else, whatever changes above
        self._deliver(message)


def as_message(notice: Notice, own: str, now: datetime) -> EmailMessage:
    """Make the mail; the same notice always has the same Message-ID."""
    message = EmailMessage()
    message["From"] = own
    message["To"] = own
    message["Subject"] = SUBJECT_PREFIX + " ".join(notice.subject.split())
    message["Date"] = format_datetime(now)
    key = blake2s(f"{own}\0{notice.key}".encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    message["Message-ID"] = f"<notice.{key}@afterword.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.body.rstrip() + "\n")
    return message
