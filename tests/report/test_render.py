"""`commsvc render` on a small project: run, failed, unchanged, repeated, in one language."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from studies import code, markdown, notebook, study

from commsvc.cli import main
from commsvc.errors import CommsvcError
from commsvc.report.parameters import assignments, read_toml

Project = Callable[..., Path]


def render(root: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.chdir(root)
    return main(["render", *arguments])


def bytes_of(root: Path) -> dict[str, bytes]:
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for folder in ("reports", "figures")
        for p in sorted((root / folder).rglob("*"))
        if p.is_file()
    }


def test_one_notebook_fails_and_stops_nothing_else(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    good, bad = study("01_good"), study("02_bad", code("y = 1\nframe['levl']"), code("z = 1"))
    root = project(**{"01_good": good, "02_bad": bad})
    assert render(root, monkeypatch=monkeypatch) == 1
    said = capfd.readouterr().err
    assert "notebooks/02_bad.ipynb: cell [8], line 2: KeyError: 'levl'" in said
    assert "1 rendered, 0 unchanged, 1 failed → reports/index.html" in said
    made = bytes_of(root)
    assert set(made) == {
        "figures/01_good_answers.svg",
        "figures/02_bad_answers.svg",
        "figures/zh/01_good_answers.svg",
        "figures/zh/02_bad_answers.svg",
        "reports/01_good.html",
        "reports/02_bad.html",
        "reports/index.html",
    }
    page = made["reports/02_bad.html"].decode()
    assert "Error in cell [8], line 2" in page
    assert "KeyError" in page
    index = made["reports/index.html"].decode()
    assert index.count("Not complete") == 1
    assert "161 of 230 are satisfied." in index
    # Nothing of this machine is on any page.
    for name, content in made.items():
        assert str(root).encode() not in content, name
        assert os.path.expanduser("~").encode() + b"/" not in content, name
        assert not re.search(rb"0x[0-9a-f]{8}", content), name

    # The good one is not run again; the failed one is, and once mended it is well.
    mended = nbformat.read(root / "notebooks/02_bad.ipynb", as_version=4)
    mended.cells = mended.cells[:-2]
    nbformat.write(mended, root / "notebooks/02_bad.ipynb")
    assert render(root, "--strict", monkeypatch=monkeypatch) == 0
    assert "1 rendered, 1 unchanged, 0 failed" in capfd.readouterr().err
    assert bytes_of(root)["reports/01_good.html"] == made["reports/01_good.html"]

    # Unchanged: nothing runs, and nothing heavy is imported to find that out.
    before = bytes_of(root)
    program = "import sys; from commsvc.cli import main; main(['render']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)
    assert "0 rendered, 2 unchanged" in done.stderr
    heavy = {"numpy", "pandas", "matplotlib", "scipy", "nbformat", "nbconvert", "IPython"}
    assert not heavy & set(done.stdout.split())
    # The index leads to the documentation once there is some. A figure that was
    # deleted is drawn again.
    link = 'href="docs/index.html"'
    assert link not in before["reports/index.html"].decode()
    (root / "reports/docs").mkdir()
    (root / "reports/docs/index.html").touch()
    assert render(root, monkeypatch=monkeypatch) == 0
    assert "0 rendered, 2 unchanged" in capfd.readouterr().err
    assert link in (root / "reports/index.html").read_text(encoding="utf-8")
    shutil.rmtree(root / "reports/docs")
    assert render(root, monkeypatch=monkeypatch) == 0
    assert "0 rendered, 2 unchanged" in capfd.readouterr().err
    (root / "figures/01_good_answers.svg").unlink()
    assert render(root, monkeypatch=monkeypatch) == 0
    assert "1 rendered, 1 unchanged" in capfd.readouterr().err

    # Again from nothing: the same bytes.
    assert render(root, "--force", "-j", "2", monkeypatch=monkeypatch) == 0
    assert bytes_of(root) == before


def test_changed_data_runs_again_what_has_read_it(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = project(
        csv=notebook(markdown("# A"), code("import pandas as pd\npd.read_csv('../data/a.csv')")),
        none=notebook(markdown("# B\n\n![b](../data/b.svg)"), code("1")),
        engine=notebook(
            markdown("# C"), code("import duckdb\nduckdb.sql('FROM \"../data/a.csv\"')")
        ),
    )
    data = {name: root / "data" / name for name in ("a.csv", "b.svg", "c.csv", "d.csv")}
    data["a.csv"].write_text("x\n1\n", encoding="utf-8")
    data["b.svg"].write_text("<svg/>", encoding="utf-8")
    data["c.csv"].write_text("x\n1\n", encoding="utf-8")

    def runs(*more: str) -> list[str]:
        assert render(root, *more, monkeypatch=monkeypatch) == 0
        said = capfd.readouterr().err
        return sorted(re.findall(r"^done .*notebooks/(\w+)\.ipynb", said, re.M))

    assert runs() == ["csv", "engine", "none"]
    assert runs() == []
    data["a.csv"].write_text("x\n2\n", encoding="utf-8")
    assert runs() == ["csv", "engine"]
    data["b.svg"].write_text("<svg> </svg>", encoding="utf-8")
    assert runs() == ["engine", "none"]
    data["c.csv"].write_text("x\n2\n", encoding="utf-8")
    assert main(["check"]) == 1
    assert capfd.readouterr().out.count("report is stale") == 1
    assert runs() == ["engine"]
    assert main(["check"]) == 0
    # A page whose notebook was not run again lists the data as a new page does.
    before = bytes_of(root)
    assert runs("--force") == ["csv", "engine", "none"]
    assert bytes_of(root) == before
    assert runs() == []
    data["d.csv"].touch()
    assert runs() == ["csv", "engine", "none"]


def test_parameters_reach_the_notebook_and_the_page(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    nb = notebook(
        code("level = 0.95\ndistrict = 'east'", "parameters"), code("print(f'{level}|{district}')")
    )
    root = project(one=nb)
    (tmp_path / "run.toml").write_text('district = "west"\nlevel = 0.9\n', encoding="utf-8")
    arguments = ["--params", "run.toml", "-p", "level=0.99", "--lang", "zh"]
    assert render(root, *arguments, monkeypatch=monkeypatch) == 0
    page = (root / "reports/zh/one.html").read_text(encoding="utf-8")
    assert "0.99|west" in page
    assert "<dt><code>level</code></dt><dd><code>0.99</code></dd>" in page
    assert '<html lang="zh-Hans">' in page
    assert not (root / "reports/one.html").exists()
    # The notebook itself is left as it was.
    assert nbformat.read(root / "notebooks/one.ipynb", as_version=4).cells[1].outputs == []
    assert render(root, "-p", "levl=1", monkeypatch=monkeypatch) == 2
    assert "no parameter 'levl'" in capfd.readouterr().err
    assert render(root, "-p", "level=high", monkeypatch=monkeypatch) == 2
    said = capfd.readouterr().err
    assert "'high' is not what the parameter 'level' takes" in said
    assert "the notebook has 0.95" in said


def test_parameters_may_be_annotated_and_days_and_nested_without_end(tmp_path: Path) -> None:
    assert assignments("m: int = 7\nw = 'x'\nd: str") == [("m", "7"), ("w", "'x'")]
    file = tmp_path / "p.toml"
    file.write_text("w = 2\nseen = 2021-03-04\nat = 08:30:00\nalso = [1, 'b']\n", encoding="utf-8")
    assert read_toml(file) == {"w": 2, "seen": "2021-03-04", "at": "08:30:00", "also": [1, "b"]}
    file.write_text("w=" + "[" * 5000, encoding="utf-8")
    with pytest.raises(CommsvcError, match=r"p\.toml: has lists within lists deeper"):
        read_toml(file)


def test_a_language_asked_for_wins_over_the_notebooks_own(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameter = code('language = "en"', "parameters")
    says = "from commsvc.report import say, use_language\nuse_language(language)\nsay('six', '六')"
    root = project(a=notebook(markdown("# A"), parameter, code(says)), b=study("b"))
    for asked, shown in [((), False), (("--lang", "both"), True), ((), False)]:
        assert render(root, "a", *asked, monkeypatch=monkeypatch) == 0
        assert ("六</p>" in (root / "reports/a.html").read_text("utf-8")) is shown


def test_a_kernel_that_dies_or_hangs_is_said_and_others_go_on(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = project(
        dies=notebook(code("1"), code("import os; os._exit(3)")),
        hangs=notebook(code("import time; time.sleep(60)")),
        well=notebook(code("print('well')")),
    )
    assert render(root, "--timeout", "2", monkeypatch=monkeypatch) == 1
    said = capfd.readouterr().err
    assert "notebooks/dies.ipynb: cell [2]: the kernel died" in said
    assert "notebooks/hangs.ipynb: cell [1]: took longer than 2 s" in said
    assert "1 rendered, 0 unchanged, 2 failed" in said


def test_strict_refuses_a_figure_without_text_and_a_missing_glyph_is_an_error(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    first = "import matplotlib.pyplot as plt\nfrom commsvc.report import show\n"
    first += "from commsvc.plots.style import use_style\nuse_style()\nfig, ax = plt.subplots()\n"
    root = project(
        bare=notebook(code(first + "show(fig, 'bare', caption='c')")),
        glyph=notebook(
            code(first + "ax.set_title('\U0001f389')\nshow(fig, 'g', caption='c', alt='a')")
        ),
    )
    assert render(root, "bare", monkeypatch=monkeypatch) == 0
    assert "warning" in capfd.readouterr().err
    assert render(root, "--strict", monkeypatch=monkeypatch) == 1
    said = capfd.readouterr().err
    assert "figure without alternative text: c" in said
    assert "no glyph for a character" in said
    assert not (root / "figures/g.svg").exists()


SLOW = "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))\ntime.sleep(60)"


def start_and_wait_for_kernel(root: Path) -> tuple[subprocess.Popen[str], int]:
    """A render that is inside the slow notebook, and its kernel's process id."""
    running = subprocess.Popen(
        [sys.executable, "-m", "commsvc.cli", "render"], cwd=root, stderr=subprocess.PIPE, text=True
    )
    written = root / "notebooks/pid"
    for _ in range(600):
        if written.is_file() and written.read_text():
            return running, int(written.read_text())
        time.sleep(0.1)
    running.kill()
    pytest.fail("the notebook did not start")


