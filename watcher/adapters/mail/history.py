r"""Earlier mail with an employer, found on the server: few commands, few octets, whatever the mailbox holds.

INBOX, archive and Sent are searched (or All Mail alone, where there is one), each with at most EXAMINE, SEARCH and one
FETCH of the beginning of every hit; the mailbox that is open already comes first. When the commands are used up the
rest is left. SEARCH compares substrings of whole header fields, display names included, so every hit is compared again
here.

Source: RFC 9051 6.4.4 (SEARCH), RFC 6154 2 (\All).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from watcher.adapters.mail.client import Client, day, text
from watcher.adapters.mail.headers import addresses, bare, ids, subject
from watcher.adapters.mail.mailboxes import Roles
from watcher.adapters.mail.reading import read_start
from watcher.ports import Fetched, Found, HistoryQuery

COMMANDS = 5
OCTETS = 800_000  # of messages read, together
CAP = 24 << 10  # octets of one message: header section and, nearly always, its text
SPARE = 20  # more hits than asked for are read: some fall away when they are compared here
MOST = 200  # messages of one mailbox
TERMS = 48  # criteria in one SEARCH
ONE_DAY = timedelta(days=1)  # SEARCH knows days only, in the server's own zone; the rest is compared here
PEOPLE = (b"FROM", b"TO", b"CC")
THREADING = (b"Message-ID", b"In-Reply-To", b"References")


def search_history(client: Client, roles: Roles, query: HistoryQuery, own: frozenset[str]) -> Found:
    """Find earlier mail, newest first.

    Args:
        client: Logged in.
        roles: Where INBOX, Sent and the archives are.
        query: What to look for.
        own: The user's addresses: mail from them was sent by the user.
    """
    criteria = _criteria(query)
    if not criteria or query.limit < 1:
        return Found()
    begun = client.connection.commands
    octets, hits = OCTETS, list[Fetched]()
    for mailbox in _places(client, roles):
        left = COMMANDS - (client.connection.commands - begun)
        if left < (2 if client.selected == mailbox else 3):
            break
        messages = _search(client, mailbox, criteria, query, min(query.limit + SPARE, MOST), octets)
        octets -= sum(len(message.raw) for message in messages)
        hits.extend(messages)
    kept = _distinct([hit for hit in hits if matches(hit, query)])
    kept.sort(key=lambda hit: hit.internal_date, reverse=True)
    received, sent = list[Fetched](), list[Fetched]()
    for hit in kept[: query.limit]:
        mine = hit.mailbox == roles.names.get("sent") or bool(addresses(hit.raw, "From") & own)
        (sent if mine else received).append(hit)
    return Found(tuple(received), tuple(sent))


def any_of(criteria: Sequence[Sequence[bytes]]) -> list[bytes]:
    """Join criteria by OR, which is binary and prefix: OR a OR b c. Source: RFC 9051 6.4.4."""
    joined: list[bytes] = []
    for index, criterion in enumerate(criteria):
        if index < len(criteria) - 1:
            joined.append(b"OR")
        joined.extend(criterion)
    return joined


def _criteria(query: HistoryQuery) -> list[list[bytes]]:
    found = [[key, text(item)] for item in (*query.addresses, *query.domains) if item.strip() for key in PEOPLE]
    found += [[b"HEADER", name, text(bare(item))] for item in query.message_ids if bare(item) for name in THREADING]
    found += [[key, text(item)] for item in query.words if item.strip() for key in (b"SUBJECT", b"FROM")]
    return found[:TERMS]


def _places(client: Client, roles: Roles) -> list[str]:
    if roles.all_mail:
        return [roles.all_mail]
    archives = [place for place in roles.archives if not client.seems_empty(place)]
    wanted = [place for place in (roles.names.get("inbox", ""), *archives, roles.names.get("sent", "")) if place]
    return sorted(wanted, key=lambda place: place != client.selected)


def _search(
    client: Client, mailbox: str, criteria: list[list[bytes]], query: HistoryQuery, most: int, octets: int
) -> list[Fetched]:
    selected = client.opened if client.selected == mailbox and client.opened else client.examine(mailbox)
    if not selected.exists:
        return []
    when = [b"UNDRAFT"]  # our own drafts are not the user's history
    if query.since:
        when += [b"SINCE", day(query.since - ONE_DAY)]
    if query.before:
        when += [b"BEFORE", day(query.before + ONE_DAY)]
    uids = client.search(*when, *any_of(criteria))[-most:]
    if not uids:
        return []
    cap = max(2048, min(CAP, octets // len(uids)))
    return read_start(client, mailbox, selected.uidvalidity, uids, cap)


def matches(hit: Fetched, query: HistoryQuery) -> bool:
    """Tell whether a message is what a query asks for: the same for every server, however it searches."""
    if (query.since and hit.internal_date < query.since) or (query.before and hit.internal_date >= query.before):
        return False
    people = addresses(hit.raw, "From", "To", "Cc")
    if people & {item.strip().casefold() for item in query.addresses}:
        return True
    domains = {address.rpartition("@")[2] for address in people}
    for wanted in (item.strip().casefold() for item in query.domains):
        if wanted and any(domain == wanted or domain.endswith("." + wanted) for domain in domains):
            return True
    if ids(hit.raw, "Message-ID", "In-Reply-To", "References") & {bare(item) for item in query.message_ids}:
        return True
    title = subject(hit.raw).casefold()
    labels = {label for domain in domains for label in domain.split(".")[:-1]}
    return any(_has_words(title, item) or _letters(item) in labels for item in query.words)


def _letters(name: str) -> str:
    """Give an employer's name as it may stand in its domain."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _has_words(title: str, wanted: str) -> bool:
    words = wanted.strip().casefold()
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", title) is not None


def _distinct(hits: list[Fetched]) -> list[Fetched]:
    """The same message in two mailboxes (Gmail's labels, copies) counts once."""
    seen: set[str] = set()
    kept = []
    for hit in hits:
        key = min(ids(hit.raw, "Message-ID"), default="") or f"{hit.mailbox}:{hit.uid}"
        if key not in seen:
            seen.add(key)
            kept.append(hit)
    return kept
