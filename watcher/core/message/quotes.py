"""The text of a mail -> the author's new words, the quoted history, the signature; line by line, in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WROTE = re.compile(r"^.{0,200}(?:wrote|schrieb.{0,60}|a écrit|escribió|ha scritto)\s?:$", re.IGNORECASE)
_ORIGINAL = re.compile(r"^-{2,}\s?(?:original message|ursprüngliche nachricht)\s?-{2,}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """A text taken apart."""

    fresh: str
    quoted: str = ""
    signature: str = ""
    forwarded: bool = False


def separate(text: str) -> Parts:
    """Take a text apart."""
    own: list[str] = []
    quoted: list[str] = []
    lines = text.split("\n")
    for index, line in enumerate(lines):
        bare = line.strip()
        if _ORIGINAL.match(bare):
            quoted += lines[index:]
            break
        if bare.startswith(">") or (len(bare) < 300 and _WROTE.match(bare)):
            quoted.append(line)
        else:
            own.append(line)
    signature: list[str] = []
    for index, line in enumerate(own):
        if line.rstrip() == "--":
            own, signature = own[:index], own[index + 1 :]
            break
    return Parts("\n".join(own).strip(), "\n".join(quoted).strip(), "\n".join(signature).strip())
