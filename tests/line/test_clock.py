"""The daemon's clock starts: every job has a name of its own."""

from pathlib import Path

from tests.configured import configured
from watcher.config import load
from watcher.shells.daemon import Daemon
from watcher.wiring import open_works


def test_the_clock_starts_and_stops(tmp_path: Path) -> None:
    config = load(configured(tmp_path, port=9))
    with open_works(config) as works:
        scheduler = Daemon(works, config)._scheduler()
        scheduler.start()
        assert {job.id for job in scheduler.get_jobs()} == {"tick", "tell", "rules"}
        scheduler.shutdown(wait=True)
