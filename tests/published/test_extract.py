"""commsvc extract: what it reads, what it writes, and what it says when it cannot."""

import csv
import io
import os
import random
import signal
import stat
import threading
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.published.documents import decode, html_to_text, read_document
from commsvc.published.extract import EDITS, FIGURES, extract, run
from commsvc.published.repair import UNCERTAIN, damage
from commsvc.published.reports import data_folder
from commsvc.published.safe_cells import exact_decimal, guard

PLAIN = "社区服务调查\n\n共有服务站63处，服务人口近97万，占45.2%，不满意的不到居民的一半。\n"
DAMAGED = "社區(qū)衛(wèi)生服務(wù)站63處(chù)，占45。2%，人員(yuán)不足(zú)。\n" * 3
HTML = """<!doctype html><html><head><title>99人</title><style>p{width:77px}</style>
<script>var n = 55;</script></head><body><nav>首页 88处</nav>
<p>共有服务站<b>63</b>处，</p><div>占45.2%<br>满意</div><table><tr><td>12户</td><td>13户</td></tr></table>
<footer>2023年 66人</footer></body></html>"""


def command(*args, **named):
    out, err = io.StringIO(), io.StringIO()
    code = run(*args, out=out, err=err, **named)
    return code, out.getvalue(), err.getvalue()


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def page(tmp_path, content, name="page.txt", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return str(path)


def test_figures_go_to_standard_output(tmp_path):
    code, out, err = command(page(tmp_path, PLAIN))
    assert code == 0
    assert out.splitlines()[0] == ",".join(FIGURES)
    rows = table(out)
    assert [r["printed"] for r in rows] == ["63处", "近97万", "45.2%", "不到…一半"]
    assert (rows[2]["low"], rows[2]["high"]) == ("45.15", "45.25")
    assert "UTF-8; no damage found, nothing changed" in err
    assert "4 printed figures" in err


def test_three_files_are_written_and_their_offsets_hold(tmp_path):
    figures, text, edits = (str(tmp_path / n) for n in ("f.csv", "t.txt", "e.csv"))
    code, out, _ = command(page(tmp_path, DAMAGED), figures, text, edits)
    assert (code, out) == (0, "")
    repaired = (tmp_path / "t.txt").read_text(encoding="utf-8")
    assert repaired.startswith("社区卫生服务站63处，占45.2%，人员不足。")
    for row in table((tmp_path / "f.csv").read_text(encoding="utf-8")):
        assert repaired[int(row["start"]) : int(row["end"])] == row["printed"]
        span = DAMAGED[int(row["page_start"]) : int(row["page_end"])]
        assert [c for c in span if c.isdigit()] == [c for c in row["printed"] if c.isdigit()]
    written = (tmp_path / "e.csv").read_text(encoding="utf-8")
    assert written.splitlines()[0] == ",".join(EDITS)
    for row in table(written):
        assert DAMAGED[int(row["start"]) : int(row["end"])] == row["before"].lstrip("'")


def test_the_table_of_edits_replays(tmp_path):
    """From the file alone: start, end and after; a cell's guard against formulas taken off."""
    text, edits = tmp_path / "t.txt", tmp_path / "e.csv"
    damaged = damage((data_folder() / "demo_text.txt").read_text(encoding="utf-8"), 6)
    assert command(page(tmp_path, damaged), text=str(text), edits=str(edits))[0] == 0
    parts, done = [], 0
    for row in table(edits.read_text(encoding="utf-8")):
        after = row["after"].removeprefix("'") if row["after"][1:2] in "=+-@" else row["after"]
        parts += [damaged[done : int(row["start"])], after]
        done = int(row["end"])
    assert "".join([*parts, damaged[done:]]) == text.read_text(encoding="utf-8")


def test_the_same_page_gives_the_same_bytes(tmp_path):
    source = page(tmp_path, DAMAGED)
    assert command(source)[1] == command(source)[1]


def test_nothing_is_left_behind_and_a_table_can_be_read_by_others(tmp_path):
    source = page(tmp_path, PLAIN)
    command(source, str(tmp_path / "new" / "f.csv"))
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["f.csv"]
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "new/f.csv").stat().st_mode & 0o777 == 0o666 & ~mask


def test_html_keeps_its_paragraphs_alone(tmp_path):
    code, out, err = command(page(tmp_path, HTML, "page.html"))
    assert code == 0
    assert [(r["paragraph"], r["printed"]) for r in table(out)] == [
        ("1", "63处"),
        ("2", "45.2%"),
        ("4", "12户"),
        ("4", "13户"),
    ]
    assert "HTML, UTF-8" in err


