"""rules/application/<tag>.yaml as a value: how mail in one language names employer, role, people and stages."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from watcher.core.rules.shape import Shape


class Stages(Shape):
    """RE2 patterns that show how far an application got, in a rejection or in earlier mail."""

    applied: tuple[str, ...] = ()
    screened: tuple[str, ...] = ()
    assessed: tuple[str, ...] = ()
    interviewed: tuple[str, ...] = ()
    final_round: tuple[str, ...] = ()
    invited: tuple[str, ...] = Field(default=(), description="An interview is being arranged; counts in earlier mail.")
    test_sent: tuple[str, ...] = Field(default=(), description="A test is to be taken; counts in earlier mail.")


class ApplicationExample(Shape):
    """A mail written for this file, and what must be read in it."""

    subject: str = ""
    sender: str = Field(default="", description="From field.")
    body: str = ""
    employer: str = ""
    role: str = ""
    requisition: str = ""
    stage: str = Field(default="", description="Checked when given.")


class ApplicationWords(Shape):
    """The words of one language around an application; `any` holds what is the same in all of them.

    Patterns are RE2, case does not matter, a space matches any white space. Slots: {employer}, {role},
    {requisition}, {location}; {job} stands for the words for an opening, {end} for the end of a clause.
    """

    language: str = Field(description="BCP 47 tag and file name; `any` for all languages.")
    subject: tuple[str, ...] = Field(default=(), description="Patterns for the subject, best first.")
    body: tuple[str, ...] = Field(default=(), description="Patterns for the body, best first.")
    job: tuple[str, ...] = Field(default=(), description="Words for an opening; {job} in the patterns stands for them.")
    not_role: tuple[str, ...] = Field(default=(), description="Words that are no title of an opening by themselves.")
    agency: tuple[str, ...] = Field(default=(), description="Patterns by which an agency speaks of its client.")
    agency_domains: tuple[str, ...] = Field(default=(), description="Domains of staffing agencies.")
    reopened: tuple[str, ...] = Field(default=(), description="The rejection was a mistake or is taken back.")
    stages: Stages = Stages()
    examples: tuple[ApplicationExample, ...] = ()

    def patterns(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Give every pattern with its place in the file."""
        for name in ("subject", "body", "agency", "reopened"):
            yield from (((name, index), text) for index, text in enumerate(getattr(self, name)))
        for name in type(self.stages).model_fields:
            yield from ((("stages", name, index), text) for index, text in enumerate(getattr(self.stages, name)))
