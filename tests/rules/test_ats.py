"""Every example in rules/ats/: whom an answer would reach, and what is read of the opening."""

import pytest

from watcher.adapters.rulebook import load_rulebook
from watcher.core.contact import ContactKind, classify, is_noise, origin, read_opening
from watcher.core.message import parse
from watcher.core.rules.ats import Ats, AtsExample

BOOK = load_rulebook()
CASES = [(ats, example) for ats in BOOK.ats for example in ats.examples]


def _id(case: tuple[Ats, AtsExample]) -> str:
    ats, example = case
    return f"{ats.id}-{ats.examples.index(example)}"


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_an_example_of_a_system_is_read_as_it_says(case: tuple[Ats, AtsExample]) -> None:
    ats, example = case
    head = "\r\n".join(example.headers)
    message = parse(f"{head}\r\nTo: sam@example.org\r\n\r\n{example.body or 'Thank you.'}".encode())
    assert message.author is not None
    author = message.author
    target = author
    if message.reply_to and classify(message.reply_to[0], BOOK) is not ContactKind.UNMONITORED:
        target = message.reply_to[0]
    reaches = "noise" if is_noise(author.addr_spec, BOOK) else classify(target, BOOK).value
    assert reaches == example.reaches
    found = origin(message, BOOK).system
    assert found is not None
    assert found.id == ats.id
    opening = read_opening(message, BOOK)
    for name in ("employer", "role", "requisition"):
        if wanted := getattr(example, name):
            assert getattr(opening, name) == wanted


def test_thirty_and_more_systems_are_known_and_each_proves_itself() -> None:
    assert len(BOOK.ats) >= 30
    assert all(ats.examples for ats in BOOK.ats)


def test_no_system_can_make_a_machine_name_a_person() -> None:
    for ats in BOOK.ats:
        for shape in ats.addresses:
            assert shape.reaches != "human", f"{ats.id}: a person is told by the address, not by the system"
