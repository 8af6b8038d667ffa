"""Numbers that R computed, stored beside the scripts that made them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

REFERENCE = Path(__file__).resolve().parent.parent / "reference"


@pytest.fixture(scope="session")
def r() -> dict[str, Any]:
    return json.loads((REFERENCE / "inference.json").read_text(encoding="utf-8"))
