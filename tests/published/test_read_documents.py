"""Documents of every form to text, tables and claims."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commsvc import audit_document, read_document
from commsvc.errors import CommsvcError
from commsvc.published.audit_command import run
from commsvc.published.audit_text import document_claims
from commsvc.published.documents import documents_in, reflowed

TEXT = "Uptake was 62.5% (25/40) in town and 50.0% (20/40) in the country."
ROWS = [["", "Town (n=40)", "Country (n=40)"], ["Agreed", "25 (62.5)", "20 (50.0)"]]
HTML = (
    "<html><body><h1>Report</h1><p>Of 40<sup>2</sup> people, 25 (62.5%) agreed.</p>"
    "<table><tr><th></th><th>Town (n=40)</th><th colspan=2>Country (n=40)</th></tr>"
    "<tr><td>Agreed</td><td>25 (62.5)</td><td>20 (50.0)</td><td>x</td></tr></table></body></html>"
)


def word_file(path: Path) -> Path:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    paragraph = document.add_paragraph("In 2019")
    paragraph.add_run("5").font.superscript = True
    paragraph.add_run(f". {TEXT}")
    table = document.add_table(rows=2, cols=3)
    for row, texts in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.save(str(path))
    return path


def pdf_file(path: Path, pages: int = 1) -> Path:
    pytest.importorskip("pdfplumber")
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.backends.backend_pdf import PdfPages

    with plt.rc_context({"pdf.fonttype": 42}), PdfPages(path) as pdf:
        for number in range(pages):
            figure = plt.figure(figsize=(8, 11))
            figure.text(0.1, 0.9, f"Page {number + 1}.")
            figure.text(0.1, 0.85, "Uptake was 62.5% (25/40) in town and")
            figure.text(0.1, 0.82, "50.0% (20/40) in the country.")
            pdf.savefig(figure)
            plt.close(figure)
    return path


def test_html_has_its_tables_and_raised_marks_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(HTML)
    read = read_document(path)
    assert read.form == "HTML"
    assert "Of 40² people" in read.text
    (table,) = read.tables
    assert table.rows[0] == ("", "Town (n=40)", "Country (n=40)", "")
    assert table.rows[1] == ("Agreed", "25 (62.5)", "20 (50.0)", "x")
    assert "Town" in read.text[table.start : table.end]
    claims = document_claims(path)
    assert [c["id"] for c in claims] == ["a/1", "a/2", "a/3"]
    assert [c["link"] for c in claims[1:]] == ["n of the column", "n of the column"]


def test_tall_cells_keep_the_columns_under_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<table><tr><th rowspan=2>Sex<th>men<td>30<tr><th>women<td>50<tr><td>All<td><td>80</table>"
    )
    assert read_document(tmp_path / "a.html").tables[0].rows == (
        ("Sex", "men", "30"), ("", "women", "50"), ("All", "", "80"),
    )  # fmt: skip


def test_markdown_has_its_tables(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text("# Report\n\n| | Town (n=40) |\n|---|---:|\n| Agreed | 25 (62.5) |\n\nEnd.\n")
    (table,) = read_document(page).tables
    assert table.rows == (("", "Town (n=40)"), ("Agreed", "25 (62.5)"))
    assert [c["printed"] for c in document_claims(page)] == ["62.5%"]


def test_word_files_have_text_and_tables(tmp_path: Path) -> None:
    read = read_document(word_file(tmp_path / "a.docx"))
    assert read.form == "Word"
    assert read.text.startswith("In 2019⁵. Uptake")
    assert read.tables[0].rows == tuple(map(tuple, ROWS))
    assert [c["printed"] for c in document_claims(tmp_path / "a.docx")] == [
        "62.5%", "50.0%", "62.5%", "50.0%",
    ]  # fmt: skip


def test_pdf_lines_become_sentences_with_their_page(tmp_path: Path) -> None:
    read = read_document(pdf_file(tmp_path / "a.pdf", pages=2))
    assert read.form == "PDF"
    assert "in town and 50.0% (20/40)" in read.text
    claims = document_claims(tmp_path / "a.pdf")
    assert [c["page"] for c in claims] == [1, 1, 2, 2]
    assert audit_document(tmp_path / "a.pdf")["verdict"].tolist() == ["consistent"] * 4
    assert read.page_of(0) == 1


def test_raised_marks_of_a_pdf_are_set_apart(tmp_path: Path) -> None:
    pytest.importorskip("pdfplumber")
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    with plt.rc_context({"pdf.fonttype": 42}):
        figure = plt.figure()
        figure.text(0.1, 0.5, r"Of $1204^{12}$ people, $415$ agreed.", fontsize=14)
        figure.savefig(tmp_path / "a.pdf")
        plt.close(figure)
    text = read_document(tmp_path / "a.pdf").text
    assert "1204¹²" in text.replace(" ", "")
    assert "415" in text


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["of the pa-", "tients"], "of the patients"),
        (["满意的居民", "占62.5%。", "其他"], "满意的居民占62.5%。\n其他"),
        (["Done.", "Next"], "Done.\nNext"),
    ],
)
def test_lines_are_put_together(lines: list[str], text: str) -> None:
    assert reflowed(lines) == text


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"%PDF-1.4 no"), ("a.docx", b"PK no")])
def test_broken_files_say_so(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommsvcError, match="can be read") as caught:
        read_document(tmp_path / name)
    assert name in str(caught.value)


@pytest.mark.parametrize(("name", "library"), [("a.pdf", "pdfplumber"), ("a.docx", "docx")])
def test_without_the_extra_the_error_names_it(
    tmp_path: Path, name: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_bytes(b"x")
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    with pytest.raises(CommsvcError, match=r"commsvc\[documents\]") as caught:
        read_document(tmp_path / name)
    assert library in str(caught.value)


def test_a_folder_is_audited_and_what_cannot_be_read_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "one.txt").write_text(TEXT)
    (folder / "two.html").write_text(HTML)
    (folder / "zero.md").write_text("")
    assert [p.name for p in documents_in(folder)] == ["one.txt", "two.html", "zero.md"]
    out, drafted = tmp_path / "v.jsonl", tmp_path / "draft.jsonl"
    assert run(folder, out, drafted) == 1
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    named = {"id", "kind", "printed", "verdict", "message", "quote", "start", "end", "confidence"}
    assert all(named <= set(row) for row in rows if row["verdict"] != "unreadable")
    assert [row["verdict"] for row in rows].count("unreadable") == 1
    claims = [json.loads(line) for line in drafted.read_text("utf-8").splitlines()]
    assert len(claims) == len(rows) - 1
    # The draft is a claims file, which gives the same verdicts.
    capsys.readouterr()
    assert run(drafted) == 0
    assert capsys.readouterr().out.count("consistent: ") == len(claims)


def test_a_draft_is_confirmed_by_hand(tmp_path: Path) -> None:
    page, drafted = tmp_path / "a.txt", tmp_path / "d.jsonl"
    page.write_text("共调查240人。满意的有130人，占60.0%。")
    run(page, tmp_path / "v.jsonl", drafted)
    claim = json.loads(drafted.read_text("utf-8"))
    assert claim["confidence"] < 0.9
    drafted.write_text(json.dumps({**claim, "confidence": 1}), encoding="utf-8")
    run(drafted, tmp_path / "w.jsonl")
    verdicts = [json.loads((tmp_path / f"{n}.jsonl").read_text("utf-8")) for n in "vw"]
    assert [v["verdict"] for v in verdicts] == ["undecidable", "inconsistent"]


def test_a_repaired_place_is_less_sure(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text(
        "據(jù)調(diào)查，社區(qū)服務(wù)的滿意率為62。5%（25/40），居民對(duì)社區(qū)衛(wèi)生服務(wù)站表示滿意。"
    )
    (claim,) = document_claims(page)
    assert (claim["count"], claim["of"]) == (25, 40)
    text = page.read_text()
    assert text[claim["start"] : claim["end"]].startswith("62。5%")


def test_a_page_printed_by_a_browser_keeps_its_table(tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip("no Chromium here")
    pytest.importorskip("pdfplumber")
    bordered = HTML.replace("<table>", "<table border=1 style='border-collapse:collapse'>")
    (tmp_path / "a.html").write_text(bordered)
    target = tmp_path / "a.pdf"
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={target}",
         str(tmp_path / "a.html")],
        check=False, capture_output=True, timeout=60,
    )  # fmt: skip
    if not target.is_file():
        pytest.skip("Chromium does not print here")
    assert [t.rows[0][1] for t in read_document(target).tables] == ["Town (n=40)"]


def test_nothing_is_imported_before_it_is_needed() -> None:
    code = "import sys, commsvc; commsvc.audit_text; print('pdfplumber' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
