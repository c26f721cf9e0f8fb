"""The mail port over IMAP: `open_account()` gives a MailAccount that reads with EXAMINE and places drafts by APPEND.

Two connections: one works, one waits for the doorbell. Neither is opened before it is needed.

Source: RFC 9051 (IMAP4rev2), RFC 3501 (IMAP4rev1).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from watcher.adapters.mail.client import Client, Selected, day, text
from watcher.adapters.mail.doorbell import Doorbell
from watcher.adapters.mail.headers import addresses, bare, ids
from watcher.adapters.mail.history import any_of, search_history
from watcher.adapters.mail.mailboxes import Roles, assign
from watcher.adapters.mail.reading import BATCH, UNKNOWN_DATE, read
from watcher.adapters.mail.session import Login, Session, connect
from watcher.config import Account
from watcher.errors import MailRefused, MailUnavailable
from watcher.ports import AccountFacts, Cursor, Fetched, Found, HistoryQuery, MailboxRole, Placed

RENEW_S = 540.0  # IDLE is issued anew; Gmail and Microsoft drop it silently after ten minutes
IDS_AT_ONCE = 8  # Message-IDs in one SEARCH: three criteria each, lines stay below 8 KB
MOST_FOUND = 50  # messages a look-up reads
READ_BACK_S = (0.0, 0.3, 1.0)  # some servers show an APPEND only a moment later


def open_account(account: Account, secret: Callable[[], str], *, login: Login | None = None) -> ImapAccount:
    """Give the account; connects on first use.

    Args:
        account: As configured; a relative `imap.ca_file` is relative to the working directory.
        secret: Gives the password; asked at every login.
        login: Logs a fresh connection in instead (OAuth2: `client.authenticate("XOAUTH2", ...)`).
    """
    return ImapAccount(account, login or by_password(account, secret))


def by_password(account: Account, secret: Callable[[], str]) -> Login:
    """Give what logs a fresh connection in by the account's password."""

    def log_in(client: Client) -> None:
        client.login(account.login.user, secret())

    return log_in


