"""Header fields -> values: addresses, ids, instants."""

from datetime import UTC, datetime

import pytest

from watcher.core.message import Address, Message, parse


def read(fields: bytes) -> Message:
    message = parse(fields + b"\r\n\r\nx")
    assert message.error == ""
    return message


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        (b"From: rita@firm.example", [("", "rita@firm.example")]),
        (b"From: Rita Muster <rita@Firm.Example>", [("Rita Muster", "rita@firm.example")]),
        (b'From: "Muster, Rita" <rita@firm.example>', [("Muster, Rita", "rita@firm.example")]),
        (b"From: rita@firm.example (Rita Muster)", [("Rita Muster", "rita@firm.example")]),
        (b"From: a@x.example, b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        (b"From: HR Team hr@x.example", [("HR Team", "hr@x.example")]),
        (b"From: Undisclosed:;", []),
        (b"From: Recruiting: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        (b"From: nobody", []),
        (b"From:", []),
        (b"From: =?utf-8?Q?J=C3=B6rg_M=C3=BCller?= <j@x.example>", [("Jörg Müller", "j@x.example")]),
        (b'From: "=?utf-8?Q?J=C3=B6rg?=" <j@x.example>', [("Jörg", "j@x.example")]),
        ("From: Jörg Müller <j@x.example>".encode("latin-1"), [("Jörg Müller", "j@x.example")]),
        ("From: Jörg <jörg@exämple.example>".encode(), [("Jörg", "jörg@exämple.example")]),
        (b"From: 'Rita' <rita@x.example>", [("Rita", "rita@x.example")]),
        (b"From: rita@x.example <rita@x.example>", [("", "rita@x.example")]),
        (b"From: Rita\r\n <rita@x.example>", [("Rita", "rita@x.example")]),
        (b"From: one@x.example\r\nFrom: two@x.example", [("", "one@x.example")]),
    ],
)
def test_authors_are_read(field: bytes, wanted: list[tuple[str, str]]) -> None:
    assert [(address.name, address.addr_spec) for address in read(field).from_] == wanted


@pytest.mark.parametrize(
    "name",
    [
        b"=?utf-8?Q?ceo=40bank.example_=3Cceo=40bank.example=3E?=",
        b"=?utf-8?Q?ceo=40bank.example=2C?=",
        b'"ceo@bank.example <ceo@bank.example>"',
        b'"ceo@bank.example"',
        b"(ceo@bank.example)",
    ],
)
def test_an_address_inside_a_display_name_is_never_taken_for_the_author(name: bytes) -> None:
    assert [address.addr_spec for address in read(b"From: " + name + b" <eve@evil.example>").from_] == [
        "eve@evil.example"
    ]


def test_every_kind_of_address_field_is_read() -> None:
    message = read(
        b"From: a@x.example\r\nSender: ATS <s@ats.example>\r\nReply-To: r@x.example\r\nTo: t@x.example, u@x.example\r\n"
        b"Cc: C <c@x.example>\r\nReturn-Path: <bounce+1@ats.example>"
    )
    assert message.author == Address("", "a@x.example")
    assert message.sender == Address("ATS", "s@ats.example")
    assert [str(address) for address in message.reply_to] == ["r@x.example"]
    assert [address.addr_spec for address in message.to] == ["t@x.example", "u@x.example"]
    assert [str(address) for address in message.cc] == ["C <c@x.example>"]
    assert message.return_path == "bounce+1@ats.example"


def test_of_several_subjects_the_first_counts_and_all_are_kept() -> None:
    message = read(b"Subject: one\r\nSubject: two")
    assert message.subject == "one"
    assert message.header_all("subject") == ("one", "two")


def test_ids_lose_their_brackets_and_their_folding() -> None:
    message = read(
        b"Message-ID:\r\n <3@x>\r\nIn-Reply-To: <2@x> (mail of today)\r\nReferences: <1@x>\r\n\t<2@x>\r\n <1@x>"
    )
    assert message.message_id == "3@x"
    assert message.in_reply_to == ("2@x",)
    assert message.references == ("1@x", "2@x")
    assert message.thread == ("1@x", "2@x")


