"""One message -> all that is found out about it, changing nothing: what `explain` shows, and what decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.contact import (
    Contact,
    ContactKind,
    History,
    NoContact,
    classify,
    find_contact,
    is_writable,
    system_of,
)
from watcher.core.job_application import Details, same_application, understand
from watcher.core.job_application.same import same_employer
from watcher.core.life import Reason, State
from watcher.core.message import Message, parse
from watcher.core.plan import Plan, arrival, plan_request
from watcher.core.policy import Decision, decide
from watcher.core.verdict import Memory, Verdict, judge
from watcher.parts import Parts, message_key
from watcher.ports import HistoryQuery

OPEN_REQUEST = frozenset({State.REQUEST_WAITING, State.REQUEST_DRAFTED, State.REQUEST_SENT})


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything found out about one rejection, changing nothing."""

    message: Message
    key: str
    arrived: datetime
    verdict: Verdict
    contact: Contact | NoContact
    details: Details
    decision: Decision
    plan: Plan | None
    history: History


def examine(
    parts: Parts, message: Message, raw: bytes, internal_date: datetime, *, verdict: Verdict | None = None
) -> Examination:
    """Judge a message, find its person, understand and decide; earlier mail is looked up for a rejection only."""
    verdict = verdict or judge(message, parts.rulebook, memory_of(parts))
    arrived = arrival(internal_date, message.received)
    key = message_key(message, raw)
    history = _history(parts, message, verdict, arrived) if verdict.outcome.is_no else History()
    details = understand(message, verdict, parts.rulebook, history)
    contact = find_contact(
        message,
        verdict,
        parts.rulebook,
        history,
        parts.own,
        employer=details.employer,
        role=details.role,
        authserv_id=parts.settings.authserv_id,
        bounced=_bounced(parts),
    )
    if isinstance(contact, Contact) and not is_writable(contact.address):
        contact = NoContact(
            f"'{contact.address}' is no address that can be written to",
            "name another person with `afterword ask ID --to ADDRESS`",
            contact.considered,
            contact.trust,
        )
    others = parts.store.applications(parts.account) if verdict.outcome.is_no else []
    open_requests = sum(
        item.state in OPEN_REQUEST
        and same_employer(item.details, details)
        and not same_application(item.details, item.arrived or arrived, details, arrived)
        for item in others
    )
    decision = decide(verdict, contact, details, parts.rulebook, account=parts.account, open_requests=open_requests)
    if decision.ask and not decision.language and not parts.wording.writes(verdict.language):
        because = _unwritten(verdict.language)
        decision = replace(decision, ask=False, confirm=True, rule="rail:language", because=because)
    plan = None
    if verdict.outcome.is_no and (decision.ask or decision.confirm):
        plan = plan_request(arrived, key, parts.hours, decision.earliest, decision.latest)
    return Examination(message, key, arrived, verdict, contact, details, decision, plan, history)


def memory_of(parts: Parts) -> Memory:
    """Give what the judge is told beside the message."""
    known = frozenset(parts.store.threads(parts.account))
    return Memory(own_addresses=parts.own, corrections=parts.corrections, known_threads=known)


def _bounced(parts: Parts) -> frozenset[str]:
    """Addresses a request could not be delivered to."""
    refs = {item.ref for item in parts.store.applications(parts.account) if item.reason is Reason.BOUNCED}
    drafts = parts.store.drafts(parts.account) if refs else []
    return frozenset(draft.recipient.lower() for draft in drafts if draft.ref in refs and draft.recipient)


def _unwritten(language: str) -> str:
    return (
        f"no request is written in this language ({language}); asked for, it is written in English, "
        "or in the language a policy rule of yours names"
    )


def _history(parts: Parts, message: Message, verdict: Verdict, arrived: datetime) -> History:
    details = understand(message, verdict, parts.rulebook)
    senders = [*message.from_, *message.reply_to]
    domains = set(details.domains)
    # Thousands of mails of other employers come from a system's no-reply address: it leads to nobody.
    addresses = {
        item.addr_spec
        for item in senders
        if item.addr_spec.lower() not in parts.own
        and classify(item, parts.rulebook) is not ContactKind.UNMONITORED
        and system_of(item.addr_spec, parts.rulebook) is None
    }
    if not (domains or details.employer or message.thread):
        return History()
    found = parts.mail.history(
        HistoryQuery(
            domains=tuple(sorted(domains)),
            addresses=tuple(sorted(addresses)),
            message_ids=message.thread[-20:],
            words=(details.employer,) if details.employer else (),
            since=arrived - parts.settings.history,
            before=arrived + timedelta(seconds=1),
        )
    )
    received = [parse(item.raw) for item in sorted(found.received, key=lambda item: item.internal_date)]
    sent = [parse(item.raw) for item in sorted(found.sent, key=lambda item: item.internal_date)]
    return History(
        tuple(item for item in received if not item.error and item.message_id != message.message_id),
        tuple(item for item in sent if not item.error),
    )
