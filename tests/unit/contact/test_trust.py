"""Whom to believe: only the user's own server, and no address that only looks right."""

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.contact import History
from watcher.core.contact.trust import check_trust, learned_authserv_id, read_authentication_results, skeleton
from watcher.core.message import Message, parse

BOOK = load_rulebook()


def mail(sender: str, *lines: str) -> Message:
    return parse("\r\n".join([f"From: {sender}", *lines, "To: sam@example.org", "", "no"]).encode())


def test_results_are_read_with_comments_and_properties() -> None:
    found = read_authentication_results(
        "mx.example.org 1; dkim=pass (good (nested) signature) header.d=firm.example; spf=softfail"
        ' smtp.mailfrom="x@bad.example"; dmarc=fail (p=NONE) header.from=firm.example'
    )
    assert found is not None
    assert found.authserv_id == "mx.example.org"
    assert (found.result("dkim"), found.result("spf"), found.result("dmarc")) == ("pass", "softfail", "fail")
    assert found.results[0][2]["header.d"] == "firm.example"


@pytest.mark.parametrize(
    "value", ["", ";", "none", "mx; =; x=", "mx.example.org; dmarc", "(" * 1000, "mx;" + "a=b;" * 500]
)
def test_any_text_is_read_without_an_error(value: str) -> None:
    read_authentication_results(value)


def test_a_field_of_another_server_is_not_believed() -> None:
    field = "Authentication-Results: evil.example; dmarc=pass header.from=firm.example"
    own = "Authentication-Results: mx.example.org; dmarc=fail header.from=firm.example"
    forged = mail("Anna Berg <anna@firm.example>", field, own)
    assert check_trust(forged, BOOK, History(), frozenset(), "mx.example.org").doubtful
    claimed = mail("Anna Berg <anna@firm.example>", "Authentication-Results: evil.example; dmarc=fail")
    assert not check_trust(claimed, BOOK, History(), frozenset(), "mx.example.org").doubtful


def test_the_servers_name_is_learned_from_three_mails_at_least() -> None:
    one = mail("a@b.example", "Authentication-Results: mx.example.org; spf=pass")
    assert learned_authserv_id([one, one]) == ""
    assert learned_authserv_id([one, one, one]) == "mx.example.org"
    other = mail("a@b.example", "Authentication-Results: mx.other.example; spf=pass")
    assert learned_authserv_id([one, one, one, other, other, other]) == ""


def test_unaligned_passes_do_not_make_up_for_failures() -> None:
    text = (
        "Authentication-Results: mx.example.org; dkim=pass header.d=bulk.example; spf=fail smtp.mailfrom=bulk.example"
    )
    assert check_trust(mail("anna@firm.example", text), BOOK, History(), frozenset(), "mx.example.org").doubtful
    text = (
        "Authentication-Results: mx.example.org; dkim=pass header.d=mail.firm.example; spf=fail smtp.mailfrom=x.example"
    )
    assert not check_trust(mail("anna@firm.example", text), BOOK, History(), frozenset(), "mx.example.org").doubtful


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nordwerk.com", "nordvverk.com"),
        ("modern.com", "modem.com"),
        ("paypal.com", "pаypal.com"),
        ("google.com", "g00gle.com"),
    ],
)
def test_domains_that_look_alike_fold_to_one_shape(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    "domain", ["nordwek.example", "nordwekr.example", "nordwerkk.example", "nordwérk.example".encode("idna").decode()]
)
def test_a_domain_one_letter_off_a_known_one_is_doubtful(domain: str) -> None:
    seen = History((mail("Rita Ray <rita@nordwerk.example>"),))
    assert check_trust(mail(f"Anna Berg <anna@{domain}>"), BOOK, seen, frozenset()).doubtful


def test_other_domains_are_not() -> None:
    seen = History((mail("Rita Ray <rita@nordwerk.example>"),))
    for domain in ("nordwerk.example", "almendro.example", "jobs.nordwerk.example"):
        assert not check_trust(mail(f"Anna Berg <anna@{domain}>"), BOOK, seen, frozenset()).doubtful


def test_a_failure_in_the_topmost_field_counts_while_the_servers_name_is_not_known() -> None:
    failed = "Authentication-Results: mx.example.org; dmarc=fail header.from=firm.example"
    passed = "Authentication-Results: mx.example.org; dmarc=pass header.from=firm.example"
    anna = "Anna Berg <anna@firm.example>"
    assert check_trust(mail(anna, failed), BOOK, History(), frozenset()).doubtful
    assert not check_trust(mail(anna, passed, failed), BOOK, History(), frozenset()).doubtful
    assert not check_trust(mail(anna, passed), BOOK, History(), frozenset()).doubtful
