"""The provider table: every entry loads, is reachable by its domain, and says what a user needs."""

import pytest

from watcher.adapters.rulebook import load_rulebook, shipped
from watcher.core.rules.provider import Provider, provider_for, provider_of_host

PROVIDERS = load_rulebook().providers


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda item: item.id)
def test_every_entry_is_complete(provider: Provider) -> None:
    assert (shipped("rules") / "providers" / f"{provider.id}.yaml").is_file()
    assert provider.needs.endswith(".")
    assert provider.drafts
    assert provider.sent
    assert 60 <= provider.idle_s < 1800
    assert provider.auth
    if "oauth2" in provider.auth:
        assert provider.oauth2
    if provider.domains or provider.mx:
        assert provider.imap
        assert provider.smtp


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda item: item.id)
def test_every_entry_is_reached_by_each_of_its_domains(provider: Provider) -> None:
    for domain in provider.domains:
        assert provider_for(f"sam@{domain.upper()}", PROVIDERS) is provider
    for ending in provider.mx:
        found = provider_for("sam@firm.example", PROVIDERS, (f"aspmx.l.{ending}.",))
        assert found is not None
        assert found.id == provider.id, ending
    for host in provider.hosts:
        assert provider_of_host(host, PROVIDERS) is provider


def test_there_are_at_least_sixteen_families() -> None:
    assert len(PROVIDERS) >= 16


def test_no_domain_belongs_to_two_providers() -> None:
    domains = [domain for provider in PROVIDERS for domain in provider.domains]
    assert len(domains) == len(set(domains))


@pytest.mark.parametrize("address", ["sam@firm.example", "sam@notgmail.com", "sam@gmail.com.evil.example", "sam"])
def test_an_unknown_domain_falls_through(address: str) -> None:
    assert provider_for(address, PROVIDERS) is None
    assert provider_for(address, PROVIDERS, ("mx.firm.example", "evilgoogle.com")) is None


def test_yahoo_and_aol_are_asked_again_before_five_minutes() -> None:
    for domain in ("yahoo.com", "aol.com"):
        provider = provider_for(f"sam@{domain}", PROVIDERS)
        assert provider is not None
        assert provider.idle_s <= 240


def test_icloud_logs_in_with_the_local_part() -> None:
    provider = provider_for("sam.doe@icloud.com", PROVIDERS)
    assert provider is not None
    assert provider.login_name("sam.doe@icloud.com") == "sam.doe"
