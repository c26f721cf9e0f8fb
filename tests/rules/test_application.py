"""Every example in rules/application/: what is read of employer, role and stage."""

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.contact import compile_pattern
from watcher.core.job_application import understand
from watcher.core.message import parse
from watcher.core.rules import ApplicationWords
from watcher.core.rules.application import ApplicationExample
from watcher.core.verdict import Outcome, Verdict

BOOK = load_rulebook()
CASES = [(words, example) for words in BOOK.application for example in words.examples]


def _id(case: tuple[ApplicationWords, ApplicationExample]) -> str:
    words, example = case
    return f"{words.language}-{words.examples.index(example)}"


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_an_example_of_a_language_is_read_as_it_says(case: tuple[ApplicationWords, ApplicationExample]) -> None:
    words, example = case
    sender = example.sender or "no-reply@nobody.example"
    text = f"From: {sender}\r\nTo: sam@example.org\r\nSubject: {example.subject}\r\n"
    mail = f"{text}Content-Type: text/plain; charset=utf-8\r\n\r\n{example.body}"
    verdict = Verdict(outcome=Outcome.REJECTION, language=words.language)
    details = understand(parse(mail.encode()), verdict, BOOK)
    for name in ("employer", "role", "requisition", "stage"):
        if wanted := getattr(example, name):
            assert getattr(details, name) == wanted


@pytest.mark.parametrize("words", BOOK.application, ids=lambda item: item.language)
def test_every_pattern_is_re2(words: ApplicationWords) -> None:
    for text in (*words.subject, *words.body, *words.agency, *words.reopened):
        compile_pattern(text)
    for name in type(words.stages).model_fields:
        for text in getattr(words.stages, name):
            compile_pattern(text)


def test_every_language_but_the_common_file_proves_itself() -> None:
    assert all(words.examples for words in BOOK.application if words.language not in {"any", "en"})
