"""A draft the user has seen and told us to send -> sent, once, and its copy filed if the server files none.

Only `afterword send` reaches this; tests/architecture/test_sender.py holds it to that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses

from watcher.errors import MailRefused

_NOT_SENT_ALONG = ("Bcc", "X-Mozilla-Status", "X-Mozilla-Status2", "X-Mozilla-Draft-Info", "X-Unsent")


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft, ready to be sent: to whom, what about, its text, its bytes."""

    message: EmailMessage
    recipient: str
    subject: str
    text: str


def read_letter(raw: bytes) -> Letter:
    """Read the draft as it lies in Drafts, the user's changes included.

    Raises:
        MailRefused: It is not to exactly one person.
    """
    parsed = message_from_bytes(raw, policy=SMTP.clone(max_line_length=998))
    assert isinstance(parsed, EmailMessage)
    people = [address for name in ("To", "Cc", "Bcc") for _, address in getaddresses(parsed.get_all(name, []))]
    if len(people) != 1 or "@" not in people[0]:
        raise MailRefused(f"the draft is to {len(people)} addresses; a request goes to exactly one person")
    for name in _NOT_SENT_ALONG:
        del parsed[name]
    body = parsed.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    return Letter(parsed, people[0], str(parsed["Subject"] or ""), str(text))


def file_copy(letter: Letter, is_filed: Callable[[], bool], lay: Callable[[bytes], None]) -> bool:
    """File a copy of what was sent when the server has filed none; True when we filed one.

    Args:
        letter: What was sent.
        is_filed: Tells whether the Sent mailbox has it.
        lay: Lays the copy into the Sent mailbox.
    """
    if is_filed():
        return False
    lay(letter.message.as_bytes(policy=SMTP))
    return True
