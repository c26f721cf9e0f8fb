"""`afterword preview`: a template filled with a sample, as it would lie in Drafts, and what the tone lint says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from watcher.adapters.wording import TemplateWording
    from watcher.core.draft import Facts
    from watcher.core.rules import Rulebook

KINDS = ("request", "thanks_answer", "thanks_declined", "thanks_silence")
STAGES = ("applied", "assessed", "interviewed")


@click.command()
@click.option("--language", default="en", help="Tag to write in, such as de or en-GB.")
@click.option("--kind", type=click.Choice(KINDS), default="request", help="Which draft.")
@click.option("--formality", type=click.Choice(["formal", "informal"]), help="Form of address.")
@click.option("--stage", type=click.Choice(STAGES), default="interviewed", help="How far the application got.")
@click.option("--hint", default="", help="Decoder phrase the rejection hints at, such as more_experience.")
@click.option("--point", default="leadership", help="What the answer named; only for thanks_answer.")
@click.option("--template", default="", help="Variant named by a policy rule, such as short.")
@click.option("--name", default="Anna Beispiel", help="The recipient; empty for nobody known.")
@click.option("--role", default="Data Engineer", help="Title of the opening; empty for none.")
@click.option("--employer", default="Acme", help="Employer; empty for none.")
@click.option("--by-phone", is_flag=True, help="The rejection came by phone.")
@click.option("--feedback-offered", is_flag=True, help="The rejection offered feedback.")
@click.option("--seed", default="1", help="Another seed, another natural wording.")
@click.option("--all", "everything", is_flag=True, help="Every kind in every language and form of address.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml: own templates, own name.")
def command(everything: bool, as_json: bool, config_file: str | None, **wanted: Any) -> int:
    """Show a draft filled with a sample, and what the lint says of it.

    Exit code 65 when the lint would stop one of them.
    """
    from watcher.core.tone import lint

    wording, rulebook, me = _loaded(config_file)
    stopped = False
    for facts in _every(wording, wanted, me) if everything else [_facts(wanted, me)]:
        words = wording.render(facts)
        found = lint(words.body, words.language, facts.kind, _truth(facts), rulebook)
        stopped = stopped or bool(found)
        if as_json:
            line = {
                "kind": _kind_name(facts),
                "language": facts.language,
                "formality": facts.formality,
                "subject": words.subject,
                "body": words.body,
                "findings": [{"rule": item.rule, "words": item.words, "hint": item.hint} for item in found],
            }
            click.echo(json.dumps(line, ensure_ascii=False))
            continue
        form = f", {facts.formality}" if facts.formality else ""
        click.secho(f"--- {_kind_name(facts)}, {facts.language}{form}, {len(words.body.split())} words", bold=True)
        click.echo(f"{words.body}\n")
        for item in found:
            click.secho(f"{item.rule}: '{item.words}' ({item.hint})", fg="yellow")
    return 65 if stopped else 0  # EX_DATAERR


def _loaded(config_file: str | None) -> tuple[TemplateWording, Rulebook, str]:
    from watcher.adapters.rulebook import load_rulebook
    from watcher.adapters.wording import load_wording

    if not config_file:
        return load_wording(also=("ja", "zh", "ko")), load_rulebook(), "Sam Doe"
    from watcher.config import find_config, load

    config = load(find_config(config_file))
    own_rules = config.path(config.rules) if config.rules else None
    own_templates = config.path(config.templates) if config.templates else None
    return load_wording(own_templates, also=("ja", "zh", "ko")), load_rulebook(own_rules), config.me.name


def _facts(wanted: dict[str, Any], me: str) -> Facts:
    from watcher.core.draft import Facts
    from watcher.core.plan import Kind
    from watcher.core.verdict import Stage

    first, _, last = wanted["name"].strip().rpartition(" ")
    declined = wanted["kind"] == "thanks_declined"
    kind = Kind.THANKS_ANSWER if declined else Kind(wanted["kind"])
    return Facts(
        kind=kind,
        language=wanted["language"],
        me=me,
        formality=wanted["formality"],
        first_name=first or last,
        last_name=last if first else "",
        employer=wanted["employer"],
        role=wanted["role"],
        stage=Stage(wanted["stage"]),
        hint=wanted["hint"],
        point=wanted["point"] if kind is Kind.THANKS_ANSWER else "",
        declined=declined,
        by_phone=wanted["by_phone"],
        feedback_offered=wanted["feedback_offered"],
        seed=wanted["seed"],
        template=wanted["template"],
    )


def _every(wording: TemplateWording, wanted: dict[str, Any], me: str) -> Iterator[Facts]:
    from watcher.core.plan import Kind

    for kind in KINDS:
        plain = Kind.THANKS_ANSWER if kind == "thanks_declined" else Kind(kind)
        for language in sorted(wording.languages(plain)):
            for formality in ("formal", "informal"):
                yield _facts(wanted | {"kind": kind, "language": language, "formality": formality}, me)


def _kind_name(facts: Facts) -> str:
    return "thanks_declined" if facts.declined else facts.kind.value


def _truth(facts: Facts) -> Any:
    from watcher.core.tone import Truth
    from watcher.core.verdict import Stage

    return Truth(
        interviewed=facts.stage.rank >= Stage.INTERVIEWED.rank,
        assessed=facts.stage.rank >= Stage.ASSESSED.rank,
        role=facts.role,
        employer=facts.employer,
        names=tuple(name for name in (facts.first_name, facts.last_name) if name),
    )
