"""Rejection and earlier mail -> every address seen in them, with where, whose, and how it is tied to this application.

Nothing here is constructed: each address stands literally in a header, a calendar part or a text that was given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from watcher.core.contact.address import FREEMAIL, classify, is_company_label, registrable, system_of
from watcher.core.contact.calendar import meetings
from watcher.core.contact.names import read_name
from watcher.core.contact.opening import read_opening
from watcher.core.contact.signer import Signer, find_signer, role_of
from watcher.core.contact.titles import same_role
from watcher.core.contact.values import ContactKind, History, Role
from watcher.core.message import Address, Message
from watcher.core.rules import Rulebook

HISTORY_DAYS = timedelta(days=180)
_IN_TEXT = re.compile(
    r"(?<![\w.+\-@/])([A-Za-z0-9][\w.+\-]{0,63})@((?:[A-Za-z0-9\-]{1,63}\.){1,5}[A-Za-z]{2,24})(?![\w@\-])"
)
_HOST_IN_TEXT = re.compile(r"(?:https?://|www\.)((?:[A-Za-z0-9\-]{1,63}\.){1,5}[A-Za-z]{2,24})", re.IGNORECASE)
_FOOTER = re.compile(
    r"privacy|gdpr|dsgvo|datenschutz|rgpd|unsubscribe|abmelden|désabonn|data protection|delete your (?:data|profile)"
    r"|accessib|accommodation|barrierefrei|fraud|phishing|scam|equal opportunit"
    r"|technical (?:issues?|support|problems?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One sighting of an address.

    Attributes:
        address: As it stood there.
        name: Of the person, as displayed or signed; empty when only the address is known.
        kind: What stands behind it.
        role: What the person is to the application.
        source: For the user: `From`, `Reply-To`, `text`, `earlier mail`, `calendar ORGANIZER` ...
        message: Where it was seen.
        earlier: True when seen in earlier mail, not in the rejection.
        personal: True when the person wrote to the user themselves.
        title: Dr., Prof. as displayed or signed.
        other_role: True when the mail was about another opening of the same firm.
    """

    address: str
    name: str
    kind: ContactKind
    role: Role
    source: str
    message: Message
    earlier: bool = False
    personal: bool = False
    title: str = ""
    other_role: bool = False

    @property
    def key(self) -> str:
        """What makes two sightings the same address."""
        return self.address.casefold()


def in_rejection(message: Message, rulebook: Rulebook, signer: Signer | None) -> list[Seen]:
    """List what the rejection itself shows, From first."""
    found: list[Seen] = []
    for source, addresses in (("Reply-To", message.reply_to), ("From", message.from_)):
        found += [_seen(item, rulebook, source, message, signer) for item in addresses]
    own_words = f"{message.fresh}\n{message.signature}"
    found += [_seen(item, rulebook, "text", message, signer) for item in addresses_in(own_words)]
    found += [_seen(item, rulebook, "Cc", message, None) for item in message.cc]
    return found + _in_calendar(message, rulebook, earlier=False)


def in_history(message: Message, history: History, rulebook: Rulebook, firm: Firm, language: str = "") -> list[Seen]:
    """List what earlier mail of the same application shows, latest first."""
    found: list[Seen] = []
    for mail in sorted(history.received, key=_when, reverse=True):
        if not is_related(mail, message, firm):
            continue
        signer = find_signer(mail)
        personal = is_personal(mail)
        start = len(found)
        for item in mail.from_:
            seen = _seen(item, rulebook, "earlier mail", mail, signer, earlier=True)
            found.append(replace(seen, personal=personal and seen.kind is ContactKind.HUMAN))
        found += [
            _seen(item, rulebook, "Reply-To of earlier mail", mail, signer, earlier=True) for item in mail.reply_to
        ]
        found += [
            _seen(item, rulebook, "text of earlier mail", mail, signer, earlier=True)
            for item in addresses_in(f"{mail.fresh}\n{mail.signature}")
        ]
        found += [_seen(item, rulebook, "Cc of earlier mail", mail, None, earlier=True) for item in mail.cc]
        found += _in_calendar(mail, rulebook, earlier=True)
        if firm.role and not shares_thread(mail, message):
            role = read_opening(mail, rulebook, language).role
            if role and not same_role(role, firm.role):
                found[start:] = [replace(item, other_role=True) for item in found[start:]]
    for mail in sorted(history.sent, key=_when, reverse=True):
        if is_related(mail, message, firm, sent=True):
            found += [_seen(item, rulebook, "your own mail to them", mail, None, earlier=True) for item in mail.to]
    return found


@dataclass(frozen=True, slots=True)
class Firm:
    """How mail of this employer (or its agency) is told from other mail.

    Attributes:
        names: Names of the employer, as found.
        domains: Registrable domains surely theirs.
        role: Title of the opening, empty when unknown.
    """

    names: tuple[str, ...] = ()
    domains: frozenset[str] = frozenset()
    role: str = ""

    def has(self, domain: str) -> bool:
        """Tell whether a domain is the firm's: seen as theirs, or its label is their name."""
        own = registrable(domain)
        return bool(own) and own not in FREEMAIL and (own in self.domains or self.named(own))

    def named(self, domain: str) -> bool:
        """Tell whether the domain's label is the firm's name."""
        return any(is_company_label(domain, name) for name in self.names)

    def mentioned(self, text: str) -> bool:
        """Tell whether a text names the firm."""
        folded = " ".join(re.findall(r"\w+", text.casefold()))
        wanted = [" ".join(re.findall(r"\w+", name.casefold())) for name in self.names]
        return any(len(name) >= 3 and f" {name} " in f" {folded} " for name in wanted)


