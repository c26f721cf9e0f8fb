"""compose(): Words and a thread -> the bytes of an RFC 5322 message, ready for APPEND.

Source: RFC 5322 3.6 (fields), 3.6.4 (threading), RFC 3676 (format=flowed), RFC 2047 and RFC 2231 (encoded words).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from watcher.core.contact import Contact
from watcher.core.message import Address
from watcher.core.plan import Kind
from watcher.core.verdict import Formality, Stage


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a template may speak of; an empty text means it is not known and must not be mentioned.

    Attributes:
        kind: Which draft.
        language: BCP 47 tag to write in; a region may follow (`en-GB`, `pt-BR`).
        formality: Form of address, None when the language does not tell forms apart or it is unknown (tie = formal).
        me: The user's name as signed.
        first_name: The contact's.
        last_name: The contact's.
        title: The contact's, only when signed so.
        employer: As the employer writes it.
        role: Title of the opening.
        stage: Furthest stage: thanks for an interview only after one.
        hint: Id of the decoder phrase the rejection hints at, empty for the general question.
        question: The one question, already chosen; empty in a thank-you.
        point: What the answer named and the user takes up; only in thanks_answer.
        declined: The answer courteously refused feedback; only in thanks_answer.
        by_phone: The rejection came by phone (ETIQUETTE 1.2).
        feedback_offered: The rejection offered feedback itself.
        seed: Chooses among natural variants, deterministic.
        template: Variant named by the policy, empty for the usual one.
    """

    kind: Kind
    language: str
    me: str
    formality: Formality | None = None
    first_name: str = ""
    last_name: str = ""
    title: str = ""
    employer: str = ""
    role: str = ""
    stage: Stage = Stage.UNKNOWN
    hint: str = ""
    question: str = ""
    point: str = ""
    declined: bool = False
    by_phone: bool = False
    feedback_offered: bool = False
    seed: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered text: subject for a new thread, body, the tag it is written in."""

    subject: str
    body: str
    language: str


@dataclass(frozen=True, slots=True)
class Thread:
    """What a draft answers to; ids without angle brackets, references oldest first and ending with in_reply_to."""

    subject: str
    in_reply_to: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A message ready for APPEND; `message_id` without angle brackets, made from the key alone."""

    message_id: str
    raw: bytes
    recipient: str
    subject: str


def compose(words: Words, thread: Thread | None, contact: Contact, sender: Address, key: str, now: datetime) -> Draft:
    """Make the message; the same key always gives the same Message-ID."""
    raise NotImplementedError
