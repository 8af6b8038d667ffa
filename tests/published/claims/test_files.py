"""Claims files in, verdicts files out: lines that cannot be read, formats, exit codes, speed."""

from __future__ import annotations

import csv
import json
import random
import re
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.published.audit_command import run
from commsvc.published.claims import VERDICTS, audit, read_claims, summary
from commsvc.published.claims.auditing import verdicts
from commsvc.published.claims.claim_files import as_json, safe_cell
from commsvc.published.claims.verdict import KINDS
from commsvc.report.audit_page import page
from commsvc.words import in_language

GOOD = {"kind": "share", "id": "a", "count": 20, "of": 42, "printed": "47%", "source": "x"}


def written(path: Path, *lines: str | bytes, end: bytes = b"\n") -> Path:
    path.write_bytes(
        end.join(line if isinstance(line, bytes) else line.encode() for line in lines) + end
    )
    return path


def test_bad_lines_are_reported_and_the_rest_are_done(tmp_path: Path) -> None:
    good = json.dumps(GOOD)
    path = written(
        tmp_path / "c.jsonl", b"\xef\xbb\xbf" + good.encode(), "", "{", b'{"kind": "\xff"}', good
    )
    out = tmp_path / "v.jsonl"
    assert run(path, out) == 1
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [row["verdict"] for row in rows] == [
        "only_under_rule", "unreadable", "unreadable", "only_under_rule",
    ]  # fmt: skip
    assert [row["line"] for row in rows if row["verdict"] == "unreadable"] == [3, 4]
    assert "not UTF-8" in rows[2]["reason"]
    assert rows[3]["note"] == "the id stands also at line 1"


def test_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path / "c.jsonl", json.dumps(GOOD), json.dumps(GOOD), end=b"\r\n")
    assert run(path, tmp_path / "v.jsonl") == 0
    assert len((tmp_path / "v.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe{\x00}\x00"])
def test_a_file_without_claims_is_unusable(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(content)
    assert run(path, tmp_path / "v.jsonl") == 2
    assert str(path) in capsys.readouterr().err
    assert not (tmp_path / "v.jsonl").exists()


def test_no_file_no_folder_no_ending_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "c.jsonl", json.dumps(GOOD))
    assert run(tmp_path / "none.jsonl") == 2
    assert run(tmp_path) == 2
    assert run(path, tmp_path / "v.xlsx") == 2
    assert run(path, tmp_path / "no" / "v.csv") == 2
    assert run(path, path) == 2
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert ".html" in err
    assert path.read_text() == json.dumps(GOOD) + "\n"


def test_without_output_the_verdicts_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "c.jsonl", json.dumps(GOOD))
    assert run(path) == 0
    assert "only_under_rule: line 1, a: 20 of 42 is 47.6%" in capsys.readouterr().out


def test_the_old_file_stays_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = written(tmp_path / "c.jsonl", json.dumps(GOOD)), tmp_path / "v.jsonl"
    out.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("commsvc.files.os.replace", fail)
    assert run(path, out) == 2
    assert out.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.jsonl", "v.jsonl"]


