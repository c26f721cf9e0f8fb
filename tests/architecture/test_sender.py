"""Nothing but `afterword send` can reach what sends to an employer, and every other transport is to the user alone."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WATCHER = ROOT / "watcher"


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def importers(module: str) -> set[str]:
    return {str(path.relative_to(WATCHER)) for path in WATCHER.rglob("*.py") if module in imports(path)}


def test_only_the_send_command_knows_the_sender() -> None:
    assert importers("watcher.adapters.sender") == {"shells/commands/send.py"}


def test_only_the_letters_know_smtp() -> None:
    assert importers("watcher.adapters.smtp") == {"letters.py"}


def test_smtp_is_spoken_in_one_file() -> None:
    assert importers("yagmail") == {"adapters/smtp.py"}
    assert importers("smtplib") == {"adapters/smtp.py"}


def test_only_the_send_command_asks_for_a_delivery_to_somebody() -> None:
    assert importers("watcher.letters.delivery") == {"shells/commands/send.py"}


def test_a_notifier_is_made_with_the_users_own_address_only() -> None:
    tree = ast.parse((WATCHER / "letters.py").read_text(encoding="utf-8"))
    calls = [
        ast.unparse(node.args[2])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "delivery"
    ]
    assert calls == ["own"]
