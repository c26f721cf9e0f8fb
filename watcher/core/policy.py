"""Facts about one rejection -> Decision: ask or not, how, and the rule that says so.

Rules of rules/policy.yaml decide; four rails stand above them and no rule can remove them: nobody is written to who
was not found, no unmonitored address, nothing that is not the employer's no, and nothing unsure without the user.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from watcher.core.contact import Contact, ContactKind, NoContact
from watcher.core.job_application import Details
from watcher.core.rules import PolicyRule, Rulebook
from watcher.core.rules.policy import Then, When
from watcher.core.verdict import Certainty, Outcome, Verdict

DEFAULT_EARLIEST = timedelta(hours=24)
DEFAULT_LATEST = timedelta(hours=48)
Request = Literal["ask", "never", "confirm"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request is drafted, and by which rule.

    Attributes:
        ask: True when a request is to be drafted.
        confirm: True when the user is to be asked first (then `ask` is False).
        rule: Id of the deciding policy rule; starts with `rail:` when no rule could decide otherwise.
        because: Its reason, for the user.
        warning: Something the user should know although we go on, such as another open request there.
        template: Name of the wording variant, empty for the usual one.
        language: Tag to write in, empty for the rejection's own.
        earliest: After arrival; ETIQUETTE R2.
        latest: After arrival.
    """

    ask: bool
    rule: str
    because: str
    confirm: bool = False
    warning: str = ""
    template: str = ""
    language: str = ""
    earliest: timedelta = DEFAULT_EARLIEST
    latest: timedelta = DEFAULT_LATEST


def decide(
    verdict: Verdict,
    contact: Contact | NoContact,
    details: Details,
    rulebook: Rulebook,
    *,
    account: str = "",
    open_requests: int = 0,
) -> Decision:
    """Apply the policy rules in order; the first matching rule that says `request` decides, the rails have the veto."""
    facts = _Facts(verdict, contact, details, account, open_requests)
    off = {rule.id for rule in rulebook.policy if rule.off}
    matching = [rule for rule in rulebook.policy if rule.id not in off and facts.match(rule.when)]
    rule = next((item for item in matching if item.then.request), None)
    request, name, because = _request(rule)
    if isinstance(contact, NoContact) and rule is not None and "none" in rule.when.contact_kind:
        because = contact.reason  # says more: nobody was seen, or several were and the user is to choose
    request, name, because = _rails(facts, request, name, because)
    earliest, latest = _window([item.then for item in matching])
    return Decision(
        ask=request == "ask",
        rule=name,
        because=because,
        confirm=request == "confirm",
        warning=_first([item.then.warning for item in matching]),
        template=_first([item.then.template for item in matching]),
        language=_first([item.then.language for item in matching]),
        earliest=earliest,
        latest=latest,
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    verdict: Verdict
    contact: Contact | NoContact
    details: Details
    account: str
    open_requests: int

    def match(self, when: When) -> bool:
        verdict, details, contact = self.verdict, self.details, self.contact
        person = contact if isinstance(contact, Contact) else None
        address = person.address if person else ""
        plain: list[tuple[tuple[str, ...], str]] = [
            (when.outcome, verdict.outcome.value),
            (when.certainty, verdict.certainty.value),
            (when.stage, details.stage.value),
            (when.feedback, verdict.feedback or "silent"),
            (when.open_requests, "some" if self.open_requests else "none"),
            (when.contact_kind, person.kind.value if person else "none"),
            (when.contact_role, person.role.value if person else "unknown"),
        ]
        texts: list[tuple[tuple[str, ...], str]] = [
            (when.language, verdict.language),
            (when.employer, details.employer),
            (when.role, details.role),
            (when.account, self.account),
            (when.ats, details.ats or "none"),
            (when.contact_address, address),
        ]
        flags = [(when.person_wrote, details.person_wrote), (when.agency, bool(details.agency))]
        return (
            all(not wanted or value in wanted for wanted, value in plain)
            and all(not wanted or any(_like(value, item) for item in wanted) for wanted, value in texts)
            and all(wanted is None or wanted is value for wanted, value in flags)
            and (not when.contact_domain or any(_inside(address, item) for item in when.contact_domain))
        )


def _request(rule: PolicyRule | None) -> tuple[Request, str, str]:
    if rule is None or rule.then.request is None:
        return "confirm", "rail:no-rule", "no policy rule says what to do with this"
    return rule.then.request, rule.id, rule.then.because or f"rule {rule.id}"


def _rails(facts: _Facts, request: Request, name: str, because: str) -> tuple[Request, str, str]:
    verdict, contact = facts.verdict, facts.contact
    if not verdict.outcome.is_no and verdict.outcome is not Outcome.ON_HOLD:
        return "never", "rail:not-a-rejection", f"this mail is no rejection but {verdict.outcome.value}"
    if request == "never":
        return request, name, because
    if isinstance(contact, NoContact):
        return "never", "rail:nobody-found", contact.reason
    if contact.kind is ContactKind.UNMONITORED:
        return "never", "rail:unmonitored", "nobody reads answers to this address"
    if verdict.certainty is Certainty.UNSURE:
        return "confirm", "rail:unsure", verdict.because or "it is not sure that this is a rejection"
    if contact.trust.doubtful:
        return "confirm", "rail:doubtful-sender", "; ".join(contact.trust.reasons) or "the sender is doubtful"
    if contact.confirm:
        return "confirm", "rail:person-to-confirm", contact.evidence or "the person is a guess among those seen"
    return request, name, because


def _window(thens: list[Then]) -> tuple[timedelta, timedelta]:
    earliest = next((item.earliest for item in thens if item.earliest), DEFAULT_EARLIEST)
    latest = next((item.latest for item in thens if item.latest), max(DEFAULT_LATEST, earliest))
    return (earliest, latest) if earliest <= latest else (latest, latest)


def _first(values: list[str | None]) -> str:
    return next((value for value in values if value), "")


def _like(value: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(value.casefold(), pattern.casefold())


def _inside(address: str, domain: str) -> bool:
    host, wanted = address.rpartition("@")[2].lower(), domain.lower().lstrip("@*.")
    return bool(host) and (host == wanted or host.endswith("." + wanted))
