"""render(): ReportData -> one HTML page that loads nothing: styles and plots inside, a policy that forbids the rest."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.core.lesson import Status
from watcher.shells.report import plots
from watcher.shells.report.data import STAGES, theme_name

if TYPE_CHECKING:
    from watcher.shells.report.data import ReportData

ACTIONS = {
    "course": "Course",
    "certification": "Certificate",
    "project": "Project",
    "star": "STAR practice",
    "mock_interview": "Practice interview",
    "cv": "CV",
    "pitch": "Pitch",
    "research": "Research",
    "networking": "People of the field",
    "search": "Search",
    "calendar": "Calendar",
    "log": "Notes",
    "thanks": "Thanks",
}


def render(data: ReportData) -> str:
    """Make the page; everything from mail is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=_day, instant=_instant, theme=theme_name)
    drawn = {name: Markup(text) for name, text in _plots(data).items()}  # noqa: S704 -- made by matplotlib, which escapes
    return environment.get_template("page.html.j2").render(
        data=data,
        plots=drawn,
        stages=STAGES,
        actions=ACTIONS,
        open_items=data.plan.open,
        later=[item for item in data.plan.items if item.status is Status.WAITING],
        done=[item for item in data.plan.items if item.status is Status.DONE],
    )


def _plots(data: ReportData) -> dict[str, str]:
    if not data.applications:
        return {}
    found = {
        "timeline": plots.timeline(data.applications, f"Timeline of {len(data.applications)} applications by stage"),
        "funnel": plots.bars(data.funnel, "funnel", "Applications by the stage they ended at"),
    }
    if data.asked:
        silent = data.asked - data.answered
        pairs = [("Answered", data.answered), ("No answer so far", silent)]
        found["answers"] = plots.bars(pairs, "answers", f"{data.answered} of {data.asked} requests were answered")
    if data.themes:
        found["themes"] = plots.themes(data.themes, "Themes by the number of employers that named them")
    return found


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def _instant(value: datetime) -> str:
    return f"{value.day} {value:%B %Y, %H:%M}"
