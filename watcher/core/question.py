"""choose_question(): what a rejection hints at -> the id of the one question worth asking.

The texts of the questions are in templates/<tag>.j2, one block `ask_<id>` each, so that a language stays one file.

Source: ETIQUETTE 2 rule 6 (one question, forward-looking), R14, R15, R19.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_WORTH = {"actionable": 0, "partly": 1, "not_about_you": 2, "boilerplate": 3}
"""Kinds of decoder phrases, the most telling first: what can be trained is worth asking about."""


def choose_question(hints: Iterable[str], kinds: Mapping[str, str], askable: frozenset[str] | None = None) -> str:
    """Give the id of the hint to ask about; empty for the general question.

    Args:
        hints: Ids of decoder phrases in the order the rejection says them.
        kinds: Decoder phrase id -> its kind (`{phrase.id: phrase.kind for phrase in rulebook.feedback}`).
        askable: Ids the language has a question for (Wording.questions()); None takes any.
    """
    worth_asking = [
        (rank, place, hint)
        for place, hint in enumerate(hints)
        if (rank := _WORTH.get(kinds.get(hint, ""), len(_WORTH))) < _WORTH["boilerplate"]
        and (askable is None or hint in askable)
    ]
    return min(worth_asking)[2] if worth_asking else ""
