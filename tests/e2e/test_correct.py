"""What the user corrects is learned, and what is taken back is forgotten."""

import json
from pathlib import Path

import pytest

from tests.configured import configured
from tests.line.builders import DAY, HOUR, NO, TUESDAY, mail
from watcher.adapters.corrections import read_corrections
from watcher.demo.imap_server import EmbeddedServer
from watcher.shells.cli import run


def test_undo_takes_back_what_the_correction_taught_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with EmbeddedServer() as server:
        monkeypatch.setenv("SAM_PASSWORD", server.password)
        config = configured(tmp_path, server.port)
        server.deliver("sam", mail(NO), TUESDAY)

        def afterword(*arguments: str) -> str:
            assert run([*arguments, "--config", str(config)]) == 0
            return capsys.readouterr().out

        def taught() -> list[str]:
            return list(read_corrections(tmp_path / "corrections.yaml").values())

        now = (TUESDAY + 2 * HOUR).isoformat()
        afterword("once", "--now", (TUESDAY + HOUR).isoformat())
        (item,) = json.loads(afterword("list", "--json"))
        afterword("correct", item["id"], "other", "--now", now)
        assert taught() == ["other"]

        assert "what it taught is forgotten too" in afterword("undo", item["id"], "--now", now)
        assert taught() == []
        afterword("skip", item["id"], "--now", now)
        assert "taught" not in afterword("undo", item["id"], "--now", now)
        afterword("once", "--now", (TUESDAY + DAY + 5 * HOUR).isoformat())
        assert len(server.contents("sam", "Drafts")) == 1
