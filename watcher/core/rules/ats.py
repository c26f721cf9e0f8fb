"""rules/ats/<name>.yaml as a value: one applicant tracking system, board or scheduler, and whom its addresses reach.

Source: RFC 5322 3.4 (address); facts per system stand in the files themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from watcher.core.rules.shape import Shape

Reaches = Literal["unmonitored", "token", "human", "team", "unknown"]


class AddressShape(Shape):
    """One way the addresses of a system look, and whom an answer to them reaches."""

    shape: str = Field(
        description="`*` and `{word}` stand for any run without @ (`{digits}`, `{hex}`, `{uuid}` for what they say); "
        "`no-reply@*.example.com` also matches `no-reply@example.com`."
    )
    reaches: Reaches = Field(description="Whom an answer reaches; `token` only inside its own thread.")


class HeaderMark(Shape):
    """A header field that marks mail of a system."""

    name: str = Field(description="Field name; case does not matter.")
    value: str = Field(default="*", description="Its value; `*` stands for anything.")


class Places(Shape):
    """Where employer, role and requisition stand: RE2 patterns with slots {employer}, {role}, {requisition}."""

    subject: tuple[str, ...] = ()
    display_name: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    local_part: tuple[str, ...] = Field(default=(), description="Of the From address; a tenant name is a last resort.")


class AtsExample(Shape):
    """Header lines as received, and what must come of them; `afterword rules test` runs them."""

    headers: tuple[str, ...] = Field(description="Raw header lines, such as `From: Firm <no-reply@ats.example>`.")
    reaches: Reaches | Literal["noise"] = Field(description="Whom an answer (Reply-To, else From) would reach.")
    employer: str = Field(default="", description="Checked when given.")
    role: str = Field(default="", description="Checked when given.")
    requisition: str = Field(default="", description="Checked when given.")
    body: str = Field(default="", description="Text of the mail when the pattern needs it.")


class Ats(Shape):
    """One system: how to recognise its mail and whether an answer reaches a person."""

    id: str = Field(description="Unique id and file name, such as `greenhouse`.")
    name: str = Field(description="The name people know.")
    kind: Literal["ats", "board", "scheduler"] = Field(default="ats", description="scheduler: books meetings only.")
    domains: tuple[str, ...] = Field(default=(), description="Sender domains; subdomains count too.")
    return_path: tuple[str, ...] = Field(
        default=(), description="Domains of Return-Path or Sender when a person's own address stands in From."
    )
    headers: tuple[HeaderMark, ...] = Field(default=(), description="Fields that only this system writes.")
    rejection_headers: tuple[HeaderMark, ...] = Field(
        default=(), description="Fields that prove a rejection by themselves; the judge may trust them."
    )
    addresses: tuple[AddressShape, ...] = Field(
        default=(), description="Asked in order, after the machine names (no-reply ...) which are never written to."
    )
    noise: tuple[str, ...] = Field(default=(), description="Address shapes of alerts, codes and adverts.")
    places: Places = Field(default=Places(), description="Where employer and role stand in this system's mail.")
    examples: tuple[AtsExample, ...] = ()

    def patterns(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Give every pattern with its place in the file."""
        for name in type(self.places).model_fields:
            yield from ((("places", name, index), text) for index, text in enumerate(getattr(self.places, name)))
