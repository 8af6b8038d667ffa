"""What differs between two runs or two machines is taken out; everything else stays."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.report.exporter import CommsvcExporter
from commsvc.report.passive import passive
from commsvc.report.scrub import scrub_html, scrub_text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<function f at 0x7fdc1a2b3c40>", "<function f at 0x…>"),
        ("CPU times: user 3 ms, sys: 0 ns", "CPU times: …"),
        ("/tmp/ipykernel_4242/1234567.py:3: UserWarning", "<cell>:3: UserWarning"),
        ("/usr/lib/python3/dist-packages/pandas/a.py", "site-packages/pandas/a.py"),
        ("/usr/lib/python3.12/json/decoder.py", "python/json/decoder.py"),
        ("SyntaxError: incomplete input (3770381572.py, line 1)", "SyntaxError: incomplete input"),
        ("\x1b[31mKeyError\x1b[0m: 'levl'", "KeyError: 'levl'"),
        (
            "mask 0xff, ratio 1/3, path data/answers.csv",
            "mask 0xff, ratio 1/3, path data/answers.csv",
        ),
    ],
)
def test_scrub_text(raw: str, clean: str) -> None:
    assert scrub_text(raw) == clean


def test_paths_of_this_machine_are_relative_to_the_project(tmp_path: Path) -> None:
    assert scrub_text(f"open {tmp_path}/data/x.csv", tmp_path) == "open data/x.csv"


@given(st.text(alphabet="满意 abc.,%()=0123456789\n", max_size=200))
def test_plain_results_stay_as_they_are(text: str) -> None:
    assert scrub_text(text) == text


def test_styler_ids_are_the_same_each_time_and_differ_between_outputs() -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    one, two = (scrub_html(frame.style.highlight_max().to_html(), prefix="c1") for _ in range(2))
    assert one == two
    assert one != scrub_html(frame.style.highlight_max().to_html(), prefix="c2")


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="https://cdn.example/x.css">',
        '<img src="https://cdn.example/x.png">',
        '<iframe src="//cdn.example"></iframe>',
        "<IMG SRC=//cdn.example/x.png>",
        '<img srcset="https://cdn.example/x.png 2x">',
        '<div style="background: URL( //cdn.example/x.png )">a</div>',
        "<style>@import 'https://cdn.example/x.css'; b { color: red }</style>",
        '<object data="https://cdn.example/x.swf"><p>cdn.example</p></object>',
        '<video poster="https://cdn.example/x.png"></video>',
        '<form action="https://cdn.example"><input></form>',
        '<svg><use href="https://cdn.example/x.svg#a"/></svg>',
        '<meta http-equiv="refresh" content="0; url=https://cdn.example">',
        '<base href="https://cdn.example/">',
        "<b onmouseover=alert('cdn.example')>a</b>",
        "<a href=\" java\nscript:alert('cdn.example')\">a</a>",
        "<img src='https://cdn.example/x.png' <p>unfinished",
    ],
)
def test_scripts_and_what_loads_from_elsewhere_are_left_out_and_warned_of(html: str) -> None:
    warnings: list[str] = []
    clean = scrub_html(f"<p>kept</p>{html}", warn=warnings.append)
    assert "cdn.example" not in clean
    assert "<script" not in clean
    assert "<p>kept</p>" in clean
    assert warnings


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://example.org/a?b=1&amp;c">a</a> &lt; &#8364; 1 < 2',
        '<p class="x">a</p><img src="data:image/png;base64,AAAA" alt=""><a href=#top>up</a>',
        '<div style="background: url(#a)">&nbsp;</div><style>b > i { color: red }</style>',
        '<a href="other.html">a</a><br/><input disabled>',
    ],
)
def test_what_neither_runs_nor_loads_stays_letter_for_letter(html: str) -> None:
    warnings: list[str] = []
    assert passive(html, warnings.append) == html
    assert not warnings


def test_an_image_in_an_authors_html_is_taken_into_the_page(tmp_path: Path) -> None:
    (tmp_path / "图 1.svg").write_text("<svg/>", encoding="utf-8")
    text = '# T\n\n<img src="图 1.svg" alt="a">\n\n![b](%E5%9B%BE%201.svg)\n\n<script>f()</script>'
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    about = {"metadata": {"name": "n", "path": str(tmp_path)}}
    html, resources = CommsvcExporter().from_notebook_node(nb, about)
    assert html.count("data:image/svg+xml;base64,") == 2
    assert "f()" not in html
    assert resources["commsvc"].warnings == ["a script was left out"]


def test_what_is_for_jupyterlab_alone_changes_nothing_of_the_page() -> None:
    bar = nbformat.v4.new_output(
        "display_data",
        data={"text/html": "", "text/plain": ""},
        metadata={"commsvc": {"kind": "jupyter-only"}},
    )
    frame = nbformat.v4.new_output("display_data", data={"text/html": "<table><tr><td>1</table>"})
    pages = []
    for outputs in ([bar, frame], [frame]):
        cell = nbformat.v4.new_code_cell("f()", outputs=outputs, execution_count=1, id="f")
        nb = nbformat.v4.new_notebook(cells=[cell])
        pages.append(CommsvcExporter().from_notebook_node(nb)[0])
    assert pages[0] == pages[1]
    assert "table c1-0" in pages[0]
