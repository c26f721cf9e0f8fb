"""deploy/thunderbird/ -> dist/afterword.xpi, the same bytes every time: sorted names, fixed times and modes.

usage: python -m tools.xpi [OUT]
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "deploy" / "thunderbird"
OUT = Path("dist") / "afterword.xpi"


def build(out: Path = OUT, source: Path = SOURCE) -> str:
    """Write the add-on; give its SHA-256."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(item for item in source.rglob("*") if item.is_file()):
            info = zipfile.ZipInfo(path.relative_to(source).as_posix(), (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            archive.writestr(info, path.read_bytes(), compresslevel=9)
    return hashlib.sha256(out.read_bytes()).hexdigest()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    print(f"{build(target)}  {target}")