def test_csv_holds_every_verdict_and_no_formula(tmp_path: Path) -> None:
    evil = GOOD | {"id": '=HYPERLINK("http://x")', "source": "@SUM(A1)"}
    path, out = written(tmp_path / "c.jsonl", json.dumps(evil), "{"), tmp_path / "v.csv"
    assert run(path, out) == 1
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with open(out, encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["id"].startswith("'=")
    assert rows[0]["source"].startswith("'@")
    assert json.loads(rows[0]["recomputed"])["should_print"] == "48%"
    assert rows[1]["verdict"] == "unreadable"


@given(st.text())
def test_no_cell_starts_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not re.match(r" *[=+@\t\r]", cell)
    assert not cell.startswith("-") or re.fullmatch(r"-\d+(\.\d+)?%?", cell)


class _Page(HTMLParser):
    """Which tags a page has, what it loads, and whether all is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows, self.loads = 0, []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href")]
        self.rows += tag == "tr"
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_small_and_loads_nothing(tmp_path: Path) -> None:
    evil = GOOD | {"id": "<script>alert(1)</script>", "source": '"><img src=x>'}
    lines = [json.dumps(evil), json.dumps(GOOD), "{"]
    path, out = written(tmp_path / "<c>&.jsonl", *lines), tmp_path / "v.html"
    assert run(path, out, page=page) == 1
    text = out.read_text("utf-8")
    seen = _Page()
    seen.feed(text)
    assert seen.open == []
    assert seen.loads == []
    # Two header rows, three sources and all of them, three claims.
    assert seen.rows == 2 + 4 + 3
    assert "<script" not in text
    assert "20 of 42 is 47.6%; 47% is printed: cut off, not rounded" in text
    assert len(text) < 8000
    with in_language("zh"):
        assert run(path, out, page=page) == 1
    assert "截断（去尾），未四舍五入" in out.read_text("utf-8")


def test_a_json_array_and_json_lines_hold_the_same(tmp_path: Path) -> None:
    path = written(tmp_path / "c.jsonl", json.dumps(GOOD), "{")
    run(path, tmp_path / "v.json")
    run(path, tmp_path / "v.jsonl")
    lines = (tmp_path / "v.jsonl").read_text("utf-8").splitlines()
    assert json.loads((tmp_path / "v.json").read_text("utf-8")) == [json.loads(x) for x in lines]


def test_a_frame_is_audited_with_its_empty_cells() -> None:
    frame = pd.DataFrame(
        [
            {"kind": "share", "count": 20, "of": 42, "printed": "47%"},
            {"kind": "sum", "parts": [1, 2], "printed": "3"},
        ]
    )
    before = frame.copy(deep=True)
    table = audit(frame)
    assert list(table["verdict"]) == ["only_under_rule", "consistent"]
    pd.testing.assert_frame_equal(frame, before)
    counted = summary(table, by="kind")
    assert set(counted["level"]) == set(VERDICTS)
    assert counted.groupby("group")["count"].sum().to_dict() == {"share": 1, "sum": 1}
    with pytest.raises(CommsvcError, match="did you mean 'kind'"):
        summary(table, by="kinds")


@pytest.mark.parametrize("claims", [None, 5, "share", GOOD])
def test_what_is_no_list_of_claims_is_an_error(claims: Any) -> None:
    with pytest.raises(CommsvcError, match="claims are"):
        audit(claims)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10**6)
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["47%", "0.0%", "<0.05", "近97万", "5亩", "20xx", "1:0", "1/0", "十几个"]),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=10,
)


@given(
    kind=st.sampled_from(sorted(KINDS)),
    fields=st.dictionaries(
        st.sampled_from(sorted({f for k in KINDS.values() for f in k.fields})),
        JSON,
        max_size=8,
    ),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_field_whatever_it_holds_gives_a_traceback(kind: str, fields: dict[str, Any]) -> None:
    (verdict,) = verdicts([(1, {"kind": kind, **fields})])
    assert verdict["verdict"] in VERDICTS
    assert verdict["message"]
    assert json.loads(as_json(verdict))["verdict"] == verdict["verdict"]


@given(st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_give_a_traceback(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(data)
    assert run(path, tmp_path / "v.jsonl") in (0, 1, 2)


def test_trailing_zeros_of_numbers_are_kept(tmp_path: Path) -> None:
    path = written(tmp_path / "c.jsonl", '{"kind": "sd_bound", "mean": 53.20}')
    ((_, claim),) = read_claims(path)
    assert isinstance(claim, dict)
    assert str(claim["mean"]) == "53.20"


def test_ten_thousand_shares_take_well_under_a_second() -> None:
    source = random.Random(4)
    claims = []
    for _ in range(10_000):
        of = source.randint(1, 3000)
        count = source.randint(0, of)
        text = f"{100 * count / of:.1f}%"
        claims.append({"kind": "share", "count": count, "of": of, "printed": text})
    audit(claims[:1])
    start = time.process_time()
    table = audit(claims)
    # 5 s for 100 000, with room for a slow machine.
    assert time.process_time() - start < 1.0
    assert (table["verdict"] != "undecidable").all()
