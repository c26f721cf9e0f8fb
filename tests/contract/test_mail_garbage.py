"""No server, however broken, gets anything but our own two errors out of the IMAP adapter."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import pytest

from tests.contract.worlds import account_at
from tests.scripted import Line, scripted
from tests.servers import PASSWORD
from watcher.adapters.mail.imap import open_account
from watcher.errors import MailError
from watcher.ports import HistoryQuery

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
RAW = b"From: a@acme.example\r\nMessage-ID: <m@acme.example>\r\nSubject: s\r\n\r\nbody\r\n"
ANSWERS = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE UIDPLUS SPECIAL-USE LIST-EXTENDED LIST-STATUS\r\n",
    b"LIST": b'* LIST (\\Drafts) "/" "Drafts"\r\n* LIST (\\Sent) "/" Sent\r\n* LIST () "/" INBOX\r\n* STATUS Sent (MESSAGES 2)\r\n',
    b"EXAMINE": b"* FLAGS (\\Seen)\r\n* 2 EXISTS\r\n* OK [UIDVALIDITY 1] v\r\n* OK [UIDNEXT 10] n\r\n",
    b"SEARCH": b"* SEARCH 7 8\r\n",
    b"FETCH": (
        b'* 1 FETCH (UID 7 FLAGS (\\Seen) RFC822.SIZE 70 INTERNALDATE "10-Mar-2026 12:00:00 +0000"'
        b' BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 4 1) BODY[]<0> {%d}\r\n%b)\r\n' % (len(RAW), RAW)
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_a_broken_answer_never_lets_anything_foreign_out(seed: int) -> None:
    chance = random.Random(seed)

    def spoil(data: bytes) -> bytes:
        octets = bytearray(data)
        for _ in range(chance.randint(0, 4)):
            place = chance.randrange(len(octets))
            match chance.randint(0, 3):
                case 0:
                    del octets[place : place + chance.randint(1, 6)]
                case 1:
                    octets[place:place] = octets[place : place + chance.randint(1, 30)]
                case 2:
                    octets[place] = chance.choice(b'(){}[]"\\\r\n\0 \xff*+9')
                case _:
                    octets[place:place] = chance.choice(
                        [b"{3}\r\n", b"NIL", b"((((", b'"', b"\r\n", b"99999999999999999999"]
                    )
            if not octets:
                break
        return bytes(octets)

    def script(line: Line) -> None:
        line.say(b"* OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS SPECIAL-USE LIST-EXTENDED] hello\r\n")
        while True:
            tag, rest = line.hear()
            if not tag:
                return
            verb = next((verb for verb in ANSWERS if verb in rest.upper()), b"")
            answer = ANSWERS.get(verb, b"")
            line.say((spoil(answer) if answer and verb != b"CAPABILITY" else answer) + tag + b" OK done\r\n")

    with scripted(script) as port:
        imap = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_s": 0.3}
        account = open_account(account_at("127.0.0.1", port, "sam", imap=imap), lambda: PASSWORD)
        begun, said = time.monotonic(), list[str]()
        for action in (
            account.facts,
            lambda: list(account.new_messages("inbox", None, LONG_AGO)),
            lambda: account.find("sent", ["m@acme.example"]),
            lambda: account.history(HistoryQuery(domains=("acme.example",))),
            lambda: account.message("m@acme.example"),
            lambda: account.wait(0.05),
        ):
            try:
                action()
            except MailError as error:
                said.append(str(error))
        account.close()
        assert all(sentence.isprintable() for sentence in said)
        assert time.monotonic() - begun < 20
