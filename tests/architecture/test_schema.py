"""The JSON Schemas take what the loader takes and refuse what it refuses; generated pages are up to date."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from tools.reference import MODELS, generated
from watcher.config import Config
from watcher.core.rules.policy import PolicyFile
from watcher.documents import parse_document, read_document

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {
    "afterword": "deploy/examples/*.yaml",
    "language": "rules/language/*.yaml",
    "ats": "rules/ats/*.yaml",
    "policy": "rules/policy.yaml",
    "feedback": "rules/feedback/*.yaml",
    "tone": "rules/tone/*.yaml",
    "provider": "rules/providers/*.yaml",
}
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
SMALL: dict[str, Any] = {
    "me": {"name": "Sam Doe", "timezone": "Europe/Berlin"},
    "accounts": [
        {
            "name": "private",
            "address": "sam@example.org",
            "imap": {"host": "imap.example.org"},
            "login": {"user": "sam", "password": {"env": "SAM"}},
        }
    ],
}


def schema(name: str) -> jsonschema.Draft202012Validator:
    text = (ROOT / "docs" / "schema" / f"{name}.schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(json.loads(text), format_checker=jsonschema.FormatChecker())


def complaints(name: str, data: Any) -> list[str]:
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in schema(name).iter_errors(data)]


def test_generated_pages_and_schemas_are_up_to_date() -> None:
    stale = [path.name for path, text in generated().items() if path.read_text("utf-8") != text]
    assert not stale, f"{stale}: run python -m tools.reference"


def test_every_schema_is_tried_here_and_is_a_schema() -> None:
    assert set(SHIPPED) == set(MODELS)
    for name in SHIPPED:
        jsonschema.Draft202012Validator.check_schema(schema(name).schema)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_schema_takes_every_shipped_file(name: str) -> None:
    files = sorted(ROOT.glob(SHIPPED[name]))
    assert files
    for file in files:
        assert not complaints(name, read_document(file).data), file.name


def test_the_schema_takes_the_configurations_and_rules_the_pages_show() -> None:
    tried = 0
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "deploy").glob("*.md"))]:
        for block in BLOCK.findall(page.read_text("utf-8")):
            data = parse_document(block, page.name).data
            name = "afterword" if "me" in data else "policy" if "rules" in data else ""
            if name:
                tried += 1
                assert not complaints(name, data), f"{page.name}: {block}"
                MODELS[name][1].model_validate(data)
    assert tried >= 2  # README's configuration, policy.md's rules


@pytest.mark.parametrize(
    ("hours", "taken"),
    [
        ({"start": "09:00"}, True),
        ({"start": "08:30:00", "end": "17:45"}, True),
        ({"start": "nine"}, False),
        ({"start": "25:00"}, False),
        ({"days": ["mon", "sat"]}, True),
        ({"days": ["monday"]}, False),
    ],
)
def test_hours_are_taken_or_refused_alike(hours: dict[str, Any], *, taken: bool) -> None:
    config = copy.deepcopy(SMALL)
    config["me"]["hours"] = hours
    assert (not complaints("afterword", config)) is taken
    assert loads(Config, config) is taken


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        ({"id": "a", "when": {"stage": "applied"}, "then": {"request": "never"}}, True),
        ({"id": "a", "when": {"stage": ["applied", "unknown"]}, "then": {"request": "never"}}, True),
        ({"id": "a", "when": {"stage": "nowhere"}, "then": {"request": "never"}}, False),
        ({"id": "a", "when": {"employer": "Globex*"}, "then": {"request": "never"}}, True),
        ({"id": "a", "when": {"contact.domain": "hays.com"}, "then": {"earliest": "24h", "latest": "2d"}}, True),
        ({"id": "a", "then": {"earliest": "PT24H"}}, False),
        ({"id": "a", "then": {"earliest": "soon"}}, False),
        ({"id": "a", "then": {"request": "perhaps"}}, False),
        ({"id": "a", "wenn": {}, "then": {"request": "never"}}, False),
    ],
)
def test_rules_are_taken_or_refused_alike(rule: dict[str, Any], *, taken: bool) -> None:
    assert (not complaints("policy", {"rules": [rule]})) is taken
    assert loads(PolicyFile, {"rules": [rule]}) is taken


def loads(model: type[Config | PolicyFile], data: dict[str, Any]) -> bool:
    try:
        model.model_validate(data)
    except ValidationError:
        return False
    return True
