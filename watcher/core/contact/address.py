# ruff: noqa: E501 -- word lists and alternations read better in full lines
"""An address -> what stands behind it: a person, a conversation token, a team box, nobody, or unknown.

The address is classified, not the vendor (ETIQUETTE section 4). A machine name wins over everything: no rule file can
make `no-reply@` a person.

Source: RFC 5321 4.5.1 (postmaster), RFC 2142 (role mailbox names).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from watcher.core.contact.patterns import Key
from watcher.core.contact.values import ContactKind
from watcher.core.message import Address, Message
from watcher.core.rules import Ats, Rulebook

if TYPE_CHECKING:
    import tldextract

_MACHINE = re.compile(
    r"(?:^|[._+\-=0-9])"
    r"(?:no[._\-]?repl(?:y|ies)|do[._\-]?not[._\-]?repl(?:y|ies)?|dont[._\-]?reply|never[._\-]?reply|not?[._\-]?response"
    r"|auto[._\-]?(?:reply|responder|response|mail(?:er)?|confirm|notification)|notif(?:y|ications?|ier)?|alerts?|alerte"
    r"|system(?:[._\-]?messages?)?|mailer(?:[._\-]?daemon)?|bounces?|postmaster|daemon|robot|mailrobot|bot"
    r"|unmonitored|unattended|undeliverable|nicht[._\-]?antworten|keine?[._\-]?antwort|ne[._\-]?pas[._\-]?repondre"
    r"|no[._\-]?(?:responder|responda|conteste|contestar|rispondere|odpowiadac|svar|vastaus)|nao[._\-]?responda"
    r"|niet[._\-]?(?:be)?antwoorden|geen[._\-]?antwoord|svara[._\-]?ej|ej[._\-]?svar|ikke[._\-]?svar|non[._\-]?rispondere"
    r"|workflow|listserv|majordomo|newsletter|mailing|marketing|digest|support|helpdesk|billing|abuse|webmaster"
    r"|privacy|dpo|gdpr|dsgvo|datenschutz|privacidad|rgpd|legal|compliance|unsubscribe|survey|feedback-survey)"
    r"(?:$|[._+\-=0-9])"
)
_GLUED_MACHINE = re.compile(r"no-?_?reply|donotreply|do-not-reply|do_not_reply|autoreply|mailer-daemon|systemmessage")
_TEAM = re.compile(
    r"(?:^|[._+\-])"
    r"(?:jobs?|careers?|karriere|carriere|carreiras|carrera|kariera|karriar|ura|bewerbung(?:en)?|bewerber(?:management)?"
    r"|recruit(?:ing|ment|ers?)?|rekrutacja|rekrytering|rekruttering|rekry(?:tointi)?|recrutement|reclutamiento"
    r"|recrutamento|seleccion|selecao|selezione|talent(?:s|[._\-]?acquisition)?|ta|hr|hrm|humanresources"
    r"|human[._\-]resources|people|personal(?:abteilung)?|personeel(?:szaken)?|personnel|rh|drh|rrhh|kadry|hiring"
    r"|emplois?|empleos?|lavora(?:[._\-]?con[._\-]?noi)?|lavoro|vagas?|candidatures?|candidaturas?|candidates?|applications?|apply"
    r"|sollicitaties?|vacatures?|werken(?:bij)?|stellen|info|office|contact|contacto|kontakt|hello|hallo|hola|bonjour"
    r"|team|welcome|admin|mail|post|sekretariat|secretariat|sales|press|presse|service|enquiries|inquiries|saiyo|recruit)"
    r"(?:$|[._+\-0-9])"
)
_GLUED_TEAM = re.compile(  # `HCAJobApplication`, `acmecareers`: no person is called so
    r"jobapplication|applications|recruit(?:ing|ment)|careers|talentacquisition|humanresources|hiringteam|bewerbung"
    r"|karriere|recrutement|recrutamento|reclutamiento|rekrutacja|rekrytering|rekruttering|candidatures|sollicitatie"
)
_WRITABLE = re.compile(r"[^\s\"<>()\[\],;:\\@]+@[^\s\"<>()\[\],;:\\@]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
FREEMAIL = frozenset(
    "gmail.com googlemail.com outlook.com outlook.de outlook.fr hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it"
    " hotmail.es live.com live.nl msn.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.it yahoo.co.jp ymail.com"
    " icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de posteo.de"
    " mailbox.org proton.me protonmail.com pm.me tutanota.com fastmail.com hey.com zoho.com yandex.ru yandex.com mail.ru"
    " orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it alice.it tiscali.it ziggo.nl kpnmail.nl"
    " planet.nl xs4all.nl telenet.be skynet.be wp.pl onet.pl o2.pl interia.pl seznam.cz centrum.cz email.cz telia.com"
    " comhem.se bredband.net uol.com.br bol.com.br terra.com.br sapo.pt naver.com daum.net hanmail.net qq.com 163.com"
    " 126.com sina.com foxmail.com bigpond.com btinternet.com sky.com virginmedia.com comcast.net verizon.net att.net"
    " bluewin.ch".split()
)

_LEGAL_FORMS = frozenset(
    "gmbh ag kg kgaa se ug ohg mbh ltd limited llc llp inc corp corporation company co plc pty sa sas sarl srl spa sl slu"
    " bv nv ab aps as oy oyj spzoo zoo sro kft ltda group holding the".split()
)


def registrable(domain: str) -> str:
    """Give the registrable domain (`mail.firm.co.uk` -> `firm.co.uk`); the domain itself when there is none."""
    host = domain.lower().strip().strip(".")
    if not host or (known := _extract()(host).top_domain_under_public_suffix):
        return known if host else ""
    return ".".join(host.split(".")[-2:])  # no public suffix: an intranet's or a reserved name (RFC 2606)


def same_domain(one: str, other: str) -> bool:
    """Tell whether two domains belong to one registrable domain; freemail hosts to nobody."""
    return bool(one and other) and registrable(one) == registrable(other) and registrable(one) not in FREEMAIL


def is_under(host: str, domain: str) -> bool:
    """Tell whether a host is a domain or below it; a leading `*.` of the domain does not matter."""
    wanted = domain.lower().removeprefix("*.")
    return host.lower() == wanted or host.lower().endswith("." + wanted)


def is_company_label(domain: str, name: str) -> bool:
    """Tell whether a domain's label is a firm's name: `acme-robotics.de` and `Acme Robotics GmbH`."""
    label = letters(registrable(domain).partition(".")[0])
    words = [letters(word) for word in name.split()]
    words = [word for word in words if word and word not in _LEGAL_FORMS]
    if len(label) < 2 or not words:
        return False
    joined = "".join(words)
    return label == joined or (len(words[0]) >= 3 and label == words[0])


def letters(text: str) -> str:
    """Fold a text to its letters and digits: case, accents and punctuation do not count."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


