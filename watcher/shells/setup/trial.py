"""A configuration -> the first login: what the server offers, where Drafts and Sent are, or why it failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from watcher.config import Account, Config
from watcher.errors import MailError, SecretError
from watcher.ports import AccountFacts, MailAccount


@dataclass(frozen=True, slots=True)
class Trial:
    """How the first login went.

    Attributes:
        facts: What the server offers; None when nothing worked.
        problem: One sentence with what to do; empty when it worked.
        exit_code: Of sysexits.h, 0 when it worked.
    """

    facts: AccountFacts | None
    problem: str = ""
    exit_code: int = 0


def try_account(
    config: Config, account: Account, open_account: Callable[[Config, Account], MailAccount]
) -> tuple[Trial, MailAccount | None]:
    """Log in and look around; the account is left open for more."""
    try:
        opened = open_account(config, account)
        facts = opened.facts()
    except (MailError, SecretError) as error:
        return Trial(None, str(error), error.exit_code), None
    return Trial(facts), opened


def told(facts: AccountFacts) -> list[str]:
    """Say what was seen, one line a thing."""
    lines = [
        f"{role.capitalize()}: {facts.mailboxes[role]} (found by {facts.found_by.get(role, 'name')})"
        for role in ("inbox", "drafts", "sent")
        if role in facts.mailboxes
    ]
    if "sent" not in facts.mailboxes:
        lines.append("Sent: not found; set mailboxes: {sent: NAME}, else a draft you send is only known by its absence")
    lines.append(
        "New mail is announced at once (IDLE)." if facts.idle else "New mail is asked for every few minutes (no IDLE)."
    )
    if facts.keywords_allowed is not None:
        can = "can" if facts.keywords_allowed else "cannot"
        lines.append(f"Keywords {can} be stored; {'' if facts.keywords_allowed else 'use '}folders work as well.")
    return lines


def sample_draft(account: Account, name: str, now: datetime) -> tuple[str, bytes]:
    """Make a harmless draft to the user; give (message id, bytes)."""
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import format_datetime

    message_id = f"afterword-test-{now:%Y%m%d%H%M%S}@{account.address.rpartition('@')[2]}"
    message = EmailMessage(policy=SMTP)
    message["From"] = message["To"] = account.address
    message["Subject"] = "Afterword: a test draft"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{message_id}>"
    message.set_content(f"Hello {name},\n\nthis draft shows that drafts can be placed. It is removed again at once.\n")
    return message_id, message.as_bytes()
