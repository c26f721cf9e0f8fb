"""A text -> what its author wrote and the history below or between it; line by line, in linear time.

History is known by `>` marks, by a line such as `On ... wrote:` above them, by a separator (`-----Original
Message-----`, forwarded blocks), or by the block of fields Outlook puts above a quoted mail.

Source: RFC 3676 4.5 (quoting), the habits of Gmail, Outlook, Apple Mail, Thunderbird and Yahoo.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import re2

from watcher.core.message.reply_words import FORWARDED, FROM, ORIGINAL, SENT, SUBJECT, TO, WROTE

MAX_ATTRIBUTION = 400  # characters of `On ... wrote:`, over at most 3 lines
MAX_LABEL = 24
BLOCK_LINES = 8  # lines looked at below `From:`

_MARKS = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"  # invisible, for direction
_STRIP = str.maketrans("", "", _MARKS)
_COLONS = (":", "：", ": ", ":*", "::")
_WROTE = re2.compile(  # type: ignore[no-untyped-call]
    "(?i)(?:" + "|".join(map(re.escape, sorted(WROTE, key=len, reverse=True))) + ").{0,90}$"
)
_WHEN = re.compile(r"\d{1,2}[:.h時点时點]\s?\d{2}|\b\d{4}\b|\d{4}[年년/.-]|\d{1,2}[/.]\d{1,2}[/.]\d{2}")
_LABELS = re.compile(
    r"(?:^|[\s*])(?P<label>"
    + "|".join(re.escape(word) for word in sorted(SENT | TO | SUBJECT, key=len, reverse=True))
    + r")\s?\*?[:：]",
    re.IGNORECASE,
)
_DASHES = "-—–_=*"
_BORDER_ENDS = _DASHES + ":："
_KINDS = {
    word: kind for kind, words in (("to", TO), ("sent", SENT), ("subject", SUBJECT), ("from", FROM)) for word in words
}
_OTHER_MARK = re.compile(r"[-=|#%:+]{1,3}[>\]|]|[|#%:}]")
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
    last_mark = next((number for number in range(len(lines) - 1, -1, -1) if lines[number].lstrip()[:1] == ">"), -1)
    own: list[str] = []
    quoted: list[str] = []
    forwarded = False
    mark = ">"
    skip_to = 0
    for number, line in enumerate(lines):
        bare = line.strip()
        if not bare:
            own.append("")
            continue
        if number < skip_to or bare[0] == ">" or bare.startswith(mark):
            quoted.append(line)
            continue
        if len(bare) <= MAX_ATTRIBUTION and not bare.isascii():
            bare = bare.translate(_STRIP).strip() or " "
        may_be_border = bare[-1] in _BORDER_ENDS or ":" in bare or "：" in bare
        if may_be_border and (kind := _border(bare, lines, number)):
            forwarded = kind == "forwarded"
            if kind == "original" and last_mark > number and not _has_words(own):  # answered below: marks will tell
                skip_to = _end_of_block(lines, number + 1)
                quoted.append(line)
                continue
            quoted += lines[number:]
            break
        if bare[-1] in ":：" and (above := _attribution(own, bare)) is not None:
            start = len(own) - above
            below = _next_line(lines, number + 1)
            answered_below = last_mark > number and not _has_words(own[:start])
            if below[:1] == ">" or (found := _own_mark(lines, number + 1, below)) or answered_below:
                mark = mark if below[:1] == ">" or not found else found
                quoted += [*own[start:], line]
                del own[start:]
                continue
            if below and _is_dated(" ".join([*own[start:], bare])):
                quoted += [*own[start:], *lines[number:]]
                del own[start:]
                break
        own.append(line)
    if quoted and not _has_words(own):
        return History([], quoted, forwarded=True)
    return History(own, quoted, bool(quoted) and (forwarded or bool(_FORWARD_SUBJECT.match(subject))))


def _border(bare: str, lines: list[str], number: int) -> str:
    """Tell whether the history begins here: `forwarded`, `original`, or nothing."""
    if bare[0] in _DASHES and bare[-1] in _DASHES:
        return _separator(bare, lines, number)
    if bare[-1] in ":：*" and (kind := _heading(bare)):
        return kind
    begun = bare[: MAX_LABEL + 1]
    return "original" if (":" in begun or "：" in begun) and _is_field_block(lines, number) else ""


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


def _own_mark(lines: list[str], number: int, below: str) -> str:
    """Give what marks quoted lines where it is not `>`: `|`, `--]`, `#`, `=>`; empty when nothing does."""
    if not (match := _OTHER_MARK.match(below)):
        return ""
    near = [line.strip() for line in lines[number : number + 40]]
    return match[0] if match[0][-1] in ">]|" or sum(line.startswith(match[0]) for line in near) > 1 else ""


def _end_of_block(lines: list[str], number: int) -> int:
    """Give the line behind the fields below a separator."""
    end = min(len(lines), number + 2 * BLOCK_LINES)
    while number < end and lines[number].strip():
        number += 1
    return number


def _has_words(lines: list[str]) -> bool:
    return any(line.strip(" \t-_*=") for line in lines)


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
