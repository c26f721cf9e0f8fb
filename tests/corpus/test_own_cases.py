"""Floors under our own letters: each file counts what is found and forbids a sure no where there is none.

`docs/accuracy.md` has the first-sight figures; these floors only keep what has been mended since.
"""

import pytest

from tools.letters import Case, cases, names
from watcher.adapters.rulebook import load_rulebook
from watcher.core.message import parse
from watcher.core.verdict import Verdict, judge

pytestmark = pytest.mark.slow


def verdicts(name: str) -> list[tuple[Case, Verdict]]:
    rulebook = load_rulebook()
    return [(case, judge(case.message(), rulebook)) for case in cases(name)]


@pytest.mark.parametrize(
    ("name", "recall", "sure_wrong"),
    [("en", 0.94, 0), ("en_fresh", 0.93, 0), ("european", 0.88, 0), ("others", 0.95, 0)],
)
def test_our_own_letters_are_found_and_nothing_else_is_called_sure(name: str, recall: float, sure_wrong: int) -> None:
    judged = verdicts(name)
    refused = [verdict for case, verdict in judged if case.is_no]
    missed = [case.subject for case, verdict in judged if case.is_no and not verdict.outcome.is_no]
    wrong = [case.subject for case, verdict in judged if not case.is_no and verdict.is_sure_no]
    assert 1 - len(missed) / len(refused) >= recall, missed
    assert len(wrong) <= sure_wrong, wrong


@pytest.mark.parametrize("name", [name for name in names() if name.startswith("more_")])
def test_letters_that_were_judged_right_once_still_are(name: str) -> None:
    judged = verdicts(name)
    missed = [case.subject for case, verdict in judged if case.is_no and not verdict.outcome.is_no]
    wrong = [case.subject for case, verdict in judged if not case.is_no and verdict.is_sure_no]
    assert len(missed) <= 0.02 * len(judged), missed
    assert not wrong


def test_a_refusal_of_a_loan_flat_or_place_is_never_a_sure_rejection() -> None:
    wrong = [case.subject for case, verdict in verdicts("not_a_job") if verdict.is_sure_no]
    assert not wrong


def _newsletter(body: str) -> Verdict:
    head = (
        "From: Work Weekly <news@weekly.example>\nSubject: This week\nList-Unsubscribe: <https://weekly.example/u>\n\n"
    )
    return judge(parse((head + body).encode()), load_rulebook())


@pytest.mark.parametrize(
    "body",
    [
        'You know it: "We regret to inform you that we have decided to move forward with other candidates." Then what?',
        "After careful consideration we have decided not to proceed with your application. How many of these have you?",
        "Unfortunately, you were not selected for this position. So began my year as a candidate; here is the rest of it.",
    ],
)
def test_a_newsletter_that_quotes_a_refusal_is_never_a_sure_rejection(body: str) -> None:
    assert not _newsletter(body).is_sure_no


def test_a_refusal_sent_as_bulk_mail_is_found() -> None:
    verdict = _newsletter(
        "Thank you for applying for the Analyst position. Unfortunately we will not be moving forward with your"
        " application at this time. We wish you the best in your job search."
    )
    assert verdict.is_sure_no
