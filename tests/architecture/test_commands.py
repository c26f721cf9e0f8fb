"""Every command is found by its file's name, says what it does and what each option does, and stands in the docs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from watcher.shells.cli import COMMANDS, afterword, run

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "deploy" / "README.md"]


def commands() -> Iterator[tuple[str, click.Command]]:
    """Give every command and every command of a group, by the words one types."""
    context = click.Context(afterword)
    for name in afterword.list_commands(context):
        command = afterword.get_command(context, name)
        assert command is not None, name
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", item) for inner, item in command.commands.items())


def test_help_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "Drafts" in capsys.readouterr().out


def test_every_file_of_the_folder_is_a_command_and_the_product_s_are_all_there() -> None:
    names = {name for name, _ in commands()}
    assert {path.stem for path in COMMANDS.glob("[a-z]*.py")} <= names
    wanted = """demo init check run once scan explain answer preview lint status list show ask skip snooze correct undo
    forget add send plan report""".split()
    assert {*wanted, "rules check", "rules test"} <= names


def test_every_command_says_what_it_does() -> None:
    for name, command in commands():
        assert command.help, name
        assert re.match(r"[A-Z].+[.]", command.help.replace("\n", " ")), f"{name}: {command.help}"


def test_a_command_s_line_in_the_list_is_whole_on_a_terminal_of_80_columns() -> None:
    room = 80 - 2 - 6 - max(len(name) for name, _ in commands() if " " not in name)
    for name, command in commands():
        assert not command.get_short_help_str(room).endswith("..."), f"{name}: {command.help}"


def test_every_option_says_what_it_does() -> None:
    for name, command in commands():
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.opts[0]}"


def test_every_command_stands_in_the_pages() -> None:
    written = set(
        re.findall(r"`(?:[^`\n]*?)`|^ *afterword .+$", "\n".join(p.read_text("utf-8") for p in PAGES), re.MULTILINE)
    )
    for name, _ in commands():
        shown = re.compile(rf"(?:`|afterword |\| ?){re.escape(name)}\b")
        assert any(shown.search(text) for text in written), name


def test_every_option_the_pages_name_exists() -> None:
    by_name = {name: {o for item in c.params for o in (*item.opts, *item.secondary_opts)} for name, c in commands()}
    assert "--json" in by_name["list"]
    for page in PAGES:
        for name, rest in re.findall(r"\bafterword ((?:rules )?[a-z]+)((?: [^\s`|]+)*)", page.read_text("utf-8")):
            if name not in by_name:
                continue
            for option in re.findall(r"(?<= )--[a-z][a-z0-9-]*", rest.partition("#")[0]):
                assert option in by_name[name] | {"--help"}, f"{page.name}: afterword {name} {option}"
