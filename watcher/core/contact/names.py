# ruff: noqa: E501 -- word lists and alternations read better in full lines
"""Display names and signatures -> a person's name in its parts, or None: teams and firms are not persons.

The order and spelling are the signature's own; gender is never inferred. East Asian names put the family first;
Spanish and Portuguese ones end in two family names; particles belong to the family.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from watcher.core.contact.address import letters

_TITLES = {
    "dr": "Dr.", "dr.": "Dr.", "prof": "Prof.", "prof.": "Prof.", "professor": "Prof.", "dr.-ing.": "Dr.-Ing.",
    "ph.d.": "", "phd": "", "dipl.-ing.": "", "dipl.-kfm.": "", "mba": "", "msc": "", "m.sc.": "", "bsc": "", "b.sc.": "",
    "m.a.": "", "b.a.": "", "ma": "", "ba": "", "mag.": "", "ing.": "", "ing": "", "mgr.": "", "bc.": "", "lic.": "",
    "shrm-cp": "", "shrm-scp": "", "phr": "", "sphr": "", "cipd": "", "assoc.": "", "mcipd": "", "esq.": "", "jr.": "",
    "jr": "", "sr.": "", "ii": "", "iii": "", "csc": "", "csc.": "", "drs.": "", "ir.": "", "mr.drs.": "",
}  # fmt: skip
_HONORIFICS = frozenset(
    "mr mr. mrs mrs. ms ms. miss mx mx. sir madam herr frau hr. fr. m. mme mme. mlle monsieur madame sr. sra. srta. señor"
    " señora don doña dña. d. sig. sig.ra signor signora signora. dott. dott.ssa dottor dottoressa avv. dhr. dhr mevr."
    " mevr mevrouw heer de\u00a0heer pan pani p. pán paní bay bayan sayın г-н г-жа пан пані".split()
)
_PARTICLES = frozenset(
    "de da do dos das del della delle di du des der den dem van von zu zum zur ter ten te 't la le las los el al bin ibn"
    " ben bint af av mac mc st. st san santa y e i und".split()
)
_IBERIAN_GIVEN = frozenset(
    "maría maria josé jose luis juan carlos antonio manuel francisco javier miguel ángel angel isabel carmen pilar teresa"
    " ana rosa luisa josefa dolores cristina elena laura marta lucía lucia fernando alberto pedro pablo jesús jesus rafael"
    " alejandro eduardo victoria mercedes beatriz paula inés ines eugenia fernanda paulo joão joao henrique gabriel"
    " alejandra andrea sofía sofia camila valentina guadalupe de".split()
)
_VIETNAMESE_FAMILY = frozenset("nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý".split())
_CHINESE_DOUBLE = frozenset("欧阳 司马 诸葛 上官 司徒 东方 皇甫 尉迟 歐陽 司馬 諸葛".split())
_ASIAN_SUFFIX = re.compile(r"(?:先生|女士|小姐|経理|经理|老师|様|さま|さん|殿|氏|님|씨)$")
_FIRM_SUFFIX = frozenset(
    "gmbh ag kg kgaa se ug ohg mbh e.v. ltd ltd. limited llc llc. llp inc inc. corp corp. corporation company co. plc pty"
    " sa s.a. sas sarl s.a.s. s.r.l. srl s.p.a. spa s.l. sl slu b.v. bv n.v. nv ab aps a/s as oy oyj sp. z.o.o. o.o."
    " s.r.o. a.s. kft zrt ltda ltda. eireli a.ş. 株式会社 有限公司 주식회사 group holding holdings bank university"
    " universität université universidad hospital klinik clinic school college institute institut foundation stiftung"
    " technologies technology solutions systems software labs consulting partners services international global studio"
    " studios media digital health energy ventures capital insurance versicherung agency agentur".split()
)
_TEAM_WORDS = frozenset(
    "team recruiting recruitment recruiter recruiters recruit careers career jobs job hiring talent acquisition hr human"
    " resources people culture staffing personnel notification notifications noreply no-reply careers@ l'équipe l’équipe squadra tým ik відділу команда ekip takımı hold teamet support"
    " office department administrator system mailer portal service candidate candidates application applications hiring"
    " onboarding operations personalabteilung personalteam personal bewerbermanagement bewerbung bewerbungen karriere"
    " recruitingteam kandidaten équipe equipe rh ressources humaines recrutement carrières emploi candidature candidatures"
    " recursos humanos selección seleccion empleo equipo talento vagas recrutamento seleção risorse umane selezione"
    " lavora carriere ufficio werving selectie vacatures personeelszaken afdeling sollicitaties rekrutacja rekrutacji"
    " zespół zespol dział kadry kariera rekrytering rekryteringsteamet personalavdelningen rekruttering rekruttering"
    " hr-team hr-abteilung hr-afdelingen rekry rekrytointi rekrytointitiimi henkilöstö nábor náborový oddělení personální"
    " ekibi insan kaynakları kariyer işe alım отдел кадров персонала команда подбор подбора рекрутинг відділ кадрів"
    " 採用 採用担当 採用チーム 人事部 人事 招聘 招聘团队 人力资源 인사팀 채용팀 채용담당자 採用担当者 担当者 事務局"
    " via the your our no reply do not mail email info contact customer newsletter update updates".split()
)
_EDGE = frozenset(
    ". - – | : , & and at @ the of der de du des di von van und et bei do-not-reply donotreply regret letter external".split()
) | {""}
_UNITS = frozenset(
    "college campus university global early professional graduates corporate enterprise us emea apac uk europe".split()
)
_CUT = re.compile(
    r"\s(?:via|through|über|at|@|from|chez|de chez|bij|hos|presso|from the|c/o|on behalf of|im auftrag von)\s.*$|"
    r"\s[|\u2013\u2014\-:/·•,]\s.*$|\s*[(\[|].*$|\s@.*$"
)
_OUTER = re.compile(r"\s(?:via|through|über)\s.*$|^.*@\s*icims$|\s*\([^)]*\)$", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-])*", re.UNICODE)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]+")
_HANGUL = re.compile(r"[\uac00-\ud7af]+")
MAX_NAME = 60
MAX_WORDS = 6


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name as signed, and its parts; parts are empty when they cannot be told."""

    full: str
    first: str = ""
    last: str = ""
    title: str = ""


