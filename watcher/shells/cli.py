"""`afterword`: finds the command's file in shells/commands/, turns every error into one clear line and an exit code.

Exit codes are those of sysexits.h.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import click

from watcher import __version__
from watcher.errors import ConfigError, WatcherError

COMMANDS = Path(__file__).parent / "commands"
EX_USAGE, EX_SOFTWARE, EX_INTERRUPTED = 64, 70, 130


class Commands(click.Group):
    """Lists the files of shells/commands/ and imports only the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the commands, in alphabetical order."""
        del ctx
        return sorted(path.stem.replace("_", "-") for path in COMMANDS.glob("[a-z]*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command's file."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"watcher.shells.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="afterword")
def afterword() -> None:
    """Answers job rejections with grace: a feedback request in your Drafts a day later, never sent by itself."""


def main() -> None:
    """Run the command line and leave with an exit code of sysexits.h."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; errors become one clear message on standard error."""
    try:
        result = afterword.main(arguments, prog_name="afterword", standalone_mode=False)
    except click.exceptions.Abort:
        return EX_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EX_USAGE
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"afterword: {problem}", err=True)
        return error.exit_code
    except WatcherError as error:
        click.echo(f"afterword: {error}", err=True)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0
