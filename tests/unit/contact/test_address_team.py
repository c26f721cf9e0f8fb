"""Team boxes are told from people, also when their words are glued together."""

import pytest

from watcher.core.contact.address import is_team


@pytest.mark.parametrize(
    "local", ["HCAJobApplication", "acmecareers", "JobsTeam", "TalentAcquisition", "applyHR", "northamerica.recruiting"]
)
def test_glued_words_of_a_department_are_a_team(local: str) -> None:
    assert is_team(local)


@pytest.mark.parametrize("local", ["anna.beispiel", "AnnaMcDonald", "jobst.meyer", "carey.hart", "r.taylor", "hrbek"])
def test_people_stay_people(local: str) -> None:
    assert not is_team(local)
