"""Ask or not: rules in order, the user's first, rails above all."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.contact import Contact, ContactKind, NoContact
from watcher.core.job_application import Details
from watcher.core.policy import decide
from watcher.core.rules import PolicyRule, Rulebook
from watcher.core.rules.policy import Then, When
from watcher.core.verdict import Certainty, Outcome, Stage, Verdict
from watcher.errors import RuleError

NO = Verdict(outcome=Outcome.REJECTION)
RITA = Contact(address="rita@firm.example", name="Rita Ray")
BOOK = load_rulebook()


def book(tmp_path: Path, text: str) -> Rulebook:
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    return load_rulebook(tmp_path)


def test_after_an_interview_the_request_is_drafted() -> None:
    decision = decide(NO, RITA, Details(stage=Stage.INTERVIEWED), BOOK)
    assert (decision.ask, decision.rule) == (True, "after-interview")
    assert decision.earliest == timedelta(hours=24)


def test_a_mere_application_is_not_asked_about_unless_a_person_wrote() -> None:
    assert decide(NO, RITA, Details(stage=Stage.APPLIED), BOOK).rule == "only-applied"
    assert decide(NO, RITA, Details(stage=Stage.APPLIED, person_wrote=True), BOOK).ask


def test_refused_feedback_is_respected() -> None:
    verdict = Verdict(outcome=Outcome.REJECTION, feedback="refused")
    decision = decide(verdict, RITA, Details(stage=Stage.FINAL_ROUND), BOOK)
    assert (decision.ask, decision.confirm, decision.rule) == (False, False, "feedback-refused")


@pytest.mark.parametrize("outcome", [Outcome.POSITION_CLOSED, Outcome.ON_HOLD])
def test_a_closed_or_paused_opening_is_never_asked_about(outcome: Outcome) -> None:
    assert not decide(Verdict(outcome=outcome), RITA, Details(stage=Stage.INTERVIEWED), BOOK).ask


def test_an_unknown_stage_asks_the_user() -> None:
    decision = decide(NO, RITA, Details(), BOOK)
    assert (decision.ask, decision.confirm) == (False, True)


def test_another_open_request_there_warns_and_goes_on() -> None:
    decision = decide(NO, RITA, Details(stage=Stage.INTERVIEWED), BOOK, open_requests=1)
    assert decision.ask
    assert "still open" in decision.warning


def test_no_rule_of_the_user_can_remove_a_rail(tmp_path: Path) -> None:
    always = book(tmp_path, "rules:\n  - id: always\n    then: {request: ask}\n")
    assert decide(NO, RITA, Details(), always).rule == "always"
    assert not decide(NO, NoContact("nobody"), Details(), always).ask
    nobody = Contact(address="no-reply@firm.example", kind=ContactKind.UNMONITORED)
    assert not decide(NO, nobody, Details(), always).ask
    unsure = Verdict(outcome=Outcome.REJECTION, certainty=Certainty.UNSURE)
    assert decide(unsure, RITA, Details(), always).confirm
    assert not decide(Verdict(outcome=Outcome.OFFER), RITA, Details(), always).confirm


def test_the_users_rules_come_first_and_may_set_the_window_only(tmp_path: Path) -> None:
    own = book(
        tmp_path,
        "rules:\n"
        "  - id: agencies-are-quick\n"
        "    when: {contact.domain: [firm.example, randstad.com]}\n"
        "    then: {template: short, earliest: 24h, latest: 30h}\n"
        "  - id: after-interview\n"
        "    when: {stage: interviewed}\n"
        "    then: {request: never}\n",
    )
    decision = decide(NO, RITA, Details(stage=Stage.INTERVIEWED), own)
    assert (decision.ask, decision.rule, decision.template) == (False, "after-interview", "short")
    assert decision.latest == timedelta(hours=30)


def test_a_rule_can_be_switched_off(tmp_path: Path) -> None:
    own = book(tmp_path, "rules:\n  - id: only-applied\n    off: true\n    then: {request: never}\n")
    assert decide(NO, RITA, Details(stage=Stage.APPLIED), own).rule != "only-applied"


@pytest.mark.parametrize(
    ("rule", "found", "hint"),
    [
        ("when: {stagee: applied}\n    then: {request: ask}", "stagee", "did you mean 'stage'?"),
        ("when: {stage: interview}\n    then: {request: ask}", "'interview'", "interviewed"),
        ("when: {contact.kin: human}\n    then: {request: ask}", "contact.kin", "contact.kind"),
        ("then: {request: maybe}", "'maybe'", "'ask', 'never' or 'confirm'"),
        ("then: {earliest: 1h}", "24h", ""),
        ("then: {earliest: 40h, latest: 30h}", "earliest is after latest", ""),
        ("then: {because: why}", "sets nothing", ""),
    ],
)
def test_a_wrong_rule_is_refused_with_its_line_and_the_nearest_known_word(
    tmp_path: Path, rule: str, found: str, hint: str
) -> None:
    with pytest.raises(RuleError) as caught:
        book(tmp_path, f"rules:\n  - id: mine\n    {rule}\n")
    text = str(caught.value)
    assert found in text
    assert hint in text
    assert "policy.yaml:3" in text or "policy.yaml:4" in text


def test_rules_are_values() -> None:
    assert all(isinstance(rule, PolicyRule) and rule.then.because for rule in BOOK.policy if rule.then.request)


def test_every_field_of_the_vocabulary_is_described_for_the_user() -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "policy.md").read_text(encoding="utf-8")
    for model in (When, Then):
        for name, field in model.model_fields.items():
            assert f"`{field.alias or name}`" in text, f"docs/policy.md does not describe {field.alias or name}"
            for word in re.findall(r"'(\w+)'", str(field.annotation).replace("'str'", "")):
                assert f"`{word}`" in text, f"docs/policy.md does not describe {word}"
