"""Cases the indicators are held to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def cases() -> dict[str, Any]:
    """tests/cases/indicators.json: outside numbers by indicator."""
    path = Path(__file__).parent.parent / "cases" / "indicators.json"
    return json.loads(path.read_text(encoding="utf-8"))
