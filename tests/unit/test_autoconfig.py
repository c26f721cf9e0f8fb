"""Finding servers: the domain's own file, then SRV; nothing but https is asked, nothing plain is believed."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Literal

import pytest

from tests.needs import need
from tests.oauth_server import make_certificate
from watcher.adapters.autoconfig import PLACES, fetch_https, find_servers, mail_hosts

XML = b"""<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="firm.example">
 <incomingServer type="pop3"><hostname>pop.firm.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
 <incomingServer type="imap"><hostname>plain.firm.example</hostname><port>143</port><socketType>plain</socketType></incomingServer>
 <incomingServer type="imap"><hostname>imap.firm.example</hostname><port>993</port><socketType>SSL</socketType>
   <username>%EMAILLOCALPART%</username></incomingServer>
 <outgoingServer type="smtp"><hostname>smtp.firm.example</hostname><port>587</port><socketType>STARTTLS</socketType></outgoingServer>
</emailProvider></clientConfig>"""

Record = tuple[int, int, int, str]


def nothing(_name: str, _kind: Literal["MX", "SRV"]) -> list[Record]:
    return []


def test_the_domains_own_file_is_believed_and_plain_text_never_taken() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes | None:
        asked.append(url)
        return XML if "well-known" in url else None

    found = find_servers("firm.example", fetch, nothing)
    assert [(item.protocol, item.host, item.port, item.security) for item in found] == [
        ("imap", "imap.firm.example", 993, "tls"),
        ("smtp", "smtp.firm.example", 587, "starttls"),
    ]
    assert found[0].user == "%EMAILLOCALPART%"
    assert asked == [place.format(domain="firm.example") for place in PLACES[:2]]


def test_srv_records_are_asked_when_no_file_is_there() -> None:
    records: dict[str, list[Record]] = {
        "_imaps._tcp.firm.example": [(10, 1, 993, "b.firm.example"), (0, 1, 993, "a.firm.example")],
        "_imap._tcp.firm.example": [(0, 0, 0, "")],
        "_submission._tcp.firm.example": [(0, 0, 587, "smtp.firm.example")],
    }
    found = find_servers("firm.example", lambda _: None, lambda name, _: records.get(name, []))
    assert [item.host for item in found] == ["a.firm.example", "b.firm.example", "smtp.firm.example"]


@pytest.mark.parametrize(
    "content",
    [
        b"<html>404</html>",
        b"",
        b"\x00\xff",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        XML.replace(b"imap.firm.example", b"a b;rm"),
        XML.replace(b"993", b"99999"),
    ],
)
def test_nonsense_falls_through(content: bytes) -> None:
    assert find_servers("firm.example", lambda _: content, nothing) == ()


def test_mail_hosts_come_best_first() -> None:
    assert mail_hosts("x.example", lambda *_: [(20, 0, 0, "b"), (10, 0, 0, "a")]) == ("a", "b")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[tuple[str, ssl.SSLContext]]:
    need("openssl")
    certificate, key = make_certificate(tmp_path)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None: ...

        def do_GET(self) -> None:
            size = 100_000 if self.path == "/big" else 10
            self.send_response(404 if self.path == "/none" else 200)
            self.end_headers()
            self.wfile.write(b"x" * size)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"https://localhost:{server.server_port}", ssl.create_default_context(cafile=str(certificate))
    server.shutdown()
    server.server_close()


def test_a_small_page_is_fetched_and_everything_else_is_nothing(page: tuple[str, ssl.SSLContext]) -> None:
    url, context = page
    assert fetch_https(url + "/x", context) == b"x" * 10
    assert fetch_https(url + "/none", context) is None
    assert fetch_https(url + "/big", context) is None
    assert fetch_https(url + "/x") is None  # a certificate nobody signed
    assert fetch_https(url.replace("https", "http") + "/x") is None
    assert fetch_https("https://127.0.0.1:1/x", context) is None
