"""Address fields and message ids -> values: the two usual forms, what mail-parser reads, and what it gives up on.

Source: RFC 5322 3.4 (address), 3.6.4 (msg-id), RFC 6532 (UTF-8).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import mailparser.utils

from watcher.core.message.charset import header_text

MAX_ADDRESSES = 500
MAX_IDS = 200
_BARE = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}")
_USUAL = re.compile(
    r"""(?:"(?P<quoted>[^"\\]{0,300})"|(?P<name>[^"<>@,;:()\\]{0,300}))\s?<(?P<spec>[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255})>"""
    r"""|(?P<bare>[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255})"""
)
_ID = re.compile(r"<([^<>\s]{1,990})>")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox in the words of RFC 5322 3.4: `Rita <r@x>`.

    Attributes:
        name: Display name, decoded, one line; empty when there is none.
        addr_spec: `local@domain`, domain in lower case.
    """

    name: str
    addr_spec: str

    @property
    def local_part(self) -> str:
        """What stands before the last @, as written."""
        return self.addr_spec.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """What stands after the last @, lower case; empty when there is no @."""
        return self.addr_spec.rpartition("@")[2].lower() if "@" in self.addr_spec else ""

    def __str__(self) -> str:
        return f"{self.name} <{self.addr_spec}>" if self.name else self.addr_spec


def addresses(line: str) -> tuple[Address, ...]:
    """Give the addresses of a field, given as one line with encoded words not yet read."""
    if usual := _USUAL.fullmatch(line):
        found = [_address(usual["name"] or usual["quoted"] or "", usual["spec"] or usual["bare"])]
    else:
        found = [_address(name, spec) for name, spec in mailparser.utils.get_addresses(line)]
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
