"""Message, Verdict, history -> Details: employer, role, requisition, stage; and which mails tell of one application."""

from watcher.core.job_application.examples import ReadingTrial, run_reading_examples
from watcher.core.job_application.same import Known, News, NewsKind, better, merge, news, same_application
from watcher.core.job_application.understand import understand
from watcher.core.job_application.values import Details

__all__ = [
    "Details",
    "Known",
    "News",
    "NewsKind",
    "ReadingTrial",
    "better",
    "merge",
    "news",
    "run_reading_examples",
    "same_application",
    "understand",
]
