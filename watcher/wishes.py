"""What the user decides otherwise -> the Change it makes: ask, skip, snooze, correct, undo, add.

Every wish is an event in the log; none of them can make a second request for one application.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from watcher.core.contact import Contact, ContactKind, NoContact
from watcher.core.job_application import Details
from watcher.core.life import Event, JobApplication, Reason, State, make_ref
from watcher.core.message import Message, parse
from watcher.core.plan import GIVE_UP, Kind, Plan, plan_request
from watcher.core.verdict import Certainty, Evidence, Memory, Outcome, Stage, judge
from watcher.core.verdict.correction import fingerprint
from watcher.errors import UsageError
from watcher.examining import examine
from watcher.intake import rejection
from watcher.parts import Parts, log, message_key, moved, request_draft
from watcher.ports import Change, DraftRecord, DraftState, Fetched, Seen


def ask(parts: Parts, application: JobApplication, now: datetime, to: str = "") -> Change:
    """Draft a request although the policy would not, or as the user confirmed.

    Args:
        parts: Of the application's account.
        application: As stored.
        now: The present.
        to: Address of one of the people considered; empty for the person found.

    Raises:
        UsageError: It cannot be; the message says why and what can.
    """
    request = _request(parts, application)
    if request is not None and request.state not in {DraftState.CANCELLED, DraftState.BLOCKED, DraftState.WAITING}:
        raise UsageError(f"{application.ref} has its request already ({request.state}); there is never a second one")
    contact = _chosen(application, to)
    plan = asked_plan(parts, application, now)
    asked = replace(
        application, contact=contact, confirm=False, certainty=Certainty.SURE, rule="user", because="you asked for it"
    )
    asked = moved(asked, now, Event.REQUEST_PLANNED)
    if asked.state is not State.REQUEST_WAITING:
        raise UsageError(f"{application.ref} stands at {application.state}: there is nothing left to ask")
    row = request_draft(parts, asked, plan)
    event = log(asked, now, "user_asked", f"due {plan.due.isoformat()}")
    return Change(parts.account, applications=(asked,), drafts=(row,), events=(event,))


def asked_plan(parts: Parts, application: JobApplication, now: datetime) -> Plan:
    """Give the plan of a request the user asks for: in its window if it can be, else at once and marked late."""
    plan = plan_request(
        application.arrived or now,
        application.ref,
        parts.hours,
        timedelta(seconds=application.earliest_s),
        timedelta(seconds=application.latest_s),
    )
    return plan if now <= plan.closes else replace(plan, gives_up=now + GIVE_UP)


def skip(parts: Parts, application: JobApplication, now: datetime) -> Change:
    """Draft nothing (more) for this application."""
    if application.state is State.CLOSED:
        raise UsageError(f"{application.ref} is closed already ({application.reason})")
    return _close(parts, application, now, Reason.USER_SAID_NO, "user_skipped")


def not_a_rejection(parts: Parts, application: JobApplication, now: datetime, outcome: str) -> Change:
    """The user says the mail was no rejection."""
    return _close(parts, application, now, Reason.NOT_A_REJECTION, "user_corrected", outcome)


def correct(parts: Parts, fetched: Fetched, outcome: Outcome, now: datetime) -> Change:
    """The user says what a message is; it is judged so, whatever it was taken for before.

    Args:
        parts: Of the account it lies in.
        fetched: The message.
        outcome: What it is.
        now: The present.
    """
    message = parse(fetched.raw)
    verdict = judge(message, parts.rulebook, Memory())
    taught = Evidence("correction", "correction", "", note="you said so")
    verdict = replace(
        verdict, outcome=outcome, certainty=Certainty.SURE, because="you said so", evidence=(*verdict.evidence, taught)
    )
    seen = Seen(
        message_key(message, fetched.raw),
        message.message_id,
        outcome=outcome,
        certainty=Certainty.SURE,
        language=verdict.language,
        internal_date=fetched.internal_date,
        judged_at=now,
        rules=parts.rulebook.fingerprint,
        template=fingerprint(message),
    )
    application = told_by(parts, message.message_id)
    if outcome.is_no:
        found = examine(parts, message, fetched.raw, fetched.internal_date, verdict=verdict)
        return rejection(parts, found, seen, now)
    if application is None or application.state is State.CLOSED:
        return Change(parts.account, seen=(replace(seen, application=application.ref if application else ""),))
    closed = not_a_rejection(parts, application, now, outcome)
    return replace(closed, seen=(replace(seen, application=application.ref),))


def told_by(parts: Parts, message_id: str) -> JobApplication | None:
    """Give the application a rejection is known by; None for a message that is none."""
    if not message_id:
        return None
    return next((item for item in parts.store.applications(parts.account) if item.message_id == message_id), None)


def snooze(parts: Parts, application: JobApplication, now: datetime, until: datetime) -> Change:
    """Put off what waits; a request that then appears after its window is marked late."""
    waiting = [draft for draft in _drafts(parts, application) if draft.state is DraftState.WAITING]
    if not waiting:
        raise UsageError(f"nothing waits for {application.ref} that could be put off")
    if until <= now:
        raise UsageError("the moment to put it off to is past")
    rows = []
    for draft in waiting:
        due = max(until, draft.plan.opens)
        rows.append(replace(draft, plan=replace(draft.plan, due=due, gives_up=max(draft.plan.gives_up, due + GIVE_UP))))
    event = log(application, now, "user_snoozed", until.isoformat())
    return Change(parts.account, drafts=tuple(rows), events=(event,))


def undo(parts: Parts, application: JobApplication, now: datetime) -> Change:
    """Take the user's last wish back, as far as nothing has come of it."""
    last = _last_wish(parts, application)
    event = log(application, now, "user_undid", last)
    drafts = _drafts(parts, application)
    match last:
        case "user_skipped" | "user_corrected" if application.reason in {Reason.USER_SAID_NO, Reason.NOT_A_REJECTION}:
            rows = tuple(
                replace(item, state=DraftState.WAITING) for item in drafts if item.state is DraftState.CANCELLED
            )
            back = replace(application, state=State.SEEN, reason=Reason.NONE, changed=now)
            events = [Event.REQUEST_PLANNED] if any(row.plan.kind is Kind.REQUEST for row in rows) else []
            back = moved(back, now, *events)
            return Change(parts.account, applications=(back,), drafts=rows, events=(event,))
        case "user_asked" if application.state is State.REQUEST_WAITING:
            return replace(_close(parts, application, now, Reason.USER_SAID_NO, "user_undid", last))
        case "user_snoozed" if any(item.state is DraftState.WAITING for item in drafts):
            plan = asked_plan(parts, application, now)
            rows = tuple(
                replace(item, plan=plan)
                for item in drafts
                if item.state is DraftState.WAITING and item.plan.kind is Kind.REQUEST
            )
            return Change(parts.account, drafts=rows, events=(event,))
        case _:
            raise UsageError(f"there is no wish about {application.ref} that can be taken back")


