"""rules/tone/<tag>.yaml as a value: what a draft in this language must not say, and the form it keeps.

Phrases are in the notation of docs/rules.md: `(a|b)` alternatives, `[x]` optional, `...` a gap inside one sentence,
`*` any ending of a word.
"""

from __future__ import annotations

from pydantic import Field

from watcher.core.rules.shape import Shape

Phrases = tuple[str, ...]


class Length(Shape):
    """How much a draft may say, salutation and closing included."""

    least: int = Field(default=60, ge=1, description="A request says at least this much.")
    most: int = Field(default=120, ge=1, description="No draft says more.")
    characters: bool = Field(default=False, description="true: count characters, where words have no spaces (ja, zh).")


class Avoid(Shape):
    """What is never said, by kind (ETIQUETTE 1.4)."""

    challenge: Phrases = Field(default=(), description="Questions the decision.")
    comparison: Phrases = Field(default=(), description="Speaks of the person who was chosen.")
    demand: Phrases = Field(default=(), description="Demands, expects, sets a deadline.")
    law: Phrases = Field(default=(), description="Speaks of law, rights or authorities.")
    broad: Phrases = Field(default=(), description="Asks for everything, or for a detailed answer.")
    emotion: Phrases = Field(default=(), description="Self-pity, begging, disappointment.")
    pressure: Phrases = Field(default=(), description="Announces calls or visits, asks for receipts or quick answers.")
    criticism: Phrases = Field(default=(), description="Criticises the process, the people or their tools.")
    attachment: Phrases = Field(default=(), description="Speaks of something attached.")


class Claims(Shape):
    """What may be said only when it is known to be true."""

    interview: Phrases = Field(default=(), description="Only after an interview.")
    assessment: Phrases = Field(default=(), description="Only after an assessment.")
    greeting: Phrases = Field(default=(), description="Words before a name in the salutation.")
    anyone: Phrases = Field(default=(), description="Single words that greet whoever reads, no person: team, all.")
    role: tuple[str, ...] = Field(default=(), description="RE2 syntax; group 1 is the title of a role that is named.")


class Address(Shape):
    """Words that show a form of address; RE2 syntax, upper and lower case as written."""

    formal: tuple[str, ...] = ()
    informal: tuple[str, ...] = ()


class Tone(Shape):
    """The tone of one language."""

    language: str = Field(description="BCP 47 tag and file name, such as `de`.")
    length: Length = Length()
    thanks: Phrases = Field(default=(), description="Every draft says at least one of these.")
    asks: Phrases = Field(default=(), description="Asks for something: not in a thank-you.")
    avoid: Avoid = Avoid()
    claims: Claims = Claims()
    address: Address = Address()
    off: tuple[str, ...] = Field(default=(), description="Rules switched off for this language, such as `length`.")
