"""The page the seven reports come from, where a user has it, against the tables made of it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commsvc.published.reports import NUMBERS, Report, data_folder, load_report

if TYPE_CHECKING:
    import pandas as pd

    from commsvc.published.figures import Figure

_DATED: Final = ("date", "year", "masked")
# Roles whose figures have no value on the page: only what is printed can agree.
_UNVALUED: Final = ("mask", "date")
MATCHES: Final = ("same values", "other values", "missing")
REASONS: Final = ("said again", "not data", "ordinal", "stray digit", "none")


def source_page() -> Path | None:
    """The damaged page of the seven reports, if its user has put it into ``data/source/page.txt``.

    The page is not ours and not in the repository; whoever has it puts it there (git ignores the
    folder). Without it, everything that needs it is left out.

    >>> page = source_page()
    >>> page is None or page.name == "page.txt"
    True
    """
    page = Path(__file__).resolve().parents[2] / "data" / "source" / "page.txt"
    return page if page.is_file() else None


@dataclass(frozen=True)
class Agreement:
    """How the figures found on a page agree with the tables of printed figures.

    Attributes
    ----------
    rows : a row a figure of the tables: `report`, `id`, `printed`, `level` (one of `MATCHES`:
        the page's figure has the same values and hedge; it is printed the same but read
        otherwise; there is none), `found` (as printed on the page)
    surplus : a row a figure of the page that is in no table: `report`, `paragraph`, `printed`,
        `kind`, `level` (one of `REASONS`), `note` (what ``not_data.csv`` says of it)
    """

    rows: pd.DataFrame
    surplus: pd.DataFrame


def agreement(found: Iterable[Figure]) -> Agreement:
    """Compare figures found on the page with ``data/published/report_N.csv``, both ways.

    Parameters
    ----------
    found : the figures of the page, as `commsvc.published.figures.iter_figures` gives them
        for the repaired page; each is used for one row of the tables at most

    Returns
    -------
    Agreement

    Examples
    --------
    >>> both = agreement([])
    >>> both.rows["level"].unique().tolist(), len(both.surplus)
    (['missing'], 0)
    """
    import pandas as pd

    listed = list(found)
    used: dict[int, Report] = {}
    rows = []
    for number in NUMBERS:
        report = load_report(number)
        for id in report.ids:
            row = report.row(id)
            here = [
                i
                for i, q in enumerate(listed)
                if i not in used and (q.report, q.paragraph) == (number, int(row["paragraph"]))
            ]
            i, level = _match(listed, here, report, id)
            if i is not None:
                used[i] = report
            rows.append((number, id, row["printed"], level, "" if i is None else listed[i].printed))
    known = {_said(listed[i]) for i in used}
    not_data = _not_data()
    surplus = [
        (q.report, q.paragraph, q.printed, q.kind, *_reason(q, known, not_data))
        for i, q in enumerate(listed)
        if i not in used
    ]
    return Agreement(
        pd.DataFrame(rows, columns=["report", "id", "printed", "level", "found"]),
        pd.DataFrame(surplus, columns=["report", "paragraph", "printed", "kind", "level", "note"]),
    )


def _match(
    found: Sequence[Figure], here: Sequence[int], report: Report, id: str
) -> tuple[int | None, str]:
    """The figure of the paragraph that is this row, and how well it agrees."""
    printed = report.row(id)["printed"]
    same = [i for i in here if _same(found[i], report, id)]
    if same:
        return next((i for i in same if found[i].printed == printed), same[0]), "same values"
    alike = [i for i in here if found[i].printed == printed]
    return (alike[0], "other values") if alike else (None, "missing")


def _same(q: Figure, report: Report, id: str) -> bool:
    row = report.row(id)
    if q.kind in _DATED:
        return q.printed in row["printed"] or row["printed"] in q.printed
    if row["role"] in _UNVALUED:
        return False
    values = report.values(id)
    return (q.low, q.high, q.low_closed, q.high_closed) == (
        *(values.low, values.high, values.low_closed, values.high_closed),
    ) and q.hedge == report.printed(id).hedge


def _said(q: Figure) -> tuple[object, ...]:
    return q.report, q.low, q.high, q.unit


def _reason(
    q: Figure,
    known: set[tuple[object, ...]],
    not_data: dict[tuple[int, int], list[tuple[str, str]]],
) -> tuple[str, str]:
    """Why a figure of the page is in no table; a level of `REASONS` and the table's own words."""
    if q.kind == "stray":
        return "stray digit", ""
    for token, why in not_data.get((q.report, q.paragraph), ()):
        if token in q.printed or q.printed in token:
            return ("ordinal" if q.kind == "ordinal" else "not data"), why
    if q.kind == "ordinal":
        return "ordinal", ""
    return ("said again", "") if _said(q) in known else ("none", "")


def _not_data() -> dict[tuple[int, int], list[tuple[str, str]]]:
    """(report, paragraph) to what was left out there on purpose, and why."""
    reasons: dict[tuple[int, int], list[tuple[str, str]]] = {}
    path = data_folder() / "not_data.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            place = int(row["report"]), int(row["paragraph"])
            reasons.setdefault(place, []).append((row["token"], row["reason"]))
    return reasons
