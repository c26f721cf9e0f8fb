"""Applications as the user sees them: found by the start of their id, told in JSON or in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from watcher.adapters.store import SqlStore
from watcher.core.contact import Candidate
from watcher.core.life import JobApplication
from watcher.errors import InputError, UsageError
from watcher.ports import DraftRecord, DraftState
from watcher.shells.moment import shown


@dataclass(frozen=True, slots=True)
class Row:
    """One application with its drafts."""

    application: JobApplication
    drafts: list[DraftRecord]

    @property
    def due(self) -> datetime | None:
        """When the next draft of it is to appear."""
        return min((item.plan.due for item in self.drafts if item.state is DraftState.WAITING), default=None)


def find_application(store: SqlStore, text: str) -> JobApplication:
    """Give the application whose id starts so.

    Raises:
        InputError: There is none.
        UsageError: There are several.
    """
    refs = store.refs(text.strip().lower()) if text.strip() else []
    if not refs:
        raise InputError(f"there is no application '{text}'; `afterword list` shows them")
    if len(refs) > 1 and text not in refs:
        raise UsageError(f"'{text}' could be {', '.join(refs[:8])}; write more of it")
    found = store.application(text if text in refs else refs[0])
    if found is None:
        raise InputError(f"there is no application '{text}'")
    return found


def rows(store: SqlStore, account: str | None = None) -> list[Row]:
    """Give every application with its drafts."""
    drafts: dict[str, list[DraftRecord]] = {}
    for draft in store.drafts(account):
        drafts.setdefault(draft.ref, []).append(draft)
    return [Row(item, drafts.get(item.ref, [])) for item in store.applications(account)]


def as_json(row: Row) -> dict[str, Any]:
    """Give the object `list --json` prints; the keys never change with the state."""
    item, details, person = row.application, row.application.details, row.application.person
    return {
        "id": item.ref,
        "account": item.account,
        "state": str(item.state),
        "reason": str(item.reason) or None,
        "needs_you": item.needs_user,
        "outcome": str(item.outcome),
        "certainty": str(item.certainty),
        "language": item.language,
        "employer": details.employer or None,
        "role": details.role or None,
        "requisition": details.requisition or None,
        "stage": str(details.stage),
        "contact": {"address": person.address, "name": person.name, "kind": str(person.kind)} if person else None,
        "no_contact_reason": getattr(item.contact, "reason", None),
        "message_id": item.message_id,
        "source": item.source,
        "arrived": iso(item.arrived),
        "due": iso(row.due),
        "rule": item.rule,
        "because": item.because,
        "warning": item.warning or None,
        "drafts": [draft_json(draft) for draft in row.drafts],
    }


def draft_json(draft: DraftRecord) -> dict[str, Any]:
    """Give one draft as an object."""
    return {
        "kind": str(draft.plan.kind),
        "state": str(draft.state),
        "message_id": draft.message_id,
        "to": draft.recipient or None,
        "subject": draft.subject or None,
        "due": iso(draft.plan.due),
        "opens": iso(draft.plan.opens),
        "closes": iso(draft.plan.closes),
        "placed": iso(draft.placed_at),
        "late": draft.late,
        "sent": iso(draft.sent_at),
        "note": draft.plan.note or None,
        "error": draft.error or None,
    }


def candidate_json(item: Candidate) -> dict[str, Any]:
    """Give one address that was looked at."""
    return {
        "address": item.address,
        "name": item.name,
        "kind": str(item.kind),
        "role": str(item.role),
        "source": item.source,
        "tier": item.tier,
        "taken": item.taken,
        "because": item.because,
    }


def iso(instant: datetime | None) -> str | None:
    """Write an instant for a program."""
    return instant.isoformat() if instant else None


def state_words(row: Row, zone: tzinfo) -> str:
    """Say in a few words where an application stands."""
    item = row.application
    if item.needs_user:
        return "needs your word"
    words = str(item.state).replace("_", " ")
    if item.reason:
        words += f" ({str(item.reason).replace('_', ' ')})"
    return f"{words}, due {shown(row.due, zone)}" if row.due else words
