"""The printed figures of the seven reports: read exactly, and standing on the page."""

import csv
import re
import subprocess
import sys
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from commsvc.errors import CommsvcError
from commsvc.printed import Interval, read
from commsvc.published.reports import DESIGNS, EXACT_ROLES, NUMBERS, ROLES, load_report

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data/published"
ROWS = [(n, id) for n in NUMBERS for id in load_report(n).ids]


def end(text):
    return Fraction(text) if text else None


@pytest.mark.parametrize(("number", "id"), ROWS)
def test_the_ends_are_what_was_printed(number, id):
    report = load_report(number)
    row = report.row(id)
    low, high = end(row["value_low"]), end(row["value_high"])
    if row["hedge"] == "masked" or re.search(r"月\d+日", row["printed"]):
        assert (low, high) == (None, None)
        return
    p = report.printed(id)
    assert (p.values.low, p.values.high) == (low, high)
    assert p.hedge == row["hedge"]
    # A unit the report leaves out is the one understood.
    assert p.unit in (row["unit"], "")
    if row["role"] in EXACT_ROLES and not p.hedge:
        assert low == high


@pytest.mark.parametrize("number", NUMBERS)
def test_the_tables_keep_to_their_vocabulary(number):
    report = load_report(number)
    with (DATA / f"report_{number}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(report.ids), "an id is used twice"
    assert report.design in DESIGNS
    for row in rows:
        assert row["report"] == str(number)
        assert row["role"] in ROLES
        assert (row["role"] == "mask") == (row["hedge"] == "masked")
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", row["id"])
        assert re.search("[一-鿿]", row["subject_zh"])
        assert row["subject_en"].isascii()


def test_there_are_well_over_130_quantities():
    assert sum(len(load_report(n).ids) for n in NUMBERS) > 200
    assert load_report(4).ids == ()


def test_files_are_utf8_with_plain_line_ends():
    for path in DATA.glob("*.csv"):
        raw = path.read_bytes()
        assert b"\r" not in raw, path.name
        assert raw.endswith(b"\n"), path.name
        raw.decode("utf-8")


@pytest.mark.parametrize(
    ("number", "parts", "whole"),
    [
        (1, ["stations_rented", "stations_owned", "stations_provided"], "institutions_urban"),
        (
            3,
            [
                *("built_wenshang", "built_nanzhan", "built_kangyi", "built_guocang"),
                *("built_yangdian", "built_yuanzhuang", "built_yiqiao"),
            ],
            11,
        ),
        (
            3,
            [
                *("under_nanwang", "under_liulou", "under_ciqiu", "yinsi_either", "under_guolou"),
                *("under_baishi", "under_juntun", "under_yuanzhuang"),
            ],
            "under_total",
        ),
        (
            3,
            [
                *("standard_hall", "standard_rooms", "standard_markets", "standard_boards"),
                *("standard_kindergarten", "standard_school", "standard_square"),
            ],
            18,
        ),
        (2, ["satisfied", "fairly_satisfied", "dissatisfied"], 100),
    ],
)
def test_known_sums_hold(number, parts, whole):
    report = load_report(number)
    total = report.value(whole) if isinstance(whole, str) else whole
    assert sum(report.value(part) for part in parts) == total


def test_hedged_figures_have_bounds_and_no_value():
    report = load_report(6)
    assert report.values("childcare_services") == Interval.of(
        55600, 55700, low_closed=False, high_closed=False
    )
    for id in ("childcare_services", "office_area_average", "firm_output"):
        with pytest.raises(CommsvcError, match=r"values\(\)"):
            report.value(id)
    with pytest.raises(CommsvcError, match="masked"):
        report.values("year_services")
    with pytest.raises(CommsvcError, match="masked"):
        report.value("year_services")
    with pytest.raises(CommsvcError, match="report 3, survey_from"):
        load_report(3).value("survey_from")


def test_standards_are_exact_and_measurements_are_not():
    report = load_report(1)
    assert report.values("equipment_per_station") == Interval.point(50000)
    assert report.values("records_stock").low != report.values("records_stock").high
    assert report.values("stations_rented_share", rule="truncate") == Interval.of(
        47, 48, high_closed=False
    )


def test_wrong_names_are_answered_with_near_ones():
    report = load_report(1)
    with pytest.raises(CommsvcError, match="did you mean 'visits_urban'"):
        report.printed("visit_urban")
    with pytest.raises(CommsvcError, match="zh"):
        report.label("visits_urban", "fr")
    with pytest.raises(CommsvcError, match="no table"):
        report.table("township")
    for wrong in (0, 8, "1", 1.0, None):
        with pytest.raises(CommsvcError, match="no report"):
            load_report(wrong)


def test_figures_is_a_fresh_frame_of_text():
    report = load_report(1)
    frame = report.figures
    assert list(frame["id"]) == list(report.ids)
    assert frame.loc[frame["id"] == "urbanisation_rate", "value_low"].item() == "58.175"
    frame.loc[:, "printed"] = "changed"
    assert report.figures["printed"].iloc[0] == report.row(report.ids[0])["printed"]
    assert load_report(4).figures.columns.equals(frame.columns)


def test_loading_costs_no_pandas():
    code = (
        "import sys; from commsvc.published.reports import load_report as l;"
        "l(1).values('visits_urban'); sys.exit('pandas' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.source
@pytest.mark.parametrize("number", NUMBERS)
def test_every_figure_stands_where_the_table_says(number, paragraphs, simplified):
    report = load_report(number)
    for id in report.ids:
        row = report.row(id)
        raw_paragraph = paragraphs[number, int(row["paragraph"])]
        if row["raw"]:
            assert row["raw"] in raw_paragraph, id
            assert _same(simplified(row["raw"]).replace("。", "."), row["printed"]), id
        else:
            place = -1
            for part in row["printed"].split("…"):
                place = simplified(raw_paragraph).find(part, place + 1)
                assert place >= 0, (id, part)


def _same(raw, printed):
    # The one slip of a character inside a quantity: 各 for 个.
    return raw.replace("各", "个") == printed


@pytest.mark.source
def test_every_digit_of_the_page_is_a_figure_or_has_a_reason(paragraphs, simplified):
    """Digits that belong to no row and no deliberate omission: none."""
    with (DATA / "not_data.csv").open(encoding="utf-8", newline="") as file:
        omitted = list(csv.DictReader(file))
    for (number, paragraph), text in paragraphs.items():
        rest = simplified(text).replace("。", ".")
        here = [r for r in load_report(number).figures.to_dict("records")]
        tokens = [
            part
            for r in here
            if r["paragraph"] == paragraph
            for p in (r["printed"], simplified(r["raw"]).replace("。", "."))
            for part in p.split("…")
        ]
        tokens += [
            r["token"]
            for r in omitted
            if (r["report"], r["paragraph"]) == (str(number), str(paragraph))
        ]
        for token in sorted(filter(None, tokens), key=len, reverse=True):
            rest = rest.replace(token, "□")
        rest = re.sub(r"^\s*\d[.、]|[。；.;]\s*\d、", "", rest)
        assert not re.findall(r"\d[\d.]*|_+", rest), (number, paragraph)


@pytest.mark.source
def test_every_omission_is_on_the_page_and_has_a_reason(paragraphs, simplified):
    with (DATA / "not_data.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = simplified(paragraphs[int(row["report"]), int(row["paragraph"])])
            assert row["token"] in text, row
            assert len(row["token"]) <= 8
            assert row["reason"]


def test_a_wheel_carries_the_data(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    assert {p.name for p in (tmp_path / "site/commsvc/_data/published").glob("*.csv")} == {
        p.name for p in DATA.glob("*.csv")
    }
    code = (
        "from commsvc.published.reports import load_report, data_folder;"
        "print(load_report(1).values('rent_total'), data_folder())"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path / "site",
    ).stdout
    assert out.startswith("(600000, 700000)")
    assert str(tmp_path / "site") in out


def test_every_printed_string_is_read_as_it_stands():
    assert read("至少…124名").hedge == "at_least"
    assert read("不到…一半").values == Interval.of(0, Fraction(1, 2), high_closed=False)


def test_outcomes_cover_every_report_and_agree_with_its_design():
    from commsvc.published.reports import outcomes

    table = outcomes()
    pairs = set(zip(table["report"], table["outcome"], strict=True))
    assert pairs == {(n, o) for n in NUMBERS for o in ("satisfaction", "utilisation")}
    assert set(table["state"]) <= {"yes", "partly", "no"}
    nothing = [n for n in NUMBERS if load_report(n).design == "none"]
    assert (table[table["report"].isin(nothing)]["state"] == "no").all()
    assert table.notna().all(axis=None)
