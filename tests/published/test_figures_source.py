"""The figures found on the damaged page are those that were read off it by hand."""

import csv
from pathlib import Path

import pytest

from commsvc.published.figures import iter_figures, split_reports
from commsvc.published.repair import repair
from commsvc.published.reports import load_report

pytestmark = pytest.mark.source
DATED = ("date", "year", "masked")
# Flagged, or refused by whoever counts: neither is offered as a count of anything.
NOT_OFFERED = ("stray", "ordinal")


@pytest.fixture(scope="module")
def found(source_page):
    return list(iter_figures(repair(source_page.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def matched(found):
    """id -> the figure on the page that it is, or None; each figure of the page is used once."""
    used, pairs = set(), {}
    for number in range(1, 8):
        report = load_report(number)
        for row in report.figures.to_dict("records"):
            here = [
                (i, q)
                for i, q in enumerate(found)
                if i not in used
                and (q.report, q.paragraph) == (number, row["paragraph"])
                and same(q, row, report)
            ]
            here.sort(key=lambda pair: pair[1].printed != row["printed"])
            pairs[number, row["id"]] = here[0][1] if here else None
            used.update(i for i, _ in here[:1])
    return pairs, [q for i, q in enumerate(found) if i not in used]


def same(q, row, report):
    if q.kind in DATED:
        return q.printed in row["printed"] or row["printed"] in q.printed
    if row["role"] == "mask" or row["role"] == "date":
        return False
    values = report.values(row["id"])
    ours = (q.low, q.high, q.low_closed, q.high_closed)
    return ours == (values.low, values.high, values.low_closed, values.high_closed) and (
        q.hedge == report.printed(row["id"]).hedge
    )


def test_the_page_holds_seven_reports(source_page):
    text = repair(source_page.read_text(encoding="utf-8")).text
    assert [r.number for r in split_reports(text)] == [1, 2, 3, 4, 5, 6, 7]


def test_nearly_every_figure_read_by_hand_is_found_with_its_values_and_hedge(matched):
    pairs, _ = matched
    missing = [key for key, q in pairs.items() if q is None]
    assert len(pairs) > 200
    assert len(missing) <= 0.03 * len(pairs), missing


def test_what_else_is_found_has_a_reason(matched, found):
    pairs, others = matched
    table = Path(__file__).parents[2] / "data/published/not_data.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        refused = [(r["report"], r["paragraph"], r["token"]) for r in csv.DictReader(file)]
    known = {(key[0], q.low, q.high, q.unit) for key, q in pairs.items() if q}
    spurious = [
        q
        for q in others
        if q.kind not in NOT_OFFERED
        # said again: the same figure of the same report
        and (q.report, q.low, q.high, q.unit) not in known
        and not any(
            (r, p) == (str(q.report), str(q.paragraph)) and (t in q.printed or q.printed in t)
            for r, p, t in refused
        )
    ]
    assert len(spurious) < 0.03 * len(found), [(q.report, q.printed, q.context) for q in spurious]


def test_every_figure_stands_in_the_page_where_it_says(found, source_page):
    page = source_page.read_text(encoding="utf-8")
    for q in found:
        piece = page[q.page_start : q.page_end]
        digits = [c for c in q.printed if c.isdigit()]
        assert [c for c in piece if c.isdigit()] == digits, q
