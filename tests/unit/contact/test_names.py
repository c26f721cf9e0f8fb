"""Names: order, titles, particles, scripts; what is no person's name."""

import pytest

from watcher.core.contact import read_name
from watcher.core.contact.names import without_team_words


@pytest.mark.parametrize(
    ("text", "first", "last", "title"),
    [
        ("Anna Berg", "Anna", "Berg", ""),
        ("Berg, Anna", "Anna", "Berg", ""),
        ("BERG Anna", "Anna", "Berg", ""),
        ("ANNA BERG", "Anna", "Berg", ""),
        ("Dr. Anna Berg", "Anna", "Berg", "Dr."),
        ("Prof. Dr. Anna Berg", "Anna", "Berg", "Prof. Dr."),
        ("Frau Anna Berg", "Anna", "Berg", ""),
        ("Ms. Anna Berg, PhD", "Anna", "Berg", ""),
        ("Anna Berg via LinkedIn", "Anna", "Berg", ""),
        ("Anna Berg (Nordwerk)", "Anna", "Berg", ""),
        ("Anna Berg | Nordwerk", "Anna", "Berg", ""),
        ("Anna Berg - Talent Acquisition", "Anna", "Berg", ""),
        ("Anna-Lena von der Heide", "Anna-Lena", "von der Heide", ""),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven", ""),
        ("María José García López", "María", "García López", ""),
        ("João Silva e Costa", "João", "Silva e Costa", ""),
        ("Sean O’Brien", "Sean", "O’Brien", ""),
        ("Nguyễn Văn An", "An", "Nguyễn", ""),
        ("山田 太郎", "太郎", "山田", ""),
        ("山田 太郎 様", "太郎", "山田", ""),
        ("王小明", "小明", "王", ""),
        ("欧阳小明", "小明", "欧阳", ""),
        ("김민수", "민수", "김", ""),
        ("김민수님", "민수", "김", ""),
        ("Анна Иванова", "Анна", "Иванова", ""),
    ],
)
def test_a_name_is_read_in_its_own_order(text: str, first: str, last: str, title: str) -> None:
    name = read_name(text)
    assert name is not None
    assert (name.first, name.last, name.title) == (first, last, title)


@pytest.mark.parametrize(
    "text",
    [
        "Nordwerk Recruiting", "Talent Acquisition", "The Hiring Team", "HR", "Nordwerk GmbH", "Acme Careers", "no-reply",
        "Équipe RH de Nordwerk", "Recursos Humanos", "Zespół rekrutacji", "Dział HR", "採用担当", "株式会社サクラ", "인사팀",
        "招聘团队", "jobs@nordwerk.example", "Nordwerk", "Universität Musterstadt", "123 Jobs", "", "   ", "Support",
        "{{ 7*7 }}", "Anna <script>", "A" * 200,
    ],
)  # fmt: skip
def test_a_team_a_firm_or_a_machine_is_no_person(text: str) -> None:
    assert read_name(text) is None


def test_one_word_or_lower_case_is_a_name_only_when_the_address_agrees() -> None:
    assert read_name("Dana") is None
    dana = read_name("Dana", "dana")
    assert dana is not None
    assert dana.first == "Dana"
    small = read_name("anna berg", "anna.berg")
    assert small is not None
    assert small.full == "Anna Berg"
    assert read_name("anna berg", "jobs") is None


@pytest.mark.parametrize(
    ("text", "domain", "firm"),
    [
        ("Acme Hiring Team", "", "Acme"),
        ("Careers at Acme", "", "Acme"),
        ("The Recruiting team at Acme", "", "Acme"),
        ("Acme Global Talent Acquisition", "", "Acme"),
        ("Insight Global", "", "Insight Global"),
        ("Zespół Jobs Plus", "jobsplus.example", "Jobs Plus"),
        ("Talent Acquisition", "", ""),
    ],
)
def test_team_words_are_taken_off_a_firms_name(text: str, domain: str, firm: str) -> None:
    assert without_team_words(text, domain) == firm
