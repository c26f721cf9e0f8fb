# ruff: noqa: E501 -- patterns read better in full lines
"""One mail -> what it says of the opening: employer, role, requisition, location; candidates are weighed, not guessed.

The employer is looked for where the system's rule says, in subject, display name, body and closing, and last in the
domain; the candidate that most places agree on wins. Patterns are data (rules/application/, rules/ats/) and run on
RE2, in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from watcher.core.contact.address import FREEMAIL, is_company_label, is_machine, letters, origin, registrable, system_of
from watcher.core.contact.names import has_team_words, looks_like_team, read_name, without_team_words
from watcher.core.contact.patterns import LONGEST, Group, Key, any_of
from watcher.core.contact.titles import CODE, NAME_SLOT, TRADE, YEAR, clean_role, without_firm
from watcher.core.message import Message
from watcher.core.rules import Ats, Rulebook

MAX_TEXT = 12_000  # a rejection has 2 KB; what matters stands in front
MAX_NAME = 200  # a display name is a few words; a longer one is no name
_LABELLED_CODE = re.compile(
    r"(?:job (?:id|number|no\.?|req(?:uisition)?(?: id| number)?|code|ref(?:erence)?)|req(?:uisition)?(?:\.|(?: id| number| no\.?)?)"
    r"|\bid|position (?:id|number)|vacancy (?:id|number|ref)|reference(?: (?:no\.?|number|code))?|\bref(?:\.|(?: no\.?)?)|kennziffer|kennung"
    r"|stellen(?:-?id|nummer)|job-?id|referenz(?:nummer|code|-nr\.?)?|(?:réf(?:érence|\.)?)|referencia|referência|riferimento"
    r"|vacaturenummer|referentie(?:nummer)?|numer (?:referencyjny|ref\.?)|nr\.? ref\.?|ref-nr\.?|diarienummer)"
    r"\s?[:#.]{0,2}\s?\(?#?([A-Za-z]{0,6}[-_]?\d[\w\-/]{1,20})",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(r",? (?:Inc|LLC|Ltd|GmbH|Corp|LLP|PLC|S\.A|S\.L|S\.p\.A|AG|B\.V)\b\.?")
_NEEDS_DOT = re.compile(r"(?:\bInc|\bLtd|\bCorp|\bCo)$")
_NO_FIRM = frozenset(
    "our your this the a an us any other these more my "
    "confirmation follow-up keep application applications thank thanks we status update verify important regarding information"
    " notification associate partner specialist coordinator manager lead director recruiter senior sr head i you action welcome"
    " congratulations invitation interview hello hi dear all best regards sincerely note message following reminder next new re"
    " candidate candidates summer winter spring fall".split()
)
_CHATTER = frozenset(
    "wish your you application forward we us our received taking please unfortunately thank will".split()
)
_SUBJECT_CODE = re.compile(r"(?:^|[-–(\[,]\s?)([A-Z]{0,4}-?\d{5,10}[A-Z]{0,2})(?:\s?[-–)\],]|$)")
_PLACEHOLDER = re.compile(
    r"^[\[{<]|[\]}>]$|\[[^\]\n]{1,60}\]|\{[^}\n]{1,60}\}|<[^>\n]{1,60}>|%\w+%|\bX{2,}\b|\$\w+|__+"
)
_NO_TITLE = frozenset(
    "we you your i it they if which that and or but bei chez at as by on at bei chez auf für from with will can please thank thanks".split()
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What one mail says of the opening; empty is unknown."""

    employer: str = ""
    role: str = ""
    requisition: str = ""
    location: str = ""
    ats: str = ""
    names: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class _Hit:
    value: str
    weight: float
    place: str


