"""What words may mean: hear() finds the remarks in a text, hints() those in a rejection, phrase() explains one.

Sits right after the verdict, so that the draft can ask about what a rejection hints at and the answer can be read
with the same ears.
"""

from watcher.core.decoder.hear import Hearing, Point, hear, hints, overhear, phrase
from watcher.core.decoder.language import recognise

__all__ = ["Hearing", "Point", "hear", "hints", "overhear", "phrase", "recognise"]