def read_name(text: str, local_part: str = "", *, alone: bool = False) -> PersonName | None:
    """Read a person's name out of a display name or signature line; None when it is not a person's.

    Args:
        text: `Berg, Anna`, `Anna Berg - Talent Acquisition`, `Dr. Anna Berg via Firm`, ...
        local_part: Of the address beside it: lets one word or lower case count as a name when the two agree.
        alone: True in a signature, where one word may be a first name.
    """
    bare = " ".join(unicodedata.normalize("NFC", text).replace('"', " ").strip("'<> \t").split())
    if not bare or len(bare) > 2 * MAX_NAME or "@" in bare.split(" ")[0]:
        return None
    asian = _asian(_cut(bare))
    if asian is not None or _CJK.search(bare):
        return asian
    bare = _turned(bare)
    words, title = _stripped(_cut(bare).split())
    if not words or len(words) > MAX_WORDS or len(" ".join(words)) > MAX_NAME:
        return None
    if not all(_is_word(word) for word in words) or _is_team(words):
        return None
    agrees = _agrees(words, local_part)
    if len(words) == 1 and not (alone or agrees):
        return None
    if not all(_is_capital(word) or word.lower() in _PARTICLES for word in words):
        if not agrees:
            return None
        words = [word if word.lower() in _PARTICLES else word[:1].upper() + word[1:] for word in words]
    if words[0].lower() in _PARTICLES - {"al", "ben", "e", "i", "y", "san"} and len(words) == 1:
        return None
    first, last, words = _parts(words)
    return PersonName(" ".join(words), first, last, title)


def looks_like_team(text: str) -> bool:
    """Tell whether a display name speaks of a team, a firm or a machine."""
    return _is_team(text.split())


def without_team_words(text: str, domain: str = "") -> str:
    """Take team words off a firm's display name: `Acme Hiring Team` -> `Acme`; empty when nothing is left.

    Args:
        text: The display name or closing line.
        domain: Of the address beside it; stripping stops when the rest is the domain's own name (`Jobs Plus`).
    """
    words = _OUTER.sub("", " ".join(text[: 4 * MAX_NAME].replace('"', " ").split())).split()
    label = letters(domain.rpartition(".")[0].rpartition(".")[2])
    for trim in (-1, 0):
        taken = False
        while words and letters("".join(words)) != label:
            low = words[trim].strip(".,:;()!").lower()
            if low not in _TEAM_WORDS | _EDGE and not (taken and low in _UNITS):
                break
            if trim == 0 and low == "the" and (len(words) < 2 or words[1].strip(".,:;()!").lower() not in _TEAM_WORDS):
                break
            taken = taken or low in _TEAM_WORDS
            words.pop(trim)
    return " ".join(words).strip(" -–|,:")


def has_team_words(text: str) -> bool:
    """Tell whether a text holds a word of a recruiting department."""
    return any(word.strip(".,:;()").lower() in _TEAM_WORDS for word in text.split())


def _cut(text: str) -> str:
    return _CUT.sub("", text).strip(" ,;")


def _turned(text: str) -> str:
    family, comma, given = text.partition(",")
    given_words = _cut(given.strip()).split()
    if not comma or not 1 <= len(given_words) <= 3 or len(family.split()) > 4:
        return text
    real = [word for word in given_words if word.lower() not in _TITLES]
    if not real or not all(_is_word(word) and _is_capital(word) for word in real) or _is_team(real):
        return text
    if any(word.lower() in _FIRM_SUFFIX for word in real) or (len(family.split()) > 1 and not _has_particle(family)):
        return text if not _double_family(family) else " ".join((*given_words, *family.split()))
    return " ".join((*given_words, *family.split()))


