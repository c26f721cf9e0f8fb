"""One application is one record, in whatever order its mails arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.adapters.rulebook import load_rulebook
from watcher.core.contact import Contact, ContactKind, NoContact
from watcher.core.job_application import Details, Known, NewsKind, better, merge, news, same_application
from watcher.core.message import Message
from watcher.core.verdict import Outcome, Stage, Verdict

BOOK = load_rulebook()
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NO = Verdict(outcome=Outcome.REJECTION)
texts = st.sampled_from(["", "Nordwerk", "Nordwerk GmbH", "Almendro"])
details = st.builds(
    Details,
    employer=texts,
    role=st.sampled_from(["", "Data Engineer", "Senior Data Engineer", "Accountant"]),
    requisition=st.sampled_from(["", "R-1", "R-2"]),
    stage=st.sampled_from(list(Stage)),
    domains=st.sampled_from([(), ("nordwerk.example",), ("almendro.example",)]),
    person_wrote=st.booleans(),
)
contacts = st.one_of(
    st.none(),
    st.builds(NoContact, st.sampled_from(["nobody", "no-reply"])),
    st.builds(
        Contact,
        address=st.sampled_from(["a@nordwerk.example", "b@nordwerk.example"]),
        kind=st.sampled_from([ContactKind.HUMAN, ContactKind.TEAM, ContactKind.TOKEN]),
        confidence=st.sampled_from([0.5, 0.9]),
        confirm=st.booleans(),
    ),
)


@given(st.lists(details, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_any_order_of_mails_gives_the_same_record(mails: list[Details], random: object) -> None:
    shuffled = list(mails)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reduce(merge, mails) == reduce(merge, shuffled)
    assert merge(mails[0], mails[0]) == merge(mails[0], merge(mails[0], mails[0]))


@given(details, details, details)
def test_merging_does_not_depend_on_how_it_is_grouped(one: Details, two: Details, three: Details) -> None:
    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    assert merge(one, two) == merge(two, one)


@given(details, details, st.integers(0, 20))
def test_being_the_same_application_is_mutual(one: Details, other: Details, days: int) -> None:
    later = START + timedelta(days=days)
    assert same_application(one, START, other, later) == same_application(other, later, one, START)


@given(contacts, contacts, contacts)
def test_the_better_person_does_not_depend_on_the_order(
    one: Contact | NoContact | None, two: Contact | NoContact | None, three: Contact | NoContact | None
) -> None:
    assert better(one, two) == better(two, one)
    assert better(better(one, two), three) == better(one, better(two, three))


@settings(max_examples=60)
@given(st.permutations([0, 1, 2]))
def test_recruiter_and_system_telling_one_no_make_one_record_with_the_person(order: list[int]) -> None:
    person = Contact(address="rita@nordwerk.example", name="Rita Ray")
    mails: list[tuple[Details, Contact | NoContact | None, int]] = [
        (Details(employer="Nordwerk", role="Data Engineer", ats="greenhouse"), NoContact("robot"), 0),
        (
            Details(employer="Nordwerk GmbH", role="Data Engineer", person_wrote=True, stage=Stage.INTERVIEWED),
            person,
            1,
        ),
        (Details(employer="Nordwerk", requisition="R-1"), NoContact("robot"), 2),
    ]
    known: list[Known] = []
    for index in order:
        told, contact, days = mails[index]
        at = START + timedelta(days=days)
        found = news(tuple(known), Message(), NO, told, contact, at, BOOK)
        if found.known is None:
            known.append(Known(told, at, contact))
        else:
            known.remove(found.known)
            known.append(Known(found.details, min(found.known.arrived, at), found.contact))
    (record,) = known
    assert record.contact == person
    assert record.details.employer == "Nordwerk GmbH"
    assert record.details.requisition == "R-1"
    assert record.details.stage is Stage.INTERVIEWED
    assert record.arrived == START


def _news(verdict: Verdict, told: Details, days: int, text: str = "", known: Known | None = None) -> NewsKind:
    first = known or Known(Details(employer="Nordwerk", role="Data Engineer"), START, None, frozenset({"no@x"}))
    message = Message(text=text)
    return news((first,), message, verdict, told, None, START + timedelta(days=days), BOOK).kind


def test_two_roles_at_one_employer_are_two_applications() -> None:
    assert _news(NO, Details(employer="Nordwerk", role="Accountant"), 1) is NewsKind.NEW


def test_the_same_role_weeks_later_is_a_new_application() -> None:
    assert _news(NO, Details(employer="Nordwerk", role="Data Engineer"), 2) is NewsKind.SAME
    assert _news(NO, Details(employer="Nordwerk", role="Data Engineer"), 24) is NewsKind.NEW


def test_a_second_rejection_never_adds_but_may_bring_the_better_person() -> None:
    first = Known(Details(employer="Nordwerk", role="Data Engineer"), START, NoContact("robot"))
    person = Contact(address="rita@nordwerk.example")
    found = news((first,), Message(), NO, first.details, person, START + timedelta(days=1), BOOK)
    assert (found.kind, found.contact) == (NewsKind.BETTER_PERSON, person)
    again = news((Known(first.details, START, person),), Message(), NO, first.details, NoContact("x"), START, BOOK)
    assert (again.kind, again.contact) == (NewsKind.SAME, person)


def test_an_offer_or_a_mistake_cancels_what_waits() -> None:
    same = Details(employer="Nordwerk", role="Data Engineer")
    assert _news(Verdict(outcome=Outcome.OFFER), same, 3) is NewsKind.CANCELS
    assert _news(Verdict(outcome=Outcome.INTERVIEW), same, 3) is NewsKind.CANCELS
    mistake = "Please disregard our previous email, it was sent in error."
    assert _news(Verdict(), same, 1, mistake) is NewsKind.CANCELS
    german = "Die Absage wurde Ihnen versehentlich zugesandt, sie wurde irrtümlich versendet."
    assert _news(Verdict(), same, 1, german) is NewsKind.CANCELS


def test_mail_of_another_employer_is_unrelated() -> None:
    assert _news(Verdict(outcome=Outcome.OFFER), Details(employer="Almendro"), 3) is NewsKind.UNRELATED


def test_mail_before_the_rejection_is_no_news() -> None:
    assert _news(Verdict(outcome=Outcome.INTERVIEW), Details(employer="Nordwerk"), -3) is NewsKind.UNRELATED
