"""What a reader finds at the top: every name fetches, and importing the package costs nothing."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import commsvc

HEAVY = ("scipy", "pandas", "matplotlib", "statsmodels", "narwhals")


@pytest.mark.parametrize("name", commsvc.__all__)
def test_every_public_name_fetches(name):
    assert getattr(commsvc, name) is not None


def test_the_survey_road_stands_at_the_top():
    from commsvc.survey import draft_codebook, read_answers, satisfaction

    assert commsvc.read_answers is read_answers
    assert commsvc.draft_codebook is draft_codebook
    assert commsvc.satisfaction is satisfaction


@pytest.mark.parametrize("name", ["survey", "inference"])
def test_a_room_lists_only_names_it_has(name):
    room = getattr(commsvc, name)
    assert all(getattr(room, public) is not None for public in room.__all__)


def test_no_public_name_is_a_module_of_its_room():
    # Whoever imports the module first would find it where the name should be.
    for file in Path(commsvc.__file__).parent.rglob("__init__.py"):
        modules = {path.stem for path in file.parent.iterdir()}
        offered = (
            getattr(value, "elts", [])
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.keyword) and node.arg == "submod_attrs"
            for value in node.value.values
        )
        assert not modules & {name.value for names in offered for name in names}, file


def test_importing_fetches_nothing_heavy():
    code = (
        "import sys, commsvc, commsvc.survey, commsvc.inference;"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_every_test_file_has_a_name_of_its_own():
    # pytest imports them by their bare names: of two alike it refuses the second, and runs nothing.
    counts = Counter(path.name for path in Path(__file__).parent.rglob("test_*.py"))
    assert [name for name, count in counts.items() if count > 1] == []
