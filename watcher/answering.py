"""What came back to somebody who was asked -> the Change it makes: an answer, a bounce, a machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from watcher.core.answer import AnswerKind, read_answer
from watcher.core.contact import Contact, ContactKind, NoContact, classify, is_writable, read_name
from watcher.core.life import Event, JobApplication, Reason, State
from watcher.core.message import Message
from watcher.core.plan import Kind, arrival, plan_thanks
from watcher.parts import Parts, cancelled, log, moved, request_draft
from watcher.ports import AnswerRecord, Change, DraftState, Fetched, Notice, Seen

ASKED = frozenset(
    {State.REQUEST_SENT, State.ANSWERED, State.UNANSWERED, State.THANKS_WAITING, State.THANKS_DRAFTED, State.THANKED}
)


def was_asked(parts: Parts, application: JobApplication, message: Message) -> bool:
    """Tell whether a mail about this application can be an answer to its request."""
    drafts = parts.store.drafts(parts.account, application.ref)
    names = set(message.thread)
    if any(names & {draft.message_id, draft.sent_id} - {""} for draft in drafts):
        return True  # they answer what we know only as a draft: its copy in Sent was lost
    return application.state in ASKED or any(draft.sent_at is not None for draft in drafts)


def take_answer(
    parts: Parts, application: JobApplication, message: Message, fetched: Fetched, seen: Seen, now: datetime
) -> Change:
    """Say what an answer changes; machines change next to nothing."""
    answer = read_answer(message, parts.rulebook)
    at = arrival(fetched.internal_date, message.received)
    seen = replace(seen, what="answer", outcome=answer.kind, language=answer.language, application=application.ref)
    change = Change(parts.account, seen=(seen,), events=(log(application, now, "answer", answer.kind),))
    record = AnswerRecord(application.ref, message.message_id or seen.key, at, answer)
    drafts = {draft.plan.kind: draft for draft in parts.store.drafts(parts.account, application.ref)}
    silence = drafts.get(Kind.THANKS_SILENCE)
    if answer.kind is AnswerKind.BOUNCE:
        closed = moved(application, now, Event.CLOSE, reason=Reason.BOUNCED)
        notice = Notice(
            f"{application.ref}/bounced",
            "A feedback request could not be delivered",
            f"The mail of application {application.ref} came back; nothing more is drafted for it.",
        )
        return replace(change, applications=(closed,), drafts=cancelled(drafts), notices=(notice,))
    if not answer.kind.is_human:
        return change
    threads = application.threads | ({message.message_id} if message.message_id else frozenset())
    answered = moved(application, now, Event.SENT, Event.ANSWERED)
    answered = replace(answered, threads=frozenset(threads), contact=_who_answered(parts, application, message))
    rows = [replace(silence, state=DraftState.CANCELLED)] if silence and silence.state is DraftState.WAITING else []
    thanked = any(
        kind is not Kind.REQUEST and draft.state not in {DraftState.WAITING, DraftState.CANCELLED}
        for kind, draft in drafts.items()
    )
    if answered.state is State.ANSWERED and not thanked and answer.kind is not AnswerKind.CALL:
        plan = plan_thanks(Kind.THANKS_ANSWER, at, seen.key, parts.hours)
        answered = moved(answered, now, Event.THANKS_PLANNED)
        rows.append(request_draft(parts, answered, plan))
    told = Notice(
        f"{application.ref}/answer/{seen.key}", "An answer to your feedback request came", _answer_told(answer.kind)
    )
    return replace(change, applications=(answered,), drafts=tuple(rows), answers=(record,), notices=(told,))


def _who_answered(parts: Parts, application: JobApplication, message: Message) -> Contact | NoContact | None:
    """Thank the one who answered: often a colleague in the thread, whose address is thereby seen."""
    author, person = message.author, application.person
    if author is None or (person is not None and author.addr_spec.lower() == person.address.lower()):
        return application.contact
    kind = classify(author, parts.rulebook)
    if kind not in {ContactKind.HUMAN, ContactKind.TOKEN} or not is_writable(author.addr_spec):
        return application.contact
    name = read_name(author.name, alone=True) if author.name else None
    return Contact(
        author.addr_spec,
        name.full if name else "",
        name.first if name else "",
        name.last if name else "",
        title=name.title if name else "",
        kind=kind,
        evidence=f"{author.name or author.addr_spec} answered your request",
        considered=application.contact.considered if application.contact is not None else (),
    )


def _answer_told(kind: AnswerKind) -> str:
    if kind is AnswerKind.CALL:
        return "They offer to talk: answer them yourself; no thank-you is drafted."
    return "A thank-you draft follows; `afterword plan` shows what can be learned from it."
