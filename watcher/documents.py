"""A YAML file -> checked values, or every problem in it with file, line and the nearest known key.

PyYAML's event tree keeps the marks that pydantic's errors need; duplicate keys, aliases and YAML 1.1 surprises
(`no`, `on`, 1:30) are refused or read as written.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from watcher.errors import Problem

Path_ = tuple[str | int, ...]
MAX_BYTES = 4 << 20
MAX_DEPTH = 40
T = TypeVar("T", bound=BaseModel)

_LOADER = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
_TRUE = {"true", "True", "TRUE", "yes", "Yes"}
_FALSE = {"false", "False", "FALSE"}


class Document:
    """A YAML file as plain data, and where each part of it stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.data: Any = None
        self.lines: dict[Path_, int] = {}
        self.problems: list[Problem] = []
        self.seen: set[int] = set()

    def line(self, path: Sequence[str | int]) -> int:
        """Give the line of the nearest part that has one; 1 for the whole document."""
        place = tuple(path)
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_document(path: Path, shown: str | None = None) -> Document:
    """Read a YAML file; problems of reading or syntax are in `.problems`, never raised."""
    document = Document(shown or str(path))
    try:
        raw = path.read_bytes()
    except OSError as error:
        document.problems.append(Problem(document.file, 0, "", f"cannot be read: {error.strerror or error}"))
        return document
    if len(raw) > MAX_BYTES:
        document.problems.append(Problem(document.file, 0, "", "is too large", f"at most {MAX_BYTES >> 20} MiB"))
        return document
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        document.problems.append(Problem(document.file, line, "", "is not UTF-8 text", "save the file as UTF-8"))
        return document
    return parse_document(text, document.file)


def parse_document(text: str, file: str) -> Document:
    """Read YAML text; as read_document()."""
    document = Document(file)
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        if node is not None:
            document.data = _build(node, (), document, 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        document.problems.append(
            Problem(file, line, "", f"is not valid YAML: {error.problem or error.context}", _syntax_hint(error))
        )
    except yaml.YAMLError as error:
        document.problems.append(Problem(file, 1, "", f"is not valid YAML: {error}"))
    except _TooDeep:
        document.problems.append(Problem(file, 1, "", "is nested too deeply", f"at most {MAX_DEPTH} levels"))
    finally:
        loader.dispose()
    return document


class _TooDeep(Exception):
    pass


def _syntax_hint(error: yaml.MarkedYAMLError) -> str:
    if "\\t" in str(error.problem) or "tab" in str(error.problem):
        return "indent with spaces, not tabs"
    return "quote a text that holds ': ', '#', '{' or starts with '*', '&', '@'"


def _build(node: yaml.Node, path: Path_, document: Document, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise _TooDeep
    document.lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in document.seen:  # PyYAML hands the same node out again for an alias; following it could explode
        line = node.start_mark.line + 1
        document.problems.append(Problem(document.file, line, _dotted(path), "anchors and aliases are not used here"))
        return None
    document.seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, index), document, depth + 1) for index, item in enumerate(node.value)]
    return _scalar(cast("yaml.ScalarNode", node))


def _mapping(node: yaml.MappingNode, path: Path_, document: Document, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.problems.append(Problem(document.file, line, _dotted(path), "a key must be a plain word"))
            continue
        key = key_node.value
        if key in found:
            first = document.lines[(*path, key)]
            document.problems.append(
                Problem(
                    document.file,
                    line,
                    _dotted((*path, key)),
                    "stands twice",
                    f"first in line {first}; keep one",
                )
            )
            continue
        document.lines[(*path, key)] = line
        found[key] = _build(value_node, (*path, key), document, depth + 1)
    return found


def _scalar(node: yaml.ScalarNode) -> Any:
    text = node.value
    if node.style in {"'", '"', "|", ">"}:
        return text
    if text in {"", "~", "null"}:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if node.tag == "tag:yaml.org,2002:int" and text.lstrip("+-").isdecimal():
        return int(text)
    if node.tag == "tag:yaml.org,2002:float":
        try:
            return float(text)
        except ValueError:
            return text
    return text


def validate(document: Document, model: type[T]) -> T | None:
    """Check data against a model; None when there are problems, all of them then in `document.problems`."""
    if document.problems:
        return None
    try:
        return model.model_validate(document.data if document.data is not None else {})
    except ValidationError as error:
        items = error.errors(include_url=False)
        for item in items:
            if item["type"] == "too_short" and any(_inside(other["loc"], item["loc"]) for other in items):
                continue  # pydantic counts a list without its wrong items
            document.problems.append(_explain(document, model, cast("Mapping[str, Any]", item)))
        return None


def _inside(inner: Path_, outer: Path_) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _explain(document: Document, model: type[BaseModel], item: Mapping[str, Any]) -> Problem:
    location: Path_ = tuple(item["loc"])
    known_path = tuple(part for part in location)
    kind, given = item["type"], item.get("input")
    where = _dotted(location)
    line = document.line(known_path)
    if kind == "extra_forbidden":
        allowed = _keys_at(model, location[:-1])
        near = difflib.get_close_matches(str(location[-1]), allowed, n=1, cutoff=0.5)
        hint = f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(allowed)}"
        return Problem(document.file, line, where, "is not a key Afterword knows", hint)
    if kind == "missing":
        return Problem(document.file, line, where, "is missing", _describe(model, location))
    if kind in {"model_type", "dict_type", "tuple_type", "list_type"}:
        wanted = "keys and values are" if kind in {"model_type", "dict_type"} else "a list is"
        return Problem(document.file, line, where, f"{wanted} expected here", _describe(model, location))
    shown = f"{given!r}: " if isinstance(given, str | int | float | bool) else ""
    message = str(item["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    if kind == "literal_error":
        expected = str(item.get("ctx", {}).get("expected", ""))
        near = difflib.get_close_matches(
            str(given), [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")], n=1
        )
        return Problem(
            document.file,
            line,
            where,
            f"{shown}is not allowed",
            f"allowed: {expected}" + (f"; did you mean '{near[0]}'?" if near else ""),
        )
    return Problem(document.file, line, where, f"{shown}{message}", _describe(model, location))


def _keys_at(model: type[BaseModel], path: Path_) -> list[str]:
    here: Any = model
    for part in path:
        here = _step(here, part)
        if here is None:
            return []
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [info.alias or name for name, info in here.model_fields.items()]
    return []


def _step(here: Any, part: str | int) -> Any:
    if isinstance(here, type) and issubclass(here, BaseModel) and isinstance(part, str):
        for name, info in here.model_fields.items():
            if part in {name, info.alias}:
                return _model_in(info.annotation)
        return None
    return here if isinstance(part, int) or here is None else None


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _model_in(inner)) is not None:
            return found
    return None


def _describe(model: type[BaseModel], location: Path_) -> str:
    if not location:
        return f"known here: {', '.join(_keys_at(model, ()))}"
    here: Any = model
    for part in location[:-1]:
        here = _step(here, part)
    if isinstance(here, type) and issubclass(here, BaseModel):
        for name, info in here.model_fields.items():
            if location[-1] in {name, info.alias} and info.description:
                return info.description.splitlines()[0]
    return ""


def _dotted(path: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in path)
