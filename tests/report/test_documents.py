"""The documentation: every name is there, every link leads somewhere, every example is true."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import commsvc
from commsvc.report.docstrings import to_markdown
from commsvc.report.documents import build
from commsvc.report.reference import entry, rooms, top_level

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = sorted(p for p in (ROOT / "docs").rglob("*.md") if p.name != "README.md")
# What sets everything up, or opens a browser: run by continuous integration or by hand.
SETTING_UP = re.compile(
    r"make (?:reports|docs|lab|test)\b|git clone |cd |pip install |python3 -m venv"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "docs"
    build(ROOT, out)
    return out


class Links(HTMLParser):
    """The ids of a page, and where its links lead."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if tag == "a" and "href" in found else []


def test_every_link_leads_somewhere_and_none_outside(site: Path) -> None:
    pages = {page: Links(page) for page in site.rglob("*.html")}
    assert len(pages) > 2 * len(DOCS) / 2
    for page, links in pages.items():
        assert len(set(links.ids)) == len(links.ids), page
        scripts = {"script"} if page.name == "index.html" else set()
        assert links.tags & {"script", "link", "iframe", "img"} == scripts, page
        for link in links.links:
            place, _, fragment = link.partition("#")
            if place == "../index.html" and page.parent == site:
                continue  # the reports
            target = (page.parent / place).resolve() if place else page
            assert target in pages, f"{page.name}: {link}"
            assert not fragment or fragment in pages[target].ids, f"{page.name}: {link}"
    said = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert not re.findall(r"<[^>]+(?:src|href)=.?https?:", said)


def test_pages_are_the_same_each_time(site: Path, tmp_path: Path) -> None:
    build(ROOT, tmp_path)
    for page in site.rglob("*.html"):
        assert page.read_bytes() == (tmp_path / page.relative_to(site)).read_bytes(), page


def test_reference_has_every_public_name_once_and_nothing_private() -> None:
    found = rooms()
    names = [f"{room.name}.{one.name}" for room in found for one in room.entries]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "._" in name]
    offered = {n for n in commsvc.__all__ if not n.startswith("_")}
    modules = {n for n in offered if isinstance(getattr(commsvc, n), type(os))}
    assert set(top_level(found)) == offered - modules
    for name in ("survey.read_answers", "inference.Design", "published.reconstruct.by_group"):
        assert f"commsvc.{name}" in names
    silent = [
        f"{room.name}.{one.name}"
        for room in found
        for one in room.entries
        if one.kind != "value" and not one.doc.strip()
    ]
    assert silent == []


def test_docstring_becomes_markdown() -> None:
    doc = """Shares of `Design`, ``n`` of them.

    Parameters
    ----------
    count, of : whole numbers,
        counted
    *rest : more

    Notes
    -----
    =====  ====
    a      b
    =====  ====

    Examples
    --------
    >>> 1

    >>> 2
    """
    written = to_markdown(doc, lambda name: f"{name}.html" if name == "Design" else "")
    assert "Shares of [`Design`](Design.html), ``n`` of them." in written
    assert "- `count`, `of`: whole numbers, counted\n- `*rest`: more" in written
    assert "```text\n=====" in written
    assert "```python\n>>> 1\n\n>>> 2\n```" in written


def test_signature_is_as_in_the_source() -> None:
    def long(
        first_argument: dict[str, tuple[int, str]], *, second_argument: Any = sorted, third: int = 3
    ) -> tuple[int, int]:
        """Do it."""

    shown = entry("long", long).signature
    assert shown.split("\n") == [
        "long(",
        "    first_argument: dict[str, tuple[int, str]],",
        "    *,",
        "    second_argument: Any = sorted,",
        "    third: int = 3,",
        ") -> tuple[int, int]",
    ]


def blocks(path: Path) -> list[tuple[str, str]]:
    """(what it is, text) of every fenced block."""
    text = path.read_text(encoding="utf-8")
    return re.findall(r"^```([^\n]*)\n(.*?)^```$", text, flags=re.S | re.M)


def test_every_page_is_listed_and_has_a_twin_with_the_same_code() -> None:
    listed = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    for path in DOCS:
        assert f"({path.parent.name}/{path.name})" in listed
    for path in (ROOT / "docs/en").glob("*.md"):
        twin = ROOT / "docs/zh" / path.name
        kinds = [kind.split(" ")[0] for kind, _ in blocks(path)]
        assert kinds == [kind.split(" ")[0] for kind, _ in blocks(twin)], path.name


def same(shown: str, came: str) -> bool:
    """Whether what came out is what is shown; how long it took is no matter."""

    def settled(text: str) -> str:
        return re.sub(r" *\d+\.\d s\b", " # s", text).strip() + "\n"

    return doctest.OutputChecker().check_output(settled(shown), settled(came), doctest.ELLIPSIS)


def run_session(text: str, known: dict[str, Any], path: Path) -> None:
    """The examples of one block, or a cell to copy; what they define is there for the next."""
    if not text.lstrip().startswith(">>>"):
        exec(compile(text, path.name, "exec"), known)
        return
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    examples = doctest.DocTestParser().get_doctest(text, known, path.name, str(path), 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=options)
    runner.run(examples, out=said.append, clear_globs=False)
    known.update(examples.globs)
    assert not said, "".join(said)


def run_commands(text: str, folder: Path, env: dict[str, str]) -> None:
    """The commands of one block, each with what it says."""
    for command in re.split(r"^\$ ", text, flags=re.M)[1:]:
        typed, _, shown = command.partition("\n")
        if SETTING_UP.match(typed):
            continue
        ran = subprocess.run(
            ["bash", "-c", f"{typed} 2>&1"], cwd=folder, env=env, capture_output=True, text=True
        )
        assert same(shown, ran.stdout), f"{typed}\n--- shown\n{shown}--- came\n{ran.stdout}"


@pytest.mark.slow
@pytest.mark.parametrize("path", DOCS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_what_is_shown_is_what_comes_out(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every block of a page, in order, in a folder that has the project's data and notebooks."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    command = tmp_path / ".bin" / "commsvc"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m commsvc.cli "$@"\n')
    command.chmod(0o755)
    paths = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": paths, "PYTHONPATH": str(ROOT)}
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {}
    for kind, text in blocks(path):
        word, _, about = kind.partition(" ")
        if about.startswith("file="):
            target = tmp_path / about.removeprefix("file=")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        elif word == "console":
            run_commands(text, tmp_path, env)
        elif word == "python":
            run_session(text, known, path)
        else:
            pytest.fail(f"a block of {word!r} that nobody runs")
