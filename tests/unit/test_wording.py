"""A user's templates take the place of shipped blocks; whatever is wrong in them is named with file and line."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from watcher.adapters.wording import TemplateWording, load_wording
from watcher.core.draft import Facts
from watcher.core.plan import Kind
from watcher.core.verdict import Stage
from watcher.errors import TemplateError

FACTS = Facts(kind=Kind.REQUEST, language="en", me="Sam Doe", first_name="Anna", stage=Stage.INTERVIEWED, seed="1")


SHIPPED = load_wording()
ALSO = load_wording(also=("ja",))
TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three shipped files instead of all: quick to load."""
    folder = tmp_path_factory.mktemp("templates")
    for name in ("_layout.j2", "en.j2", "de.j2"):
        shutil.copy(TEMPLATES / name, folder)
    return folder


FEW: list[Path] = []


@pytest.fixture(autouse=True)
def _few(few: Path) -> None:
    FEW[:] = [few]


def own(folder: Path, text: str, name: str = "en.j2") -> TemplateWording:
    (folder / name).write_text(text, encoding="utf-8")
    return load_wording(folder, base=FEW[0])


def problems(folder: Path, text: str, name: str = "en.j2") -> list[str]:
    with pytest.raises(TemplateError) as caught:
        own(folder, text, name)
    return [f"{problem.line}: {problem}" for problem in caught.value.problems]


def test_a_block_of_the_user_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    wording = own(tmp_path, "{% block wish %}Warm greetings to {{ employer or 'the team' }}.{% endblock %}")
    body = wording.render(FACTS).body
    assert "Warm greetings to the team." in body
    assert body.startswith(SHIPPED.render(FACTS).body.split("\n\n")[0])
    assert wording.render(replace(FACTS, language="de")).body == SHIPPED.render(replace(FACTS, language="de")).body


def test_super_gives_the_shipped_text(tmp_path: Path) -> None:
    wording = own(tmp_path, "{% block closing %}{{ super() }} And yes:{% endblock %}")
    assert "And yes:\nSam Doe" in wording.render(FACTS).body


def test_a_whole_draft_of_ones_own_keeps_its_lines(tmp_path: Path) -> None:
    wording = own(tmp_path, "{% block request_plain %}\nHi {{ first }},\n\none\n  line\n\n{{ me }}\n{% endblock %}")
    assert wording.render(replace(FACTS, template="plain")).body == "Hi Anna,\n\none\nline\n\nSam Doe"


def test_a_new_language_is_one_file(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "templates" / "en.j2"
    wording = own(tmp_path, shipped.read_text("utf-8"), "tlh.j2")
    assert "tlh" in wording.languages()
    assert wording.render(replace(FACTS, language="tlh-XX")).language == "tlh"


def test_a_new_language_that_lacks_blocks_is_told_which(tmp_path: Path) -> None:
    found = problems(tmp_path, "{% block ask %}Qo'?{% endblock %}{% block greeting %}nuqneH{% endblock %}", "tlh.j2")
    assert any("way_out: is a block this language still lacks" in problem for problem in found)


def test_thank_yous_alone_make_a_language_of_thank_yous(tmp_path: Path) -> None:
    text = "".join(
        f"{{% block {name} %}}x{{% endblock %}}"
        for name in ("greeting", "answer_thanks", "declined_thanks", "last_thanks", "future", "closing", "point")
    )
    wording = own(tmp_path, text, "tlh.j2")
    assert "tlh" not in wording.languages()
    assert "tlh" in wording.languages(Kind.THANKS_SILENCE)


def test_japanese_is_off_until_it_is_named_and_never_asks() -> None:
    assert not {"ja", "zh", "ko"} & SHIPPED.languages(Kind.THANKS_ANSWER)
    assert ALSO.languages(Kind.THANKS_ANSWER) - SHIPPED.languages() == {"ja"}
    assert "ja" not in ALSO.languages()
    with pytest.raises(TemplateError, match="not written in this language"):
        SHIPPED.render(replace(FACTS, language="ja"))
    with pytest.raises(TemplateError, match="not written in this language"):
        ALSO.render(replace(FACTS, language="ja"))


def test_a_language_nobody_wrote_falls_back_to_english() -> None:
    assert SHIPPED.render(replace(FACTS, language="hu")).language == "en"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("{% block wish %}\n{{ nmae }}\n{% endblock %}", 2, "is not a value templates know"),
        ("{% block wish %}\n{% if role %}\n{% endblock %}", 3, "endblock"),
        ("{% block wihs %}x{% endblock %}", 1, "did you mean 'wish'?"),
        ("hello\n{% block wish %}x{% endblock %}", 1, "outside a block"),
        ("{% block wish %}\n\n{% for x in 'abc' %}x{% endfor %}{% endblock %}", 3, "'for' is not used"),
        ("{% block wish %}{{ role.__class__ }}{% endblock %}", 1, "'.__class__' is not used"),
        ("{% block wish %}{{ role['x'] }}{% endblock %}", 1, "'getitem' is not used"),
        ("{% block wish %}{{ 'a' * 1000000000 }}{% endblock %}", 1, "'mul' is not used"),
        ("{% block wish %}{{ role ~ role }}{% endblock %}", 1, "'concat' is not used"),
        ("{% block wish %}{% set x = 1 %}{% endblock %}", 1, "'assign' is not used"),
        ("{% block wish %}{% include 'en.j2' %}{% endblock %}", 1, "'include' is not used"),
        ("{% block wish %}{{ role|center(999999999) }}{% endblock %}", 1, "center"),
        ("{% block wish %}{{ role() }}{% endblock %}", 1, "only blocks can be called"),
        ("{% block wish %}{{ self.nothing() }}{% endblock %}", 1, "block that does not exist"),
        ("{% block wish %}{% either %}a{% or %}b{% endblock %}", 1, ""),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    found = problems(tmp_path, text)
    assert any(problem.startswith(f"{line}: ") and says in problem for problem in found), found
    assert all("en.j2" in problem for problem in found)


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "de.j2").write_bytes(b"{% block wish %}\xff{% endblock %}")
    found = problems(tmp_path, "{% block wish %}{{ a }}{{ b }}{% endblock %}")
    assert len(found) == 3
    assert any("is not UTF-8" in problem for problem in found)


