"""How well Afterword judges: `make accuracy`, `--json`, `--show A`, `--show practice`.

Measured on our own letters (tests/corpus/letters) and on labelled mail beside the checkout, by the rules alone, since
the second opinion has learnt them; on ham and torture by both. What is never read while writing rules is the exam
among the letters and half B of the labelled cases (by hash of the group of near-duplicates): beside practice and
half A they tell how much was learnt by heart.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tarfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tools.labelled import DATA, Row, load, to_mail
from tools.letters import letters
from watcher.adapters.rulebook import load_rulebook
from watcher.core.message import parse
from watcher.core.rules import Rulebook
from watcher.core.verdict import Certainty, Verdict, judge

MAJOR = ("de", "fr", "es", "nl", "it", "pt", "pl", "sv")
NOT_A_NO = ("nonjob_rejection", "about_rejection", "job_alert", "outreach")


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled case and what was made of it."""

    row: Row
    verdict: Verdict

    @property
    def wanted(self) -> bool:
        """It is a rejection."""
        return self.row.label == "rejection"

    @property
    def found(self) -> bool:
        """It was called one, sure or unsure."""
        return self.verdict.outcome.is_no

    @property
    def half(self) -> str:
        """A was looked at when rules were written, B never."""
        return half_of(self.row.group)


def half_of(group: str) -> str:
    """Give the half a group of near-duplicates belongs to."""
    return "AB"[int(hashlib.sha256(group.encode()).hexdigest(), 16) % 2]


def judge_rows(rulebook: Rulebook, rows: Iterable[Row] | None = None) -> list[Judged]:
    """Judge every labelled case that is not doubtful, as whole mail."""
    chosen = load() if rows is None else rows
    return [Judged(row, judge(parse(to_mail(row)), rulebook)) for row in chosen if not row.doubtful]


def rules_alone(rulebook: Rulebook) -> Rulebook:
    """Leave out the second opinion: it has learnt these very cases (`tools.train --measure` cross-validates it)."""
    return rulebook.model_copy(update={"model": None, "fingerprint": f"{rulebook.fingerprint} rules alone"})


def judge_letters(rulebook: Rulebook, side: str) -> list[Judged]:
    """Judge our own letters: `practice`, which rules were written by, or `exam`, which nobody reads."""
    return judge_rows(rulebook, letters(side))


def score(cases: Iterable[Judged]) -> dict[str, float | int]:
    """Give counts, precision and recall: for what says sure, and for sure and unsure together."""
    counts = Counter((case.wanted, case.found, case.found and case.verdict.is_sure_no) for case in cases)
    wanted = sum(count for (is_no, _, _), count in counts.items() if is_no)
    sure_right, sure_wrong = counts[True, True, True], counts[False, True, True]
    any_right, any_wrong = sure_right + counts[True, True, False], sure_wrong + counts[False, True, False]
    return {
        "cases": sum(counts.values()),
        "rejections": wanted,
        "sure_wrong": sure_wrong,
        "any_wrong": any_wrong,
        "sure_precision": _ratio(sure_right, sure_right + sure_wrong),
        "sure_recall": _ratio(sure_right, wanted),
        "precision": _ratio(any_right, any_right + any_wrong),
        "recall": _ratio(any_right, wanted),
    }


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def by_language_group(cases: list[Judged]) -> dict[str, list[Judged]]:
    """Name the groups of languages that goals are set for."""
    return {
        "en": [case for case in cases if case.row.lang == "en"],
        "de fr es nl it pt pl sv": [case for case in cases if case.row.lang in MAJOR],
        "all other languages": [case for case in cases if case.row.lang not in {*MAJOR, "en"}],
        "refusals of something else": [case for case in cases if case.row.label == "nonjob_rejection"],
        "everything": cases,
    }


def slices(cases: list[Judged]) -> dict[str, list[Judged]]:
    """Name the groups that goals are set for."""

    def those(test: Callable[[Judged], bool]) -> list[Judged]:
        return [case for case in cases if test(case)]

    named = {
        "en received": those(lambda case: case.row.lang == "en" and case.row.kind == "received"),
        "en templates": those(lambda case: case.row.lang == "en" and case.row.kind != "received"),
        "de fr es nl it pt pl sv": those(lambda case: case.row.lang in MAJOR),
        "all other languages": those(lambda case: case.row.lang not in {*MAJOR, "en"}),
    }
    for half in "AB":
        for name in tuple(named):
            if "half" not in name:
                named[f"{name}, half {half}"] = [case for case in named[name] if case.half == half]
    return named


