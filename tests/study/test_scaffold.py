"""`commsvc new`: a folder that can be sent on, whole or not at all."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml
from made_up_people import SECRETS, people

from commsvc.cli import main
from commsvc.errors import CommsvcError
from commsvc.report.check import check_cells, declared_imports
from commsvc.report.project_files import project_root
from commsvc.study.scaffold import check_name, new_study
from commsvc.study.template import template_path, with_values
from commsvc.survey import draft_codebook, load_codebook, read_answers
from commsvc.survey.codebook_files import save_codebook


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_everything_is_there_and_nothing_is_private(tmp_path, simulated, capsys):
    folder = tmp_path / "我的调查 1"
    assert main(["new", str(folder), "--data", str(simulated)]) == 0
    assert names(folder) == {
        "README.md", "codebook.yaml", "data/simulated_centre.csv", "locale/zh/study.po",
        "study.ipynb",
    }  # fmt: skip
    said = capsys.readouterr().out
    assert "written anew from simulated_centre.csv without its private columns" in said
    assert "? Q3: one answer: 很满意, 非常满意" in said
    assert "commsvc render '" in said
    # The addresses stay behind; everything else is read as before.
    copy = folder / "data/simulated_centre.csv"
    assert "192.0.2." not in copy.read_text("utf-8-sig")
    assert read_answers(copy).equals(read_answers(simulated))
    # The codebook is the draft, and what is uncertain stands in it.
    assert load_codebook(folder / "codebook.yaml") == draft_codebook(read_answers(simulated))
    assert "# ? one answer: 很满意, 非常满意" in (folder / "codebook.yaml").read_text("utf-8")
    assert yaml.safe_load((folder / "codebook.yaml").read_text("utf-8"))["Q1"]["role"] == "group"
    # The folder is a project of its own, wherever it stands.
    assert project_root(folder) == folder.resolve()
    readme = (folder / "README.md").read_text("utf-8")
    assert readme.startswith("# 我的调查 1\n")
    assert "$" not in readme


def test_the_notebook_has_its_parameters(tmp_path, simulated):
    new_study(tmp_path / "s", simulated, language="zh")
    notebook = nbformat.read(tmp_path / "s/study.ipynb", 4)
    nbformat.validate(notebook)
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    values: dict[str, object] = {}
    exec(cells[0].source, values)
    assert values["data"] == "data/simulated_centre.csv"
    assert values["codebook"] == "codebook.yaml"
    assert values["language"] == "zh"
    assert "# the answers 答卷" in cells[0].source
    titles = [c.source for c in notebook.cells if c.source.startswith("# ")]
    assert titles[0].startswith("# s")
    assert (
        list(check_cells(json.loads(nbformat.writes(notebook))["cells"], declared_imports())) == []
    )


@pytest.mark.parametrize("ending", ["csv", "xlsx", "sav", "zsav", "dta", "parquet"])
def test_no_secret_travels(tmp_path, files, ending):
    data = files(ending)
    made = new_study(tmp_path / "s", data)
    raw = b"".join(p.read_bytes() for p in (tmp_path / "s").rglob("*") if p.is_file())
    for secret in SECRETS:
        for encoding in ("utf-8", "gb18030", "utf-16-le"):
            assert secret.encode(encoding) not in raw
    copy = next((tmp_path / "s/data").iterdir())
    assert copy.suffix == f".{ending}"
    back, answers = read_answers(copy), read_answers(data)
    assert back.equals(answers)
    assert back.questions == answers.questions
    assert any("reads exactly as the original" in line for line in made.done)
    # What the library compares, compared by hand: nobody's answer moved.
    column = "sat" if ending in ("sav", "zsav", "dta") else "总体满意度"
    codes = people()["sat"].value_counts()
    assert (back.data[column] == "很满意").sum() == codes[1.0]


def test_private_columns_are_kept_only_when_asked(tmp_path, files, capsys):
    data = files("csv")
    assert main(["new", str(tmp_path / "s"), "--data", str(data), "--keep-private"]) == 0
    assert (tmp_path / "s/data/people.csv").read_bytes() == data.read_bytes()
    assert "do not send it on" in capsys.readouterr().out
    assert "请勿外传" in (tmp_path / "s/README.md").read_text("utf-8")


def test_a_file_without_private_columns_is_written_anew(tmp_path):
    data = tmp_path / "a.csv"
    data.write_bytes("性别;满意度\n男;满意\n女;不满意\n".encode("gb18030"))
    made = new_study(tmp_path / "s", data)
    assert (tmp_path / "s/data/a.csv").read_text("utf-8-sig") == "性别,满意度\n男,满意\n女,不满意\n"
    # What was looked for is named; more is not promised.
    assert "looked for by form and by header, and in no other column: IP address" in made.done[1]


def test_a_copy_of_a_workbook_holds_the_sheet_that_is_read(tmp_path):
    from openpyxl import Workbook, load_workbook
    from openpyxl.comments import Comment
    from openpyxl.workbook.defined_name import DefinedName

    book = Workbook()
    sheet = book.active
    for row in [["1、性别", "2、满意度"], *[["男", "满意"], ["女", "一般"]] * 4]:
        sheet.append(row)
    sheet["A1"].comment = Comment("call 13912345678", "planted author")
    for state in ("hidden", "veryHidden"):
        more = book.create_sheet(state)
        more.sheet_state = state
        more.append(["planted name", "13812345678"])
    book.properties.creator = book.properties.title = "planted owner"
    book.defined_names["planted_name"] = DefinedName("planted_name", attr_text="hidden!$A$1")
    book.save(tmp_path / "a.xlsx")
    new_study(tmp_path / "s", tmp_path / "a.xlsx")
    copy = tmp_path / "s/data/a.xlsx"
    with zipfile.ZipFile(copy) as parts:
        inside = b"".join(parts.read(name) for name in parts.namelist())
    assert load_workbook(copy).sheetnames == ["Sheet1"]
    for secret in (b"planted", b"13812345678", b"13912345678"):
        assert secret not in inside


def test_a_sheet_is_told_once(tmp_path):
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="notes", index=False)
        # A text that a spreadsheet would take for a formula.
        pd.DataFrame({"q": ["@x", "-", "-3", "b"]}).to_excel(book, sheet_name="答卷", index=False)
    new_study(tmp_path / "s", tmp_path / "a.xlsx", sheet="答卷")
    copy = tmp_path / "s/data/a.xlsx"
    assert read_answers(copy).data["q"].tolist() == ["@x", "-", "-3", "b"]
    read_answers(copy).data.rename(columns={"q": "=q"}).to_csv(tmp_path / "b.csv", index=False)
    new_study(tmp_path / "t", tmp_path / "b.csv")
    safe = tmp_path / "t/data/b.csv"
    assert safe.read_text("utf-8-sig") == "'=q\n'@x\n'-\n-3\nb\n"
    assert read_answers(safe).data["=q"].tolist() == ["@x", "-", "-3", "b"]


def test_what_cannot_be_written_safely_is_refused(tmp_path, files):
    data = files("sav")
    raw, spec = data.read_bytes(), b"$set=C 3 set sex sat\n"
    record = struct.pack("<iiii", 7, 7, 1, len(spec)) + spec
    end = raw.find(struct.pack("<ii", 999, 0))
    data.write_bytes(raw[:end] + record + raw[end:])
    with pytest.raises(CommsvcError, match=r"persons in name, ip and read as before; take"):
        new_study(tmp_path / "s", data)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["people.sav"]
    new_study(tmp_path / "s", data, keep_private=True)
    assert (tmp_path / "s/data/people.sav").read_bytes() == data.read_bytes()


def test_ones_own_codebook(tmp_path, simulated):
    own = tmp_path / "mine.csv"
    save_codebook(draft_codebook(read_answers(simulated)), own)
    made = new_study(tmp_path / "s", simulated, codebook=own)
    assert "codebook.csv" in made.files
    assert made.doubts == ()
    assert load_codebook(tmp_path / "s/codebook.csv") == load_codebook(own)
    assert project_root(tmp_path / "s/data") == (tmp_path / "s").resolve()
    own.write_text("question,kind\nQ99,single\n", encoding="utf-8")
    with pytest.raises(CommsvcError, match="codebook, Q99: no column 'Q99'"):
        new_study(tmp_path / "t", simulated, codebook=own)
    assert not (tmp_path / "t").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["s", "--data", "nothing.csv"], "nothing.csv: there is no such file"),
        (
            ["s", "--data", "answers.doc"],
            "answers.doc: .doc is no questionnaire file; allowed: .xls",
        ),
        (["s", "--data", "broken.xlsx"], "broken.xlsx: a text file with the ending .xlsx"),
        (["s", "--data", "empty.csv"], "empty.csv: the file is empty"),
        (["there", "--data", "a.csv"], "there: this folder is there already, and nothing is over"),
        (["a.csv", "--data", "a.csv"], "a.csv: this file is there already"),
        (["no/where", "--data", "a.csv"], "no/where: there is no folder no; make it first"),
        (["what?", "--data", "a.csv"], "'what?' is no name for a study; allowed: letters"),
        ([".", "--data", "a.csv"], "is no name for a study"),
        (["con", "--data", "a.csv"], "is no name for a study"),
        (["s", "--data", "a.csv", "--lang", "fr"], "no language 'fr'; allowed: both, en, zh"),
        (
            ["s", "--data", "a.csv", "--codebook", "no.yaml"],
            "no.yaml: there is no such file; draft",
        ),
        (["s", "--data", "a.csv", "--codebook", "a.csv"], "a.csv, line 1: no column 'q'"),
    ],
)
def test_bad_requests_make_nothing(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("q\nyes\nno\n", encoding="utf-8")
    (tmp_path / "broken.xlsx").write_text("q\tr\n1\t2\n", encoding="utf-8")
    (tmp_path / "answers.doc").write_text("x", encoding="utf-8")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "there").mkdir()
    (tmp_path / "there/mine.txt").write_text("keep", encoding="utf-8")
    before = names(tmp_path)
    assert main(["new", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert names(tmp_path) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "a.csv", "answers.doc", "broken.xlsx", "empty.csv", "there",
    ]  # fmt: skip


def test_an_interruption_leaves_nothing(tmp_path, simulated, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("commsvc.study.scaffold.study_notebook", stop)
    assert main(["new", str(tmp_path / "s"), "--data", str(simulated)]) == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["study", "满意度2026", "a b", "x.y"])
def test_names_that_are_usable(tmp_path, name):
    check_name(tmp_path / name)


def test_values_are_put_in_where_the_old_ones_stood():
    source = "a = []  # 题目 one\nb = None\nc = 'x'  # 中文"
    assert (
        with_values(source, {"b": 3, "a": ["Q3"]})
        == "a = ['Q3']  # 题目 one\nb = 3\nc = 'x'  # 中文"
    )
    with pytest.raises(CommsvcError, match="did you mean 'bb'"):
        with_values("bb = 1", {"bbb": 2})


def test_the_template_begins_with_its_parameters():
    cells = nbformat.read(template_path(), 4).cells
    assert next(c for c in cells if c.cell_type == "code").metadata["tags"] == ["parameters"]
