"""What a test needs of the machine: missing locally it is said aloud and skipped, missing in CI it is a failure."""

import os
import shutil

import pytest


def need(program: str, package: str = "") -> str:
    """Give the path of a program, or end the test: skipped here, failed in CI."""
    path = shutil.which(program, path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
    if path:
        return path
    reason = f"{program} is not installed (Debian package: {package or program}); run: make servers"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