def read_opening(message: Message, rulebook: Rulebook, language: str = "") -> Opening:
    """Read what a mail says of the opening.

    Args:
        message: The mail.
        rulebook: The rules.
        language: Tag of the mail's language; empty tries every language.
    """
    system = origin(message, rulebook).system
    patterns = _patterns(rulebook, language)
    subject, body = _clean(message.subject), _unwrapped(message.fresh or message.text)
    employers: list[_Hit] = []
    roles: list[_Hit] = []
    codes: list[_Hit] = []
    locations: list[_Hit] = []
    buckets = {"employer": employers, "role": roles, "requisition": codes, "location": locations}
    for place, text, group, weight in _readings(message, system, patterns, subject, body, rulebook):
        for index, found in group.hits(text):
            numbers = group.groups(index)
            for slot, value in found.groupdict().items():
                if not value or len(value) > LONGEST.get(slot, 64):
                    continue
                whole = _with_legal_form(value, text[found.end(numbers[slot]) :]) if slot == "employer" else value
                buckets[slot].append(_Hit(whole, weight - 0.04 * index, place))
    stops = patterns.not_role
    employers += _from_display_name(message, rulebook)
    employers += _from_closing(message)
    role_hits = _titles_only(_roles(roles, stops), employers, message)
    label = letters(registrable(message.author.domain).partition(".")[0]) if message.author else ""
    named = _employers(employers, stops, {hit.value.casefold() for hit in role_hits}, label)
    boards = {letters(ats.name) for ats in rulebook.ats if ats.kind != "ats"}
    named = [hit for hit in named if letters(hit.value) not in boards]
    named = _weighed(named, message, subject, body, system)
    if not named:
        named = _from_domain(message, rulebook, system)
    employer = named[0] if named else None
    role = max(role_hits, key=lambda hit: hit.weight, default=None)
    code = _requisition(codes, roles, subject, body)
    evidence = [("employer", employer.place)] if employer else []
    evidence += [("role", role.place)] if role else []
    evidence += [("requisition", code.place)] if code else []
    evidence += [("ats", system.name)] if system else []
    role_text = without_firm(role.value, employer.value) if role and employer else (role.value if role else "")
    return Opening(
        employer=employer.value if employer else "",
        role=role_text,
        requisition=code.value if code else "",
        location=locations[0].value.strip() if locations else "",
        ats=system.id if system else "",
        names=tuple(dict.fromkeys(hit.value for hit in named)),
        evidence=tuple(evidence),
    )


def _with_legal_form(value: str, rest: str) -> str:
    found = _LEGAL_FORM.match(rest)
    return value + found[0] if found else value + ("." if rest[:1] == "." and _NEEDS_DOT.search(value) else "")


def _titles_only(roles: list[_Hit], employers: list[_Hit], message: Message) -> list[_Hit]:
    # "applying to Ripple" may name a firm or a title: what the sender is called, and what names no trade, is a firm
    author = message.author
    shown = letters(f"{author.name} {author.addr_spec}") if author else ""
    firms = {letters(hit.value) for hit in employers}
    return [
        hit
        for hit in roles
        if TRADE.search(hit.value)
        or not (letters(hit.value) in firms or (len(letters(hit.value)) > 3 and letters(hit.value) in shown))
    ]


def firm_names(message: Message, rulebook: Rulebook, language: str = "") -> tuple[str, ...]:
    """Give every name the employer may go by in this mail, best first."""
    return read_opening(message, rulebook, language).names


@dataclass(frozen=True, slots=True)
class _Patterns:
    subject: tuple[Group, ...]
    body: tuple[Group, ...]
    not_role: frozenset[str]


def _readings(
    message: Message, system: Ats | None, patterns: _Patterns, subject: str, body: str, rulebook: Rulebook
) -> Iterator[tuple[str, str, Group, float]]:
    if system is not None:
        places = _places(Key(system), _job_words(Key(rulebook)))
        yield f"subject ({system.name})", subject, places["subject"], 7.0
        yield (
            f"display name ({system.name})",
            message.author.name if message.author else "",
            places["display_name"],
            6.0,
        )
        yield f"body ({system.name})", body, places["body"], 6.0
        local = message.author.local_part.partition("+")[0] if message.author else ""
        yield f"address ({system.name})", local, places["local_part"], 0.8
    for rank, (of_subject, of_body) in enumerate(zip(patterns.subject, patterns.body, strict=True)):
        yield "subject", subject, of_subject, 4.5 - 0.1 * min(rank, 3)
        yield "body", body, of_body, 4.0 - 0.1 * min(rank, 3)


def _from_display_name(message: Message, rulebook: Rulebook) -> list[_Hit]:
    author = message.author
    if author is None or not author.name or len(author.name) > MAX_NAME or "@" in author.name or "_" in author.name:
        return []
    if read_name(author.name, author.local_part) is not None and not looks_like_team(author.name):
        after = re.split(r"\s(?:at|@|from|from the|von|bei|de|chez|bij|van|-|–|\||,)\s", author.name, maxsplit=1)
        rest = without_team_words(after[1]) if len(after) == 2 else ""
        if rest and read_name(rest) is None:
            return [_Hit(rest, 2.5, "display name")]
        same = is_company_label(author.domain, author.name)
        return (
            [_Hit(author.name, 3.0, "display name")] if same else _maybe_firm(author.name, rulebook, author.addr_spec)
        )
    name = without_team_words(author.name, author.domain)
    systems = {ats.name.casefold() for ats in rulebook.ats} | {"workday", "icims", "brassring", "taleo"}
    name = " ".join(word for word in name.split() if word.casefold() not in systems)
    if any("." in word[1:-1] and word.islower() for word in name.split()):
        return []
    return [_Hit(name, 3.0, "display name")] if name and name.casefold() not in systems else []