class ImapAccount:
    """One login over IMAP; see ports.MailAccount."""

    def __init__(self, account: Account, login: Login) -> None:
        self.name = account.name
        self.address = account.address
        self._account = account
        self._session = Session(account.imap, login)
        self._roles: Roles | None = None
        self._doorbell = Doorbell(
            lambda: connect(account.imap, login),
            self._session.server,
            account.idle_s or RENEW_S,
            flags_too=account.control.keywords,
        )

    # -- what there is ------------------------------------------------------------------------------------------

    def facts(self) -> AccountFacts:
        """Connect if need be and tell what the server offers; see ports.MailAccount."""
        with self._session.use("look around") as client:
            self._roles = None
            roles = self._known(client)
            if "drafts" in roles.problems:
                raise MailRefused(f"{self._session.server}: {roles.problems['drafts']}")
            inbox = client.examine(roles.names["inbox"]) if "inbox" in roles.names else None
            return AccountFacts(
                capabilities=tuple(sorted(client.capabilities())),
                mailboxes=dict(roles.names) | ({"archive": roles.archives[0]} if roles.archives else {}),
                found_by=dict(roles.found_by),
                # EXAMINE need not tell what SELECT would allow; an empty set says nothing.
                keywords_allowed=("\\*" in inbox.permanent_flags) if inbox and inbox.permanent_flags else None,
                idle=client.can("IDLE"),
            )

    # -- what is new --------------------------------------------------------------------------------------------

    def new_messages(self, role: MailboxRole, after: Cursor | None, since: datetime) -> Iterator[Fetched]:
        """Give messages behind the cursor, oldest first; see ports.MailAccount."""
        with self._session.use("look for new mail") as client:
            mailbox = self._mailbox(client, role)
            selected = client.examine(mailbox)
            uids = self._new_uids(client, selected, after, since)
            fresh = not _continues(after, selected)
        for start in range(0, len(uids), BATCH):
            with self._session.use("read mail") as client:
                self._reopen(client, mailbox, selected)
                batch = read(client, mailbox, selected.uidvalidity, uids[start : start + BATCH])
            for message in batch:
                if not fresh or message.internal_date >= since or message.internal_date == UNKNOWN_DATE:
                    yield message

    def cursor_now(self, role: MailboxRole) -> Cursor:
        """Give the bookmark behind the newest message; see ports.MailAccount."""
        with self._session.use("look for new mail") as client:
            selected = client.examine(self._mailbox(client, role))
            return Cursor(f"{selected.uidvalidity}:{_last_uid(client, selected)}")

    # -- look-ups -----------------------------------------------------------------------------------------------

    def find(self, role: MailboxRole, message_ids: Sequence[str]) -> list[Fetched]:
        """Find messages that name any of these ids; see ports.MailAccount."""
        with self._session.use("look for a message") as client:
            return self._find(client, self._mailbox(client, role), message_ids, threads=True)

    def find_to(self, role: MailboxRole, recipient: str, since: datetime) -> list[Fetched]:
        """Find messages to this recipient since then; see ports.MailAccount."""
        if not recipient.strip():
            return []
        with self._session.use("look for a message") as client:
            mailbox = self._mailbox(client, role)
            selected = client.examine(mailbox)
            term = text(recipient)
            if not selected.exists:
                return []
            uids = client.search(b"OR", b"TO", term, b"CC", term, b"SINCE", day(since - timedelta(days=1)))
            hits = read(client, mailbox, selected.uidvalidity, uids[-MOST_FOUND:])
        wanted = recipient.strip().casefold()
        return [hit for hit in hits if hit.internal_date >= since and wanted in addresses(hit.raw, "To", "Cc")]

    def message(self, message_id: str) -> Fetched | None:
        """Find one message by its Message-ID; see ports.MailAccount."""
        with self._session.use("look for a message") as client:
            roles = self._known(client)
            places = [roles.names.get("inbox"), roles.names.get("sent"), *roles.archives, roles.all_mail]
            for mailbox in places:
                if mailbox and (found := self._find(client, mailbox, [message_id], threads=False)):
                    return found[-1]
        return None

    def history(self, query: HistoryQuery) -> Found:
        """Search earlier mail; see ports.MailAccount and `history`."""
        with self._session.use("search earlier mail") as client:
            roles = self._known(client)
            return search_history(client, roles, query, self._account.own_addresses)

    # -- the draft ----------------------------------------------------------------------------------------------

    def place_draft(self, raw: bytes, message_id: str) -> Placed:
        """APPEND to Drafts and read it back; see ports.MailAccount."""
        with self._session.use("place a draft") as client:
            mailbox = self._mailbox(client, "drafts")
            appended = client.append(mailbox, raw, ("\\Draft", "\\Seen"))
            for pause_s in READ_BACK_S:
                time.sleep(pause_s)
                selected = client.examine(mailbox)
                if appended and appended[0] == selected.uidvalidity and client.fetch([appended[1]], "(UID FLAGS)"):
                    return Placed(mailbox, appended[1], appended[0])
                if found := self._find(client, mailbox, [message_id], threads=False):
                    return Placed(mailbox, found[-1].uid, found[-1].uidvalidity)
        raise MailUnavailable(
            f"{self._session.server}: the server took the draft but it cannot be found in '{mailbox}'; "
            "look there before anything is placed again"
        )

    # -- waiting ------------------------------------------------------------------------------------------------

    def wait(self, seconds: float) -> bool:
        """Wait for the server's doorbell; see ports.MailAccount."""
        return self._doorbell.wait(self._account.mailboxes.inbox, seconds)

    def close(self) -> None:
        """End a wait and drop the connections; a later call connects anew."""
        self._doorbell.close()
        self._session.close()

    # -- helpers ------------------------------------------------------------------------------------------------

    def _known(self, client: Client) -> Roles:
        if self._roles is None or self._roles.problems:
            self._roles = assign(client.mailboxes(), self._account.mailboxes)
            for archive in self._roles.archives:
                client.count(archive)
        return self._roles

    def _mailbox(self, client: Client, role: str) -> str:
        roles = self._known(client)
        if role not in roles.names:
            raise MailRefused(f"{self._session.server}: {roles.problems[role]}")
        return roles.names[role]

    def _reopen(self, client: Client, mailbox: str, before: Selected) -> None:
        if client.selected == mailbox:
            return
        if client.examine(mailbox).uidvalidity != before.uidvalidity:
            raise MailUnavailable(f"{self._session.server}: '{mailbox}' was made anew while it was read (UIDVALIDITY)")

    def _new_uids(self, client: Client, selected: Selected, after: Cursor | None, since: datetime) -> list[int]:
        if not selected.exists:
            return []
        if not _continues(after, selected):
            # SEARCH knows days, in the server's own zone: one day more, the rest is compared here.
            return client.search(b"SINCE", day(since - timedelta(days=1)))
        last = _position(after)[1]
        if selected.uidnext is not None and selected.uidnext <= last + 1:
            return []
        # `n:*` always names the last message too, even when its UID is below n.
        return [uid for uid in client.search(b"UID", f"{last + 1}:*".encode()) if uid > last]

    def _find(self, client: Client, mailbox: str, message_ids: Sequence[str], *, threads: bool) -> list[Fetched]:
        wanted = {bare(item) for item in message_ids} - {""}
        selected = client.examine(mailbox)
        if not wanted or not selected.exists:
            return []
        fields = ("Message-ID", "In-Reply-To", "References") if threads else ("Message-ID",)
        uids: set[int] = set()
        ordered = sorted(wanted)
        for start in range(0, len(ordered), IDS_AT_ONCE):
            terms = [(field, item) for item in ordered[start : start + IDS_AT_ONCE] for field in fields]
            uids.update(client.search(*any_of([[b"HEADER", field.encode(), text(item)] for field, item in terms])))
        hits = read(client, mailbox, selected.uidvalidity, sorted(uids)[-MOST_FOUND:])
        return [hit for hit in hits if wanted & ids(hit.raw, *fields)]


def _position(cursor: Cursor | None) -> tuple[int, int]:
    """(uidvalidity, uid); (0, 0) for none or one of another making."""
    match = re.fullmatch(r"(\d{1,10}):(\d{1,10})", cursor.value) if cursor else None
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _continues(cursor: Cursor | None, selected: Selected) -> bool:
    return _position(cursor)[0] == selected.uidvalidity


def _last_uid(client: Client, selected: Selected) -> int:
    if selected.uidnext is not None:
        return selected.uidnext - 1
    return max(client.fetch("*", "(UID)"), default=0) if selected.exists else 0
