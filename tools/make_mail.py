"""Makes mail of a plausible mix, the same bytes for the same seed, to measure speed on.

    python -m tools.make_mail OUT.mbox 2000 [SEED]

Nine in ten are letters of 1 to 12 KB (plain, HTML or both, three charsets, three transfer encodings), one in ten
carries an attachment of 200 KB to 1 MB; three in a hundred are job rejections.
"""

from __future__ import annotations

import base64
import math
import quopri
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

_WORDS = (
    "a about after again all along always among and another any are around as ask at away back be because been before "
    "began best better between board both bring build but by call can carry city clear close cold come could country "
    "course customer data day deliver design did different do door down draw early east enough even every example far "
    "few find first follow food for form found four from garden gave get give go good great green group grow had half "
    "hand has have he head help her here high him his home hour house how idea if important in into invoice is it its "
    "just keep kind know large last later learn leave letter life light line list little long look made make many may "
    "meeting month more most move much must name near need never new next night north note now number of off often old "
    "on once one only open or order other our out over own page paper part people place plan point product project "
    "question quick read ready reply report right river room run said same say schedule school second see send set she "
    "should show side small so some soon south start state still stop story study such table take team tell than that "
    "the their them then there these they thing think this those three through time to today together too top town try "
    "turn two under until up us use very walk want was watch water way we week well were west what when where which "
    "while white who why will wind with without word work world would write year you young your"
).split()
_ACCENTED = ("café", "Zürich", "naïve", "São Paulo", "Grüße", "crème", "50 €", "–", "it’s")
_FIRMS = ("Northwind", "Blue Harbour", "Lindqvist", "Pergola", "Tessera", "Quillon", "Marmot", "Ostara")
_ROLES = ("Data Analyst", "Backend Engineer", "Product Manager", "Nurse", "Accountant", "UX Designer")
_NOES = (
    "Thank you for applying for the {role} position at {firm}. Unfortunately we chose to move forward with others.",
    "We appreciate your interest. We will not move forward with your application for {role}.",
    "We regret to inform you that you have not been selected for the {role} role at {firm}.",
)
_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def mails(count: int, seed: int = 7) -> Iterator[bytes]:
    """Give so many messages; the same count and seed give the same bytes."""
    chance = random.Random(seed)  # noqa: S311 -- test data
    noise = base64.encodebytes(chance.randbytes(1_000_000)).replace(b"\n", b"\r\n")
    for number in range(count):
        yield _mail(chance, number, noise)


def mbox(count: int, seed: int = 7) -> Iterator[bytes]:
    """Give the pieces of an mbox of so many messages."""
    for number, raw in enumerate(mails(count, seed)):
        at = _START + timedelta(minutes=5 * number)
        body = raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
        yield b"From x@mail.example " + at.strftime("%a %b %e %H:%M:%S %Y").encode() + b"\n" + body + b"\n"


def _mail(chance: random.Random, number: int, noise: bytes) -> bytes:
    firm, role = chance.choice(_FIRMS), chance.choice(_ROLES)
    text = _text(chance, int(math.exp(chance.uniform(math.log(800), math.log(9_000)))))
    subject = _sentence(chance, 3, 8).rstrip(".")
    if chance.random() < 0.03:
        letter = chance.choice(_NOES).format(role=role, firm=firm)
        text = f"Dear Sam,\r\n\r\n{letter}\r\n\r\nBest regards,\r\nRita Muster\r\n{firm} Talent Team"
        subject = f"Your application for {role} at {firm}"
    head = _head(chance, number, firm, subject)
    charset = chance.choices(("utf-8", "iso-8859-1", "windows-1252"), (8, 1, 1))[0]
    boundary = f"b{chance.getrandbits(96):024x}".encode()
    kind = chance.random()
    if kind < 0.6:
        plain, html = _part(chance, text, "plain", charset), _part(chance, _html(chance, text), "html", charset)
        body = _multipart(b"alternative", b"A" + boundary, plain, html)
    else:
        is_html = kind < 0.8
        body = _part(chance, _html(chance, text) if is_html else text, "html" if is_html else "plain", charset)
    if chance.random() < 0.1:
        size = int(math.exp(chance.uniform(math.log(200_000), math.log(1_000_000))))
        attached = (
            b'Content-Type: application/pdf; name="a.pdf"\r\nContent-Disposition: attachment; filename="a.pdf"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n" + noise[: size // 78 * 78]
        )
        body = _multipart(b"mixed", b"M" + boundary, body, attached)
    return head + body


