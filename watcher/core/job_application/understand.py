"""understand(): employer, role, requisition and stage from a message and the earlier mail with the same employer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from watcher.core.contact import (
    FREEMAIL,
    ContactKind,
    History,
    Opening,
    classify,
    compile_pattern,
    is_bulk,
    meetings,
    read_name,
    read_opening,
    registrable,
    relates,
    same_role,
    system_of,
)
from watcher.core.job_application.values import Details
from watcher.core.message import Message
from watcher.core.rules import Rulebook
from watcher.core.verdict import Outcome, Stage, Verdict

MAX_TEXT = 12_000
_BY_OUTCOME = {
    Outcome.ASSESSMENT: Stage.ASSESSED,
    Outcome.INTERVIEW: Stage.INTERVIEWED,
    Outcome.OFFER: Stage.FINAL_ROUND,
}


def understand(
    message: Message,
    verdict: Verdict,
    rulebook: Rulebook,
    history: History = History(),  # noqa: B008 -- frozen
    own_addresses: frozenset[str] = frozenset(),
) -> Details:
    """Read employer, role, requisition and stage from a message and the earlier mail with the same employer.

    What the message itself says comes first; earlier mail of the same application fills what it leaves open.

    Args:
        message: The mail, usually a rejection.
        verdict: Its verdict.
        rulebook: The rules.
        history: Earlier mail with the same employer, as far as it was found.
        own_addresses: The user's own, lower case.
    """
    language = "" if verdict.outcome is Outcome.OTHER else verdict.language
    opening = read_opening(message, rulebook, language)
    related = [mail for mail in history.received if relates(mail, message, rulebook, opening.employer, opening.role)]
    earlier = [(mail, read_opening(mail, rulebook, language)) for mail in related]
    earlier = [(mail, other) for mail, other in earlier if not _other_role(opening, other)]
    filled = _filled(opening, [other for _, other in reversed(earlier)])
    mails = [message, *(mail for mail, _ in earlier)]
    stage, stage_evidence = _stage(message, verdict, [mail for mail, _ in earlier], rulebook)
    agency = _agency(message, rulebook, verdict.language, own_addresses)
    return Details(
        employer=filled.employer,
        role=filled.role,
        requisition=filled.requisition,
        location=filled.location,
        stage=stage,
        agency=agency,
        ats=filled.ats,
        domains=_domains(mails, rulebook, own_addresses),
        person_wrote=any(_is_personal(mail, rulebook) for mail in mails),
        evidence=(*filled.evidence, ("stage", stage_evidence)),
    )


def _other_role(one: Opening, other: Opening) -> bool:
    if one.requisition and other.requisition:
        return one.requisition != other.requisition
    return bool(one.role and other.role) and not same_role(one.role, other.role)


def _filled(opening: Opening, earlier: list[Opening]) -> Opening:
    def first(name: str) -> str:
        own = str(getattr(opening, name))
        return own or next((str(getattr(item, name)) for item in earlier if getattr(item, name)), "")

    own_fields = {name for name, _ in opening.evidence}
    added = tuple(
        (name, f"earlier mail, {place}")
        for item in earlier
        for name, place in item.evidence
        if name not in own_fields and name != "ats"
    )
    return Opening(
        first("employer"),
        first("role"),
        first("requisition"),
        first("location"),
        opening.ats or first("ats"),
        opening.names,
        (*opening.evidence, *dict(reversed(added)).items()),
    )


def _stage(message: Message, verdict: Verdict, earlier: list[Message], rulebook: Rulebook) -> tuple[Stage, str]:
    told = "" if verdict.outcome is Outcome.OTHER else verdict.language
    patterns = _stages(_ById(rulebook), told.partition("-")[0])
    text = f"{message.subject}\n{message.fresh[:MAX_TEXT]}"
    found: list[tuple[Stage, str]] = [(Stage.UNKNOWN, "no mail shows it")]
    if verdict.outcome is not Outcome.ACKNOWLEDGEMENT:  # what a receipt says of interviews lies in the future
        found.append((verdict.stage, "what this mail says"))
        found += [(stage, "what this mail says") for stage in Stage if _any(patterns.get(stage.value, ()), text)]
    found.append((_BY_OUTCOME.get(verdict.outcome, Stage.UNKNOWN), "what this mail is"))
    if verdict.outcome is not Outcome.OTHER or _any(patterns.get("applied", ()), text):
        said = _any(patterns.get("applied", ()), text) or verdict.outcome is Outcome.ACKNOWLEDGEMENT
        found.append((Stage.APPLIED if said else Stage.UNKNOWN, "this mail speaks of an application"))
    for mail in earlier:
        when = f"earlier mail of {mail.date:%Y-%m-%d}" if mail.date else "earlier mail"
        body = f"{mail.subject}\n{mail.fresh[:MAX_TEXT]}"
        found.append((Stage.APPLIED if _any(patterns.get("applied", ()), body) else Stage.UNKNOWN, when))
        held = [item for item in meetings(mail) if not item.cancelled]
        if held or _any(patterns["invited"], body):
            found.append((Stage.INTERVIEWED, when))
        if _any(patterns["test_sent"], body):
            found.append((Stage.ASSESSED, when))
        found += [(stage, when) for stage in Stage if _any(patterns.get(stage.value, ()), body)]
    return max(found, key=lambda item: item[0].rank)


def _any(patterns: Iterable[Any], text: str) -> bool:
    return any(pattern.search(text) is not None for pattern in patterns)


def _agency(message: Message, rulebook: Rulebook, language: str, own: frozenset[str]) -> str:
    author = message.author
    if author is None or author.addr_spec.casefold() in own or system_of(author.addr_spec, rulebook):
        return ""
    domain = registrable(author.domain)
    known = {item.casefold() for words in rulebook.application for item in words.agency_domains}
    speaks = _any(_agencies(_ById(rulebook), language.partition("-")[0]), message.fresh[:MAX_TEXT])
    if not domain or domain in FREEMAIL or not (domain in known or speaks):
        return ""
    label = domain.partition(".")[0]
    return label[:1].upper() + label[1:]


def _domains(mails: list[Message], rulebook: Rulebook, own: frozenset[str]) -> tuple[str, ...]:
    found = [
        registrable(item.domain)
        for mail in mails
        for item in (*mail.from_, *mail.reply_to)
        if item.addr_spec.casefold() not in own and not system_of(item.addr_spec, rulebook)
    ]
    return tuple(sorted({item for item in found if item and item not in FREEMAIL}))


def _is_personal(mail: Message, rulebook: Rulebook) -> bool:
    author = mail.author
    if author is None or is_bulk(mail):
        return False
    kind = classify(author, rulebook)
    if kind is ContactKind.TOKEN:
        return read_name(author.name) is not None
    return kind is ContactKind.HUMAN


class _ById:
    def __init__(self, value: Rulebook) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.value is self.value


@lru_cache(maxsize=64)
def _stages(key: _ById, language: str) -> dict[str, tuple[Any, ...]]:
    names = ("applied", "screened", "assessed", "interviewed", "final_round", "invited", "test_sent")
    tags = {item.language for item in key.value.application}
    wanted = {language, "en", "any"} if language in tags else tags
    books = [item for item in key.value.application if item.language in wanted]
    return {
        name: tuple(compile_pattern(text) for item in books for text in getattr(item.stages, name)) for name in names
    }


@lru_cache(maxsize=64)
def _agencies(key: _ById, language: str) -> tuple[Any, ...]:
    tags = {item.language for item in key.value.application}
    wanted = {language, "en", "any"} if language in tags else tags
    return tuple(
        compile_pattern(text) for item in key.value.application if item.language in wanted for text in item.agency
    )
