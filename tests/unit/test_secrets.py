"""Secrets: each place gives its secret or one sentence that says what to do; the secret itself is never told."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from watcher.errors import SecretError


def read(place: str, value: object, folder: Path) -> str:
    secret: str = import_module(f"watcher.adapters.secret.{place}").read(value, folder)
    return secret


def test_a_file_only_i_can_read_gives_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("s3cret pass\nsecond line\n")
    path.chmod(0o600)
    assert read("file", "password", tmp_path) == "s3cret pass"


def test_a_file_others_can_read_is_refused_with_the_mend(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("s3cret\n")
    path.chmod(0o644)
    with pytest.raises(SecretError, match="chmod 600") as caught:
        read("file", "password", tmp_path)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "\nx"])
def test_an_empty_file_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "password"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(SecretError, match="is empty"):
        read("file", str(path), tmp_path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="cannot be read"):
        read("file", "nowhere", tmp_path)


def test_an_environment_variable_is_read_or_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAM_PASSWORD", "s3cret")
    assert read("env", "SAM_PASSWORD", tmp_path) == "s3cret"
    monkeypatch.delenv("SAM_PASSWORD")
    with pytest.raises(SecretError, match="SAM_PASSWORD is not set"):
        read("env", "SAM_PASSWORD", tmp_path)


def test_a_command_gives_the_first_line_it_prints(tmp_path: Path) -> None:
    assert read("command", [sys.executable, "-c", "print('s3cret'); print('x')"], tmp_path) == "s3cret"


@pytest.mark.parametrize("code", ["import sys; print('s3cret'); sys.exit(3)", "pass"])
def test_a_command_that_fails_is_told_without_its_output(tmp_path: Path, code: str) -> None:
    with pytest.raises(SecretError, match="gave no password") as caught:
        read("command", [sys.executable, "-c", code], tmp_path)
    assert "s3cret" not in str(caught.value)


def test_a_command_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="did not work"):
        read("command", ["/nonexistent/tool"], tmp_path)


def test_a_systemd_credential_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "imap").write_text("s3cret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read("credential", "imap", tmp_path) == "s3cret"
    with pytest.raises(SecretError, match="LoadCredential=other"):
        read("credential", "other", tmp_path)
    with pytest.raises(SecretError, match="not a credential name"):
        read("credential", "../imap", tmp_path)


def test_without_systemd_a_credential_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(SecretError, match="LoadCredential=imap"):
        read("credential", "imap", tmp_path)


def test_a_keyring_is_asked_by_service_and_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    class InMemory(KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return "s3cret" if (service, username) == ("afterword", "sam@example.org") else None

        def set_password(self, service: str, username: str, password: str) -> None: ...

    keyring.set_keyring(InMemory())  # type: ignore[no-untyped-call]
    assert read("keyring", "afterword/sam@example.org", tmp_path) == "s3cret"
    with pytest.raises(SecretError, match="keyring set other"):
        read("keyring", "other", tmp_path)
