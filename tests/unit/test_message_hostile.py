"""Hostile bytes cost bounded time and never raise."""

import time

import pytest

from watcher.core.message import parse
from watcher.core.message.html import html_to_text

LIMIT_S = 1.0


def nested(depth: int) -> bytes:
    return (
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth)) + b"x"
    )


HEADERS = {
    "many fields": b"".join(b"X-%d: v\r\n" % n for n in range(20_000)),
    "many trace fields": b"Received: from a (b [192.0.2.4]) by c with SMTP for <x@y>; Mon, 1 Jun 2026 10:00:00 +0000\r\n" * 20_000,
    "open comments in a trace field": b"Received: from a " + b"(" * 1_000_000 + b"\r\n",
    "clauses in a trace field": b"Received: from a" + b" by" * 330_000 + b"\r\n",
    "open angles": b"From: " + b"<" * 1_000_000 + b"\r\n",
    "many addresses": b"From: " + b"a@b.c," * 160_000 + b"\r\n",
    "open comments in From": b"From: " + b"(" * 1_000_000 + b"\r\n",
    "quotes in From": b"From: " + b'"' * 300_000 + b"\r\n",
    "begun encoded words": b"Subject: " + b"=?" * 500_000 + b"\r\n",
    "encoded words": b"Subject: " + b"=?utf-8?Q?a?= " * 70_000 + b"\r\n",
    "half encoded words": b"Subject: " + b"=?utf-8?Q?" * 90_000 + b"\r\n",
    "spaces": b"Subject: " + b" " * 1_000_000 + b"x\r\n",
    "open comments in Date": b"Date: " + b"(" * 1_000_000 + b"\r\n",
    "semicolons": b"Content-Type: text/plain" + b";" * 1_000_000 + b"\r\n",
    "parameters": b"Content-Type: text/plain" + b"; a=b" * 200_000 + b"\r\n",
    "continued parameters": b"Content-Type: text/plain" + b"".join(b"; name*%d=x" % n for n in range(5_000)) + b"\r\n",
    "folded parameters": b"Content-Type: text/plain" + b";\r\n a=b" * 100_000 + b"\r\n",
    "ids": b"References: " + b"<a@b> " * 150_000 + b"\r\n",
    "open ids": b"References: " + b"<" * 1_000_000 + b"\r\n",
    "no colon at all": b"x" * 1_000_000 + b"\r\n",
    "nested parts": nested(5_000),
    "some nested parts": nested(150),
    "parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
    "empty lines": b"\r\n" * 500_000,
    "NULs": b"\0" * 1_000_000,
}  # fmt: skip
TEXTS = {
    "colons": "wrote: " * 150_000,
    "lines ending in a colon": "On Monday 10:00 a@b.example wrote\n:\n" * 30_000,
    "label lines": "From: a\nSent: b\n" * 60_000,
    "one label line": "From: " + "To: " * 200_000,
    "dashes": "-" * 1_000_000,
    "dash lines": "-----\n" * 170_000,
    "marks": ">" * 1_000_000,
    "closings": "Best regards,\n" * 70_000,
    "separators": "a\n-- \n" * 200_000,
    "rules": "a@b.example\n=====\n" * 60_000,
    "footers": "This e-mail " * 90_000,
    "footer lines": "x" * 130 + "\n" + "You can you can you can you can you can\n" * 25_000,
    "spaces": " " * 1_000_000,
    "empty lines": "\n" * 1_000_000,
    "direction marks": "\u202a" * 300_000,
    "numbers": "1" * 1_000_000 + ":",
}
MARKUP = {
    "open tags": "<div>" * 200_000,
    "open blockquotes": '<blockquote type="cite">a' * 40_000,
    "attributes": "<p " + "a=b " * 250_000 + ">x",
    "styles": '<p style="' + "display:" * 120_000 + '">x',
    "comments": "<!--" * 250_000,
    "entities": "&amp;" * 200_000,
    "breaks": "<br>" * 250_000,
    "open pre": "<pre>" * 100_000 + "\n" * 100_000,
    "tables": "<table><tr><td>" * 60_000,
    "angles": "<" * 1_000_000,
    "spaces": "<p>" + " " * 1_000_000,
}


def seconds(raw: bytes) -> float:
    start = time.process_time()
    message = parse(raw)
    spent = time.process_time() - start
    assert message.size == len(raw)
    for _, value in message.headers:
        assert len(value.splitlines()) <= 1
    return spent


@pytest.mark.parametrize("name", HEADERS)
def test_a_hostile_header_section_costs_little(name: str) -> None:
    assert seconds(HEADERS[name] + b"\r\nUnfortunately\r\n") < LIMIT_S


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_costs_little(name: str) -> None:
    assert seconds(b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + TEXTS[name].encode()) < LIMIT_S


@pytest.mark.parametrize("name", MARKUP)
def test_hostile_markup_costs_little(name: str) -> None:
    assert seconds(b"Subject: x\r\nContent-Type: text/html\r\n\r\n" + MARKUP[name].encode()) < LIMIT_S


def test_an_entity_bomb_does_not_grow() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><p>&b;&b;&b;</p>'
    assert len(html_to_text(bomb)) < 1_000


def test_a_long_header_section_still_gives_the_letter() -> None:
    raw = b"Subject: x\r\n" + b"".join(b"X-%d: v\r\n" % n for n in range(20_000)) + b"\r\nUnfortunately\r\n"
    message = parse(raw)
    assert message.truncated
    assert message.fresh == "Unfortunately"
