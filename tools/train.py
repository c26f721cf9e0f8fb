"""Train the second opinion from labelled mail and ham, and say by cross-validation what it is worth.

`python -m tools.train` writes rules/model/opinion.bin (weights only: no text); `--measure` only measures.
The same data gives the same file: no chance is involved but a fixed order.
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

from tools.labelled import DATA, load, to_mail
from watcher.core.message import Message, parse
from watcher.core.verdict.normalise import normalise, normalise_line
from watcher.core.verdict.opinion import BITS, features, pack

MODEL = Path(__file__).resolve().parent.parent / "rules" / "model" / "opinion.bin"
FOLDS = 5
EPOCHS = 12
HAM_EVERY = 3
"""Of the ham every third mail is learnt from, so that two thirds stay unseen."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One text as features."""

    id: str
    numbers: list[int]
    is_no: bool
    group: str
    source: str
    message: Message


def text_of(message: Message) -> str:
    """Give the text the opinion is asked about, as the judge does."""
    return normalise_line(message.subject).rstrip("\n") + "\n" + normalise(message.fresh or message.text)


def samples() -> list[Sample]:
    """Read every labelled case that is not doubtful."""
    found = []
    for row in load():
        if row.doubtful:
            continue
        message = parse(to_mail(row))
        numbers = features(text_of(message))
        found.append(Sample(row.id, numbers, row.label == "rejection", row.group, row.source, message))
    return found


def ham() -> list[Sample]:
    """Read the mails of which none is a refusal."""
    found = []
    with tarfile.open(DATA / "ham.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                message = parse(file.read())
                found.append(Sample(member.name, features(text_of(message)), False, member.name, "ham", message))
    return found


def fit(learnt: Iterable[Sample]) -> tuple[list[float], float]:
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
    arrays = [np.array(item.numbers) for item in chosen]
    for _ in range(EPOCHS):
        for item, numbers in zip(chosen, arrays, strict=True):
            size = 1 / math.sqrt(len(numbers))
            total = float(weights[numbers].sum()) * size + bias
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - item.is_no
            error *= heavier if item.is_no else 1.0
            gradient = error * size + 2e-6 * weights[numbers]
            squares[numbers] += gradient * gradient
            weights[numbers] -= 0.15 * gradient / np.sqrt(squares[numbers])
            bias_square += error * error
            bias -= 0.05 * error / math.sqrt(bias_square)
    return weights.tolist(), bias


def held_out(cases: list[Sample], mails: list[Sample], key: Callable[[Sample], int | str]) -> dict[str, float]:
    """Give for every case the opinion of a model that never saw its fold."""
    from watcher.core.verdict.opinion import opinion

    told: dict[str, float] = {}
    for fold in sorted({key(item) for item in cases}, key=str):
        model = pack(*fit([item for item in (*cases, *mails[::HAM_EVERY]) if key(item) != fold]))
        for item in cases:
            if key(item) == fold:
                told[item.id] = opinion(text_of(item.message), model) or 0.0
    return told


def fold_of(item: Sample) -> int:
    """Give the fold of a case; near-duplicates share theirs."""
    return int(hashlib.sha256(f"fold {item.group}".encode()).hexdigest(), 16) % FOLDS


def report(cases: list[Sample], mails: list[Sample]) -> dict[str, Any]:
    """Measure the model alone and beside the rules."""
    from watcher.adapters.rulebook import load_rulebook
    from watcher.core.verdict import judge

    rulebook = load_rulebook().model_copy(update={"model": None, "fingerprint": ""})
    verdicts = {item.id: judge(item.message, rulebook) for item in (*cases, *mails)}
    big = {item.source for item in cases if sum(other.source == item.source for other in cases) >= 20}
    told = held_out(cases, mails, fold_of)
    by_source = held_out(cases, mails, lambda item: item.source if item.source in big else "all small sources")
    model = pack(*fit([*cases, *mails[::HAM_EVERY]]))
    from watcher.core.verdict.opinion import opinion

    unseen = [item for index, item in enumerate(mails) if index % HAM_EVERY]
    ham_told = {item.id: opinion(text_of(item.message), model) or 0.0 for item in unseen}
    return {
        "alone, 5 folds by group": alone(cases, told),
        "alone, leave one source out": alone(cases, by_source),
        "ham unseen": {
            "mails": len(unseen),
            **{f"above {cut}": sum(value > cut for value in ham_told.values()) for cut in (0.5, 0.9, 0.97)},
        },
        "doubt (sure -> unsure)": {
            f"below {cut}": {
                "right ones doubted": sum(
                    verdicts[item.id].is_sure_no and item.is_no and told[item.id] < cut for item in cases
                ),
                "wrong ones doubted": sum(
                    verdicts[item.id].is_sure_no and not item.is_no and told[item.id] < cut for item in cases
                ),
            }
            for cut in (0.01, 0.02, 0.05, 0.1, 0.2)
        },
        "suspicion (other -> unsure)": {
            f"above {cut}": {
                "refusals gained": sum(
                    not verdicts[item.id].outcome.is_no and item.is_no and told[item.id] > cut for item in cases
                ),
                "others asked about": sum(
                    not verdicts[item.id].outcome.is_no and not item.is_no and told[item.id] > cut for item in cases
                ),
                "ham asked about": sum(value > cut for value in ham_told.values()),
            }
            for cut in (0.5, 0.8, 0.9, 0.95, 0.98)
        },
    }


def alone(cases: list[Sample], told: dict[str, float]) -> dict[str, float]:
    """Score the model by itself at one half."""
    right = sum(item.is_no and told[item.id] > 0.5 for item in cases)
    called = sum(told[item.id] > 0.5 for item in cases)
    wanted = sum(item.is_no for item in cases)
    return {"precision": round(right / max(1, called), 4), "recall": round(right / max(1, wanted), 4)}


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="measure, write nothing")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"no labelled mail at {DATA}", file=sys.stderr)
        return 66
    cases, mails = samples(), ham()
    if arguments.measure:
        print(json.dumps(report(cases, mails), indent=1))
        return 0
    model = pack(*fit([*cases, *mails[::HAM_EVERY]]))
    MODEL.parent.mkdir(parents=True, exist_ok=True)
    MODEL.write_bytes(model)
    print(f"{MODEL}: {len(model)} octets from {len(cases)} cases and {len(mails[::HAM_EVERY])} mails")
    return 0


if __name__ == "__main__":
    sys.exit(main())
