"""rules/feedback/*.yaml as values: what feedback phrases may mean, what can be done, and how each language says them.

`meanings.yaml` holds the phrases, once for all languages; `<tag>.yaml` holds everything one language needs to be heard.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from watcher.core.rules.shape import Shape

Theme = Literal[
    "experience",
    "leadership",
    "technical_depth",
    "system_design",
    "tooling",
    "domain_knowledge",
    "examples",
    "metrics",
    "structure",
    "communication",
    "presentation",
    "preparation",
    "motivation",
    "language_skills",
    "certification",
    "salary",
    "availability",
    "teamwork",
    "competition",
    "fit",
    "internal_candidate",
    "none",
]
PhraseKind = Literal["actionable", "partly", "not_about_you", "boilerplate"]
ActionType = Literal[
    "course",
    "certification",
    "project",
    "star",
    "mock_interview",
    "cv",
    "pitch",
    "research",
    "networking",
    "search",
    "calendar",
    "log",
    "thanks",
]
ListenFor = Literal[
    "need",  # a word that makes the topic beside it something to work on: lacked, more, improve
    "praise",  # a word that makes the topic beside it a strength: excellent, enjoyed
    "dismissed",  # says the topic beside it was not the point: no concerns, nothing to do with
    "contrast",  # turns the sentence: but, however
    "protected",  # age, origin, sex, disability, religion, family: never something to work on
    "joins",  # joins two statements: and
    "even_so",  # takes a refusal back in the same sentence: "I can tell you, though"
    "courtesy",  # thanks and wishes: beside them one word of need is not yet criticism
    "promise",  # the writer will ask somebody and come back: no redirect, a courtesy
    "advice",  # advice in so many words, whatever it is about: substance even when no topic is known
    "vague",  # says something friendly or dutiful about the decision and names nothing
    "declined",  # refuses feedback courteously
    "call",  # offers or asks for a conversation
    "redirect",  # names somebody else who can answer
    "survey",  # asks the candidate for feedback on the process
    "auto_reply",  # out of office, ticket received; in the body
    "auto_reply_subject",
    "bounce",  # could not be delivered; in the body
    "bounce_subject",
]


class Action(Shape):
    """One thing to do about a point, and how to begin."""

    type: ActionType = Field(
        description="course, certification, project, star (STAR practice), mock_interview, cv, ..."
    )
    do: str = Field(min_length=1, description="What to do, in one sentence.")
    first_step: str = Field(min_length=1, description="How to begin: takes less than two hours.")


class Phrase(Shape):
    """One kind of remark: how much it says, about what, what it may mean and what can be done."""

    id: str = Field(description="Unique id; the files of the languages refer to it.")
    kind: PhraseKind = Field(
        description="actionable: can be trained; partly: may name something, may hide something; "
        "not_about_you: no development need follows; boilerplate: no information."
    )
    theme: Theme = Field(description="The theme it belongs to; none for formulas.")
    need: str = Field(default="", description="The development need in a few neutral words; empty for formulas.")
    may: tuple[str, ...] = Field(default=(), description="What it may mean; possibilities, never the true reason.")
    actions: tuple[Action, ...] = Field(default=(), description="What can be done, the best first.")
    off: bool = Field(default=False, description="true switches off the shipped phrase of this id.")


class FeedbackWords(Shape):
    """How one language gives feedback, declines it, offers a call; every list in phrase notation, see docs/rules.md."""

    language: str = Field(default="", description="BCP 47 tag and file name; empty: words of every language.")
    stop_words: tuple[str, ...] = Field(default=(), description="Small frequent words that tell this language apart.")
    says: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Phrase id -> words that make the remark all by themselves."
    )
    topics: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Phrase id -> words that make it only beside a word of need."
    )
    listen_for: dict[ListenFor, tuple[str, ...]] = Field(
        default_factory=dict, description="What the answer as a whole is, and the words of need and praise."
    )


class FeedbackFile(FeedbackWords):
    """One file under rules/feedback/."""

    phrases: tuple[Phrase, ...] = Field(default=(), description="The remarks themselves, once for all languages.")
