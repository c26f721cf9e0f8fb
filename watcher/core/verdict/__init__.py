"""Message -> Verdict: is it a rejection, how sure, in which language, after which stage, and by which words."""

from watcher.core.verdict.judge import Memory, judge
from watcher.core.verdict.values import Certainty, Evidence, Formality, Outcome, Stage, Verdict

__all__ = ["Certainty", "Evidence", "Formality", "Memory", "Outcome", "Stage", "Verdict", "judge"]
