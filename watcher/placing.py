"""A due draft -> exactly one message in Drafts, through crashes at any step.

Claim (an UPDATE that changes one row), look up in Drafts and Sent, write and lint, APPEND, read back, record. Whoever
dies between leaves a claimed row; the next start gives it back, and the look-up finds what was placed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.draft import Facts, Thread, compose, reply_subject
from watcher.core.life import Event, JobApplication, Reason
from watcher.core.message import Message, parse
from watcher.core.plan import Kind, Readiness, readiness
from watcher.core.question import choose_question
from watcher.core.tone import Truth, lint
from watcher.core.verdict import Stage
from watcher.errors import MailError, TemplateError
from watcher.following import SECOND, digest, is_about_another, parent_id, user_wrote
from watcher.parts import Parts, Report, log, moved
from watcher.ports import Change, DraftRecord, DraftState, Fetched, Notice

RETRY = timedelta(hours=1)
DAY = timedelta(days=1)


def place_due(parts: Parts, now: datetime, report: Report) -> None:
    """Place every draft whose moment has come."""
    if parts.settings.paused:
        return
    for draft in parts.store.due(parts.account, now):
        if parts.store.placed_since(now - DAY) >= parts.settings.max_a_day:
            report.tell("cap_reached", draft.ref, f"{parts.settings.max_a_day} drafts in a day")
            return
        place(parts, draft, now, report)


def place(parts: Parts, draft: DraftRecord, now: datetime, report: Report) -> None:
    """Place one draft, or say why not."""
    application = parts.store.application(draft.ref)
    if application is None:
        return
    ready = readiness(draft.plan, now, parts.hours)
    if ready is Readiness.WAIT:
        return
    if ready is Readiness.EXPIRED:
        _give_up(parts, application, draft, now, report)
        return
    parts.step("before claim")
    if not parts.store.claim(draft.ref, draft.plan.kind, now):
        return
    parts.step("claimed")
    claimed = replace(draft, state=DraftState.CLAIMED, attempts=draft.attempts + 1)
    try:
        _place_claimed(parts, application, claimed, now, report, late=ready is Readiness.LATE)
    except MailError:
        # What happened to an APPEND that got no answer is not known: the next look-up will tell.
        parts.store.record(Change(parts.account, drafts=(replace(claimed, state=DraftState.WAITING),)))
        raise
    except TemplateError as error:  # the user may mend it
        _block(parts, application, claimed, now, report, f"{error}", retry=True)
    except ValueError as error:
        _block(parts, application, claimed, now, report, f"{error}", retry=False)


def _place_claimed(
    parts: Parts, application: JobApplication, draft: DraftRecord, now: datetime, report: Report, *, late: bool
) -> None:
    parent = parent_id(parts, application, draft.plan.kind)
    ids = [item for item in (draft.message_id, parent) if item]
    in_drafts, in_sent = parts.mail.find("drafts", ids), parts.mail.find("sent", ids)
    parts.step("looked up")
    ours = _ours(in_drafts, draft)
    if ours is not None:
        _placed(parts, application, draft, ours, now, report, late=late)
        return
    if _ours(in_sent, draft) is None and not _wrote(parts, application, draft, in_drafts, in_sent):
        _append(parts, application, draft, parent, now, report, late=late)
        return
    if _ours(in_sent, draft) is not None:  # placed, recorded nowhere, sent already: the next look at Sent says more
        _placed(parts, application, draft, parse(in_sent[0].raw), now, report, late=late)
        return
    parts.store.record(user_wrote(parts, application, now))
    report.tell("cancelled", application.ref, Reason.USER_WROTE)


def _ours(found: list[Fetched], draft: DraftRecord) -> Message | None:
    messages = (parse(item.raw) for item in found)
    return next((item for item in messages if item.message_id == draft.message_id), None)


def _wrote(
    parts: Parts, application: JobApplication, draft: DraftRecord, in_drafts: list[Fetched], in_sent: list[Fetched]
) -> bool:
    """Tell whether the user wrote, or began to write, in this thread or to this person since."""
    drafts = parts.store.drafts(parts.account, application.ref)
    request = next((item for item in drafts if item.plan.kind is Kind.REQUEST), None)
    since = application.arrived
    if draft.plan.kind is not Kind.REQUEST and request is not None:
        since = request.sent_at
    if draft.plan.kind is Kind.THANKS_ANSWER:
        answers = [item.at for item in parts.store.answers(application.ref) if item.answer.kind.is_human]
        since = max(answers, default=since)
    since = since or draft.plan.opens
    ours = parts.store.drafts(parts.account)  # a request to the same person about another application is no sign
    known = {item.sent_id for item in ours} | {item.message_id for item in ours}
    threads = parts.store.threads(parts.account)
    person = application.person
    to_person = [
        message
        for role in ("sent", "drafts")
        for item in (parts.mail.find_to(role, person.address, since + SECOND) if person else [])
        if item.internal_date > since
        for message in [parse(item.raw)]
        if not is_about_another(message, application.ref, threads)
    ]
    later = [parse(item.raw) for item in in_sent if item.internal_date > since]
    begun = [
        item
        for item in (*map(_parsed, in_drafts), *to_person)
        if draft.plan.kind is Kind.REQUEST or not _is_request(item, request)
    ]
    return any(item.message_id not in known for item in (*later, *begun))


def _parsed(fetched: Fetched) -> Message:
    return parse(fetched.raw)


def _is_request(message: Message, request: DraftRecord | None) -> bool:
    return request is not None and reply_subject(message.subject) == reply_subject(request.subject)


def _append(
    parts: Parts,
    application: JobApplication,
    draft: DraftRecord,
    parent: str,
    now: datetime,
    report: Report,
    *,
    late: bool,
) -> None:
    contact = application.person
    if contact is None:
        _block(parts, application, draft, now, report, "there is nobody to write to", retry=False)
        return
    facts = _facts(parts, application, draft)
    words = parts.wording.render(facts)
    findings = lint(words.body, words.language, draft.plan.kind, _truth(application), parts.rulebook)
    if findings:
        told = "; ".join(f"{item.rule}: '{item.words}' ({item.hint})" for item in findings)
        _block(parts, application, draft, now, report, f"the draft would say what it must not: {told}", retry=False)
        return
    key = application.draft_key(draft.plan.kind)
    local = now.astimezone(parts.hours.zone)
    made = compose(words, _thread(parts, application, parent), contact, parts.me, key, local, _quote(parts, parent))
    ready = replace(draft, recipient=made.recipient, subject=made.subject, digest=digest(parse(made.raw)))
    parts.step("composed")
    parts.mail.place_draft(made.raw, made.message_id)
    parts.step("appended")
    _placed(parts, application, ready, None, now, report, late=late)


def _placed(
    parts: Parts,
    application: JobApplication,
    draft: DraftRecord,
    found: Message | None,
    now: datetime,
    report: Report,
    *,
    late: bool,
) -> None:
    if found is not None:
        recipient = found.to[0].addr_spec if found.to else draft.recipient
        draft = replace(draft, recipient=recipient, subject=found.subject, digest=digest(found))
    late = late or now > draft.plan.closes
    done = replace(draft, state=DraftState.PLACED, placed_at=now, late=late, error="", not_before=None)
    events = [Event.DRAFTED] if draft.plan.kind is not Kind.THANKS_SILENCE else _SILENT
    drafted = moved(application, now, *events)
    what = log(application, now, "drafted", f"{draft.plan.kind}{' late' if late else ''}")
    notice = Notice(
        f"{application.ref}/{draft.plan.kind}/placed",
        "A draft lies in your Drafts",
        f"Application {application.ref}: a {draft.plan.kind} draft. {draft.plan.note}".rstrip(),
    )
    change = Change(parts.account, applications=(drafted,), drafts=(done,), events=(what,), notices=(notice,))
    if not parts.store.record(change):  # the user said something meanwhile: theirs stands, the draft is a fact
        parts.store.record(replace(change, applications=()))
    parts.step("recorded")
    report.tell("drafted", application.ref, draft.plan.kind)
    report.drafts.append(
        {
            "id": application.ref,
            "kind": str(draft.plan.kind),
            "to": done.recipient,
            "subject": done.subject,
            "message_id": done.message_id,
            "due": done.plan.due.isoformat(),
            "late": late,
            "note": draft.plan.note,
        }
    )


_SILENT = [Event.SILENCE, Event.THANKS_PLANNED, Event.DRAFTED]


def _facts(parts: Parts, application: JobApplication, draft: DraftRecord) -> Facts:
    contact, details = application.person, application.details
    assert contact is not None
    language = application.write_in or application.language
    if not application.write_in and not parts.wording.writes(language, draft.plan.kind):
        language = "en"  # the user confirmed it: see examine()
    language = language or "en"
    answers = [item.answer for item in parts.store.answers(application.ref) if item.answer.kind.is_human]
    latest = answers[-1] if draft.plan.kind is Kind.THANKS_ANSWER and answers else None
    kinds = {phrase.id: getattr(phrase, "kind", "") for phrase in parts.rulebook.feedback}
    hint = choose_question(application.hints, kinds) if draft.plan.kind is Kind.REQUEST else ""
    return Facts(
        kind=draft.plan.kind,
        language=language,
        me=parts.me.name,
        formality=application.formality,
        first_name=contact.first_name,
        last_name=contact.last_name,
        title=contact.title,
        employer=details.employer,
        role=details.role,
        stage=details.stage,
        hint=hint,
        point=latest.themes[0] if latest and latest.themes else "",
        declined=bool(latest and latest.kind == "declined"),
        by_phone=application.source == "phone",
        feedback_offered=application.feedback == "offered",
        seed=application.ref,
        template=application.template,
    )


def _truth(application: JobApplication) -> Truth:
    details, contact = application.details, application.person
    names = tuple(name for name in (contact.first_name, contact.last_name, contact.name) if name) if contact else ()
    return Truth(
        interviewed=details.stage.rank >= Stage.INTERVIEWED.rank,
        assessed=details.stage.rank >= Stage.ASSESSED.rank,
        role=details.role,
        employer=details.employer,
        names=names,
    )


def _thread(parts: Parts, application: JobApplication, parent: str) -> Thread | None:
    if not parent:
        return None
    sent = [draft.sent_id for draft in parts.store.drafts(parts.account, application.ref)]
    older = [item for item in (*application.references, application.message_id, *sent) if item and item != parent]
    return Thread(application.subject, parent, (*dict.fromkeys(older), parent))


def _quote(parts: Parts, parent: str) -> str | None:
    if not parts.settings.quote_original or not parent:
        return None
    original = parts.mail.message(parent)
    return parse(original.raw).fresh if original else None


def _give_up(parts: Parts, application: JobApplication, draft: DraftRecord, now: datetime, report: Report) -> None:
    cancelled = replace(draft, state=DraftState.CANCELLED, error="its time passed while nothing ran")
    closed = moved(application, now, Event.CLOSE, reason=Reason.TOO_OLD)
    notice = Notice(
        f"{application.ref}/{draft.plan.kind}/expired",
        "A draft was not made in time",
        f"Application {application.ref}: its time passed; `afterword ask {application.ref}` makes it all the same.",
    )
    event = log(application, now, "closed", Reason.TOO_OLD)
    parts.store.record(
        Change(parts.account, applications=(closed,), drafts=(cancelled,), events=(event,), notices=(notice,))
    )
    report.tell("expired", application.ref, draft.plan.kind)


def _block(
    parts: Parts,
    application: JobApplication,
    draft: DraftRecord,
    now: datetime,
    report: Report,
    error: str,
    *,
    retry: bool,
) -> None:
    """Push a draft that cannot be written out of the way of the others, and say so."""
    state = DraftState.WAITING if retry else DraftState.BLOCKED
    blocked = replace(draft, state=state, error=error, not_before=now + RETRY)
    notice = Notice(
        f"{application.ref}/{draft.plan.kind}/blocked",
        "A draft could not be written",
        f"Application {application.ref}: {error}",
    )
    event = log(application, now, "blocked", draft.plan.kind)
    parts.store.record(Change(parts.account, drafts=(blocked,), events=(event,), notices=(notice,)))
    report.tell("blocked", application.ref, error)