def test_an_element_left_open_ends_with_the_one_around_it():
    assert html_to_text("<nav><form>甲</nav><p>乙</p>").split() == ["乙"]
    assert html_to_text("<p>a &lt; b &amp; c</p>").strip() == "a < b & c"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8;"),
        ("utf-8-sig", "UTF-8 with a byte-order mark;"),
        ("gb18030", "GB18030;"),
        ("utf-16", "UTF-16;"),
        ("utf-32", "UTF-32;"),
    ],
)
def test_the_encoding_is_found_and_said(tmp_path, encoding, said):
    text = PLAIN + "这是社区的服务，人员在一起。"
    code, out, err = command(page(tmp_path, text, encoding=encoding))
    assert code == 0
    assert said in err
    assert table(out)[0]["printed"] == "63处"


def test_an_english_page_gives_its_figures(tmp_path):
    text = "Of 1,245 residents in 2019, 45.2% were satisfied; about 300 were not.\n"
    code, out, err = command(page(tmp_path, text))
    assert code == 0
    assert "nothing changed" in err
    assert [r["printed"] for r in table(out)] == ["1,245 residents", "2019", "45.2%", "about 300"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"  \n\n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "control bytes"),
        (bytes(range(256)) * 20, "control bytes"),
        ("\ufeff45%\x00\x01".encode("utf-16-le"), "control bytes"),
        (b"\xff\xff\xff\x80abc", "cannot be read as text"),
        ("Café à la crème déjà vu, naïve Zürich".encode("latin-1"), "UTF-8 stops at byte"),
        (b"<html><script>x</script></html>", "the page holds no text"),
    ],
)
def test_what_is_no_page_is_refused(tmp_path, content, message):
    code, out, err = command(page(tmp_path, content))
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_a_missing_page_is_refused(tmp_path):
    code, _, err = command(str(tmp_path / "none.txt"))
    assert code == 2
    assert "there is no such file" in err
    with pytest.raises(CommsvcError, match="no such file"):
        read_document(tmp_path / "none.txt")


@pytest.mark.parametrize(
    "raw",
    [
        "ÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÀÁ ok".encode("latin-1"),
        "社區服務中心的調查，居民滿意度為百分之八十。".encode("big5"),
        "調査の結果、回答者の多くが満足と答えた。".encode("shift_jis"),
        "조사결과응답자의만족했다서비스".encode("euc_kr"),
        bytes(random.Random(7).choices(range(0xA1, 0xF8), k=50_000)),
    ],
    ids=["Latin-1", "Big5", "Shift-JIS", "EUC-KR", "noise"],
)
def test_bytes_that_pass_for_rare_characters_are_no_chinese(raw):
    with pytest.raises(CommsvcError, match="neither UTF-8 nor Chinese"):
        decode(raw)


@pytest.mark.parametrize(
    "text",
    [
        "张三 李四 王五 赵六 钱七",
        "社区卫生服务中心 东街 西门",
        "子曰學而時習之不亦說乎有朋自遠方來不亦樂乎",
    ],
)
def test_a_list_and_a_classic_in_gb18030_are_chinese(text):
    assert decode(text.encode("gb18030")) == (text, "GB18030")


def test_a_failed_write_leaves_the_old_table(tmp_path, monkeypatch):
    source, target = page(tmp_path, PLAIN), tmp_path / "f.csv"
    target.write_text("old")

    def broken(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("commsvc.files.os.replace", broken)
    code, _, err = command(source, str(target))
    assert code == 2
    assert "No space left on device" in err
    assert target.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f.csv", "page.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_written_to_and_stays_what_it_is(tmp_path):
    """/dev/stdout, run as root, must not become a file."""
    source, pipe = page(tmp_path, PLAIN), tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    assert command(source, str(pipe))[0] == 0
    reader.join(10)
    assert len(table(read[0])) == 4
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_through_a_link_the_file_is_written_that_it_leads_to(tmp_path):
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real.name)
    assert command(page(tmp_path, PLAIN), str(link))[0] == 0
    assert link.is_symlink()
    assert len(table(real.read_text(encoding="utf-8"))) == 4


def test_the_page_is_never_overwritten(tmp_path):
    source = page(tmp_path, PLAIN)
    code, _, err = command(source, text=source)
    assert code == 2
    assert "would overwrite the page itself" in err
    assert command(source, str(tmp_path))[0] == 2
    assert command(source, str(tmp_path / "x"), str(tmp_path / "x"))[0] == 2


