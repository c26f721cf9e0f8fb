"""Bytes and what they claim to be -> text that is always valid Unicode, for any bytes and any claim.

Senders lie about charsets in a few well-known ways; each has a line in `_ALIAS` or `decode`. Encoded words of header
fields (RFC 2047) are read here too, since they lie in the same ways.

Source: RFC 2045-2047, RFC 2231, WHATWG Encoding (iso-8859-1 means windows-1252).
"""

from __future__ import annotations

import binascii
import codecs
import re

_ALIAS = {
    "ansi_x3.4-1968": "utf-8",
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "cp-850": "cp850",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
}
_NOT_TEXT = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
_JUNK = re.compile(r"[^A-Za-z0-9_:.-]")
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_FOLD = re.compile(r"\r?\n[ \t]+")


def decode(data: bytes, charset: str | None, *, html: bool = False) -> str:
    """Turn the bytes of a text part into text; never fails.

    Args:
        data: After the transfer encoding was undone.
        charset: What Content-Type says, as written; None when it says nothing.
        html: Look for a <meta charset> when Content-Type says nothing.
    """
    if data.startswith(codecs.BOM_UTF8):
        claims = ["utf-8-sig"]
    else:
        claims = [claim] if (claim := _codec_name(charset)) else []
        if claims and claims[0].startswith("utf-16") and b"\0" not in data[:200]:
            claims = ["utf-8"]  # seen from newsletter systems: utf-16 in the header, utf-8 in the body
        if not claims and html and (meta := _META.search(data[:2048])):
            claims = [_codec_name(meta[1].decode("ascii"))]
    for claim in (*claims, "utf-8", "cp1252"):
        if (text := _strictly(data, claim)) is not None:
            return text
    return data.decode("latin-1")


def header_text(value: str | bytes, *, words: bool = True) -> str:
    """Give a header field's value as one clean line: unfolded, encoded words read, no control characters.

    Args:
        value: As it stands in the message; a str may carry undecoded bytes as surrogates.
        words: Read encoded words. Not yet for addresses: a name in one may look like an address (RFC 2047 6.2).
    """
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape") if not value.isascii() else value.encode("ascii")
    line = value.decode("ascii") if value.isascii() else decode(value, None)
    if "\n" in line:
        line = _FOLD.sub(" ", line)
    if words and "=?" in line:
        line = _encoded_words(line)
    if not line.isprintable():
        line = _CONTROLS.sub(" ", line)
    return line.strip()


def _codec_name(charset: str | None) -> str:
    name = _JUNK.sub("", (charset or "").strip().lower())
    return _ALIAS.get(name, name)


def _strictly(data: bytes, codec: str) -> str | None:
    if codec in _NOT_TEXT:
        return None
    try:
        text = data.decode(codec)
        text.encode("utf-8")  # utf-7 and others can produce lone surrogates
    except (LookupError, UnicodeError, ValueError):
        return None
    return text


def _encoded_words(line: str) -> str:
    out: list[str] = []
    position = 0
    pending = b""  # neighbours of one charset are joined first: a character may be split between two words
    pending_charset = ""
    for word in _ENCODED_WORD.finditer(line):
        between = line[position : word.start()]
        data = _word_bytes(word[2], word[3])
        if data is None:
            continue
        charset = word[1].partition("*")[0].lower()  # RFC 2231 5: a language may follow
        if pending_charset and charset == pending_charset and not between.strip():
            pending += data
        else:
            out.append(decode(pending, pending_charset))
            if between.strip() or not pending_charset:
                out.append(between)
            pending, pending_charset = data, charset
        position = word.end()
    out += [decode(pending, pending_charset), line[position:]]
    return "".join(out)


def _word_bytes(encoding: str, text: str) -> bytes | None:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    try:
        return binascii.a2b_base64(raw + b"==")
    except binascii.Error:
        return None
