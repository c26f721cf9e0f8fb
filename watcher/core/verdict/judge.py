"""judge(): the steps from a message to a verdict, in order.

own mail? -> normalise -> language -> one automaton pass -> words -> guards -> gate and decision -> stage and manners

The automaton looks at all that is to be read first, history included: nearly all mail ends there, and only where it
finds something are the author's own words cut out and read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from watcher.core.message import Message
from watcher.core.rules import Rulebook, Signal
from watcher.core.verdict import correction
from watcher.core.verdict.decide import CERTAINLY_NOT, LETTER_CHARACTERS, LISTED, THANKED, THIN, Decision, count, decide
from watcher.core.verdict.engine import Entry, Hit, Machine, in_characters
from watcher.core.verdict.gate import Origin, origin_of
from watcher.core.verdict.guards import Judged, weigh
from watcher.core.verdict.language import languages_of, table_of
from watcher.core.verdict.normalise import MAX_CHARACTERS, normalise, normalise_line, origins
from watcher.core.verdict.opinion import Opinion, opinion
from watcher.core.verdict.values import Certainty, Evidence, Formality, Outcome, Stage, Verdict

DECISIVE = frozenset(
    {
        "rejection",
        "position_closed",
        "on_hold",
        "acknowledgement",
        "interview",
        "assessment",
        "offer",
        "requirement_question",
        "withdrawn",
    }
)
_OF_LETTERS = frozenset({"rejection", "position_closed", "acknowledgement", "feedback_refused"})
"""What a letter about an application has, if only its courtesies: mail sent to many is suspected for these alone."""

MAX_EVIDENCE = 24
SUSPECTED = 0.8
"""From here the second opinion suspects a refusal that no rule sees, and asks the user: see docs/decisions."""

DOUBTED = 0.5
"""Below this it doubts that what was refused is a job, and asks the user."""

DOUBTED_REFUSAL, DOUBTED_LEAN_REFUSAL, LEAN_JOB_WORDS = 0.3, 0.4, 5
"""Below the first it doubts that it is a refusal at all, below the second where so few words are about a job."""

HEARD = 0.8
"""From here, in both its models, it stands for the words of a job that a short no lacks."""

ENOUGH_CHARACTERS = 150
"""Shorter texts have too few words for a doubt."""

AGREED = 0.5


@dataclass(frozen=True, slots=True)
class Memory:
    """What the judge may know beside the message and the rules.

    Attributes:
        own_addresses: The user's addresses, lower case: mail from them is never judged.
        corrections: What the user taught: key (sender or template fingerprint) -> outcome.
        known_threads: Message ids of earlier mail of applications: they open the job gate.
    """

    own_addresses: frozenset[str] = frozenset()
    corrections: dict[str, str] = field(default_factory=dict)
    known_threads: frozenset[str] = frozenset()


def judge(message: Message, rulebook: Rulebook, memory: Memory | None = None) -> Verdict:
    """Say what a message is; the same message, rules and memory always give the same verdict."""
    memory = memory or Memory()
    if message.error:
        return Verdict(because="it could not be read")
    if any(address.addr_spec.lower() in memory.own_addresses for address in message.from_):
        return Verdict(because="you wrote it yourself")
    origin = origin_of(message, rulebook, memory.known_threads)
    if origin.mailing_list and not (origin.opens_gate or origin.marked_no):
        verdict = Verdict(because=LISTED)  # read by many: no letter to an applicant
    else:
        verdict = _judge_letter(message, rulebook, origin)
    if memory.corrections:
        verdict = correction.apply(verdict, message, memory.corrections)
    return verdict


def _judge_letter(message: Message, rulebook: Rulebook, origin: Origin) -> Verdict:
    compiled = compile_rulebook(rulebook)
    text = _Text.whole(message) if len(message.text) <= MAX_CHARACTERS else _Text.own(message)
    looks = _looks(text, compiled, origin)
    if any(look.is_promising for look in looks):
        text = _Text.own(message)
        looks = _looks(text, compiled, origin, decides=any(look.is_worth_reading for look in looks))
    found = _best([_read(look, text, origin) for look in looks])
    verdict = _verdict(found, text, origin, message)
    if rulebook.model and (verdict.outcome.is_no or found.is_suspicious):
        verdict = _with_opinion(verdict, text, rulebook.model, found, origin)
    return verdict


class Compiled:
    """A rulebook ready to judge with; a language's automata are made when first asked."""

    def __init__(self, rulebook: Rulebook) -> None:
        words = {word: normalise_line(word).strip() for item in rulebook.languages for word in item.stop_words}
        self.languages = rulebook.languages
        self.stop_words = table_of(rulebook.languages, words)
        self.machines = tuple(Machine(language, DECISIVE | _OF_LETTERS) for language in rulebook.languages)


