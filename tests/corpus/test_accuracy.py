"""Floors under the accuracy figures: measured on labelled mail beside the checkout, which is not ours to ship."""

from functools import cache

import pytest

from tools.accuracy import Judged, ham_verdicts, judge_rows, rules_alone, score, slices
from tools.labelled import DATA
from watcher.adapters.rulebook import load_rulebook
from watcher.core.verdict import Certainty

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no labelled mail at {DATA}: accuracy is not measured"),
]


@cache
def cases() -> list[Judged]:
    return judge_rows(rules_alone(load_rulebook()))


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("en received", 0.99, 0.97),
        ("de fr es nl it pt pl sv", 0.98, 0.90),
        ("all other languages", 0.85, 0.75),
    ],
)
def test_refusals_are_found_and_little_else(name: str, precision: float, recall: float) -> None:
    found = score(slices(cases())[name])
    assert found["sure_precision"] >= precision
    assert found["recall"] >= recall


@pytest.mark.parametrize("label", ["about_rejection", "job_alert", "outreach", "interview", "offer", "assessment"])
def test_what_only_looks_like_a_refusal_is_none(label: str) -> None:
    own = [case for case in cases() if case.row.label == label]
    assert own
    assert not [case.row.id for case in own if case.verdict.is_sure_no]


def test_other_kinds_of_refusal_are_not_ours() -> None:
    own = [case for case in cases() if case.row.label == "nonjob_rejection"]
    wrong = [case.row.id for case in own if case.verdict.is_sure_no]
    assert len(wrong) <= 0.03 * len(own), wrong


def test_ham_holds_no_refusal() -> None:
    verdicts = list(ham_verdicts(load_rulebook()))
    assert [name for name, verdict in verdicts if verdict.is_sure_no] == []
    unsure = [name for name, verdict in verdicts if verdict.certainty is Certainty.UNSURE]
    assert len(unsure) <= len(verdicts) / 1_000, unsure
