"""Address fields and message ids -> values: what mail-parser read, and what it gave up on.

Source: RFC 5322 3.4 (address), 3.6.4 (msg-id), RFC 6532 (UTF-8).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from watcher.core.message.charset import header_text
from watcher.core.message.values import Address

MAX_ADDRESSES = 500
MAX_IDS = 200
_BARE = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}")
_ID = re.compile(r"<([^<>\s]{1,990})>")
_SPACE = re.compile(r"\s+")


def addresses(read: Iterable[tuple[str, str]], line: str) -> tuple[Address, ...]:
    """Give the addresses of a field.

    Args:
        read: Pairs of display name and addr-spec, as mail-parser read them; empty when it found the field malformed.
        line: The field's value as one line; searched for a bare addr-spec when `read` is empty.
    """
    found = [address for name, spec in read if (address := _address(name, spec))]
    if not found and "@" in line:
        found = [
            address for match in _BARE.finditer(line) if (address := _address(_name_before(line, match), match[0]))
        ]
    return tuple(found[:MAX_ADDRESSES])


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