_COMPILED: list[tuple[Rulebook, Compiled]] = []
_KEPT = 4


def compile_rulebook(rulebook: Rulebook) -> Compiled:
    """Make a rulebook ready, once: the last four are remembered."""
    for known, compiled in _COMPILED:
        if known is rulebook or (rulebook.fingerprint and known.fingerprint == rulebook.fingerprint):
            return compiled
    compiled = Compiled(rulebook)
    _COMPILED.insert(0, (rulebook, compiled))
    del _COMPILED[_KEPT:]
    return compiled


@dataclass(frozen=True, slots=True)
class _Text:
    """Subject and body as one normalised text; the subject is its first lines."""

    subject: str
    body: str
    text: str
    subject_end: int
    is_fresh: bool

    @classmethod
    def whole(cls, message: Message) -> _Text:
        """Take all that is to be read, history included."""
        return cls._of(message.subject, message.text, is_fresh=False)

    @classmethod
    def own(cls, message: Message) -> _Text:
        """Take the author's own new words, or all where there are none."""
        is_fresh = bool(message.fresh.strip())
        return cls._of(message.subject, message.fresh if is_fresh else message.text, is_fresh=is_fresh)

    @classmethod
    def _of(cls, subject: str, body: str, *, is_fresh: bool) -> _Text:
        line = normalise_line(subject).rstrip("\n") + "\n"
        return cls(subject, body, line + normalise(body), len(line), is_fresh)


@dataclass(slots=True)
class _Reading:
    """What one language made of the text.

    Attributes:
        tag: Of the language.
        is_suspicious: A letter that may be about an application: worth a second opinion.
        objects: Words of a no stood there and were taken away, or it is no answer to an application at all.
        judged: Hits, weighed.
        decision: What they mean.
    """

    tag: str = ""
    is_suspicious: bool = False
    objects: bool = False
    judged: list[Judged] = field(default_factory=list)
    decision: Decision = field(
        default_factory=lambda: Decision(Outcome.OTHER, Certainty.SURE, "no signal of an answer to an application")
    )


@dataclass(slots=True)
class _Look:
    """What one language's automaton touched, before any words are searched for.

    Attributes:
        machine: Of the language.
        octets: The normalised text.
        touched: What may decide and may stand there.
        is_worth_reading: A word for a job may be there and words that may decide are.
        is_suspicious: A letter that may be about an application: worth a second opinion.
    """

    machine: Machine
    octets: bytes
    touched: list[Entry] = field(default_factory=list)
    is_worth_reading: bool = False
    is_suspicious: bool = False

    @property
    def is_promising(self) -> bool:
        """Something in it may be an answer to an application."""
        return self.is_worth_reading or self.is_suspicious


def _looks(text: _Text, compiled: Compiled, origin: Origin, *, decides: bool = True) -> list[_Look]:
    octets = text.text.encode("utf-8", "surrogatepass")
    subject = text.text[: text.subject_end].encode("utf-8", "surrogatepass")
    numbers = languages_of(text.text, compiled.languages, compiled.stop_words)
    return [_look(text, subject, octets, compiled.machines[number], origin, decides=decides) for number in numbers]


def _look(text: _Text, subject: bytes, octets: bytes, machine: Machine, origin: Origin, *, decides: bool) -> _Look:
    """Look at a text by one language; where nothing decides in the whole of it, its own words need no look for that."""
    look = _Look(machine, octets)
    speaks_of_jobs = machine.speaks_of_jobs(subject, octets)
    if not (speaks_of_jobs or origin.opens_gate):
        return look
    if decides or origin.bulk:
        look.touched = machine.touched(octets)
    signals = [entry.signal for entry in look.touched]
    look.is_suspicious = speaks_of_jobs and _is_suspicious(signals, text, origin)
    look.is_worth_reading = (
        decides
        and _is_worth_reading(signals, origin)
        and machine.has_any((entry for entry in look.touched if _is_decisive(entry.signal)), octets)
    )
    return look


