"""How well answers are read, on texts of our own: those the rules were tuned on, and others written afterwards."""

import sys
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
import yaml

from watcher.adapters.rulebook import load_rulebook
from watcher.core.answer import Answer, read_answer
from watcher.core.message import parse
from watcher.core.rules import Rulebook

HERE = Path(__file__).parent
FOLDERS = (
    *("answers", "answers_later", "answers_last", "answers_fresh", "answers_fifth", "answers_sixth"),
    *("answers_seventh", "answers_eighth", "answers_ninth", "answers_tenth", "answers_eleventh"),
)
"""Written before the rules; after them (at first sight kind .870, F1 .875); after those (.883, .808); then
(.800, .818), (.828, .800), (.889, .900); by another author (.933, .867), (.800, .851), (.883, .835) and, written to
mislead, (.769, .708), then 26 ordinary ones (1.000, .947). One label of the tenth was put right afterwards ("would your
style suit our culture" is vague). All were then learned from, so that only the first sights tell how unseen words fare.
"""
CASES = [
    (folder, path.stem[:2], case)
    for folder in FOLDERS
    for path in sorted((HERE / folder).glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
MACHINES = {"auto_reply", "bounce", "survey"}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook()


def read(case: dict[str, Any], rulebook: Rulebook) -> Answer:
    mail = EmailMessage()
    mail["From"] = case.get("sender", "Rita Holm <rita.holm@acme.example>")
    mail["To"] = "me@home.example"
    mail["Subject"] = case.get("subject", "Re: Thank you")
    for line in case.get("headers", ()):
        name, value = line.split(": ", 1)
        mail[name] = value
    mail.set_content(case["text"])
    return read_answer(parse(mail.as_bytes(policy=SMTP)), rulebook)


@pytest.mark.parametrize("folder", FOLDERS)
def test_kinds_and_themes_are_read_well(folder: str, rulebook: Rulebook) -> None:
    cases = [case for name, _, case in CASES if name == folder]
    answers = [read(case, rulebook) for case in cases]
    right = sum(answer.kind == case["kind"] for answer, case in zip(answers, cases, strict=True))
    pairs = [(set(answer.themes), set(case["themes"])) for answer, case in zip(answers, cases, strict=True)]
    both = sum(len(got & want) for got, want in pairs)
    f1 = 2 * both / sum(len(got) + len(want) for got, want in pairs)
    told = f"{folder}: {len(cases)} answers, kind {right / len(cases):.3f}, themes F1 {f1:.3f}"
    sys.stdout.write(told + "\n")  # pytest -s shows it
    assert right / len(cases) >= 0.92, told
    assert f1 >= 0.85, told


def test_there_are_enough_answers_in_enough_languages() -> None:
    assert sum(folder == "answers" for folder, _, _ in CASES) >= 120
    assert len({language for _, language, _ in CASES}) >= 9


def test_the_language_is_recognised(rulebook: Rulebook) -> None:
    wrong = [case["text"] for _, language, case in CASES if read(case, rulebook).language != language]
    assert len(wrong) <= len(CASES) * 0.02, wrong


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We don't give individual feedback, I can tell you though that hands-on Kafka was missing.", "substantive"),
        ("We don't give individual feedback on your Kafka skills.", "declined"),
        ("I will speak to the hiring manager and get back to you.", "courtesy"),
        ("Please speak to the hiring manager.", "redirect"),
        ("Sorry I can't be more specific, you did nothing wrong.", "vague"),
        ("It came across rather flat, and you weren't quite there yet.", "substantive"),
        ("No worries, and sorry again that it did not work out. Best, Kim", "courtesy"),
    ],
)
def test_what_is_taken_back_promised_or_said_out_of_politeness_is_told_apart(
    text: str, kind: str, rulebook: Rulebook
) -> None:
    assert read({"text": text}, rulebook).kind == kind


def test_a_general_point_gives_way_only_to_a_named_one_in_its_own_half(rulebook: Rulebook) -> None:
    apart = read({"text": "You have not yet managed a team and the other finalist had more experience."}, rulebook)
    assert set(apart.themes) == {"leadership", "experience"}
    together = read({"text": "We were looking for more Kafka experience."}, rulebook)
    assert set(together.themes) == {"tooling"}


@pytest.mark.parametrize(
    "case", [case for _, _, case in CASES if case["kind"] in MACHINES], ids=lambda case: case["subject"]
)
def test_what_a_machine_writes_is_never_feedback(case: dict[str, Any], rulebook: Rulebook) -> None:
    answer = read(case, rulebook)
    assert not answer.kind.is_human
    assert not answer.themes
