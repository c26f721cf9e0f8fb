"""find_contact(): from every address seen to the one person who delivered the news, or to nobody.

The tiers are those of ETIQUETTE section 5, asked in order of how surely the person delivered the news:
signer, sender (A, A2), token (B), Reply-To person (C), recruiter of earlier mail (D2); after these only with the
user's consent: Reply-To team box (C), interviewer (D3), organiser (D4), Cc (D5), team box (D6). Else nobody (E).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from watcher.core.contact.address import classify, is_noise, registrable, same_domain, system_of
from watcher.core.contact.names import read_name
from watcher.core.contact.opening import read_opening
from watcher.core.contact.seen import Firm, Seen, firm_of, in_history, in_rejection, is_bulk, shares_thread
from watcher.core.contact.signer import Signer, find_signer
from watcher.core.contact.trust import check_trust, is_company_of
from watcher.core.contact.values import Candidate, Contact, ContactKind, History, NoContact, Role, Trust
from watcher.core.message import Message
from watcher.core.rules import Rulebook
from watcher.core.verdict import Verdict

AUTOMATIC = frozenset({"A", "A2", "B", "C", "D1", "D2"})
_CONFIDENCE = {
    "A": 0.95,
    "A2": 0.9,
    "B": 0.9,
    "C": 0.85,
    "D1": 0.9,
    "D2": 0.8,
    "D3": 0.5,
    "D4": 0.45,
    "D5": 0.3,
    "D6": 0.3,
}
_ORDER = ("D1", "A", "A2", "B", "C", "D2", "C team", "D3", "D4", "D5", "D6")


def find_contact(
    message: Message,
    verdict: Verdict,
    rulebook: Rulebook,
    history: History = History(),  # noqa: B008 -- frozen
    own_addresses: frozenset[str] = frozenset(),
    *,
    employer: str = "",
    role: str = "",
    authserv_id: str = "",
    bounced: frozenset[str] = frozenset(),
) -> Contact | NoContact:
    """Find the one person to write to among the addresses seen.

    Args:
        message: The rejection.
        verdict: Its verdict; `unmonitored` rules out the address it came from.
        rulebook: The rules.
        history: Earlier mail with the same employer, as far as it was found.
        own_addresses: The user's, lower case: never a recipient.
        employer: Name of the employer when it is already understood.
        role: Title of the opening when it is already understood.
        authserv_id: Name the user's own server signs Authentication-Results with; empty: learned from history.
        bounced: Addresses a mail could not be delivered to, lower case.
    """
    trust = check_trust(message, rulebook, history, own_addresses, authserv_id)
    signer = find_signer(message)
    opening = read_opening(message, rulebook, verdict.language)
    firm = firm_of(message, rulebook, employer or opening.employer, role or opening.role, opening.names)
    search = _Search(message, verdict, rulebook, own_addresses, bounced, signer, firm)
    seen = [*in_rejection(message, rulebook, signer), *in_history(message, history, rulebook, firm, verdict.language)]
    ranked = search.rank(seen)
    return _choose(ranked, message, verdict, trust, signer)


class _Search:
    """One search: gives every sighting its tier, or the reason why it is left."""

    def __init__(
        self,
        message: Message,
        verdict: Verdict,
        rulebook: Rulebook,
        own: frozenset[str],
        bounced: frozenset[str],
        signer: Signer | None,
        firm: Firm,
    ) -> None:
        self.message, self.verdict, self.rulebook = message, verdict, rulebook
        self.own = {item.casefold() for item in own}
        self.bounced = {item.casefold() for item in bounced}
        self.signer, self.firm = signer, firm
        self.author = message.author
        self.sent_by_system = any(
            system_of(item, rulebook)
            for item in (message.sender.addr_spec if message.sender else "", message.return_path)
        )

    def rank(self, seen: Iterable[Seen]) -> list[tuple[Seen, str, str]]:
        """Give each address once, with its best tier and a sentence; tier is empty for those left out."""
        best: dict[str, tuple[Seen, str, str]] = {}
        for item in seen:
            tier, because = self._tier(item)
            known = best.get(item.key)
            if known is None or _place(tier) < _place(known[1]):
                name = item.name or (known[0].name if known else "")
                best[item.key] = (replace(item, name=name), tier, because)
            elif not known[0].name and item.name:
                best[item.key] = (replace(known[0], name=item.name), known[1], known[2])
        return sorted(best.values(), key=lambda found: _place(found[1]))

    def _tier(self, item: Seen) -> tuple[str, str]:
        if refused := self._refused(item):
            return "", refused
        if not item.earlier:
            return self._in_rejection(item)
        return self._in_history(item)

    def _refused(self, item: Seen) -> str:
        if item.key in self.own:
            return "this is your own address"
        if item.key in self.bounced:
            return "a mail to this address came back"
        if item.kind is ContactKind.UNMONITORED:
            return "nobody reads answers to this address"
        if is_noise(item.address, self.rulebook):
            return "this address only sends alerts"
        lists = self.message.header("list-post") or self.message.header("list-id")
        if lists and (item.key in lists.casefold() or item.key.partition("@")[2] in lists.casefold().split("@")[0]):
            return "this is a mailing list"
        if self.verdict.unmonitored and self.author and item.key == self.author.addr_spec.casefold():
            return "the mail says that nobody reads answers to this address"
        if self.verdict.unmonitored and item.source == "Reply-To" and item.kind is not ContactKind.HUMAN:
            return "the mail says that nobody reads answers to it"
        return ""

    def _in_rejection(self, item: Seen) -> tuple[str, str]:
        if item.source == "From":
            return self._from(item)
        if item.source == "Reply-To":
            return self._reply_to(item)
        if item.kind is ContactKind.HUMAN and item.source == "text":
            if not self._of_firm(item):
                return "", "stands in the text, but at a domain that is not visibly the firm's"
            if self.signer and item.name:
                return "D1", "signed the rejection, and the address stands in it"
            return "D5", "stands in the text of the rejection"
        if item.kind is ContactKind.HUMAN and item.source in {"Cc", "calendar ATTENDEE", "calendar ORGANIZER"}:
            return (
                ("D5", f"was in {item.source} of the rejection")
                if self._of_firm(item)
                else ("", "not visibly the firm's")
            )
        if item.kind is ContactKind.TEAM and self._of_firm(item):
            return "D6", "a team's address in the rejection"
        return "", "cannot be told whom this reaches"

    def _from(self, item: Seen) -> tuple[str, str]:
        if item.kind is ContactKind.HUMAN:
            return (
                ("A2", "wrote the rejection through a system") if self.sent_by_system else ("A", "wrote the rejection")
            )
        if item.kind is ContactKind.TOKEN:
            return "B", "the conversation's own address; it reaches the person who wrote"
        if item.kind is ContactKind.TEAM:
            return "D6", "the rejection came from this team address"
        return "", "cannot be told whom this address reaches"

    def _reply_to(self, item: Seen) -> tuple[str, str]:
        author = self.author
        relay = system_of(item.address, self.rulebook) is not None
        if item.kind is ContactKind.TOKEN and relay:
            return "B", "the conversation's own address, given for answers"
        trusted = (
            author is None
            or same_domain(item.address.rpartition("@")[2], author.domain)
            or item.key == author.addr_spec.casefold()
            or is_company_of(item.address.rpartition("@")[2], self.message, self.rulebook)
            or self.firm.named(item.address.rpartition("@")[2])
        )
        if not trusted:
            return "", "answers would go to another domain than the sender's"
        if item.kind is ContactKind.TOKEN:
            return "B", "the conversation's own address, given for answers"
        if item.kind is ContactKind.HUMAN:
            from_person = author is not None and classify(author, self.rulebook) is ContactKind.HUMAN
            return ("A" if from_person else "C"), "given for answers in the rejection"
        if item.kind is ContactKind.TEAM:
            return "C team", "a team's address, given for answers"
        return "", "cannot be told whom this address reaches"

    def _in_history(self, item: Seen) -> tuple[str, str]:
        if item.kind is ContactKind.TOKEN:
            if item.source.startswith(("earlier mail", "Reply-To")) and shares_thread(item.message, self.message):
                return "B", "the conversation's own address in this thread"
            return "", "an address of another conversation"
        if item.kind is ContactKind.TEAM:
            return ("D6", "a team's address in earlier mail") if self.firm.has(_host(item)) else ("", "not the firm's")
        if item.kind is not ContactKind.HUMAN:
            return "", "cannot be told whom this address reaches"
        threaded = shares_thread(item.message, self.message)
        if not (self.firm.has(_host(item)) or threaded or item.role is Role.RECRUITER):
            return "", "not visibly the firm's or its agency's"
        if item.other_role:
            return "D5", f"wrote to you{_on(item.message)}, but about another opening there"
        if self._signed(item):
            return "D1", f"signed the rejection; address seen in {item.source}{_on(item.message)}"
        if item.personal:
            tier = "D3" if item.role in {Role.HIRING_MANAGER, Role.INTERVIEWER} else "D2"
            return tier, f"wrote to you{_on(item.message)} about this application"
        if item.source == "calendar ORGANIZER":
            return "D4", f"invited you to a meeting{_on(item.message)}"
        if is_bulk(item.message):
            return "", "seen in a mail to many only"
        return "D5", f"seen in {item.source}{_on(item.message)}"

    def _signed(self, item: Seen) -> bool:
        if self.signer is None or not item.name:
            return False
        one, other = self.signer.name, read_name(item.name, alone=True)
        if other is None or one.first.casefold() != other.first.casefold():
            return False
        return not one.last or not other.last or one.last.casefold() == other.last.casefold()

    def _of_firm(self, item: Seen) -> bool:
        host = _host(item)
        return self.firm.has(host) or bool(self.author and same_domain(host, self.author.domain))


def _choose(
    ranked: list[tuple[Seen, str, str]], message: Message, verdict: Verdict, trust: Trust, signer: Signer | None
) -> Contact | NoContact:
    usable = [found for found in ranked if found[1]]
    usable = _deliverer_first(usable)
    if not usable:
        return NoContact(_reason(message, verdict, ranked), _ADVICE, _considered(ranked, None, ""), trust)
    seen, tier, because = usable[0]
    rivals = [item for item, other, _ in usable if other == tier and item.key != seen.key]
    if tier == "D2" and rivals:
        recruiters = [found for found in usable if found[1] == "D2" and found[0].role is Role.RECRUITER]
        if len(recruiters) == 1:
            seen, tier, because = recruiters[0]
            rivals = []
    if tier in {"D1", "D2", "D3", "D4", "D5", "D6"} and rivals:
        names = ", ".join(item.name or item.address for item in (seen, *rivals))
        return NoContact(
            f"several people could have delivered the news, none more likely than the others: {names}",
            "choose one of them with `afterword ask ID --to ADDRESS`",
            _considered(ranked, None, "as likely as another one"),
            trust,
        )
    return _contact(seen, tier, because, ranked, trust, signer)


def _deliverer_first(usable: list[tuple[Seen, str, str]]) -> list[tuple[Seen, str, str]]:
    # A sender who signed stays the sender; a different signer whose address was seen beats the account it came from.
    senders = [found for found in usable if found[1] in {"A", "A2"}]
    if not senders:
        return usable
    from_names = {read_name(found[0].name, alone=True) for found in senders} - {None}
    signers = [found for found in usable if found[1] == "D1"]
    if signers and from_names and not signers[0][0].earlier:
        return [*senders, *[found for found in usable if found not in senders]]
    return usable


def _contact(
    seen: Seen, tier: str, because: str, ranked: list[tuple[Seen, str, str]], trust: Trust, signer: Signer | None
) -> Contact:
    name = seen.name
    if not name and tier in {"A", "A2", "B"} and signer is not None:
        name = signer.name.full
    person = read_name(name, seen.address.partition("@")[0], alone=True) if name else None
    role = seen.role
    if signer and person and role is Role.UNKNOWN and person.first == signer.name.first:
        role = signer.role
    title = seen.title or (person.title if person else "")
    if signer and person and signer.name.title and person.first == signer.name.first:
        title = signer.name.title
    shown = person.full if person else ""
    tier_name = tier.partition(" ")[0]
    kind = seen.kind
    if kind is ContactKind.TEAM:
        person, shown = None, ""
    return Contact(
        address=seen.address,
        name=shown,
        first_name=person.first if person else "",
        last_name=person.last if person else "",
        title=title if person else "",
        kind=kind,
        role=role,
        confidence=round(_CONFIDENCE[tier_name] * (0.5 if trust.doubtful else 1.0), 2),
        confirm=tier_name not in AUTOMATIC or tier == "C team" or trust.doubtful,
        evidence=f"{shown or seen.address} {because}"
        if not because.startswith("the ")
        else f"{seen.address}: {because}",
        considered=_considered(ranked, seen, ""),
        trust=trust,
    )


_ADVICE = (
    "if you know who decided, name the person with `afterword ask ID --to ADDRESS`; earlier mail that was deleted or "
    "lies in another mailbox is not searched"
)


def _reason(message: Message, verdict: Verdict, ranked: list[tuple[Seen, str, str]]) -> str:
    looked = len({found[0].key for found in ranked})
    author = message.author.addr_spec if message.author else "nobody"
    if verdict.unmonitored:
        return f"the mail says that answers are not read, and no person was seen ({looked} addresses looked at)"
    return f"it came from {author}, which reaches nobody, and no person was seen ({looked} addresses looked at)"


def _considered(ranked: list[tuple[Seen, str, str]], taken: Seen | None, left: str) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            address=seen.address,
            name=seen.name,
            kind=seen.kind,
            role=seen.role,
            source=seen.source,
            tier=tier.partition(" ")[0],
            taken=taken is not None and seen.key == taken.key,
            because=because
            if not tier or (taken and seen.key == taken.key)
            else (left or f"{because}; another came first"),
        )
        for seen, tier, because in ranked
    )


def _place(tier: str) -> int:
    return _ORDER.index(tier) if tier in _ORDER else len(_ORDER)


def _host(item: Seen) -> str:
    return registrable(item.address.rpartition("@")[2])


def _on(message: Message) -> str:
    return f" on {message.date.day} {message.date:%B %Y}" if message.date else ""
