"""Figures: the same bytes each time, Chinese on a bare machine, nothing changed on import."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import matplotlib
import pytest
from matplotlib.figure import Figure

from commsvc.errors import CommsvcError
from commsvc.plots.fonts import missing_glyphs
from commsvc.plots.style import COLOURS, CYCLE, describe, use_style
from commsvc.report.lang import label
from commsvc.report.pictures import show, svg_text


@pytest.fixture
def styled() -> object:
    with matplotlib.rc_context():
        use_style()
        yield


def drawing(title: str = "满意度 A & B, n = 230") -> Figure:
    figure = Figure()
    axes = figure.subplots()
    axes.barh(["满意", "不满意"], [161, 9])
    axes.set_title(title)
    return figure


def test_importing_changes_no_setting() -> None:
    program = (
        "import matplotlib; before = dict(matplotlib.rcParams);"
        "import commsvc.report, commsvc.plots.style;"
        "import sys; assert dict(matplotlib.rcParams) == before;"
        "assert 'zhplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.usefixtures("styled")
def test_svg_is_the_same_each_time_and_draws_its_words() -> None:
    one, two = svg_text(drawing()), svg_text(drawing())
    assert one == two
    assert not re.search(r"\d{4}-\d\d-\d\dT|matplotlib v|DOCTYPE", one)
    assert "<text" not in one
    assert "font-family" not in one


@pytest.mark.usefixtures("styled")
def test_a_dollar_is_a_dollar() -> None:
    assert svg_text(drawing("$5_$10, $\\50"))


def test_common_chinese_is_all_there() -> None:
    # GB 2312, level 1 and 2: the 6 763 characters of everyday text.
    everyday = "".join(
        bytes([row, cell]).decode("gb2312", "ignore")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
    )
    assert len(everyday) == 6763
    assert missing_glyphs(everyday) == []


@pytest.mark.usefixtures("styled")
def test_a_missing_glyph_is_an_error() -> None:
    with pytest.raises((CommsvcError, UserWarning), match=r"missing|no glyph"):
        svg_text(drawing("\U0001f389"))


@pytest.mark.usefixtures("styled")
def test_show_writes_the_file_and_refuses_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMMSVC_FIGURES", str(tmp_path / "figures"))
    for format_ in ("svg", "png"):
        figure = drawing()
        describe(figure.axes[0], "Bars.", "条形图。")
        show(figure, "a", caption=("Answers", "回答"), n=230, fmt=format_)
        assert (tmp_path / "figures" / f"a.{format_}").stat().st_size > 1000
        assert capsys.readouterr().out == "Bars.\n"
    with pytest.raises(CommsvcError, match="no name for a figure"):
        show(drawing(), "../a", caption="c")
    with pytest.raises(CommsvcError, match="no figure format 'gif'; allowed: svg, png"):
        show(drawing(), "a", caption="c", fmt="gif")


def test_label_follows_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for code, word in (("en", "yes"), ("zh", "是"), ("", "yes")):
        monkeypatch.setenv("COMMSVC_LANG", code)
        assert label("yes", "是") == word


def test_colours_differ_in_grey_too() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    first = [lightness(COLOURS[name]) for name in CYCLE]
    assert all(abs(a - b) > 0.1 for a, b in pairwise(first))


def test_all_colours_of_figures_and_pages_stand_in_one_palette() -> None:
    package = files("commsvc")
    css = package.joinpath("report/templates/style.css").read_text("utf-8")
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\s*[{,:.])", css)
    for file in Path(str(package)).rglob("plots/*.py"):
        if file.name != "palette.py":
            code = re.sub(r">>>.*|^ *\(?'#.*", "", file.read_text("utf-8"), flags=re.M)
            assert not re.findall(r"[\"']#[0-9a-f]{6}", code), file
