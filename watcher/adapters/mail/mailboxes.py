"""Which mailbox is Drafts, Sent, Archive: configuration, else special use, else the names servers are known to use.

Source: RFC 6154 2 (special-use attributes), RFC 9051 7.3.1 (LIST).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.adapters.mail.client import Listed
from watcher.config import Mailboxes

SPECIAL_USE = {"drafts": "\\drafts", "sent": "\\sent", "archive": "\\archive", "all": "\\all"}
NOT_USABLE = {"\\noselect", "\\nonexistent"}
PREFIXES = ("[gmail]", "[google mail]", "inbox")

NAMES: dict[str, tuple[str, ...]] = {
    # Yahoo and AOL say "Draft"; Exchange uses the language of the mailbox.
    "drafts": (
        *("drafts", "draft", "draft messages", "unsent messages"),
        *("entwürfe", "entwurf", "brouillons", "brouillon", "borradores", "borrador", "esborranys"),
        *("concepten", "concept", "bozze", "bozza", "rascunhos", "rascunho"),
        *("wersje robocze", "kopie robocze", "szkice", "utkast", "kladder", "luonnokset", "koncepty", "rozepsané"),
        *("taslaklar", "piszkozatok", "ciorne", "πρόχειρα", "черновики", "чернетки", "чернови"),
        *("下書き", "草稿", "草稿箱", "草稿匣", "임시보관함", "임시 보관함", "المسودات", "טיוטות"),
    ),
    "sent": (
        *("sent", "sent items", "sent messages", "sent mail", "sent-mail", "outbox sent"),
        *("gesendet", "gesendete elemente", "gesendete objekte", "gesendete nachrichten"),
        *("envoyés", "éléments envoyés", "messages envoyés", "courrier envoyé", "objets envoyés"),
        *("enviados", "elementos enviados", "correo enviado", "mensajes enviados", "itens enviados"),
        *("verzonden", "verzonden items", "verzonden berichten", "inviata", "posta inviata", "elementi inviati"),
        *("wysłane", "elementy wysłane", "wysłane elementy", "skickat", "skickade objekt", "sendt", "sendte elementer"),
        *("sendt post", "sendte", "lähetetyt", "lähetetyt viestit", "odeslané", "odeslaná pošta", "odoslané"),
        *("gönderilmiş öğeler", "gönderilmiş", "gönderilenler", "elküldött", "elküldött elemek", "trimise"),
        *("απεσταλμένα", "отправленные", "надіслані", "изпратени", "送信済み", "送信済みアイテム", "送信済みメール"),
        *("已发送", "已发送邮件", "已傳送郵件", "寄件備份", "보낸편지함", "보낸 편지함", "보낸메일함"),
    ),
    "archive": (
        *("archive", "archives", "archiv", "archivo", "archivio", "archief", "arquivo", "arkiv"),
        *("archiwum", "arkisto", "архив", "архів", "アーカイブ", "归档", "存档", "封存", "보관함", "보관"),
    ),
}


@dataclass(frozen=True, slots=True)
class Roles:
    """Which mailbox plays which role, and what found it."""

    names: dict[str, str]
    found_by: dict[str, str]
    archives: tuple[str, ...]
    all_mail: str
    problems: dict[str, str]


def assign(listed: Sequence[Listed], chosen: Mailboxes) -> Roles:
    """Give every role its mailbox; what cannot be found is a sentence in `problems`."""
    usable = [item for item in listed if not item.attributes & NOT_USABLE]
    names: dict[str, str] = {}
    found_by: dict[str, str] = {}
    problems: dict[str, str] = {}
    _configured_inbox(usable, chosen, names, found_by, problems)
    for role, wanted in (("drafts", chosen.drafts), ("sent", chosen.sent)):
        if wanted:
            if (name := _exact(usable, wanted)) is None:
                problems[role] = _no_such(role, wanted, usable)
            else:
                names[role], found_by[role] = name, "configuration"
        elif name := _by_special_use(usable, role):
            names[role], found_by[role] = name, "special-use"
        elif name := _by_name(usable, role):
            names[role], found_by[role] = name, "name"
        else:
            problems[role] = _not_found(role, usable)
    archives = _archives(usable, chosen, set(names.values()), problems)
    return Roles(names, found_by, archives, _by_special_use(usable, "all"), problems)


def plain(name: str, delimiter: str) -> str:
    """A mailbox name as the name map writes it: without the usual parents, any case, any Unicode form."""
    text = unicodedata.normalize("NFKC", name).casefold()
    for prefix in PREFIXES:
        if delimiter and text.startswith(prefix + delimiter):
            text = text.removeprefix(prefix + delimiter)
    return " ".join(text.split())


def _configured_inbox(
    usable: Sequence[Listed],
    chosen: Mailboxes,
    names: dict[str, str],
    found_by: dict[str, str],
    problems: dict[str, str],
) -> None:
    if chosen.inbox.upper() == "INBOX":  # there always is one, RFC 9051 5.1
        names["inbox"], found_by["inbox"] = "INBOX", "protocol"
    elif (name := _exact(usable, chosen.inbox)) is not None:
        names["inbox"], found_by["inbox"] = name, "configuration"
    else:
        problems["inbox"] = _no_such("inbox", chosen.inbox, usable)


def _by_special_use(usable: Iterable[Listed], role: str) -> str:
    r"""The attribute in any case (Cyrus sends `\drafts`); of several the shortest name: others may be shared."""
    names = [item.name for item in usable if SPECIAL_USE[role] in item.attributes]
    return min(names, key=lambda name: (len(name), name), default="")


def _by_name(usable: Sequence[Listed], role: str) -> str:
    wanted = {_folded(name): rank for rank, name in enumerate(NAMES[role])}
    ranked = [
        (wanted[short], len(item.name), item.name)
        for item in usable
        if (short := plain(item.name, item.delimiter)) in wanted
    ]
    return min(ranked)[2] if ranked else ""


def _archives(
    usable: Sequence[Listed], chosen: Mailboxes, taken: set[str], problems: dict[str, str]
) -> tuple[str, ...]:
    found: list[str] = []
    for wanted in chosen.archive:
        if (name := _exact(usable, wanted)) is None:
            problems["archive"] = _no_such("archive", wanted, usable)
        elif name not in found:
            found.append(name)
    if not chosen.archive and (name := _by_special_use(usable, "archive") or _by_name(usable, "archive")):
        found.append(name)
    return tuple(name for name in found if name not in taken)


def _exact(usable: Iterable[Listed], wanted: str) -> str | None:
    names = [item.name for item in usable]
    if wanted in names:
        return wanted
    folded = _folded(wanted)
    return next((name for name in names if _folded(name) == folded), None)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _no_such(role: str, wanted: str, usable: Sequence[Listed]) -> str:
    return f"mailboxes.{role} says '{wanted}', but there is no such mailbox; {_there_are(usable)}"


def _not_found(role: str, usable: Sequence[Listed]) -> str:
    return (
        f"no {role.capitalize()} mailbox found: none is marked {SPECIAL_USE[role].title()} and none has a usual "
        f"name ({', '.join(NAMES[role][:4])}, ...); set mailboxes.{role} in the configuration; {_there_are(usable)}"
    )


def _there_are(usable: Sequence[Listed], most: int = 12) -> str:
    names = [f"'{item.name}'" for item in usable]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"there are {', '.join(names[:most])}{more}" if names else "the server lists none"
