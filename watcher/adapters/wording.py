"""Templates (shipped, then the user's own) -> words, through sandboxed, strict Jinja2.

A template file is a list of blocks and nothing else. Each block of a user's `<tag>.j2` takes the place of the shipped
one of that name; `{{ super() }}` inside it gives the shipped text. Line breaks count only in the blocks that are a
whole draft (`request`, `thanks_...`); the text of every other block becomes one line. `{% either %}a{% or %}b{% end %}`
takes one of several natural wordings, always the same one for the same application.

Values (names, roles, employers) come from other people's mail: they are data, never code, and one that could not be a
name is treated as not known. What a template may do is a short list, checked when it is loaded.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from watcher.core.draft import Facts, Words
from watcher.core.plan import Kind
from watcher.core.verdict import Stage
from watcher.errors import Problem, TemplateError

LAYOUT = "_layout.j2"  # how a draft is put together, the same in every language
SPOKEN_FULLY, BRIEFER = "request", "request_short"
COMFORTABLE_WORDS = 108  # ETIQUETTE 1.2: 60-110 words, 120 the hard limit
MAX_CHARACTERS = 20_000  # of everything one rendering produces; a draft has about 700
MAX_FILE_BYTES = 1 << 20
FALLBACK = "en"
SAME_AS = {"nb": "no", "nn": "no"}
NOT_TRAINABLE = frozenset({"salary", "availability", "competition", "fit", "internal_candidate"})
"""Themes nobody can take up and work on: a thank-you does not name them."""
OFF = "off_by_default"
"""A language whose file has this block is written only when the user names it; the block's text says why."""
USED_BY_US = {"subject", "ask", "point", OFF}


def load_wording(own: Path | None = None, base: Path | None = None, also: Iterable[str] = ()) -> TemplateWording:
    """Read and check every template file.

    Args:
        own: The user's folder of `<tag>.j2` files; None when there is none.
        base: The shipped folder; another one in tests.
        also: Tags of languages to write although they are off by default (ja, zh, ko).

    Raises:
        TemplateError: With every problem in every file, each with its line.
    """
    roots = [base or _shipped(), *([own] if own else [])]
    problems: list[Problem] = []
    if own and not own.is_dir():
        problems.append(Problem(str(own), 0, "", "there is no such folder", "see `templates:` in afterword.yaml"))
    environment = _Environment()
    layout = _read(roots[0] / LAYOUT, environment, set(), problems)
    layers: dict[str, list[_File]] = {}
    for root in roots:
        for path in sorted(root.glob("[a-z]*.j2")):
            below = layers.get(path.stem, [layout] if layout else [])
            if file := _read(path, environment, {name for item in below for name in item.known}, problems):
                layers[path.stem] = [file, *below]
    problems += [problem for files in layers.values() for problem in _incomplete(files)]
    if problems:
        raise TemplateError(*problems)
    return TemplateWording({tag: tuple(files) for tag, files in layers.items()}, environment, frozenset(also))


class TemplateWording:
    """The Wording port on template files; made by load_wording()."""

    def __init__(self, layers: dict[str, tuple[_File, ...]], environment: _Environment, also: frozenset[str]) -> None:
        self._layers = layers
        self._environment = environment
        self._also = also

    def languages(self, kind: Kind = Kind.REQUEST) -> frozenset[str]:
        """Give the tags a draft of this kind can be written in."""
        return frozenset(
            tag
            for tag, files in self._layers.items()
            if not _missing(files, kind.value) and (tag in self._also or not any(OFF in file.blocks for file in files))
        )

    def questions(self, language: str) -> frozenset[str]:
        """Give the decoder ids this language has a question of its own for (blocks `ask_<id>`)."""
        files = self._layers.get(self.nearest(language), ())
        return frozenset(name.removeprefix("ask_") for file in files for name in file.blocks if name.startswith("ask_"))

    def nearest(self, language: str) -> str:
        """Give the tag that is written for a language: itself, without its region, else English."""
        tag = language.strip().replace("_", "-")
        primary = tag.partition("-")[0].lower()
        return next((item for item in (tag, primary, SAME_AS.get(primary, "")) if item in self._layers), FALLBACK)

    def writes(self, language: str, kind: Kind = Kind.REQUEST) -> bool:
        """Tell whether a draft of this kind can be written in this language itself, not only in English instead."""
        tag, primary = self.nearest(language), language.strip().replace("_", "-").partition("-")[0].lower()
        return tag in self.languages(kind) and (tag != FALLBACK or primary in {"", FALLBACK})

    def render(self, facts: Facts) -> Words:
        """Fill the template of facts.language (or its nearest) and kind.

        Raises:
            TemplateError: The template is wrong; carries file and line.
        """
        tag = self.nearest(facts.language)
        if tag not in self.languages(facts.kind):
            place, hint = f"{tag}.j2", "see `drafts.thanks_in` and docs/templates.md"
            raise TemplateError(Problem(place, 0, facts.kind.value, "is not written in this language", hint))
        return _Rendering(tag, self._layers.get(tag, ()), self._environment, facts).words()


