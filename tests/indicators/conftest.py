"""Cases the indicators are held to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def cases() -> dict[str, Any]:
    """tests/cases/indicators.json and evaluation.json: outside numbers by indicator."""
    folder = Path(__file__).parent.parent / "cases"
    files = [folder / f"{name}.json" for name in ("indicators", "evaluation")]
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return {name: case for part in parts for name, case in part.items()}


@pytest.fixture(scope="session")
def packages() -> dict[str, Any]:
    """tests/reference/packages.json: what other packages make of small tables."""
    path = Path(__file__).parent.parent / "reference/packages.json"
    return json.loads(path.read_text(encoding="utf-8"))
