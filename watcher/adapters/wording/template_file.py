"""A template file -> its blocks, when it does nothing but what templates may; every problem with its line.

What a template may do is a short list, so that no file can loop, read or grow without end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from watcher.adapters.wording.values import KNOWN, joined
from watcher.errors import Problem

MAX_CHARACTERS = 20_000  # of everything one rendering produces; a draft has about 700
MAX_FILE_BYTES = 1 << 20
OFF = "off_by_default"
"""A language whose file has this block is written only when the user names it; the block's text says why."""
USED_BY_US = {"subject", "ask", "point", OFF}


@dataclass(frozen=True)
class File:
    """One checked file."""

    path: Path
    template: Template
    calls: dict[str, frozenset[str]]
    """Which blocks each block calls."""

    @property
    def known(self) -> frozenset[str]:
        """Every block that is written or called here."""
        return frozenset(self.calls).union(*self.calls.values())

    @property
    def blocks(self) -> dict[str, Callable[[Context], Iterator[str]]]:
        """Every block that is written here."""
        return self.template.blocks


class TooLong(Exception):
    """A template writes without end."""

    def __init__(self) -> None:
        super().__init__(f"writes more than {MAX_CHARACTERS} characters")


class _Either(Extension):
    """`{% either %}a{% or %}b{% end %}`: one of several wordings, chosen by the application."""

    tags = {"either"}  # noqa: RUF012 -- declared so by Jinja

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Count the choices of each file from one."""
        del name, filename
        self.place = 0
        return source

    def parse(self, parser: Parser) -> nodes.Node:
        """Read up to `{% end %}`."""
        line = next(parser.stream).lineno
        self.place += 1
        place = self.place
        wordings = [parser.parse_statements(("name:or", "name:end"))]
        while next(parser.stream).value == "or":
            wordings.append(parser.parse_statements(("name:or", "name:end")))
        chosen = nodes.Call(
            nodes.Name("choice_", "load"), [nodes.Const(place), nodes.Const(len(wordings))], [], None, None
        )
        branches = [
            nodes.If(nodes.Compare(chosen, [nodes.Operand("eq", nodes.Const(index))]), body, [], [], lineno=line)
            for index, body in enumerate(wordings)
        ]
        branches[0].elif_ = branches[1:]
        return branches[0].set_lineno(line)


class Environment(ImmutableSandboxedEnvironment):
    """Strict about names, bounded in output; block calls give one line."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False, extensions=[_Either], optimized=False)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in ("trim", "upper", "lower", "capitalize")}
        self.tests = {name: self.tests[name] for name in ("defined", "in", "equalto", "==", "eq", "ne")}
        self.spent = 0

    def spend(self, piece: str) -> None:
        """Count what is produced.

        Raises:
            TooLong: It is more than a draft can be.
        """
        self.spent += len(piece)
        if self.spent > MAX_CHARACTERS:
            raise TooLong

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a block (`self.greeting()`, `super()`) and give its text as one line."""
        result = super().call(context, obj, *args, **kwargs)
        if isinstance(result, str):
            self.spend(result)
            return joined(result)
        return result


def read(path: Path, environment: Environment, below: set[str], problems: list[Problem]) -> File | None:
    """Read and check one file; None when it is wrong.

    Args:
        path: Of the file.
        environment: Shared by all files.
        below: The blocks it may take the place of or call; empty for the first layer.
        problems: Takes what is wrong.
    """
    shown = str(path)
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_FILE_BYTES:
            problems.append(Problem(shown, 0, "", "is too large", f"at most {MAX_FILE_BYTES >> 20} MiB"))
            return None
        source = raw.decode("utf-8-sig")
        tree = environment.parse(source, path.name, shown)
        found = [*_wrong(tree, shown), *_unknown_names(tree, shown), *_misspelt(tree, below, shown)]
        if found:  # never compiled: Jinja would work out 'a' * 10**9 while compiling
            problems += found
            return None
        template = Template.from_code(environment, environment.compile(source, path.name, shown), {})
    except OSError as error:
        problems.append(Problem(shown, 0, "", f"cannot be read: {error.strerror or error}"))
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(shown, line, "", "is not UTF-8 text", "save the file as UTF-8"))
        return None
    except TemplateSyntaxError as error:
        problems.append(Problem(shown, error.lineno, "", error.message or "is not a template"))
        return None
    return File(path, template, _calls(tree))


_ALLOWED = (
    *(nodes.Template, nodes.Block, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Name, nodes.Const),
    *(
        nodes.Compare,
        nodes.Operand,
        nodes.And,
        nodes.Or,
        nodes.Not,
        nodes.Filter,
        nodes.Test,
        nodes.Call,
        nodes.Getattr,
    ),
    *(nodes.List, nodes.Tuple),
)


def _wrong(tree: nodes.Template, file: str) -> Iterator[Problem]:
    """Tell what a template may not do: the list above is all, so that no file can loop, read or grow without end."""
    for part in tree.body:
        inner = part.nodes if isinstance(part, nodes.Output) else [part]
        for item in inner:
            blank = isinstance(item, nodes.TemplateData) and not item.data.strip()
            if not blank and not isinstance(item, nodes.Block):
                hint = "put it into a block: {% block name %}...{% endblock %}"
                yield Problem(file, item.lineno, "", "text outside a block is never used", hint)
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            what = f"'{type(node).__name__.lower()}' is not used in templates"
            hint = "allowed: {{ value }}, {% if %}, {% either %}, {% block %}, self.block(), super()"
            yield Problem(file, node.lineno, "", what, hint)
        elif isinstance(node, nodes.Getattr) and not (isinstance(node.node, nodes.Name) and node.node.name == "self"):
            yield Problem(file, node.lineno, "", f"'.{node.attr}' is not used in templates", "values are plain texts")
        elif isinstance(node, nodes.Call) and not _is_block_call(node):
            yield Problem(file, node.lineno, "", "only blocks can be called", "self.greeting(), super()")


def _is_block_call(node: nodes.Call) -> bool:
    called = node.node
    if isinstance(called, nodes.Name) and called.name == "choice_":
        return len(node.args) == 2
    plain = not (node.args or node.kwargs or node.dyn_args or node.dyn_kwargs)
    return plain and (isinstance(called, nodes.Getattr) or (isinstance(called, nodes.Name) and called.name == "super"))


def _unknown_names(tree: nodes.Template, file: str) -> Iterator[Problem]:
    for name in sorted({node.name for node in tree.find_all(nodes.Name)} - KNOWN):  # nothing is ever declared
        used = next((node.lineno for node in tree.find_all(nodes.Name) if node.name == name), 0)
        near = get_close_matches(name, KNOWN, n=1)
        known = ", ".join(sorted(KNOWN - {"choice_", "self", "super"}))
        yield Problem(
            file,
            used,
            name,
            "is not a value templates know",
            f"did you mean '{near[0]}'?" if near else f"known: {known}",
        )


def _calls(tree: nodes.Template) -> dict[str, frozenset[str]]:
    return {block.name: frozenset(_called(block)) for block in tree.find_all(nodes.Block)}


def _called(tree: nodes.Node) -> dict[str, int]:
    """Give the blocks called as `self.name()`, with their lines."""
    return {
        node.attr: node.lineno
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "self"
    }


_FREE = ("ask_", "point_", "request_", "thanks_")
"""Beginnings of block names anybody may add: they are found by hint, theme or `template:` of a policy rule."""


def _misspelt(tree: nodes.Template, below: set[str], file: str) -> Iterator[Problem]:
    """Tell of blocks that nothing would ever use, and of calls of blocks nobody wrote."""
    if not below:
        return
    known = below | USED_BY_US
    called, own = _called(tree), {block.name for block in tree.find_all(nodes.Block)}
    for name, line in sorted(called.items()):
        if name not in own | below:
            yield Problem(file, line, f"self.{name}", "is a block that does not exist", _near(name, own | below))
    for block in tree.find_all(nodes.Block):
        if block.name not in known and block.name not in called and not block.name.startswith(_FREE):
            yield Problem(file, block.lineno, block.name, "is a block nothing uses", _near(block.name, known))


def _near(name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f"did you mean '{near[0]}'?" if near else f"known: {', '.join(sorted(known))}"
