# ruff: noqa: E501 -- patterns read better in full lines
"""What a mail calls an opening -> its title alone: no requisition, no status, no words of the sentence around it."""

from __future__ import annotations

import re

CODE = re.compile(
    r"\b(?:(?:JR|REQ|RQ|R|P|ID|TR|VN|J|HR|IRC|BR|WD|PR|S|A|RITM|JOB)[-_ ]?\d{3,12}(?:-\d{1,6})?|\d{2}WD\d{3,7}|\d{4,12}[A-Z]{0,3}"
    r"|JR\d{4}-\d{2,6})\b"
)
YEAR = re.compile(r"(?:19|20)\d\d")
TRADE = re.compile(
    r"\b(?:engineer|analyst|intern|internship|developer|scientist|designer|manager|specialist|assistant|coordinator|consultant"
    r"|director|associate|administrator|architect|technician|officer|representative|programmer|nurse|teacher|accountant|recruiter"
    r"|writer|editor|researcher|trainee|apprentice|clerk|driver|chef|lead|head|co-?op|graduate|stage|alternance|praktik\w*|werkstudent\w*"
    r"|sachbearbeiter\w*|entwickler\w*|ingenieur\w*|ingénieur\w*|leiter\w*|kaufmann|kauffrau|chargée?|responsable|comptable|analista"
    r"|desarrollador\w*|gerente|técnico|programista|specjalista|utvecklare|medewerker|sviluppatore|gestor)\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:through|via|with us|with our|on our|which you|that you|for which|at this time|has been|and (?:we|are|your|for|the|have|would|will|wish|look)"
    r"|and that|in our|within our|to us|we have|you (?:have|recently)|recently|submitted|bei uns|in unserem|und (?:das|die|Ihr|für)|chez nous|au sein)\b.*$",
    re.IGNORECASE,
)
NAME_SLOT = re.compile(r"\s*\[(?:name|email|phone)\]\s*", re.IGNORECASE)


def clean_role(value: str) -> str:
    """Take off a title what is not part of it: requisition, status, quotes, the word `position`."""
    role = NAME_SLOT.sub(" ", value).strip()
    role = re.sub(r"^.{0,40}\b(?:and|for|in) (?:our|the)\s+(?=[A-Z0-9])", "", role)
    if re.search(r"\b(?:and|that|und) (?:your|you|Ihre|Ihr)\b", role):
        return ""
    role = re.sub(r"\s+(?:at|with)\s+[A-Z].*$|\s+here$", "", _TAIL.sub("", role))
    role = re.sub(r"^(?:(?:the|our|open|position|role|job)\s+)+(?=\d)", "", role, flags=re.IGNORECASE)
    role = re.sub(
        r"\s*[(\[]\s*(?:open|evergreen|closed|job id.*?|id:? ?[\w-]+|req.*?|ref.*?|C-?\d+)\s*[)\]]",
        "",
        role,
        flags=re.IGNORECASE,
    )
    role = re.sub(r"\s*[(\[]\s*(?:[A-Z]{1,4}-?)?\d{4,}[A-Z]{0,3}\s*[)\]]", "", role)
    for found in list(CODE.finditer(role)):
        if YEAR.fullmatch(found[0]):
            continue
        before, after = role[: found.start()], role[found.end() :]
        if not before.strip(" -–—:#,(") or not after.strip(" -–—:#,)(") or after.lstrip().startswith(("(", "-", "–")):
            role = (before.rstrip(" -–—:#,(") + " " + after.lstrip(" -–—:,)")).strip()
            break
    role = re.sub(r"^\d{1,6}\s[-–]\s", "", role)
    role = re.sub(r",?\s*(?:job id|req(?:uisition)?(?: id)?|id|ref)\s*[:#]?\s*$", "", role, flags=re.IGNORECASE)
    role = re.sub(
        r"^(?:the|our|an?|open|following|position|role|post|job|opening|of|as)\s+(?=\S)", "", role, flags=re.IGNORECASE
    )
    role = re.sub(r"\s+(?:position|role|opening|vacancy|opportunity|job|post|career)$", "", role, flags=re.IGNORECASE)
    role = re.sub(r"\s-\s(?:JR|REQ|R|ID)-?$", "", role)
    role = " ".join(role.strip(" \t\"'“”„«»‘’*_-–—|,;:「」『』").split())
    return role if role.count("(") == role.count(")") else role.strip("()").strip()


def without_firm(role: str, employer: str) -> str:
    """Take the employer's name off the front of a title."""
    found = re.match(rf"{re.escape(employer)}\s+(?=\S)", role, re.IGNORECASE)
    return role[found.end() :] if found and len(role[found.end() :].split()) >= 2 else role


def same_role(one: str, other: str) -> bool:
    """Tell whether two titles mean one opening: equal, or one holds all words of the other."""
    mine, theirs = _words(one), _words(other)
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def _words(title: str) -> frozenset[str]:
    return frozenset("".join(c if c.isalnum() else " " for c in title.casefold()).split())
