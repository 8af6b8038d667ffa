"""What a reader finds at the top: every name fetches, and importing the package costs nothing."""

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
