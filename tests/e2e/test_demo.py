"""The demo tells its story to the end and leaves nothing behind."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_the_demo_tells_the_whole_life_and_cleans_up(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "watcher", "demo"],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
    out = done.stdout
    to = re.findall(r"\| To: +.*?([\w.]+@[\w.]+)", out)
    assert to.count("rita.roe@northwind.example") == 2  # request, thanks for the answer
    assert to.count("tom.tanner@contoso.example") == 2  # request, thanks after silence
    assert to.count("petra.muster@beispielwerk.example") == 1  # thrown away, never made again
    assert not [address for address in to if address.startswith(("no-reply", "letters", "lena.park"))]
    assert "thrown away" in out
    assert "auto reply" in out
    assert "no individual feedback is given" in out
    assert "nothing sent by Afterword itself" in out


def test_it_works_in_a_folder_that_is_gone_at_the_end() -> None:
    before = set(Path(tempfile.gettempdir()).glob("afterword-demo-*"))
    process = subprocess.Popen(
        [sys.executable, "-m", "watcher", "demo", "--keep"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    last = ""
    for line in process.stdout:
        last = line
        if "The mailbox stays" in line:
            break
    assert re.search(r"port \d+, no TLS, user sam, password \w+", last)
    import imaplib

    port, password = re.findall(r"port (\d+).*password (\w+)", last)[0]
    hand = imaplib.IMAP4("127.0.0.1", int(port), timeout=10)
    hand.login("sam", password)
    assert hand.select("INBOX", readonly=True)[0] == "OK"
    hand.logout()
    process.send_signal(2)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert set(Path(tempfile.gettempdir()).glob("afterword-demo-*")) <= before
