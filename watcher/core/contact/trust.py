"""Is the sender who they say? Authentication results, foreign Reply-To, telling display names, look-alike domains.

Only the user's own receiving host is believed: its authserv-id is configured, or learned from the topmost field of
earlier mail; a field further down may have been written by anybody.

Source: RFC 8601 2.2 (Authentication-Results), 5 (which to believe), RFC 7489 3.1 (alignment), UTS 39 (confusables).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from watcher.core.contact.address import FREEMAIL, is_machine, letters, registrable, same_domain, system_of
from watcher.core.contact.values import History, Trust
from watcher.core.message import Message
from watcher.core.rules import Rulebook

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*([a-z0-9-]+)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z0-9-]+\.[a-z0-9-]+)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_SHOWN_ADDRESS = re.compile(r"[\w.+\-]{1,64}@([\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5})")
_CONFUSED = str.maketrans({
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ј": "j", "ѕ": "s", "һ": "h",
    "ԁ": "d", "ԛ": "q", "ԝ": "w", "к": "k", "м": "m", "т": "t", "в": "b", "н": "h", "г": "r", "α": "a", "ο": "o",
    "ν": "v", "ρ": "p", "ι": "i", "κ": "k", "τ": "t", "υ": "u", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h",
    "0": "o", "1": "l", "5": "s", "|": "l",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuthResults:
    """One Authentication-Results field: who says so, and each method's result with its properties."""

    authserv_id: str
    results: tuple[tuple[str, str, dict[str, str]], ...] = field(default=())

    def result(self, method: str) -> str:
        """Give the result of a method, `pass` when any instance passed, empty when it is not named."""
        found = [value for name, value, _ in self.results if name == method]
        return "pass" if "pass" in found else (found[0] if found else "")


def check_trust(
    message: Message, rulebook: Rulebook, history: History, own_addresses: frozenset[str], authserv_id: str = ""
) -> Trust:
    """Look for every reason to doubt that the sender is who they say; one sentence each."""
    reasons = [
        *_authentication(message, rulebook, authserv_id or learned_authserv_id(history.received)),
        *_reply_to(message, rulebook, history),
        *_display_name(message, rulebook),
        *_look_alike(message, history, own_addresses),
    ]
    if len({item.addr_spec for item in message.from_}) > 1:
        reasons.append("the From field names several authors")
    return Trust(bool(reasons), tuple(dict.fromkeys(reasons)))


def read_authentication_results(value: str) -> AuthResults | None:
    """Read one Authentication-Results field value.

    Source: RFC 8601 2.2.
    """
    bare = value[:8_000]
    for _ in range(5):
        bare = _COMMENT.sub(" ", bare)
    parts = bare.split(";")
    authserv = parts[0].split()
    if not authserv:
        return None
    results: list[tuple[str, str, dict[str, str]]] = []
    for part in parts[1:]:
        if found := _RESULT.match(part):
            properties = {key.lower(): item for key, item in _PROPERTY.findall(part)}
            results.append((found[1].lower(), found[2].lower(), properties))
    return AuthResults(authserv[0].lower().strip('"'), tuple(results))


def learned_authserv_id(received: Iterable[Message]) -> str:
    """Learn the receiving host's name: what the topmost field of most earlier mail says; empty below three mails."""
    tops = Counter(
        found.authserv_id
        for item in received
        if (values := item.header_all("authentication-results"))
        and (found := read_authentication_results(values[0])) is not None
    )
    if not tops:
        return ""
    (name, count), total = tops.most_common(1)[0], sum(tops.values())
    return name if count >= 3 and count * 2 > total else ""


def _authentication(message: Message, rulebook: Rulebook, authserv_id: str) -> list[str]:
    author = message.author
    if author is None:
        return []
    if not authserv_id:
        return _refused_on_arrival(message, author.domain)
    wanted = authserv_id.lower()
    for value in message.header_all("authentication-results"):
        results = read_authentication_results(value)
        if results is None or results.authserv_id != wanted:
            continue
        dmarc = results.result("dmarc")
        if dmarc in {"fail", "permerror"}:
            return [f"your mail server says that {author.domain} did not send this (DMARC {dmarc})"]
        if dmarc == "pass" or system_of(author.addr_spec, rulebook):
            return []
        aligned = _aligned(results, author.domain)
        failed = [name for name in ("dkim", "spf") if results.result(name) in {"fail", "softfail", "permerror"}]
        if failed and not aligned:
            return [f"nothing your mail server checked ties this mail to {author.domain} ({', '.join(failed)} failed)"]
        return []
    return []


def _refused_on_arrival(message: Message, domain: str) -> list[str]:
    """Whose name the receiving host has is not known yet: believe its field, the topmost, where it speaks against."""
    fields = message.header_all("authentication-results")
    results = read_authentication_results(fields[0]) if fields else None
    if results is not None and (dmarc := results.result("dmarc")) in {"fail", "permerror"}:
        return [f"the server that received it says that {domain} did not send this (DMARC {dmarc})"]
    return []


