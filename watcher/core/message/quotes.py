"""A text -> what its author wrote and the history below or between it; line by line, in linear time.

History is known by `>` marks, by a line such as `On ... wrote:` above them, by a separator (`-----Original
Message-----`, forwarded blocks), or by the block of fields Outlook puts above a quoted mail.

Source: RFC 3676 4.5 (quoting), the habits of Gmail, Outlook, Apple Mail, Thunderbird and Yahoo.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.core.message.reply_words import FORWARDED, FROM, ORIGINAL, SENT, SUBJECT, TO, WROTE

MAX_ATTRIBUTION = 400  # characters of `On ... wrote:`, over at most 3 lines
MAX_LABEL = 24
BLOCK_LINES = 8  # lines looked at below `From:`

_MARKS = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"  # invisible, for direction
_STRIP = str.maketrans("", "", _MARKS)
_COLONS = (":", "：", ": ", ":*", "::")
_WROTE = re.compile(
    "(?:" + "|".join(re.escape(word) for word in sorted(WROTE, key=len, reverse=True)) + r").{0,90}$", re.IGNORECASE
)
_WHEN = re.compile(r"\d{1,2}[:.h時点时點]\s?\d{2}|\b\d{4}\b|\d{4}[年년/.-]|\d{1,2}[/.]\d{1,2}[/.]\d{2}")
_LABELS = re.compile(
    r"(?:^|[\s*])(?P<label>"
    + "|".join(re.escape(word) for word in sorted(SENT | TO | SUBJECT, key=len, reverse=True))
    + r")\s?\*?[:：]",
    re.IGNORECASE,
)
_DASHES = "-—–_=*"
_KINDS = {
    word: kind for kind, words in (("to", TO), ("sent", SENT), ("subject", SUBJECT), ("from", FROM)) for word in words
}
_FORWARD_SUBJECT = re.compile(
    r"\s{0,5}(?:fwd?|wg|tr|rv|enc|i|doorst|pd|vb|vs|fs|ilt|пересл|转发|轉寄|転送|전달)\s?[:：]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class History:
    """A text with its history taken out.

    Attributes:
        own: The author's lines, in order.
        quoted: The history, in order.
        forwarded: The history is a mail passed on, not one answered.
    """

    own: list[str]
    quoted: list[str]
    forwarded: bool = False


def split_history(text: str, subject: str = "") -> History:
    """Take quoted history out of a text; own words above, between and below quoted lines are kept."""
    lines = text.split("\n")
    own: list[str] = []
    quoted: list[str] = []
    forwarded = False
    for number, line in enumerate(lines):
        bare = line.strip()
        if not bare:
            own.append("")
            continue
        first, last = bare[0], bare[-1]
        if first == ">":
            quoted.append(line)
            continue
        if not bare.isascii():
            bare = bare.translate(_STRIP).strip() or " "
            first, last = bare[0], bare[-1]
        if first in _DASHES and last in _DASHES:
            kind = _separator(bare, lines, number)
        elif last in ":：*" and (kind := _heading(bare)):
            pass
        elif (":" in bare[:MAX_LABEL] or "：" in bare[:MAX_LABEL]) and _is_field_block(lines, number):
            kind = "original"
        else:
            kind = ""
        if kind:
            forwarded = kind == "forwarded"
            quoted += lines[number:]
            break
        if last in ":：" and (above := _attribution(own, bare)) is not None:
            below = _next_line(lines, number + 1)
            if below.startswith(">"):
                quoted += [*own[len(own) - above :], line]
                del own[len(own) - above :]
                continue
            if below and _is_dated(" ".join([*own[len(own) - above :], bare])):
                quoted += [*own[len(own) - above :], *lines[number:]]
                del own[len(own) - above :]
                break
        own.append(line)
    has_own = any(line.strip(" \t-_*=") for line in own)
    if quoted and (not has_own or _FORWARD_SUBJECT.match(subject)):
        forwarded = True
    return History(own if has_own else [], quoted, forwarded and bool(quoted))


def _separator(bare: str, lines: list[str], number: int) -> str:
    """Tell `--- Forwarded message ---` and `--- Original message ---` from a mere line of dashes."""
    words = bare.strip(_DASHES + " ").casefold()
    if not words:  # Outlook draws a line above its block of fields
        return "original" if _is_field_block(lines, _next_number(lines, number + 1)) else ""
    if len(words) > 120:
        return ""
    if any(word in words for word in FORWARDED):
        return "forwarded"
    return "original" if any(word in words for word in ORIGINAL) else ""


def _heading(bare: str) -> str:
    """`Begin forwarded message:` of Apple Mail, `Original message:`."""
    if len(bare) > 60:
        return ""
    words = bare.rstrip(":：* ").lstrip("* ").casefold()
    if any(words.endswith(word) for word in FORWARDED):
        return "forwarded"
    return "original" if words in ORIGINAL else ""


def _is_field_block(lines: list[str], number: int) -> bool:
    """True when `From:` stands here and two more of Sent, To and Subject right below it."""
    if number >= len(lines):
        return False
    label, rest = _label(lines[number])
    if label not in FROM or not rest:
        return False
    if len(lines[number]) < 600 and len({_kind(match["label"]) for match in _LABELS.finditer(rest)}) >= 2:
        return True  # all in one line
    kinds: set[str] = set()
    for line in lines[number + 1 : number + 1 + BLOCK_LINES]:
        found, _ = _label(line)
        if kind := _kind(found):
            kinds.add(kind)
    return len(kinds - {"from"}) >= 2


def _label(line: str) -> tuple[str, str]:
    """Give the label before a colon, folded, and what follows it."""
    line = line.translate(_STRIP) if not line.isascii() else line
    label, colon, rest = line.partition(":")
    if not colon or len(label) > MAX_LABEL:
        label, colon, rest = line.partition("：")
    if not colon or len(label) > MAX_LABEL:
        return "", ""
    return label.strip(" *\t_>").casefold(), rest.strip(" *")


def _kind(label: str) -> str:
    return _KINDS.get(label.casefold(), "")


def _attribution(own: list[str], bare: str) -> int | None:
    """Give how many lines above belong to the attribution that ends here; None when there is none."""
    joined = bare
    found: int | None = None
    for above in range(3):
        if above:
            previous = own[-above].strip() if len(own) >= above else ""
            if not previous:
                break
            joined = f"{previous} {joined}"
        if len(joined) > MAX_ATTRIBUTION:
            break
        words = joined.rstrip(":： \xa0")
        dated = _WHEN.search(words) is not None
        is_one = (_WROTE.search(words) and (dated or " " in words)) or (dated and _ends_with_address(words))
        if is_one and (dated or found is None):
            found = above
        if found is not None and dated:
            break
    return found


def _is_dated(words: str) -> bool:
    return "@" in words or _WHEN.search(words) is not None


def _ends_with_address(words: str) -> bool:
    return "@" in words.rstrip(" >)").rpartition(" ")[2]


def _next_number(lines: list[str], number: int) -> int:
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _next_line(lines: list[str], number: int) -> str:
    number = _next_number(lines, number)
    return lines[number].strip() if number < len(lines) else ""
