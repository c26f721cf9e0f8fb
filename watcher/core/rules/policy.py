"""rules/policy.yaml as a value: when to ask, when never, how and why.

Rules are asked in order, the user's first. Each thing a rule may set (request, template, language, window, warning)
is taken from the first matching rule that sets it; the first that sets `request` has decided.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from watcher.core.rules.shape import Shape

SHORTEST = timedelta(hours=24)  # ETIQUETTE R2: no draft before +24 h
LONGEST = timedelta(days=7)  # ETIQUETTE 1.2: later only when the user asks
_DURATION = re.compile(r"(\d{1,4})\s*(m|min|h|d)")
_UNIT = {"m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str | int | bool) else value


def _duration(value: Any) -> Any:
    if value is None or isinstance(value, timedelta):
        return value
    if not (found := _DURATION.fullmatch(str(value).strip())):
        raise ValueError("write a time such as 24h, 30h or 2d")
    span = int(found[1]) * _UNIT[found[2]]
    if not SHORTEST <= span <= LONGEST:
        raise ValueError("must lie between 24h and 7d after the rejection arrived")
    return span


class _OneOrMany:
    """Lets a list of one be written without brackets; the JSON Schema for editors says so too."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_one_or_many, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        listed = handler(schema)
        return {"anyOf": [listed["items"], listed]}


Many = _OneOrMany()
Texts = Annotated[tuple[str, ...], Many]
Span = Annotated[
    timedelta | None,
    BeforeValidator(_duration),
    WithJsonSchema({"type": ["string", "null"], "pattern": rf"^\s*{_DURATION.pattern}\s*$"}),
]


class When(Shape):
    """All fields named must match; in a list any entry may; texts know `*` and no case."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=False)

    outcome: Annotated[tuple[Literal["rejection", "rejection_with_offer", "position_closed", "on_hold"], ...], Many] = (
        Field(default=(), description="What the mail is.")
    )
    certainty: Annotated[tuple[Literal["sure", "unsure"], ...], Many] = Field(default=(), description="How sure.")
    stage: Annotated[
        tuple[Literal["unknown", "applied", "screened", "assessed", "interviewed", "final_round"], ...], Many
    ] = Field(default=(), description="How far the application got.")
    feedback: Annotated[tuple[Literal["refused", "offered", "silent"], ...], Many] = Field(
        default=(), description="What the mail says about individual feedback."
    )
    language: Texts = Field(default=(), description="Tag of the mail's language.")
    employer: Texts = Field(default=(), description="Name of the employer.")
    role: Texts = Field(default=(), description="Title of the opening.")
    account: Texts = Field(default=(), description="Name of the account in afterword.yaml.")
    ats: Texts = Field(default=(), description="Rule id of the system, `none` without one.")
    agency: bool | None = Field(default=None, description="An agency wrote on behalf of the employer.")
    person_wrote: bool | None = Field(default=None, description="A person, not only a system, wrote to you.")
    open_requests: Annotated[tuple[Literal["none", "some"], ...], Many] = Field(
        default=(), description="Other requests to this employer that are waiting or unanswered."
    )
    contact_kind: Annotated[tuple[Literal["human", "token", "team", "unmonitored", "unknown", "none"], ...], Many] = (
        Field(default=(), alias="contact.kind", description="Who could be written to; none: nobody was found.")
    )
    contact_role: Annotated[tuple[Literal["recruiter", "hiring_manager", "interviewer", "unknown"], ...], Many] = Field(
        default=(), alias="contact.role", description="What the person is to the application."
    )
    contact_domain: Texts = Field(
        default=(), alias="contact.domain", description="Domain of the person's address; subdomains count too."
    )
    contact_address: Texts = Field(default=(), alias="contact.address", description="The person's address.")


class Then(Shape):
    """What a matching rule sets; leave out what it should not decide."""

    request: Literal["ask", "never", "confirm"] | None = Field(
        default=None, description="ask: draft one; never: do not; confirm: ask me first."
    )
    template: str | None = Field(default=None, description="Name of a wording variant.")
    language: str | None = Field(default=None, description="Tag to write in instead of the mail's own.")
    earliest: Span = Field(default=None, description="Not before, counted from arrival; at least 24h.")
    latest: Span = Field(default=None, description="Normally not after, counted from arrival; at most 7d.")
    because: str = Field(default="", description="The reason, shown by `explain`.")
    warning: str | None = Field(default=None, description="Shown beside the draft.")

    @model_validator(mode="after")
    def _in_order(self) -> Then:
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError("earliest is after latest")
        if self.request is None and not any((self.template, self.language, self.earliest, self.latest, self.warning)):
            raise ValueError("sets nothing; give `request: ask`, `never` or `confirm`, or something else to set")
        return self


class PolicyRule(Shape):
    """`when` all named fields match, `then` does this, `because`."""

    id: str = Field(description="Unique; `explain` names it.")
    when: When = Field(default=When(), description="Empty: always.")
    then: Then = Field(description="What it sets.")
    off: bool = Field(default=False, description="true switches off the shipped rule of this id.")


class PolicyFile(Shape):
    """The file: its rules, in the order they are asked."""

    rules: tuple[PolicyRule, ...] = ()