def _has_particle(family: str) -> bool:
    return any(word.lower() in _PARTICLES for word in family.split())


def _double_family(family: str) -> bool:
    words = family.split()
    return len(words) == 2 and all(word.isupper() and len(word) > 1 for word in words)


def _stripped(words: list[str]) -> tuple[list[str], str]:
    titles: list[str] = []
    kept: list[str] = []
    for word in words:
        low = word.strip(",").lower()
        if low in _HONORIFICS and not kept:
            continue
        if low in _TITLES and (not kept or low not in {"ba", "ma", "ing", "ii"}):
            if _TITLES[low]:
                titles.append(_TITLES[low])
            continue
        kept.append(word.strip(","))
    return kept, " ".join(dict.fromkeys(titles))


def _is_word(word: str) -> bool:
    return bool(_TOKEN.fullmatch(word)) or word in {"'t", "’t"}


def _is_capital(word: str) -> bool:
    head = word.lstrip("'’")[:1]
    return head.isupper() or (head.isalpha() and head.upper() == head.lower())


def _is_team(words: list[str]) -> bool:
    lows = [word.strip(".,:;()").lower() for word in words]
    return any(low in _TEAM_WORDS or word.lower() in _FIRM_SUFFIX for low, word in zip(lows, words, strict=True))


def _agrees(words: list[str], local_part: str) -> bool:
    local = _plain(local_part.partition("+")[0])
    pieces = [piece for piece in re.split(r"[._\-0-9]+", local) if piece]
    plain = [_plain(word) for word in words]
    if not pieces or not plain:
        return False
    glued = "".join(pieces)
    return plain[0] in pieces or plain[-1] in pieces or glued in {plain[0] + plain[-1], plain[0][:1] + plain[-1]}


def _plain(text: str) -> str:
    text = text.lower().replace("ß", "ss").replace("ø", "o").replace("æ", "ae").replace("ł", "l")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _parts(words: list[str]) -> tuple[str, str, list[str]]:
    if len(words) == 1:
        return words[0], "", words
    shouted = [word for word in words if word.isupper() and len(word) > 1 and "." not in word]
    if shouted and len(shouted) < len(words):
        given = [word for word in words if word not in shouted]
        family = [_calm(word) for word in shouted]
        return given[0], " ".join(family), [*given, *family]
    if all(word.isupper() and len(word) > 1 for word in words):
        words = [_calm(word) for word in words]
    if words[0].lower() in _VIETNAMESE_FAMILY and len(words) > 2:
        return words[-1], words[0], words
    start = _family_start(words)
    return words[0], " ".join(words[start:]), words


def _family_start(words: list[str]) -> int:
    particle = next((i for i in range(1, len(words) - 1) if words[i].lower() in _PARTICLES), None)
    if particle is not None:
        before_is_family = particle > 1 and words[particle].lower() in {"y", "e", "i"}
        return particle - 1 if before_is_family else particle
    if len(words) >= 3 and words[0].lower() in _IBERIAN_GIVEN:
        return 2 if words[1].lower() in _IBERIAN_GIVEN or len(words) > 3 else 1
    if len(words) >= 4 and all(word.lower() not in _IBERIAN_GIVEN for word in words[1:]):
        return len(words) - 1
    return len(words) - 1


def _calm(word: str) -> str:
    return "-".join(part[:1] + part[1:].lower() for part in word.split("-"))


def _asian(text: str) -> PersonName | None:
    bare = _ASIAN_SUFFIX.sub("", text).strip()
    words = bare.split()
    joined = "".join(words)
    if not joined or not _CJK.fullmatch(joined) or len(joined) > 8 or _is_team([bare, *words]):
        return None
    if any(
        mark in joined
        for mark in (
            "株式会社",
            "採用",
            "人事",
            "担当",
            "事務局",
            "招聘",
            "人力",
            "公司",
            "채용",
            "인사",
            "팀",
            "部",
            "チーム",
        )
    ):
        return None
    if len(words) == 2:
        return PersonName(bare, words[1], words[0])
    if _HANGUL.fullmatch(joined) and len(joined) in {2, 3}:
        return PersonName(joined, joined[1:], joined[:1])
    if joined[:2] in _CHINESE_DOUBLE and len(joined) in {3, 4}:
        return PersonName(joined, joined[2:], joined[:2])
    if len(joined) == 3 and not re.search(r"[\u3040-\u30ff]", joined):
        return PersonName(joined, joined[1:], joined[:1])
    if len(joined) == 4 and not re.search(r"[\u3040-\u30ff]", joined):
        return PersonName(joined, joined[2:], joined[:2])
    return PersonName(joined, "", joined) if len(joined) <= 4 else None
