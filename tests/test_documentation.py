"""The documentation: every public name is there, every example is true."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import commsvc

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted(p for p in (ROOT / "docs").glob("??/*.md") if p.name != "index.md")
# What sets everything up, or opens a browser: run by continuous integration or by hand.
SETTING_UP = re.compile(
    r"make (?:reports|docs|lab|test)\b|git clone |cd |pip install |python3 -m venv"
)


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "code"), [("en", "en"), ("zh", "zh_CN")])
def test_pages_are_made_without_a_warning(lang: str, code: str, tmp_path: Path) -> None:
    """Every reference in the prose and every docstring of a public name is good markup."""
    source = tmp_path / lang
    shutil.copytree(ROOT / "docs" / lang, source, ignore=shutil.ignore_patterns("reference"))
    sphinx = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", ROOT / "docs"]
    made = subprocess.run(
        [*sphinx, "-D", f"language={code}", source, tmp_path / "html"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    page = (tmp_path / "html" / "reference" / "commsvc.html").read_text(encoding="utf-8")
    functions = [n for n in commsvc.__all__ if not n.startswith("_")]
    modules = {n for n in functions if isinstance(getattr(commsvc, n), type(os))}
    assert [n for n in functions if n not in modules and f">{n}<" not in page] == []
    assert (tmp_path / "html" / "searchindex.js").is_file()


def blocks(path: Path) -> list[tuple[str, str]]:
    """(what it is, text) of every fenced block."""
    text = path.read_text(encoding="utf-8")
    return re.findall(r"^```([^\n]*)\n(.*?)^```$", text, flags=re.S | re.M)


def test_every_page_is_listed_and_has_a_twin_with_the_same_code() -> None:
    for path in DOCS:
        listed = (path.parent / "index.md").read_text(encoding="utf-8").splitlines()
        assert path.stem in listed, path
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