def _aligned(results: AuthResults, domain: str) -> bool:
    for method, value, properties in results.results:
        if value != "pass":
            continue
        shown = {
            "dkim": properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2],
            "spf": properties.get("smtp.mailfrom", "").rpartition("@")[2] or properties.get("smtp.mailfrom", ""),
        }.get(method, "")
        if shown and registrable(shown) == registrable(domain):
            return True
    return False


def _reply_to(message: Message, rulebook: Rulebook, history: History) -> list[str]:
    author = message.author
    if author is None:
        return []
    known = {item.author.domain for item in history.received if item.author is not None}
    reasons = []
    for item in message.reply_to:
        foreign = registrable(item.domain) != registrable(author.domain)
        if registrable(item.domain) in FREEMAIL and item.addr_spec.lower() != author.addr_spec.lower():
            foreign = True
        if (
            foreign
            and not is_machine(item.local_part)
            and not system_of(item.addr_spec, rulebook)
            and not is_company_of(item.domain, message, rulebook)
            and not any(same_domain(item.domain, domain) for domain in known)
        ):
            reasons.append(f"answers would go to {item.addr_spec}, another domain than the sender's ({author.domain})")
    return reasons


def is_company_of(domain: str, message: Message, rulebook: Rulebook) -> bool:
    """Tell whether a domain is visibly the firm's in whose name a system sent this mail.

    A system writes for many firms, so its Reply-To is foreign by nature; it is the firm's when the firm's name in the
    display name, or the envelope of the mail, agrees with the domain.
    """
    author = message.author
    if author is None or not system_of(author.addr_spec, rulebook) or registrable(domain) in FREEMAIL:
        return False
    label = letters(registrable(domain).partition(".")[0])
    shown = letters(author.name)
    words = {letters(word) for word in author.name.split()}
    tenants = {letters(part) for part in re.split(r"[@.+]", author.addr_spec)[:-1]}
    subject = {letters(word) for word in message.subject.split()}
    return len(label) >= 2 and (
        label in words | tenants | subject or (len(label) >= 4 and label in shown) or _initials(author.name) == label
    )


def _display_name(message: Message, rulebook: Rulebook) -> list[str]:
    author = message.author
    if author is None:
        return []
    for found in _SHOWN_ADDRESS.finditer(author.name[:1_000]):
        shown = found[1].lower()
        if (
            registrable(shown) != registrable(author.domain)
            and not system_of(author.addr_spec, rulebook)
            and not system_of("x@" + shown, rulebook)
        ):
            return [f"the sender's name shows an address at {shown}, but the mail comes from {author.domain}"]
    if any(unicodedata.category(mark) == "Cf" and mark not in "\u200c\u200d\u00ad" for mark in author.name):
        return ["the sender's name holds invisible characters"]
    return []


def _look_alike(message: Message, history: History, own_addresses: frozenset[str]) -> list[str]:
    known = {registrable(item.author.domain) for item in history.received if item.author is not None}
    known |= {registrable(item.domain) for mail in history.sent for item in mail.to}
    known |= {registrable(item.rpartition("@")[2]) for item in own_addresses}
    known = {item for item in known if item and item not in FREEMAIL}
    reasons = []
    for address in (*message.from_, *message.reply_to):
        domain = registrable(address.domain)
        if not domain or domain in known:
            continue
        shape = skeleton(domain)
        if twin := next((item for item in sorted(known) if _alike(shape, skeleton(item), domain, item)), ""):
            reasons.append(f"{domain} looks like {twin}, which wrote to you before, but is another domain")
        elif _mixed_scripts(domain):
            reasons.append(f"{domain} mixes letters of several alphabets")
    return reasons


def skeleton(domain: str) -> str:
    """Fold what looks alike: punycode opened, confusable letters and `rn` for `m` made one."""
    shown = _unpuny(domain)
    plain = "".join(c for c in unicodedata.normalize("NFKD", shown.lower()) if not unicodedata.combining(c))
    return plain.translate(_CONFUSED).replace("rn", "m").replace("vv", "w").replace("cl", "d").replace("i", "l")


def _alike(shape: str, other_shape: str, domain: str, other: str) -> bool:
    if shape == other_shape:
        return True
    label, other_label = shape.partition(".")[0], other_shape.partition(".")[0]
    same_end = domain.partition(".")[2] == other.partition(".")[2]
    return same_end and min(len(label), len(other_label)) >= 6 and _one_edit(label, other_label)


def _one_edit(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    short, long = sorted((one, other), key=len)
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) == len(long):
        swapped = short[start + 1 : start + 2] + short[start : start + 1] + short[start + 2 :]
        return short[start + 1 :] == long[start + 1 :] or swapped == long[start:]
    return short[start:] == long[start + 1 :]


def _mixed_scripts(domain: str) -> bool:
    label = _unpuny(domain).partition(".")[0]
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in label if c.isalpha()}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def _unpuny(domain: str) -> str:
    if "xn--" not in domain:
        return domain
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def _initials(text: str) -> str:
    return "".join(word[0] for word in text.casefold().split() if word[0].isalnum())
