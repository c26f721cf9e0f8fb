"""The template files of every language -> the Wording port: which can be written, and a draft's words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from jinja2.exceptions import TemplateError as JinjaError
from jinja2.runtime import Context

from watcher.adapters.wording.template_file import OFF, Environment, File, TooLong, read
from watcher.adapters.wording.values import joined, paragraphs, values_of
from watcher.core.draft import Facts, Words
from watcher.core.plan import Kind
from watcher.errors import Problem, TemplateError

LAYOUT = "_layout.j2"  # how a draft is put together, the same in every language
SPOKEN_FULLY, BRIEFER = "request", "request_short"
COMFORTABLE_WORDS = 108  # ETIQUETTE 1.2: 60-110 words, 120 the hard limit
FALLBACK = "en"
SAME_AS = {"nb": "no", "nn": "no"}


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
    environment = Environment()
    layout = read(roots[0] / LAYOUT, environment, set(), problems)
    layers: dict[str, list[File]] = {}
    for root in roots:
        for path in sorted(root.glob("[a-z]*.j2")):
            below = layers.get(path.stem, [layout] if layout else [])
            if file := read(path, environment, {name for item in below for name in item.known}, problems):
                layers[path.stem] = [file, *below]
    problems += [problem for files in layers.values() for problem in _incomplete(files)]
    if problems:
        raise TemplateError(*problems)
    return TemplateWording({tag: tuple(files) for tag, files in layers.items()}, environment, frozenset(also))


class TemplateWording:
    """The Wording port on template files; made by load_wording()."""

    def __init__(self, layers: dict[str, tuple[File, ...]], environment: Environment, also: frozenset[str]) -> None:
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


def _missing(files: Iterable[File], block: str) -> frozenset[str]:
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


def _incomplete(files: list[File]) -> Iterator[Problem]:
    """A language that has a question is meant to write requests: tell what it still lacks."""
    written = {name for file in files for name in file.blocks}
    wanted = [kind for kind in Kind if kind is not Kind.REQUEST or "ask" in written]
    for name in sorted(frozenset[str]().union(*(_missing(files, kind.value) for kind in wanted))):
        yield Problem(str(files[0].path), 0, name, "is a block this language still lacks", "see docs/templates.md")


class _Rendering:
    """One draft in the making: the blocks in force, and what they may speak of."""

    def __init__(self, tag: str, files: tuple[File, ...], environment: Environment, facts: Facts) -> None:
        self.tag = tag
        self.files = files
        self.facts = facts
        self.environment = environment

    def words(self) -> Words:
        name = self._block_name()
        values = values_of(self.facts)
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
        body = paragraphs(self._text(context, name))
        if name == SPOKEN_FULLY and len(body.split()) > COMFORTABLE_WORDS and BRIEFER in context.blocks:
            body = paragraphs(self._text(context, BRIEFER))  # a long title takes the place of the good wishes
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
        return joined(self._text(context, name))

    def _text(self, context: Context, name: str) -> str:
        pieces: list[str] = []
        try:
            for piece in context.blocks[name][0](context):
                self.environment.spend(piece)
                pieces.append(piece)
        except (JinjaError, TooLong, RecursionError, ArithmeticError, TypeError, ValueError, KeyError) as error:
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


def _shipped() -> Path:
    here = Path(__file__).resolve().parents[2]
    inside = here / "templates"  # in the wheel; in a checkout the folder lies beside the package
    return inside if inside.is_dir() else here.parent / "templates"
