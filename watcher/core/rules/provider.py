"""rules/providers/<name>.yaml as a value: one mail provider or server family, what it needs and how it behaves.

What a server says of itself (CAPABILITY, LIST, PERMANENTFLAGS) always wins over what stands here.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from watcher.core.rules.shape import Shape

Auth = Literal["password", "app_password", "oauth2", "bridge_password"]
Known = Literal["yes", "no", "unknown"]


class Endpoint(Shape):
    """One server of a provider; `{domain}` in the host stands for the address's domain."""

    host: str = Field(description="Host name.")
    port: int = Field(ge=1, le=65535, description="Port.")
    security: Literal["tls", "starttls"] = Field(default="tls", description="tls or starttls.")


class Provider(Shape):
    """One provider: found by the address's domain or by where its mail is delivered."""

    id: str = Field(description="Unique id and file name, such as `gmail`.")
    name: str = Field(description="The name people know.")
    domains: tuple[str, ...] = Field(default=(), description="Domains of addresses.")
    mx: tuple[str, ...] = Field(
        default=(), description="Endings of MX host names, for domains of the user's own at this provider."
    )
    hosts: tuple[str, ...] = Field(default=(), description="Endings of IMAP host names that tell this family.")
    imap: Endpoint | None = Field(default=None, description="IMAP server; empty for a family without one address.")
    smtp: Endpoint | None = Field(default=None, description="Submission server (RFC 6409).")
    user: Literal["address", "local_part"] = Field(default="address", description="What the login name is.")
    auth: tuple[Auth, ...] = Field(min_length=1, description="Ways to log in, the best first.")
    needs: str = Field(min_length=1, description="One sentence: what the user has to do first, and where.")
    oauth2: Literal["google", "microsoft"] | None = Field(default=None, description="Whose tokens, when oauth2 works.")
    strip_spaces: bool = Field(default=False, description="true: spaces in the app password are only for the eye.")
    drafts: tuple[str, ...] = Field(min_length=1, description=r"Names of Drafts where \Drafts is not told.")
    sent: tuple[str, ...] = Field(min_length=1, description=r"Names of Sent where \Sent is not told.")
    idle_s: int = Field(
        ge=60, le=1740, description="Re-issue IDLE after so many seconds (RFC 9051 6.3.13: below 1800)."
    )
    connections: int = Field(default=2, ge=1, description="Connections at once it surely allows.")
    keywords: Known = Field(default="unknown", description="Keywords of one's own are stored.")
    folders: Known = Field(default="yes", description="no: do not make control folders here.")
    message_id: Literal["kept", "rewritten", "unknown"] = Field(
        default="unknown", description="What becomes of a Message-ID on sending."
    )
    sent_copy: Literal["server", "client", "unknown"] = Field(
        default="unknown", description="Who files the copy in Sent after SMTP submission."
    )
    threading: Literal["kept", "lost"] = Field(
        default="kept", description="lost: In-Reply-To and References of an appended draft do not survive."
    )
    notes: tuple[str, ...] = Field(default=(), description="What else a user should know, one sentence each.")

    def login_name(self, address: str) -> str:
        """Give the login name for an address."""
        return address.rpartition("@")[0] if self.user == "local_part" else address


def provider_for(address: str, providers: tuple[Provider, ...], mx: tuple[str, ...] = ()) -> Provider | None:
    """Find the provider of an address by its domain, else by its MX hosts; None when neither tells.

    Args:
        address: addr-spec.
        providers: The table.
        mx: Host names the domain's mail is delivered to, when they were looked up.
    """
    domain = address.rpartition("@")[2].lower()
    for provider in providers:
        if domain in provider.domains:
            return provider
    for provider in providers:
        if any(_under(host, ending) for host in mx for ending in provider.mx):
            return provider
    return None


def provider_of_host(host: str, providers: tuple[Provider, ...]) -> Provider | None:
    """Find the provider or family an IMAP host name belongs to."""
    for provider in providers:
        if any(_under(host, ending) for ending in provider.hosts):
            return provider
    return None


def _under(host: str, ending: str) -> bool:
    host = host.lower().rstrip(".")
    return host == ending or host.endswith("." + ending)