def by(cases: Iterable[Judged], key: Callable[[Judged], str]) -> dict[str, dict[str, float | int]]:
    """Score cases by a key."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for case in cases:
        groups[key(case)].append(case)
    return {name: score(group) for name, group in sorted(groups.items())}


def ham_verdicts(rulebook: Rulebook) -> Iterator[tuple[str, Verdict]]:
    """Judge the raw mail of which none is a job rejection."""
    yield from _archive(rulebook, "ham.tar.xz")


def _archive(rulebook: Rulebook, name: str) -> Iterator[tuple[str, Verdict]]:
    with tarfile.open(DATA / name) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                yield member.name, judge(parse(file.read()), rulebook)


def measure(*, with_ham: bool = True, with_torture: bool = True) -> dict[str, Any]:
    """Measure everything."""
    rulebook = load_rulebook()
    report: dict[str, Any] = {}
    for side in ("exam", "practice"):
        judged = judge_letters(rules_alone(rulebook), side)
        report[side] = {name: score(group) for name, group in by_language_group(judged).items()}
        report[f"{side} languages"] = by(judged, lambda case: case.row.lang)
    shipped = judge_letters(rulebook, "exam")
    report["exam shipped"] = {name: score(group) for name, group in by_language_group(shipped).items()}
    if not DATA.is_dir():
        return report
    cases = judge_rows(rules_alone(rulebook))
    report |= {
        "slices": {name: score(group) for name, group in slices(cases).items()},
        "languages": by(cases, lambda case: case.row.lang),
        "kinds": by(cases, lambda case: case.row.kind),
        "sources": by(cases, lambda case: case.row.source),
        "labels": {label: _label(cases, label) for label in sorted({case.row.label for case in cases})},
    }
    if with_ham:
        report["ham"] = _count(ham_verdicts(rulebook))
    if with_torture:
        report["torture"] = _torture(rulebook)
    return report


def _label(cases: list[Judged], label: str) -> dict[str, Any]:
    own = [case for case in cases if case.row.label == label]
    return {
        "cases": len(own),
        "sure_no": sum(case.verdict.is_sure_no for case in own),
        "unsure_no": sum(case.found and not case.verdict.is_sure_no for case in own),
        "outcomes": dict(Counter(str(case.verdict.outcome) for case in own).most_common()),
    }


def _count(verdicts: Iterable[tuple[str, Verdict]]) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    named = []
    for name, verdict in verdicts:
        counts["mails"] += 1
        counts["sure_no"] += verdict.is_sure_no
        unsure = verdict.certainty is Certainty.UNSURE
        counts["unsure"] += unsure
        if verdict.outcome.is_no or unsure:
            named.append(f"{name}: {verdict.outcome} {verdict.certainty}")
    return {**counts, "named": named}


def _torture(rulebook: Rulebook) -> dict[str, Any]:
    longest, last, count, sure = 0.0, time.perf_counter(), 0, 0
    for _, verdict in _archive(rulebook, "torture.tar.xz"):
        now = time.perf_counter()
        longest, last, count = max(longest, now - last), now, count + 1
        sure += verdict.is_sure_no
    return {"mails": count, "sure_no": sure, "longest_s": round(longest, 3)}


def _table(title: str, rows: dict[str, dict[str, float | int]]) -> None:
    print(f"\n{title}")
    print(f"{'':<36}{'cases':>6}{'rej.':>6} | sure: {'P':>6}{'R':>8}{'wrong':>7} | all: {'P':>6}{'R':>8}{'wrong':>7}")
    for name, item in rows.items():
        sure = f"{item['sure_precision']:>12.4f}{item['sure_recall']:>8.4f}{item['sure_wrong']:>7}"
        both = f"{item['precision']:>11.4f}{item['recall']:>8.4f}{item['any_wrong']:>7}"
        print(f"{name[:35]:<36}{item['cases']:>6}{item['rejections']:>6} | {sure} | {both}")


def _print(report: dict[str, Any]) -> None:
    _table("Exam: our own letters that nobody reads while writing rules", report["exam"])
    _table("Exam, as shipped: with the second opinion, which has not learnt it", report["exam shipped"])
    _table("Practice: our own letters that rules were written by", report["practice"])
    _table("Exam, by language", report["exam languages"])
    if "slices" not in report:
        return
    _table("Labelled mail (half A was read while writing rules; half B was only watched)", report["slices"])
    _table("Languages", report["languages"])
    _table("Kinds", report["kinds"])
    _table("Sources", {name: item for name, item in report["sources"].items() if item["cases"] >= 10})
    print("\nLabels: how many were called a no")
    for label, item in report["labels"].items():
        print(f"{label:<20}{item['cases']:>5} cases, sure no {item['sure_no']:>4}, unsure no {item['unsure_no']:>3}")
    for name in ("ham", "torture"):
        if name in report:
            print(f"\n{name}: {json.dumps(report[name], ensure_ascii=False)}")


def _show(what: str, languages: set[str]) -> None:
    rulebook = rules_alone(load_rulebook())
    cases = judge_letters(rulebook, what) if what == "practice" else judge_rows(rulebook)
    for case in cases:
        verdict, row = case.verdict, case.row
        wrong = case.wanted != case.found or (case.wanted and not verdict.is_sure_no)
        if not wrong or what not in {"practice", case.half} or (languages and row.lang not in languages):
            continue
        print(f"## {row.id} {row.label} {row.kind} {row.sender} | {row.subject}")
        print(f"   -> {verdict.language} {verdict.outcome} {verdict.certainty}: {verdict.because}")
        print("  ", " ".join(row.body.split())[:700])
        for item in verdict.evidence:
            if not item.signal.endswith(".hints"):
                print(f"     {'+' if item.counted else '-'} {item.signal}: {item.quote!r} {item.note}")


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.add_argument("--quick", action="store_true", help="labelled cases only")
    parser.add_argument("--show", choices=["A", "practice"], help="print what went wrong there; the rest stays unread")
    parser.add_argument("--lang", nargs="*", default=[], help="with --show: only these languages")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"no labelled mail at {DATA}: only our own letters are measured", file=sys.stderr)
        if arguments.show == "A":
            return 66
    if arguments.show:
        _show(arguments.show, set(arguments.lang))
        return 0
    report = measure(with_ham=not arguments.quick, with_torture=not arguments.quick)
    if arguments.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _print(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
