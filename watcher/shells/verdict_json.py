"""One message's verdict, person and details as the JSON object that `scan` and `explain` print."""

from __future__ import annotations

from typing import Any

from watcher.core.contact import Contact, NoContact
from watcher.core.job_application import Details
from watcher.core.message import Message
from watcher.core.verdict import Verdict


def verdict_json(
    path: str, message: Message, verdict: Verdict, contact: Contact | NoContact, details: Details
) -> dict[str, Any]:
    """Give the object: always the same keys, None where nothing was found.

    `contact` is an object with address, name and kind; or None, and then `no_contact_reason` says why.
    """
    return {
        "path": path,
        "message_id": message.message_id,
        "outcome": str(verdict.outcome),
        "certainty": str(verdict.certainty),
        "language": verdict.language,
        "employer": details.employer or None,
        "role": details.role or None,
        "requisition": details.requisition or None,
        "stage": str(details.stage),
        "contact": _contact(contact) if isinstance(contact, Contact) else None,
        "no_contact_reason": contact.reason if isinstance(contact, NoContact) else None,
        "doubtful_sender": list(contact.trust.reasons) if contact.trust.doubtful else [],
        "evidence": [_evidence(item) for item in verdict.evidence],
        "opinion": verdict.opinion,
        "truncated": message.truncated,
        "error": message.error or None,
    }


def failure_json(path: str, error: str, message_id: str = "") -> dict[str, Any]:
    """Give the object of a message that could not be judged: outcome `other` and the reason."""
    return {
        "path": path,
        "message_id": message_id,
        "outcome": "other",
        "certainty": "unsure",
        "language": "",
        "employer": None,
        "role": None,
        "requisition": None,
        "stage": "unknown",
        "contact": None,
        "no_contact_reason": "the message could not be read",
        "doubtful_sender": [],
        "evidence": [],
        "opinion": None,
        "truncated": False,
        "error": error,
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "address": contact.address,
        "name": contact.name,
        "kind": str(contact.kind),
        "role": str(contact.role),
        "confirm": contact.confirm,
        "evidence": contact.evidence,
    }


def _evidence(item: Any) -> dict[str, Any]:
    return {
        "signal": item.signal,
        "category": item.category,
        "quote": item.quote,
        "start": item.start,
        "end": item.end,
        "counted": item.counted,
        "note": item.note,
    }
