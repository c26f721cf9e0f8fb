"""Bytes and false claims -> the right words: the 25 cases that mail-parser or the standard library get wrong."""

import base64

import pytest

from watcher.core.message import parse
from watcher.core.message.charset import decode, header_text


def mail(content_type: bytes, body: bytes, encoding: bytes = b"8bit", extra: bytes = b"") -> bytes:
    return (
        b"From: =?utf-8?q?J=C3=B6rg?= <joerg@firma.example>\r\nSubject: Hi\r\nMIME-Version: 1.0\r\n"
        + extra
        + b"Content-Type: "
        + content_type
        + b"\r\nContent-Transfer-Encoding: "
        + encoding
        + b"\r\n\r\n"
        + body
    )


QP, B64, SEVEN = b"quoted-printable", b"base64", b"7bit"
CASES = {
    "ascii declared, utf-8 sent": (mail(b"text/plain; charset=us-ascii", "Zürich – ja".encode()), "Zürich – ja"),
    "nothing declared, latin-1 sent": (mail(b"text/plain", "Zürich".encode("latin-1")), "Zürich"),
    "latin-1 declared, cp1252 quotes": (mail(b"text/plain; charset=iso-8859-1", "“won’t”".encode("cp1252")), "“won’t”"),
    "gb2312 declared, gb18030 sent": (mail(b"text/plain; charset=gb2312", "镕 谢谢".encode("gb18030")), "镕 谢谢"),
    "an unknown charset": (mail(b"text/plain; charset=x-unheard-of", "Zürich".encode()), "Zürich"),
    "a database's name for utf-8": (mail(b"text/plain; charset=utf8mb4", "Zürich".encode()), "Zürich"),
    "junk behind the charset": (mail(b'text/plain; charset="utf-8;"', "Zürich".encode()), "Zürich"),
    "iso-2022-jp in 7 bits": (mail(b"text/plain; charset=iso-2022-jp", "残念ながら".encode("iso-2022-jp"), SEVEN), "残念ながら"),
    "utf-7": (mail(b"text/plain; charset=utf-7", "Zürich".encode("utf-7"), SEVEN), "Zürich"),
    "base64 without padding": (
        mail(b"text/plain; charset=utf-8", base64.b64encode("Zürich!".encode()).rstrip(b"="), B64),
        "Zürich!",
    ),
    "base64 with foreign characters": (mail(b"text/plain; charset=utf-8", b"WsO8\r\n!!cmljaA==", B64), "Zürich"),
    "broken quoted-printable": (mail(b"text/plain; charset=utf-8", b"Z=C3=BCrich =XX ok", QP), "Zürich"),
    "soft line break": (mail(b"text/plain; charset=utf-8; format=flowed", b"thank you=\r\n for applying", QP), "thank you for applying"),
    "a transfer encoding that is a charset": (mail(b"text/plain; charset=utf-8", "Zürich".encode(), b"utf-8"), "Zürich"),
    "utf-16 declared, utf-8 sent": (mail(b"text/html; charset=utf-16", b"<p>Unfortunately</p>"), "Unfortunately"),
    "no last boundary": (mail(b"multipart/alternative; boundary=x", b"--x\r\nContent-Type: text/plain\r\n\r\nUnfortunately\r\n"), "Unfortunately"),
    "a boundary that never comes": (mail(b"multipart/mixed; boundary=x", b"Unfortunately without any boundary\r\n"), "Unfortunately without"),
    "a mail inside a mail": (mail(b"message/rfc822", mail(b"text/plain", b"Unfortunately inside"), SEVEN), "Unfortunately inside"),
    "inline text with a file name": (
        mail(b"text/plain; name=body.txt", b"Unfortunately", SEVEN, b"Content-Disposition: inline; filename=body.txt\r\n"),
        "Unfortunately",
    ),
    "uuencode": (mail(b"text/plain", b"begin 644 t\r\n#0V%T\r\n`\r\nend\r\n", b"x-uuencode"), "Cat"),
    "NUL bytes": (mail(b"text/plain; charset=utf-8", b"Unfor\0tunately"), "Unfortunately"),
    "lone carriage returns": (mail(b"text/plain; charset=utf-8", b"a\rb\rUnfortunately"), "a\nb\nUnfortunately"),
    "a charset only HTML tells": (mail(b"text/html", '<meta charset="windows-1250"><p>Dziękuję'.encode("cp1250")), "Dziękuję"),
    "a byte order mark": (mail(b"text/plain; charset=iso-8859-1", b"\xef\xbb\xbfZ\xc3\xbcrich"), "Zürich"),
    "shift_jis with vendor characters": (mail(b"text/plain; charset=shift_jis", "①採用".encode("cp932")), "①採用"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_words_are_read_right_with(name: str) -> None:
    raw, wanted = CASES[name]
    message = parse(raw)
    assert message.error == ""
    assert wanted in message.text
    assert message.author is not None
    assert message.author.name == "Jörg"


@pytest.mark.parametrize(
    ("content_type", "extra"),
    [
        (b"text/plain; name=a.txt", b"Content-Disposition: attachment; filename=a.txt\r\n"),
        (b"text/calendar; charset=utf-8", b""),
        (b"text/x-amp-html; charset=utf-8", b""),
        (b"application/pdf; name=a.pdf", b""),
    ],
)
def test_what_is_not_the_letter_is_not_its_text(content_type: bytes, extra: bytes) -> None:
    assert parse(mail(content_type, b"BEGIN:VCALENDAR", SEVEN, extra)).text == ""


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("Ihre Bewerbung – Köln".encode(), "Ihre Bewerbung – Köln"),
        (b"K\xf6ln", "Köln"),
        (b"=?utf-8?Q?a b?=", "a b"),
        (b"=?utf-8?B?S8M=?= =?utf-8?B?tmxu?=", "Köln"),  # a character split between two words
        (b"=?x-unheard-of?Q?K=F6ln?=", "Köln"),
        (b"=?utf-8?Q?Your?=  =?utf-8?Q?_application?=", "Your application"),
        (b"=?utf-8?Q?Your?= own =?utf-8?Q?role?=", "Your own role"),
        (b"Re: =?ISO-8859-1?Q?don=92t?= go", "Re: don’t go"),
        (b"=?ISO-2022-JP?B?" + base64.b64encode("採用のご連絡".encode("iso-2022-jp")) + b"?=", "採用のご連絡"),
        (b"=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"a\r\n b\r\n\tc", "a b c"),
        (b"a\rBcc: x@y.example", "a Bcc: x@y.example"),
        (b"=?utf-8?Q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
        ("a\u2028b\x85c".encode(), "a b c"),
        (b"=?utf-8?B?not base64!?= x", "x"),
    ],
)
def test_a_header_value_is_one_clean_line(value: bytes, wanted: str) -> None:
    line = header_text(value)
    assert wanted in line
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    "charset", ["idna", "punycode", "undefined", "unicode_escape", "base64", "rot13", "\0", "utf-8" * 99]
)
def test_a_codec_that_is_no_charset_is_passed_over(charset: str) -> None:
    assert decode("Zürich \\x41".encode(), charset) == "Zürich \\x41"


def test_no_claim_gives_surrogates() -> None:
    for charset in ("utf-7", "utf-16-be", "utf-8", "cesu-8", "utf-32"):
        decode(b"+2AA- \xd8\x00 \xed\xa0\x80 text", charset).encode("utf-8")
