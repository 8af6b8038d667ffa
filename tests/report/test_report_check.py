"""`commsvc check` and `commsvc doctor` find what they say they look for, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from studies import code, markdown, notebook, study

from commsvc.cli import main
from commsvc.report.check import check_cells, check_notebooks, declared_imports
from commsvc.report.doctor import examine

ALLOWED = {"pandas", "commsvc", "os"}


def with_output(source: str, count: int | None) -> Any:
    cell = code(source)
    cell.execution_count = count
    cell.outputs = [nbformat.v4.new_output("stream", text="1")]
    return cell


def counted(source: str, count: int) -> Any:
    cell = code(source)
    cell.execution_count = count
    return cell


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ([with_output("1", 1)], "outputs are in the file"),
        ([counted("1", 2), counted("2", 1)], "was run out of order ([1] after [2])"),
        ([code("import leftpad")], "import of leftpad"),
        ([code("from leftpad.core import pad")], "import of leftpad"),
        ([code("x = 1\npd.read_csv('/home/ann/a.csv')")], "absolute path '/home/ann/a.csv'"),
        ([code(r"open('C:\\data\\a.csv')")], "absolute path"),
        ([code("def share(x):\n    return x")], "defines share"),
        ([code("plt.plot([1])\nplt.show()")], "figure without alternative text"),
        ([code("x = = 1")], "is no Python"),
        (["words"], "is no cell"),
    ],
)
def test_fault_is_found_once(cells: list[Any], problem: str) -> None:
    found = list(check_cells(cells, ALLOWED))
    assert [problem in text for _, _, text in found] == [True], found


@pytest.mark.parametrize(
    "source",
    [
        "import pandas as pd\nimport os.path\nfrom commsvc import audit",
        "%matplotlib inline\n!ls\nx = 1",
        "#| fig-alt: a line\nplt.plot([1])",
        "rate = '1/3'; unit = '/'; ratio = 'a/b/c'; page = 'data/published/1.csv'",
        "shares = [x / n for x in counts]; key = lambda row: row.n",
    ],
)
def test_what_is_right_is_left_alone(source: str) -> None:
    assert list(check_cells([markdown("# /home/ann/a"), code(source)], ALLOWED)) == []


def test_line_is_the_line_of_the_cell() -> None:
    assert [f[:2] for f in check_cells([markdown("x"), code("%time 1\n\nimport x")], set())] == [
        (2, 3)
    ]


def test_declared_imports_are_pyproject_and_the_standard_library() -> None:
    allowed = declared_imports()
    assert {"pandas", "commsvc", "IPython", "json", "matplotlib", "mpl_toolkits"} <= allowed
    assert "leftpad" not in allowed


def test_stale_report_is_said(
    project: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = project(one=notebook(code("1")))
    path = root / "notebooks/one.ipynb"
    monkeypatch.chdir(root)
    assert main(["render"]) == 0
    assert check_notebooks(root, [path]) == []
    assert main(["check"]) == 0
    nbformat.write(study("one"), path)
    assert main(["check", "one"]) == 1
    assert "notebooks/one.ipynb: report is stale" in capsys.readouterr().out


def test_doctor_finds_this_machine_well(tmp_path: Path) -> None:
    findings = {finding.what: finding for finding in examine(tmp_path)}
    assert not [str(f) for f in findings.values() if f.needed and not f.well]
    assert {"Python", "pandas", "Chinese font", "reports/", "figures/"} <= set(findings)
