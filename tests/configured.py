"""configured(): the afterword.yaml of one account on a server of this machine, as small as the README shows it."""

from pathlib import Path


def configured(folder: Path, port: int, user: str = "sam", *, account: str = "", more: str = "") -> Path:
    """Write afterword.yaml and give its path; the password is in SAM_PASSWORD.

    Args:
        folder: Where it is put; the store will lie beside it.
        port: Of the IMAP server.
        user: Who logs in.
        account: A further line of the account.
        more: Further lines at the end.
    """
    path = folder / "afterword.yaml"
    path.write_text(
        f"""\
me: {{name: Sam Doe, timezone: Europe/Berlin}}
accounts:
  - name: private
    address: sam@example.org
    imap: {{host: 127.0.0.1, port: {port}, security: none}}
    login: {{user: {user}, password: {{env: SAM_PASSWORD}}}}
{f"    {account}" if account else ""}
store: {{url: "sqlite:///state.db"}}
{more}
""",
        "utf-8",
    )
    return path
