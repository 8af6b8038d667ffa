"""A notebook's words: drawn from its cells, held against its catalogue, put into its copy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from studies import code, markdown, notebook

from commsvc.cli import main
from commsvc.errors import CommsvcError
from commsvc.report.translation import catalogue_file, in_words_of, templates_of

SAYS = """from commsvc.report import Basis, finding, label, say, show_table
from commsvc.words import message
import pandas as pd
n, basis = 42, Basis("report 2", 42)
say("{n} of them, {share:percent} open", n=n, share=0.5)
finding("All {n} stand.", n=n)
# a remark
show_table(pd.DataFrame({"beds": [1]}), caption="Beds", columns={"beds": "beds"}, basis=basis,
           note=message("with {n}", n=n))
print(label("yes"), 'as it is: yes')"""
CHINESE = {
    "# Centres\n\nWords.": "# 中心\n\n正文。",
    "report 2": "报告二",
    "{n} of them, {share:percent} open": "共 {n} 个，{share:percent} 开放",
    "All {n} stand.": "{n} 个都在。",
    "Beds": "床位",
    "beds": "张数",
    "with {n}": "含 {n}",
    "yes": "是",
}


def made() -> object:
    return notebook(markdown("# Centres\n\nWords."), code(SAYS))


def fill(file: Path, words: dict[str, str]) -> None:
    from babel.messages.pofile import read_po, write_po

    with file.open("rb") as lines:
        entries = read_po(lines)
    for entry in entries:
        if entry.id in words:
            entry.string = words[entry.id]
    with file.open("wb") as out:
        write_po(out, entries, width=0)


@pytest.fixture
def translated(project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    root = project(**{"01_a": made()})
    monkeypatch.chdir(root)
    assert main(["messages"]) == 0
    fill(catalogue_file(root / "notebooks/01_a.ipynb", "zh"), CHINESE)
    return root


def test_templates_are_what_a_reader_sees_in_the_order_of_the_notebook() -> None:
    assert [one.text for one in templates_of(made(), "a")] == list(CHINESE)


def test_what_cannot_be_translated_is_refused_where_it_stands() -> None:
    with pytest.raises(CommsvcError, match=r"a, cell 1, line 2: a template is made up"):
        list(templates_of(notebook(code('n = 1\nsay(f"{n} rows")')), "a"))


def test_missing_unused_and_mismatched_words_are_found(
    translated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = catalogue_file(translated / "notebooks/01_a.ipynb", "zh")
    capsys.readouterr()
    assert main(["messages", "--check"]) == 0
    fill(file, {"All {n} stand.": "{m} 个都在。", "yes": ""})
    text = file.read_text(encoding="utf-8") + '\nmsgid "old"\nmsgstr "旧"\n'
    file.write_text(text, encoding="utf-8")
    assert main(["messages", "--check"]) == 1
    said = capsys.readouterr().out
    assert "01_a.ipynb, cell 2, line 6: no such fields in zh of 'All {n} stand.'" in said
    assert "line 10: no zh for 'yes'" in said
    assert "nothing says 'old'" in said
    # Drawn again, what is said keeps its words and what is not goes.
    assert main(["messages"]) == 0
    text = file.read_text(encoding="utf-8")
    assert "旧" not in text
    assert "床位" in text


def test_a_page_is_in_both_languages_from_one_notebook(translated: Path) -> None:
    assert main(["render"]) == 0
    page = (translated / "reports/01_a.html").read_text(encoding="utf-8")
    for words in ("共 42 个，50.0% 开放", "床位", "张数", "含 42", "42 of them, 50.0% open"):
        assert words in page
    assert "来源：报告二" in page
    assert "Source: report 2" in page
    assert "01 · 中心" in page
    index = (translated / "reports/index.html").read_text(encoding="utf-8")
    assert "42 个都在。" in index
    assert main(["render", "--lang", "zh"]) == 0
    page = (translated / "reports/zh/01_a.html").read_text(encoding="utf-8")
    assert "Words." not in page


def test_a_copy_in_a_language_runs_in_it(
    translated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["copy", "01", "--lang", "zh", "-o", "mine/a.ipynb"]) == 0
    nb = nbformat.read(translated / "mine/a.ipynb", 4)
    nbformat.validate(nb)
    assert nb.cells[0].source == "# 中心\n\n正文。"
    assert 'say("共 {n} 个，{share:percent} 开放", n=n, share=0.5)' in nb.cells[2].source
    # Only what speaks to a reader is in other words.
    assert "'as it is: yes'" in nb.cells[2].source
    assert "# a remark" in nb.cells[2].source
    program = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "code")
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ}
    )
    assert "共 42 个，50.0% 开放" in run.stdout
    assert main(["copy", "01", "--lang", "zh", "-o", "mine/a.ipynb"]) == 2
    assert main(["copy", "01", "--lang", "fr"]) == 2
    assert "no words in 'fr'" in capsys.readouterr().err


def test_code_keeps_its_lines_and_what_is_between_them() -> None:
    source = 'x = 1\nsay(\n    "满 {n}",  # why\n    n=x,\n)\n%time say("y")\n'
    found = in_words_of(source, {"满 {n}": "full {n}", "y": "z"})
    assert found == 'x = 1\nsay(\n    "full {n}",  # why\n    n=x,\n)\n%time say("y")\n'
