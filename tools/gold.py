"""How well employer, role, requisition and stage are read: the gold set against understand(); run by hand.

Half of the set was never looked at while the rules were written (`half: held`); both are printed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.labelled import LABELLED, load, to_mail
from watcher.adapters.rulebook import load_rulebook
from watcher.core.job_application import Details, understand
from watcher.core.message import parse
from watcher.core.verdict import judge

GOLD = Path(__file__).resolve().parent.parent / "tests" / "corpus" / "gold.jsonl"
FIELDS = ("employer", "role", "requisition", "stage")


@dataclass(frozen=True, slots=True)
class Gold:
    """One labelled case: what is right for each field; several values where more than one is."""

    id: str
    right: dict[str, tuple[str, ...]]

    @property
    def held(self) -> bool:
        """True for the half that was not looked at."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 0


def load_gold(path: Path = GOLD) -> list[Gold]:
    """Read the labels."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [Gold(row["id"], {name: tuple(row[name]) for name in FIELDS}) for row in rows]


def read_all(golds: list[Gold]) -> dict[str, Details]:
    """Read every labelled mail as the product does."""
    book = load_rulebook()
    rows = {row.id: row for row in load()}
    found = {}
    for gold in golds:
        message = parse(to_mail(rows[gold.id]))
        found[gold.id] = understand(message, judge(message, book), book)
    return found


def is_right(gold: Gold, details: Details, name: str) -> bool:
    """Compare one field; case and white space do not count."""
    value = str(getattr(details, name))
    return _folded(value) in {_folded(item) for item in gold.right[name]}


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def main() -> None:
    """Print the share of right readings for the whole set and both halves."""
    if not LABELLED.exists():
        print(f"{LABELLED} is missing: nothing measured")
        return
    golds = load_gold()
    found = read_all(golds)
    halves: list[tuple[str, Callable[[Gold], bool]]] = [
        ("all", lambda _: True),
        ("tuned on", lambda gold: not gold.held),
        ("held out", lambda gold: gold.held),
    ]
    for title, take in halves:
        part = [gold for gold in golds if take(gold)]
        shares = [sum(is_right(gold, found[gold.id], name) for gold in part) / len(part) for name in FIELDS]
        print(f"{title:9} n={len(part):3}  " + "  ".join(f"{n} {s:.3f}" for n, s in zip(FIELDS, shares, strict=True)))
    if "--wrong" in sys.argv:
        for gold in golds:
            for name in FIELDS:
                if not gold.held and not is_right(gold, found[gold.id], name):
                    print(f"{gold.id} {name}: {getattr(found[gold.id], name)!r}, right is {gold.right[name]}")


if __name__ == "__main__":
    main()
