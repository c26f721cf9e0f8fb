"""Checks the add-on against the API schemas inside an installed Thunderbird: permissions, names, version, files.

addons-linter knows only Firefox; this knows what Thunderbird's own omni.ja says.

usage: python -m tools.lint_addon [FOLDER [OMNI.JA]]
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent.parent / "deploy" / "thunderbird"
OMNI = Path("/usr/lib/thunderbird/omni.ja")
LISTENERS = {"addListener", "removeListener", "hasListener"}


@dataclass(slots=True)
class Api:
    """What this Thunderbird offers: name -> the shapes it is offered in; and the permissions it knows."""

    names: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    permissions: set[str] = field(default_factory=set)


def read_api(omni: Path = OMNI) -> Api:
    """Read every schema in omni.ja."""
    api = Api()
    with zipfile.ZipFile(omni) as archive:
        for name in archive.namelist():
            if re.search(r"/schemas/[\w-]+\.json$", name):
                _read_schema(archive.read(name).decode(), api)
    return api


def _read_schema(text: str, api: Api) -> None:
    text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    if text.lstrip().startswith("/*"):
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    try:
        spaces = json.loads(text)
    except ValueError:
        return
    for space in spaces if isinstance(spaces, list) else ():
        for kind in space.get("types", ()):
            if "ermission" in f"{kind.get('$extend', '')}{kind.get('id', '')}":
                for choice in kind.get("choices", [kind]):
                    values = choice.get("enum", ())
                    api.permissions |= {item if isinstance(item, str) else item.get("name", "") for item in values}
        for item in (*space.get("functions", ()), *space.get("events", ())):
            shape = {
                "permissions": [*(item.get("permissions") or ()), *(space.get("permissions") or ())],
                "least": item.get("min_manifest_version", space.get("min_manifest_version", 2)),
                "most": item.get("max_manifest_version", space.get("max_manifest_version", 3)),
            }
            api.names.setdefault(f"{space['namespace']}.{item['name']}", []).append(shape)


def lint(folder: Path, api: Api) -> tuple[list[str], set[str]]:
    """List what is wrong; also give the API names that were checked."""
    text = (folder / "manifest.json").read_text("utf-8")
    manifest = json.loads(text)
    have = set(manifest.get("permissions", ()))
    wrong = [f"manifest: unknown permission {name!r}" for name in sorted(have - api.permissions)]
    wrong += [f"manifest: host permission {name!r}" for name in manifest.get("host_permissions", ())]
    for name in re.findall(r'"([\w./-]+\.(?:js|html|css|svg|png))"', text):
        if not (folder / name).is_file():
            wrong.append(f"manifest: no such file {name}")
    used: set[str] = set()
    for path in sorted(folder.rglob("*.js")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for call in re.findall(r"\b(?:messenger|browser)\.((?:\w+\.)+\w+)", re.sub(r"//.*", "", line)):
                parts = call.split(".")
                name = ".".join(parts[:-1] if parts[-1] in LISTENERS else parts)
                place = f"{path.relative_to(folder)}:{number}"
                wrong += [f"{place}: {complaint}" for complaint in _call(name, manifest, have, api)]
                used.add(name)
    unused = have - _needed(used, api) - {"storage", "scripting"}
    wrong += [f"manifest: permission {name!r} is not needed by any call" for name in sorted(unused)]
    return wrong, used


def _call(name: str, manifest: dict[str, Any], have: set[str], api: Api) -> list[str]:
    if name.startswith("storage."):  # its areas are typed objects, not namespaces
        return [] if "storage" in have else [f"{name} needs 'storage'"]
    if name not in api.names:
        return [f"there is no API {name}"]
    version = manifest["manifest_version"]
    shapes = [shape for shape in api.names[name] if shape["least"] <= version <= shape["most"]]
    if not shapes:
        return [f"{name} is not in manifest version {version}"]
    missing = [[item for item in shape["permissions"] if not _given(item, manifest, have)] for shape in shapes]
    return [f"{name} needs {min(missing, key=len)}"] if all(missing) else []


def _given(permission: str, manifest: dict[str, Any], have: set[str]) -> bool:
    if permission.startswith("manifest:"):
        return permission.removeprefix("manifest:") in manifest
    return permission in have


def _needed(used: set[str], api: Api) -> set[str]:
    return {item for name in used for shape in api.names.get(name, ()) for item in shape["permissions"]} | (
        {"messagesMove"} if "messages.copy" in used else set()
    )


if __name__ == "__main__":
    found, checked = lint(
        Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE, read_api(Path(sys.argv[2]) if len(sys.argv) > 2 else OMNI)
    )
    print("\n".join(found) or f"nothing found; {len(checked)} API names checked")
    sys.exit(bool(found))