def test_a_folder_gives_a_file_for_each_page_and_goes_on_after_a_bad_one(tmp_path):
    pages = tmp_path / "pages"
    (pages / "sub").mkdir(parents=True)
    page(pages, PLAIN, "a.txt")
    page(pages, HTML, "sub/b.html")
    page(pages, b"\x00\x01", "bad.txt")
    code, _, err = command(str(pages), str(tmp_path / "out"))
    assert code == 2
    assert "bad.txt" in err
    out = tmp_path / "out"
    assert sorted(str(p.relative_to(out)) for p in out.rglob("*.csv")) == [
        "a.txt.csv",
        os.path.join("sub", "b.html.csv"),
    ]
    assert len(extract(pages / "sub")) == 1


def test_a_folder_on_the_screen_is_one_table_with_the_names_of_its_pages(tmp_path):
    pages = tmp_path / "pages"
    (pages / "sub").mkdir(parents=True)
    page(pages, PLAIN, "a.txt")
    page(pages, HTML, "sub/b.html")
    code, out, _ = command(str(pages))
    assert code == 0
    rows = table(out)
    assert [r["page"] for r in rows] == ["a.txt"] * 4 + [os.path.join("sub", "b.html")] * 4
    assert [r["printed"] for r in rows[:2]] == ["63处", "近97万"]


def test_uncertain_places_are_said(tmp_path):
    text = (data_folder() / "demo_text.txt").read_text(encoding="utf-8")
    edits = tmp_path / "e.csv"
    code, _, err = command(page(tmp_path, damage(text, 1)), edits=str(edits))
    assert code == 0
    weights = [r["margin"] for r in table(edits.read_text(encoding="utf-8"))]
    doubtful = sum(1 for weight in weights if weight and float(weight) < UNCERTAIN)
    assert f"{doubtful} uncertain (margin below 4)" in err
    assert doubtful


def test_what_is_lost_is_said(tmp_path):
    text = "社區(qū)服務(wù)站于20xx年__月建成，、。大局部居民中意率根本中意\n" * 2
    _, _, err = command(page(tmp_path, text))
    assert "not repaired: " in err
    assert "4 mask, " in err
    assert "(lost); " in err
    assert "exchanged words (uncertain)" in err
    assert "not repaired" not in command(page(tmp_path, PLAIN))[2]


def test_a_large_page_loses_nothing_between_its_pieces():
    many = "<html><body>" + "<p>占45%</p>" * 20_000
    assert html_to_text(many).count("占45%") == 20_000


@pytest.mark.skipif(not hasattr(signal, "SIGTERM"), reason="needs POSIX signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_being_told_to_end_leaves_nothing_half_written(tmp_path, monkeypatch, name):
    def rows(self):
        yield from ()
        os.kill(os.getpid(), getattr(signal, name))
        raise AssertionError("went on")

    monkeypatch.setattr("commsvc.published.repair.Edits.rows", rows)
    before = signal.getsignal(signal.SIGTERM)
    # A job in the background of a shell starts deaf to SIGINT.
    deaf = signal.signal(signal.SIGINT, signal.default_int_handler)
    source = page(tmp_path, DAMAGED)
    out = tmp_path / "out"
    try:
        code, _, err = command(source, str(out / "f.csv"), str(out / "t.txt"), str(out / "e.csv"))
    finally:
        signal.signal(signal.SIGINT, deaf)
    assert code == 130
    assert "stopped" in err
    assert [p.name for p in out.iterdir()] == ["t.txt"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_folder_without_pages_is_refused(tmp_path):
    code, _, err = command(str(tmp_path))
    assert code == 2
    assert "holds no page" in err


def test_a_large_page_says_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("commsvc.published.extract._LARGE", 100)
    monkeypatch.setattr("commsvc.published.extract._EVERY", 5)
    _, _, err = command(page(tmp_path, PLAIN * 10))
    assert "% of the text" in err
    assert "100 % repaired" in err


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+1", "-x", "@x", "|x", "\tx", "\rx", "\nx"])
def test_a_cell_is_never_a_formula(cell):
    assert guard(cell) == f"'{cell}"
    assert guard(f" {cell}") == f"' {cell}"
    assert guard(cell[1:]) == cell[1:]


def test_a_negative_share_stays_a_number(tmp_path):
    rows = table(command(page(tmp_path, "床位比上年增长-3.2%，低于全市。\n"))[1])
    assert [row["printed"] for row in rows] == ["-3.2%"]


@given(st.fractions())
def test_a_printed_fraction_is_exact(value):
    assert Fraction(exact_decimal(value)) == value


@pytest.mark.source
def test_the_damaged_page_goes_through(source_page):
    code, out, err = command(str(source_page))
    assert code == 0
    rows = table(out)
    assert len(rows) > 200
    assert {r["report"] for r in rows} == {"1", "2", "3", "5", "6", "7"}
    assert "edits (" in err