def _missing(files: Iterable[_File], block: str) -> frozenset[str]:
    """Give the blocks that writing this one needs and nobody has written."""
    in_force: dict[str, frozenset[str]] = {}
    for file in files:
        in_force = file.calls | in_force
    wanted, seen = {block}, set[str]()
    while wanted:
        name = wanted.pop()
        seen.add(name)
        wanted |= in_force.get(name, frozenset()) - seen
    if block == Kind.REQUEST.value:
        seen.add("ask")
    return frozenset(seen - set(in_force))


def _incomplete(files: list[_File]) -> Iterator[Problem]:
    """A language that has a question is meant to write requests: tell what it still lacks."""
    written = {name for file in files for name in file.blocks}
    wanted = [kind for kind in Kind if kind is not Kind.REQUEST or "ask" in written]
    for name in sorted(frozenset[str]().union(*(_missing(files, kind.value) for kind in wanted))):
        yield Problem(str(files[0].path), 0, name, "is a block this language still lacks", "see docs/templates.md")


@dataclass(frozen=True)
class _File:
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
        return self.template.blocks


class _Rendering:
    """One draft in the making: the blocks in force, and what they may speak of."""

    def __init__(self, tag: str, files: tuple[_File, ...], environment: _Environment, facts: Facts) -> None:
        self.tag = tag
        self.files = files
        self.facts = facts
        self.environment = environment

    def words(self) -> Words:
        name = self._block_name()
        values = _values(self.facts)
        values["choice_"] = self._choose
        context = self.files[-1].template.new_context(values)
        for file in self.files:
            for block in file.blocks:
                context.blocks[block] = [each.blocks[block] for each in self.files if block in each.blocks]
        self.environment.spent = 0
        if self.facts.kind is Kind.REQUEST and not self.facts.question:
            context.vars["question"] = self._line(context, self._question_name(context))
        if values["point"]:
            theme = f"point_{self.facts.point}"
            context.vars["point"] = self._line(context, theme if theme in context.blocks else "point")
        body = _paragraphs(self._text(context, name))
        if name == SPOKEN_FULLY and len(body.split()) > COMFORTABLE_WORDS and BRIEFER in context.blocks:
            body = _paragraphs(self._text(context, BRIEFER))  # a long title takes the place of the good wishes
        subject = self._line(context, "subject") if "subject" in context.blocks else ""
        return Words(subject=subject, body=body, language=self.tag)

    def _block_name(self) -> str:
        kind = self.facts.kind
        name = "thanks_declined" if kind is Kind.THANKS_ANSWER and self.facts.declined else kind.value
        wanted = f"{name}_{self.facts.template}" if self.facts.template else name
        known = sorted({block for file in self.files for block in file.blocks})
        if wanted in known:
            return wanted
        place = str(self.files[-1].path) if self.files else f"{self.tag}.j2"
        near = get_close_matches(wanted, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"write one: {{% block {wanted} %}}...{{% endblock %}}"
        raise TemplateError(Problem(place, 0, wanted, "is a block this language does not have", hint))

    def _question_name(self, context: Context) -> str:
        special = f"ask_{self.facts.hint}"
        return special if self.facts.hint and special in context.blocks else "ask"

    def _line(self, context: Context, name: str) -> str:
        return _joined(self._text(context, name))

    def _text(self, context: Context, name: str) -> str:
        pieces: list[str] = []
        try:
            for piece in context.blocks[name][0](context):
                self.environment.spend(piece)
                pieces.append(piece)
        except (JinjaError, _TooLong, RecursionError, ArithmeticError, TypeError, ValueError, KeyError) as error:
            raise TemplateError(self._problem(name, error)) from error
        return "".join(pieces)

    def _problem(self, name: str, error: BaseException) -> Problem:
        what = "calls itself without end" if isinstance(error, RecursionError) else str(error) or type(error).__name__
        places = {str(file.path) for file in self.files}
        trace = error.__traceback__
        found = (str(self.files[0].path) if self.files else f"{self.tag}.j2", 0)
        while trace is not None:  # Jinja rewrites tracebacks so that they name the template's own lines
            if trace.tb_frame.f_code.co_filename in places:
                found = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
            trace = trace.tb_next
        return Problem(found[0], found[1], name, what)

    def _choose(self, place: int, choices: int) -> int:
        digest = hashlib.sha256(f"{self.facts.seed}\0{self.facts.kind}\0{place}".encode("utf-8", "replace")).digest()
        return int.from_bytes(digest[:8], "big") % choices


def _values(facts: Facts) -> dict[str, Any]:
    first, last = _name(facts.first_name), _name(facts.last_name)
    title = _name(facts.title) if last else ""
    stage = facts.stage.rank
    return {
        "kind": facts.kind.value,
        "region": facts.language.replace("_", "-").partition("-")[2].upper(),
        "formality": facts.formality or "",
        "formal": facts.formality != "informal",  # a tie is formal (ETIQUETTE, notes to the model drafts)
        "me": " ".join(facts.me.split()),
        "first": first,
        "last": last,
        "title": title,
        "full_name": _full_name(title, first, last, facts.language),
        "employer": _name(facts.employer),
        "role": _role(facts.role),
        "role_vowel": _starts_with_vowel(_role(facts.role)),
        "interviewed": stage >= Stage.INTERVIEWED.rank,
        "assessed": stage == Stage.ASSESSED.rank,
        "final_round": stage >= Stage.FINAL_ROUND.rank,
        "by_phone": facts.by_phone,
        "feedback_offered": facts.feedback_offered,
        "hint": facts.hint,
        "question": _line(facts.question),
        "point": _point(facts.point),
    }


def _full_name(title: str, first: str, last: str, language: str) -> str:
    """Write the name as its script does: in East Asia 山田太郎 has the family first and no space, Anna Smith never."""
    if first and last and language[:2] in {"ja", "ko", "zh"} and _HAN_OR_HANGUL(last + first):
        return f"{title} {last}{first}".strip()
    return " ".join(item for item in (title, first, last) if item)


_HAN_OR_HANGUL = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3々]+").fullmatch
_THEME = re.compile(r"[a-z]+(?:_[a-z]+)+").fullmatch
_MARKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_NEVER_IN_A_NAME = re.compile(
    r"[{}<>\[\]|\\?!=\"%$^~_;…]|://|www\.|@|\.\.|XX|\bTODO\b|[\U0001F000-\U0001FAFF☀-➿]", re.IGNORECASE
)
_GENDER_TAG = re.compile(
    r"[\s,|–-]+(?:all genders|h/f|f/h|m/f|f/m|m/v|v/m|m/k|k/m|m/ž|[mwfhdxvgn](?:[/|*][mwfhdxvgn]){2,3})\s*$",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")


def _line(text: str) -> str:
    return _joined(_MARKS.sub(" ", text).replace("\N{NO-BREAK SPACE}", " "))


def _starts_with_vowel(text: str) -> bool:
    """True where French says `d'` (an h counts as silent only where it nearly always is)."""
    plain = unicodedata.normalize("NFD", text.lower())
    return plain[:1] in set("aeiou") or plain.startswith(("ho\u0302", "hu\u0302", "hy"))


def _joined(text: str) -> str:
    """Make one line; no-break spaces stay, French needs them before its question marks."""
    line = re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
    return re.sub(r" ([.,])(?= |$)", r"\1", line)  # left where something optional was left out


def _plausible(text: str, longest: int, words: int = 8) -> str:
    """Give the text as one line, or nothing when it could not be what it claims to be."""
    line = _line(text)
    good = 0 < len(line) <= longest and any(letter.isalpha() for letter in line) and not _NEVER_IN_A_NAME.search(line)
    return line if good and len(line.split()) <= words else ""


def _point(text: str) -> str:
    if text in NOT_TRAINABLE:
        return ""
    return text if _THEME(text) else _plausible(text, 90)


def _name(text: str) -> str:
    return _plausible(text.strip(" ,;:"), 60)


def _role(text: str) -> str:
    """Give the title without "(m/w/d)" and the like, which nobody says in a sentence."""
    line = _line(text)
    return _plausible(_IN_BRACKETS.sub("", _GENDER_TAG.sub("", line)).strip(" ,;:-–"), 80)


_KNOWN = frozenset(_values(Facts(kind=Kind.REQUEST, language="", me=""))) | {"choice_", "self", "super"}


def _paragraphs(text: str) -> str:
    lines = [_joined(line) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _TooLong(Exception):
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


class _Environment(ImmutableSandboxedEnvironment):
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
            _TooLong: It is more than a draft can be.
        """
        self.spent += len(piece)
        if self.spent > MAX_CHARACTERS:
            raise _TooLong

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a block (`self.greeting()`, `super()`) and give its text as one line."""
        result = super().call(context, obj, *args, **kwargs)
        if isinstance(result, str):
            self.spend(result)
            return _joined(result)
        return result


def _read(path: Path, environment: _Environment, below: set[str], problems: list[Problem]) -> _File | None:
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
    return _File(path, template, _calls(tree))


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
    for name in sorted({node.name for node in tree.find_all(nodes.Name)} - _KNOWN):  # nothing is ever declared
        used = next((node.lineno for node in tree.find_all(nodes.Name) if node.name == name), 0)
        near = get_close_matches(name, _KNOWN, n=1)
        known = ", ".join(sorted(_KNOWN - {"choice_", "self", "super"}))
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


def _shipped() -> Path:
    here = Path(__file__).resolve().parent.parent
    inside = here / "templates"  # in the wheel; in a checkout the folder lies beside the package
    return inside if inside.is_dir() else here.parent / "templates"
