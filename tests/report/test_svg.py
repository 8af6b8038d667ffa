"""A drawing inside a page: every mark and word is there, and nothing that runs or loads."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.figure import Figure

from commsvc.plots.style import use_style
from commsvc.report.figures import svg_text
from commsvc.report.svg import inline_svg


@pytest.fixture(scope="module")
def drawn() -> str:
    with matplotlib.rc_context():
        use_style()
        figure = Figure()
        left, right = figure.subplots(1, 2)
        left.scatter([0.123456, 2, 3], [1, 2, 3], alpha=0.5)
        left.plot([0, 1, 2], [3, 1, 2], linestyle="--")
        left.set_title("π ≈ 3.14159 & “满意” < 1")
        right.barh(["满意", "不满意"], [161, 9], hatch="//")
        right.eventplot([[1, 2, 3, 4]])
        return svg_text(figure)


def elements(svg: str, *names: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(svg)
    return [e for e in root.iter() if e.tag.rpartition("}")[2] in names]


def test_marks_and_words_are_all_there_in_half_the_bytes(drawn: str) -> None:
    light = inline_svg(drawn, "what it shows", "f-")
    bare = re.sub(r"<style.*?</style>", "", drawn, flags=re.S)
    assert len(light) < 0.7 * len(bare)
    marks = ("path", "use", "rect", "text")
    assert len(elements(light, *marks)) == len(elements(drawn, *marks))
    words = [e.text for e in elements(drawn, "text")]
    assert [e.text for e in elements(light, "text")] == words
    assert "π ≈ 3.14159 & “满意” < 1" in words
    assert light == inline_svg(drawn, "what it shows", "f-")
    assert 'aria-label="what it shows"' in light


def test_every_reference_leads_to_an_id_of_this_drawing(drawn: str) -> None:
    light = inline_svg(drawn, "a", "f-")
    ids = re.findall(r'\sid="([^"]+)"', light)
    asked = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', light)
    assert ids
    assert len(set(ids)) == len(ids)
    assert {one or other for one, other in asked} == set(ids)
    assert all(name.startswith("f-") for name in ids)


def test_style_said_once_for_a_run_is_still_said_of_each() -> None:
    marks = '<path d="M 0 0" style="fill: red"/><path d="M 1 1" style="fill: red"/>'
    light = inline_svg(f"<svg><g>{marks}</g></svg>", "a", "f-")
    assert light.count("fill:red") == 1
    assert re.search(r'<g style="fill:red"><path d="M0 0"/><path d="M1 1"/></g>', light)
    # Half-transparent marks over each other are darker; a half-transparent group is not.
    faint = marks.replace("fill: red", "opacity: 0.5")
    assert inline_svg(f"<svg><g>{faint}</g></svg>", "a", "f-").count("opacity:0.5") == 2
    # A clip is in the coordinates of what it clips, and each of these has its own.
    clipped = '<use x="1" clip-path="url(#c)"/><use x="2" clip-path="url(#c)"/>'
    light = inline_svg(f'<svg>{clipped}<clipPath id="c"/></svg>', "a", "f-")
    assert light.count("clip-path=") == 2


@pytest.mark.parametrize(
    ("svg", "gone"),
    [
        ("<svg><script>alert(1)</script></svg>", "script"),
        ("<svg><foreignObject><p/></foreignObject></svg>", "foreignObject"),
        ('<svg><path onclick="x()"/></svg>', "onclick"),
        ('<svg><image href="https://example.org/a.png"/></svg>', "example"),
        ('<svg xmlns:x="http://www.w3.org/1999/xlink"><a x:href="javascript:x"/></svg>', "javascr"),
    ],
)
def test_what_runs_or_loads_is_left_out_and_said(svg: str, gone: str) -> None:
    said: list[str] = []
    assert gone not in inline_svg(svg, "a", "f-", warn=said.append)
    assert len(said) == 1


def test_what_is_no_xml_is_shown_as_a_picture() -> None:
    said: list[str] = []
    shown = inline_svg("<svg><br></svg>", "a & b", "f-", warn=said.append)
    assert shown.startswith('<img src="data:image/svg+xml;base64,')
    assert 'alt="a &amp; b"' in shown
    assert "no XML" in said[0]
