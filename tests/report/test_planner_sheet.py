"""Notebook 17 as a sheet: its defaults are the reports', and other numbers go through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from commsvc.cli import main

SHEET = Path(__file__).parents[2] / "notebooks" / "17_resources_and_planning.ipynb"

OWN = """
place = "某县 Some county"
population = "45.2万人"
other_populations = ["约50万人", 400000]
stations = 60
staff_population = "45.2万人"
trained_doctors = 52
gp_planned = 0
level_shares = [1, 1, 2]
levels = ["省 province", "市 city", "县 county"]
townships = ["东乡 East", "西乡 West"]
villages = [40, 9]
communities = [5, 3]
villages_per_centre = 8
sites = ["甲", "乙"]
halls = ["120平方米", ""]
premises = ["", ""]
plots = ["5亩", "3300平方米"]
"""


@pytest.fixture(scope="module")
def code() -> list[str]:
    return [c.source for c in nbformat.read(SHEET, 4).cells if c.cell_type == "code"]


def test_defaults_are_the_reports(code):
    # The notebook checks the reports' results only while `own` is empty, so that it must be.
    names: dict[str, Any] = {}
    for source in code:
        exec(source, names)
        if "own" in names:
            break
    assert names["own"] == []
    assert names["given"]["same"].all()


def test_own_numbers(tmp_path):
    (tmp_path / "mine.toml").write_text(
        OWN + f'checklist = "{(tmp_path / "sites.csv").as_posix()}"\n', encoding="utf-8"
    )
    (tmp_path / "sites.csv").write_text("site,clinic,square\n甲,有,\n乙,有,有\n", encoding="utf-8")
    out = tmp_path / "sheet"
    call = ["render", str(SHEET), "--params", str(tmp_path / "mine.toml"), "-o", str(out)]
    assert main([*call, "--strict"]) == 0
    page = (out / "17_resources_and_planning.html").read_text(encoding="utf-8")
    # 451 500 to 452 500 people at 5 000 to 10 000 a station; at 5 000 a practitioner 91, 52 there.
    assert "某县" in page
    assert "46–90" in page
    assert "within the standard" in page
    assert "<strong>91</strong>; lacking: <strong>39</strong>" in page
    # Every unknown item leaves its site open: one of two sites surely has everything.
    assert "50% and 100%" in page