def ends(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_render_leaves_the_last_good_report_and_no_kernel(
    number: signal.Signals, project: Project
) -> None:
    root = project(one=notebook(code(SLOW)))
    (root / "reports").mkdir()
    page = root / "reports/one.html"
    page.write_text("the last good report", encoding="utf-8")
    running, kernel = start_and_wait_for_kernel(root)
    running.send_signal(number)
    _, said = running.communicate(timeout=20)
    assert page.read_text(encoding="utf-8") == "the last good report"
    assert [p.name for p in page.parent.iterdir()] == ["one.html"]
    assert ends(kernel)
    if number == signal.SIGINT:
        assert running.returncode == 130
        assert said.strip().splitlines()[-1].startswith("commsvc: stopped")
        assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "nowhere"], "no notebook 'nowhere'; allowed: one"),
        (["render", "--lang", "fr"], "no language 'fr'; allowed: both, en, zh"),
        (["render", "-p", "x"], "-p: 'x' is no parameter; allowed: name=value"),
        (["render", "--params", "nowhere.toml"], "nowhere.toml: cannot be read"),
        (["check", "nowhere"], "no notebook 'nowhere'"),
    ],
)
def test_bad_requests_are_one_clean_line(
    arguments: list[str],
    message: str,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(project(one=notebook()))
    assert main(arguments) == 2
    said = capfd.readouterr().err
    assert message in said
    assert len(said.strip().splitlines()) == 1


def test_a_broken_notebook_is_named(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = project(one=notebook())
    (root / "notebooks/two.ipynb").write_text("{", encoding="utf-8")
    assert render(root, monkeypatch=monkeypatch) == 1
    assert "notebooks/two.ipynb: is no notebook" in capfd.readouterr().err
    assert (root / "reports/one.html").is_file()


def test_outputs_saved_in_jupyterlab_make_no_report_stale(tmp_path: Path) -> None:
    from commsvc.report.cache import notebook_key

    path = tmp_path / "a.ipynb"
    nb = notebook(code("print(1)"))
    nbformat.write(nb, path)
    key = notebook_key(path, "")
    nb.cells[0].outputs = [nbformat.v4.new_output("stream", text="1")]
    nb.cells[0].execution_count = 3
    nbformat.write(nb, path)
    assert notebook_key(path, "") == key
    nb.cells[0].source = "print(2)"
    nbformat.write(nb, path)
    assert notebook_key(path, "") != key
    assert notebook_key(path, "other data") != notebook_key(path, "")
    assert json.loads(path.read_text())["nbformat"] == 4
