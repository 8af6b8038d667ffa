"""Every sentence stands in the catalogues: none is missing, unused, mismatched or bypasses them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from commsvc.report.translation import messages
from commsvc.words.catalogues import read_catalogue
from commsvc.words.extraction import check_catalogues, templates_of_rooms
from commsvc.words.languages import LOCALE

ROOT = Path(__file__).resolve().parents[2]
HEAD = 'msgid ""\nmsgstr ""\n"Language: xx\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'


def test_every_message_of_the_library_has_its_chinese():
    assert check_catalogues(templates_of_rooms()) == []


@pytest.mark.parametrize(
    "notebook", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem
)
def test_every_message_of_a_notebook_has_its_chinese(notebook):
    own = [line for line in messages(ROOT / "notebooks", [notebook], write=False)]
    assert own == []


def pseudo(entries: dict[str, tuple[str, ...]]) -> str:
    """A catalogue of a language that nobody speaks: every template in brackets of its own."""
    lines = [HEAD]
    for key in entries:
        context, _, text = key.rpartition("\x04")
        head = f"msgctxt {json.dumps(context, ensure_ascii=False)}\n" if context else ""
        said = text if text in (", ", "; ", ": ", "\n", " + ") else f"«{text}»"
        quoted = (json.dumps(one, ensure_ascii=False) for one in (text, said))
        lines.append("{}msgid {}\nmsgstr {}\n".format(head, *quoted))
    return "\n".join(lines)


@pytest.mark.slow
def test_nothing_on_a_studys_page_bypasses_the_catalogues(tmp_path):
    """In a made-up language all prose stands in brackets but what is the user's own."""
    folder = tmp_path / "locale" / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for file in (LOCALE / "zh").rglob("*.po"):
        (folder / file.name).write_text(pseudo(read_catalogue(file)[0]), encoding="utf-8")
    env = {**os.environ, "COMMSVC_LOCALE": str(tmp_path / "locale"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "commsvc.cli"]
    data = ROOT / "data/surveys/simulated_centre.csv"
    subprocess.run([*command, "new", "s", "--data", data], cwd=tmp_path, env=env, check=True)
    subprocess.run([*command, "render", "s", "--lang", "xx"], cwd=tmp_path, env=env, check=True)
    [page] = (tmp_path / "s" / "reports").rglob("study.html")
    prose = " ".join(re.findall(r"\w+", markdown(tmp_path / "s" / "study.ipynb")))
    loose = loose_words(page.read_text(encoding="utf-8"))
    assert [said for said in loose if " ".join(re.findall(r"\w+", said)) not in prose] == []


def markdown(notebook: Path) -> str:
    """The prose of a notebook, which has a catalogue of its own."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def loose_words(page: str) -> list[str]:
    """English prose outside brackets: five words in a row that nobody's data say."""
    left = re.sub(r"<(script|style|svg|code|pre|head|nav|footer)\b.*?</\1>", " ", page, flags=re.S)
    text = unescape(re.sub(r"<[^>]*>", " ", left))
    while "«" in text:
        shorter = re.sub(r"«[^«»]*»", " ", text)
        if shorter == text:
            break
        text = shorter
    return re.findall(r"(?:\b[A-Za-z’']{2,}[ ,]+){4}[A-Za-z’']{2,}", text)
