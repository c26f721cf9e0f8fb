"""docs/rfc.md lists every RFC cited, and cites nothing that nobody names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CITED = re.compile(r"\bRFC (\d{4})(?:-(\d{4}))?\b")
OTHERWISE = re.compile(r"\bRFC(?:-|_|#| ?: ?)?\d{4}\b|\brfc[ -]?\d{4}\b")  # another way of writing one
ROW = re.compile(r"^\| (\d{4}) \| [^|]+ \| ([^|]+) \| (follows|partly) \| [^|]+ \|$", re.MULTILINE)
STATUS = re.compile(
    r"(Proposed Standard|Draft Standard|Internet Standard \d+|Informational|Best Current Practice \d+)"
    r"(, obsoleted by \d{4})?"
)


def sources() -> Iterator[Path]:
    for folder, suffixes in (("watcher", (".py",)), ("tests", (".py",)), ("tools", (".py",)), ("rules", (".yaml",))):
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in suffixes)


def cited() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sources():
        for first, last in CITED.findall(path.read_text("utf-8")):
            for number in range(int(first), int(last or first) + 1):
                found.setdefault(str(number), str(path.relative_to(ROOT)))
    return found


def listed() -> list[tuple[str, str]]:
    return [
        (number, status.strip()) for number, status, _ in ROW.findall((ROOT / "docs" / "rfc.md").read_text("utf-8"))
    ]


def test_every_rfc_cited_is_listed_once_and_every_one_listed_is_cited() -> None:
    numbers = [number for number, _ in listed()]
    assert numbers == sorted(set(numbers))
    where = cited()
    assert set(where) == set(numbers), {n: where.get(n, "docs/rfc.md") for n in set(where) ^ set(numbers)}


def test_every_rfc_listed_has_a_status_that_exists() -> None:
    for number, status in listed():
        assert STATUS.fullmatch(status), f"{number}: {status}"


def test_rfcs_are_cited_one_way() -> None:
    for path in sources():
        if path == Path(__file__):
            continue
        for line in path.read_text("utf-8").splitlines():
            if "oauthlib" in line:  # a module's name
                continue
            assert not OTHERWISE.search(line), f"{path.relative_to(ROOT)}: {line.strip()}"
