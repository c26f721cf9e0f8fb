"""How the embedded server talks with one client: reads commands, lets faults happen, tells what changes meanwhile.

Source: RFC 3501 2.2 (commands and responses), RFC 3501 4.3 (literals), RFC 7888 3 (LITERAL+).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from watcher.demo.imap_mailbox import Box, Item

if TYPE_CHECKING:
    from watcher.demo.imap_server import EmbeddedServer

MAX_LINE = 1 << 20
MAX_LITERAL = 64 << 20
_TOKEN = re.compile(rb'\s*(\(|\)|"((?:[^"\\]|\\.)*)"|[A-Za-z.0-9]+\[[^\]]*\](?:<[^>]*>)?|[^\s()"]+)')

Answer = bytes | None


class CutOff(Exception):
    """The connection ends here."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong at a command.

    Attributes:
        command: Its name in capitals, or "*" for any.
        does: drop: the connection ends instead of an answer; drop_after: it is carried out, then the connection ends
            before the answer; drop_in_literal: FETCH ends in the middle of a literal; no: answered NO with `text`;
            bye: untagged BYE with `text`, then the end; silence: never answered; slow: answered after `seconds`.
        text: What the server says, response code included.
        seconds: For slow.
        times: How often, then it is over.
    """

    command: str
    does: Literal["drop", "drop_after", "drop_in_literal", "no", "bye", "silence", "slow"]
    text: str = "[UNAVAILABLE] not now"
    seconds: float = 0.5
    times: int = 1


class Conversation:
    """One connection."""

    def __init__(self, server: EmbeddedServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer
        self.user = ""
        self.box: Box | None = None
        self.read_only = False
        self._notes: list[bytes] = []
        self._idling = False
        self._cut = False
        self._secured = False

    async def run(self) -> None:
        """Talk until the client leaves or a fault ends it."""
        try:
            self._say(b"* OK [CAPABILITY " + self._capabilities() + b"] ready\r\n")
            while (command := await self._read_command()) is not None:
                if not await self._obey(command):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, CutOff):
            pass
        finally:
            self._open(None)
            with contextlib.suppress(Exception):
                self.writer.close()

    def note(self, line: bytes) -> None:
        """Tell the client, as soon as the protocol allows."""
        self._notes.append(line + b"\r\n")
        if self._idling:
            self._flush()

    # -- reading ----------------------------------------------------------------------------------------------

    async def _read_command(self) -> list[Item] | None:
        text, literals = b"", list[bytes]()
        while True:
            line = await self.reader.readline()
            if not line:
                return None
            line = line.rstrip(b"\r\n")
            match = re.search(rb"\{(\d+)(\+?)\}$", line)
            if not match:
                text += line
                break
            if int(match[1]) > MAX_LITERAL:
                raise CutOff
            if not match[2]:
                self._say(b"+ go ahead\r\n")
                await self.writer.drain()
            literals.append(await self.reader.readexactly(int(match[1])))
            text += line[: match.start()] + b" \x00%d " % (len(literals) - 1)
        return _parse(text, literals)

    async def _obey(self, command: list[Item]) -> bool:
        if len(command) < 2 or not isinstance(command[0], bytes) or not isinstance(command[1], bytes):
            self._say(b"* BAD what was that\r\n")
            return True
        tag, name, arguments = command[0], command[1].upper().decode("ascii", "replace"), command[2:]
        by_uid = name == "UID"
        if by_uid and arguments and isinstance(arguments[0], bytes):
            name, arguments = arguments[0].upper().decode("ascii", "replace"), arguments[1:]
        self.server.commands.append(name)
        fault = self.server.fault_at(name)
        if fault and not await self._suffer(fault, tag):
            return True
        if name == "STARTTLS":
            await self._starttls(tag)
            return True
        answer = await self._answer(name, arguments, by_uid=by_uid)
        if fault and fault.does == "drop_after":
            await self.writer.drain()
            raise CutOff
        if name not in {"FETCH", "STORE", "SEARCH"} or by_uid:
            self._flush()
        self._say(tag + b" " + (answer or b"OK done") + b"\r\n")
        await self.writer.drain()
        return name != "LOGOUT"

    async def _suffer(self, fault: Fault, tag: bytes) -> bool:
        """Let a fault happen; False when the command is over with it."""
        match fault.does:
            case "drop":
                raise CutOff
            case "bye":
                self._say(b"* BYE " + fault.text.encode() + b"\r\n")
                await self.writer.drain()
                raise CutOff
            case "no":
                self._say(tag + b" NO " + fault.text.encode() + b"\r\n")
                return False
            case "silence":
                await asyncio.Event().wait()
            case "slow":
                await asyncio.sleep(fault.seconds)
            case "drop_in_literal":
                self._cut = True
            case "drop_after":
                pass
        return True

    async def _answer(self, name: str, arguments: list[Item], *, by_uid: bool) -> Answer:
        """Carry out a command; gives the text behind the tag."""
        raise NotImplementedError

    def _capabilities(self) -> bytes:
        raise NotImplementedError

    async def _starttls(self, tag: bytes) -> None:
        raise NotImplementedError

    def _open(self, box: Box | None) -> None:
        if self.box is not None and self.note in self.box.watchers:
            self.box.watchers.remove(self.note)
        self.box = box
        self._notes.clear()
        if box is not None:
            box.watchers.append(self.note)

    def _say(self, data: bytes) -> None:
        self.writer.write(data)

    def _flush(self) -> None:
        self._say(b"".join(self._notes))
        self._notes.clear()


def _parse(text: bytes, literals: list[bytes]) -> list[Item]:
    stack: list[list[Item]] = [[]]
    for match in _TOKEN.finditer(text):
        token = match[1]
        if token == b"(":
            stack.append([])
        elif token == b")":
            if len(stack) > 1:
                inner = stack.pop()
                stack[-1].append(inner)
        elif token.startswith(b"\x00") and token[1:].isdigit() and int(token[1:]) < len(literals):
            stack[-1].append(literals[int(token[1:])])
        elif token.startswith(b'"'):
            stack[-1].append(re.sub(rb"\\(.)", rb"\1", match[2]))
        else:
            stack[-1].append(token)
    return stack[0]
