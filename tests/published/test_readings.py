"""Every choice of readings, and the centres of report 3 under them."""

import re
from itertools import product

import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.published.readings import every_reading, readings_by_group
from commsvc.published.reports import load_report

REPORT = load_report(3)
TWO = {"counts": ["built", "under"], "reading": "reading"}
PRINTED = {"built": 10, "under": 11}


def test_the_township_list_under_its_readings():
    table = REPORT.table("townships").query("basis == 'list'")
    found = every_reading(table, line="township_en", printed=PRINTED, **TWO)
    pairs = {(r["Nanzhan"], r["Yinsi"]): (r["built"], r["under"]) for _, r in found.iterrows()}
    assert pairs == {
        ("built", "under"): (11, 11),
        ("built", "built"): (13, 9),
        ("under", "under"): (8, 14),
        ("under", "built"): (10, 12),
    }
    assert not found["agrees"].any()


def test_groups_add_up_to_the_totals():
    table = REPORT.table("townships").query("basis == 'list'")
    totals = every_reading(table, line="township_en", **TWO).set_index("number")
    groups = readings_by_group(table, line="township_en", group="township_en", **TWO)
    assert groups.groupby("number")["group"].nunique().eq(14).all()
    summed = groups.groupby("number")[["built", "under"]].sum()
    assert (summed == totals[["built", "under"]]).all().all()


def test_the_centres_named_are_the_table_of_centres():
    lines, centres = REPORT.table("centre_readings"), REPORT.table("centres")
    names = [n for text in lines["centre_zh"].unique() for n in text.split("、")]
    assert set(centres["centre_zh"]) == set(names) - {"南旺（未点名）"}
    home = centres.set_index("centre_zh")["township_zh"]
    plain = {"built": (1, 0), "in_progress": (0, 1)}
    for row in lines.astype(object).where(lines.notna(), None).to_dict("records"):
        for name in row["centre_zh"].split("、"):
            if name in home.index:
                township = home[name]
                assert row["township_zh"] == (None if pd.isna(township) else township)
        if row["reading"] == "as_said":
            status = centres.set_index("centre_zh").loc[row["centre_zh"], "status"]
            assert (row["built"], row["under"]) == plain[status]


def test_the_centres_under_every_reading_by_brute_force():
    lines = REPORT.table("centre_readings")
    found = every_reading(lines, line="line", printed=PRINTED, **TWO)
    pairs = [
        [(int(b), int(u)) for b, u in zip(rows["built"], rows["under"], strict=True)]
        for _, rows in lines.groupby("line")
    ]
    brute = sorted(tuple(map(sum, zip(*choice, strict=True))) for choice in product(*pairs))
    assert sorted(zip(found["built"], found["under"], strict=True)) == brute
    assert found["agrees"].sum() == brute.count((10, 11))
    named = found.query("siwen == 'under' and works == 'two_centres' and ciqiu == 'under'")
    named = named.query("nanwang == 'left_out' and shagou == lulou == xinglin == 'left_out'")
    assert named[["built", "under"]].to_numpy().tolist() == [[10, 11]]


def test_what_cannot_be_read_is_refused():
    table = pd.DataFrame({"line": list("ab") * 2, "reading": "x", "n": 1})
    given = {"line": "line", "reading": "reading"}
    for wrong, message in [
        ({"counts": ["m"]}, "no column 'm'"),
        ({"counts": ["n"], "printed": {"m": 1}}, "no count 'm'"),
    ]:
        with pytest.raises(CommsvcError, match=re.escape(message)):
            every_reading(table, **given, **wrong)
    many = pd.DataFrame({"line": [i // 2 for i in range(30)], "reading": "x", "n": 1})
    with pytest.raises(CommsvcError, match="32768 choices are too many"):
        every_reading(many, **given, counts=["n"])
    with pytest.raises(CommsvcError, match="no column 'town'"):
        readings_by_group(table, **given, counts=["n"], group="town")
