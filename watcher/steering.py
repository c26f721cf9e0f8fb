"""What the user says from the mailbox -> the same wishes the commands make; and our own marks on that mail.

Opt-in (`control:` in afterword.yaml). Keywords on messages of INBOX, copies in folders Feedback/<word>; a word is
obeyed once, the newest of two contraries wins and the other is taken off. What was last seen is kept in the store, so
that a word taken off and set again is new again.

Source: RFC 9051 2.3.2 (keywords), 7.1 (PERMANENTFLAGS).
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from datetime import datetime

from watcher.core.control import CONTRARY, KEYWORDS, Mark, Word, settle
from watcher.core.life import JobApplication, Reason, State
from watcher.core.message import parse
from watcher.core.plan import Kind
from watcher.core.verdict import Certainty, Outcome
from watcher.core.verdict.correction import Correction, learn_correction
from watcher.errors import UsageError
from watcher.parts import Parts, Report
from watcher.ports import Change, Control, Cursor, DraftState
from watcher.wishes import ask, correct, skip, told_by

MEMORY = "control"
MARKED_STATES = {DraftState.PLACED, DraftState.EDITED, DraftState.SENT}
_LOG = logging.getLogger("afterword.steering")


@dataclass(frozen=True, slots=True)
class Steering:
    """What is switched on.

    Attributes:
        control: The second port.
        keywords: Obey and write keywords.
        folders: Obey copies in folders.
        prefix: Parent of the folders.
    """

    control: Control
    keywords: bool
    folders: bool
    prefix: str = "Feedback"


@dataclass(slots=True)
class Remembered:
    """What was seen on the last pass: message id -> words that stood; message id -> marks we wrote."""

    words: dict[str, list[str]] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)


def steer(parts: Parts, steering: Steering, now: datetime, report: Report) -> list[Correction]:
    """Obey what is new; give the corrections learned, for the file they are kept in.

    Raises:
        MailUnavailable: The connection was lost; what was obeyed is recorded, the rest is new again next time.
        MailRefused: Somebody must act.
    """
    memory = _remember(parts)
    learned: list[Correction] = []
    able = steering.keywords and steering.control.keywords_allowed()
    if able:
        learned += _obey_keywords(parts, steering.control, memory, now, report)
    if steering.folders:
        learned += _obey_folders(parts, steering, memory, now, report, marks=able)
    return learned


def write_marks(parts: Parts, steering: Steering) -> None:
    """Bring our own keywords to where the applications stand; only what changed is written.

    Raises:
        MailUnavailable: The connection was lost; the rest is written next time.
        MailRefused: Somebody must act.
    """
    if steering.keywords and steering.control.keywords_allowed():
        _write_marks(parts, steering.control, _remember(parts))


def _obey_keywords(
    parts: Parts, control: Control, memory: Remembered, now: datetime, report: Report
) -> list[Correction]:
    learned: list[Correction] = []
    marked = {item.message_id: item for item in control.marked(KEYWORDS) if item.message_id}
    for gone in set(memory.words) - set(marked):
        del memory.words[gone]
    for message_id, item in marked.items():
        before = frozenset(Word(word) for word in memory.words.get(message_id, ()))
        settled = settle(before, item.keywords)
        for word in settled.wanted:
            learned += obey(parts, word, message_id, now, report)
        if settled.wanted or settled.removed:
            control.mark(message_id, [Mark.HEARD] if settled.wanted else [], settled.removed)
        memory.words[message_id] = sorted(settled.standing)
        _keep(parts, memory)
    _keep(parts, memory)
    return learned


def _obey_folders(
    parts: Parts, steering: Steering, memory: Remembered, now: datetime, report: Report, *, marks: bool
) -> list[Correction]:
    learned: list[Correction] = []
    names = {word: f"{steering.prefix}/{word}" for word in Word}
    missing = steering.control.make_folders(list(names.values()))
    for word in (item for item in CONTRARY if names[item] not in missing):
        role = f"{MEMORY}:{word}"
        known = parts.store.cursor(parts.account, role)
        dropped, cursor = steering.control.dropped(names[word], known)
        for item in dropped:
            if not item.message_id:
                continue
            learned += obey(parts, word, item.message_id, now, report)
            standing = set(memory.words.get(item.message_id, ())) - {str(other) for other in CONTRARY[word]}
            if marks:
                fallen = [f"{dollar}{other}" for other in CONTRARY[word] for dollar in ("$", "")]
                steering.control.mark(item.message_id, [Mark.HEARD], fallen)
            if item.message_id in memory.words:
                memory.words[item.message_id] = sorted(standing)
        if cursor is not None and cursor != known:
            parts.store.record(Change(parts.account, cursor=(role, cursor)))
    _keep(parts, memory)
    return learned


def obey(parts: Parts, word: Word, message_id: str, now: datetime, report: Report) -> list[Correction]:
    """Do for one word what the command of the same meaning does; what cannot be done is told, not raised."""
    learned: list[Correction] = []
    try:
        match word:
            case Word.IS_REJECTION | Word.NOT_REJECTION:
                learned = _correct(parts, word, message_id, now, report)
            case Word.ASK_NOW:
                if told_by(parts, message_id) is None:
                    learned = _correct(parts, Word.IS_REJECTION, message_id, now, report)
                application = told_by(parts, message_id)
                if application is None:
                    report.tell("not_obeyed", "", f"{word}: no rejection is known by this message")
                elif application.state is not State.REQUEST_WAITING or application.confirm:
                    parts.store.record(ask(parts, application, now))
            case Word.DONT_ASK:
                application = told_by(parts, message_id)
                if application is not None and application.state is not State.CLOSED:
                    parts.store.record(skip(parts, application, now))
    except UsageError as error:
        report.tell("not_obeyed", "", f"{word}: {error}")
        return learned
    _LOG.info("obeyed account=%s word=%s", parts.account, word)
    report.tell("obeyed", _ref(parts, message_id), word)
    return learned


def _correct(parts: Parts, word: Word, message_id: str, now: datetime, report: Report) -> list[Correction]:
    known = told_by(parts, message_id)
    if word is Word.IS_REJECTION and known is not None and _is_settled(known):
        return []
    fetched = parts.mail.message(message_id)
    if fetched is None:
        report.tell("not_obeyed", "", f"{word}: the message is gone")
        return []
    outcome = Outcome.REJECTION if word is Word.IS_REJECTION else Outcome.OTHER
    parts.store.record(correct(parts, fetched, outcome, now))
    return [learn_correction(parse(fetched.raw), outcome)]


def _is_settled(application: JobApplication) -> bool:
    sure = application.certainty is Certainty.SURE and not application.confirm
    return sure and application.reason is not Reason.NOT_A_REJECTION


def _write_marks(parts: Parts, control: Control, memory: Remembered) -> None:
    wanted = {item.message_id: _marks_for(parts, item) for item in parts.store.applications(parts.account)}
    for message_id, marks in wanted.items():
        known = set(memory.marks.get(message_id, ()))
        if not message_id or marks == known:
            continue
        if control.mark(message_id, sorted(marks - known), sorted(known - marks)):
            memory.marks[message_id] = sorted(marks)
    for message_id in set(memory.marks) - set(wanted):
        control.mark(message_id, [], memory.marks[message_id])
        del memory.marks[message_id]
    _keep(parts, memory)


def _marks_for(parts: Parts, application: JobApplication) -> set[str]:
    if application.reason is Reason.NOT_A_REJECTION:
        return set()
    unsure = application.certainty is Certainty.UNSURE
    marks = {str(Mark.UNCERTAIN if unsure else Mark.REJECTION)}
    drafts = parts.store.drafts(parts.account, application.ref)
    if any(draft.plan.kind is Kind.REQUEST and draft.state in MARKED_STATES for draft in drafts):
        marks.add(str(Mark.DRAFT))
    return marks


def _ref(parts: Parts, message_id: str) -> str:
    application = told_by(parts, message_id)
    return application.ref if application else ""


def _remember(parts: Parts) -> Remembered:
    kept = parts.store.cursor(parts.account, MEMORY)
    return Remembered(**json.loads(kept.value)) if kept else Remembered()


def _keep(parts: Parts, memory: Remembered) -> None:
    value = json.dumps({"words": memory.words, "marks": memory.marks}, sort_keys=True)
    if (kept := parts.store.cursor(parts.account, MEMORY)) is None or kept.value != value:
        parts.store.record(Change(parts.account, cursor=(MEMORY, Cursor(value))))
