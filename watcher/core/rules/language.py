"""rules/language/<tag>.yaml as a value: how one language says no, thank you, come in, and everything between."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from watcher.core.rules.shape import Shape

Category = Literal[
    "rejection",  # the decision itself: alone it is enough (strong) or hints (supporting)
    "position_closed",  # the opening is gone: filled, cancelled
    "on_hold",  # paused, frozen
    "acknowledgement",  # we received it
    "interview",  # invitation or its logistics
    "assessment",  # a test to take
    "offer",  # we would like to hire you
    "requirement_question",  # "the role needs X, would you ...?"
    "withdrawn",  # the candidate withdrew
    "redirect",  # another role is offered beside the no
    "guard_conditional",  # "if you are not selected": before a hit in its sentence it takes the hit away
    "guard_appointment",  # reschedules: anywhere in the sentence
    "guard_candidate",  # the candidate's own words: anywhere in the sentence
    "candidate_voice",  # a candidate's own letter ("thank you for offering me"): nothing in it is the employer's no
    "guard_past",  # "last year it did not work out": anywhere in the sentence
    "guard_silence",  # "if you do not hear from us within ..."
    "nonjob",  # a loan, a flat, a visa, a paper ...: another kind of application
    "about",  # newsletters, articles, adverts that quote rejections
    "stage_screened",
    "stage_assessed",
    "stage_interviewed",
    "stage_final_round",
    "feedback_refused",  # "we cannot give individual feedback"
    "feedback_offered",  # "happy to share feedback"
    "unmonitored",  # "this mailbox is not monitored"
    "job_term",  # words that open the job gate
    "formal",  # Sie, vous, usted, Lei, u
    "informal",  # du, tu, tú, je
]


class Signal(Shape):
    """One thing a mail can say, and the ways this language says it."""

    id: str = Field(description="Unique across files: `<tag>.<category>.<name>`; named in evidence and by overrides.")
    category: Category = Field(description="What a hit means.")
    strength: Literal["strong", "likely", "supporting"] = Field(
        default="strong",
        description="strong decides alone; likely decides together with two supporting ones; supporting never does.",
    )
    where: Literal["body", "subject", "both"] = Field(default="both", description="Where it is looked for.")
    phrases: tuple[str, ...] = Field(default=(), description="Phrase notation, see docs/rules.md.")
    regex: tuple[str, ...] = Field(default=(), description="RE2 syntax, matched on normalised text.")
    off: bool = Field(default=False, description="true switches off the shipped signal of this id.")


class Example(Shape):
    """A mail written for this file, and what must come of it; `afterword rules test` runs them."""

    outcome: str = Field(description="The verdict's outcome expected, such as `rejection` or `other`.")
    certainty: Literal["sure", "unsure"] | None = Field(default=None, description="Checked when given.")
    subject: str = ""
    sender: str = Field(default="", description="From field; a neutral one is used when empty.")
    body: str
    why: str = Field(default="", description="What this example guards.")


class Language(Shape):
    """One language: how it is recognised and what it says."""

    language: str = Field(description="BCP 47 tag and file name, such as `de`.")
    name: str = Field(description="English name of the language.")
    script: Literal["latin", "cyrillic", "greek", "cjk", "arabic", "thai", "other"] = "latin"
    spaced: bool = Field(default=True, description="false: words are not separated by spaces (ja, zh, th).")
    guards_follow: bool = Field(
        default=False,
        description="true: the condition may follow the verb (ja, ko, tr): guards count up to 25 characters after.",
    )
    stop_words: tuple[str, ...] = Field(
        default=(), description="Frequent small words that tell this language from others."
    )
    signals: tuple[Signal, ...] = ()
    examples: tuple[Example, ...] = ()
