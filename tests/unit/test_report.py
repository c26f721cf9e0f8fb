"""The report's data and page, without a browser: counted right, escaped, and nothing loaded from anywhere."""

import re
from datetime import UTC, datetime

import pytest

from tests.browser.samples import season
from watcher.shells.report import ReportData, render


@pytest.fixture(scope="module")
def page() -> str:
    return render(season())


def test_the_counts_are_those_of_the_season() -> None:
    data = season()
    assert (len(data.applications), data.asked, data.answered) == (22, 8, 5)
    assert dict(data.funnel)["Applied"] == 14
    assert data.themes[0].employers == 2


def test_what_stands_in_mail_is_escaped(page: str) -> None:
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", page)
    assert "url(http" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_no_id_stands_twice(page: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_an_empty_store_gives_a_page_too() -> None:
    page = render(ReportData(made=datetime(2026, 9, 20, tzinfo=UTC)))
    assert "Nothing to work on has been named so far" in page


def test_the_words_are_neutral(page: str) -> None:
    words = re.sub(r"<blockquote>.*?</blockquote>", "", page, flags=re.DOTALL).lower()
    for word in ("you failed", "your failure", "score", "rejected you", "loser", "bad result"):
        assert word not in words