@pytest.mark.parametrize(("field", "wanted"), [(b"<a b@x>", ""), (b"a@x", "a@x"), (b"", ""), (b"<>", "")])
def test_an_unusable_message_id_is_empty(field: bytes, wanted: str) -> None:
    assert read(b"Subject: x\r\nMessage-ID: " + field).message_id == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (b"Mon, 1 Jun 2026 10:00:00 +0200", datetime(2026, 6, 1, 8, tzinfo=UTC)),
        (b"1 Jun 2026 10:00 EST", datetime(2026, 6, 1, 15, tzinfo=UTC)),
        (b"Mon, 1 Jun 2026 10:00:00", datetime(2026, 6, 1, 10, tzinfo=UTC)),
        (b"Mon, 1 Jun 2026 10:00:00 +0000 (UTC)", datetime(2026, 6, 1, 10, tzinfo=UTC)),
        (b"32 Foo 2026", None),
        (b"Fri, 31 Dec 9999 23:59:59 -1200", None),
        (b"", None),
    ],
)
def test_dates_are_aware_utc_or_none(line: bytes, wanted: datetime | None) -> None:
    assert read(b"Subject: x\r\nDate: " + line).date == wanted


def test_the_instants_of_received_fields_stand_topmost_first() -> None:
    message = read(
        b"Received: from a by b; Mon, 1 Jun 2026 12:00:00 +0200\r\nReceived: from c by d with x;\r\n"
        b" Mon, 1 Jun 2026 09:59:00 +0000\r\nReceived: by e with nonsense"
    )
    assert message.received == (datetime(2026, 6, 1, 10, tzinfo=UTC), datetime(2026, 6, 1, 9, 59, tzinfo=UTC))


def test_calendar_and_delivery_status_parts_are_kept_apart_from_the_text() -> None:
    message = parse(
        b"Subject: x\r\nAuto-Submitted: auto-replied\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x\r\n\r\n"
        b"It did not arrive.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\n\r\n--x\r\nContent-Type: text/calendar\r\n\r\n"
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--x--\r\n"
    )
    assert message.text == "It did not arrive."
    assert "Action: failed" in "\n".join(message.delivery_status)
    assert message.calendar == ("BEGIN:VCALENDAR\nEND:VCALENDAR",)
    assert message.content_type == "multipart/report"
    assert message.header("Auto-Submitted") == "auto-replied"


def test_the_plain_part_is_the_letter_unless_it_is_a_stub() -> None:
    def alternative(plain: bytes) -> str:
        return parse(
            b"Subject: x\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n\r\n" + plain
            + b"\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>We chose somebody else.</p>\r\n--x--\r\n"
        ).text  # fmt: skip

    assert alternative(b"We are sorry to tell you that we chose another candidate.").startswith("We are sorry")
    assert alternative(b"") == "We chose somebody else."
    assert alternative(b"https://ats.example/view?id=12345678901234567890") == "We chose somebody else."
    assert alternative(b"Your mail program does not show HTML, please use another one.") == "We chose somebody else."


def test_file_names_of_attachments_are_decoded_and_their_content_is_left_out() -> None:
    message = parse(
        b"Subject: x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhello\r\n--x\r\n"
        b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''L%C3%B6hne.pdf\r\n\r\nPDF\r\n--x--"
    )
    assert message.attachments == ("Löhne.pdf",)
    assert message.text == "hello"


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\n\n\n", b"   "])
def test_nothing_is_said_to_be_nothing(raw: bytes) -> None:
    assert parse(raw).error == "the message is empty"


def test_a_separator_line_of_an_mbox_is_passed_over() -> None:
    message = parse(b"From a@b.example Mon Jun  1 10:00:00 2026\nSubject: x\n\nhello")
    assert (message.subject, message.text) == ("x", "hello")


def test_a_header_section_that_breaks_off_goes_over_into_the_text() -> None:
    message = parse(b"Subject: x\r\nDear Sam\r\nwe chose somebody else\r\n\r\nBye\r\n")
    assert message.subject == "x"
    assert "we chose somebody else" in message.text
    assert "Bye" in message.text


def test_a_letter_behind_a_huge_attachment_is_read() -> None:
    noise = b"QUJD" * 19 + b"\r\n"
    message = parse(
        b"Subject: x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: application/pdf; name=a.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + noise * 40_000
        + b"--x\r\n\r\nWe chose somebody else.\r\n--x--\r\n"
    )
    assert message.fresh == "We chose somebody else."
    assert message.attachments == ("a.pdf",)
    assert not message.truncated