def taught_by(parts: Parts, application: JobApplication) -> str:
    """Give the key of the correction the user's last wish taught: to be forgotten with it; empty for none."""
    if _last_wish(parts, application) != "user_corrected" or not application.message_id:
        return ""
    seen = parts.store.seen(parts.account, message_key(Message(message_id=application.message_id), b""))
    return seen.template if seen is not None else ""


def _last_wish(parts: Parts, application: JobApplication) -> str:
    wishes = [event.what for event in parts.store.events(application.ref) if event.what.startswith("user_")]
    return next((what for what in reversed(wishes) if what != "user_undid"), "")


@dataclass(frozen=True, slots=True)
class Told:
    """A rejection the mailbox does not know of."""

    how: Literal["phone", "portal"]
    employer: str
    role: str
    at: datetime
    stage: Stage
    language: str
    address: str
    name: str


def add(parts: Parts, told: Told, now: datetime) -> tuple[JobApplication, Change]:
    """Record a rejection by phone or portal; the rest of its life is the same."""
    ref = make_ref(parts.account, f"{told.how}/{told.employer}/{told.role}/{told.at.isoformat()}")
    if parts.store.application(ref) is not None:
        raise UsageError(f"that rejection is recorded already: {ref}")
    first, _, last = told.name.rpartition(" ")
    contact: Contact | NoContact = NoContact("nobody was named", "add --to ADDRESS")
    if told.address:
        contact = Contact(told.address, told.name, first, last, evidence="you named this person")
    made = JobApplication(
        ref=ref,
        account=parts.account,
        details=Details(employer=told.employer, role=told.role, stage=told.stage, person_wrote=told.how == "phone"),
        contact=contact,
        language=told.language,
        arrived=told.at,
        rule="user",
        because="you recorded it",
        source=told.how,
        changed=now,
    )
    event = log(made, now, "user_added", told.how)
    if not told.address:
        made = moved(made, now, Event.CLOSE, reason=Reason.NO_CONTACT)
        return made, Change(parts.account, applications=(made,), events=(event,))
    made = moved(made, now, Event.REQUEST_PLANNED)
    row = request_draft(parts, made, asked_plan(parts, made, now))
    return made, Change(parts.account, applications=(made,), drafts=(row,), events=(event,))


def _drafts(parts: Parts, application: JobApplication) -> list[DraftRecord]:
    return parts.store.drafts(parts.account, application.ref)


def _request(parts: Parts, application: JobApplication) -> DraftRecord | None:
    return next((draft for draft in _drafts(parts, application) if draft.plan.kind is Kind.REQUEST), None)


def _close(
    parts: Parts, application: JobApplication, now: datetime, reason: Reason, what: str, detail: str = ""
) -> Change:
    closed = moved(application, now, Event.CLOSE, reason=reason)
    closed = replace(closed, reason=reason)
    rows = tuple(
        replace(draft, state=DraftState.CANCELLED)
        for draft in _drafts(parts, application)
        if draft.state in {DraftState.WAITING, DraftState.BLOCKED}
    )
    event = log(application, now, what, detail)
    return Change(parts.account, applications=(closed,), drafts=rows, events=(event,))


def _chosen(application: JobApplication, to: str) -> Contact:
    considered = application.contact.considered if application.contact is not None else ()
    if not to:
        if application.person is None:
            names = ", ".join(item.address for item in considered if item.kind is not ContactKind.UNMONITORED)
            raise UsageError(
                f"nobody to write to was found for {application.ref}; name one with --to"
                + (f" (seen: {names})" if names else "")
            )
        return application.person
    if application.person is not None and application.person.address.lower() == to.lower():
        return application.person
    seen = next((item for item in considered if item.address.lower() == to.lower()), None)
    if seen is None:
        raise UsageError(f"{to} was not seen in this application's mail; only addresses that were seen are written to")
    if seen.kind is ContactKind.UNMONITORED:
        raise UsageError(f"nobody reads {to}")
    first, _, last = seen.name.rpartition(" ")
    return Contact(
        seen.address,
        seen.name,
        first,
        last,
        kind=seen.kind,
        role=seen.role,
        evidence="you chose this person",
        considered=considered,
    )
