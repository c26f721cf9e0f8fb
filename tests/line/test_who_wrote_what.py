"""Several applications, several people, several languages: whose mail is whose, on a mailbox in memory."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.line.builders import ADVICE, DAY, HOUR, ME, NO, TUESDAY, Desk, desk, mail
from watcher import wishes
from watcher.core.life import JobApplication, Reason, State
from watcher.core.message import parse
from watcher.core.plan import Kind
from watcher.examining import examine

DUE = TUESDAY + DAY + HOUR
MINUTE = HOUR / 60
MANAGER = NO.replace("Data Engineer", "Product Manager")
TURKISH = """Merhaba Sam,

Veri Mühendisi pozisyonu için bizimle mülakata zaman ayırdığınız için teşekkür ederiz. Maalesef diğer adaylarla
ilerlemeye karar verdik.

Saygılarımla,
Anna Beispiel
"""
BOUNCE = """From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: sam@example.org
Subject: {subject}
Message-ID: <report@mx.example.org>
Date: {date}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

About your message to anna@acme.example.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; anna@acme.example
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: <{about}>

--b--
"""


@pytest.fixture
def sam(tmp_path: Path) -> Iterator[Desk]:
    made = desk(tmp_path)
    yield made
    made.close()


def requested(sam: Desk) -> datetime:
    """A request drafted and sent; gives when."""
    sam.deliver(mail(NO), TUESDAY)
    sam.once(TUESDAY + HOUR)
    sam.once(DUE)
    sam.send(DUE + HOUR, new_id="sent@client.example")
    sam.once(DUE + 2 * HOUR)
    assert sam.state() is State.REQUEST_SENT
    return DUE + HOUR


def about(sam: Desk, role: str) -> JobApplication:
    (one,) = (item for item in sam.store.applications() if item.details.role == role)
    return one


def second_no(when: datetime) -> bytes:
    return mail(MANAGER, subject="Your application as Product Manager", message_id="no2@acme.example", when=when)


def test_the_recruiter_who_was_asked_turns_down_another_application(sam: Desk) -> None:
    requested(sam)
    at = TUESDAY + 2 * DAY
    sam.deliver(second_no(at), at)
    sam.once(at + HOUR)
    assert about(sam, "Data Engineer").state is State.REQUEST_SENT
    assert about(sam, "Product Manager").state is State.REQUEST_WAITING
    assert sam.store.answers() == []


def test_a_mail_of_its_own_about_the_same_role_is_the_answer(sam: Desk) -> None:
    requested(sam)
    at = TUESDAY + 2 * DAY
    sam.deliver(mail(ADVICE, message_id="new@acme.example", subject="Data Engineer", when=at), at)
    sam.once(at + HOUR)
    assert sam.state() is State.THANKS_WAITING


def test_sending_one_request_does_not_cancel_the_other_to_the_same_person(sam: Desk) -> None:
    sam.deliver(mail(NO), TUESDAY)
    sam.deliver(second_no(TUESDAY + 3 * HOUR), TUESDAY + 3 * HOUR)
    sam.once(TUESDAY + 4 * HOUR)
    sam.once(DUE)
    sam.send(DUE + 20 * MINUTE, new_id="first@client.example")
    sam.once(DUE + 30 * MINUTE)
    sam.once(DUE + 4 * HOUR)
    assert about(sam, "Data Engineer").state is State.REQUEST_SENT
    assert about(sam, "Product Manager").state is State.REQUEST_DRAFTED


def test_a_draft_of_their_own_to_the_person_outside_the_thread_counts_as_writing_first(sam: Desk) -> None:
    sam.deliver(mail(NO), TUESDAY)
    at = TUESDAY + 3 * HOUR
    sam.deliver(mail("Dear Anna,", ME, "Hello", "own@example.org", at, "anna@acme.example"), at, "drafts")
    sam.once(at + HOUR)
    sam.once(DUE)
    assert (sam.state(), sam.reason()) == (State.CLOSED, Reason.USER_WROTE)


def test_a_correction_in_a_thread_of_its_own_cancels(sam: Desk) -> None:
    sam.deliver(mail(NO), TUESDAY)
    at = TUESDAY + 3 * HOUR
    body = (
        "Dear Sam,\n\nthe rejection for the Data Engineer position at Acme was sent in error. Please disregard our "
        "previous email; your application is still under review.\n\nAcme Recruiting"
    )
    sender = "Acme Careers <no-reply@us.greenhouse-mail.io>"
    sam.deliver(mail(body, sender, "Correction: your application at Acme", "err@gh.example", at), at)
    sam.once(at + HOUR)
    assert sam.reason() is Reason.EMPLOYER_WROTE
    sam.once(DUE)
    assert sam.drafts == []


def test_the_colleague_who_answered_is_thanked(sam: Desk) -> None:
    requested(sam)
    at = TUESDAY + 2 * DAY
    thread = {"In_Reply_To": "<sent@client.example>", "subject": "Re: Your application as Data Engineer"}
    bob = "Bob Boss <bob@acme.example>"
    sam.deliver(mail(ADVICE.replace("Anna", "Bob"), bob, message_id="bob@acme.example", when=at, **thread), at)
    sam.once(at + HOUR)
    sam.once(at + 4 * HOUR)
    (thanks,) = sam.drafts
    assert [to.addr_spec for to in thanks.to] == ["bob@acme.example"]
    assert "Bob" in thanks.fresh
    assert "Anna" not in thanks.fresh


def test_feedback_that_comes_before_the_request_is_sent_is_kept(sam: Desk) -> None:
    sam.deliver(mail(NO), TUESDAY)
    sam.once(TUESDAY + HOUR)
    at = TUESDAY + 5 * HOUR
    sam.deliver(mail(ADVICE, message_id="early@acme.example", when=at, In_Reply_To="<no@acme.example>"), at)
    sam.once(at + HOUR)
    assert sam.reason() is Reason.EMPLOYER_WROTE
    (record,) = sam.store.answers()
    assert record.answer.themes


def report(sam: Desk, at: datetime, action: str, status: str) -> None:
    text = BOUNCE.format(
        subject="About your mail", date=format_datetime(at), action=action, status=status, about="sent@client.example"
    )
    sam.deliver(text.replace("\n", "\r\n").encode(), at)
    sam.once(at + HOUR)


def test_a_delay_is_no_bounce(sam: Desk) -> None:
    at = requested(sam)
    report(sam, at + HOUR, "delayed", "4.4.1")
    assert sam.state() is State.REQUEST_SENT


def test_an_address_that_bounced_is_not_written_to_again(sam: Desk) -> None:
    at = requested(sam)
    report(sam, at + HOUR, "failed", "5.1.1")
    assert sam.reason() is Reason.BOUNCED
    later = TUESDAY + 3 * DAY
    sam.deliver(second_no(later), later)
    sam.once(later + HOUR)
    assert about(sam, "Product Manager").reason is Reason.NO_CONTACT


def test_a_language_without_a_wording_asks_the_user_and_then_writes_english(sam: Desk) -> None:
    sam.deliver(mail(TURKISH, subject="Veri Mühendisi"), TUESDAY)
    sam.once(TUESDAY + HOUR)
    one = sam.application
    assert (one.language, one.state, one.rule, one.needs_user) == ("tr", State.SEEN, "rail:language", True)
    sam.once(DUE)
    assert sam.drafts == []
    assert sam.store.record(wishes.ask(sam.parts, sam.application, DUE))
    sam.once(DUE + HOUR)
    (draft,) = sam.drafts
    assert "Thank you" in draft.fresh


def test_explain_tells_of_the_language(sam: Desk) -> None:
    raw = mail(TURKISH, subject="Veri Mühendisi")
    decision = examine(sam.parts, parse(raw), raw, TUESDAY).decision
    assert (decision.ask, decision.confirm) == (False, True)
    assert "(tr)" in decision.because


@pytest.mark.parametrize("refusal_first", [True, False])
def test_feedback_refused_in_either_of_two_mails_is_refused(sam: Desk, refusal_first: bool) -> None:
    system = "Acme Careers <no-reply@us.greenhouse-mail.io>"
    refusing = (
        "Dear Sam,\n\nthank you for your interest in the Data Engineer position at Acme. Unfortunately we have decided "
        "to move forward with other candidates. Please understand that we are unable to provide individual feedback."
        "\n\nAcme Recruiting"
    )
    first, then = TUESDAY, TUESDAY + 2 * HOUR
    sam.deliver(mail(refusing, system, message_id="ats@gh.example", when=first), first if refusal_first else then)
    sam.deliver(mail(NO), then if refusal_first else first)
    for hours in (1, 3, 27, 50):
        sam.once(TUESDAY + hours * HOUR)
    assert (sam.state(), sam.reason()) == (State.CLOSED, Reason.POLICY)
    assert sam.application.feedback == "refused"
    assert sam.drafts == []
    assert Kind.THANKS_SILENCE not in {draft.plan.kind for draft in sam.store.drafts()}


INVITATION = """Hi Sam,

