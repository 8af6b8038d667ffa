"""Questionnaire files of every kind, and the template run without a kernel."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import nbformat
import pytest
from made_up_people import LABELS, TEXTS, people

from commsvc.study.template import template_path, with_values
from commsvc.words import in_language

mpl.use("Agg")
SIMULATED = Path(__file__).resolve().parents[2] / "data/surveys/simulated_centre.csv"


@pytest.fixture(scope="session")
def simulated() -> Path:
    return SIMULATED


@pytest.fixture
def files(tmp_path: Path) -> Callable[[str], Path]:
    """The same people as a file of any kind: ``files("sav")``."""

    def make(ending: str) -> Path:
        file = tmp_path / f"people.{ending}"
        frame = people()
        if ending in ("sav", "zsav"):
            pyreadstat = pytest.importorskip("pyreadstat")
            pyreadstat.write_sav(
                frame,
                str(file),
                compress=ending == "zsav",
                column_labels=TEXTS,
                variable_value_labels=LABELS,
                missing_ranges={"sat": [9.0]},
            )
            return file
        if ending == "dta":
            values = {c: {int(k): v for k, v in one.items()} for c, one in LABELS.items()}
            frame.to_stata(
                file, write_index=False, version=118, value_labels=values, variable_labels=TEXTS
            )
            return file
        for column, labels in LABELS.items():
            frame[column] = frame[column].map(labels)
        if ending == "parquet":
            pytest.importorskip("pyarrow")
            frame.rename(columns=TEXTS).to_parquet(file)
        elif ending == "xlsx":
            frame.rename(columns=TEXTS).to_excel(file, index=False)
        else:
            frame.rename(columns=TEXTS).to_csv(file, index=False, encoding="gb18030")
        return file

    return make


@pytest.fixture
def page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What the template says in each language, run in this process: ``page(design="srs")``."""

    def run(**values: Any) -> str:
        monkeypatch.setenv("COMMSVC_FIGURES", str(tmp_path / "figures"))
        # Drawing takes most of the time and is tested elsewhere, with the page.
        monkeypatch.setattr("commsvc.report.pictures.svg_text", lambda figure: "<svg/>")
        monkeypatch.chdir(template_path().parent)
        for lang in ("en", "zh"):
            with mpl.rc_context(), in_language(lang):
                once({"language": lang, **values})
        return capsys.readouterr().out

    def once(values: dict[str, Any]) -> None:
        names: dict[str, Any] = {}
        for cell in nbformat.read(template_path(), 4).cells:
            if cell.cell_type != "code":
                continue
            given = values if "parameters" in cell.metadata.get("tags", []) else {}
            given = {k: str(v) if isinstance(v, os.PathLike) else v for k, v in given.items()}
            exec(with_values(cell.source, given), names)

    return run
