"""Parts without a mailbox and without a store, for explaining a file."""

from __future__ import annotations

from pathlib import Path

from watcher.adapters.mail.memory import MemoryAccount
from watcher.adapters.rulebook import load_rulebook
from watcher.adapters.store import open_store
from watcher.adapters.wording import load_wording
from watcher.config import Config
from watcher.core.message import Address
from watcher.core.plan import Hours
from watcher.parts import Parts
from watcher.wiring import hours_of


def offline_parts(config: Config | None) -> Parts:
    """Give parts with the user's rules and hours, and nothing in the mailbox."""
    own = Path(config.path(config.rules)) if config and config.rules else None
    address = config.accounts[0].address if config else "me@example.org"
    addresses = frozenset().union(*(item.own_addresses for item in config.accounts)) if config else frozenset[str]()
    return Parts(
        account=config.accounts[0].name if config else "offline",
        me=Address(config.me.name if config else "", address),
        own=addresses,
        mail=MemoryAccount("offline", address),
        store=open_store("sqlite://"),
        rulebook=load_rulebook(own),
        wording=load_wording(),
        hours=hours_of(config) if config else Hours(),
    )
