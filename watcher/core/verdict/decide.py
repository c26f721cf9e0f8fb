"""Evidence -> outcome and certainty: the table of what beats what."""

from __future__ import annotations

from dataclasses import dataclass, field

from watcher.core.verdict.gate import Origin
from watcher.core.verdict.guards import Judged
from watcher.core.verdict.values import Certainty, Outcome


@dataclass(slots=True)
class Findings:
    """What was found, counted by category.

    Attributes:
        body: Category -> strong hits that count, in the body.
        subject: The same in the subject.
        likely: Category -> likely hits that count, in the body.
        hints: Category -> supporting hits (body and subject), distinct signals.
        guarded: Category -> hits a guard took away.
        characters: Length of the text.
    """

    body: dict[str, int] = field(default_factory=dict)
    subject: dict[str, int] = field(default_factory=dict)
    likely: dict[str, int] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)
    guarded: dict[str, int] = field(default_factory=dict)
    characters: int = 0

    @property
    def job_words(self) -> int:
        """Different words about a job, those that others share included."""
        return self.both("job_term") + self.hints.get("job_term", 0)

    def both(self, category: str) -> int:
        """Strong hits anywhere."""
        return self.body.get(category, 0) + self.subject.get(category, 0)


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcome, certainty, and one sentence why."""

    outcome: Outcome
    certainty: Certainty
    because: str
    is_thin: bool = False
    """Only words of a job are missing to be sure."""

    job_words: int = 0
    """How many different words are about a job."""

    @property
    def is_sure_no(self) -> bool:
        """It says no, and surely."""
        return self.outcome.is_no and self.certainty is Certainty.SURE


_BY_WORDS = frozenset({"job_term", "nonjob", "about"})
"""Categories where each different word counts: what a mail is about shows in its vocabulary."""

_DECISIVE = frozenset({"rejection", "position_closed"})

LETTER_CHARACTERS = 3_500
"""Letters of refusal are shorter (the longest of 353 has 1,803): longer mail of a stranger is never a sure one."""

NOTE_CHARACTERS = 600
"""A personal note this short may say no without any politeness."""

JOB_WORDS_FOR_ONE = 3
"""Words of a job it takes against each word of another kind of application to be sure."""

STEM = 4
ENOUGH_WORDS = 3
"""Words of a job it takes to be sure: those only jobs have count two, as having met does; those clubs, grants and shops
share with them count one."""

SURE_HINTS = 2
WEAK_HINTS = 1
WEAK_JOB_TERMS = 2
"""Supporting signals of different kinds that make a likely no a sure one, or at least an unsure one."""

SURE, UNSURE = Certainty.SURE, Certainty.UNSURE
THANKED = "it thanks for an application"
THIN = "hardly a word tells that it is about a job"
LISTED = "it comes from a mailing list"
_OWN_LETTER = "a candidate wrote it"
_ELSEWHERE = "it refuses something else than a job"
_ABOUT = "it writes about refusals and is none"
CERTAINLY_NOT = frozenset({_OWN_LETTER, _ELSEWHERE, _ABOUT})
"""Reasons against a no that a second opinion cannot outweigh."""

_QUIET = (
    ("withdrawn", Outcome.WITHDRAWN, "it confirms that you withdrew"),
    ("offer", Outcome.OFFER, "it offers the job"),
    ("on_hold", Outcome.ON_HOLD, "the opening is paused or undecided"),
    ("requirement_question", Outcome.REQUIREMENT_QUESTION, "it asks whether a requirement works for you"),
    ("interview", Outcome.INTERVIEW, "it invites to, or arranges, a conversation"),
    ("assessment", Outcome.ASSESSMENT, "it asks for a test or a work sample"),
    ("acknowledgement", Outcome.ACKNOWLEDGEMENT, "it confirms that something was received"),
)


def count(judged: list[Judged], subject_end: int, characters: int) -> Findings:
    """Count hits by category: a signal once, and decisive words once, however many signals say the same of them."""
    found = Findings(characters=characters)
    seen: set[tuple[str, str, bool]] = set()
    counted_to = 0
    for item in judged:
        signal, in_subject = item.hit.signal, item.hit.start < subject_end
        if not item.counted:
            found.guarded[signal.category] = found.guarded.get(signal.category, 0) + 1
            continue
        words = item.words if signal.category in _BY_WORDS else ""
        if signal.category == "job_term" and signal.strength == "supporting":
            words = words[:STEM]  # apply, applied, application: one word
        key = (signal.id, words, in_subject)
        if key in seen:
            continue
        seen.add(key)
        if signal.category in _DECISIVE and signal.strength == "strong" and not in_subject:
            if item.hit.start < counted_to:
                continue
            counted_to = item.hit.end
        table = found.subject if in_subject else found.body
        if signal.strength != "strong":
            table = found.hints if signal.strength == "supporting" or in_subject else found.likely
        table[signal.category] = table.get(signal.category, 0) + 1
    return found


def decide(found: Findings, origin: Origin) -> Decision:
    """Say what the counted evidence means.

    The order is the safety: another kind of application or a story about refusals first, then the no, then the rest.
    """
    if not _gate_is_open(found, origin):
        return Decision(Outcome.OTHER, SURE, "nothing in it speaks of a job application")
    no, closed = found.body.get("rejection", 0), found.body.get("position_closed", 0)
    weak = False
    if not no and not closed and _likely_counts(found, origin):
        hints = found.hints.get("rejection", 0)
        no = int(hints >= (WEAK_HINTS if found.both("job_term") >= WEAK_JOB_TERMS else SURE_HINTS))
        weak = hints < SURE_HINTS
    if not no and not closed:
        return _without_no(found, origin)
    doubt = _doubt(found, origin)
    if doubt is None and (weak or _is_alone(found, origin)):
        doubt = Decision(Outcome.REJECTION, UNSURE, "its words are not decisive")
    thin = doubt is None and _is_thin(found) and not origin.opens_gate
    if thin:
        doubt = Decision(Outcome.REJECTION, UNSURE, THIN)
    if doubt is not None and not doubt.outcome.is_no:
        return doubt
    certainty = SURE if doubt is None else UNSURE
    reason = "" if doubt is None else f", but {doubt.because}"
    if found.body.get("redirect"):
        outcome, says = Outcome.REJECTION_WITH_OFFER, "it refuses this role and offers another"
    elif no:
        outcome, says = Outcome.REJECTION, "it says that they decided against your application"
    else:
        outcome, says = Outcome.POSITION_CLOSED, "it says that the opening is gone"
    return Decision(outcome, certainty, f"{says}{reason}", is_thin=thin, job_words=found.job_words)


def _likely_counts(found: Findings, origin: Origin) -> bool:
    """Say whether a likely no may be one: short mail about a job that does not confirm a receipt."""
    if not found.likely.get("rejection") or found.characters > LETTER_CHARACTERS:
        return False
    if any(found.body.get(category) for category, *_ in _QUIET):
        return False
    return origin.opens_gate or bool(found.both("job_term"))


def _is_thin(found: Findings) -> bool:
    """Say whether hardly a word is about a job: clubs, grants and shops refuse in the same sentences."""
    met = found.both("stage_interviewed") or found.both("stage_final_round")
    return 2 * (found.both("job_term") + bool(met)) + found.hints.get("job_term", 0) < ENOUGH_WORDS


def _is_alone(found: Findings, origin: Origin) -> bool:
    """Say whether one decisive phrase stands without anything a letter of refusal has beside it."""
    if origin.opens_gate or found.hints.get("rejection"):
        return False
    decisive = found.body.get("rejection", 0) + found.body.get("position_closed", 0)
    return decisive < 2 and found.both("job_term") < 2 and found.characters > NOTE_CHARACTERS


def _gate_is_open(found: Findings, origin: Origin) -> bool:
    return bool(origin.opens_gate or found.both("job_term") or found.hints.get("job_term"))


def _doubt(found: Findings, origin: Origin) -> Decision | None:
    """Say what speaks against a no whose words were found: None, an unsure no, or not a no at all."""
    if origin.mailing_list:
        return Decision(Outcome.REJECTION, UNSURE, LISTED)  # of a firm that speaks of hiring, or a thread we know
    trusted = origin.is_trusted
    if found.both("candidate_voice") and not trusted:
        return Decision(Outcome.OTHER, SURE, _OWN_LETTER)
    job = found.both("job_term")
    nonjob = found.body.get("nonjob", 0) + 2 * found.subject.get("nonjob", 0)
    if nonjob and not trusted:
        if job < nonjob:
            return Decision(Outcome.OTHER, SURE, _ELSEWHERE)
        if job == nonjob:
            return Decision(Outcome.OTHER, UNSURE, "it seems to refuse something else than a job")
        if job < JOB_WORDS_FOR_ONE * nonjob:
            return Decision(Outcome.REJECTION, UNSURE, "it may be about something else than a job")
    about = found.both("about")
    if about and not trusted:
        return Decision(Outcome.OTHER, SURE, _ABOUT)
    if origin.bulk and not trusted and not _is_to_applicant(found):
        return Decision(Outcome.REJECTION, UNSURE, "it went to many people")
    if found.body.get("withdrawn") and found.both("guard_candidate"):
        return Decision(Outcome.WITHDRAWN, UNSURE, "it confirms that you withdrew, in the words of a refusal")
    if found.both("withdrawn"):
        return Decision(Outcome.REJECTION, UNSURE, "it also speaks of a withdrawal")
    if origin.forwarded:
        return Decision(Outcome.REJECTION, UNSURE, "it was forwarded")
    if found.body.get("offer", 0) and found.both("offer") > found.body.get("rejection", 0):
        return Decision(Outcome.OFFER, UNSURE, "it offers the job and refuses something")
    if found.body.get("offer") and not found.body.get("redirect"):
        return Decision(Outcome.REJECTION, UNSURE, "it also speaks of an offer")
    if found.body.get("interview") and found.body.get("rejection", 0) + found.body.get("position_closed", 0) == 1:
        return Decision(Outcome.REJECTION, UNSURE, "it also arranges a conversation")
    if found.characters > LETTER_CHARACTERS and not trusted:
        return Decision(Outcome.REJECTION, UNSURE, "it is far longer than a letter of refusal")
    return None


def _is_to_applicant(found: Findings) -> bool:
    """Say whether mail sent to many shows that this reader applied: newsletters quote refusals word by word.

    A refusal sent as bulk mail thanks for the application and is polite; a quotation of its one hard sentence is not.
    """
    thanked = found.hints.get("acknowledgement") and found.both("job_term")
    return bool(thanked and found.hints.get("rejection") and not found.guarded.get("rejection"))


def _without_no(found: Findings, origin: Origin) -> Decision:
    if found.both("candidate_voice"):
        return Decision(Outcome.OTHER, SURE, _OWN_LETTER)
    for category, outcome, reason in _QUIET:
        if found.both(category):
            if found.both("about") and not origin.ats:
                break
            return Decision(outcome, SURE, reason)
    if found.hints.get("acknowledgement") and found.both("job_term") and not found.both("about"):
        return Decision(Outcome.ACKNOWLEDGEMENT, SURE, THANKED)
    if found.subject.get("rejection") and not found.both("about") and not found.both("nonjob"):
        if origin.ats:
            return Decision(Outcome.REJECTION, UNSURE, "its subject says no, and an application system sent it")
        if found.hints.get("rejection", 0) >= 2:
            return Decision(Outcome.REJECTION, UNSURE, "its subject says no and its words fit")
    return Decision(Outcome.OTHER, SURE, "no signal of an answer to an application")
