"""From a questionnaire file to an HTML report in three commands, and what makes it stale."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from commsvc.cli import main

ROOT = Path(__file__).resolve().parents[2]
SIMULATED = ROOT / "data/surveys/simulated_centre.csv"
TEMPLATE = ROOT / "notebooks/study_template.ipynb"


def newcomer(folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What somebody does who has a file and the README: two commands, and opening the page."""
    monkeypatch.chdir(folder)
    shutil.copyfile(data, folder / data.name)
    assert main(["new", "my-study", "--data", data.name]) == 0
    assert main(["render", "my-study", "--strict"]) == 0
    return (folder / "my-study/reports/study.html").read_text(encoding="utf-8")


def test_three_commands(tmp_path, monkeypatch, capfd):
    page = newcomer(tmp_path, SIMULATED, monkeypatch)
    assert "→ my-study/reports/index.html" in capfd.readouterr().err
    assert "36 of 57 (63.2%" in page
    assert "P = 0.825" in page
    assert "my-study: what the answers say" in page
    assert "my-study：问卷分析" in page
    assert page.count("<figure") == len(re.findall(r'<img src="[^"]+" alt="[^"]{10,}"', page))
    assert "192.0.2." not in page
    assert str(tmp_path) not in page
    # Nothing changed, nothing runs.
    assert main(["render", "my-study"]) == 0
    assert "0 rendered, 1 unchanged" in capfd.readouterr().err
    # The codebook is edited: its question is one of groups no more.
    codebook = tmp_path / "my-study/codebook.yaml"
    book = codebook.read_text(encoding="utf-8")
    codebook.write_text(book.replace("  role: group\n", ""), encoding="utf-8")
    assert main(["render", "my-study", "-p", "language=zh", "-p", "questions=['Q3']"]) == 0
    assert "1 rendered, 0 unchanged" in capfd.readouterr().err
    page = (tmp_path / "my-study/reports/study.html").read_text(encoding="utf-8")
    assert "没有分组比较" in page
    assert '<html lang="zh-Hans"' in page


def test_real_file_in_three_commands(tmp_path, monkeypatch, shared):
    page = newcomer(tmp_path, shared / "surveys/wjx_800_text.xls", monkeypatch)
    assert "65.1%" in page
    # 美食 was ticked by 492, the plain "other" by 2.
    assert re.search(r"美食[^0-9]{0,60}492[^0-9]{0,20}800", page)


def test_other_data_through_the_template(tmp_path, monkeypatch, capfd):
    project = tmp_path / "notebooks"
    project.mkdir()
    shutil.copyfile(TEMPLATE, project / TEMPLATE.name)
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "mine.csv"
    frame = pd.DataFrame({"sex": ["f", "m"] * 20, "service": ["good", "poor", "fair", "good"] * 10})
    frame.to_csv(data, index=False)
    call = ["render", "-p", f"data={data}", "-p", "design=srs", "-p", "groups=['sex']"]
    assert main(call) == 0
    assert "1 rendered" in capfd.readouterr().err
    page = (tmp_path / "reports/study_template.html").read_text(encoding="utf-8")
    # Very good is no answer here: good alone is favourable, 20 of 40.
    assert "20 of 40 (50.0%" in page
    assert "simulated: nobody" not in page
    # The file stands outside data/ and is known by name and bytes, not by place.
    assert "mine.csv" in page.split("SHA-256")[-1]
    assert str(tmp_path) not in page.split("SHA-256")[-1]
    assert main(call) == 0
    assert "1 unchanged" in capfd.readouterr().err
    frame.iloc[:20].to_csv(data, index=False)
    assert main(call) == 0
    assert "1 rendered" in capfd.readouterr().err
    page = (tmp_path / "reports/study_template.html").read_text(encoding="utf-8")
    assert "10 of 20 (50.0%" in page
