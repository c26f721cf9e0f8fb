"""A mail domain -> its servers: MX for the provider table, the domain's own autoconfig file, SRV records; politely.

Each question is asked once, over HTTPS or DNS, with a short time-out and a small answer; nothing but the domain is
told to anyone (the address itself never leaves the machine).

Source: RFC 6186 3 (SRV for mail), RFC 8314 5.1 (_submissions), the Mozilla autoconfig format
(https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/).
"""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

TIMEOUT_S = 5.0
MAX_BYTES = 64 << 10
PLACES = (
    "https://autoconfig.{domain}/mail/config-v1.1.xml",
    "https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    "https://autoconfig.thunderbird.net/v1.1/{domain}",
)

Fetch = Callable[[str], bytes | None]
Resolve = Callable[[str, Literal["MX", "SRV"]], list[tuple[int, int, int, str]]]


@dataclass(frozen=True, slots=True)
class Found:
    """A server that was named.

    Attributes:
        protocol: imap or smtp.
        host: Host name.
        port: 1-65535.
        security: tls or starttls; plain text is never taken over.
        user: The login name as the file spells it (`%EMAILADDRESS%`, `%EMAILLOCALPART%`), empty when not told.
        source: Where it was named, for the user.
    """

    protocol: Literal["imap", "smtp"]
    host: str
    port: int
    security: Literal["tls", "starttls"]
    user: str
    source: str


def mail_hosts(domain: str, resolve: Resolve | None = None) -> tuple[str, ...]:
    """Give the hosts a domain's mail is delivered to, best first; empty when DNS does not answer."""
    return tuple(host for _, _, _, host in sorted((resolve or _resolve)(domain, "MX")))


def find_servers(domain: str, fetch: Fetch | None = None, resolve: Resolve | None = None) -> tuple[Found, ...]:
    """Ask the domain for its servers; the first place that names an IMAP server is believed.

    Args:
        domain: What stands after the @.
        fetch: URL -> content or None; the real one when empty.
        resolve: DNS look-up; the real one when empty.
    """
    for place in PLACES:
        url = place.format(domain=domain)
        content = (fetch or fetch_https)(url)
        found = tuple(_read_xml(content, url)) if content else ()
        if any(server.protocol == "imap" for server in found):
            return found
    found = tuple(_srv(domain, resolve or _resolve))
    return found if any(server.protocol == "imap" for server in found) else ()


def fetch_https(url: str, context: ssl.SSLContext | None = None) -> bytes | None:
    """Get a small file over HTTPS; None for anything that goes wrong."""
    request = urllib.request.Request(url, headers={"User-Agent": "Afterword"})  # noqa: S310 -- PLACES are https
    if request.type != "https":
        return None
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=context) as answer:  # noqa: S310
            content: bytes = answer.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return None
    return content if len(content) <= MAX_BYTES else None


def _read_xml(content: bytes, source: str) -> Iterator[Found]:
    from lxml import etree  # type: ignore[attr-defined]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return
    for server in root.iter("incomingServer", "outgoingServer"):
        protocol = (server.get("type") or "").lower()
        security = {"SSL": "tls", "STARTTLS": "starttls"}.get((server.findtext("socketType") or "").strip().upper())
        host = (server.findtext("hostname") or "").strip().lower()
        port = (server.findtext("port") or "").strip()
        if protocol not in {"imap", "smtp"} or not security or not _is_host(host) or not port.isdecimal():
            continue
        if 0 < int(port) < 1 << 16:
            yield Found(
                "imap" if protocol == "imap" else "smtp",
                host,
                int(port),
                "tls" if security == "tls" else "starttls",
                (server.findtext("username") or "").strip(),
                source,
            )


def _srv(domain: str, resolve: Resolve) -> Iterator[Found]:
    services: tuple[tuple[str, Literal["imap", "smtp"], Literal["tls", "starttls"]], ...] = (
        ("_imaps._tcp", "imap", "tls"),
        ("_imap._tcp", "imap", "starttls"),
        ("_submissions._tcp", "smtp", "tls"),
        ("_submission._tcp", "smtp", "starttls"),
    )
    for service, protocol, security in services:
        for _, _, port, host in sorted(resolve(f"{service}.{domain}", "SRV"), key=lambda item: (item[0], -item[1])):
            if _is_host(host) and 0 < port < 1 << 16:  # a host of "." says: not offered (RFC 6186 3.4)
                yield Found(protocol, host, port, security, "", f"DNS {service}.{domain}")


def _resolve(name: str, kind: Literal["MX", "SRV"]) -> list[tuple[int, int, int, str]]:
    import dns.exception
    import dns.resolver

    try:
        answers = dns.resolver.resolve(name, kind, lifetime=TIMEOUT_S)
    except (dns.exception.DNSException, OSError, ValueError):
        return []
    if kind == "MX":
        return [(item.preference, 0, 0, str(item.exchange).rstrip(".").lower()) for item in answers]
    return [(item.priority, item.weight, item.port, str(item.target).rstrip(".").lower()) for item in answers]


def _is_host(host: str) -> bool:
    return 0 < len(host) <= 253 and "." in host and all(c.isalnum() or c in "-." for c in host)
