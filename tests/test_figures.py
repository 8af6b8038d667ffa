"""The figures that are kept are those that the notebooks draw."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [
    cell.source
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    for cell in nbformat.read(path, as_version=4).cells
    if cell.cell_type == "code"
]
FIGURES = sorted((ROOT / "figures").glob("[0-9]*.*"))


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.name)
def test_a_figure_that_is_kept_is_shown_by_a_notebook(path):
    assert any(f'"{path.stem}"' in source for source in SOURCES), (
        f"no notebook shows {path.name}: remove it"
    )
