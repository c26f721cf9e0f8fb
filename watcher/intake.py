"""One message that came in -> the Change it makes: a rejection planned for, an answer, other news, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.answering import take_answer, was_asked
from watcher.core.answer import AnswerKind, read_answer
from watcher.core.contact import Contact, NoContact
from watcher.core.decoder import hints
from watcher.core.job_application import Known, NewsKind, merge, news, same_application, understand
from watcher.core.job_application.same import takes_back
from watcher.core.life import Event, JobApplication, Reason, State, make_ref
from watcher.core.message import Message, parse
from watcher.core.plan import Kind, arrival
from watcher.core.policy import decide
from watcher.core.verdict import Certainty, Outcome, Stage, Verdict, judge
from watcher.examining import Examination, examine, memory_of
from watcher.parts import Parts, cancelled, log, message_key, moved, request_draft
from watcher.ports import (
    AnswerRecord,
    Change,
    Fetched,
    MailboxRole,
    Notice,
    Seen,
)

NEWS = frozenset({Outcome.OFFER, Outcome.INTERVIEW, Outcome.ASSESSMENT, Outcome.ON_HOLD, Outcome.REQUIREMENT_QUESTION})
_MESSAGE_ID = re.compile(rb"<([^<>\s]{3,250}@[^<>\s]{1,250})>")
_BOUNCE_BYTES = 200_000
SAME_PERSON = timedelta(days=3)
APPLIED_AGAIN = timedelta(days=30)  # sooner, a no for the same role by the person asked is their answer


def take_in(parts: Parts, fetched: Fetched, now: datetime) -> Change:
    """Say what one new message changes."""
    message = parse(fetched.raw)
    key = message_key(message, fetched.raw)
    change = Change(parts.account, cursor=("inbox", fetched.cursor))
    if parts.store.seen(parts.account, key) is not None:
        return change  # a copy, or the mailbox was made anew
    seen = Seen(
        key,
        message.message_id,
        internal_date=fetched.internal_date,
        judged_at=now,
        rules=parts.rulebook.fingerprint,
    )
    if message.error:
        return replace(change, seen=(replace(seen, what="failed", error=message.error),))
    if any(flag.lower() == "\\draft" for flag in fetched.flags):
        return replace(change, seen=(replace(seen, what="draft"),))
    if message.author is not None and message.author.addr_spec.lower() in parts.own:
        return replace(change, seen=(replace(seen, what="own"),))
    application = _application_of(parts, message, fetched.raw)
    if (
        application is not None
        and was_asked(parts, application, message)
        and not _turns_down_another(parts, application, message, fetched.internal_date)
    ):
        return replace(take_answer(parts, application, message, fetched, seen, now), cursor=change.cursor)
    verdict = judge(message, parts.rulebook, memory_of(parts))
    seen = replace(seen, outcome=verdict.outcome, certainty=verdict.certainty, language=verdict.language)
    if verdict.outcome.is_no and not _explains(parts, application, message, verdict):
        found = examine(parts, message, fetched.raw, fetched.internal_date, verdict=verdict)
        return replace(rejection(parts, found, seen, now), cursor=change.cursor)
    if application is not None or verdict.outcome in NEWS or takes_back(message, parts.rulebook):
        news = _employer_wrote(parts, application, message, verdict, seen, now)
        if news is not None:
            return replace(news, cursor=change.cursor)
    return replace(change, seen=(seen,))


def failure(parts: Parts, role: MailboxRole, fetched: Fetched, error: Exception, now: datetime) -> Change:
    """Say what a message changes that broke something: it is recorded, and the cursor moves on."""
    message = parse(fetched.raw)
    told = f"{type(error).__name__} while it was read"
    seen = Seen(
        message_key(message, fetched.raw),
        message.message_id,
        what="failed",
        internal_date=fetched.internal_date,
        judged_at=now,
        rules=parts.rulebook.fingerprint,
        error=told,
    )
    return Change(parts.account, cursor=(role, fetched.cursor), seen=(seen,))


def _application_of(parts: Parts, message: Message, raw: bytes) -> JobApplication | None:
    threads = parts.store.threads(parts.account)
    ids = [*message.thread]
    if message.delivery_status or message.content_type == "multipart/report":
        # A bounce carries the ids of what it returns inside, not in its header (RFC 3464 2).
        ids = [item.decode("utf-8", "replace") for item in _MESSAGE_ID.findall(raw[:_BOUNCE_BYTES])] + ids
    ref = next((threads[item] for item in reversed(ids) if item in threads), "")
    if ref:
        return parts.store.application(ref)
    author = message.author.addr_spec.lower() if message.author else ""
    waiting = [
        item
        for item in parts.store.applications(parts.account)
        if item.state is not State.CLOSED and item.person is not None and item.person.address.lower() == author
    ]
    return waiting[-1] if waiting else None


def _turns_down_another(parts: Parts, application: JobApplication, message: Message, internal_date: datetime) -> bool:
    """Tell whether a mail in no thread, by somebody who was asked, turns down another application."""
    if message.thread:
        return False
    verdict = judge(message, parts.rulebook, memory_of(parts))
    if not verdict.outcome.is_no or verdict.certainty is not Certainty.SURE:
        return False
    details = understand(message, verdict, parts.rulebook)
    at = arrival(internal_date, message.received)
    if not (details.role or details.requisition):
        return False
    if abs(at - (application.arrived or at)) > APPLIED_AGAIN:
        return True
    return not same_application(application.details, at, details, at)


def rejection(parts: Parts, found: Examination, seen: Seen, now: datetime) -> Change:
    """Say what a rejection changes: a new application, or one more mail about a known one."""
    told = _news(parts, found.message, found.verdict, found=found)
    if told.kind is NewsKind.CANCELS and told.known is not None:
        cancelled = _employer_wrote(parts, told.known, found.message, found.verdict, seen, now)
        return cancelled or Change(parts.account, seen=(seen,))
    known = told.known or _told_by_same_person(parts, found)
    if known is not None:
        return _second_rejection(parts, replace(found, details=merge(known.details, found.details)), known, seen, now)
    made = _application(parts, found, make_ref(parts.account, found.key), now)
    return _decided(parts, found, made, seen, now)


def _application(parts: Parts, found: Examination, ref: str, now: datetime) -> JobApplication:
    message, verdict, decision = found.message, found.verdict, found.decision
    return JobApplication(
        ref=ref,
        account=parts.account,
        details=found.details,
        contact=found.contact,
        outcome=verdict.outcome,
        certainty=verdict.certainty,
        language=verdict.language,
        formality=verdict.formality,
        feedback=verdict.feedback or "",
        message_id=message.message_id,
        references=message.thread,
        subject=message.subject,
        arrived=found.arrived,
        rule=decision.rule,
        because=decision.because,
        confirm=decision.confirm,
        warning=decision.warning,
        template=decision.template,
        write_in=decision.language,
        earliest_s=int(decision.earliest.total_seconds()),
        latest_s=int(decision.latest.total_seconds()),
        threads=frozenset({message.message_id} - {""}),
        hints=hints(message.fresh, verdict.language, parts.rulebook),
        changed=now,
    )


def _decided(parts: Parts, found: Examination, made: JobApplication, seen: Seen, now: datetime) -> Change:
    """Plan the request, or say why there is none."""
    seen = replace(seen, application=made.ref)
    change = Change(
        parts.account, seen=(seen,), events=(log(made, now, "rejection", f"{made.outcome} {made.certainty}"),)
    )
    if found.decision.confirm or found.verdict.certainty is Certainty.UNSURE:
        made = replace(made, confirm=True)
        notice = Notice(
            f"{made.ref}/confirm",
            "Afterword needs your word",
            f"{made.because}. `afterword ask {made.ref}` drafts a request, `afterword skip {made.ref}` does not.",
        )
        return replace(change, applications=(made,), notices=(notice,))
    if not found.decision.ask or found.plan is None:
        reason = Reason.NO_CONTACT if isinstance(found.contact, NoContact) else Reason.POLICY
        closed = moved(made, now, Event.CLOSE, reason=reason)
        events = (*change.events, log(made, now, "closed", reason))
        return replace(change, applications=(closed,), events=events, notices=_nobody_told(made))
    if now > found.plan.gives_up:
        closed = moved(made, now, Event.CLOSE, reason=Reason.TOO_OLD)
        return replace(
            change, applications=(closed,), events=(*change.events, log(made, now, "closed", Reason.TOO_OLD))
        )
    planned = moved(made, now, Event.REQUEST_PLANNED)
    row = request_draft(parts, planned, found.plan)
    due = log(planned, now, "planned", f"request due {found.plan.due.isoformat()}")
    return replace(change, applications=(planned,), drafts=(row,), events=(*change.events, due))


def _nobody_told(made: JobApplication) -> tuple[Notice, ...]:
    """After an interview it matters that nobody was found; of every other rejection `list` tells."""
    contact = made.contact
    if (
        not isinstance(contact, NoContact)
        or made.details.stage.rank < Stage.ASSESSED.rank
        or made.feedback == "refused"
    ):
        return ()
    body = f"Application {made.ref}: {contact.reason}. {contact.advice}".replace(" ID ", f" {made.ref} ")
    return (Notice(f"{made.ref}/nobody", "Nobody was found to ask for feedback", body),)


def _second_rejection(parts: Parts, found: Examination, known: JobApplication, seen: Seen, now: datetime) -> Change:
    """A second no for the same application may bring the better person; it never brings a second request."""
    if known.feedback == "refused" and found.verdict.feedback != "refused":
        verdict = replace(found.verdict, feedback="refused")
        decision = decide(verdict, found.contact, found.details, parts.rulebook, account=parts.account)
        found = replace(found, verdict=verdict, decision=decision)
    seen = replace(seen, application=known.ref)
    threads = known.threads | ({found.message.message_id} - {""})
    merged = replace(known, threads=frozenset(threads), changed=now)
    change = Change(parts.account, seen=(seen,), events=(log(known, now, "rejection_again"),))
    drafts = parts.store.drafts(parts.account, known.ref)
    request = next((draft for draft in drafts if draft.plan.kind is Kind.REQUEST), None)
    better = _confidence(found.contact) > _confidence(known.contact)
    if found.verdict.feedback == "refused" and known.state in {State.SEEN, State.REQUEST_WAITING}:
        return _refused_after_all(parts, found, merged, change, now)
    undecided = known.state is State.SEEN or known.reason in {Reason.NO_CONTACT, Reason.POLICY, Reason.TOO_OLD}
    open_again = found.decision.confirm if known.state is State.CLOSED else found.decision.confirm and better
    found_somebody = better and known.state is State.CLOSED
    if request is None and undecided and (found.decision.ask or open_again or found_somebody):
        fresh = _application(parts, found, known.ref, now)
        fresh = replace(fresh, version=known.version, state=State.SEEN, threads=frozenset(threads))
        decided = _decided(parts, found, fresh, seen, now)
        return replace(decided, events=(*change.events, *decided.events))
    if better and known.state is State.REQUEST_WAITING and found.decision.ask:
        fresh = _application(parts, found, known.ref, now)
        merged = replace(
            fresh, version=known.version, state=known.state, arrived=known.arrived, threads=frozenset(threads)
        )
        change = replace(change, events=(*change.events, log(known, now, "person_changed")))
    return replace(change, applications=(merged,))


def _refused_after_all(
    parts: Parts, found: Examination, merged: JobApplication, change: Change, now: datetime
) -> Change:
    """One of two mails says that no feedback is given: whichever came first, nothing is asked."""
    if found.decision.ask or found.decision.confirm or merged.rule == "user":
        return replace(change, applications=(merged,))
    decision = found.decision
    refused = replace(merged, feedback="refused", rule=decision.rule, because=decision.because, confirm=False)
    closed = moved(refused, now, Event.CLOSE, reason=Reason.POLICY)
    drafts = {draft.plan.kind: draft for draft in parts.store.drafts(parts.account, merged.ref)}
    events = (*change.events, log(closed, now, "closed", Reason.POLICY))
    return replace(change, applications=(closed,), drafts=cancelled(drafts), events=events)


def _confidence(contact: Contact | NoContact | None) -> float:
    return contact.confidence if isinstance(contact, Contact) else -1.0


def _employer_wrote(
    parts: Parts, application: JobApplication | None, message: Message, verdict: Verdict, seen: Seen, now: datetime
) -> Change | None:
    """The employer wrote again: what waits is cancelled, what lies in Drafts is left and told of."""
    arrived = arrival(seen.internal_date or now, message.received)
    if application is None:
        application = _news(parts, message, verdict, arrived=arrived).known
    if application is None or (application.arrived is not None and arrived < application.arrived):
        return None
    if verdict.outcome in {Outcome.ACKNOWLEDGEMENT, Outcome.WITHDRAWN}:
        return None
    answer = read_answer(message, parts.rulebook)
    if verdict.outcome is Outcome.OTHER and not answer.kind.is_human and not takes_back(message, parts.rulebook):
        return None
    if application.state not in {State.SEEN, State.REQUEST_WAITING, State.REQUEST_DRAFTED}:
        return None
    drafts = {draft.plan.kind: draft for draft in parts.store.drafts(parts.account, application.ref)}
    closed = moved(application, now, Event.CLOSE, reason=Reason.EMPLOYER_WROTE)
    body = f"They wrote again about application {application.ref}; nothing is drafted for it."
    if application.state is State.REQUEST_DRAFTED:
        body = (
            f"They wrote again about application {application.ref}; look at the request in Drafts before you send it."
        )
    return Change(
        parts.account,
        seen=(replace(seen, application=application.ref),),
        applications=(closed,),
        drafts=cancelled(drafts),
        events=(log(application, now, "closed", Reason.EMPLOYER_WROTE),),
        notices=(Notice(f"{application.ref}/wrote", "The employer wrote again", body),),
        # Feedback given before it was asked for is feedback: the plan has it.
        answers=(AnswerRecord(application.ref, message.message_id or seen.key, arrived, answer),)
        if answer.kind is AnswerKind.SUBSTANTIVE and (verdict.outcome is Outcome.OTHER or verdict.outcome.is_no)
        else (),
    )


def _explains(parts: Parts, application: JobApplication | None, message: Message, verdict: Verdict) -> bool:
    """Say whether what reads like a no explains the one we know: "some feedback: your SQL was not deep enough"."""
    if application is None or verdict.feedback != "offered":
        return False
    return read_answer(message, parts.rulebook).kind is AnswerKind.SUBSTANTIVE


@dataclass(frozen=True, slots=True)
class _News:
    kind: NewsKind
    known: JobApplication | None


def _news(
    parts: Parts,
    message: Message,
    verdict: Verdict,
    *,
    found: Examination | None = None,
    arrived: datetime | None = None,
) -> _News:
    """Ask what this mail means for the applications already known."""
    at = found.arrived if found else arrived
    assert at is not None
    everyone = [item for item in parts.store.applications(parts.account) if item.source == "mail"]
    knowns = {
        id(known): (known, item)
        for item in everyone
        for known in [Known(item.details, item.arrived or at, item.contact, item.threads)]
    }
    details = found.details if found else understand(message, verdict, parts.rulebook)
    contact = found.contact if found else None
    told = news(tuple(known for known, _ in knowns.values()), message, verdict, details, contact, at, parts.rulebook)
    return _News(told.kind, knowns[id(told.known)][1] if told.known is not None else None)


def _told_by_same_person(parts: Parts, found: Examination) -> JobApplication | None:
    """The same person tells the same news twice within days, and neither mail says more: one application."""
    address = found.contact.address.lower() if isinstance(found.contact, Contact) else ""
    for item in parts.store.applications(parts.account):
        person, arrived = item.person, item.arrived
        if person is None or arrived is None or not address or person.address.lower() != address:
            continue
        roles = item.details.role and found.details.role
        if not roles and abs(found.arrived - arrived) <= SAME_PERSON:
            return item
    return None
