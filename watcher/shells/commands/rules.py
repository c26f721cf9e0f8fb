"""`afterword rules check`, `rules test`: what is wrong with the rules, and whether their examples come out right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.errors import ConfigError, Problem, RuleError, UsageError

if TYPE_CHECKING:
    from watcher.core.rules import Rulebook
    from watcher.core.verdict import Trial

_CONFIG = click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml, for your own rules.")
_OWN = click.option("--rules", "own", type=click.Path(path_type=Path), help="Your own rules folder, instead.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group()
def command() -> None:
    """Check the rules, run their examples."""


@command.command()
@_CONFIG
@_OWN
@_JSON
def check(config_file: str | None, own: Path | None, as_json: bool) -> int:
    """Tell every problem of every rule file, with line and hint."""
    try:
        rulebook = _load(config_file, own)
    except RuleError as error:
        for problem in error.problems:
            click.echo(json.dumps(_as_dict(problem)) if as_json else str(problem))
        if not as_json:
            click.echo(f"{len(error.problems)} problem(s); the rules in force stay as they were.", err=True)
        return error.exit_code
    if not as_json:
        signals = sum(len(language.signals) for language in rulebook.languages)
        click.echo(f"No problem in {len(rulebook.languages)} languages with {signals} signals.")
    return 0


@command.command()
@click.argument("languages", nargs=-1, metavar="[LANGUAGE]...")
@_CONFIG
@_OWN
@_JSON
def test(languages: tuple[str, ...], config_file: str | None, own: Path | None, as_json: bool) -> int:
    """Judge every example in the language files. Name LANGUAGEs to run only theirs."""
    from watcher.core.verdict import run_examples

    rulebook = _load(config_file, own)
    known = {language.language: language for language in rulebook.languages}
    if missing := [tag for tag in languages if tag not in known]:
        raise UsageError(f"no rules for {', '.join(missing)}; there are: {', '.join(sorted(known))}")
    trials = [trial for tag in languages or sorted(known) for trial in run_examples(known[tag], rulebook)]
    failed = [trial for trial in trials if not trial.passed]
    for trial in trials if as_json else failed:
        click.echo(json.dumps(_trial_as_dict(trial), ensure_ascii=False) if as_json else _shown(trial))
    if not as_json:
        _summary(trials, failed, languages or sorted(known))
    misread = [] if languages else _read_openings(rulebook, as_json=as_json)
    return RuleError.exit_code if failed or misread else 0


def _read_openings(rulebook: Rulebook, *, as_json: bool) -> list[str]:
    from watcher.core.job_application import run_reading_examples

    trials = run_reading_examples(rulebook)
    misread = [
        f"{trial.file} examples[{trial.index}]: {'; '.join(trial.problems)}" for trial in trials if trial.problems
    ]
    for line in misread if not as_json else []:
        click.echo(line)
    if not as_json:
        click.echo(f"{'openings':<8} {len(trials) - len(misread)}/{len(trials)} examples as written")
    return misread


def _load(config_file: str | None, own: Path | None) -> Rulebook:
    from watcher.adapters.rulebook import load_rulebook

    return load_rulebook(own or _own_rules(config_file), thorough=True)


def _own_rules(config_file: str | None) -> Path | None:
    from watcher.config import find_config, load

    try:
        path = find_config(config_file)
    except ConfigError:
        if config_file:
            raise
        return None
    config = load(path)
    return config.path(config.rules) if config.rules else None


def _shown(trial: Trial) -> str:
    example, verdict = trial.example, trial.verdict
    wanted = f"{example.outcome} {example.certainty or ''}".strip()
    got = f"{verdict.outcome} {verdict.certainty} ({verdict.because})"
    lines = [f"{trial.language}.yaml examples[{trial.index}]: wanted {wanted}, got {got}"]
    if example.why:
        lines.append(f"    guards: {example.why}")
    lines.append(f"    text: {' '.join((example.subject + ' | ' + example.body).split())[:160]}")
    for item in verdict.evidence[:8]:
        mark = "+" if item.counted else "-"
        lines.append(f"    {mark} {item.signal}: {item.quote!r} {item.note}".rstrip())
    return "\n".join(lines)


def _summary(trials: Sequence[Trial], failed: Sequence[Trial], languages: Sequence[str]) -> None:
    for tag in languages:
        count = sum(trial.language == tag for trial in trials)
        bad = sum(trial.language == tag for trial in failed)
        click.echo(f"{tag:<8} {count - bad}/{count} examples as written")


def _as_dict(problem: Problem) -> dict[str, str | int]:
    return {
        "file": problem.file,
        "line": problem.line,
        "where": problem.where,
        "what": problem.what,
        "hint": problem.hint,
    }


def _trial_as_dict(trial: Trial) -> dict[str, object]:
    return {
        "language": trial.language,
        "example": trial.index,
        "passed": trial.passed,
        "wanted": trial.example.outcome,
        "outcome": trial.verdict.outcome,
        "certainty": trial.verdict.certainty,
        "because": trial.verdict.because,
    }