def _read(look: _Look, text: _Text, origin: Origin) -> _Reading:
    machine, octets = look.machine, look.octets
    reading = _Reading(machine.language.language, look.is_suspicious)
    if not look.is_worth_reading:
        return reading
    hits = [
        hit
        for hit in in_characters(machine.find(octets, look.touched), text.text, octets)
        if _is_in_place(hit, text.subject_end)
    ]
    reading.judged = weigh(hits, text.text, guards_follow=machine.language.guards_follow)
    findings = count(reading.judged, text.subject_end, len(text.text))
    reading.decision = decide(findings, origin)
    denied = findings.guarded.get("rejection") or findings.guarded.get("position_closed")
    reading.objects = not reading.decision.outcome.is_no and (bool(denied) or reading.decision.because in CERTAINLY_NOT)
    return reading


def _is_worth_reading(touched: list[Signal], origin: Origin) -> bool:
    """Leave at once what has nothing decisive: nearly all mail of a mailbox."""
    strengths = {signal.strength for signal in touched if signal.category in DECISIVE}
    if "strong" in strengths or any(signal.category == "acknowledgement" for signal in touched):
        return True
    return strengths >= {"likely", "supporting"} or bool(strengths and origin.ats)


def _is_suspicious(touched: list[Signal], text: _Text, origin: Origin) -> bool:
    if origin.mailing_list or len(text.text) > LETTER_CHARACTERS:
        return False
    kinds = {signal.category for signal in touched}
    return not (origin.bulk and kinds.isdisjoint(_OF_LETTERS))


def _is_decisive(signal: Signal) -> bool:
    return signal.category in DECISIVE and (signal.strength != "supporting" or signal.category == "acknowledgement")


def _is_in_place(hit: Hit, subject_end: int) -> bool:
    where = hit.signal.where
    return where == "both" or (where == "subject") == (hit.start < subject_end)


def _best(readings: list[_Reading]) -> _Reading:
    """Choose the language that found most: a sure no, an unsure one, anything, then the likeliest.

    Neighbours read each other's mail (Danish and Norwegian, Czech and Slovak): what the likelier one takes for a
    condition or another kind of application is not sure because the other one has no word for it.
    """
    if not readings:
        return _Reading()

    def rank(reading: _Reading) -> tuple[bool, bool, bool]:
        decision = reading.decision
        return (decision.is_sure_no, decision.outcome.is_no, decision.outcome is not Outcome.OTHER)

    found = max(readings, key=rank)  # max() keeps the first of equals
    if found.decision.is_sure_no and any(reading.objects for reading in readings[: readings.index(found)]):
        because = f"{found.decision.because}, but not in the language it is more likely written in"
        return replace(found, decision=replace(found.decision, certainty=Certainty.UNSURE, because=because))
    return found


def _verdict(found: _Reading, text: _Text, origin: Origin, message: Message) -> Verdict:
    decision = found.decision
    if origin.marked_no:
        decision = Decision(Outcome.REJECTION, Certainty.SURE, "a header field says so that only refusals carry")
    categories: set[str] = {item.hit.signal.category for item in found.judged if item.counted}
    is_told = decision.outcome is not Outcome.OTHER or any(map(_shows, found.judged))
    evidence = _evidence(found.judged, text) if is_told else ()
    if origin.marked_no:
        marker = message.header("x-linkedin-template")
        evidence = (Evidence("header.linkedin_template", "rejection", marker), *evidence)
    return Verdict(
        outcome=decision.outcome,
        certainty=decision.certainty,
        language=found.tag,
        stage=_stage(categories),
        evidence=evidence,
        formality=_formality(found.judged),
        feedback="refused"
        if "feedback_refused" in categories
        else "offered"
        if "feedback_offered" in categories
        else None,
        unmonitored="unmonitored" in categories,
        because=decision.because,
    )


def _with_opinion(verdict: Verdict, text: _Text, model: bytes, found: _Reading, origin: Origin) -> Verdict:
    """Add the learned opinion: it weighs in on a no that the rules found, and may suspect one that they did not."""
    told = opinion(text.text, model)
    if told is None:
        return verdict
    value = round(told.refusal, 4)
    if verdict.outcome.is_no:
        return _weighed(replace(verdict, opinion=value), told, found, origin, len(text.text))
    is_open = verdict.certainty is Certainty.SURE and (verdict.outcome is Outcome.OTHER or verdict.because == THANKED)
    if value < SUSPECTED or not is_open or found.decision.because in CERTAINLY_NOT:
        return replace(verdict, opinion=value)
    note = f"the second opinion suspects a refusal: {value:.2f}"
    return replace(
        verdict,
        outcome=Outcome.REJECTION,
        certainty=Certainty.UNSURE,
        opinion=value,
        evidence=(*verdict.evidence, Evidence("model", "opinion", "", note=note)),
        because="no rule decides, but it reads like a refusal",
    )


