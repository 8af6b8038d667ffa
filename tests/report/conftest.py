"""A project folder for the tests of reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """A project folder with these notebooks: ``project(a=nb, b=nb)``."""

    def make(**notebooks: Any) -> Path:
        (tmp_path / "notebooks").mkdir(exist_ok=True)
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / "answers.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        for name, nb in notebooks.items():
            nbformat.write(nb, tmp_path / "notebooks" / f"{name}.ipynb")
        return tmp_path

    return make
