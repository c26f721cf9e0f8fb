"""`make bench`: runs every tools/bench_*.py and prints its figures; `make bench ARGS="parse scan"` only these.

A file `bench_<name>.py` with `figures() -> Iterator[Figure]` is found by its name. Rates are of CPU time of one core,
so that a busy machine changes them little; what is compared with each other is measured in the same run, in turns.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

BATCHES = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured."""

    name: str
    value: float
    unit: str
    note: str = ""

    def __str__(self) -> str:
        value = f"{self.value:,.0f}" if self.value >= 100 else f"{self.value:,.2f}"
        return f"{self.name:<46} {value:>12} {self.unit:<11} {self.note}".rstrip()


def seconds_of(*works: Callable[[], object]) -> list[float]:
    """Give the CPU seconds of each work, done in turns BATCHES times; of each the fastest turn counts."""
    best = [float("inf")] * len(works)
    for _ in range(BATCHES):
        for number, work in enumerate(works):
            start = process_time()
            work()
            best[number] = min(best[number], process_time() - start)
    return best


def main(wanted: list[str]) -> int:
    """Run the benchmarks asked for, or all."""
    names = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    unknown = [name for name in wanted if name not in names]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)} (there are: {', '.join(names)})", file=sys.stderr)
        return 64
    for name in wanted or names:
        print(f"-- {name}")
        figures: Iterator[Figure] = importlib.import_module(f"tools.bench_{name}").figures()
        for figure in figures:
            print(figure, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