def firm_of(message: Message, rulebook: Rulebook, employer: str, role: str, names: tuple[str, ...]) -> Firm:
    """Gather what the rejection shows of the firm: names and domains, never a system's or a freemail host's."""
    domains = {
        registrable(item.domain)
        for item in (*message.from_, *message.reply_to, *((message.sender,) if message.sender else ()))
        if not system_of(item.addr_spec, rulebook)
    }
    given = tuple(dict.fromkeys(name for name in (employer, *names) if name))
    linked = {registrable(host) for host in _HOST_IN_TEXT.findall(message.text[:20_000])}
    linked |= {registrable(item.domain) for item in addresses_in(message.fresh + "\n" + message.signature)}
    domains |= {host for host in linked if any(is_company_label(host, name) for name in given)}
    own = frozenset(d for d in domains if d and d not in FREEMAIL and not system_of("x@" + d, rulebook))
    return Firm(given, own, role)


def is_related(mail: Message, message: Message, firm: Firm, *, sent: bool = False) -> bool:
    """Tell whether an earlier mail belongs to the same application: thread, or the firm's domain, or an agency's."""
    if mail.message_id and mail.message_id == message.message_id:
        return False
    if mail.date and message.date and abs(message.date - mail.date) > HISTORY_DAYS:
        return False
    if shares_thread(mail, message):
        return True
    people = mail.to if sent else (mail.from_[:1] if mail.from_ else ())
    if any(firm.has(item.domain) for item in people):
        return True
    return any(
        registrable(item.domain) not in FREEMAIL
        and not is_bulk(mail)
        and firm.mentioned(mail.subject + "\n" + mail.fresh)
        and (role_of(mail.signature or mail.fresh[-600:]) is Role.RECRUITER or bool(mail.calendar))
        for item in people
    )


def relates(mail: Message, message: Message, rulebook: Rulebook, employer: str, role: str = "") -> bool:
    """Tell whether an earlier mail belongs to the application a rejection is about."""
    return is_related(mail, message, firm_of(message, rulebook, employer, role, ()))


def firm_domains(message: Message, rulebook: Rulebook, names: tuple[str, ...]) -> frozenset[str]:
    """Give the registrable domains a mail shows as the firm's: sender, answers, links and addresses of its name."""
    return firm_of(message, rulebook, "", "", names).domains


def shares_thread(one: Message, other: Message) -> bool:
    """Tell whether two mails stand in one thread (RFC 5322 3.6.4)."""
    ids = {*one.thread, one.message_id} - {""}
    return bool(ids & ({*other.thread, other.message_id} - {""}))


def is_bulk(mail: Message) -> bool:
    """Tell whether a mail went to a list or many, or was made by a machine (RFC 2369, RFC 3834, RFC 8058)."""
    return bool(
        mail.header("list-id")
        or mail.header("list-post")
        or mail.header("list-unsubscribe-post")
        or mail.header("precedence").lower() in {"bulk", "list", "junk"}
        or mail.header("auto-submitted").lower() not in {"", "no"}
    )


def is_personal(mail: Message) -> bool:
    """Tell whether a mail was written to the user, not to many and not by a machine."""
    return not is_bulk(mail) and len(mail.to) + len(mail.cc) <= 8


def addresses_in(text: str) -> list[Address]:
    """List the addresses a text shows, those of privacy and careers footers left out."""
    found = []
    for line in text[:50_000].split("\n"):
        if _FOOTER.search(line):
            continue
        found += [Address("", f"{local}@{host.lower()}") for local, host in _IN_TEXT.findall(line[:2_000])]
    return found[:20]


def _seen(
    item: Address, rulebook: Rulebook, source: str, message: Message, signer: Signer | None, *, earlier: bool = False
) -> Seen:
    kind = classify(item, rulebook)
    shown = read_name(item.name, item.local_part)
    role = role_of(item.name)
    name = shown.full if shown else ""
    if signer and (not shown or _same_person(signer, name)):
        alone = source not in {"text", "text of earlier mail"} or _is_signers(item, signer)
        if alone:
            name = name if shown and len(name) >= len(signer.name.full) else signer.name.full
            role = role if role is not Role.UNKNOWN else signer.role
    title = shown.title if shown else ""
    return Seen(item.addr_spec, name, kind, role, source, message, earlier, title=title)


def _is_signers(item: Address, signer: Signer) -> bool:
    return read_name(signer.name.first, item.local_part) is not None or any(
        item.addr_spec.casefold() in line.casefold() for line in signer.lines
    )


def _same_person(signer: Signer, name: str) -> bool:
    one = {word.casefold() for word in re.findall(r"\w+", signer.name.full)}
    other = {word.casefold() for word in re.findall(r"\w+", name)}
    return bool(one) and (one <= other or other <= one)


def _in_calendar(mail: Message, rulebook: Rulebook, *, earlier: bool) -> list[Seen]:
    found = []
    for meeting in meetings(mail):
        if meeting.organizer:
            found.append(_seen(meeting.organizer, rulebook, "calendar ORGANIZER", mail, None, earlier=earlier))
        found += [_seen(item, rulebook, "calendar ATTENDEE", mail, None, earlier=earlier) for item in meeting.attendees]
    return found


def _when(mail: Message) -> tuple[float, str]:
    return (mail.date.timestamp() if mail.date else 0.0, mail.message_id)
