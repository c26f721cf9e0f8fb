"""Any bytes, and mails broken in their structure, are read and judged: never an exception, always clean values."""

from __future__ import annotations

import base64
import quopri
from datetime import UTC
from functools import cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from watcher.adapters.rulebook import load_rulebook
from watcher.core.contact import find_contact
from watcher.core.job_application import understand
from watcher.core.message import Message, parse
from watcher.core.rules import Rulebook
from watcher.core.verdict import Verdict, judge

QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@cache
def rulebook() -> Rulebook:
    return load_rulebook()


def check(message: Message) -> None:
    assert all(len(value.splitlines()) <= 1 for _, value in message.headers)
    assert all(instant.tzinfo is UTC for instant in (*message.received, *filter(None, [message.date])))
    people = (*message.from_, *message.reply_to, *message.to, *message.cc, *filter(None, [message.sender]))
    for person in people:
        assert "@" in person.addr_spec
        assert len(f"{person.name} {person.addr_spec}".splitlines()) <= 1
        assert not set("<> \t\r\n,") & set(person.addr_spec)
    texts = [message.subject, message.text, message.fresh, message.quoted, message.signature, message.error]
    for text in (*texts, *message.attachments, *message.calendar, *message.thread, message.message_id):
        text.encode("utf-8")
        assert "\0" not in text
    assert not set("<> \t\r\n") & set("".join((message.message_id, *message.thread)))
    assert message.fresh or not message.text.strip() or message.forwarded or message.error


def check_verdict(message: Message, verdict: Verdict) -> None:
    for item in verdict.evidence:
        if item.start >= 0:
            assert message.fresh[item.start : item.end] == item.quote


# --- any bytes


@QUIET
@given(st.binary(max_size=3_000))
@example(b"From: a@b\n\xff")
@example(b"\xef\xbb\xbfFrom: a@b\n\nx")
@example(b":\n: \n\n\n")
def test_any_bytes_are_read(raw: bytes) -> None:
    check(parse(raw))


@QUIET
@given(st.text(max_size=2_000))
def test_any_text_is_read_as_a_body(text: str) -> None:
    raw = b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode("utf-8", "replace")
    check(parse(raw))


# --- mails of a plausible structure, broken here and there

WORDS = st.sampled_from(
    [
        "Unfortunately we have decided to move forward with other candidates.", "Dear Sam,", "Best regards,", "--",
        "Rita Muster", "> quoted", "On Mon, 1 Jun 2026 at 10:00, Sam <s@x.example> wrote:", "-----Original Message-----",
        "From: Sam\nSent: Monday\nTo: HR\nSubject: x", "Leider müssen wir Ihnen absagen.", "残念ながら不採用となりました。",
        "---------- Forwarded message ---------", "This e-mail is confidential and intended only for you.", "", "  ",
        "If you had not been selected, we would tell you.", "=====", "https://ats.example/x?y=1", "\u202eabc\u202c", "\x00",
        "<blockquote type=cite>", "</div>", "<p style='display:none'>", "&#0; &#xD800; &lt;", "=20=\n", "{{ config }}",
    ]
)  # fmt: skip
BODY = st.lists(WORDS | st.text(max_size=40), max_size=14).map("\n".join)
CHARSETS = ["utf-8", "us-ascii", "iso-8859-1", "iso-2022-jp", "utf-7", "utf-16", "gb2312", "x-none", '"', "", "idna"]
NAMES = [
    "From", "To", "Cc", "Reply-To", "Sender", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Received",
    "List-Unsubscribe", "Auto-Submitted", "Content-Type", "Content-Disposition", "X-Odd", "Return-Path",
]  # fmt: skip
VALUES = st.sampled_from(
    [
        "Rita <rita@firm.example>", "no-reply@ats.example", '"a, b" <c@d.example>', "=?utf-8?Q?J=C3=B6rg?= <j@x.example>",
        "=?utf-8?B?AAAA", "<1@x> <2@x>", "Mon, 1 Jun 2026 10:00:00 +0200", "Fri, 31 Dec 9999 23:59:59 -2359",
        "from a by b; Mon, 1 Jun 2026 10:00:00 +0200", "text/html; charset", "multipart/mixed; boundary=", "(((((", "a\r\n b",
        "Your application", "<" * 50, "@", "a@b@c", "=?a?Q?=0D=0ABcc: x@y?=", "\u202ex", "message/rfc822", "attachment",
    ]
) | st.text(max_size=60)  # fmt: skip
HEADERS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8)


