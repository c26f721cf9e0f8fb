"""bytes -> Message."""

import mailparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.message import parse

ENCODINGS = ("7bit", "8bit", "quoted-printable", "base64", "binary", "x-unknown", "")


def test_a_plain_mail_is_read() -> None:
    message = parse(b"From: HR <hr@x.example>\r\nSubject: Hi\r\nMessage-ID: <1@x>\r\n\r\nUnfortunately no.\r\n")
    assert message.error == ""
    assert message.author is not None
    assert message.author.addr_spec == "hr@x.example"
    assert message.message_id == "1@x"
    assert message.fresh == "Unfortunately no."


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(body=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_mail_of_one_part_is_read_as_mail_parser_reads_it(encoding: str, body: bytes) -> None:
    head = b"Content-Type: text/plain; charset=latin-1\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n"
    theirs = mailparser.parse_from_bytes(head + b"\r\n" + body).message.get_payload(decode=True)  # type: ignore[no-untyped-call]
    octets = bytes(mark for mark in theirs if mark >= 0x20 or mark in b"\n\r\t")
    ours = parse(head + b"Subject: x\r\n\r\n" + body).text
    assert ours.split() == octets.replace(b"\x7f", b"").decode("cp1252", "replace").split() or not octets.isascii()