def _head(chance: random.Random, number: int, firm: str, subject: str) -> bytes:
    date = format_datetime(_START + timedelta(minutes=5 * number))
    domain = firm.lower().replace(" ", "") + ".example"
    lines = [f"Return-Path: <bounce+{number}@mail.example>"]
    lines += [
        f"Received: from mx{hop}.mail.example (mx{hop}.mail.example [192.0.2.{chance.randrange(1, 250)}])\r\n\tby "
        f"relay{hop}.example.net (Postfix) with ESMTPS id {chance.getrandbits(48):012X}\r\n\t"
        f"for <sam@example.org>; {date}"
        for hop in range(chance.randrange(3, 6))
    ]
    signed = "\r\n\t ".join(base64.b64encode(chance.randbytes(48)).decode() for _ in range(5))
    lines += [
        f"DKIM-Signature: v=1; a=rsa-sha256; d={domain}; s=s1;\r\n\th=from:to:subject:date; bh=x;\r\n\tb={signed}",
        f"Authentication-Results: mx.example.org; dkim=pass header.d={domain}; spf=pass; dmarc=pass",
        f"Date: {date}",
        f'From: "{firm} Careers" <rita.muster@{domain}>',
        "To: Sam Doe <sam@example.org>",
        "Subject: "
        + (subject if chance.random() < 0.9 else f"=?utf-8?B?{base64.b64encode(subject.encode()).decode()}?="),
        f"Message-ID: <{number}.{chance.getrandbits(64):016x}@mail.example>",
        "MIME-Version: 1.0",
    ]
    if chance.random() < 0.4:
        lines += [f"List-Unsubscribe: <https://example.com/u/{number}>", "Precedence: bulk"]
    return ("\r\n".join(lines) + "\r\n").encode()


def _sentence(chance: random.Random, low: int, high: int) -> str:
    words = chance.choices(_WORDS, k=chance.randrange(low, high))
    if chance.random() < 0.3:
        words.insert(len(words) // 2, chance.choice(_ACCENTED))
    return " ".join(words).capitalize() + "."


def _text(chance: random.Random, size: int) -> str:
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < size:
        paragraphs.append(" ".join(_sentence(chance, 8, 24) for _ in range(chance.randrange(2, 6))))
    return "\r\n\r\n".join(paragraphs)


def _html(chance: random.Random, text: str) -> str:
    paragraphs = "".join(
        f'<p style="margin:0 0 12px;line-height:1.5">{part}</p>\r\n' for part in text.split("\r\n\r\n")
    )
    return (
        "<html><head><meta charset=utf-8><style>body{font-family:sans-serif;color:#333}.b{padding:8px}</style></head>"
        f"<body><table width=600><tr><td>{paragraphs}</td></tr><tr><td>"
        f'<a class=b href="https://example.com/?t={chance.getrandbits(128):032x}">View</a></td></tr></table></body></html>'
    )


def _part(chance: random.Random, text: str, kind: str, charset: str) -> bytes:
    data = text.encode(charset, "replace")
    way = chance.random()
    head = f'Content-Type: text/{kind}; charset="{charset}"\r\nContent-Transfer-Encoding: '.encode()
    if way < 0.5:
        lines = quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        return head + b"quoted-printable\r\n\r\n" + lines
    if way < 0.75:
        return head + b"base64\r\n\r\n" + base64.encodebytes(data).replace(b"\n", b"\r\n")
    return head + b"8bit\r\n\r\n" + data


def _multipart(kind: bytes, boundary: bytes, *parts: bytes) -> bytes:
    inside = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return (
        b"Content-Type: multipart/"
        + kind
        + b'; boundary="'
        + boundary
        + b'"\r\n\r\n'
        + inside
        + b"--"
        + boundary
        + b"--\r\n"
    )


if __name__ == "__main__":
    target, number, *rest = sys.argv[1:]
    with Path(target).open("wb") as file:
        file.writelines(mbox(int(number), *map(int, rest)))
