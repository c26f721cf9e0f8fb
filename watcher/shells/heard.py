"""What the store keeps -> what learn() takes: one Heard an application, and which plan items are done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from watcher.core.lesson import Heard
from watcher.core.life import JobApplication, State
from watcher.core.plan import Kind
from watcher.ports import AnswerRecord, DraftRecord, EventRecord, Store

DONE, OPEN_AGAIN = "plan_done", "plan_open"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_ASKED = frozenset({State.REQUEST_SENT, State.ANSWERED, State.UNANSWERED, State.THANKS_WAITING, State.THANKS_DRAFTED})


def gather(store: Store) -> list[Heard]:
    """Give what every employer let the user hear; the latest human answer of an application counts."""
    answers: dict[str, AnswerRecord] = {}
    for record in store.answers():
        if record.answer.kind.is_human:
            answers[record.ref] = record
    sent = {draft.ref for draft in store.drafts() if draft.plan.kind is Kind.REQUEST and draft.sent_at is not None}
    return [
        heard(application, answers.get(application.ref), application.ref in sent)
        for application in store.applications()
        if application.outcome.is_no
    ]


def heard(application: JobApplication, answer: AnswerRecord | None, asked: bool) -> Heard:
    """Turn one application into what learn() takes."""
    return Heard(
        application=application.ref,
        employer=application.details.employer or application.ref,
        at=application.arrived or application.changed or _NEVER,
        stage=application.details.stage,
        hints=application.hints,
        answer=answer.answer if answer else None,
        answered_at=answer.at if answer else None,
        asked=asked or answer is not None or application.state in _ASKED,
        kind=str(application.outcome),
    )


def done_items(events: Iterable[EventRecord]) -> frozenset[str]:
    """Give the ids of plan items marked done and not opened again."""
    done: set[str] = set()
    for event in events:
        if event.what == DONE:
            done.add(event.detail)
        elif event.what == OPEN_AGAIN:
            done.discard(event.detail)
    return frozenset(done)


def waiting(drafts: Iterable[DraftRecord]) -> list[DraftRecord]:
    """Give the drafts that are still to come or lie in Drafts, the earliest first."""
    return sorted(
        (draft for draft in drafts if draft.state.value == "waiting" or draft.state.is_open),
        key=lambda draft: draft.plan.due,
    )