def encoded(text: str, charset: str, encoding: str) -> bytes:
    try:
        data = text.encode(charset, "replace")
    except (LookupError, UnicodeError, ValueError):
        data = text.encode("utf-8", "replace")
    match encoding:
        case "base64":
            return base64.encodebytes(data)
        case "quoted-printable":
            return quopri.encodestring(data)
    return data


@st.composite
def parts(draw: st.DrawFn, depth: int = 3) -> bytes:
    if depth and draw(st.booleans()):
        boundary = draw(st.sampled_from(["b", "b b", "bb", "=_x", ""]))
        kind = draw(st.sampled_from(["mixed", "alternative", "report", "related", "signed"]))
        inside = draw(st.lists(parts(depth=depth - 1), max_size=3))
        mark = boundary.encode()
        end = draw(st.sampled_from([b"--" + mark + b"--\r\n", b"", b"--" + mark + b"\r\n"]))
        head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
        return head + b"".join(b"--" + mark + b"\r\n" + piece + b"\r\n" for piece in inside) + end
    kinds = [
        "text/plain",
        "text/html",
        "text/calendar",
        "message/rfc822",
        "message/delivery-status",
        "application/pdf",
        "x",
    ]
    kind, charset = draw(st.sampled_from(kinds)), draw(st.sampled_from(CHARSETS))
    encoding = draw(st.sampled_from(["7bit", "base64", "quoted-printable", "x-uuencode", "rot13"]))
    disposition = draw(
        st.sampled_from(["", "Content-Disposition: attachment; filename=a\r\n", "Content-Disposition: inline\r\n"])
    )
    fields = f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n{disposition}\r\n"
    return fields.encode() + encoded(draw(BODY), charset, encoding)


@st.composite
def broken_mails(draw: st.DrawFn) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in draw(HEADERS))
    raw = bytearray(lines.encode("utf-8", "replace") + draw(parts()))
    for _ in range(draw(st.integers(0, 4))):
        if not raw:
            break
        at = draw(st.integers(0, len(raw) - 1))
        match draw(st.sampled_from(["flip", "cut", "repeat", "insert"])):
            case "flip":
                raw[at] = draw(st.integers(0, 255))
            case "cut":
                del raw[at : at + draw(st.integers(1, 60))]
            case "repeat":
                raw[at:at] = raw[at : at + 40] * draw(st.integers(1, 5))
            case _:
                raw[at:at] = draw(st.binary(max_size=8))
    return bytes(raw)


@pytest.mark.slow
@QUIET
@given(broken_mails())
def test_a_broken_mail_is_read_judged_and_understood(raw: bytes) -> None:
    message = parse(raw)
    check(message)
    verdict = judge(message, rulebook())
    check_verdict(message, verdict)
    find_contact(message, verdict, rulebook())
    understand(message, verdict, rulebook())


@QUIET
@given(BODY.filter(lambda text: bool(text.strip())))
def test_taking_the_fresh_words_apart_again_loses_little(text: str) -> None:
    """Fresh words hold no history that a second look would find, unless the letter is nothing else."""
    once = parse(
        b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode("utf-8", "replace")
    ).fresh
    twice = parse(b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + once.encode())
    assert not once or twice.fresh or twice.forwarded or twice.error
