"""What a server was seen to offer, kept once a day for `status`: truth that needs no connection to be told."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from watcher.parts import Parts
from watcher.ports import AccountFacts, Change, Control, Cursor, Store

ROLE = "facts"
KEEP = timedelta(days=1)


def facts_as_json(facts: AccountFacts, control: Control | None = None) -> dict[str, Any]:
    r"""Give what a server offers.

    Args:
        facts: As the mail port saw them.
        control: Where it is open: it SELECTs, and so learns of `\*` in PERMANENTFLAGS where EXAMINE does not tell.
    """
    keywords = control.keywords_allowed() if control is not None else facts.keywords_allowed
    return {
        "capabilities": list(facts.capabilities),
        "mailboxes": facts.mailboxes,
        "found_by": facts.found_by,
        "idle": facts.idle,
        "keywords": keywords,
    }


def remember_facts(parts: Parts, control: Control | None, now: datetime) -> None:
    """Look around once a day and keep it.

    Raises:
        MailUnavailable: The connection was lost.
        MailRefused: Somebody must act.
    """
    known = known_facts(parts.store, parts.account)
    if known and datetime.fromisoformat(known["at"]) > now - KEEP:
        return
    found = {"at": now.isoformat(), **facts_as_json(parts.mail.facts(), control)}
    parts.store.record(Change(parts.account, cursor=(ROLE, Cursor(json.dumps(found)))))


def known_facts(store: Store, account: str) -> dict[str, Any] | None:
    """Give what was kept; None before the first contact."""
    kept = store.cursor(account, ROLE)
    found: dict[str, Any] | None = json.loads(kept.value) if kept else None
    return found
