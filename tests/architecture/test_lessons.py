"""docs/lessons.md is complete, and every test it names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (L\d+)b? \| .+? \| (\S+)::(\w+) \|$", re.MULTILINE)


def test_every_lesson_names_a_test_that_exists() -> None:
    rows = ROW.findall((ROOT / "docs" / "lessons.md").read_text(encoding="utf-8"))
    assert sorted({int(number[1:]) for number, *_ in rows}) == list(range(1, 25))
    for number, file, name in rows:
        path = ROOT / file
        assert path.is_file(), f"{number}: {file}"
        assert re.search(rf"^ *def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE), f"{number}: {name}"
