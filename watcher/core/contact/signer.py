# ruff: noqa: E501 -- word lists and alternations read better in full lines
"""The end of a mail -> who signed it and as what: the line after the closing, then role, firm, phone.

The signer is the deliverer of the news (ETIQUETTE section 5), even where the mail came from a system.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.core.contact.names import PersonName, read_name
from watcher.core.contact.values import Role
from watcher.core.message import Message

TAIL_LINES = 30
_CLOSING = re.compile(
    r"^\W{0,3}(?:(?:with |all |my |our )?(?:the )?(?:very )?(?:kind(?:est)?|best|warm(?:est)?|many|sincere)?\s?"
    r"(?:regards|wishes|thanks)(?: and (?:best )?(?:regards|wishes|thanks))?|best|cheers|sincerely(?: yours)?|yours"
    r"(?: sincerely| faithfully| truly)?|thanks(?: again| so much| very much)?|thank you(?: again| very much)?|all the best"
    r"|respectfully|cordially|take care|talk soon|(?:mit )?(?:freundlichen?|besten|herzlichen?|vielen|lieben?|schönen?"
    r"|sonnigen?|viele|liebe|beste|herzliche|schöne)\s(?:grüßen?|grüssen?|gruß|gruss|dank)(?: aus .{0,30})?|(?:ihr|euer|dein)e?"
    r"|mfg|lg|vg|(?:bien |très )?cordialement|bien à (?:vous|toi)|sincères? salutations|salutations(?: distinguées)?"
    r"|(?:meilleures|sincères|cordiales) salutations|(?:nous|je) vous prions? .{0,90}|veuillez .{0,90}|bonne journée"
    r"|(?:un )?(?:cordial )?(?:saludos?|abrazo)(?: cordial(?:es)?)?|saludos?(?: cordiales)?|atentamente|atte\.?|gracias"
    r"|(?:met )?(?:hartelijke|vriendelijke|beste)\s?(?:groet(?:en|jes)?)?|groet(?:en|jes)?|mvg|hoogachtend"
    r"|(?:cordiali|distinti|i migliori|cari) saluti|cordialmente|saluti|grazie|un saluto|atenciosamente|(?:com os )?(?:melhores"
    r"|meus) cumprimentos|cumprimentos|abraços?|att\.?|obrigad[oa]|pozdrawiam(?: serdecznie)?|z (?:poważaniem|pozdrowieniami)"
    r"|(?:med )?(?:vänliga?|vennlig|venlig|bästa|beste|de bedste|mange) ?(?:hälsningar?|hilsen(?:er)?)|(?:mvh|vh|hälsningar"
    r"|hilsen)|(?:ystävällisin|parhain) terveisin|terveisin|s pozdravem|(?:s )?(?:přátelským )?pozdravem|saygılar(?:ımla|ımızla)?"
    r"|(?:с )?уважением|з повагою|敬具|よろしくお願い.{0,12}|此致|顺颂商祺|감사합니다|드림)\s*[,.!;:–-]*\s*",
    re.IGNORECASE,
)
_RECRUITER = re.compile(
    r"recruit|talent|sourc(?:er|ing)|\bhr\b|human resources|people (?:partner|operations|team|manager|lead)|personal"
    r"(?:referent|leit|berat|abteil|wesen)|bewerber|rekrut|rekryt|recrut|reclut|selecc|seleç|selezion|werving|rrhh|\brh\b"
    r"|\bdrh\b|\bp&o\b|chargée? de recrutement|ressources humaines|recursos humanos|risorse umane|kadr|headhunt|staffing"
    r"|採用|人事|招聘|인사|채용|hiring (?:team|partner|coordinator|specialist)|candidate experience|employer brand",
    re.IGNORECASE,
)
_MANAGER = re.compile(
    r"hiring manager|head of|director|manager|team ?lead|lead\b|\bvp\b|vice president|\bcto\b|\bceo\b|\bcfo\b|\bcoo\b|chief"
    r"|founder|leiter|leitung|geschäftsführ|responsable|directeur|directrice|chef|jefe|jefa|director[a]?|gerente|diretor"
    r"|kierownik|dyrektor|hoofd|afdelingshoofd|responsabile|direttore|managing|principal|professor|ordförande",
    re.IGNORECASE,
)
_STOP = re.compile(r"^(?:--|__|==|\*\*|>|on .{5,90} wrote:|from:|von:|de:|sent:|privacy|this e?-?mail)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed, in which capacity, and the lines that say so."""

    name: PersonName
    role: Role
    lines: tuple[str, ...] = ()


def find_signer(message: Message) -> Signer | None:
    """Find the person who signed a message in its own words; None when a team or nobody did."""
    local = message.author.local_part if message.author else ""
    own = [line.strip(" \t*_|•") for line in message.fresh.split("\n")]
    own = [line for line in own if line][-TAIL_LINES:]
    cut = [line.strip(" \t*_|•") for line in message.signature.split("\n") if line.strip()]
    for index in range(len(own) - 1, -1, -1):
        if (closing := _CLOSING.match(own[index])) and closing.end() > 0:
            rest = own[index][closing.end() :].strip()
            following = [*([rest] if rest and len(rest) < 70 else []), *own[index + 1 :], *cut]
            if rest and len(rest) >= 70:
                continue
            if found := _signed(following[:6], local):
                return found
    return _signed(cut[:4], local, strict=True) or _signed(own[-2:], local, strict=True)


def role_of(text: str) -> Role:
    """Say from a title or signature what a person is to an application."""
    if _RECRUITER.search(text):
        return Role.RECRUITER
    return Role.HIRING_MANAGER if _MANAGER.search(text) else Role.UNKNOWN


def _signed(lines: list[str], local: str, *, strict: bool = False) -> Signer | None:
    for index, line in enumerate(lines[:3]):
        if _STOP.match(line):
            return None
        if _CLOSING.fullmatch(line):
            continue
        head = line.split(",")[0].split(" | ")[0].split(" / ")[0].strip()
        name = None
        if len(head) < 60 and not head.endswith((".", "!", "?", ":")):
            name = read_name(line, local, alone=not strict) if "," in line else None
            name = name or read_name(head, local, alone=not strict)
        if name is not None:
            beside = (line[len(head) :], *lines[index + 1 : index + 4])
            return Signer(name, role_of(" ".join(beside)), tuple(lines[index : index + 4]))
    return None
