"""What the YAML under rules/ says, as checked, frozen values: Rulebook and its kinds of rule files.

One file here describes one folder (or file) under rules/; its model is the schema, the reference and the value.
"""

from watcher.core.rules.application import ApplicationWords
from watcher.core.rules.ats import Ats
from watcher.core.rules.book import Rulebook
from watcher.core.rules.feedback import FeedbackWords, Phrase
from watcher.core.rules.language import Language, Signal
from watcher.core.rules.policy import PolicyRule
from watcher.core.rules.provider import Provider
from watcher.core.rules.tone import Tone

__all__ = [
    "ApplicationWords",
    "Ats",
    "FeedbackWords",
    "Language",
    "Phrase",
    "PolicyRule",
    "Provider",
    "Rulebook",
    "Signal",
    "Tone",
]
