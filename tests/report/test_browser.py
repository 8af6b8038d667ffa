"""Pages in a real Chromium: accessible by axe-core, no overflow on a phone, the switch works.

The page is put into a frame of a test page that holds the script; the report itself has none.
"""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from studies import code, study

from commsvc.cli import main
from commsvc.report.doctor import browser

pytestmark = pytest.mark.browser

WRAPPER = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>t</title>
<iframe id="f" style="width:%(width)dpx;height:4000px;border:0"></iframe><pre id="result"></pre>
<script>const errors = []; window.onerror = (m) => errors.push(String(m));</script>
<script>
const page = %(page)s, axe = %(axe)s;
const frame = document.getElementById("f");
frame.onload = async () => {
  const win = frame.contentWindow, doc = frame.contentDocument;
  win.onerror = (m) => errors.push(String(m));
  await doc.fonts.ready;
  const seen = (id) => { if (id) doc.getElementById(id).checked = true;
    return doc.body.innerText; };
  const result = {
    overflow: doc.documentElement.scrollWidth - doc.documentElement.clientWidth,
    requests: win.performance.getEntriesByType("resource").map((e) => e.name)
      .filter((n) => !n.startsWith("data:")),
    fonts: [...doc.fonts].filter((f) => f.status === "loaded").map((f) => f.family),
    text: {both: seen(""), zh: seen("show-zh"), en: seen("show-en")},
  };
  seen("show-both");
  if (axe) {
    const script = doc.createElement("script"); script.textContent = axe; doc.head.append(script);
    const found = await win.axe.run(doc, {resultTypes: ["violations"]});
    result.violations = found.violations.map((v) =>
      `${v.impact} ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).slice(0, 3).join(" | ")}`);
  }
  result.errors = errors;
  document.getElementById("result").textContent = JSON.stringify(result);
};
frame.srcdoc = page;
</script></html>"""


def look(page: str, folder: Path, width: int, axe: str = "", dark: bool = False) -> dict[str, Any]:
    """What Chromium finds of the page at this width."""
    chromium = browser()
    if chromium is None:
        pytest.skip("no Chromium on this machine")

    def literal(text: str) -> str:
        return json.dumps(text).replace("</", "<\\/")

    wrapper = folder / "wrapper.html"
    wrapper.write_text(
        WRAPPER % {"width": width, "page": literal(page), "axe": literal(axe)}, encoding="utf-8"
    )
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={folder / 'profile'}",
        "--window-size=1400,4200",
        "--virtual-time-budget=20000",
        *(["--blink-settings=preferredColorScheme=0"] if dark else []),
        "--dump-dom",
        wrapper.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, timeout=90, check=False)
    dom = done.stdout.decode("utf-8", "replace")
    found = re.search(r'<pre id="result">(.*?)</pre>', dom, flags=re.S)
    assert found, done.stderr.decode()[-2000:]
    assert found[1], "the page's own test did not finish"
    result: dict[str, Any] = json.loads(unescape(found[1]))
    return result


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A report, a failed report and the index, rendered once for all the tests here."""
    import nbformat

    if browser() is None:
        pytest.skip("no Chromium on this machine")
    root = tmp_path_factory.mktemp("site")
    (root / "notebooks").mkdir()
    wide = code("pd.DataFrame([range(40)], columns=[f'column {n}' for n in range(40)])")
    nbformat.write(study("one", wide), root / "notebooks/one.ipynb")
    nbformat.write(study("two", code("frame['levl']")), root / "notebooks/two.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert main(["render"]) == 1
    return {p.stem: p.read_text(encoding="utf-8") for p in (root / "reports").glob("*.html")}


@pytest.mark.parametrize("name", ["one", "two", "index"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_page_is_accessible_and_fits(
    name: str, width: int, dark: bool, pages: dict[str, str], tmp_path: Path
) -> None:
    spec = find_spec("axe_core_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core-python is not installed")
    axe = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    found = look(pages[name], tmp_path, width, axe, dark)
    assert found["violations"] == []
    assert found["overflow"] <= 0
    assert found["requests"] == []
    assert found["errors"] == []


def test_switch_shows_one_language_or_both(pages: dict[str, str], tmp_path: Path) -> None:
    text = look(pages["one"], tmp_path, 1280)["text"]
    assert "First words." in text["both"]
    assert "开头。" in text["both"]
    assert "First words." not in text["zh"]
    assert "Answers" not in text["zh"]
    assert "开头。" in text["zh"]
    assert "开头。" not in text["en"]
    assert "回答" not in text["en"]
    assert "First words." in text["en"]


def test_chinese_is_drawn_where_no_font_is_installed(pages: dict[str, str], tmp_path: Path) -> None:
    listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout
    if listed.strip():
        pytest.skip("this machine has a Chinese font")
    fonts = " ".join(look(pages["one"], tmp_path, 1280)["fonts"])
    assert "commsvc page" in fonts
    assert "commsvc figure" in fonts
