"""Whether this machine has what reports need: versions, font, folders, a browser."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from commsvc.errors import CommsvcError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `needed` tells a fault from a remark."""

    what: str
    well: bool
    detail: str
    needed: bool = True

    def __str__(self) -> str:
        sign = "ok  " if self.well else ("FAIL" if self.needed else "note")
        return f"{sign}  {self.what}: {self.detail}"


def browser() -> str | None:
    """A Chromium that can print a page, if there is one (``COMMSVC_BROWSER`` names another)."""
    told = os.environ.get("COMMSVC_BROWSER")
    return told or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def examine(root: Path) -> list[Finding]:
    """Look at everything a render needs."""
    numbers = sys.version_info
    python = ".".join(map(str, numbers[:3]))
    found = [Finding("Python", numbers >= (3, 11), f"{python} ({sys.executable})")]
    found += _packages()
    found.append(_font())
    found += [_writable(root / name) for name in ("reports", "figures")]
    path = browser()
    found.append(Finding("browser", bool(path), path or "none: no PDF, no browser tests", False))
    return found


def _packages() -> list[Finding]:
    from packaging.requirements import Requirement

    found = []
    for line in requires("commsvc") or []:
        need = Requirement(line)
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(need.name)
        except PackageNotFoundError:
            found.append(Finding(need.name, False, f"missing; needed {need.specifier}"))
            continue
        well = need.specifier.contains(there, prereleases=True)
        detail = there if well else f"{there}; needed {need.specifier}"
        found.append(Finding(need.name, well, detail))
    return found


def _font() -> Finding:
    from commsvc.plots.fonts import font_path, missing_glyphs

    try:
        path = font_path()
        absent = missing_glyphs("满意社区卫生服务")
    except CommsvcError as error:
        return Finding("Chinese font", False, str(error))
    shown = re.sub(r".*site-packages/", "", path.as_posix())
    return Finding("Chinese font", not absent, shown)


def _writable(folder: Path) -> Finding:
    place = folder if folder.is_dir() else folder.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            return Finding(f"{folder.name}/", True, "can be written")
    except OSError as error:
        return Finding(f"{folder.name}/", False, f"cannot be written ({error.strerror})")
