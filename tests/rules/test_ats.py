"""Every example in rules/ats/ and rules/application/ comes out as its author wrote."""

from pathlib import Path

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.job_application import run_reading_examples
from watcher.errors import RuleError

BOOK = load_rulebook()


def test_every_example_of_a_system_or_of_application_words_is_read_as_it_says() -> None:
    failed = [
        f"{trial.file} examples[{trial.index}]: {trial.problems}"
        for trial in run_reading_examples(BOOK)
        if trial.problems
    ]
    assert not failed, "\n".join(failed)


def test_thirty_and_more_systems_are_known_and_each_proves_itself() -> None:
    assert len(BOOK.ats) >= 30
    assert all(ats.examples for ats in BOOK.ats)
    assert all(words.examples for words in BOOK.application if words.language != "any")


def test_no_system_can_make_a_machine_name_a_person() -> None:
    for ats in BOOK.ats:
        for shape in ats.addresses:
            assert shape.reaches != "human", f"{ats.id}: a person is told by the address, not by the system"


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("ats/mine.yaml", "id: mine\nname: Mine\nplaces:\n  subject:\n    - 'from {employer}$'\n    - '(open'\n", 6),
        ("application/en.yaml", "language: en\nsubject: []\nbody:\n  - '(?=look) {role}'\n", 4),
        ("application/en.yaml", "language: en\nstages:\n  interviewed:\n    - 'a{2,1}'\n", 4),
    ],
)
def test_a_wrong_pattern_of_the_user_is_told_with_its_line(tmp_path: Path, file: str, text: str, line: int) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_rulebook(tmp_path)
    (problem,) = caught.value.problems
    assert problem.line == line
    assert "RE2" in problem.what


def test_the_users_words_of_a_language_are_asked_before_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "application").mkdir()
    (tmp_path / "application" / "en.yaml").write_text("language: en\nsubject: ['^zz {role}$']\n", encoding="utf-8")
    book = load_rulebook(tmp_path)
    assert book.application[0].subject == ("^zz {role}$",)
    assert sum(words.language == "en" for words in book.application) == 2
