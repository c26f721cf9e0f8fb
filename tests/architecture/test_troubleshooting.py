"""The messages the troubleshooting page quotes are those the program says."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHORTEST = 6  # characters; below that a fragment is found anywhere


@cache
def said() -> str:
    """Give every text of the program, what is filled in as a line feed."""
    texts: list[str] = []
    for path in (ROOT / "watcher").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                texts.append("".join(str(p.value) if isinstance(p, ast.Constant) else "\n" for p in node.values))
    return "\n\n".join(texts).replace("`", "")  # quoted inside backticks themselves


def quoted() -> list[str]:
    page = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ")][1:]
    return [quote for cell in cells for quote in re.findall(r"`([^`]+)`", cell) if " " in quote]


def test_every_message_quoted_is_one_the_program_says() -> None:
    assert len(quoted()) >= 5
    for quote in quoted():
        for fragment in (part.strip(" ;,") for part in re.split(r"\.\.\.|[()]", quote)):
            assert len(fragment) < SHORTEST or fragment in said(), f"{quote}: {fragment}"
