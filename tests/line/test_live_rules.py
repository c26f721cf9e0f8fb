"""The daemon puts changed rules and templates in force: all of them, or none and the user is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.configured import configured
from watcher.config import Config, load
from watcher.core.draft import Facts
from watcher.core.message import Message
from watcher.core.plan import Kind
from watcher.core.verdict import judge
from watcher.parts import Parts
from watcher.shells.cli import run
from watcher.shells.daemon import Daemon
from watcher.wiring import Works, open_works

STARS = "Hi Sam, the stars stand badly for your job application."
RULE = """\
language: en
name: English
signals:
- id: en.rejection.mine
  category: rejection
  phrases: [the stars stand badly]
"""
WRONG_RULE = RULE.replace("category", "categroy")
WISH = "{% block wish %}Warm greetings.{% endblock %}"
WRONG_WISH = "{% block wishh %}Warm greetings.{% endblock %}"


@dataclass
class Running:
    """A daemon that has read its rules and waits."""

    config: Config
    file: Path
    works: Works
    daemon: Daemon

    def write(self, rule: str = "", template: str = "") -> None:
        if rule:
            self.config.path("rules/language/en.yaml").write_text(rule, "utf-8")
        if template:
            self.config.path("templates/en.j2").write_text(template, "utf-8")

    @property
    def parts(self) -> Parts:
        return self.works.parts(self.config.accounts[0])

    def refuses_by_the_stars(self) -> bool:
        return judge(Message(text=STARS), self.parts.rulebook).is_sure_no

    def greets_warmly(self) -> bool:
        facts = Facts(kind=Kind.REQUEST, language="en", me="Sam Doe", first_name="Anna", seed="1")
        return "Warm greetings." in self.parts.wording.render(facts).body

    def status(self, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
        code = run(["status", "--config", str(self.file)])
        return code, capsys.readouterr().out


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "rules" / "language").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    file = configured(tmp_path, port=9, more="rules: rules\ntemplates: templates")
    config = load(file)
    with open_works(config) as works:
        yield Running(config, file, works, Daemon(works, config))


def test_a_changed_file_is_in_force_at_the_next_look(running: Running) -> None:
    assert not running.refuses_by_the_stars()
    assert not running.greets_warmly()
    running.write(RULE, WISH)
    running.daemon.renew_rules()
    assert running.refuses_by_the_stars()
    assert running.greets_warmly()
    running.config.path("rules/language/en.yaml").unlink()
    running.daemon.renew_rules()
    assert not running.refuses_by_the_stars()


def test_a_look_at_files_that_did_not_change_reads_nothing(running: Running) -> None:
    before = running.works.rules
    running.daemon.renew_rules()
    assert running.works.rules is before
    running.daemon.renew_rules(whatever=True)
    assert running.works.rules is not before


@pytest.mark.parametrize(("rule", "template"), [(WRONG_RULE, WISH), (RULE, WRONG_WISH)])
def test_when_either_is_wrong_neither_is_taken_and_the_user_is_told(
    running: Running, rule: str, template: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert running.status(capsys)[0] == 0
    before = running.works.rules
    running.write(rule, template)
    for _ in range(3):
        running.daemon.renew_rules()
    running.daemon.renew_rules(whatever=True)
    assert running.works.rules is before
    (notice,) = running.works.store.untold()
    named = "categroy" if rule == WRONG_RULE else "wishh"
    assert named in notice.body
    code, told = running.status(capsys)
    assert code == 1
    assert named in told
    running.write(RULE, WISH)
    running.daemon.renew_rules()
    assert running.refuses_by_the_stars()
    assert running.greets_warmly()
    assert running.status(capsys)[0] == 0


def test_another_fault_is_told_too(running: Running) -> None:
    running.write(WRONG_RULE)
    running.daemon.renew_rules()
    running.write(RULE.replace("phrases", "phrasess"))
    running.daemon.renew_rules()
    assert len(running.works.store.untold()) == 2
