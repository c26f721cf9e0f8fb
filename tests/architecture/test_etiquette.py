"""docs/etiquette.md is complete, every test it names exists, and the pages and rules it leans on say what they must."""

from __future__ import annotations

import re
from pathlib import Path

from watcher.adapters.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (R\d+) \| .+? \| (\S+::\w+(?:, \S+::\w+)*) \|$", re.MULTILINE)


def rows() -> list[tuple[str, list[str]]]:
    found = ROW.findall((ROOT / "docs" / "etiquette.md").read_text(encoding="utf-8"))
    return [(rule, tests.split(", ")) for rule, tests in found]


def test_every_rule_is_mapped_once() -> None:
    assert [rule for rule, _ in rows()] == [f"R{number}" for number in range(1, 50)]


def test_every_test_named_exists() -> None:
    for rule, test in ((rule, test) for rule, tests in rows() for test in tests):
        file, _, name = test.partition("::")
        path = ROOT / file
        assert path.is_file(), f"{rule}: {file}"
        assert re.search(rf"^ *(?:async )?def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE), (
            f"{rule}: {name}"
        )


def test_the_page_on_expectations_says_what_it_must() -> None:
    page = (ROOT / "docs" / "expectations.md").read_text(encoding="utf-8").lower()
    for word in (
        "rare",
        "silence",
        "standard wording",
        "volume",
        "discrimination",
        "legal caution",
        "none of this is about you",
    ):
        assert word in page, word


def test_no_template_leads_to_that_page_or_any_other() -> None:
    for path in (ROOT / "templates").glob("*.j2"):
        assert not re.search(
            r"https?:|www\.|expectations|\.md", re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        )


def test_the_decoder_explains_the_phrases_the_etiquette_names() -> None:
    known = {phrase.id: phrase for phrase in load_rulebook().feedback}
    for name in (
        "better_fit",
        "culture_fit",
        "team_fit",
        "collaboration",
        "more_experience",
        "no_depth",
        "missing_skill",
    ):
        assert known[name].may, name


def test_the_decoder_offers_every_kind_of_action() -> None:
    offered = {action.type for phrase in load_rulebook().feedback for action in phrase.actions}
    assert offered >= {"course", "certification", "project", "star", "networking", "search"}
