r"""The opt-in port over IMAP: keywords and folders of our own, notices, and taking back a draft that is still ours.

The only file that opens a mailbox for changes. What it can change is narrow on purpose: keywords, mailboxes it makes,
messages it adds, and one message that is octet for octet a draft of ours.

Source: RFC 9051 6.4.6 (STORE), RFC 9051 6.3.4 (CREATE), RFC 4315 2.1 (UID EXPUNGE).
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable, Sequence

from watcher.adapters.mail.client import Client, Listed, Selected, text
from watcher.adapters.mail.headers import bare, ids
from watcher.adapters.mail.history import any_of
from watcher.adapters.mail.imap import by_password
from watcher.adapters.mail.mailboxes import assign
from watcher.adapters.mail.reading import body_of
from watcher.adapters.mail.session import Login, Session
from watcher.config import Account
from watcher.errors import MailRefused
from watcher.ports import Cursor, Marked

MOST = 500  # messages looked at in one call, newest first
MAX_DRAFT = 1 << 20  # octets; a draft of ours is far smaller
_KEYWORD = re.compile(r"\$?[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_WHICH = "(UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"


def open_control(account: Account, secret: Callable[[], str], *, login: Login | None = None) -> ImapControl:
    """Give the control port of an account; connects on first use.

    Args:
        account: As configured.
        secret: Gives the password; asked at every login.
        login: Logs a fresh connection in instead, as for `imap.open_account`.
    """
    return ImapControl(account, login or by_password(account, secret))


class ImapControl:
    """One login for what the user says from the mailbox; see ports.Control."""

    def __init__(self, account: Account, login: Login) -> None:
        self._account = account
        self._session = Session(account.imap, login)

    def keywords_allowed(self) -> bool:
        """Tell whether INBOX stores keywords of one's own; see ports.Control."""
        with self._session.use("look at INBOX") as client:
            return _takes_keywords(client.select(self._inbox))

    def marked(self, keywords: Sequence[str]) -> list[Marked]:
        """Give the messages of INBOX that carry any of these; see ports.Control."""
        wanted = _spellings(keywords)
        if not wanted:
            return []
        with self._session.use("look for keywords") as client:
            if not client.select(self._inbox).exists:
                return []
            uids = client.search(*any_of([[b"KEYWORD", keyword.encode()] for keyword in sorted(wanted)]))
            return _marked(client, self._inbox, uids[-MOST:], wanted)

    def mark(self, message_id: str, add: Sequence[str], remove: Sequence[str]) -> bool:
        """Set and remove keywords on a message of INBOX; see ports.Control."""
        check_keywords(*add, *remove)
        with self._session.use("mark a message") as client:
            selected = client.select(self._inbox)
            uids = _with_id(client, selected, message_id)
            if not uids or not _takes_keywords(selected):
                return False
            try:
                client.store(uids, "+FLAGS.SILENT", add)
                client.store(uids, "-FLAGS.SILENT", remove)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:  # Exchange answers BAD although nothing is wrong with the command
                return False
            return True

    def make_folders(self, names: Sequence[str]) -> list[str]:
        """Make sure mailboxes of these paths exist; see ports.Control."""
        failed = []
        with self._session.use("make folders") as client:
            listed = client.mailboxes()
            there = {item.name.casefold() for item in listed}
            for name in names:
                try:
                    for path in _ancestry(name, listed):
                        if path.casefold() not in there:
                            client.create(path)
                            there.add(path.casefold())
                except imaplib.IMAP4.abort:
                    raise
                except imaplib.IMAP4.error:
                    failed.append(name)
        return failed

    def dropped(self, name: str, after: Cursor | None) -> tuple[list[Marked], Cursor | None]:
        """Give what came into one of our folders since the cursor; see ports.Control."""
        with self._session.use("look into a folder") as client:
            listed = client.mailboxes()
            wanted = _ancestry(name, listed)[-1]
            mailbox = next((item.name for item in listed if item.name.casefold() == wanted.casefold()), "")
            if not mailbox:
                return [], None
            selected = client.examine(mailbox)
            match = re.fullmatch(r"(\d{1,10}):(\d{1,10})", after.value) if after else None
            last = int(match[2]) if match and int(match[1]) == selected.uidvalidity else 0
            found = client.fetch(f"{last + 1}:*", _WHICH) if selected.exists else {}
            uids = sorted(uid for uid in found if uid > last)
            newest = max(uids, default=last)
            items = [Marked(mailbox, uid, _id_of(body_of(found[uid]))) for uid in uids[-MOST:]]
            return items, Cursor(f"{selected.uidvalidity}:{newest}")

    def remove_own_draft(self, message_id: str, raw: bytes) -> bool:
        r"""Remove a draft of ours that nobody touched; see ports.Control.

        Without UIDPLUS, EXPUNGE takes everything marked \Deleted: then only when nothing else is.
        """
        ours = _with_crlf(raw)
        with self._session.use("take back a draft") as client:
            roles = assign(client.mailboxes(), self._account.mailboxes)
            if "drafts" not in roles.names:
                raise MailRefused(f"{self._session.server}: {roles.problems['drafts']}")
            selected = client.select(roles.names["drafts"])
            for uid in _with_id(client, selected, message_id):
                found = client.fetch([uid], f"(UID BODY.PEEK[]<0.{MAX_DRAFT}>)").get(uid)
                if found is None or body_of(found) != ours:
                    continue
                alone = client.can("UIDPLUS") or not client.search(b"DELETED")
                if not alone:
                    return False
                client.store([uid], "+FLAGS.SILENT", ["\\Deleted"])
                client.expunge([uid])
                return True
        return False

    def lay(self, mailbox: str, raw: bytes) -> None:
        """APPEND a notice to a mailbox of the user's own, unread; see ports.Control."""
        with self._session.use(f"lay a notice into '{mailbox}'") as client:
            client.append(mailbox, raw, ())

    def close(self) -> None:
        """Drop the connection; a later call connects anew."""
        self._session.close()

    @property
    def _inbox(self) -> str:
        return self._account.mailboxes.inbox


