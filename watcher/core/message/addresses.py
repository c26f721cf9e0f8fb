"""Address fields and message ids -> values: what mail-parser read, and what it gave up on.

Source: RFC 5322 3.4 (address), 3.6.4 (msg-id), RFC 6532 (UTF-8).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable

from watcher.core.message.charset import header_text
from watcher.core.message.values import Address

MAX_ADDRESSES = 500
MAX_IDS = 200
_BARE = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}")
_USUAL = re.compile(
    r"""(?:"(?P<quoted>[^"\\]{0,300})"|(?P<name>[^"<>@,;:()\\]{0,300}))\s?<(?P<spec>[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255})>"""
    r"""|(?P<bare>[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255})"""
)
_ID = re.compile(r"<([^<>\s]{1,990})>")
_SPACE = re.compile(r"\s+")


def addresses(line: str, read: Callable[[str], Iterable[tuple[str, str]]]) -> tuple[Address, ...]:
    """Give the addresses of a field.

    Args:
        line: The field's value as one line, encoded words not yet read.
        read: mail-parser's reader of address fields, asked unless the line has one of the two usual forms.
    """
    if usual := _USUAL.fullmatch(line):
        found = [_address(usual["name"] or usual["quoted"] or "", usual["spec"] or usual["bare"])]
    else:
        found = [_address(name, spec) for name, spec in read(line)]
    good = [address for address in found if address]
    if not good and "@" in line:  # `HR Team hr@firm.example`, unquoted commas and dots
        bare = itertools.islice(_BARE.finditer(line), MAX_ADDRESSES)
        good = [address for match in bare if (address := _address(_name_before(line, match), match[0]))]
    return tuple(good[:MAX_ADDRESSES])


def message_ids(line: str) -> tuple[str, ...]:
    """Give the ids of In-Reply-To or References without their angle brackets, in order, without repeats."""
    ids = _ID.findall(line)
    if not ids:
        ids = [word for word in line.split() if "@" in word and "<" not in word and ">" not in word]
    return tuple(dict.fromkeys(ids))[-MAX_IDS:]


def message_id(line: str) -> str:
    """Give the one id of a Message-ID field without angle brackets, empty when it is unusable."""
    ids = message_ids(line)
    if ids:
        return ids[0]
    bare = line.strip().strip("<>")
    return bare if bare and not _SPACE.search(bare) and len(bare) < 990 else ""


def _address(name: str, spec: str) -> Address | None:
    spec = "".join(spec.split()).strip("<>'\"")
    local, at, domain = spec.rpartition("@")
    if not at or not local or not domain:
        return None
    return Address(name=_display_name(name, spec), addr_spec=f"{local}@{domain.lower().rstrip('.')}")


def _display_name(name: str, spec: str) -> str:
    name = _SPACE.sub(" ", header_text(name)).strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return "" if name.lower() == spec.lower() else name


def _name_before(line: str, match: re.Match[str]) -> str:
    before = line[max(0, match.start() - 200) : match.start()].rstrip(" <([:")
    return before.rpartition(",")[2].rpartition(">")[2].strip(" \"'")
