"""A season of applications, made up, for the report."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.adapters.rulebook import load_rulebook
from watcher.core.answer import read_answer
from watcher.core.lesson import Heard, learn
from watcher.core.message import Message
from watcher.core.verdict import Stage
from watcher.shells.report import ReportData, WaitRow, report_data

START = datetime(2026, 7, 6, 9, tzinfo=UTC)
ANSWERS = [
    (
        "Acme Insurance",
        Stage.INTERVIEWED,
        "Your answers were too long and we lost the thread. More numbers would have helped.",
    ),
    ("Bolt & Söhne", Stage.FINAL_ROUND, "It was a very close decision between strong candidates."),
    (
        "Cube <script>alert(1)</script>",
        Stage.ASSESSED,
        "In the system design round you did not talk about scalability.",
    ),
    ("Delta 株式会社", Stage.INTERVIEWED, "Please keep your answers shorter next time, the STAR method would help."),
    ("Echo " + "Very Long Name " * 6, Stage.SCREENED, "Our policy does not allow individual feedback."),
]


def season() -> ReportData:
    rulebook = load_rulebook()
    heard = [
        Heard(
            str(place),
            employer,
            START + timedelta(days=9 * place),
            stage,
            answer=read_answer(Message(text=text), rulebook),
            answered_at=START + timedelta(days=9 * place + 4),
            asked=True,
        )
        for place, (employer, stage, text) in enumerate(ANSWERS)
    ]
    heard += [
        Heard(f"x{n}", f"Firm {n}", START + timedelta(days=5 * n), Stage.APPLIED, hints=("industry",) if n == 1 else ())
        for n in range(14)
    ]
    heard += [
        Heard(f"y{n}", f"House {n}", START + timedelta(days=11 * n), Stage.INTERVIEWED, asked=True) for n in range(3)
    ]
    made = datetime(2026, 9, 20, 18, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    waits = [
        WaitRow("Request to come", "Foxtrot", made + timedelta(days=1)),
        WaitRow("Thanks in Drafts", "Acme Insurance", made),
    ]
    return report_data(heard, learn(heard, rulebook, made.date()), rulebook, made, waits)
