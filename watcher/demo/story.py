"""The story the demo tells: the mail of three weeks in one applicant's life, and what she does with the drafts.

All people and firms are made up; domains end in .example (RFC 2606 2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

START = datetime(2026, 3, 2, 8, tzinfo=UTC)  # a Monday, 9 o'clock in Berlin
ME, ADDRESS = "Sam Doe", "sam@mail.example"
Deed = Literal["send", "edit", "discard"]


@dataclass(frozen=True, slots=True)
class Comes:
    """A mail comes in."""

    at: datetime
    told: str
    raw: Callable[[dict[str, str]], bytes]  # given the Message-IDs of what Sam sent, by recipient


@dataclass(frozen=True, slots=True)
class Does:
    """Sam does something with the draft to somebody, in her mail client."""

    at: datetime
    told: str
    deed: Deed
    to: str


def day(number: int, hour: int, minute: int = 0) -> datetime:
    """Give an instant of the story: day 1 is the Monday it starts."""
    return START + timedelta(days=number - 1, hours=hour - 9, minutes=minute)


def earlier() -> list[tuple[datetime, bytes]]:
    """Give the mail that lies in the mailbox before the story starts."""
    return [
        (
            day(-12, 10),
            _mail(
                "Rita Roe <rita.roe@northwind.example>",
                "Interview for Data Engineer at Northwind",
                "northwind-invite",
                day(-12, 10),
                "Hi Sam,\n\nwe would like to invite you to an interview for the Data Engineer position on Thursday at"
                " 10:00.\nPlease let me know whether that suits you.\n\nBest regards,\nRita Roe\nRecruiter, Northwind",
            ),
        ),
        (
            day(-9, 15),
            _mail(
                "Tom Tanner <tom.tanner@contoso.example>",
                "Your interview with Contoso: Platform Engineer",
                "contoso-invite",
                day(-9, 15),
                "Hi Sam,\n\nI am happy to invite you to an interview for the Platform Engineer position at Contoso next"
                " Tuesday.\n\nBest,\nTom Tanner\nTalent Acquisition, Contoso\ntom.tanner@contoso.example",
            ),
        ),
        (
            day(-6, 9),
            _mail(
                "Petra Muster <petra.muster@beispielwerk.example>",
                "Einladung zum Vorstellungsgespräch als Datenanalystin",
                "beispiel-invite",
                day(-6, 9),
                "Sehr geehrte Frau Doe,\n\nwir möchten Sie gern zu einem Vorstellungsgespräch für die Stelle als"
                " Datenanalystin einladen.\n\nMit freundlichen Grüßen\nPetra Muster\nPersonalreferentin,"
                " Beispielwerk GmbH",
            ),
        ),
    ]


def events() -> list[Comes | Does]:
    """Give what happens, in order."""
    return [
        Comes(day(1, 9, 20), "Fabrikam confirms an application", lambda _: _fabrikam_received()),
        Comes(day(1, 10, 5), "a newsletter writes about rejections", lambda _: _newsletter()),
        Comes(day(1, 10, 30), "Rita Roe of Northwind says no after an interview", lambda _: _northwind_no()),
        Comes(day(1, 14), "Contoso's system says no, from an address nobody reads", lambda _: _contoso_no()),
        Comes(day(1, 16), "Beispielwerk sagt ab, nach einem Gespräch", lambda _: _beispiel_no()),
        Comes(day(2, 9, 30), "Tailspin says no and gives no individual feedback", lambda _: _tailspin_no()),
        Does(day(3, 9, 15), "Sam sends the request to Rita as it is", "send", "rita.roe@northwind.example"),
        Does(
            day(3, 17, 30), "Sam adds a line to the request to Tom and sends it", "edit", "tom.tanner@contoso.example"
        ),
        Does(day(4, 11), "Sam throws the German draft away", "discard", "petra.muster@beispielwerk.example"),
        Comes(day(4, 8, 45), "Rita is out of office (a machine says so)", _northwind_away),
        Comes(day(8, 10), "Rita answers", _northwind_answer),
        Does(day(8, 15), "Sam sends the thank-you to Rita", "send", "rita.roe@northwind.example"),
        Does(day(16, 11), "Sam sends the final thank-you to Tom", "send", "tom.tanner@contoso.example"),
    ]


def _fabrikam_received() -> bytes:
    return _mail(
        "Fabrikam Careers <no-reply@fabrikam.example>",
        "We received your application",
        "fabrikam-ack",
        day(1, 9, 20),
        "Dear Sam,\n\nthank you for applying for the position of Analyst at Fabrikam. We have received your application"
        " and will review it. If you are not selected, we will let you know.\n\nFabrikam Talent Team",
    )


def _newsletter() -> bytes:
    return _mail(
        "Career Letters <letters@careers.example>",
        "How to read a rejection",
        "newsletter",
        day(1, 10, 5),
        "This week in our newsletter: how to read a job rejection. Many applicants get an email that says 'we have"
        " decided to move forward with other candidates'. Five tips from our coaches.\n\nYou receive this newsletter"
        " because you subscribed. Unsubscribe at any time.",
        {"List-Unsubscribe": "<mailto:off@careers.example>"},
    )


def _northwind_no() -> bytes:
    return _mail(
        "Rita Roe <rita.roe@northwind.example>",
        "Your application as Data Engineer",
        "northwind-no",
        day(1, 10, 30),
        "Hi Sam,\n\nthank you for taking the time to interview with us for the Data Engineer position. Unfortunately,"
        " we have decided to move forward with a candidate who has more experience.\n\nWe wish you all the best.\n\n"
        "Best regards,\nRita Roe\nRecruiter, Northwind",
    )


def _contoso_no() -> bytes:
    return _mail(
        "Contoso Recruiting <no-reply@us.greenhouse-mail.io>",
        "Thank you for your interest in Contoso",
        "contoso-no",
        day(1, 14),
        "Hi Sam,\n\nThank you for your interest in the Platform Engineer position at Contoso and for the time you spent"
        " interviewing with us. After careful consideration, we have decided not to move forward with your application"
        ".\n\nThe Contoso Team\n\nPlease do not reply to this email, this mailbox is not monitored.",
    )


def _beispiel_no() -> bytes:
    return _mail(
        "Petra Muster <petra.muster@beispielwerk.example>",
        "Ihre Bewerbung als Datenanalystin",
        "beispiel-no",
        day(1, 16),
        "Sehr geehrte Frau Doe,\n\nvielen Dank für das Gespräch und Ihr Interesse an der Stelle als Datenanalystin."
        " Leider müssen wir Ihnen mitteilen, dass wir uns für einen anderen Bewerber entschieden haben.\n\nWir wünschen"
        " Ihnen für Ihren weiteren Weg alles Gute.\n\nMit freundlichen Grüßen\nPetra Muster\nPersonalreferentin,"
        " Beispielwerk GmbH",
    )


def _tailspin_no() -> bytes:
    return _mail(
        "Lena Park <lena.park@tailspin.example>",
        "Your application to Tailspin",
        "tailspin-no",
        day(2, 9, 30),
        "Dear Sam,\n\nthank you for the interview for the Designer position at Tailspin. Unfortunately, we will not be"
        " moving forward with your application. Due to the number of applications we are unable to provide individual"
        " feedback.\n\nKind regards,\nLena Park\nTailspin",
    )


def _northwind_away(sent: dict[str, str]) -> bytes:
    return _mail(
        "Rita Roe <rita.roe@northwind.example>",
        "Automatic reply: Your application as Data Engineer",
        "northwind-away",
        day(4, 8, 45),
        "Thank you for your message. I am out of the office until Monday.",
        {"Auto-Submitted": "auto-replied"} | _reply(sent, "rita.roe@northwind.example"),
    )


def _northwind_answer(sent: dict[str, str]) -> bytes:
    return _mail(
        "Rita Roe <rita.roe@northwind.example>",
        "Re: Your application as Data Engineer",
        "northwind-answer",
        day(8, 10),
        "Hi Sam,\n\nthank you for asking so kindly. We liked talking to you. Your experience with SQL and data"
        " modelling was not as deep as this role needs; a project of your own in that field would help a lot.\n\n"
        "All the best,\nRita",
        _reply(sent, "rita.roe@northwind.example"),
    )


def _reply(sent: dict[str, str], to: str) -> dict[str, str]:
    parent = sent.get(to, "")
    return {"In-Reply-To": f"<{parent}>", "References": f"<{parent}>"} if parent else {}


def _mail(sender: str, subject: str, name: str, when: datetime, body: str, more: dict[str, str] | None = None) -> bytes:
    from email.header import Header

    fields = {
        "From": sender,
        "To": f"{ME} <{ADDRESS}>",
        "Subject": Header(subject, "utf-8").encode() if not subject.isascii() else subject,
        "Date": format_datetime(when),
        "Message-ID": f"<{name}@{sender.rpartition('@')[2].rstrip('>')}>",
        **(more or {}),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    head = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"{head}\n{body}\n".replace("\n", "\r\n").encode()
