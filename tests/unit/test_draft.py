"""A composed draft is one message to one address, in its thread, and reads back as it was written."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.contact import Contact
from watcher.core.draft import Thread, Words, compose, message_id, reply_subject
from watcher.core.message import Address, parse

NOW = dt.datetime(2026, 11, 23, 9, 15, tzinfo=dt.timezone(dt.timedelta(hours=1)))
ME = Address("Sam Doe", "sam@example.org")
ANNA = Contact("anna@acme.example", name="Anna Beispiel")
THREAD = Thread("Your application", "r1@acme.example", ("a0@acme.example", "r1@acme.example"))


def composed(
    body: str = "Hi Anna,\n\nthank you.\n\nSam", thread: Thread | None = THREAD, **more: object
) -> EmailMessage:
    given_ = {"contact": ANNA, "sender": ME, "key": "k", "now": NOW} | more
    draft = compose(Words("New subject", body, "en"), thread, **given_)  # type: ignore[arg-type]
    for line in draft.raw.split(b"\r\n"):
        assert len(line) <= 998, "RFC 5322 2.1.1"
        assert b"\n" not in line
        assert b"\r" not in line
    parsed = message_from_bytes(draft.raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def content(message: EmailMessage) -> str:
    text: str = message.get_content()
    return text.replace("\r\n", "\n")


def unflowed(message: EmailMessage) -> tuple[str, str]:
    """Read format=flowed as RFC 3676 4 says: the text, and the quoted text."""
    own: list[str] = []
    quoted: list[str] = []
    open_at: int | None = None
    for line in content(message).removesuffix("\n").split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        target = quoted if depth else own
        if open_at == depth and target:
            target[-1] += bare
        else:
            target.append(bare)
        open_at = depth if bare.endswith(" ") and bare != "-- " else None
    return "\n".join(own), "\n".join(quoted)


def test_the_draft_is_one_message_to_one_address_in_its_thread() -> None:
    message = composed()
    assert message["From"] == "Sam Doe <sam@example.org>"
    assert message["To"] == "Anna Beispiel <anna@acme.example>"
    assert message["Subject"] == "Re: Your application"
    assert message["In-Reply-To"] == "<r1@acme.example>"
    assert message["References"] == "<a0@acme.example> <r1@acme.example>"
    assert message["Date"].datetime == NOW
    assert message.get_content_type() == "text/plain"
    assert message["Content-Type"].params == {"charset": "utf-8", "format": "flowed"}
    assert message["MIME-Version"] == "1.0"
    assert not {"cc", "bcc", "sender", "reply-to"} & {name.lower() for name in message}
    assert not [name for name in message if name.lower().startswith("x-")]


def test_without_a_thread_the_words_own_subject_is_used_and_nothing_is_answered() -> None:
    message = composed(thread=None)
    assert message["Subject"] == "New subject"
    assert message["In-Reply-To"] is None
    assert message["References"] is None


def test_the_same_key_gives_the_same_id_and_another_key_another() -> None:
    assert message_id("a", ME) == message_id("a", ME) != message_id("b", ME)
    assert message_id("a", ME).endswith("@example.org")
    assert composed()["Message-ID"] == f"<{message_id('k', ME)}>"
    assert composed("other text")["Message-ID"] == f"<{message_id('k', ME)}>"


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("Your application", "Re: Your application"),
        ("Re: Your application", "Re: Your application"),
        ("RE: re: Re : Your application", "Re: Your application"),
        ("AW: WG: Ihre Bewerbung", "Re: Ihre Bewerbung"),
        ("Antw.: x", "Re: Antw.: x"),
        ("Antw: Uw sollicitatie", "Re: Uw sollicitatie"),
        ("Re[2]: Fwd: Application", "Re: Application"),
        ("RE(3): Application", "Re: Application"),
        ("TR : Votre candidature", "Re: Votre candidature"),
        ("RE\u00a0: Votre candidature", "Re: Votre candidature"),
        ("SV: VS: Odp: RV: RES: R: I: ENC: x", "Re: x"),
        ("回复：关于您的申请", "Re: 关于您的申请"),
        ("Re:", ""),
        ("", ""),
        ("Regarding: your application", "Re: Regarding: your application"),
        ("Reise: x", "Re: Reise: x"),
        ("Hello\r\nBcc: evil@example.net", "Re: Hello Bcc: evil@example.net"),
        ("a\u2028b\u0085c\x00d", "Re: a bcd"),
    ],
)
def test_a_reply_has_re_once_whatever_the_mail_client_wrote(given_: str, expected: str) -> None:
    assert reply_subject(given_) == expected


def test_an_empty_subject_falls_back_to_our_own() -> None:
    assert composed(thread=Thread("Re: ", "r1@x", ()))["Subject"] == "New subject"


@pytest.mark.parametrize("bad", ["", "a@b@c", "a@b, c@d", "a b@c", "a@b>\r\nBcc: x@y", "nobody", "<a@b>", "a@b\n"])
def test_a_draft_without_exactly_one_recipient_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="one address"):
        composed(contact=Contact(bad))


def test_names_cannot_add_recipients_or_fields() -> None:
    name = 'Anna" <evil@example.net>, "x\r\nBcc: y@example.net'
    message = composed(contact=Contact("anna@acme.example", name=name), sender=Address(name, "sam@example.org"))
    for field in ("To", "From"):
        assert [spec for _, spec in getaddresses([str(message[field])])] == [
            "anna@acme.example" if field == "To" else "sam@example.org"
        ]
    assert message["Bcc"] is None


def test_an_internationalised_domain_is_written_in_ascii() -> None:
    assert composed(contact=Contact("a@bücher.example"))["To"] == "a@xn--bcher-kva.example"


def test_ids_that_are_none_are_left_out() -> None:
    bad = ("a b@c", "x\r\nBcc: y@z", "no-at-sign", "", "<>", "é@x", "a@" + "b" * 300, "good@x")
    message = composed(thread=Thread("s", "evil\r\nTo: z@z@x y", bad))
    assert message["In-Reply-To"] is None
    assert message["References"] == "<good@x>"
    assert message["To"] == "Anna Beispiel <anna@acme.example>"


def test_long_ids_are_never_folded_into_encoded_words() -> None:
    long = "x" * 180 + "@mail.example"
    message = composed(thread=Thread("s", long, (long + "1", long)))
    assert message["In-Reply-To"] == f"<{long}>"
    assert message["References"].split() == [f"<{long}1>", f"<{long}>"]


def test_a_long_thread_keeps_its_root_and_its_end() -> None:
    ids = tuple(f"m{i}@x" for i in range(200))
    references = composed(thread=Thread("s", "m199@x", ids))["References"].split()
    assert references[0] == "<m0@x>"
    assert references[-2:] == ["<m198@x>", "<m199@x>"]
    assert len(references) == 20


def test_the_rejection_is_the_last_reference_even_when_the_thread_does_not_name_it() -> None:
    assert composed(thread=Thread("s", "r@x", ("r@x", "a@x")))["References"] == "<a@x> <r@x>"


def test_long_lines_flow_and_what_looks_like_a_quote_is_stuffed() -> None:
    body = "From the start " + "word " * 60 + "end\n> not a quote\n indented\n-- \nSam"
    message = composed(body)
    lines = content(message).split("\n")
    assert max(map(len, lines)) <= 78
    assert lines[0].startswith(" From the start")
    assert " > not a quote" in lines
    assert "-- " in lines
    assert unflowed(message)[0] == body


def test_chinese_and_japanese_are_never_broken_by_a_space_nobody_wrote() -> None:
    body = "株式会社サンプル 採用ご担当者様\n\n" + "このたびはご連絡をいただき、ありがとうございました。" * 8
    message = composed(body)
    assert unflowed(message)[0] == body
    assert message["Content-Transfer-Encoding"] == "base64"


def test_the_original_is_quoted_below_when_asked() -> None:
    message = composed("Hi", quote="Dear Sam,\n> older\n\n" + "long " * 40)
    assert content(message).startswith("Hi\n\n> Dear Sam,\n>> older\n>\n> long ")
    assert unflowed(message)[1].split("\n")[:2] == ["Dear Sam,", "older"]
    assert content(composed("Hi", quote="  \n ")) == "Hi\n"


LINES = st.text(
    st.characters(
        blacklist_categories=["Cs", "Cc", "Zl", "Zp"],
        blacklist_characters="\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    ),
    max_size=300,
)


@given(st.lists(LINES, min_size=1, max_size=6))
def test_any_body_reads_back_as_it_was_written(lines: list[str]) -> None:
    body = "\n".join(line.rstrip() for line in lines).strip("\n")
    assert unflowed(composed(body))[0] == body


@given(subject=st.text(max_size=400), name=st.text(max_size=120), ids=st.lists(st.text(max_size=60), max_size=5))
def test_any_header_text_gives_one_clean_message(subject: str, name: str, ids: list[str]) -> None:
    message = composed(thread=Thread(subject, "r1@x", tuple(ids)), contact=Contact("anna@acme.example", name=name))
    names = [field.lower() for field in message]
    assert sorted(names) == sorted(set(names))
    assert [spec for _, spec in getaddresses([str(message["To"])])] == ["anna@acme.example"]
    assert " ".join(str(message["Subject"]).split()) == (reply_subject(subject) or "New subject")
    assert message["References"].split()[-1] == "<r1@x>"


@given(
    st.lists(
        st.text(st.characters(min_codepoint=97, max_codepoint=0x17F, categories=["Ll"]), min_size=1, max_size=12),
        min_size=30,
        max_size=120,
    )
)
def test_our_own_reader_sees_the_same_message(words: list[str]) -> None:
    body = f"Hi Anna,\n\n{' '.join(words)}.\n\nSam"
    draft = compose(Words("", body, "en"), THREAD, ANNA, ME, "k", NOW, quote="Dear Sam,\n\nwe have decided.")
    read = parse(draft.raw)
    assert not read.error
    assert read.message_id == draft.message_id
    assert (read.in_reply_to, read.references) == ((THREAD.in_reply_to,), THREAD.references)
    assert read.subject == draft.subject
    assert [address.addr_spec for address in read.to] == [ANNA.address]
    assert " ".join(f"{read.fresh} {read.signature}".split()) == " ".join(body.split())
    assert "we have decided" in read.quoted
