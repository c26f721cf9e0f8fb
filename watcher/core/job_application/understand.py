"""understand(): employer, role, requisition and stage from a message and the earlier mail with the same employer."""

from __future__ import annotations

from functools import lru_cache

from watcher.core.contact import (
    FREEMAIL,
    ContactKind,
    Group,
    History,
    Key,
    Opening,
    classify,
    firm_domains,
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
from watcher.core.rules import ApplicationWords, Rulebook
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
    language = verdict.language
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
        domains=_domains(mails, rulebook, own_addresses, firm_domains(message, rulebook, opening.names)),
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
    patterns = _stages(Key(rulebook), verdict.language.partition("-")[0])
    text = f"{message.subject}\n{message.fresh[:MAX_TEXT]}"
    found: list[tuple[Stage, str]] = [(Stage.UNKNOWN, "no mail shows it")]
    if verdict.outcome is not Outcome.ACKNOWLEDGEMENT:  # what a receipt says of interviews lies in the future
        # that papers were looked at shows in nearly every no; only a talk counts as a screening here
        said = Stage.APPLIED if verdict.stage is Stage.SCREENED else verdict.stage
        found.append((said, "what this mail says"))
        found += [
            (stage, "what this mail says")
            for stage in Stage
            if stage.value in patterns and patterns[stage.value].hit(text)
        ]
    found.append((_BY_OUTCOME.get(verdict.outcome, Stage.UNKNOWN), "what this mail is"))
    if verdict.outcome is not Outcome.OTHER or patterns["applied"].hit(text):
        applied = patterns["applied"].hit(text) or verdict.outcome is Outcome.ACKNOWLEDGEMENT
        found.append((Stage.APPLIED if applied else Stage.UNKNOWN, "this mail speaks of an application"))
    for mail in earlier:
        when = f"earlier mail of {mail.date:%Y-%m-%d}" if mail.date else "earlier mail"
        body = f"{mail.subject}\n{mail.fresh[:MAX_TEXT]}"
        found.append((Stage.APPLIED if patterns["applied"].hit(body) else Stage.UNKNOWN, when))
        held = [item for item in meetings(mail) if not item.cancelled]
        if held or patterns["invited"].hit(body):
            found.append((Stage.INTERVIEWED, when))
        if patterns["test_sent"].hit(body):
            found.append((Stage.ASSESSED, when))
        found += [(stage, when) for stage in Stage if stage.value in patterns and patterns[stage.value].hit(body)]
    return max(found, key=lambda item: item[0].rank)


def _agency(message: Message, rulebook: Rulebook, language: str, own: frozenset[str]) -> str:
    author = message.author
    if author is None or author.addr_spec.casefold() in own or system_of(author.addr_spec, rulebook):
        return ""
    domain = registrable(author.domain)
    known = {item.casefold() for words in rulebook.application for item in words.agency_domains}
    speaks = _agencies(Key(rulebook), language.partition("-")[0]).hit(message.fresh[:MAX_TEXT])
    if not domain or domain in FREEMAIL or not (domain in known or speaks):
        return ""
    label = domain.partition(".")[0]
    return label[:1].upper() + label[1:]


def _domains(mails: list[Message], rulebook: Rulebook, own: frozenset[str], shown: frozenset[str]) -> tuple[str, ...]:
    found = [
        registrable(item.domain)
        for mail in mails
        for item in (*mail.from_, *mail.reply_to)
        if item.addr_spec.casefold() not in own and not system_of(item.addr_spec, rulebook)
    ]
    return tuple(sorted({item for item in found if item and item not in FREEMAIL} | shown))


def _is_personal(mail: Message, rulebook: Rulebook) -> bool:
    author = mail.author
    if author is None or is_bulk(mail):
        return False
    kind = classify(author, rulebook)
    if kind is ContactKind.TOKEN:
        return read_name(author.name) is not None
    return kind is ContactKind.HUMAN


@lru_cache(maxsize=64)
def _stages(key: Key, language: str) -> dict[str, Group]:
    books = _books(key.value, language)
    names = ("screened", "assessed", "interviewed", "final_round", "invited", "test_sent")
    groups = {name: Group((text, "") for item in books for text in getattr(item.stages, name)) for name in names}
    # any language may speak of an application; whose rules tell the language wrong must not lose that
    groups["applied"] = Group((text, "") for item in key.value.application for text in item.stages.applied)
    return groups


@lru_cache(maxsize=64)
def _agencies(key: Key, language: str) -> Group:
    return Group((text, "") for item in _books(key.value, language) for text in item.agency)


def _books(rulebook: Rulebook, language: str) -> list[ApplicationWords]:
    tags = {item.language for item in rulebook.application}
    wanted = {language, "en", "any"} if language in tags else tags
    return [item for item in rulebook.application if item.language in wanted]
