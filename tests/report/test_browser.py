"""Pages in a real Chromium: accessible by axe-core, no overflow on a phone, the switch works."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from subprocess import DEVNULL, run

import matplotlib.image
import nbformat
import numpy as np
import pytest
from chromium import FLAGS, Chromium, Tab, chromium, without_chinese_fonts
from studies import code, study

from commsvc.cli import main

pytestmark = pytest.mark.browser

VIOLATIONS = """axe.run(document, {resultTypes: ["violations"]}).then((found) =>
  found.violations.map((v) => `${v.impact} ${v.id}: ` +
    v.nodes.map((n) => n.html.slice(0, 120)).slice(0, 3).join(" | ")))"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report, a failed report and the index, rendered once for all the tests here."""
    chromium()
    root = tmp_path_factory.mktemp("site")
    (root / "notebooks").mkdir()
    wide = code("pd.DataFrame([range(40)], columns=[f'column {n}' for n in range(40)])")
    folded = code("show_table(frame, caption='All', fold=('2 that agree', '相符 2 条'))")
    quoted = code("say('Asked: 满意', '问：满意')")
    nbformat.write(study("one", wide, folded, quoted), root / "notebooks/one.ipynb")
    nbformat.write(study("two", code("frame['levl']")), root / "notebooks/two.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert main(["render"]) == 1
    return root / "reports"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A page of a browser on a machine without Chinese fonts."""
    folder = tmp_path_factory.mktemp("chromium")
    browser = Chromium(folder / "profile", without_chinese_fonts(folder))
    tab = browser.tab()
    yield tab
    tab.close()
    browser.close()


@pytest.mark.parametrize("name", ["one", "two", "index"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_page_is_accessible_and_fits(
    name: str, width: int, dark: bool, site: Path, tab: Tab
) -> None:
    spec = find_spec("axe_core_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core-python is not installed")
    axe = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    tab.size(width, 4000, dark)
    tab.goto((site / f"{name}.html").as_uri())
    assert tab.evaluate(OVERFLOW) <= 0
    assert tab.requests() == []
    assert tab.errors() == []
    tab.evaluate(axe + ";true")
    assert tab.evaluate(VIOLATIONS) == []


@pytest.mark.parametrize("name", ["one", "index"])
def test_nothing_that_slips_in_runs_or_loads(name: str, site: Path, tab: Tab) -> None:
    pixel = site / "pixel.svg"
    pixel.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    slipped = """<script>document.title = "ran"</script><p onclick="document.title = 'ran'">x</p>
        <img id="slipped" src="pixel.svg" onload="document.title = 'ran'">"""
    page = site / "slipped.html"
    text = (site / f"{name}.html").read_text(encoding="utf-8")
    page.write_text(text.replace('<main id="main"', slipped + '<main id="main"', 1), "utf-8")
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelector('[onclick]').click()")
    assert tab.evaluate("document.title") != "ran"
    assert tab.evaluate("document.getElementById('slipped').naturalWidth") == 0
    # Where the policy does not hold, both would have happened.
    tab.send("Page.setBypassCSP", enabled=True)
    tab.goto(page.as_uri())
    tab.send("Page.setBypassCSP", enabled=False)
    assert tab.evaluate("document.title") == "ran"
    assert tab.evaluate("document.getElementById('slipped').naturalWidth") == 9


def test_a_page_is_in_one_language_at_a_time(site: Path, tab: Tab) -> None:
    address = (site / "one.html").as_uri()

    def text(choice: str) -> str:
        button = f"document.querySelector('.switch [value={choice}]')"
        return str(tab.evaluate(f"{button}.click(), document.body.innerText"))

    tab.goto(address + "#zh")
    assert tab.evaluate("document.documentElement.lang") == "zh-Hans"
    assert tab.evaluate("document.title") == "研究 one"
    zh, en, both = text("zh-Hans"), text("en"), text("all")
    assert "开头。" in zh
    assert "First words." not in zh
    assert "Answers" not in zh
    assert "First words." in en
    assert "开头。" not in en
    assert "回答" not in en
    # A word quoted from the other language stays where it is quoted.
    assert "Asked: 满意" in en
    assert "First words." in both
    assert "开头。" in both


def test_the_language_is_kept_from_page_to_page(site: Path, tab: Tab) -> None:
    tab.goto((site / "index.html").as_uri())
    tab.goto((site / "one.html").as_uri() + "#zh")
    tab.evaluate("document.querySelector('.bar a').click()")
    tab.wait("location.pathname.endsWith('index.html') && document.readyState === 'complete'")
    assert tab.evaluate("document.documentElement.lang") == "zh-Hans"
    # Found in the other language, a place is shown in that.
    tab.goto((site / "one.html").as_uri() + "#shares")
    assert tab.evaluate("document.documentElement.lang") == "en"
    tab.evaluate("localStorage.clear()")


def test_without_scripts_a_page_is_in_the_language_it_was_rendered_in(site: Path, tab: Tab) -> None:
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.goto((site / "one.html").as_uri())
        tree = tab.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        tab.send("Emulation.setScriptExecutionDisabled", value=False)
    names = " ".join(node["name"]["value"] for node in tree if "name" in node)
    assert "First words." in names
    assert "开头。" not in names


def test_what_is_folded_opens_with_a_key_and_stands_open_on_paper(site: Path, tab: Tab) -> None:
    tab.goto((site / "one.html").as_uri())
    seen = "document.querySelector('.fold table').checkVisibility()"
    assert tab.evaluate(
        "document.querySelector('.fold > summary').innerText.includes('2 that agree')"
    )
    assert not tab.evaluate(seen)
    tab.send("Emulation.setEmulatedMedia", media="print")
    assert tab.evaluate(seen)
    tab.send("Emulation.setEmulatedMedia", media="")
    assert not tab.evaluate(seen)
    tab.evaluate("document.querySelector('.fold > summary').focus()")
    for kind in ("keyDown", "keyUp"):
        tab.send(
            "Input.dispatchKeyEvent", type=kind, key="Enter", windowsVirtualKeyCode=13, text="\r"
        )
    assert tab.evaluate(seen)


def test_index_is_searched_from_the_keyboard(site: Path, tab: Tab) -> None:
    tab.size(1280, 2000)
    tab.goto((site / "index.html").as_uri())
    tab.evaluate("document.querySelector('.search input').focus()")
    cards = "[...document.querySelectorAll('.card:not([hidden]) h3 a')].map((e) => e.pathname)"
    lines = """[...document.querySelectorAll('.card:not([hidden]) li:not([hidden]) a')]
        .filter((e) => e.checkVisibility()).map((e) => [e.textContent, e.hash])"""
    said = "document.querySelector('.search output').innerText.trim()"

    def found(words: str) -> list[str]:
        tab.evaluate("document.querySelector('.search input').select()")
        tab.send("Input.insertText", text=words)
        return [Path(path).stem for path in tab.evaluate(cards)]

    assert tab.evaluate(cards + ".length") == 2
    # A title, a finding, a caption and a heading, in either language, in any case and width.
    assert found("study TWO") == ["two"]
    assert found("161 satisfied") == ["one", "two"]
    assert found("研究 ｏｎｅ") == ["one"]
    assert tab.evaluate(said) == "1 of 2 reports"
    assert found("回答") == ["one", "two"]
    assert tab.evaluate(lines)[:2] == [["回答", "#figure-1-2"], ["回答", "#table-1-2"]]
    assert found("shares one") == ["one"]
    assert found("no such word") == []
    assert tab.evaluate("document.querySelector('[aria-live], output').checkVisibility()")
    assert found("") == ["one", "two"]
    assert tab.evaluate(said) == ""
    # What is found is a link into the report, reached by the Tab key.
    found("回答")
    for kind in ("keyDown", "keyUp"):
        for _ in range(3):
            tab.send(
                "Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9
            )
    assert tab.evaluate("document.activeElement.closest('.card') !== null")
    for _, place in tab.evaluate(lines):
        tab.goto((site / "one.html").as_uri() + place)
        assert tab.evaluate("document.querySelector(':target') !== null"), place


def test_index_needs_no_script(site: Path, tab: Tab) -> None:
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.goto((site / "index.html").as_uri())
        tree = tab.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        tab.send("Emulation.setScriptExecutionDisabled", value=False)
    shown = [(node["role"]["value"], node["name"]["value"]) for node in tree if "name" in node]
    assert not [name for role, name in shown if role == "searchbox"]
    assert [name for role, name in shown if role == "link" and "Study" in name]


@pytest.mark.parametrize("name", ["one", "index"])
def test_first_paint_is_the_last(name: str, site: Path, tmp_path: Path) -> None:
    """A browser that draws at once and leaves draws the same: no boxes for Chinese words."""

    def drawn(*settled: str) -> np.ndarray:
        picture = tmp_path / "page.png"
        page = (site / f"{name}.html").as_uri()
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        command = [chromium(), *FLAGS, profile, "--window-size=1280,2500", *settled]
        run(
            [*command, f"--screenshot={picture}", page],
            env=without_chinese_fonts(tmp_path),
            stdout=DEVNULL,
            stderr=DEVNULL,
            timeout=60,
            check=True,
        )
        return matplotlib.image.imread(io.BytesIO(picture.read_bytes()))[:, :, :3]

    first = drawn()
    last = drawn("--virtual-time-budget=8000", "--run-all-compositor-stages-before-draw")
    assert (np.abs(first - last) > 0.2).any(axis=2).sum() == 0
    # And there is something on it.
    assert first.std() > 0.05


def test_pages_are_printed(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from commsvc.errors import CommsvcError
    from commsvc.report import pdf

    [printed] = pdf.print_pages([site / "one.html"])
    assert printed == site / "one.pdf"
    assert printed.read_bytes().startswith(b"%PDF-")
    monkeypatch.setattr(pdf, "browser", lambda: None)
    with pytest.raises(CommsvcError, match="no Chromium to print with"):
        pdf.print_pages([site / "one.html"])
