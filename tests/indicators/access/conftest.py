"""Cases that access is held to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def cases() -> dict[str, Any]:
    """tests/cases/evaluation.json: outside numbers with their sources."""
    path = Path(__file__).parents[2] / "cases" / "evaluation.json"
    return json.loads(path.read_text(encoding="utf-8"))
