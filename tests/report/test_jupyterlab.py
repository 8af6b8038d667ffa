"""A notebook in a real JupyterLab in a real Chromium: run, seen, exported as it is rendered."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from chromium import Chromium, Tab, chromium
from studies import code, study

import commsvc
from commsvc.cli import main

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Seconds to wait for a kernel: on a busy machine its imports take their time.
LONG_ENOUGH = 180
# The notebook's own indicator says idle before there is a kernel, and then Lab asks for one.
IDLE = """document.querySelector('.jp-KernelName')?.innerText.includes('Python 3')
    && document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=idle]') !== null"""


LONG = """import time
from commsvc.words.progress import track
for _ in track(range(30), "waiting"):
    time.sleep(0.1)
print("waited")"""


def with_text(selector: str, text: str) -> str:
    """The script that finds the element of that kind that says this."""
    return f"[...document.querySelectorAll('{selector}')].find(e => e.innerText.includes('{text}'))"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A project, and the address of a JupyterLab on it with no one's settings but its own."""
    chromium()
    (tmp_path / "notebooks").mkdir()
    nb = study("one")
    # The last cell prints an address and a set: nothing that two processes agree on.
    nb.cells.pop()
    nb.cells.append(code(LONG))
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(nb, tmp_path / "notebooks/one.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        name: str(tmp_path / ".home" / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    # As `make lab` does it, which puts it into the environment.
    added = Path(commsvc.__file__).with_name("report") / "lab/commsvc-launcher"
    shutil.copytree(added, Path(own["JUPYTER_DATA_DIR"]) / "labextensions" / added.name)
    token = secrets.token_hex(8)
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.root_dir": tmp_path,
        "IdentityProvider.token": token,
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    command = [sys.executable, "-m", "jupyterlab", *(f"--{k}={v}" for k, v in options.items())]
    with (tmp_path / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path, stdout=log, stderr=log, env={**os.environ, **own}
        )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{address}/api?token={token}", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None, (tmp_path / "lab.log").read_text()
                time.sleep(0.1)
        yield tmp_path, f"{address}/lab/tree/notebooks/one.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Tab]:
    browser = Chromium(tmp_path / "profile")
    tab = browser.tab()
    tab.size(1400, 1000)
    try:
        yield tab
    finally:
        tab.close()
        browser.close()


def finished(folder: Path) -> Callable[[], Path | None]:
    return lambda: next((p for p in folder.glob("*.html") if p.stat().st_size), None)


def test_lab_runs_shows_and_exports_what_render_writes(
    lab: tuple[Path, str], page: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, address = lab
    downloads = root / "downloads"
    downloads.mkdir()
    page.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
    page.goto(address)
    cells = len(nbformat.read(root / "notebooks/one.ipynb", as_version=4).cells)
    page.wait(f"document.querySelectorAll('.jp-Notebook .jp-Cell').length === {cells}", LONG_ENOUGH)
    page.wait(IDLE, LONG_ENOUGH)

    page.click(with_text(".lm-MenuBar-item", "Run"))
    page.click(with_text(".lm-Menu-item", "Run All Cells"))
    # Long work shows how far it is, and nothing of that is left.
    bar = "document.querySelector('.jp-OutputArea progress')"
    assert "waiting" in page.wait(f"{bar} && {bar}.closest('label').innerText", LONG_ENOUGH)
    ran = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(e => e.innerText)"
    last = page.wait(f"{ran}.length && !{ran}.some(t => !/\\d/.test(t)) && {ran}", LONG_ENOUGH)
    assert last == [f"[{number}]:" for number in range(1, len(last) + 1)]
    # The figure and its caption, the table, the sentence with its number; nothing on stderr.
    assert page.wait("document.querySelector('.jp-OutputArea .jp-RenderedSVG img').naturalWidth")
    seen = page.evaluate("document.querySelector('.jp-Notebook').innerText")
    for text in ("Answers", "161 of 230 are satisfied.", "<no>"):
        assert text in seen
    assert not page.evaluate("document.querySelectorAll('[data-mime-type*=stderr]').length")
    assert page.wait(f"!{bar} && document.body.innerText.includes('waited')")

    page.click(with_text(".lm-MenuBar-item", "File"))
    # Lab lists an exporter under its entry point's name.
    page.hover(with_text(".lm-Menu-item", "Save and Export Notebook As"))
    page.click(with_text(".lm-Menu-item", "Commsvc"))
    exported = finished(downloads)
    end = time.monotonic() + 30
    while exported() is None:
        assert time.monotonic() < end, (root / "lab.log").read_text()[-2000:]
        page.evaluate("1")
        time.sleep(0.1)

    monkeypatch.chdir(root)
    assert main(["render", "--lang", "en"]) == 0
    found = exported()
    assert found is not None
    assert found.read_bytes() == (root / "reports/en/one.html").read_bytes()
    # The file that the export saved is one that `commsvc check` would send back.
    assert main(["check"]) == 1


def type_in_new_cell(page: Tab, text: str) -> None:
    """Add a cell at the end and type into it, as a user does."""
    cells = "document.querySelectorAll('.jp-Notebook .jp-Cell').length"
    before = page.evaluate(cells)
    page.evaluate("document.querySelector('.jp-Notebook-footer').scrollIntoView()")
    page.click("document.querySelector('.jp-Notebook-footer')")
    page.wait(f"{cells} > {before}")
    press(page, "Enter", 13)
    page.wait("document.activeElement.closest('.jp-Cell .cm-editor') !== null")
    page.send("Input.insertText", text=text)


def press(page: Tab, key: str, code: int, modifiers: int = 0) -> None:
    about = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
    for kind in ("rawKeyDown", "keyUp"):
        page.send("Input.dispatchKeyEvent", type=kind, **about)


def test_lab_completes_names_and_shows_what_a_function_is(lab: tuple[Path, str], page: Tab) -> None:
    root, address = lab
    page.goto(address)
    cells = len(nbformat.read(root / "notebooks/one.ipynb", as_version=4).cells)
    page.wait(f"document.querySelectorAll('.jp-Notebook .jp-Cell').length === {cells}", LONG_ENOUGH)
    page.wait(IDLE, LONG_ENOUGH)
    type_in_new_cell(page, "import commsvc")
    press(page, "Enter", 13, modifiers=8)
    page.wait(
        "[...document.querySelectorAll('.jp-InputPrompt')].some(e => /\\d/.test(e.innerText))",
        LONG_ENOUGH,
    )

    type_in_new_cell(page, "commsvc.satis")
    offered = "[...document.querySelectorAll('.jp-Completer-match')].map((e) => e.innerText)"
    # One that fits is put in at once. The kernel's first answer may take longer than Lab waits.
    typed = "document.activeElement.closest('.cm-content').innerText"
    found = f"{typed}.includes('commsvc.satisfaction') || {offered}.includes('satisfaction')"
    end = time.monotonic() + LONG_ENOUGH
    while not page.evaluate(found):
        assert time.monotonic() < end, "no completion"
        press(page, "Tab", 9)
        time.sleep(1)

    type_in_new_cell(page, "commsvc.satisfaction(")
    press(page, "Tab", 9, modifiers=8)
    told = (
        "document.querySelector('.jp-Tooltip') && document.querySelector('.jp-Tooltip').innerText"
    )
    text = page.wait(told, LONG_ENOUGH)
    assert "What people answered to a question" in text
    assert "design : who was asked" in text
    assert "question: 'str'" in text or "question: str" in text


def test_the_launcher_lists_the_study_template_and_the_snippets(
    lab: tuple[Path, str], page: Tab
) -> None:
    root, address = lab
    template = root / "notebooks/study_template.ipynb"
    shutil.copy(root / "notebooks/one.ipynb", template)
    (root / "docs/zh").mkdir(parents=True)
    (root / "docs/zh/work-in-jupyterlab.md").write_text("# 代码\n\n片段在此", encoding="utf-8")
    page.goto(address.replace("/tree/notebooks/one.ipynb", ""))
    cards = "[...document.querySelectorAll('.jp-LauncherCard')].map((e) => e.innerText.trim())"
    shown = page.wait(f"{cards}.some((c) => c.includes('New study')) && {cards}", LONG_ENOUGH)
    assert "代码片段" in shown
    # What the folder has not is not offered.
    assert "Snippets" not in shown
    section = "[...document.querySelectorAll('.jp-Launcher-section')]"
    assert page.evaluate(f"{section}.some((s) => s.innerText.startsWith('commsvc'))")

    page.click(with_text(".jp-LauncherCard", "代码片段"))
    assert page.wait(
        "document.querySelector('.jp-RenderedMarkdown')?.innerText.includes('片段在此')"
    )
    press(page, "L", 76, modifiers=10)  # Ctrl+Shift+L: another Launcher
    page.click(with_text(".jp-LauncherCard", "New study"))
    cells = len(nbformat.read(template, as_version=4).cells)
    page.wait(f"document.querySelectorAll('.jp-Notebook .jp-Cell').length === {cells}", LONG_ENOUGH)
    copies = [path for path in root.rglob("study_template*.ipynb") if path != template]
    assert [path.read_bytes() for path in copies if ".ipynb_checkpoints" not in path.parts]
    assert not [error for error in page.errors() if "commsvc" in error]
    page.wait(IDLE, LONG_ENOUGH)  # a server ends only when its kernel has begun
