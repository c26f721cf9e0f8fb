"""Message -> Verdict: is it a rejection, how sure, in which language, after which stage, and by which words."""

from watcher.core.verdict.correction import Correction, fingerprint, learn_correction
from watcher.core.verdict.engine import Fault, faults_of
from watcher.core.verdict.examples import Trial, run_examples
from watcher.core.verdict.judge import Memory, judge
from watcher.core.verdict.values import Certainty, Evidence, Formality, Outcome, Stage, Verdict

__all__ = [
    "Certainty",
    "Correction",
    "Evidence",
    "Fault",
    "Formality",
    "Memory",
    "Outcome",
    "Stage",
    "Trial",
    "Verdict",
    "faults_of",
    "fingerprint",
    "judge",
    "learn_correction",
    "run_examples",
]
