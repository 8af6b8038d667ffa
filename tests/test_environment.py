"""environment.yml says what pyproject.toml says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
# What conda-forge calls them: matplotlib without a window system.
CONDA_NAMES = {"matplotlib-base": "matplotlib"}


def _split(line: str) -> tuple[str, str]:
    name, bounds = re.fullmatch(r"([\w.-]+)(.*)", line.replace(" ", "")).groups()
    name = re.sub(r"[-_.]+", "-", name).lower()
    return CONDA_NAMES.get(name, name), bounds


def test_environment_and_pyproject_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [
        line
        for name, lines in project["optional-dependencies"].items()
        for line in lines
        if name != "bench" and not line.startswith("commsvc[")
    ]
    declared = dict(_split(line) for line in [*project["dependencies"], *extras])
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    [pip] = [entry["pip"] for entry in conda if isinstance(entry, dict)]
    lines = [entry for entry in conda if isinstance(entry, str) and entry != "pip"]
    lines += [line for line in pip if not line.startswith("-e")]
    environment = dict(_split(line) for line in lines)
    assert environment.pop("python") == project["requires-python"]
    assert environment == declared
    assert "-e ." in pip
