"""The right person or the right refusal, on mails written for it; and never a forbidden address."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from watcher.adapters.rulebook import load_rulebook
from watcher.core.contact import Contact, ContactKind, History, NoContact, classify, find_contact
from watcher.core.message import Address, Message, parse
from watcher.core.verdict import Outcome, judge

FOLDER = Path(__file__).parent / "people"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOOK = load_rulebook()
OWN = frozenset({"sam@example.org"})
CASES: list[dict[str, Any]] = [
    case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
DEFAULT_BODY = "Thank you for your application. Unfortunately we have decided to move forward with other candidates.\n"


def build(case: dict[str, Any], days: int = 0) -> bytes:
    """Write the mail of a case, or of one entry of its history."""
    mail = EmailMessage()
    fields = ("return_path", "from", "sender", "reply_to", "cc", "references")
    lines = [f"{field.replace('_', '-').title()}: {case[field]}" for field in fields if case.get(field)]
    lines += case.get("headers", [])
    lines.append(f"To: {case.get('to', 'Sam Lee <sam@example.org>')}")
    lines.append(f"Subject: {case.get('subject', 'Your application')}")
    lines.append(f"Date: {format_datetime(NOW - timedelta(days=days))}")
    lines.append(
        f"Message-ID: <{case.get('id', f'h{days}')}>"
        if "@" in case.get("id", "")
        else f"Message-ID: <{days}.{abs(hash(str(case)))}@t>"
    )
    mail.set_content(case.get("body", DEFAULT_BODY), charset="utf-8", cte="base64")
    if "calendar" in case:
        mail.add_attachment(calendar(case["calendar"]).encode(), maintype="text", subtype="calendar")
    return "\r\n".join(lines).encode() + b"\r\n" + mail.as_bytes().replace(b"\n", b"\r\n")


def calendar(item: dict[str, Any]) -> str:
    """Write a minimal invitation."""
    people = "".join(f"ATTENDEE:mailto:{address}\r\n" for address in item["attendees"])
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@t\r\n"
        f"DTSTAMP:20260201T090000Z\r\nDTSTART:20260210T090000Z\r\nORGANIZER;CN={item['name']}:mailto:{item['organizer']}\r\n"
        f"{people}SUMMARY:Interview\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def search(case: dict[str, Any]) -> tuple[Contact | NoContact, list[Message]]:
    """Find the person of a case as the product does."""
    message = parse(build(case))
    received = tuple(parse(build(item, item["days"])) for item in case.get("history", []))
    sent = tuple(
        parse(build({"from": "Sam Lee <sam@example.org>", **item}, item["days"])) for item in case.get("sent", [])
    )
    verdict = dataclasses.replace(judge(message, BOOK), outcome=Outcome.REJECTION)
    found = find_contact(
        message,
        verdict,
        BOOK,
        History(received, sent),
        OWN,
        authserv_id=case.get("authserv_id", ""),
        bounced=frozenset(case.get("bounced", ())),
    )
    return found, [message, *received, *sent]


def wrong(case: dict[str, Any], found: Contact | NoContact) -> list[str]:
    """List what differs from what the case expects."""
    expect = case["expect"]
    if expect == "confirm-or-none":
        return [] if isinstance(found, NoContact) or found.confirm else [f"drafts to {found.address}"]
    if expect == "none":
        return [] if isinstance(found, NoContact) else [f"found {found.address} ({found.evidence})"]
    if isinstance(found, NoContact):
        return [f"found nobody: {found.reason}"]
    wanted: dict[str, Any] = {"address": expect, "confirm": case.get("confirm", False)}
    names = {"first": "first_name", "last": "last_name", "title": "title", "kind": "kind", "role": "role"}
    wanted |= {name: case[key] for key, name in names.items() if key in case}
    problems = [
        f"{name} is {getattr(found, name)!r}, not {value!r}"
        for name, value in wanted.items()
        if getattr(found, name) != value
    ]
    tiers = [item.tier for item in found.considered if item.taken]
    return problems + ([f"tier {tiers}"] if "tier" in case and tiers != [case["tier"]] else [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_the_right_person_or_the_right_refusal(case: dict[str, Any]) -> None:
    found, _ = search(case)
    assert not wrong(case, found)
    if "doubtful" in case:
        assert found.trust.doubtful is case["doubtful"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_no_draft_ever_goes_to_a_forbidden_address(case: dict[str, Any]) -> None:
    found, mails = search(case)
    if isinstance(found, NoContact):
        assert found.reason
        assert found.advice
        return
    assert classify(Address("", found.address), BOOK) is not ContactKind.UNMONITORED
    assert found.address.lower() not in OWN
    assert found.address.lower() not in case.get("bounced", ())
    assert any(
        found.address in f"{mail.headers} {mail.text} {mail.calendar} {mail.from_} {mail.reply_to}" for mail in mails
    )
    assert found.evidence
    assert sum(item.taken for item in found.considered) == 1
    assert all(item.because for item in found.considered)


def test_there_are_enough_cases_and_every_system_is_among_them() -> None:
    assert len(CASES) >= 80
    assert len({case["id"] for case in CASES}) == len(CASES)
