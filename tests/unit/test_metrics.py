"""Metrics hold numbers and account names, and nobody's mail."""

from datetime import timedelta
from pathlib import Path

from tests.line.builders import NO, TUESDAY, desk, mail
from watcher.shells.metrics import metrics_text


def test_metrics_tell_numbers_and_nobody_s_mail(tmp_path: Path) -> None:
    user = desk(tmp_path)
    user.deliver(mail(NO), TUESDAY)
    user.once(TUESDAY + timedelta(hours=1))
    text = (metrics_text(user.store, ["private"], TUESDAY) or b"").decode()
    assert 'afterword_applications{account="private",state="request_waiting"} 1.0' in text
    assert 'afterword_drafts{account="private",state="waiting"} 1.0' in text
    assert 'afterword_messages{account="private",what="judged"} 1.0' in text
    assert "acme" not in text.lower()
    user.close()
