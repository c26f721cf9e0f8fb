"""ReportData -> one self-contained HTML page: plots, themes with their quotes, the plan, what waits."""

from watcher.shells.report.data import ApplicationRow, ReportData, ThemeRow, WaitRow, report_data
from watcher.shells.report.page import render

__all__ = ["ApplicationRow", "ReportData", "ThemeRow", "WaitRow", "render", "report_data"]
