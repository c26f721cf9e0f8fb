"""What an answer is: the kinds a person writes and the kinds a machine writes."""

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.answer import AnswerKind, read_answer
from watcher.core.message import parse
from watcher.core.rules import Rulebook


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook()


def mail(
    body: str, *headers: str, subject: str = "Re: Your application", sender: str = "Rita <rita@acme.example>"
) -> bytes:
    head = [f"From: {sender}", "To: me@home.example", f"Subject: {subject}", "Message-ID: <1@acme.example>", *headers]
    return ("\r\n".join(head) + "\r\n\r\n" + body.replace("\n", "\r\n")).encode()


def kind(raw: bytes, rulebook: Rulebook) -> AnswerKind:
    return read_answer(parse(raw), rulebook).kind


def test_praise_is_no_theme_to_work_on(rulebook: Rulebook) -> None:
    answer = read_answer(parse(mail("Hi Sam,\n\nYour communication was excellent.\n\nRita")), rulebook)
    assert answer.themes == ()


def test_what_follows_the_but_counts(rulebook: Rulebook) -> None:
    body = "Hi Sam,\n\nwe loved your system design, but your examples lacked numbers.\n\nRita"
    answer = read_answer(parse(mail(body)), rulebook)
    assert answer.kind is AnswerKind.SUBSTANTIVE
    assert set(answer.themes) == {"examples", "metrics"}
    assert answer.points[0].quote == "we loved your system design, but your examples lacked numbers."


def test_staying_at_a_high_level_is_about_depth(rulebook: Rulebook) -> None:
    body = "Hi Sam,\n\nthe panel felt your answers stayed at a rather high level.\n\nRita"
    assert "technical_depth" in read_answer(parse(mail(body)), rulebook).themes


def test_a_quoted_question_is_not_the_answer(rulebook: Rulebook) -> None:
    body = "Hi Sam,\n\nthanks, all the best!\n\nRita\n\nOn Mon, 2 Nov 2026 Sam wrote:\n> You said my examples lacked numbers.\n"
    assert kind(mail(body), rulebook) is AnswerKind.COURTESY


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: auto_reply", "Auto-Submitted: auto-replied; x=y"],
)
def test_an_automatic_response_is_told_by_its_header(header: str, rulebook: Rulebook) -> None:
    assert kind(mail("We would have liked more depth.", header), rulebook) is AnswerKind.AUTO_REPLY


@pytest.mark.parametrize(
    "subject", ["Automatic reply: Re: Your application", "Out of Office: Re: hello", "Out of the office until 3 May"]
)
def test_an_automatic_response_is_told_by_its_subject(subject: str, rulebook: Rulebook) -> None:
    assert kind(mail("Back on Monday.", subject=subject), rulebook) is AnswerKind.AUTO_REPLY


def test_a_delivery_report_is_a_bounce(rulebook: Rulebook) -> None:
    head = (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\nMIME-Version: 1.0\r\n\r\n"
    )
    parts = (
        "--b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; rita@acme.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n"
    )
    assert kind((head + parts).encode(), rulebook) is AnswerKind.BOUNCE


def test_a_survey_that_asks_for_feedback_is_no_feedback(rulebook: Rulebook) -> None:
    body = "Hi Sam,\n\nplease share your feedback on your recent application: take our short survey.\n"
    assert kind(mail(body, sender="Acme <no-reply@us.greenhouse-mail.io>"), rulebook) is AnswerKind.SURVEY


@pytest.mark.parametrize(
    "text",
    [
        "Given your age we need somebody with more energy and motivation.",
        "Aufgrund Ihres Alters fehlte uns die Motivation.",
        "Votre accent manque de clarté, il faut améliorer votre communication.",
        "Debido a tu edad te falta motivación.",
        "Je leeftijd past niet, we missen motivatie.",
    ],
)
def test_what_stands_beside_a_protected_trait_is_never_something_to_work_on(text: str, rulebook: Rulebook) -> None:
    answer = read_answer(parse(mail(text)), rulebook)
    assert answer.points == ()
    assert any("never something to work on" in found.note for found in answer.evidence)


def test_a_read_receipt_is_no_answer(rulebook: Rulebook) -> None:
    head = (
        "From: Rita <rita@acme.example>\r\nSubject: Read: Thank you\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
    )
    parts = (
        "--b\r\nContent-Type: text/plain\r\n\r\nYour message was read.\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: manual-action; displayed\r\n--b--\r\n"
    )
    assert kind((head + parts).encode(), rulebook) is AnswerKind.AUTO_REPLY


def test_an_invitation_in_a_calendar_is_an_offer_to_talk(rulebook: Rulebook) -> None:
    head = (
        "From: Rita <rita@acme.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    )
    parts = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee you then.\r\n"
        "--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n--b--\r\n"
    )
    assert kind((head + parts).encode(), rulebook) is AnswerKind.CALL