def test_a_sum_that_would_never_end_is_refused_at_once(tmp_path: Path) -> None:
    started = time.monotonic()
    problems(tmp_path, "{% block wish %}{{ 'a' * 10 ** 10 }}{% endblock %}")
    assert time.monotonic() - started < 20


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no such folder"):
        load_wording(tmp_path / "nowhere")


def test_a_block_that_calls_itself_ends_in_a_problem(tmp_path: Path) -> None:
    wording = own(tmp_path, "{% block wish %}{{ self.wish() }}{% endblock %}")
    with pytest.raises(TemplateError):
        wording.render(FACTS)


def test_blocks_that_double_each_other_are_cut_short(tmp_path: Path) -> None:
    doubled = "".join(
        f"{{% block request_a{n} %}}{{{{ self.request_a{n + 1}() }}}}{{{{ self.request_a{n + 1}() }}}}{{% endblock %}}"
        for n in range(40)
    )
    wording = own(tmp_path, doubled + "{% block request_a40 %}boom{% endblock %}")
    with pytest.raises(TemplateError, match="more than 20000 characters"):
        wording.render(replace(FACTS, template="a0"))


def test_a_variant_nobody_wrote_is_named_with_the_nearest() -> None:
    with pytest.raises(TemplateError, match="did you mean 'request_short'"):
        SHIPPED.render(replace(FACTS, template="shrt"))


def test_a_name_with_template_syntax_is_never_run() -> None:
    body = SHIPPED.render(replace(FACTS, first_name="{{ 7 * 7 }}", role="{% block x %}")).body
    assert "49" not in body
    assert "{" not in body


def test_a_question_of_the_users_own_is_asked_as_given() -> None:
    body = SHIPPED.render(replace(FACTS, question="Which course would you suggest?")).body
    assert "Which course would you suggest?" in body
    assert body.count("?") == 1


def test_the_same_facts_give_the_same_words() -> None:
    assert SHIPPED.render(FACTS) == SHIPPED.render(FACTS)


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("Data Engineer (m/w/d)", "Data Engineer"),
        ("Ingénieur H/F", "Ingénieur"),
        ("Developer [Remote]", ""),
        ("C++ Developer", "C++ Developer"),
        ("H/W Engineer", "H/W Engineer"),
        ("R&D Lead, Berlin", "R&D Lead, Berlin"),
        ("Why not?", ""),
        ("x" * 200, ""),
    ],
)
def test_a_role_is_said_as_people_say_it(role: str, said: str) -> None:
    body = SHIPPED.render(replace(FACTS, role=role)).body
    assert (f"{said} " in body) if said else (role[:20] not in body)


@pytest.mark.parametrize(
    ("language", "first", "last", "greeting"),
    [
        ("zh", "小明", "王", "王小明，您好："),
        ("zh", "Anna", "Smith", "Anna Smith，您好："),
        ("ko", "민수", "김", "김민수님께"),
        ("ko", "Anna", "Smith", "Anna Smith님께"),
    ],
)
def test_a_name_stands_in_the_order_of_its_own_script(language: str, first: str, last: str, greeting: str) -> None:
    wording = load_wording(also=("zh", "ko"))
    facts = replace(FACTS, kind=Kind.THANKS_SILENCE, language=language, first_name=first, last_name=last)
    assert wording.render(facts).body.startswith(greeting)
