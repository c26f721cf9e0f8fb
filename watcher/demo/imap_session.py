"""What a client may ask of the embedded server: the commands of IMAP4rev1 and the extensions it announces.

A command is a method `_<name>`; what it returns is the text behind the tag, None for a plain OK.

Source: RFC 3501 6 (commands), RFC 2177 3 (IDLE), RFC 4315 3 (UIDPLUS), RFC 5258 3 (LIST-EXTENDED), RFC 6851 3 (MOVE).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import itertools
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import ClassVar

from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.imap_utf7 import encode as encode_utf7

from watcher.demo.imap_conversation import MAX_LINE, Answer, Conversation, CutOff
from watcher.demo.imap_mailbox import (
    SYSTEM_FLAGS,
    BadCommand,
    Box,
    Entry,
    Item,
    Mail,
    flag_list,
    found,
    quoted,
    shown,
)

_DATE = re.compile(rb"\s?\d{1,2}-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}")
BEFORE_LOGIN = {"CAPABILITY", "NOOP", "LOGOUT", "ID", "LOGIN", "AUTHENTICATE"}


class Session(Conversation):
    """One connection, and what its client may ask for."""

    async def _answer(self, name: str, arguments: list[Item], *, by_uid: bool) -> Answer:
        if name not in self.COMMANDS:
            return b"BAD unknown command"
        if not self.user and name not in BEFORE_LOGIN:
            return b"NO log in first"
        try:
            if name in self.TAKES_UIDS:
                self._here()
                return await self.TAKES_UIDS[name](self, arguments, by_uid=by_uid)
            return await self.COMMANDS[name](self, arguments)
        except (BadCommand, IndexError, ValueError, UnicodeError) as error:
            return b"BAD " + repr(error).encode("ascii", "replace")[:200]
        except _NoSuchMailbox:
            return b"NO [NONEXISTENT] no such mailbox"

    # -- any state --------------------------------------------------------------------------------------------

    async def _capability(self, _: list[Item]) -> Answer:
        self._say(b"* CAPABILITY " + self._capabilities() + b"\r\n")
        return None

    async def _noop(self, _: list[Item]) -> Answer:
        return None

    async def _id(self, _: list[Item]) -> Answer:
        self._say(b'* ID ("name" "afterword-embedded")\r\n')
        return None

    async def _logout(self, _: list[Item]) -> Answer:
        self._say(b"* BYE until next time\r\n")
        return None

    async def _enable(self, arguments: list[Item]) -> Answer:
        known = [item for item in arguments if isinstance(item, bytes) and item.upper() == b"CONDSTORE"]
        self._say(b"* ENABLED " + b" ".join(known) + b"\r\n")
        return None

    # -- before login -----------------------------------------------------------------------------------------

    async def _starttls(self, tag: bytes) -> None:
        context = self.server.tls
        if context is None or not self.server.starttls:
            self._say(tag + b" BAD no TLS here\r\n")
            return
        self._say(tag + b" OK begin TLS\r\n")
        await self.writer.drain()
        await self.writer.start_tls(context)
        self._secured = True

    async def _login(self, arguments: list[Item]) -> Answer:
        return self._enter(_name(arguments[0]), _name(arguments[1]))

    async def _authenticate(self, arguments: list[Item]) -> Answer:
        mechanism = _name(arguments[0]).upper()
        if len(arguments) > 1:
            response = _name(arguments[1])
        else:
            self._say(b"+ \r\n")
            await self.writer.drain()
            response = (await self.reader.readline()).decode("ascii", "replace").strip()
        try:
            said = base64.b64decode(response, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return b"BAD not base64"
        if mechanism == "PLAIN" and said.count("\0") == 2:
            _, user, password = said.split("\0")
            return self._enter(user, password)
        token = re.search(r"auth=Bearer ([^\x01]*)\x01", said)
        user_said = re.search(r"user=([^\x01]*)\x01|a=([^,]*),", said)
        if mechanism in {"XOAUTH2", "OAUTHBEARER"} and token and user_said:
            user = user_said[1] or user_said[2]
            if token[1] and self.server.tokens.get(user) == token[1]:
                self.user = user
                return b"OK [CAPABILITY " + self._capabilities() + b"] welcome"
            self._say(b"+ " + base64.b64encode(b'{"status":"400","schemes":"bearer"}') + b"\r\n")
            await self.writer.drain()
            await self.reader.readline()
        return b"NO [AUTHENTICATIONFAILED] invalid credentials"

    def _enter(self, user: str, password: str) -> Answer:
        if password != self.server.password:
            return b"NO [AUTHENTICATIONFAILED] invalid credentials"
        self.user = user
        return b"OK [CAPABILITY " + self._capabilities() + b"] welcome"

    # -- mailboxes --------------------------------------------------------------------------------------------

    async def _namespace(self, _: list[Item]) -> Answer:
        self._say(b'* NAMESPACE (("" ' + quoted(self.server.personality.delimiter) + b")) NIL NIL\r\n")
        return None

    async def _list(self, arguments: list[Item]) -> Answer:
        arguments = list(arguments)
        only_special = bool(arguments and isinstance(arguments[0], list))
        if only_special:
            arguments.pop(0)
        reference, pattern = _name(arguments[0]), _mailbox_name(arguments[1])
        returning = arguments[3] if len(arguments) > 3 and isinstance(arguments[3], list) else []
        delimiter = self.server.personality.delimiter
        if not pattern:
            self._say(b"* LIST (\\Noselect) " + quoted(delimiter) + b' ""\r\n')
            return None
        mask = re.escape(reference + pattern).replace(r"\*", ".*").replace("%", f"[^{re.escape(delimiter)}]*")
        for name, box in sorted(self._boxes().items()):
            if (only_special and not box.special) or not re.fullmatch(mask, name, re.IGNORECASE):
                continue
            children = any(other.startswith(name + delimiter) for other in self._boxes())
            attributes = ["\\HasChildren" if children else "\\HasNoChildren", *([box.special] if box.special else [])]
            wire = quoted(encode_utf7(name))
            self._say(b"* LIST (" + " ".join(attributes).encode() + b") " + quoted(delimiter) + b" " + wire + b"\r\n")
            for wish, items in itertools.pairwise(returning):
                if isinstance(wish, bytes) and wish.upper() == b"STATUS" and isinstance(items, list):
                    self._say_status(box, wire, items)
        return None

    async def _create(self, arguments: list[Item]) -> Answer:
        name = _mailbox_name(arguments[0]).rstrip(self.server.personality.delimiter)
        if name in self._boxes():
            return b"NO [ALREADYEXISTS] there is one"
        use = ""
        match arguments[1:]:
            case [[bytes(), [bytes(attribute), *_]]]:  # CREATE name (USE (\Drafts)), RFC 6154 3
                use = _name(attribute)
        self.server.make(self.user, name, use)
        return None

    async def _delete(self, arguments: list[Item]) -> Answer:
        name = _mailbox_name(arguments[0])
        if name not in self._boxes() or name.upper() == "INBOX":
            raise _NoSuchMailbox
        del self._boxes()[name]
        return None

    async def _rename(self, arguments: list[Item]) -> Answer:
        box, name = self._find(arguments[0]), _mailbox_name(arguments[1])
        if name in self._boxes():
            return b"NO [ALREADYEXISTS] there is one"
        self._boxes()[name] = self._boxes().pop(box.name)
        box.name = name
        return None

    async def _select(self, arguments: list[Item]) -> Answer:
        return self._opened(arguments, read_only=False)

    async def _examine(self, arguments: list[Item]) -> Answer:
        return self._opened(arguments, read_only=True)

    def _opened(self, arguments: list[Item], *, read_only: bool) -> Answer:
        self._open(None)
        box = self._find(arguments[0])
        self._open(box)
        self.read_only = read_only
        flags = sorted({flag for entry in box.entries for flag in entry.mail.flags} | set(SYSTEM_FLAGS))
        lasting = [*flags, "\\*"] if self.server.personality.keywords else [*SYSTEM_FLAGS, "$MDNSent"]
        self._say(
            b"* FLAGS (%b)\r\n* OK [PERMANENTFLAGS (%b)] these last\r\n* %d EXISTS\r\n* 0 RECENT\r\n"
            b"* OK [UIDVALIDITY %d] epoch\r\n* OK [UIDNEXT %d] next\r\n"
            % (
                " ".join(flags).encode(),
                " ".join(lasting).encode(),
                len(box.entries),
                box.uidvalidity,
                box.next_uid,
            )
        )
        if "CONDSTORE" in self.server.personality.capabilities:
            self._say(b"* OK [HIGHESTMODSEQ %d] highest\r\n" % box.modseq)
        return b"OK [READ-ONLY] open" if read_only else b"OK [READ-WRITE] open"

    async def _unselect(self, _: list[Item]) -> Answer:
        self._open(None)
        return None

    async def _close(self, _: list[Item]) -> Answer:
        if self.box is not None and not self.read_only:
            self.box.remove(lambda entry: "\\Deleted" in entry.mail.flags)
        self._open(None)
        return None

    async def _status(self, arguments: list[Item]) -> Answer:
        box = self._find(arguments[0])
        self._say_status(box, quoted(encode_utf7(box.name)), arguments[1] if isinstance(arguments[1], list) else [])
        return None

    def _say_status(self, box: Box, wire: bytes, items: list[Item]) -> None:
        known = {
            b"MESSAGES": len(box.entries),
            b"RECENT": 0,
            b"UIDNEXT": box.next_uid,
            b"UIDVALIDITY": box.uidvalidity,
            b"UNSEEN": sum("\\Seen" not in entry.mail.flags for entry in box.entries),
            b"HIGHESTMODSEQ": box.modseq,
        }
        names = [item.upper() for item in items if isinstance(item, bytes)]
        if unknown := [name for name in names if name not in known]:
            raise BadCommand(f"unknown STATUS item {unknown[0]!r}")
        self._say(b"* STATUS " + wire + b" (" + b" ".join(b"%b %d" % (name, known[name]) for name in names) + b")\r\n")

    # -- messages ---------------------------------------------------------------------------------------------

    async def _append(self, arguments: list[Item]) -> Answer:
        arguments = list(arguments)
        try:
            box = self._find(arguments.pop(0))
        except _NoSuchMailbox:
            return b"NO [TRYCREATE] no such mailbox"
        flags: set[str] = set()
        when = datetime.now(UTC)  # noqa: TID251  a server has a clock of its own
        if arguments and isinstance(given := arguments[0], list):
            flags = {_name(item) for item in given}
            del arguments[0]
        if len(arguments) > 1 and isinstance(arguments[0], bytes) and _DATE.fullmatch(arguments[0]):
            when = datetime.strptime(_name(arguments.pop(0)).strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
        if len(arguments) != 1 or not isinstance(arguments[0], bytes):
            raise BadCommand("APPEND takes one message")
        if not self.server.personality.keywords:
            flags = {flag for flag in flags if flag.startswith("\\")}
        uid = self.server.append(self.user, box, arguments[0], flags, when)
        if uid and "UIDPLUS" in self.server.personality.capabilities:
            return b"OK [APPENDUID %d %d] kept" % (box.uidvalidity, uid)
        return b"OK kept"

    async def _fetch(self, arguments: list[Item], *, by_uid: bool) -> Answer:
        box = self._here()
        wanted: list[Item] = arguments[1] if isinstance(arguments[1], list) else [arguments[1]]
        items = _expanded(wanted)
        changed_since = 0
        if len(arguments) > 2 and isinstance(arguments[2], list):
            changed_since = int(_name(arguments[2][1]))
            items = [*items, b"MODSEQ"]
        if by_uid and b"UID" not in [item.upper() for item in items if isinstance(item, bytes)]:
            items = [b"UID", *items]
        for number, entry in box.chosen(_raw(arguments[0]), by_uid=by_uid):
            if entry.modseq > changed_since:
                await self._show(number, entry, items)
        return None

    async def _show(self, number: int, entry: Entry, items: list[Item]) -> None:
        data, reads = shown(entry, items, labels=self.server.labels(self.user, entry.mail))
        if reads and not self.read_only and "\\Seen" not in entry.mail.flags:
            entry.mail.flags.add("\\Seen")
            self._here().touch(entry)
        line = b"* %d FETCH (" % number + data + b")\r\n"
        if self._cut and b"}\r\n" in line:
            self._say(line[: line.index(b"}\r\n") + 3 + 10])
            await self.writer.drain()
            raise CutOff
        self._say(line)
        if self.writer.transport.get_write_buffer_size() > MAX_LINE:
            await self.writer.drain()

    async def _store(self, arguments: list[Item], *, by_uid: bool) -> Answer:
        box = self._here()
        if self.read_only:
            return b"NO [READ-ONLY] opened with EXAMINE"
        how = _name(arguments[1]).upper()
        given: list[Item] = arguments[2] if isinstance(arguments[2], list) else arguments[2:]
        flags = {_name(item) for item in given}
        if not self.server.personality.keywords and any(not flag.startswith("\\") for flag in flags):
            return b"BAD Command Argument Error. 11"
        for number, entry in box.chosen(_raw(arguments[0]), by_uid=by_uid):
            old = entry.mail.flags
            folded = {flag.lower() for flag in flags}
            if how.startswith("+"):
                entry.mail.flags = old | {flag for flag in flags if flag.lower() not in {one.lower() for one in old}}
            elif how.startswith("-"):
                entry.mail.flags = {flag for flag in old if flag.lower() not in folded}
            else:
                entry.mail.flags = set(flags)
            box.touch(entry)
            line = b"* %d FETCH (UID %d FLAGS (%b))" % (number, entry.uid, flag_list(entry.mail.flags))
            for watcher in list(box.watchers):
                if watcher != self.note:
                    watcher(line)
            if ".SILENT" not in how:
                self._say(line + b"\r\n")
        return None

    async def _search(self, arguments: list[Item], *, by_uid: bool) -> Answer:
        box = self._here()
        criteria = list(arguments)
        if criteria and _raw(criteria[0]).upper() == b"RETURN":
            return b"BAD no ESEARCH here"
        if criteria and _raw(criteria[0]).upper() == b"CHARSET":
            if _raw(criteria[1]).upper() not in {b"UTF-8", b"US-ASCII"}:
                return b"NO [BADCHARSET (UTF-8 US-ASCII)] unknown charset"
            criteria = criteria[2:]
        hits = []
        for number, entry in enumerate(box.entries, start=1):
            if found(box, number, entry, criteria):
                hits.append(entry.uid if by_uid else number)
        self._say(b"* SEARCH" + b"".join(b" %d" % hit for hit in hits) + b"\r\n")
        return None

    async def _expunge(self, arguments: list[Item], *, by_uid: bool) -> Answer:
        box = self._here()
        if self.read_only:
            return b"NO [READ-ONLY] opened with EXAMINE"
        among = {entry.uid for _, entry in box.chosen(_raw(arguments[0]), by_uid=True)} if by_uid else None
        box.remove(lambda entry: "\\Deleted" in entry.mail.flags and (among is None or entry.uid in among))
        return None

    async def _copy(self, arguments: list[Item], *, by_uid: bool) -> Answer:
        code, _ = self._copied(arguments, by_uid=by_uid)
        return b"OK " + code + b"copied" if code is not None else b"NO [TRYCREATE] no such mailbox"

    async def _move(self, arguments: list[Item], *, by_uid: bool) -> Answer:
        code, moved = self._copied(arguments, by_uid=by_uid)
        if code is None:
            return b"NO [TRYCREATE] no such mailbox"
        self._say(b"* OK " + code + b"moved\r\n")
        self._here().remove(lambda entry: entry.uid in moved)
        return None

    def _copied(self, arguments: list[Item], *, by_uid: bool) -> tuple[bytes | None, set[int]]:
        box = self._here()
        try:
            target = self._find(arguments[1])
        except _NoSuchMailbox:
            return None, set()
        chosen = [entry for _, entry in box.chosen(_raw(arguments[0]), by_uid=by_uid)]
        new = [target.add(Mail(entry.mail.raw, entry.mail.internal_date, set(entry.mail.flags))) for entry in chosen]
        if not chosen or "UIDPLUS" not in self.server.personality.capabilities:
            return b"", {entry.uid for entry in chosen}
        old_uids, new_uids = (b",".join(b"%d" % uid for uid in uids) for uids in ([e.uid for e in chosen], new))
        return b"[COPYUID %d %b %b] " % (target.uidvalidity, old_uids, new_uids), {entry.uid for entry in chosen}

    async def _idle(self, _: list[Item]) -> Answer:
        self._say(b"+ idling\r\n")
        self._flush()
        await self.writer.drain()
        self._idling = True
        try:
            line = await asyncio.wait_for(self.reader.readline(), self.server.idle_limit_s or None)
        except TimeoutError:
            raise CutOff from None
        finally:
            self._idling = False
        if not line:
            raise CutOff
        return None if line.strip().upper() == b"DONE" else b"BAD expected DONE"

    # -- helpers ----------------------------------------------------------------------------------------------

    def _capabilities(self) -> bytes:
        words = self.server.personality.capabilities
        if not self.user:  # as Dovecot and Gmail do: little is told before login
            told = {"IMAP4rev1", "SASL-IR", "LITERAL+", "ID", "ENABLE", "IDLE"}
            words = " ".join(word for word in words.split() if word in told or word.startswith("AUTH="))
            words += " AUTH=PLAIN" if "AUTH=PLAIN" not in words else ""
            words += " STARTTLS" if self.server.starttls and not self._secured else ""
        return words.encode()

    def _boxes(self) -> dict[str, Box]:
        return self.server.boxes(self.user)

    def _find(self, item: Item) -> Box:
        box = self.server.box(self.user, _mailbox_name(item))
        if box is None:
            raise _NoSuchMailbox
        return box

    def _here(self) -> Box:
        if self.box is None:
            raise BadCommand("no mailbox is open")
        return self.box

    # -- the menu ---------------------------------------------------------------------------------------------

    TAKES_UIDS: ClassVar[dict[str, Callable[..., Awaitable[Answer]]]] = {
        "FETCH": _fetch,
        "STORE": _store,
        "SEARCH": _search,
        "EXPUNGE": _expunge,
        "COPY": _copy,
        "MOVE": _move,
    }
    COMMANDS: ClassVar[dict[str, Callable[..., Awaitable[Answer]]]] = TAKES_UIDS | {
        "CAPABILITY": _capability,
        "NOOP": _noop,
        "CHECK": _noop,
        "ID": _id,
        "LOGOUT": _logout,
        "ENABLE": _enable,
        "LOGIN": _login,
        "AUTHENTICATE": _authenticate,
        "NAMESPACE": _namespace,
        "LIST": _list,
        "LSUB": _list,
        "CREATE": _create,
        "DELETE": _delete,
        "RENAME": _rename,
        "SUBSCRIBE": _noop,
        "UNSUBSCRIBE": _noop,
        "SELECT": _select,
        "EXAMINE": _examine,
        "UNSELECT": _unselect,
        "CLOSE": _close,
        "STATUS": _status,
        "APPEND": _append,
        "IDLE": _idle,
    }


class _NoSuchMailbox(Exception):
    pass


_MACROS: dict[bytes, list[Item]] = {
    b"FAST": [b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"],
    b"ALL": [b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE"],
    b"FULL": [b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE", b"BODY"],
}


def _expanded(items: list[Item]) -> list[Item]:
    if len(items) == 1 and isinstance(items[0], bytes):
        return _MACROS.get(items[0].upper(), items)
    return items


def _raw(item: Item) -> bytes:
    if isinstance(item, list):
        raise BadCommand("a list where a string belongs")
    return item


def _name(item: Item) -> str:
    return _raw(item).decode("utf-8", "replace")


def _mailbox_name(item: Item) -> str:
    return str(decode_utf7(_raw(item)))
