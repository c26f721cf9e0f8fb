"""A small OAuth2 authorization server on loopback, over TLS: authorization code, device code, refresh, introspection.

It speaks enough of RFC 6749, RFC 8628 and Microsoft's discovery document for google-auth-oauthlib and msal, counts what
it is asked, rotates refresh tokens, and can be told to refuse or to fall silent.
"""

from __future__ import annotations

import json
import secrets
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost and 127.0.0.1; give (certificate, key)."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


class OAuthServer:
    """Runs in a thread; `url` is its address, `plain_url` the same without TLS for Dovecot's introspection."""

    def __init__(self, folder: Path) -> None:
        self.certificate, key = make_certificate(folder)
        self.refresh_tokens: set[str] = set()
        self.access_tokens: dict[str, str] = {}
        self.codes: set[str] = set()
        self.devices: dict[str, int] = {}
        self.grants: list[str] = []
        self.refuse = ""
        self.life_s = 3600
        self.refresh_life_s: int | None = None
        self.user = "sam"
        self._servers = [self._serve(None)]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._servers.append(self._serve(context))
        self.plain_url = f"http://127.0.0.1:{self._servers[0].server_port}"
        self.url = f"https://localhost:{self._servers[1].server_port}"

    def stop(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _serve(self, context: ssl.SSLContext | None) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server

    def issue(self) -> dict[str, Any]:
        access, refresh = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.access_tokens[access] = self.user
        self.refresh_tokens = {refresh}
        answer: dict[str, Any] = {
            "access_token": access, "refresh_token": refresh, "token_type": "Bearer",
            "expires_in": self.life_s, "scope": "mail",
        }  # fmt: skip
        if self.refresh_life_s is not None:
            answer["refresh_token_expires_in"] = self.refresh_life_s
        return answer

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        grant = form.get("grant_type", "").rpartition(":")[2]
        self.grants.append(grant)
        if self.refuse:
            return (503 if self.refuse == "temporarily_unavailable" else 400), {
                "error": self.refuse, "error_description": f"told to answer {self.refuse}"}  # fmt: skip
        if grant == "authorization_code" and form.get("code") in self.codes:
            self.codes.discard(form["code"])
            return 200, self.issue()
        if grant == "refresh_token" and form.get("refresh_token") in self.refresh_tokens:
            return 200, self.issue()
        if grant == "device_code" and form.get("device_code", "") in self.devices:
            self.devices[form["device_code"]] -= 1
            if self.devices[form["device_code"]] >= 0:
                return 400, {"error": "authorization_pending"}
            return 200, self.issue()
        return 400, {"error": "invalid_grant", "error_description": "unknown or used up"}


def _handler(owner: OAuthServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None: ...

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            asked = {key: values[0] for key, values in parse_qs(url.query).items()}
            if url.path.endswith("/openid-configuration"):
                base = f"{owner.url}/common"
                self._json(200, {
                    "issuer": f"{base}/v2.0", "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{owner.url}/token", "device_authorization_endpoint": f"{owner.url}/device",
                })  # fmt: skip
            elif url.path.endswith("/authorize"):
                if owner.refuse:
                    query = {"error": owner.refuse, "state": asked["state"]}
                else:
                    code = secrets.token_urlsafe(8)
                    owner.codes.add(code)
                    query = {"code": code, "state": asked["state"]}
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(query)}")
                self.end_headers()
            elif url.path == "/tokeninfo":
                user = owner.access_tokens.get(asked.get("access_token", ""))
                self._json(200 if user else 400, {"email": user, "expires_in": 60} if user else {"error": "invalid"})
            else:
                self._json(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {key: values[0] for key, values in parse_qs(body).items()}
            if self.path == "/device":
                code = secrets.token_urlsafe(8)
                owner.devices[code] = 1
                self._json(200, {
                    "device_code": code, "user_code": "ABCD-1234", "verification_uri": f"{owner.url}/activate",
                    "expires_in": 60, "interval": 0, "message": "go",
                })  # fmt: skip
            else:
                self._json(*owner.token(form))

        def _json(self, status: int, found: dict[str, Any]) -> None:
            raw = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    return Handler
