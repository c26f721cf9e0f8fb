"""Message -> Answer: what came back, from substantive feedback to a bounce, and what it says.

Source: RFC 3834 (automatic responses), RFC 3464 (delivery status notifications).
"""

from watcher.core.answer.read import read_answer
from watcher.core.answer.values import Answer, AnswerKind, Point

__all__ = ["Answer", "AnswerKind", "Point", "read_answer"]
