"""Every command is found by its file's name and answers --help."""

import pytest

from watcher.shells.cli import run


def test_help_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "Drafts" in capsys.readouterr().out
