"""Every word of every shipped draft is one a dictionary knows: hunspell, for Finnish voikko."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

import pytest

from tests.needs import need
from tests.templates.samples import LANGUAGES, WORDING
from watcher.core.draft import Facts
from watcher.core.plan import Kind
from watcher.core.verdict import Formality, Stage

pytestmark = pytest.mark.server

DICTIONARY = {
    "en": ("en_US", "hunspell-en-us"), "en-GB": ("en_GB", "hunspell-en-gb"), "de": ("de_DE", "hunspell-de-de"),
    "fr": ("fr", "hunspell-fr"), "es": ("es_ES", "hunspell-es"), "es-MX": ("es_MX", "hunspell-es"),
    "nl": ("nl", "hunspell-nl"), "it": ("it_IT", "hunspell-it"), "pt": ("pt_BR", "hunspell-pt-br"),
    "pt-PT": ("pt_PT", "hunspell-pt-pt"), "pl": ("pl_PL", "hunspell-pl"), "sv": ("sv_SE", "hunspell-sv"),
    "da": ("da_DK", "hunspell-da"), "no": ("nb_NO", "hunspell-no"), "cs": ("cs_CZ", "hunspell-cs"),
}  # fmt: skip
NAMES = {"Sam", "Doe", "Anna", "Acme", "Acme-team"}
FOREIGN = {
    "de": {"Feedback", "Portfolio"}, "it": {"team", "Team", "feedback", "portfolio"}, "es": {"feedback"}, "fr": {"portfolio"},
    "pt": {"feedback"}, "pl": {"portfolio"}, "nl": {"feedback"}, "cs": set[str](), "sv": {"teamet", "feedback", "portfolio"},
    "da": {"teamet", "team"}, "no": {"teamet", "noe", "Noen"},
}  # fmt: skip
"""Words in daily use there that the dictionary of 2016 to 2022 has not taken in yet."""


def all_words(language: str) -> set[str]:
    words: set[str] = set()
    forms: tuple[Formality, ...] = ("formal", "informal")
    for kind in Kind:
        for formality in forms:
            for stage in (Stage.APPLIED, Stage.ASSESSED, Stage.INTERVIEWED):
                for number in range(12):
                    facts = Facts(
                        kind=kind,
                        language=language,
                        me="Sam Doe",
                        formality=formality,
                        first_name="Anna" if number % 3 else "",
                        employer="Acme" if number % 2 else "",
                        stage=stage,
                        by_phone=number % 4 == 3,
                        feedback_offered=number % 5 == 4,
                        declined=number % 2 == 1,
                        seed=str(number),
                    )
                    words |= split(WORDING.render(facts).body)
    plain = Facts(kind=Kind.REQUEST, language=language, me="Sam Doe")
    for hint in WORDING.questions(language):
        words |= split(WORDING.render(replace(plain, hint=hint)).body)
    for theme in ("experience", "leadership", "technical_depth", "system_design", "tooling", "domain_knowledge",
                  "examples", "metrics", "structure", "communication", "presentation", "preparation", "motivation",
                  "language_skills", "certification", "teamwork"):  # fmt: skip
        words |= split(WORDING.render(replace(plain, kind=Kind.THANKS_ANSWER, point=theme)).body)
    return words


def split(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.replace("’", "'")))


def unknown_to_hunspell(words: set[str], dictionary: str) -> set[str]:
    listed = subprocess.run(
        [need("hunspell"), "-d", dictionary, "-i", "UTF-8", "-l"],
        input="\n".join(sorted(words)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not listed.returncode, listed.stderr
    return set(listed.stdout.split())


def unknown_to_voikko(words: set[str]) -> set[str]:
    listed = subprocess.run(
        [need("voikkospell", "libvoikko-dev")],
        input="\n".join(sorted(words)), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {line.removeprefix("W: ") for line in listed.stdout.splitlines() if line.startswith("W: ")}


def test_every_language_has_a_dictionary() -> None:
    assert set(LANGUAGES) == {tag.partition("-")[0] for tag in DICTIONARY} | {"fi"}


@pytest.mark.parametrize("language", [*sorted(DICTIONARY), "fi"])
def test_every_word_of_every_draft_is_spelled_right(language: str) -> None:
    words = all_words(language) - NAMES
    if language == "fi":
        unknown = unknown_to_voikko(words)
    else:
        dictionary, package = DICTIONARY[language]
        probe = subprocess.run([need("hunspell"), "-D"], input="", capture_output=True, text=True, check=False)
        if f"/{dictionary}\n" not in probe.stderr + "\n":
            need(f"hunspell-dictionary-{dictionary}", package)
        unknown = unknown_to_hunspell(words, dictionary)
    assert unknown - FOREIGN.get(language.partition("-")[0], set()) == set()


def test_a_misspelt_word_would_be_found() -> None:
    assert unknown_to_hunspell({"decision", "decisoin"}, "en_US") == {"decisoin"}