I am a recruiter at Acme and would like to invite you to an interview for the Data Engineer position on Thursday.

Best regards,
{name}
Recruiter, Acme
"""


def test_of_several_equal_people_the_user_is_told_to_choose(sam: Desk) -> None:
    before = TUESDAY - 14 * DAY
    for name, local in (("Anna Beispiel", "anna"), ("Bert Muster", "bert")):
        who, about_it = f"{name} <{local}@acme.example>", "Interview: Data Engineer at Acme"
        sam.deliver(
            mail(INVITATION.format(name=name), who, about_it, f"{local}@acme.example", before), before, "archive"
        )
    body = (
        "Dear Sam,\n\nThank you for your interest in the Data Engineer position at Acme. After careful consideration, "
        "we have decided not to move forward with your application.\n\nThe Acme Recruiting Team"
    )
    sam.deliver(mail(body, "Acme Careers <no-reply@us.greenhouse-mail.io>"), TUESDAY)
    sam.once(TUESDAY + HOUR)
    one = sam.application
    assert (one.reason, one.person) == (Reason.NO_CONTACT, None)
    assert "several people" in one.because
    (notice,) = sam.store.untold()
    assert f"afterword ask {one.ref} --to" in notice.body
    assert sam.store.record(wishes.ask(sam.parts, one, TUESDAY + HOUR, "bert@acme.example"))
    sam.once(DUE)
    assert [to.addr_spec for draft in sam.drafts for to in draft.to] == ["bert@acme.example"]


def test_the_employers_name_ends_where_the_sentence_goes_on(sam: Desk) -> None:
    body = (
        "Hi Sam,\n\nthank you for interviewing with us. The Data Engineer position at Acme has been filled and we have "
    )
    raw = mail(body + "closed the opening.\n\nBest,\nAnna Beispiel\n", subject="News")
    assert examine(sam.parts, parse(raw), raw, TUESDAY).details.employer == "Acme"