def _maybe_firm(name: str, rulebook: Rulebook, address: str) -> list[_Hit]:
    # two capitalised words may be a person or a firm; over a system's machine address they are more likely a firm
    robot = system_of(address, rulebook) is not None or is_machine(address.partition("@")[0])
    return [_Hit(name, 1.0, "display name")] if robot else []


def _from_closing(message: Message) -> list[_Hit]:
    lines = [line.strip() for line in (message.fresh + "\n" + message.signature).split("\n") if line.strip()]
    hits = []
    for line in lines[-12:]:
        if len(line) > 70 or line.endswith((".", "?", ":")) or not looks_like_team(line):
            continue
        name = without_team_words(
            re.sub(r"[’']s\b", "", re.sub(r"^(?:your|the|ihr|dein|votre|l’|l')\s", "", line, flags=re.IGNORECASE))
        )
        if name and name != line and len(name.split()) <= 5:
            hits.append(_Hit(name, 2.6, "closing"))
    return hits[-2:]


def _from_domain(message: Message, rulebook: Rulebook, system: Ats | None) -> list[_Hit]:
    author = message.author
    if author is None:
        return []
    domain = registrable(author.domain)
    if system is not None or not domain or domain in FREEMAIL or system_of(author.addr_spec, rulebook):
        return []
    label = domain.partition(".")[0]
    if label in {"example", "employer", "mail", "email", "company", "firm", "localhost", "test"} or len(label) < 3:
        return []
    found = re.search(rf"\b({re.escape(label)})\b", message.subject + "\n" + message.text[:4_000], re.IGNORECASE)
    return [_Hit(found[1] if found else label[:1].upper() + label[1:], 0.5, "domain")]


def _employers(hits: list[_Hit], stops: frozenset[str], roles: set[str], label: str) -> list[_Hit]:
    kept = []
    for hit in hits:
        if hit.place.startswith("address ("):
            short = len(hit.value) <= 4
            hit = _Hit(hit.value.upper() if short else hit.value[:1].upper() + hit.value[1:], hit.weight, hit.place)  # noqa: PLW2901
        value = _firm_name(hit.value, label)
        words = value.split()
        if not value or len(words) > 7 or len(letters(value)) < 2 or _PLACEHOLDER.search(value):
            continue
        folded = [word.casefold().strip(".,:!()") for word in words]
        if value.casefold() in roles or value.casefold() in stops or all(word in stops for word in folded):
            continue
        if folded[0] in _NO_FIRM or folded[-1] in {"role", "position", "job", "application"} or "//" in value:
            continue
        titled = TRADE.search(value) and hit.place not in {"display name", "closing"}
        if titled and not _LEGAL_FORM.search(" " + value):
            continue
        small = value[0].islower()
        if small and hit.weight > 1 and (len(words) > 1 or hit.place not in {"display name", "subject"}):
            continue
        kept.append(_Hit(value, hit.weight, hit.place))
    return kept


def _firm_name(value: str, label: str) -> str:
    name = re.split(r"\s[-–—|]\s", re.split(r"\s(?:at|@)\s", NAME_SLOT.sub(" ", value))[-1].strip(" -–—|"))[0]
    name = name.strip(" \t\"'“”„«»‘’*_-–—|,;:()!")
    name = re.sub(
        r"^(?:received at|received by|sent to|the team at|the|team|joining|working at|working for|working with|us at|here at|der|die|das|dem|den)\s+",
        "",
        name,
        flags=re.IGNORECASE,
    )
    if letters(name) != label:
        name = re.sub(r"[’']s?$", "", name)
    name = re.sub(
        r"\s+(?:and|und|et|y|e|for|für|as|with|in the|on)\s+(?:for|the|your|our|we|applying|taking|in|we’re|a)\b.*$",
        "",
        name,
        flags=re.IGNORECASE,
    )
    name = re.sub(r"\s+(?:and|und|et|y|e|og|och|en|i|oraz)$", "", name)
    trimmed = without_team_words(name) if has_team_words(name) else name
    return trimmed.strip(" \t\"'“”„«»‘’*_-–—|,;:()!") or ""


def _weighed(hits: list[_Hit], message: Message, subject: str, body: str, system: Ats | None) -> list[_Hit]:
    author = message.author
    groups: dict[str, list[_Hit]] = {}
    for hit in hits:
        groups.setdefault(letters(hit.value), []).append(hit)
    label = letters(registrable(author.domain).partition(".")[0]) if author and system is None else ""
    tenant = letters(re.split(r"[+.]", author.local_part)[0]) if author and system is not None else ""
    text = f"{subject}\n{body}".casefold()
    scored = []
    for key, group in groups.items():
        best = max(group, key=lambda hit: hit.weight)
        score = best.weight + 0.8 * (len({hit.place for hit in group}) - 1)
        score += sum(0.5 for other in groups if other != key and (key in other or other in key))
        score += 2.0 if label and (key == label or (len(label) >= 3 and (label in key or key in label))) else 0.0
        score += 1.0 if tenant and len(tenant) >= 3 and (tenant in key or key in tenant) else 0.0
        score += min(text.count(best.value.casefold()), 4) * 0.3
        scored.append(_Hit(best.value, score, best.place))
    return sorted(scored, key=lambda hit: -hit.weight)


