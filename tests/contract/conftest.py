"""Every mailbox the contract is tried on: the fake, the embedded server and real ones."""

from collections.abc import Iterator

import pytest

from tests.contract.worlds import EmbeddedWorld, ImapWorld, MemoryWorld, World


@pytest.fixture(
    params=[
        "memory",
        "embedded",
        pytest.param("dovecot", marks=pytest.mark.server),
        pytest.param("cyrus", marks=[pytest.mark.server, pytest.mark.xdist_group("cyrus")]),
    ]
)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made: World
    match request.param:
        case "memory":
            made = MemoryWorld()
        case "embedded":
            made = EmbeddedWorld(request.getfixturevalue("embedded"))
        case name:
            made = ImapWorld(request.getfixturevalue(name))
    yield made
    made.control.close()
    made.account.close()
