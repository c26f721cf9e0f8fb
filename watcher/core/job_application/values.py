"""What mail tells of an application: Details."""

from __future__ import annotations

from dataclasses import dataclass, field

from watcher.core.verdict import Stage


@dataclass(frozen=True, slots=True)
class Details:
    """What mail tells of one application; an empty text means it was not found, never guessed.

    Attributes:
        employer: Name as the employer writes it.
        role: Title of the opening.
        requisition: The employer's number of the opening.
        location: Where the job is.
        stage: The furthest stage any mail shows.
        agency: Name of the agency when one wrote on behalf of the employer.
        ats: Rule id of the system the message came through.
        domains: Registrable domains of the employer or agency seen (never of the ATS).
        person_wrote: True when a person (not a system) wrote to the candidate in this application.
        evidence: Field name -> where it was found, for `explain`.
    """

    employer: str = ""
    role: str = ""
    requisition: str = ""
    location: str = ""
    stage: Stage = Stage.UNKNOWN
    agency: str = ""
    ats: str = ""
    domains: tuple[str, ...] = ()
    person_wrote: bool = False
    evidence: tuple[tuple[str, str], ...] = field(default=(), repr=False)
