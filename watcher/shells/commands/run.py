"""`afterword run`: the daemon."""

from __future__ import annotations

import click


@click.command()
@click.option("--config", "config_file", type=click.Path(), help="Your afterword.yaml.")
@click.option("--verbose", is_flag=True, help="Log the evidence too: subjects and addresses may show.")
def command(config_file: str | None, verbose: bool) -> None:
    """Watch every account until stopped (SIGTERM, Ctrl-C). Rules and templates are read anew when they change."""
    import logging

    from watcher.shells.daemon import Daemon
    from watcher.wiring import open_works, read_config

    level = logging.DEBUG if verbose else logging.INFO
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("afterword").setLevel(level)
    config = read_config(config_file)
    works = open_works(config)
    with works.store.lock():
        Daemon(works, config).run()
    works.close()
