"""Tables for readers: nothing of a result is lost or altered on its way into any form."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc import Design, compare_groups, compare_with_target, estimate_shares
from commsvc.errors import CommsvcError
from commsvc.indicators.measure import measure
from commsvc.indicators.ratio import share
from commsvc.indicators.resources import residents_per_facility
from commsvc.indicators.scenarios import tidy
from commsvc.report import show_table, table
from commsvc.report.table_forms import escape_latex
from commsvc.words import as_strings
from commsvc.words.wrapping import width

SHARES = estimate_shares(
    [[161, 60, 9], [10, 5, 3]],
    ["satisfied", "fairly", "not"],
    groups=["town", "country"],
    design=Design.unknown(),
)


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("COMMSVC_LANG", "en")


def page_cells(made):
    """The heading's and the body's cells as a page shows them, a heading over several repeated."""
    root = ElementTree.fromstring(made.html()).find(".//table")

    def row(line):
        return [
            "".join(cell.itertext()) for cell in line for _ in range(int(cell.get("colspan", "1")))
        ]

    head, body = ([row(line) for line in root.find(part)] for part in ("thead", "tbody"))
    return head, body


def cells(made):
    """The body as a frame under the lowest heading."""
    head, body = page_cells(made)
    return pd.DataFrame(body, columns=head[-1])


def test_an_estimate_and_its_interval_are_one_cell_and_the_rest_stays():
    made = table(SHARES, confidence=0.95)
    assert [str(column.heading) for column in made.columns] == [
        "Group", "Level", "Count", "Base", "Estimate [95% interval]",
    ]  # fmt: skip
    assert made.columns[-1].cells[0] == "70.0% [63.8, 75.6]"
    assert made.columns[2].cells == ("161", "60", "9", "10", "5", "3")
    assert made.notes[0].text("zh") == "方法：Wilson 法"
    assert "simple random sample" in made.notes[1]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(sorted), min_size=1)
)
def test_joined_cells_read_back_as_the_numbers(rows):
    frame = pd.DataFrame(rows, columns=["low", "estimate", "high"])
    frame.insert(0, "base", 2)
    shown = table(frame, share=True).columns[-1].cells
    for (low, estimate, high), cell in zip(rows, shown, strict=True):
        numbers = [float(number) / 100 for number in re.findall(r"\d+\.\d", cell)]
        wanted = [estimate, low, high] if {low, high} != {estimate} else [estimate]
        assert numbers == pytest.approx(wanted, abs=0.00051)


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ((0.7, 0.638, 0.756), "70.0% [63.8, 75.6]"),
        ((0.476, None, None), "47.6%"),
        ((0.476, 0.476, 0.476), "47.6%"),
        ((None, 0.2, 0.4), "[20.0%, 40.0%]"),
        ((None, None, None), "–"),
        ((0.0, 0.0, 0.124), "0.0% [0.0, 12.4]"),
    ],
)
def test_what_a_cell_says_of_an_estimate(row, cell):
    frame = pd.DataFrame([(9, *row)], columns=["base", "estimate", "low", "high"]).astype(float)
    assert table(frame, share=True).columns[-1].cells == (cell,)


def test_other_units_have_one_number_of_places_in_a_column():
    frame = pd.DataFrame(
        {"base": [9, 9], "estimate": [4.1234, 12.5], "low": [3.0, -1.5], "high": [5.25, np.inf]}
    )
    assert table(frame).columns[1].cells == ("4.12 [3.00, 5.25]", "12.50 [−1.50, ∞]")


def test_a_census_shows_no_interval_and_no_empty_column():
    made = table(estimate_shares([20, 22], ["rented", "owned"], design=Design.census()))
    assert list(cells(made).columns) == ["Level", "Count", "Base", "Estimate"]
    assert made.columns[-1].cells == ("47.6%", "52.4%")


def test_a_test_shows_its_p_and_effect():
    frame = cells(table(compare_groups([[10, 5], [3, 9]], design=Design.srs())))
    assert frame.iloc[0].astype(str).tolist() == [
        "27",
        "4.636",
        "1",
        "0.0313",
        "0.414 [0.000, 0.792]",
    ]
    made = table(compare_with_target(161, 230, 0.9, design=Design.srs()))
    assert "< 0.001" in made.text()


def test_what_the_caller_names_stays_a_column():
    made = table(SHARES, columns={"low": "from", "high": "to", "note": "Holds"})
    assert {"from", "to", "Holds"} <= set(cells(made).columns)
    assert not any("simple random" in note for note in made.notes)


def test_a_format_holds_for_the_ends_too():
    assert (
        table(SHARES, formats={"estimate": ".2%"}).columns[-1].cells[0] == "70.00% [63.79, 75.55]"
    )


def test_groups_stand_side_by_side_under_their_name_and_base():
    (over, own), body = page_cells(table(SHARES, across="group"))
    assert over == ["Level", *["town (n = 230)"] * 2, *["country (n = 18)"] * 2]
    assert own == ["Count", "Estimate [interval]"] * 2
    assert [row[0] for row in body] == ["satisfied", "fairly", "not"]
    assert [row[1] for row in body] == ["161", "60", "9"]
    assert [row[3] for row in body] == ["10", "5", "3"]
    short = table(SHARES.drop(index=4), across="group")
    assert page_cells(short)[1][1] == ["fairly", "60", "26.1% [20.8, 32.1]", "–", "–"]


def test_rows_that_differ_carry_marks_and_the_notes_explain_them():
    frame = SHARES.assign(note=["", "few", "", "outside", "", "few"])
    made = table(frame)
    assert made.columns[-1].marks == ("", "a", "", "b", "", "a")
    assert list(made.notes[1:]) == ["(a) few", "(b) outside"]
    assert "<sup>a</sup>" in made.html()
    assert "[20.8, 32.1] (a)" in made.text()
    assert r"\textsuperscript{a}" in made.latex()
    assert table(frame, across="group").columns[2].marks == ("", "a", "")


def test_figures_with_their_units_say_more_than_bare_numbers():
    frame = cells(table(tidy({"rented": share(20, 42, unit="institutions")})))
    assert frame.iloc[0].tolist() == ["rented", "20 institutions", "42 institutions", "47.6%"]
    made = table(residents_per_facility(measure("近97万", "persons"), 15, standard="3—10万人"))
    shown = cells(made)
    assert shown.columns.tolist()[2:] == [
        "Estimate [interval], persons per centre", "Standard", "Verdict", "Needed",
    ]  # fmt: skip
    assert shown.iloc[0, 3] == "30,000–100,000"
    assert shown.iloc[0, 5] == "10–32"


def test_the_result_is_not_changed_and_any_library_will_do():
    before = SHARES.copy()
    made = table(SHARES)
    pd.testing.assert_frame_equal(SHARES, before)
    assert table(pl.from_pandas(as_strings(SHARES))).text() == made.text()


def test_a_frame_that_is_no_result_keeps_its_columns():
    frame = pd.DataFrame({"low": [1], "high": [2], "note": ["x"], "group": ["all"]})
    assert [str(column.heading) for column in table(frame).columns] == [
        "Low",
        "High",
        "Note",
        "Group",
    ]


@pytest.mark.parametrize(("lang", "heading"), [("en", "Base"), ("zh", "基数")])
def test_every_form_is_in_the_reports_language(monkeypatch, lang, heading):
    monkeypatch.setenv("COMMSVC_LANG", lang)
    assert heading in cells(table(SHARES)).columns
    assert ("基数" in table(SHARES).text()) == (lang != "en")
    assert "基数 &" in table(SHARES).latex(lang="zh")
    assert ">Base</th>" in table(SHARES).word(lang="en")


def test_lines_of_text_stand_under_each_other_in_both_scripts(monkeypatch):
    monkeypatch.setenv("COMMSVC_LANG", "zh")
    lines = table(SHARES).text().split("\n")
    rule = next(i for i, line in enumerate(lines) if set(line) == {"─"})
    body = lines[:rule] + lines[rule + 1 : rule + 7]
    assert len({width(line) for line in body}) == 1
    assert repr(table(SHARES)) == table(SHARES).text()


class Checker(HTMLParser):
    """Counts what is opened and closed, and the cells each row spans."""

    def __init__(self):
        super().__init__()
        self.open, self.rows, self.styled = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += int(dict(attrs).get("colspan", 1))
            self.styled.append("style" in dict(attrs))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("across", ["", "group"])
def test_the_form_for_word_is_whole_and_carries_its_rules(across):
    page = table(SHARES, caption="Shares", across=across, source="report 2").word()
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    assert all(checker.styled)
    # Thick above and below, thin under the head: a table of three rules.
    width_ = 5
    assert page.count("border-top:1.5pt") == (width_ - 2 if across else width_)
    assert page.count("border-bottom:1.5pt") == width_
    assert "Source: report 2" in page
    assert "<script" not in page
    assert "<style" not in page


def test_the_form_for_latex_has_as_many_cells_in_each_line():
    made = table(SHARES, across="group", caption="Shares & more").latex("tab:x")
    body = made[made.index(r"\toprule") : made.index(r"\bottomrule")]
    rows = [line for line in body.split("\n") if line.endswith(r"\\")]
    assert [row.count(" & ") for row in rows[1:]] == [4] * 4
    assert r"\cmidrule(lr){2-3} \cmidrule(lr){4-5}" in made
    assert r"\caption{Shares \& more}" in made
    assert r"\label{tab:x}" in made
    assert r"70.0\% [63.8, 75.6]" in made


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("50% & more_", r"50\% \& more\_"),
        ("[3, 4]", "{[}3, 4]"),
        ("≥ 8", r"$\geq$ 8"),
        ("4.8×10⁻²²", r"4.8$\times$10$^{-22}$"),
        ("满意", "满意"),
    ],
)
def test_text_is_safe_for_latex(text, safe):
    assert escape_latex(text) == safe


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX on this machine")
def test_latex_takes_it(tmp_path):
    awkward = SHARES.assign(level=["50 % & _#~^{}\\", "[b]", "*c", "4.8×10⁻²²", "χ² ≥ −3", "½ ± é"])
    tests = compare_with_target(161, 230, 0.9, design=Design.srs())
    made = [
        table(awkward, caption="Shares [a]", across="group", source="R & D"),
        table(awkward.assign(note=list("uvwxyz")), note="β, λ, σ → √2 ≈ 1.4"),
        table(tests, caption="P"),
        table(SHARES.assign(level="many words " * 20 + SHARES["level"])),
    ]
    text = "\n".join(one.latex(lang="en") for one in made)
    head = r"\documentclass{article}\usepackage{booktabs}\begin{document}"
    (tmp_path / "t.tex").write_text(f"{head}\n{text}\n\\end{{document}}", "utf-8")
    command = ["pdflatex", "-draftmode", "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120)
    assert ran.returncode == 0, ran.stdout.decode("utf-8", "replace")[-1500:]


def test_a_cell_with_markup_is_text():
    made = table(pd.DataFrame({"a": ["<b>x</b>"]}))
    assert "<b>" not in made.html()
    assert "<b>" not in made.word()


def test_show_table_is_table_displayed(capsys):
    show_table(SHARES, caption="Shares", across="group", note="own note")
    assert (
        capsys.readouterr().out
        == table(SHARES, caption="Shares", across="group", note="own note").text() + "\n"
    )


def test_a_cell_shows_what_show_table_shows():
    data, metadata = table(SHARES, caption="Shares")._repr_mimebundle_()
    assert metadata["commsvc"] == {"kind": "table", "caption": "Shares", "nameless": []}
    assert data["text/html"].startswith(table(SHARES, caption="Shares").html())


def test_a_table_without_a_caption_has_a_name_for_those_who_hear_the_page():
    assert 'aria-label="Table"' in table(SHARES).html()
    assert "<caption>" not in table(SHARES).html()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: table(SHARES, columns={"grup": "x"}), "did you mean 'group'"),
        (lambda: table(SHARES, across="place"), "no column 'place'"),
        (lambda: table(SHARES.assign(level="x"), across="group"), "two rows are town x"),
        (lambda: table(SHARES).latex(lang="fr"), "no language 'fr'"),
        (lambda: show_table(SHARES, caption=""), "without a caption"),
    ],
)
def test_refuses_what_cannot_be_shown(call, message):
    with pytest.raises(CommsvcError, match=message):
        call()