def is_machine(local_part: str) -> bool:
    """Tell whether a local part says that no person reads it."""
    local = local_part.lower()
    return bool(_MACHINE.search(local) or _GLUED_MACHINE.search(local))


def is_team(local_part: str) -> bool:
    """Tell whether a local part is a department's, not a person's."""
    apart = _CAMEL.sub("-", local_part).lower()
    return bool(_TEAM.search(apart) or _TEAM.search(local_part.lower()) or _GLUED_TEAM.search(local_part.lower()))


def is_writable(address: str) -> bool:
    """Tell whether a draft can be addressed to it: RFC 5322 3.4.1, without quoted strings."""
    return _WRITABLE.fullmatch(address) is not None


def system_of(address: str, rulebook: Rulebook) -> Ats | None:
    """Give the applicant tracking system, board or scheduler whose domain an address has."""
    host = address.rpartition("@")[2].lower()
    domains = _index(Key(rulebook)).domains
    while host:
        if host in domains:
            return domains[host]
        host = host.partition(".")[2]
    return None


def is_noise(address: str, rulebook: Rulebook) -> bool:
    """Tell whether an address only ever sends alerts, codes or adverts."""
    spec = address.lower()
    return any(shape.fullmatch(spec) for shape in _index(Key(rulebook)).noise)


def classify(address: Address, rulebook: Rulebook) -> ContactKind:
    """Say what stands behind an address, by its shape and the rules of the system it belongs to."""
    spec, local = address.addr_spec.lower(), address.local_part
    if not local or not address.domain or "." not in address.domain:
        return ContactKind.UNKNOWN
    if is_noise(spec, rulebook):
        return ContactKind.UNMONITORED
    if (shaped := _shaped(spec, rulebook)) is ContactKind.TOKEN:
        return shaped
    if is_machine(local):
        return ContactKind.UNMONITORED
    if shaped is not None:
        return shaped
    system = system_of(spec, rulebook)
    if system is not None:
        return ContactKind.UNMONITORED if system.kind == "scheduler" else ContactKind.UNKNOWN
    return ContactKind.TEAM if is_team(local) and not _names_a_person(address) else ContactKind.HUMAN


