"""deploy/: units that are tight and valid, a Dockerfile that lints, a compose file that holds together."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.needs import need

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
EXPOSURE_AT_MOST = 2.0


def run(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.server
@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("*.service")), ids=lambda path: path.name)
def test_a_service_is_exposed_at_most_2_0(unit: Path) -> None:
    need("systemd-analyze")
    told = run("systemd-analyze", "security", "--offline=true", "--no-pager", unit)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", told)
    assert found, told
    assert float(found[1]) <= EXPOSURE_AT_MOST


@pytest.mark.server
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_holds_nothing_systemd_does_not_know(unit: Path, tmp_path: Path) -> None:
    need("systemd-analyze")
    for path in UNITS:
        text = path.read_text("utf-8").replace("/opt/afterword/bin/afterword", "/bin/true")
        (tmp_path / path.name).write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / unit.name], capture_output=True, text=True, timeout=60
    )
    complaints = [line for line in done.stderr.splitlines() if unit.name in line]
    assert not complaints


def test_the_dockerfile_lints() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    assert not run(hadolint, DEPLOY / "Dockerfile").strip()


def test_the_dockerfile_copies_only_what_exists_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        for name in line.split()[:-1]:
            assert (ROOT / name).exists(), name
    final = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert "HEALTHCHECK" in final
    assert text.count("\nFROM ") == 2


def test_the_compose_file_names_what_it_uses() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    service = compose["services"]["afterword"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert {item["source"] for item in service["secrets"]} == set(compose["secrets"])
    assert {item.split(":")[0] for item in service["volumes"] if not item.startswith(".")} == set(compose["volumes"])


@pytest.mark.server
@pytest.mark.parametrize("script", ["deploy/install.sh", "tools/setup.sh", ".ci/run"])
def test_a_shell_script_passes_shellcheck(script: str) -> None:
    need("shellcheck")
    run("shellcheck", ROOT / script)


def test_every_example_configuration_loads() -> None:
    from watcher.config import load

    examples = sorted((DEPLOY / "examples").glob("*.yaml"))
    assert len(examples) >= 6
    for example in examples:
        load(example)


def test_the_hosts_of_the_examples_are_those_of_the_provider_table() -> None:
    from watcher.adapters.rulebook import load_rulebook
    from watcher.config import load
    from watcher.core.rules.provider import provider_for

    providers = load_rulebook().providers
    for example in sorted((DEPLOY / "examples").glob("*.yaml")):
        for account in load(example).accounts:
            provider = provider_for(account.address, providers)
            if provider and provider.imap:
                assert account.imap.host == provider.imap.host, example.name
                assert account.login.user == provider.login_name(account.address)


def test_need_fails_in_ci_and_skips_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shutil.which("no-such-program") is None
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception):
        need("no-such-program")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        need("no-such-program")
