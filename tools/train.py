"""Train the second opinion, and say by cross-validation what it is worth.

`python -m tools.train` writes rules/model/opinion.bin (weights only: no text); `--measure` only measures. It learns
from the labelled mail beside the checkout, every third mail of ham, and our own letters but for the exam. The same
data gives the same file: no chance is involved but a fixed order.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.labelled import DATA, Row, load, to_mail
from tools.letters import cases, letters, names
from watcher.core.message import Message, parse
from watcher.core.verdict.normalise import normalise, normalise_line
from watcher.core.verdict.opinion import BITS, Opinion, Weights, features, opinion, pack

MODEL = Path(__file__).resolve().parent.parent / "rules" / "model" / "opinion.bin"
FOLDS = 5
EPOCHS = 30
DECAY = 1.5e-3
"""How strongly weights that little speaks for are drawn to nothing."""

HAM_EVERY = 3
"""Of the ham every third mail is learnt from, so that two thirds stay unseen."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One text as features.

    Attributes:
        numbers: Its features.
        is_no: It is a refusal of a job application.
        is_other_no: It is a refusal of something else.
        group: Near-duplicates share it.
        source: Where it was found, or `own`.
        message: It.
    """

    id: str
    numbers: list[int]
    is_no: bool
    is_other_no: bool
    group: str
    source: str
    message: Message


def text_of(message: Message) -> str:
    """Give the text the opinion is asked about, as the judge does."""
    return normalise_line(message.subject).rstrip("\n") + "\n" + normalise(message.fresh or message.text)


def of_rows(rows: Iterable[Row], source: str = "") -> list[Sample]:
    """Read labelled cases that are not doubtful."""
    found = []
    for row in rows:
        if not row.doubtful:
            message = parse(to_mail(row))
            no, other_no = row.label == "rejection", row.label == "nonjob_rejection"
            found.append(
                Sample(row.id, features(text_of(message)), no, other_no, row.group, source or row.source, message)
            )
    return found


def of_lines() -> list[Sample]:
    """Read the letters we keep one a line."""
    found = []
    for name in names():
        for number, case in enumerate(cases(name)):
            message, key = case.message(), f"{name} {number}"
            other_no = name.startswith("not_a_job")
            found.append(Sample(key, features(text_of(message)), case.is_no, other_no, key, "own", message))
    return found


def ham() -> list[Sample]:
    """Read the mails of which none is a refusal."""
    found = []
    with tarfile.open(DATA / "ham.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                message = parse(file.read())
                numbers = features(text_of(message))
                found.append(Sample(member.name, numbers, False, False, member.name, "ham", message))
    return found


def model_of(learnt: list[Sample]) -> bytes:
    """Fit both: against mail of every kind, and half of that with half of the same against other refusals alone."""
    refusal = fit(learnt)
    among_refusals = fit([item for item in learnt if item.is_no or item.is_other_no])
    job = [(one + other) / 2 for one, other in zip(refusal[0], among_refusals[0], strict=True)]
    return pack(refusal, (job, (refusal[1] + among_refusals[1]) / 2))


def fit(learnt: Iterable[Sample]) -> Weights:
    """Fit a logistic regression by AdaGrad; refusals weigh as much together as everything else."""
    import numpy as np

    chosen = sorted(
        (item for item in learnt if item.numbers), key=lambda item: hashlib.sha256(item.id.encode()).digest()
    )
    refusals = sum(item.is_no for item in chosen) or 1
    heavier = math.sqrt((len(chosen) - refusals) / refusals)
    weights = np.zeros(1 << BITS)
    squares = np.full(1 << BITS, 1e-2)
    bias, bias_square = 0.0, 1e-2
    arrays = [np.unique(item.numbers, return_counts=True) for item in chosen]
    for _ in range(EPOCHS):
        for item, (numbers, counts) in zip(chosen, arrays, strict=True):
            size = 1 / math.sqrt(len(item.numbers))
            total = float(weights[numbers] @ counts) * size + bias
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - item.is_no
            error *= heavier if item.is_no else 1.0
            gradient = error * size * counts + DECAY * weights[numbers]
            squares[numbers] += gradient * gradient
            weights[numbers] -= 0.5 * gradient / np.sqrt(squares[numbers])
            bias_square += error * error
            bias -= 0.05 * error / math.sqrt(bias_square)
    return weights.tolist(), bias


def held_out(learnt: list[Sample], asked: list[Sample], key: Callable[[Sample], int | str]) -> dict[str, Opinion]:
    """Give for every case the opinion of a model that never saw its fold."""
    told: dict[str, Opinion] = {}
    for fold in sorted({key(item) for item in asked}, key=str):
        model = model_of([item for item in learnt if key(item) != fold])
        told |= opinions([item for item in asked if key(item) == fold], model)
    return told


def opinions(asked: Iterable[Sample], model: bytes) -> dict[str, Opinion]:
    """Ask a model about cases."""
    return {item.id: opinion(text_of(item.message), model) or Opinion(0.0, 0.0) for item in asked}


def fold_of(item: Sample) -> int:
    """Give the fold of a case; near-duplicates share theirs."""
    return int(hashlib.sha256(f"fold {item.group}".encode()).hexdigest(), 16) % FOLDS


def report(labelled: list[Sample], own: list[Sample], exam: list[Sample], mails: list[Sample]) -> dict[str, Any]:
    """Measure the model alone and beside the rules, each case judged by a model that never saw it or its like."""
    learnt = [*labelled, *own, *mails[::HAM_EVERY]]
    big = {item.source for item in labelled if sum(other.source == item.source for other in labelled) >= 20}
    final = model_of(learnt)
    told = held_out(learnt, labelled, fold_of)
    by_source = held_out(learnt, labelled, lambda item: item.source if item.source in big else "all small sources")
    unseen = [item for index, item in enumerate(mails) if index % HAM_EVERY]
    return {
        "alone, labelled, 5 folds by group": alone(labelled, told),
        "alone, labelled, leave one source out": alone(labelled, by_source),
        "alone, exam": alone(exam, opinions(exam, final)),
        "beside the rules, labelled, 5 folds by group": beside(labelled, told),
        "beside the rules, exam": beside(exam, opinions(exam, final)),
        "beside the rules, ham unseen": beside(unseen, opinions(unseen, final)),
    }


def alone(asked: list[Sample], told: dict[str, Opinion]) -> dict[str, float]:
    """Score the model by itself at one half."""
    right = sum(item.is_no and told[item.id].refusal > 0.5 for item in asked)
    called = sum(told[item.id].refusal > 0.5 for item in asked)
    wanted = sum(item.is_no for item in asked)
    return {"precision": round(right / max(1, called), 4), "recall": round(right / max(1, wanted), 4)}


def beside(asked: list[Sample], told: dict[str, Opinion]) -> dict[str, dict[str, tuple[int, int]]]:
    """Count what doubt and suspicion would change, at several cuts: (for the better, for the worse)."""
    from watcher.adapters.rulebook import load_rulebook
    from watcher.core.verdict import judge
    from watcher.core.verdict.decide import THIN

    rulebook = load_rulebook().model_copy(update={"model": None, "fingerprint": ""})
    verdicts = {item.id: judge(item.message, rulebook) for item in asked}
    sure = [item for item in asked if verdicts[item.id].is_sure_no]
    thin = [item for item in asked if verdicts[item.id].outcome.is_no and THIN in verdicts[item.id].because]
    none = [item for item in asked if not verdicts[item.id].outcome.is_no]
    return {
        "sure to unsure (wrong ones caught, right ones lost)": {
            f"job below {cut}": counted(item for item in sure if told[item.id].job < cut)[::-1]
            for cut in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
        },
        "sure to unsure by the other model (wrong ones caught, right ones lost)": {
            f"refusal below {cut}": counted(item for item in sure if told[item.id].refusal < cut)[::-1]
            for cut in (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
        },
        "other to unsure (refusals gained, others asked about)": {
            f"refusal above {cut}": counted(item for item in none if told[item.id].refusal > cut)
            for cut in (0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99)
        },
        "thin no to sure (right ones, wrong ones)": {
            f"both above {cut}": counted(item for item in thin if min(told[item.id].refusal, told[item.id].job) > cut)
            for cut in (0.0, 0.5, 0.8, 0.9, 0.95)
        },
    }


def counted(cases: Iterable[Sample]) -> tuple[int, int]:
    """Count the refusals of a job application among cases, and the others."""
    kinds = [item.is_no for item in cases]
    return sum(kinds), len(kinds) - sum(kinds)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="measure, write nothing")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"no labelled mail at {DATA}", file=sys.stderr)
        return 66
    labelled, mails = of_rows(load()), ham()
    own = [*of_rows(letters("practice"), "own"), *of_lines()]
    if arguments.measure:
        print(json.dumps(report(labelled, own, of_rows(letters("exam"), "own"), mails), indent=1))
        return 0
    model = model_of([*labelled, *own, *mails[::HAM_EVERY]])
    MODEL.parent.mkdir(parents=True, exist_ok=True)
    MODEL.write_bytes(model)
    print(f"{MODEL}: {len(model)} octets from {len(labelled) + len(own)} letters and {len(mails[::HAM_EVERY])} mails")
    return 0


if __name__ == "__main__":
    sys.exit(main())
