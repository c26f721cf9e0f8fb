"""An address -> its servers: the provider table, else what the domain says of itself, else nothing (ask)."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.adapters.autoconfig import Found, find_servers, mail_hosts
from watcher.core.rules.provider import Provider, provider_for, provider_of_host
from watcher.shells.setup.answers import Answers


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address's servers.

    Attributes:
        provider: Its entry in the table, if there is one.
        source: Where the servers were found, for the user; empty when nowhere.
    """

    provider: Provider | None
    source: str


def fill_servers(answers: Answers, providers: tuple[Provider, ...], *, ask_domain: bool = True) -> Known:
    """Fill host, port, security, login name and submission server where the user has not told them.

    Args:
        answers: Changed in place.
        providers: The table.
        ask_domain: False asks neither DNS nor the domain's web server.
    """
    if answers.host:
        return Known(provider_of_host(answers.host, providers), "what you gave")
    domain = answers.address.rpartition("@")[2].lower()
    if (provider := provider_for(answers.address, providers)) is not None:
        _take_provider(answers, provider)
        return Known(provider, f"the provider table ({provider.name})")
    if not ask_domain:
        return Known(None, "")
    if (provider := provider_for(answers.address, providers, mail_hosts(domain))) is not None:
        _take_provider(answers, provider)
        return Known(provider, f"the provider table ({provider.name}, which receives mail for {domain})")
    found = find_servers(domain)
    imap = next((server for server in found if server.protocol == "imap"), None)
    if imap is None:
        return Known(None, "")
    _take_found(answers, imap, next((server for server in found if server.protocol == "smtp"), None))
    return Known(provider_of_host(imap.host, providers), imap.source)


def _take_provider(answers: Answers, provider: Provider) -> None:
    answers.user = answers.user or provider.login_name(answers.address)
    if provider.imap:
        answers.host, answers.port, answers.security = provider.imap.host, provider.imap.port, provider.imap.security
    if provider.smtp:
        answers.smtp_host, answers.smtp_port = provider.smtp.host, provider.smtp.port
        answers.smtp_security = provider.smtp.security


def _take_found(answers: Answers, imap: Found, smtp: Found | None) -> None:
    answers.host, answers.port, answers.security = imap.host, imap.port, imap.security
    local = answers.address.rpartition("@")[0]
    answers.user = answers.user or (local if imap.user == "%EMAILLOCALPART%" else answers.address)
    if smtp:
        answers.smtp_host, answers.smtp_port, answers.smtp_security = smtp.host, smtp.port, smtp.security
