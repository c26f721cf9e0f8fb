"""Facts to fill templates with: everything that may be missing, long, foreign or hostile."""

from __future__ import annotations

import random
from collections.abc import Iterator

from watcher.adapters.rulebook import load_rulebook
from watcher.adapters.wording import load_wording
from watcher.core.draft import Facts
from watcher.core.plan import Kind
from watcher.core.tone import Finding, Truth, lint
from watcher.core.verdict import Stage

WORDING = load_wording(also=("ja", "zh", "ko"))
RULEBOOK = load_rulebook()
LANGUAGES = sorted(load_wording().languages())
TONED = sorted(WORDING.languages(Kind.THANKS_SILENCE))
REGIONS = {"en": ("en", "en-GB"), "pt": ("pt", "pt-PT"), "es": ("es", "es-MX")}

PEOPLE = [
    ("", "", ""),
    ("Anna", "", ""),
    ("Anna", "Smith", ""),
    ("", "Müller", "Dr."),
    ("Anna", "Smith", "Prof. Dr."),
    ("Siobhán", "O'Brien-D’Angelo", ""),
    ("Maximiliane-Theodora", "von Hohenstein-Schaumburg", ""),
    ("太郎", "山田", ""),
    ("Łukasz", "Żółć", ""),
]
HOSTILE = [
    "{{ 7 * 7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    "Anna\r\nBcc: evil@example.net",
    "[FIRST NAME]",
    "<b>Anna</b>",
    "Anna \u202e ecilA",
    "Anna 🎉",
    "https://evil.example/x",
    "a" * 5000,
    "?!?!",
    "%s",
    "\x00\x1b[31m",
]
ROLES = [
    "",
    "Data Engineer",
    "Ingénieur données (H/F)",
    "Senior Principal Software Engineer, Platform and Infrastructure",
    "C++ Developer",
    "Öffentlichkeitsreferent (m/w/d)",
    "Analyst",
]
EMPLOYERS = ["", "Acme", "L'Oréal & Søn", "株式会社サンプル", "Vereinigte Norddeutsche Maschinen- und Anlagenbau AG"]
POINTS = ["", "leadership", "structure", "examples", "salary", "Kubernetes"]


def random_facts(language: str, count: int, seed: int = 1) -> Iterator[Facts]:
    """Give fills of all kinds, the same ones each time."""
    dice = random.Random(f"{language}{seed}")
    for number in range(count):
        hostile = number % 5 == 4
        first, last, title = dice.choice(PEOPLE)
        yield Facts(
            kind=dice.choice([Kind.REQUEST, Kind.REQUEST, Kind.THANKS_ANSWER, Kind.THANKS_SILENCE]),
            language=dice.choice(REGIONS.get(language, (language,))),
            me=dice.choice(["Sam Doe", "José Ángel Núñez", "Zoë van der Berg"]),
            formality=dice.choice(["formal", "informal", None]),
            first_name=dice.choice(HOSTILE) if hostile else first,
            last_name=dice.choice(HOSTILE) if hostile and dice.random() < 0.5 else last,
            title=title,
            employer=dice.choice(HOSTILE) if hostile and dice.random() < 0.5 else dice.choice(EMPLOYERS),
            role=dice.choice(HOSTILE) if hostile and dice.random() < 0.5 else dice.choice(ROLES),
            stage=dice.choice(list(Stage)),
            hint=dice.choice(["", "", "made_up", *sorted(WORDING.questions(language))]),
            point=dice.choice(HOSTILE) if hostile else dice.choice(POINTS),
            declined=dice.random() < 0.3,
            by_phone=dice.random() < 0.3,
            feedback_offered=dice.random() < 0.3,
            seed=str(number),
            template=dice.choice(["", "", "short"]),
        )


def only_request_variants(facts: Facts) -> Facts:
    """Drop the short variant where only requests have one."""
    from dataclasses import replace

    return facts if facts.kind is Kind.REQUEST else replace(facts, template="")


def truth_of(facts: Facts) -> Truth:
    """Give what placing would know of these facts."""
    return Truth(
        interviewed=facts.stage.rank >= Stage.INTERVIEWED.rank,
        assessed=facts.stage.rank >= Stage.ASSESSED.rank,
        role=facts.role,
        employer=facts.employer,
        names=tuple(name for name in (facts.first_name, facts.last_name) if name),
    )


def findings(body: str, facts: Facts) -> tuple[Finding, ...]:
    """Lint as placing would."""
    return lint(body, facts.language, facts.kind, truth_of(facts), RULEBOOK)
