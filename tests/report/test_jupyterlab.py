"""A notebook in a real JupyterLab in a real Chromium: run, seen, exported as it is rendered."""

from __future__ import annotations

import os
import secrets
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
from studies import study

from commsvc.cli import main

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(nb, tmp_path / "notebooks/one.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        name: str(tmp_path / ".home" / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
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
        server.wait(timeout=20)


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
    page.wait(f"document.querySelectorAll('.jp-Notebook .jp-Cell').length === {cells}", 60)
    page.wait(
        "document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=idle]') !== null", 60
    )

    page.click(with_text(".lm-MenuBar-item", "Run"))
    page.click(with_text(".lm-Menu-item", "Run All Cells"))
    ran = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(e => e.innerText)"
    last = page.wait(f"{ran}.length && !{ran}.some(t => !/\\d/.test(t)) && {ran}", 60)
    assert last == [f"[{number}]:" for number in range(1, len(last) + 1)]
    # The figure and its caption, the table, the sentence with its number; nothing on stderr.
    assert page.wait("document.querySelector('.jp-OutputArea .jp-RenderedSVG img').naturalWidth")
    seen = page.evaluate("document.querySelector('.jp-Notebook').innerText")
    for text in ("Answers", "回答", "161 of 230 are satisfied.", "230 人中 161 人满意。", "<no>"):
        assert text in seen
    assert not page.evaluate("document.querySelectorAll('[data-mime-type*=stderr]').length")

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
    assert main(["render"]) == 0
    found = exported()
    assert found is not None
    assert found.read_bytes() == (root / "reports/one.html").read_bytes()
    # The file that the export saved is one that `commsvc check` would send back.
    assert main(["check"]) == 1
