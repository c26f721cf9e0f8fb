"""GET /metrics beside /health: how every account does, in the Prometheus text format (extra: afterword[metrics]).

Numbers and the user's own account names only; nobody's address, employer or mail.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from watcher.core.life import State
from watcher.ports import DraftState, Store


def metrics_text(store: Store, accounts: list[str], now: datetime) -> bytes | None:
    """Give the metrics; None when the extra is not installed."""
    try:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest
    except ImportError:
        return None
    registry: Any = CollectorRegistry()

    def gauge(name: str, told: str, *labels: str) -> Any:
        return Gauge(f"afterword_{name}", told, ("account", *labels), registry=registry)

    up = gauge("up", "1 when the last pass went well")
    contact = gauge("seconds_since_contact", "Seconds since the mailbox was reached")
    messages = gauge("messages", "Messages looked at, by what they were", "what")
    applications = gauge("applications", "Applications, by state", "state")
    drafts = gauge("drafts", "Drafts, by state", "state")
    for account in accounts:
        health = store.health(account)
        up.labels(account).set(int(not health.error and health.last_contact is not None))
        if health.last_contact is not None:
            contact.labels(account).set((now - health.last_contact).total_seconds())
        for what, number in store.counts(account).items():
            messages.labels(account, what).set(number)
        states = [item.state for item in store.applications(account)]
        for state in State:
            applications.labels(account, state).set(states.count(state))
        placed = [item.state for item in store.drafts(account)]
        for kind in DraftState:
            drafts.labels(account, kind).set(placed.count(kind))
    text: bytes = generate_latest(registry)
    return text
