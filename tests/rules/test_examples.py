"""Every example in every rule file comes out as its author wrote."""

from pathlib import Path

import pytest

from watcher.adapters.rulebook import load_rulebook, shipped
from watcher.core.verdict import run_examples

TAGS = sorted(path.stem for path in (shipped("rules") / "language").glob("*.yaml"))


@pytest.mark.parametrize("tag", TAGS)
def test_every_example_of_a_language_comes_out_as_written(tag: str) -> None:
    rulebook = load_rulebook()
    language = next(item for item in rulebook.languages if item.language == tag)
    failed = [
        f"examples[{trial.index}] wanted {trial.example.outcome}, got {trial.verdict.outcome} {trial.verdict.certainty}"
        f" ({trial.verdict.because}): {' '.join(trial.example.body.split())[:120]}"
        for trial in run_examples(language, rulebook)
        if not trial.passed
    ]
    assert not failed, "\n".join(failed)


def test_every_shipped_rule_compiles() -> None:
    assert load_rulebook(thorough=True).languages


def test_a_wrong_rule_of_the_user_is_told_with_file_and_line(tmp_path: Path) -> None:
    from watcher.errors import RuleError

    folder = tmp_path / "language"
    folder.mkdir()
    (folder / "en.yaml").write_text(
        "language: en\nname: English\nsignals:\n- id: en.rejection.mine\n  category: rejection\n  phrases:\n  - (open\n"
    )
    with pytest.raises(RuleError) as caught:
        load_rulebook(tmp_path)
    (problem,) = caught.value.problems
    assert problem.line == 7
    assert problem.where == "en.rejection.mine"
    assert "lacks a ')'" in problem.what
