"""Facts about one rejection -> Decision: ask or not, how, and the rule that says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from watcher.core.contact import Contact, NoContact
from watcher.core.job_application import Details
from watcher.core.rules import Rulebook
from watcher.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request is drafted, and by which rule.

    Attributes:
        ask: True when a request is to be drafted.
        confirm: True when the user is to be asked first (then `ask` is False).
        rule: Id of the deciding policy rule.
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
    earliest: timedelta = timedelta(hours=24)
    latest: timedelta = timedelta(hours=48)


def decide(
    verdict: Verdict,
    contact: Contact | NoContact,
    details: Details,
    rulebook: Rulebook,
    *,
    account: str = "",
    open_requests: int = 0,
) -> Decision:
    """Apply the policy rules in order; the first whose `when` matches decides."""
    raise NotImplementedError
