"""Is this mail about a job application at all? Loans, flats, visas and papers are refused in the same sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.core.message import Message
from watcher.core.rules import Rulebook

_HIRING = re.compile(
    r"(?:^|[^a-z])(?:jobs?|careers?|karriere|carriere|carrieres|carrière|kariera|karriär|karriar|bewerbung(?:en)?|hiring"
    r"|recruit(?:ing|ment|ers?)?|rekrutacja|rekrytering|rekruttering|rekrytointi|recrutement|reclutamiento|recrutamento"
    r"|seleccion|selección|selecao|seleção|selezione|talent[ ._-]?acquisition|human[ ._-]?resources|humanresources|rrhh"
    r"|drh|kadry|emplois?|empleos?|vagas|sollicitaties?|vacatures?|werkenbij|personalabteilung)(?:$|[^a-z])"
)
"""Senders that speak of hiring by their name: `jobs@`, `Acme Careers`."""

_LISTS = ("list-post", "x-mailing-list", "mailing-list")
_FORWARDED = ("fw:", "fwd:", "wg:", "tr:", "rv:", "enc:", "vl:", "pd:", "ynt:", "转发:", "轉寄:")
_LINKEDIN = "x-linkedin-template"
_LINKEDIN_NO = "email_jobs_application_rejected"


@dataclass(frozen=True, slots=True)
class Origin:
    """What the headers say about where a mail comes from.

    Attributes:
        ats: A known applicant tracking system sent it.
        known_thread: It answers mail of an application we know.
        hiring: Its sender's name or address says that it is about jobs: as good as a word of a job in the text.
        bulk: List-Unsubscribe or Precedence: bulk; system mail of employers carries them too.
        mailing_list: A discussion list.
        forwarded: Its subject says that somebody forwarded it.
        marked_no: A header field that only refusals carry.
    """

    ats: bool = False
    known_thread: bool = False
    hiring: bool = False
    bulk: bool = False
    mailing_list: bool = False
    forwarded: bool = False
    marked_no: bool = False

    @property
    def is_trusted(self) -> bool:
        """The sending system, or the thread, proves that it is about a job application."""
        return self.ats or self.known_thread

    @property
    def opens_gate(self) -> bool:
        """Nothing in the text need speak of a job: the sender, or the thread, does."""
        return self.is_trusted or self.hiring


def origin_of(message: Message, rulebook: Rulebook, known_threads: frozenset[str]) -> Origin:
    """Read the headers."""
    names = {name for name, _ in message.fields}
    return Origin(
        ats=_from_ats(message, rulebook),
        known_thread=bool(known_threads) and not known_threads.isdisjoint(message.thread),
        hiring=any(
            _HIRING.search(said)
            for address in message.from_
            for said in (address.local_part.lower(), address.name.lower())
        ),
        bulk="list-unsubscribe" in names or message.header("precedence").lower() in {"bulk", "list", "junk"},
        mailing_list=any(name in names for name in _LISTS),
        forwarded=message.subject.lower().startswith(_FORWARDED),
        marked_no=_LINKEDIN in names and message.header(_LINKEDIN).lower().startswith(_LINKEDIN_NO),
    )


def _from_ats(message: Message, rulebook: Rulebook) -> bool:
    senders = [address.domain for address in message.from_]
    if message.sender:
        senders.append(message.sender.domain)
    if message.return_path:
        senders.append(message.return_path.rpartition("@")[2].strip("<> ").lower())
    known = ats_domains(rulebook)
    return any(_is_under(domain, known) for domain in senders if domain)


_DOMAINS: list[tuple[Rulebook, frozenset[str]]] = []


def ats_domains(rulebook: Rulebook) -> frozenset[str]:
    """Give every sender domain of every system; remembered for the rulebook last asked about."""
    if not _DOMAINS or _DOMAINS[0][0] is not rulebook:
        found = frozenset(domain.lower().lstrip(".") for ats in rulebook.ats for domain in ats.domains)
        _DOMAINS[:] = [(rulebook, found)]
    return _DOMAINS[0][1]


def _is_under(domain: str, known: frozenset[str]) -> bool:
    while domain:
        if domain in known:
            return True
        domain = domain.partition(".")[2]
    return False
