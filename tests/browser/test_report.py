"""The report opened in a real browser: complete, silent, readable on a phone, in the dark and for a screen reader."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser.samples import season
from tests.needs import need
from watcher.shells.report import render

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    chromium, node, npm = need("chromium"), need("node", "nodejs"), need("npm")
    folder = tmp_path_factory.mktemp("report")
    for name in ("package.json", "package-lock.json", "check.js"):
        shutil.copy(HERE / name, folder / name)
    installed = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--prefer-offline"], cwd=folder, capture_output=True, text=True
    )
    if installed.returncode:
        reason = f"npm could not install axe-core and playwright-core: {installed.stderr[-300:]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    (folder / "report.html").write_text(render(season()), encoding="utf-8")
    done = subprocess.run(
        [node, "check.js", "report.html", str(folder), chromium],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"folder": folder}


pytestmark = [pytest.mark.server, pytest.mark.xdist_group("browser")]


def test_the_page_says_nothing_on_the_console_and_asks_nobody(seen: dict[str, Any]) -> None:
    assert seen["errors"] == []
    assert seen["requests"] == []


def test_the_plots_are_there_and_have_names(seen: dict[str, Any]) -> None:
    labels = [label for label, shown in seen["plots"] if shown]
    assert len(labels) == 4
    assert all(labels)


def test_axe_finds_no_issue(seen: dict[str, Any]) -> None:
    assert seen["violations"] == []


def test_a_phone_need_not_scroll_sideways(seen: dict[str, Any]) -> None:
    assert seen["wider_than_phone"] <= 0


def test_every_look_was_drawn(seen: dict[str, Any]) -> None:
    for name in ("desktop.png", "phone.png", "dark.png", "print.pdf"):
        assert (seen["folder"] / name).stat().st_size > 10_000