def _roles(hits: list[_Hit], stops: frozenset[str]) -> list[_Hit]:
    kept = []
    for hit in hits:
        value = clean_role(hit.value)
        words = [word.casefold().strip(".,:;()’'\"") for word in value.split()]
        if not words or len(words) > 16 or _PLACEHOLDER.search(value) or len(letters(value)) < 2:
            continue
        if all(word in stops for word in words) or words[0] in _NO_TITLE:
            continue
        if _CHATTER & set(words) and hit.weight < 6:
            continue
        if value[0].islower() and not TRADE.search(value) and hit.weight < 6:
            continue
        if not any(char.isupper() or not char.isascii() for char in value) and hit.weight < 6:
            continue
        kept.append(_Hit(value, hit.weight, hit.place))
    counts: dict[str, int] = {}
    for hit in kept:
        counts[hit.value.casefold()] = counts.get(hit.value.casefold(), 0) + 1
    return [_Hit(hit.value, hit.weight + 0.5 * (counts[hit.value.casefold()] - 1), hit.place) for hit in kept]


def _requisition(codes: list[_Hit], roles: list[_Hit], subject: str, body: str) -> _Hit | None:
    for hit in sorted(codes, key=lambda item: -item.weight):
        return _Hit(hit.value.strip(" ()#"), hit.weight, hit.place)
    for place, text in (("subject", subject), ("body", body[:3_000])):
        for found in _LABELLED_CODE.finditer(text):
            value = found[1].rstrip("-/")
            if sum(c.isdigit() for c in value) >= 3 and not YEAR.fullmatch(value):
                return _Hit(value, 3, place)
    for found in _SUBJECT_CODE.finditer(subject):
        if not YEAR.fullmatch(found[1]):
            return _Hit(found[1], 2.5, "subject")
    for hit in sorted(roles, key=lambda item: -item.weight):
        for found in CODE.finditer(hit.value):
            before = hit.value[: found.start()]
            if not YEAR.fullmatch(found[0]) and not before.endswith("(C"):
                return _Hit(found[0], 2, hit.place)
        leading = re.match(r"(?:position )?(\d{2,6})\s[-–]\s\S", hit.value)
        if leading and not YEAR.fullmatch(leading[1]):
            return _Hit(leading[1], 1, hit.place)
    return None


def _clean(text: str) -> str:
    # zero-width marks stand inside some systems' subjects; they are not part of any name
    return " ".join(re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", text).replace("\u00a0", " ").split())


def _unwrapped(text: str) -> str:
    lines = [
        re.sub(r"[ \t\u00a0]+", " ", line).strip()
        for line in re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", text[:MAX_TEXT]).split("\n")
    ]
    joined: list[str] = []
    for line in lines:
        if (
            joined
            and line
            and len(joined[-1]) >= 50
            and joined[-1][-1:] not in ".!?:;"
            and (line[0].islower() or len(joined[-1]) >= 60)
        ):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return "\n".join(joined)


def _patterns(rulebook: Rulebook, language: str) -> _Patterns:
    return _compiled(Key(rulebook), language.partition("-")[0])


@lru_cache(maxsize=128)
def _compiled(key: Key, language: str) -> _Patterns:
    book: Rulebook = key.value
    tags = [item.language for item in book.application]
    wanted = {language, "any", "en"} if language and language in tags else set(tags)
    words = sorted((w for w in book.application if w.language in wanted), key=lambda w: w.language != language)
    return _Patterns(
        subject=tuple(_words_group(Key(item), "subject") for item in words),
        body=tuple(_words_group(Key(item), "body") for item in words),
        not_role=frozenset(word.casefold() for item in words for word in (*item.not_role, *item.job)),
    )


@lru_cache(maxsize=256)
def _words_group(key: Key, name: str) -> Group:
    return Group((text, any_of(key.value.job)) for text in getattr(key.value, name))


@lru_cache(maxsize=256)
def _places(key: Key, jobs: str) -> dict[str, Group]:
    places = key.value.places
    return {
        name: Group((text, jobs) for text in getattr(places, name))
        for name in ("subject", "display_name", "body", "local_part")
    }


@lru_cache(maxsize=16)
def _job_words(key: Key) -> str:
    return any_of(word for item in key.value.application for word in item.job)
