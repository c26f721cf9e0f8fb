"""Counts -> SVG texts by matplotlib, in the page's own colours, so that they follow dark mode and print.

matplotlib draws in marker colours, which are then replaced by CSS variables; text stays text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from watcher.core.verdict import Stage
from watcher.shells.report.data import STAGES, ApplicationRow, ThemeRow

INK, LINE, BAR, SOFT = "#010203", "#040506", "#070809", "#0a0b0c"
_COLOURS = {INK: "var(--ink)", LINE: "var(--line)", BAR: "var(--bar)", SOFT: "var(--soft)"}
_STYLE: dict[Any, Any] = {
    "text.parse_math": False,
    "svg.fonttype": "none",
    "font.size": 12,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": LINE,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}
WIDTH = 6.4  # inches at 72 dots: about 460 px, which a phone shows almost unscaled
MOST_BARS = 12
MOST_LETTERS = 28


def timeline(rows: Sequence[ApplicationRow], label: str) -> str:
    """Draw each application at its date and the stage it reached; filled when an answer came."""
    figure, axes = _figure(3.0)
    stages = list(Stage)
    for answered, colour in ((False, SOFT), (True, BAR)):
        some = [row for row in rows if bool(row.answer) is answered]
        axes.scatter(
            [row.at for row in some],
            [stages.index(row.stage) for row in some],
            s=60,
            c=colour,
            edgecolors=BAR,
            linewidths=1.5,
            zorder=3,
        )
    axes.set_yticks(range(len(stages)), [STAGES[stage] for stage in stages])
    axes.set_ylim(-0.5, len(stages) - 0.5)
    axes.grid(axis="both", color=LINE, linewidth=0.6)
    _dates(axes)
    return _svg(figure, "timeline", label)


def bars(pairs: Sequence[tuple[str, int]], name: str, label: str) -> str:
    """Draw horizontal bars with their numbers, the first on top."""
    pairs = list(pairs)[:MOST_BARS]
    figure, axes = _figure(0.9 + 0.38 * max(len(pairs), 1))
    names = [_short(text) for text, _ in pairs]
    counts = [count for _, count in pairs]
    drawn = axes.barh(range(len(pairs)), counts, color=BAR, height=0.62, zorder=3)
    axes.bar_label(drawn, labels=[str(count) for count in counts], padding=4, color=INK)
    axes.set_yticks(range(len(pairs)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, max([*counts, 1]) * 1.15)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    return _svg(figure, name, label)


def themes(rows: Sequence[ThemeRow], label: str) -> str:
    """Draw how many employers named each theme."""
    return bars([(row.theme, row.employers) for row in rows], "themes", label)


def _figure(height: float) -> tuple[Any, Any]:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, height), dpi=72, layout="constrained")
        return figure, figure.add_subplot()


def _dates(axes: Any) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=2, maxticks=6)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def _svg(figure: Any, name: str, label: str) -> str:
    from matplotlib import rc_context

    out = io.StringIO()
    with rc_context({**_STYLE, "svg.hashsalt": name}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", text)
    for marker, colour in _COLOURS.items():
        text = text.replace(marker, colour)
    text = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font: \1 system-ui, sans-serif", text)
    head = text[: text.index(">")]
    slim = re.sub(r' (?:width|height)="[^"]*"', "", head)
    return text.replace(head, f'{slim} role="img" aria-label="{escape(label, quote=True)}" class="plot"', 1)


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
