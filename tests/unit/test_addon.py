"""The add-on without Thunderbird: built reproducibly, translated completely, asking for nothing it should not have."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.needs import need
from tools import xpi

MANIFEST = json.loads((xpi.SOURCE / "manifest.json").read_text("utf-8"))


def test_the_same_tree_gives_the_same_bytes(tmp_path: Path) -> None:
    first = xpi.build(tmp_path / "a.xpi")
    copy = tmp_path / "copy"
    shutil.copytree(xpi.SOURCE, copy)
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    assert xpi.build(tmp_path / "b.xpi", copy) == first


def test_it_asks_for_no_host_and_collects_nothing() -> None:
    assert "host_permissions" not in MANIFEST
    assert not [name for name in MANIFEST["permissions"] if "://" in name or name == "<all_urls>"]
    assert MANIFEST["browser_specific_settings"]["gecko"]["data_collection_permissions"] == {"required": ["none"]}
    for path in xpi.SOURCE.rglob("*.js"):
        text = path.read_text("utf-8")
        assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|sendBeacon|eval|innerHTML)\b", text), path.name


def test_every_text_is_there_in_every_language() -> None:
    texts = {
        path.parent.name: json.loads(path.read_text("utf-8")) for path in xpi.SOURCE.glob("_locales/*/messages.json")
    }
    assert set(texts) == {"en", "de"}
    assert set(texts["en"]) == set(texts["de"])
    used = set(re.findall(r"__MSG_(\w+)__", json.dumps(MANIFEST)))
    for path in (*xpi.SOURCE.rglob("*.js"), *xpi.SOURCE.rglob("*.html")):
        source = path.read_text("utf-8")
        used |= set(re.findall(r"(?:text|getMessage)\(\"(\w+)\"", source)) | set(
            re.findall(r"data-text=\"(\w+)\"", source)
        )
        used |= set(re.findall(r"\"(verdict\w+)\"", source))
    words = re.findall(r"^  (\w+): \{ key:", (xpi.SOURCE / "words.js").read_text("utf-8"), re.MULTILINE)
    used |= {f"tag_{word}" for word in words} | {f"button_{word}" for word in words[4:]}
    assert used == set(texts["en"])


@pytest.mark.server
def test_the_verdict_follows_the_tags() -> None:
    node = need("node", "nodejs")
    script = """
      const fs = require("fs");
      for (const name of ["words.js", "verdict.js"]) require("vm").runInThisContext(fs.readFileSync(name, "utf8"));
      const H = 3600000;
      const ask = (tags, hours) => readVerdict(tags, 0, hours * H);
      console.log(JSON.stringify([
        ask([], 1), ask(["$rejection"], 1), ask(["$rejection"], 50), ask(["$rejection"], 24 * 8),
        ask(["$rejection", "$notrejection"], 1), ask(["$rejection", "$dontask"], 1), ask(["$rejection", "$feedbackdraft"], 30),
        ask(["$rejectionuncertain"], 1), ask(["$isrejection", "$feedbackheard"], 1),
      ]));
    """
    done = subprocess.run([node, "-e", script], cwd=xpi.SOURCE, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert [item["verdict"] for item in found] == [
        "verdictNone", "verdictYes", "verdictYes", "verdictYes", "verdictNotByYou", "verdictYes", "verdictDraft",
        "verdictUncertain", "verdictYesByYou",
    ]  # fmt: skip
    hour = 3600000
    assert found[1]["due"] == [24 * hour, 48 * hour]
    assert [item["past"] for item in found[1:4]] == [False, True, False]
    assert found[3]["due"] is None
    assert found[5]["due"] is None
    assert found[6]["due"] is None
    assert (found[8]["told"], found[8]["heard"]) == ("isrejection", True)
