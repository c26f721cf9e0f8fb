"""Hostile mail costs bounded time and never a wrong recipient."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.adapters.rulebook import load_rulebook
from watcher.core.contact import Contact, History, find_contact
from watcher.core.job_application import understand
from watcher.core.message import parse
from watcher.core.verdict import Outcome, Verdict

BOOK = load_rulebook()
NO = Verdict(outcome=Outcome.REJECTION, language="en")
LIMIT_S = 2.0
BIG = 60_000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("From", "( " * 4000 + "<a@b.example>"),
        ("From", '"' + "a@b." * 2000 + '" <x@firm.example>'),
        ("From", "via " * 2000 + "<a@firm.example>"),
        ("Reply-To", ", ".join(f"p{n}@firm{n}.example" for n in range(300))),
        ("Subject", "application for " * 500),
        ("Subject", "R-" * 4000 + "1"),
        ("Authentication-Results", "mx; " + "(" * 4000),
    ],
)
def test_a_hostile_field_costs_bounded_time(field: str, value: str) -> None:
    raw = f"{field}: {value}\r\nTo: sam@example.org\r\n\r\nno".encode()
    message = parse(raw)
    start = process_time()
    find_contact(message, NO, BOOK, History((message,) * 5), frozenset({"sam@example.org"}), authserv_id="mx")
    understand(message, NO, BOOK, History((message,) * 5))
    assert process_time() - start < LIMIT_S


@pytest.mark.parametrize(
    "body",
    [
        "applying for the " * (BIG // 17),
        "a@" * (BIG // 2),
        "x" * BIG + "@firm.example",
        "Best regards\n" * (BIG // 13),
        "(" * BIG,
        "application for the " + "data " * (BIG // 5) + "position",
        "interest in the position of " + "(" * 2000 + " at Firm.",
        "\n".join(f"p{n}@firm.example" for n in range(BIG // 20)),
    ],
    ids=range(8),
)
def test_a_hostile_body_costs_bounded_time(body: str) -> None:
    message = parse(f"From: Firm <no-reply@firm.example>\r\nTo: sam@example.org\r\n\r\n{body}".encode())
    start = process_time()
    find_contact(message, NO, BOOK, History((message,) * 3))
    understand(message, NO, BOOK, History((message,) * 3))
    assert process_time() - start < LIMIT_S


def test_a_hostile_calendar_names_nobody() -> None:
    part = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nORGANIZER:mailto:a@b@c\r\nDTSTART:xx\r\n"
        + "ATTENDEE:mailto:x y@z\r\n" * 500
    )
    raw = f"From: no-reply@firm.example\r\nContent-Type: text/calendar\r\n\r\n{part}"
    assert not isinstance(find_contact(parse(raw.encode()), NO, BOOK), Contact)


words = st.sampled_from(
    [
        "Anna Berg",
        "Best regards",
        "\n",
        " ",
        "anna.berg",
        "@",
        "firm.example",
        "no-reply",
        "Reply-To:",
        "hr",
        "Acme",
        "<",
        ">",
        ",",
        ".",
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(words, max_size=12), st.lists(words, max_size=6), st.lists(words, max_size=30), st.booleans())
def test_the_address_chosen_stands_literally_in_the_mail(
    sender: list[str], reply_to: list[str], body: list[str], unmonitored: bool
) -> None:
    head = f"From: {''.join(sender)}\nReply-To: {''.join(reply_to)}".replace("\n ", " ")
    lines = [line for line in head.split("\n") if ":" in line]
    raw = "\r\n".join([*lines, "To: sam@example.org", "", " ".join(body)])
    verdict = Verdict(outcome=Outcome.REJECTION, unmonitored=unmonitored)
    found = find_contact(parse(raw.encode()), verdict, BOOK, History(), frozenset({"sam@example.org"}))
    if isinstance(found, Contact):
        assert found.address.lower() in raw.lower()
        assert "no-reply" not in found.address.rpartition("@")[0]  # a domain may hold the word
        assert found.address != "sam@example.org"