def check_keywords(*keywords: str) -> None:
    """Let keywords through and nothing else: no system flag, nothing that ends a list.

    Raises:
        MailRefused: One is something else.
    """
    for keyword in keywords:
        if not _KEYWORD.fullmatch(keyword):
            raise MailRefused(f"'{keyword}' is no keyword of ours: only letters, digits, $ . _ - and no backslash")


def _takes_keywords(selected: Selected) -> bool:
    return "\\*" in selected.permanent_flags


def _spellings(keywords: Sequence[str]) -> frozenset[str]:
    """Lower case, each with and without `$`: mail clients differ in both."""
    plain = {keyword.lower().removeprefix("$") for keyword in keywords if _KEYWORD.fullmatch(keyword)}
    return frozenset(plain | {f"${keyword}" for keyword in plain})


def _with_id(client: Client, selected: Selected, message_id: str) -> list[int]:
    wanted = bare(message_id)
    if not wanted or not selected.exists:
        return []
    uids = client.search(b"HEADER", b"Message-ID", text(wanted))[-MOST:]
    found = client.fetch(uids, _WHICH)
    return [uid for uid in uids if uid in found and _id_of(body_of(found[uid])) == wanted]


def _marked(client: Client, mailbox: str, uids: Sequence[int], wanted: frozenset[str]) -> list[Marked]:
    found = client.fetch(uids, _WHICH)
    items = []
    for uid in uids:
        if uid in found:
            flags = found[uid].get(b"FLAGS") or ()
            carried = {flag.decode("utf-8", "replace").lower() for flag in flags if isinstance(flag, bytes)} & wanted
            if carried:
                items.append(Marked(mailbox, uid, _id_of(body_of(found[uid])), frozenset(carried)))
    return items


def _id_of(header: bytes | None) -> str:
    return min(ids(header or b"", "Message-ID"), default="")


def _ancestry(name: str, listed: Sequence[Listed]) -> list[str]:
    """`Feedback/ask` as this server writes it, its parents first; below INBOX where everything lies there (Courier)."""
    delimiter = next((item.delimiter for item in listed if item.delimiter), "/")
    others = [item.name for item in listed if item.name.upper() != "INBOX"]
    below = bool(others) and all(other.upper().startswith("INBOX" + delimiter) for other in others)
    parts = [part.replace(delimiter, "_") for part in name.split("/") if part]
    prefix = ["INBOX"] if below else []
    return [delimiter.join([*prefix, *parts[:count]]) for count in range(1, len(parts) + 1)]


def _with_crlf(raw: bytes) -> bytes:
    return re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
