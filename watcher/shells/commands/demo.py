"""`afterword demo`: the whole life of several rejections on an embedded server with a fast clock."""

from __future__ import annotations

import click


@click.command()
@click.option("--keep", is_flag=True, help="Leave the server up afterwards, for a look with a real mail client.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the server; a free one if not given.")
def command(keep: bool, port: int | None) -> None:
    """Tell a story of three weeks; no account is needed. Mail comes, drafts appear, some are sent, one is answered."""
    import tempfile
    import threading
    from pathlib import Path

    from watcher.demo.imap_server import EmbeddedServer
    from watcher.demo.telling import USER, Demo

    with tempfile.TemporaryDirectory(prefix="afterword-demo-") as folder, EmbeddedServer(port=port or 0) as server:
        demo = Demo(server, Path(folder), click.echo)
        demo.tell()
        if keep:
            click.echo(
                f"\nThe mailbox stays: IMAP on {server.host} port {server.port}, no TLS, user {USER},"
                f" password {server.password}. Ctrl-C ends it."
            )
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                click.echo("")
