"""The second opinion: what it may change, what it may not, and what it makes of a broken model."""

from dataclasses import replace

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.message import Address, Message
from watcher.core.rules import Rulebook
from watcher.core.verdict import Certainty, Outcome, judge
from watcher.core.verdict.opinion import BITS, Opinion, features, opinion, pack

NO = (
    "Dear Sam, thank you for applying for the Analyst position and for the interview, which we enjoyed. Unfortunately,"
    " we will not be moving forward with your application and have chosen other candidates. We wish you all the best."
)
SHORT = "Thank you for applying for the role. Unfortunately, we will not be moving forward with your application."
COURTESY = "Thank you for your interest in the position. Unfortunately the crown of laurels passed you by. Good luck!"
ZERO = [0.0] * (1 << BITS)


def model(refusal: float, job: float) -> bytes:
    """Make a model that says the same of every text, whatever its words: as logits."""
    return pack((ZERO, refusal), (ZERO, job))


def with_model(weights: bytes | None) -> Rulebook:
    return load_rulebook().model_copy(update={"model": weights, "fingerprint": ""})


def test_it_tells_two_probabilities() -> None:
    told = opinion("we regret", model(0.0, 30.0))
    assert told is not None
    assert told.refusal == 0.5
    assert told.job > 0.999


def test_a_word_weighs_what_was_learnt() -> None:
    weights = list(ZERO)
    for number in features("regret"):
        weights[number] = 2.0
    refusal = pack((weights, -1.0), (ZERO, 0.0))
    heard, other = opinion("we regret", refusal), opinion("hello there", refusal)
    assert heard is not None
    assert other is not None
    assert heard.refusal > 0.5 > other.refusal


@pytest.mark.parametrize("broken", [b"", b"AWO2abc", b"AWO5", b"AWO5not zlib", model(0.0, 0.0)[:-9]])
def test_a_foreign_or_broken_model_has_no_opinion(broken: bytes) -> None:
    assert opinion("we regret", broken) is None
    assert judge(Message(text=NO), with_model(broken)).is_sure_no


def test_a_text_without_words_has_none() -> None:
    assert opinion("... 123 !", model(0.0, 0.0)) is None


def test_doubt_turns_sure_into_unsure_and_says_so() -> None:
    assert judge(Message(text=NO), with_model(None)).is_sure_no
    verdict = judge(Message(text=NO), with_model(model(3.0, -5.0)))
    assert (verdict.outcome, verdict.certainty) == (Outcome.REJECTION, Certainty.UNSURE)
    assert "doubts" in verdict.because
    assert verdict.evidence[-1].note == ("the second opinion agrees: 0.95; it doubts that this is about a job: 0.01")


@pytest.mark.parametrize(("refusal", "words_of_jobs", "is_sure"), [(-0.7, 1, False), (-0.7, 9, True), (-5.0, 9, False)])
def test_the_fewer_words_of_jobs_the_sooner_it_doubts_a_refusal(
    refusal: float, words_of_jobs: int, is_sure: bool
) -> None:
    titles = ["position", "interview", "applying", "candidates", "hiring", "recruitment", "job", "role", "vacancy"]
    text = (
        f"Dear Sam, thank you for the {' and the '.join(titles[:words_of_jobs])}, which we enjoyed hearing more about on"
        " Monday, as always. Unfortunately we will not be moving forward with you. We wish you all the best for the future."
    )
    verdict = judge(Message(text=text), with_model(model(refusal, 3.0)))
    assert verdict.outcome.is_no
    assert verdict.is_sure_no is is_sure


def test_it_does_not_doubt_a_text_of_few_words() -> None:
    assert judge(Message(text=SHORT), with_model(model(3.0, -5.0))).is_sure_no


def test_it_does_not_doubt_an_application_system() -> None:
    message = Message(from_=(Address("", "no-reply@greenhouse.io"),), text=NO)
    assert judge(message, with_model(model(-5.0, -5.0))).is_sure_no


def test_it_stands_for_the_words_of_a_job_that_a_short_no_lacks() -> None:
    thin = Message(text="Hi Omar, we decided that we're going to proceed with a candidate who has run a branch before.")
    assert judge(thin, with_model(None)).certainty is Certainty.UNSURE
    heard = judge(thin, with_model(model(4.0, 4.0)))
    assert heard.is_sure_no
    assert "second opinion" in heard.because
    assert judge(thin, with_model(model(4.0, 1.0))).certainty is Certainty.UNSURE
    assert judge(thin, with_model(model(1.0, 4.0))).certainty is Certainty.UNSURE


def test_suspicion_asks_and_never_decides() -> None:
    without = judge(Message(text=COURTESY), with_model(None))
    assert not without.outcome.is_no
    verdict = judge(Message(text=COURTESY), with_model(model(6.0, 6.0)))
    assert (verdict.outcome, verdict.certainty) == (Outcome.REJECTION, Certainty.UNSURE)
    assert verdict.opinion == pytest.approx(0.9975, abs=1e-3)


def test_it_cannot_make_an_unsure_no_sure_nor_a_certain_other_one() -> None:
    story = Message(text=NO, fields=(("list-post", b"<mailto:l@x.example>"),))
    assert not judge(story, with_model(model(30.0, 30.0))).outcome.is_no
    long = replace(Message(), text="The market moved again this month. " * 150 + "\n\n" + NO)
    assert judge(long, with_model(model(30.0, 30.0))).certainty is Certainty.UNSURE


def test_the_shipped_model_can_be_read() -> None:
    shipped = load_rulebook().model
    assert shipped is not None
    assert len(shipped) < 5 << 20
    assert isinstance(opinion(NO, shipped), Opinion)
