"""Writes what is generated from the code: JSON Schemas for editors, and the reference pages.

usage: python -m tools.reference          writes docs/schema/*.json and docs/reference/*.md
       python -m tools.reference --check  says which of them are out of date, exit 1
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from watcher.config import Config
from watcher.core.rules import Ats, Language, Provider, Tone
from watcher.core.rules.feedback import FeedbackFile
from watcher.core.rules.policy import PolicyFile

DOCS = Path(__file__).parent.parent / "docs"
MODELS: dict[str, tuple[str, type[BaseModel]]] = {
    "afterword": ("afterword.yaml", Config),
    "language": ("rules/language/<tag>.yaml", Language),
    "ats": ("rules/ats/<name>.yaml", Ats),
    "policy": ("rules/policy.yaml", PolicyFile),
    "feedback": ("rules/feedback/<name>.yaml", FeedbackFile),
    "tone": ("rules/tone/<tag>.yaml", Tone),
    "provider": ("rules/providers/<name>.yaml", Provider),
}


def generated() -> dict[Path, str]:
    """Give every generated file and its content."""
    files = {DOCS / "schema" / f"{name}.schema.json": _schema(model) for name, (_, model) in MODELS.items()}
    files[DOCS / "reference" / "configuration.md"] = _page("afterword.yaml", Config, _CONFIG_HEAD)
    rules = {title: model for name, (title, model) in MODELS.items() if name != "afterword"}
    files[DOCS / "reference" / "rules.md"] = _RULES_HEAD + "\n".join(
        _page(title, model, "", level=2) for title, model in rules.items()
    )
    return files


_CONFIG_HEAD = """\
Generated from `watcher/config.py` by `python -m tools.reference`. Unknown keys are refused with the nearest known one.
Editors complete and check the file with `docs/schema/afterword.schema.json`: put this line on top of it:

    # yaml-language-server: $schema=https://raw.githubusercontent.com/afterword/afterword/main/docs/schema/afterword.schema.json
"""
_RULES_HEAD = """\
# Rule files

Generated from `watcher/core/rules/` by `python -m tools.reference`. What the notation means and how to write rules:
[rules.md](../rules.md), [policy.md](../policy.md). JSON Schemas for editors lie in `docs/schema/`.

"""


def _schema(model: type[BaseModel]) -> str:
    return json.dumps(model.model_json_schema(), indent=1, ensure_ascii=False) + "\n"


def _page(title: str, model: type[BaseModel], head: str, level: int = 1) -> str:
    lines = [f"{'#' * level} {title}", "", *([head] if head else []), _doc(model), ""]
    done: set[type[BaseModel]] = set()
    for path, section in _sections(model, ""):
        if section in done:
            continue
        done.add(section)
        if path:
            lines += [f"{'#' * (level + 1)} {path}", "", _doc(section), ""]
        lines += ["| key | value | default | meaning |", "|---|---|---|---|"]
        lines += [_row(info.alias or name, info) for name, info in section.model_fields.items()]
        lines.append("")
    return "\n".join(lines)


def _sections(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    yield path, model
    for name, info in model.model_fields.items():
        inner = _model_in(info.annotation)
        if inner is not None:
            many = "[]" if get_origin(info.annotation) is tuple else ""
            yield from _sections(inner, f"{path}.{info.alias or name}{many}".lstrip("."))


def _row(name: str, info: FieldInfo) -> str:
    default = info.default
    if info.is_required():
        shown = "required"
    elif default is PydanticUndefined or isinstance(default, BaseModel):
        shown = "see below"
    elif default in ("", None, ()):
        shown = ""
    else:
        shown = f"`{json.dumps(default, default=str, ensure_ascii=False)}`"
    inner = _model_in(info.annotation)
    meaning = info.description or (_doc(inner).splitlines()[0] if inner else "")
    return f"| `{name}` | {_kind(info.annotation)} | {shown} | {meaning.replace('|', chr(92) + '|')} |"


def _kind(annotation: Any) -> str:
    origin = get_origin(annotation)
    arguments = [item for item in get_args(annotation) if item is not type(None) and item is not ...]
    if origin is Literal:
        return ", ".join(f"`{item}`" for item in arguments)
    if origin in {Union, UnionType}:
        return " or ".join(_kind(item) for item in arguments)
    if origin in {tuple, list, frozenset}:
        return f"list of {_kind(arguments[0])}" if arguments else "list"
    if origin is dict:
        return f"{_kind(arguments[0])}: {_kind(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "section"
    return {
        "str": "text",
        "int": "number",
        "float": "number",
        "bool": "`true` or `false`",
        "time": "time such as `'09:00'`",
    }.get(getattr(annotation, "__name__", ""), "text")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for item in get_args(annotation) if (found := _model_in(item)) is not None), None)


def _doc(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip()


def main(arguments: list[str]) -> int:
    """Write or check."""
    stale = {path: text for path, text in generated().items() if not path.is_file() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        if "--check" in arguments:
            print(f"out of date: {path.relative_to(DOCS.parent)}; run: python -m tools.reference")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            print(f"wrote {path.relative_to(DOCS.parent)}")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