def _names_a_person(address: Address) -> bool:
    # lena.koch.hr@ under the name Lena Koch is hers; hr.berlin@ is nobody's
    words = [letters(word) for word in address.name.replace(",", " ").split()]
    pieces = {letters(piece) for piece in re.split(r"[._\-]", address.local_part)}
    return len(words) >= 2 and not is_team(".".join(words)) and set(words) <= pieces


@dataclass(frozen=True, slots=True)
class Origin:
    """The system a message came through, and how that was seen."""

    system: Ats | None
    by: str = ""


def origin(message: Message, rulebook: Rulebook) -> Origin:
    """Find the system a message came through: From, Reply-To, Sender, Return-Path, then header marks."""
    author = message.author
    places: list[tuple[str, str]] = [("From", author.addr_spec if author else "")]
    places += [("Reply-To", item.addr_spec) for item in message.reply_to]
    places += [("Sender", message.sender.addr_spec if message.sender else ""), ("Return-Path", message.return_path)]
    for source, spec in places:
        if system := system_of(spec, rulebook):
            return Origin(system, source)
        if spec and (shaped := _first_shape(spec.lower(), rulebook)) is not None:
            return Origin(shaped[0], source)
    for source, spec in places[-2:]:
        host = spec.rpartition("@")[2].lower()
        for ats in rulebook.ats:
            if host and any(is_under(host, item) for item in ats.return_path):
                return Origin(ats, source)
    for ats in rulebook.ats:
        if any(_marked(message, mark.name, mark.value) for mark in (*ats.headers, *ats.rejection_headers)):
            return Origin(ats, "header")
    return Origin(None)


def _marked(message: Message, name: str, value: str) -> bool:
    return any(_glob(value).fullmatch(item.lower()) for item in message.header_all(name))


def _shaped(spec: str, rulebook: Rulebook) -> ContactKind | None:
    found = _first_shape(spec, rulebook)
    return found[1] if found else None


def _first_shape(spec: str, rulebook: Rulebook) -> tuple[Ats, ContactKind] | None:
    for shape, ats, reaches in _index(Key(rulebook)).shapes:
        if shape.fullmatch(spec):
            return ats, reaches
    return None


@dataclass(frozen=True, slots=True)
class _Index:
    domains: dict[str, Ats]
    shapes: tuple[tuple[re.Pattern[str], Ats, ContactKind], ...]
    noise: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=8)
def _index(key: Key) -> _Index:
    systems: tuple[Ats, ...] = key.value.ats
    return _Index(
        domains={domain.lower().removeprefix("*."): ats for ats in systems for domain in ats.domains},
        shapes=tuple(
            (_glob(shape.shape), ats, ContactKind(shape.reaches)) for ats in systems for shape in ats.addresses
        ),
        noise=tuple(_glob(shape) for ats in systems for shape in ats.noise),
    )


_SLOTS = {
    "digits": "[0-9]+",
    "hex": "[0-9a-f]{6,}",
    "uuid": "[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}",
    "token": r"(?=[^@]*[0-9])[a-z0-9._+=\-]{5,}",
}


@lru_cache(maxsize=4096)
def _glob(shape: str) -> re.Pattern[str]:
    text = shape.lower()
    local, at, host = text.rpartition("@")
    front = "(?:[^@]+\\.)?" if at and host.startswith("*.") else ""
    host = host.removeprefix("*.") if at else host
    return re.compile(_glob_part(local) + ("@" + front if at else "") + _glob_part(host))


def _glob_part(text: str) -> str:
    pieces = re.split(r"(\*|\{[a-z_]+\})", text)
    return "".join(
        (_SLOTS.get(piece[1:-1], "[^@]+") if piece.startswith("{") else "[^@]*")
        if piece.startswith(("*", "{"))
        else re.escape(piece)
        for piece in pieces
    )


@lru_cache(maxsize=1)
def _extract() -> tldextract.TLDExtract:
    import tldextract  # brings an HTTP client along, which takes longer to load than all of ours

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
