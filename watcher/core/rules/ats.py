"""rules/ats/<name>.yaml as a value: one applicant tracking system or board, and which of its addresses reach anyone."""

from __future__ import annotations

from pydantic import Field

from watcher.core.rules.shape import Shape


class Ats(Shape):
    """One system: how to recognise its mail and whether an answer reaches a person."""

    id: str = Field(description="Unique id and file name, such as `greenhouse`.")
    name: str = Field(description="The name people know.")
    domains: tuple[str, ...] = Field(default=(), description="Sender domains; subdomains count too.")