def _weighed(verdict: Verdict, told: Opinion, found: _Reading, origin: Origin, characters: int) -> Verdict:
    """Let the opinion doubt that a sure no is about a job, or hear so where the rules miss only the words."""
    agrees = "agrees" if told.refusal >= AGREED else "disagrees"
    note = f"the second opinion {agrees}: {told.refusal:.2f}"
    certainty, because = verdict.certainty, verdict.because
    is_proven = origin.is_trusted or origin.marked_no
    doubt = _doubt(told, found) if not is_proven and characters >= ENOUGH_CHARACTERS else ""
    if verdict.is_sure_no and doubt:
        certainty, because = Certainty.UNSURE, f"{because}, but the second opinion doubts it"
        note += f"; it doubts that {doubt}"
    elif found.decision.is_thin and min(told.refusal, told.job) >= HEARD:
        certainty, because = Certainty.SURE, because.replace(f"but {THIN}", "about a job as the second opinion hears")
        note += f"; it hears that this is about a job: {told.job:.2f}"
    evidence = (*verdict.evidence, Evidence("model", "opinion", "", note=note))
    return replace(verdict, certainty=certainty, because=because, evidence=evidence)


def _doubt(told: Opinion, found: _Reading) -> str:
    """Say what the opinion doubts, and how much; empty where it does not."""
    if told.job < DOUBTED:
        return f"this is about a job: {told.job:.2f}"
    limit = DOUBTED_LEAN_REFUSAL if found.decision.job_words <= LEAN_JOB_WORDS else DOUBTED_REFUSAL
    return f"anything is refused: {told.refusal:.2f}" if told.refusal < limit else ""


def _shows(item: Judged) -> bool:
    """Say whether a hit is worth telling the user about at all."""
    return item.hit.signal.strength == "strong" and item.hit.signal.category in DECISIVE


def _stage(categories: set[str]) -> Stage:
    for stage in reversed(Stage):
        if f"stage_{stage.value}" in categories:
            return stage
    return Stage.UNKNOWN


def _formality(judged: list[Judged]) -> Formality | None:
    formal = sum(item.hit.signal.category == "formal" for item in judged)
    informal = sum(item.hit.signal.category == "informal" for item in judged)
    if formal == informal:
        return None
    return "formal" if formal > informal else "informal"


def _evidence(judged: list[Judged], text: _Text) -> tuple[Evidence, ...]:
    shown = _said_once(item for item in judged if item.hit.signal.category not in {"job_term", "formal", "informal"})
    if not shown:
        return ()
    subject_map = origins(" ".join(text.subject.split()))[1]
    body_map = origins(text.body)[1]
    return tuple(_one(item, text, subject_map, body_map) for item in shown[:MAX_EVIDENCE])


def _said_once(judged: Iterable[Judged]) -> list[Judged]:
    """Leave out what a signal says again of words it has spoken of."""
    shown: list[Judged] = []
    told_to: dict[str, int] = {}
    for item in judged:
        if item.hit.start >= told_to.get(item.hit.signal.id, 0):
            told_to[item.hit.signal.id] = item.hit.end
            shown.append(item)
    return shown


def _one(item: Judged, text: _Text, subject_map: list[int], body_map: list[int]) -> Evidence:
    hit, signal = item.hit, item.hit.signal
    if hit.start < text.subject_end:
        line = " ".join(text.subject.split())
        last = min(hit.end, len(subject_map)) - 1
        quote = line[subject_map[hit.start] : subject_map[last] + 1] if subject_map and last >= hit.start else ""
        return Evidence(signal.id, signal.category, quote, counted=item.counted, note=item.note)
    start = body_map[hit.start - text.subject_end]
    end = body_map[hit.end - 1 - text.subject_end] + 1
    quote = text.body[start:end]
    if not text.is_fresh:
        start = end = -1
    return Evidence(signal.id, signal.category, quote, start, end, counted=item.counted, note=item.note)
