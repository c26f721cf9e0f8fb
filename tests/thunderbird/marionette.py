"""A Marionette client in a page (protocol level 3: `length:[0, id, name, parameters]`), standard library only."""

from __future__ import annotations

import json
import socket
from typing import Any


class MarionetteError(RuntimeError):
    """Thunderbird answered with an error, or is gone."""


class Marionette:
    """One connection."""

    def __init__(self, port: int, timeout: float = 40) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.settimeout(timeout)
        self._buffer = b""
        self._number = 0
        hello = self._receive()
        if hello["marionetteProtocol"] != 3:
            raise MarionetteError(f"another protocol: {hello}")

    def close(self) -> None:
        self._socket.close()

    def command(self, name: str, **parameters: Any) -> Any:
        self._number += 1
        data = json.dumps([0, self._number, name, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(data), data))
        kind, number, error, result = self._receive()
        if (kind, number) != (1, self._number):
            raise MarionetteError(f"out of step: {kind} {number}")
        if error:
            raise MarionetteError(f"{error.get('error')}: {error.get('message')}")
        return result

    def start(self) -> None:
        self.command("WebDriver:NewSession", capabilities={})
        self.command("Marionette:SetContext", value="chrome")
        self.command("WebDriver:SetTimeouts", script=30000)

    def run(self, script: str, arguments: tuple[Any, ...]) -> Any:
        answer = self.command(
            "WebDriver:ExecuteAsyncScript", script=script, args=list(arguments), newSandbox=False, sandbox="system"
        )
        return answer["value"]

    def screenshot(self) -> str:
        return str(self.command("WebDriver:TakeScreenshot", full=False)["value"])

    def _receive(self) -> Any:
        while b":" not in self._buffer:
            self._more()
        length, _, self._buffer = self._buffer.partition(b":")
        while len(self._buffer) < int(length):
            self._more()
        data, self._buffer = self._buffer[: int(length)], self._buffer[int(length) :]
        return json.loads(data)

    def _more(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise MarionetteError("connection closed")
        self._buffer += data
