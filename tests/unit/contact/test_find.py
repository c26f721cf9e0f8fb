"""Who is written to, and who never."""

from watcher.core.contact import Contact, ContactKind, History, NoContact, find_contact
from watcher.core.message import Message, parse
from watcher.core.rules import Rulebook
from watcher.core.verdict import Outcome, Verdict

NO = Verdict(outcome=Outcome.REJECTION)
BOOK = Rulebook()


def mail(sender: str, body: str = "We chose someone else.\n\nBest regards\nThe team", **fields: str) -> Message:
    head = {
        "From": sender,
        "To": "sam@example.org",
        "Date": "Mon, 02 Mar 2026 09:00:00 +0000",
        "Subject": "Your application",
    }
    head |= {key.replace("_", "-"): value for key, value in fields.items()}
    return parse(("".join(f"{k}: {v}\r\n" for k, v in head.items()) + "\r\n" + body).encode())


def test_the_person_who_wrote_is_written_to() -> None:
    found = find_contact(mail("Anna Berg <anna.berg@firm.example>"), NO, BOOK)
    assert isinstance(found, Contact)
    assert (found.address, found.first_name, found.last_name, found.kind) == (
        "anna.berg@firm.example",
        "Anna",
        "Berg",
        ContactKind.HUMAN,
    )
    assert not found.confirm


def test_no_reply_reaches_nobody() -> None:
    found = find_contact(mail("Firm <no-reply@firm.example>"), NO, BOOK)
    assert isinstance(found, NoContact)
    assert found.reason
    assert found.considered


def test_the_recruiter_who_invited_is_found_in_earlier_mail() -> None:
    invite = mail(
        "Rita Ray <rita@firm.example>",
        "Shall we talk on Monday?\n\nBest\nRita Ray\nRecruiter",
        Message_ID="<i@firm.example>",
    )
    found = find_contact(mail("Firm Careers <no-reply@firm.example>"), NO, BOOK, History((invite,)))
    assert isinstance(found, Contact)
    assert found.address == "rita@firm.example"
    assert "wrote to you on 2 March 2026" in found.evidence


def test_a_foreign_reply_to_is_never_used() -> None:
    found = find_contact(mail("Firm <no-reply@firm.example>", Reply_To="Rita <rita@other.example>"), NO, BOOK)
    assert isinstance(found, NoContact)
    assert found.trust.doubtful
