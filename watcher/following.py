"""What the user did with a draft, in whichever client: sent, edited, thrown away; or wrote without us.

A sent copy is recognised by our Message-ID, else by what it answers, else by recipient, subject and time once the
draft is gone: clients give new ids, drop X- fields, and some lose threading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.draft import message_id as draft_id
from watcher.core.draft import reply_subject
from watcher.core.life import Event, JobApplication, Reason, State
from watcher.core.message import Message, parse
from watcher.core.plan import Kind, plan_thanks
from watcher.parts import Parts, log, moved
from watcher.ports import Change, DraftRecord, DraftState, Fetched

SECOND = timedelta(seconds=1)


def digest(message: Message) -> str:
    """Give a digest of what a draft says and to whom; re-wrapping by a client does not change it."""
    words = " ".join(message.text.split())
    to = ",".join(sorted(address.addr_spec for address in message.to))
    return hashlib.sha256(f"{to}\n{message.subject}\n{words}".encode("utf-8", "surrogateescape")).hexdigest()[:32]


def parent_id(parts: Parts, application: JobApplication, kind: Kind) -> str:
    """Give the Message-ID of the mail a draft of this kind answers; empty when it answers none."""
    if kind is Kind.THANKS_ANSWER:
        human = [item for item in parts.store.answers(application.ref) if item.answer.kind.is_human]
        return human[-1].message_id if human and "@" in human[-1].message_id else application.message_id
    if kind is Kind.THANKS_SILENCE:
        drafts = parts.store.drafts(parts.account, application.ref)
        sent = next((draft.sent_id for draft in drafts if draft.plan.kind is Kind.REQUEST), "")
        return sent or application.message_id
    return application.message_id


def sent_message(parts: Parts, fetched: Fetched, now: datetime) -> Change:
    """Say what one new message in Sent changes; the cursor always."""
    return replace(_sent_message(parts, fetched, now) or Change(parts.account), cursor=("sent", fetched.cursor))


def _sent_message(parts: Parts, fetched: Fetched, now: datetime) -> Change | None:
    message = parse(fetched.raw)
    at = fetched.internal_date
    open_drafts = [draft for draft in parts.store.drafts(parts.account) if draft.state is not DraftState.SENT]
    ids = {message.message_id, *message.thread} - {""}
    for draft in open_drafts:
        application = parts.store.application(draft.ref)
        if application is None:
            continue
        mine = message.message_id == draft.message_id
        if mine or (draft.placed_at is not None and _is_copy(parts, application, draft, message, at)):
            return _sent(parts, application, draft, message, at, now)
    threads = parts.store.threads(parts.account)
    for application in parts.store.applications(parts.account):
        waiting = application.state in {State.REQUEST_WAITING, State.SEEN}
        after = application.arrived is None or at > application.arrived
        to_them = _is_to(application, message) and not is_about_another(message, application.ref, threads)
        if waiting and after and (ids & application.threads or to_them):
            return user_wrote(parts, application, now)
    return None


def is_about_another(message: Message, ref: str, threads: dict[str, str]) -> bool:
    """Tell whether a message stands in the thread of another application than this one."""
    about = {threads[item] for item in message.thread if item in threads}
    return bool(about) and ref not in about


def user_wrote(parts: Parts, application: JobApplication, now: datetime) -> Change:
    """The user wrote first: nothing is drafted any more."""
    closed = moved(application, now, Event.CLOSE, reason=Reason.USER_WROTE)
    waiting = [
        replace(draft, state=DraftState.CANCELLED)
        for draft in parts.store.drafts(parts.account, application.ref)
        if draft.state in {DraftState.WAITING, DraftState.CLAIMED}
    ]
    return Change(
        parts.account,
        applications=(closed,),
        drafts=tuple(waiting),
        events=(log(application, now, "closed", Reason.USER_WROTE),),
    )


def open_drafts(parts: Parts, now: datetime) -> Iterable[Change]:
    """Look after the drafts that lie in Drafts, all in one look-up: edited, gone, gone for good."""
    drafts = [draft for draft in parts.store.drafts(parts.account) if draft.state.is_open]
    if not drafts:
        return
    pairs = [(draft, application) for draft in drafts if (application := parts.store.application(draft.ref))]
    parents = {(draft.ref, draft.plan.kind): parent_id(parts, one, draft.plan.kind) for draft, one in pairs}
    wanted = {draft.message_id for draft in drafts} | set(parents.values()) - {""}
    lying = [parse(item.raw) for item in parts.mail.find("drafts", sorted(wanted))]
    own_ids = {draft.message_id for draft in drafts}
    for draft, application in pairs:
        parent = parents[draft.ref, draft.plan.kind]
        here = _lying(draft, parent, lying, own_ids)
        if here is None:
            yield from _gone(parts, application, draft, parent, now)
        elif draft.state is DraftState.PLACED and digest(here) != draft.digest:
            edited = replace(draft, state=DraftState.EDITED, missing_since=None)
            yield Change(parts.account, drafts=(edited,), events=(log(application, now, "edited", draft.plan.kind),))
        elif draft.missing_since is not None:
            yield Change(parts.account, drafts=(replace(draft, missing_since=None),))


def _lying(draft: DraftRecord, parent: str, lying: list[Message], own_ids: set[str]) -> Message | None:
    same = next((item for item in lying if item.message_id == draft.message_id), None)
    if same is not None:
        return same
    # A client that saved it gave it another id; what it answers stayed (Thunderbird), or the recipient did.
    return next(
        (
            item
            for item in lying
            if item.message_id not in own_ids
            and (parent in item.thread if parent else False)
            and (not item.to or any(to.addr_spec.lower() == draft.recipient.lower() for to in item.to))
        ),
        None,
    )


def _gone(
    parts: Parts, application: JobApplication, draft: DraftRecord, parent: str, now: datetime
) -> Iterable[Change]:
    since = draft.placed_at or application.arrived or now
    # Sent copies are looked for once more by what they answer and to whom they went: threading may be lost.
    copies = [
        *parts.mail.find("sent", [item for item in (draft.message_id, parent) if item]),
        *parts.mail.find_to("sent", draft.recipient, since - SECOND),
    ]
    for copy in copies:
        message = parse(copy.raw)
        if copy.internal_date >= since - SECOND and (
            message.message_id == draft.message_id
            or _is_copy(parts, application, draft, message, copy.internal_date)
            or _looks_alike(draft, message)
        ):
            yield _sent(parts, application, draft, message, copy.internal_date, now)
            return
    if draft.missing_since is None:
        yield Change(parts.account, drafts=(replace(draft, missing_since=now),))
    elif now - draft.missing_since >= parts.settings.grace:
        discarded = replace(draft, state=DraftState.DISCARDED)
        closed = moved(application, now, Event.CLOSE, reason=Reason.DISCARDED)
        events = (
            log(application, now, "discarded", draft.plan.kind),
            log(application, now, "closed", Reason.DISCARDED),
        )
        yield Change(parts.account, applications=(closed,), drafts=(discarded,), events=events)


def _is_copy(parts: Parts, application: JobApplication, draft: DraftRecord, message: Message, at: datetime) -> bool:
    parent = parent_id(parts, application, draft.plan.kind)
    placed = draft.placed_at or at
    taken = {item.sent_id for item in parts.store.drafts(parts.account, application.ref)}
    return (
        bool({parent, draft.message_id} & set(message.thread) - {""})
        and at >= placed - SECOND
        and message.message_id not in taken
    )


def _looks_alike(draft: DraftRecord, message: Message) -> bool:
    to = {address.addr_spec.lower() for address in (*message.to, *message.cc)}
    return draft.recipient.lower() in to and reply_subject(message.subject) == reply_subject(draft.subject)


def _is_to(application: JobApplication, message: Message) -> bool:
    person = application.person
    to = {address.addr_spec.lower() for address in (*message.to, *message.cc)}
    return person is not None and person.address.lower() in to


def _sent(
    parts: Parts, application: JobApplication, draft: DraftRecord, message: Message, at: datetime, now: datetime
) -> Change:
    done = replace(draft, state=DraftState.SENT, sent_at=at, sent_id=message.message_id, missing_since=None)
    if draft.placed_at is None:
        done = replace(done, placed_at=at)
    event = log(application, now, "sent", draft.plan.kind)
    if draft.plan.kind is not Kind.REQUEST:
        thanked = moved(application, now, Event.SENT, Event.CLOSE, reason=Reason.DONE)
        closed = log(application, now, "closed", Reason.DONE)
        return Change(parts.account, applications=(thanked,), drafts=(done,), events=(event, closed))
    sent = moved(application, now, Event.DRAFTED, Event.SENT)
    rows = [done]
    if sent.state is State.REQUEST_SENT:
        plan = plan_thanks(Kind.THANKS_SILENCE, at, application.ref, parts.hours, parts.settings.thanks_after_days)
        key = application.draft_key(Kind.THANKS_SILENCE)
        known = [row.plan.kind for row in parts.store.drafts(parts.account, application.ref)]
        if Kind.THANKS_SILENCE not in known:
            rows.append(DraftRecord(application.ref, parts.account, plan, draft_id(key, parts.me)))
    return Change(parts.account, applications=(sent,), drafts=tuple(rows), events=(event,))
