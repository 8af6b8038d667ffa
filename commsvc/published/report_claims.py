"""What the reports say of their own figures: claims kept as data, made of the figures' ids.

A line of ``data/published/report_N_claims.jsonl`` is a claim of `commsvc.published.claims` in
which every value is a reference: to a printed figure, to cells of a further table, or to something
that is expressly not printed. So a claim cannot say anything that the data do not hold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name

if TYPE_CHECKING:
    from commsvc.published.reports import Report

# What a line says in our own words; all its other fields are made of references.
WORDS: Final = ("id", "kind", "about_en", "about_zh")
# Claims that share it are alternative readings of one claim: the best of them speaks for it.
READING_OF: Final = "reading_of"
REFERENCES: Final[Mapping[str, frozenset[str]]] = {
    "figure": frozenset({"number"}),
    "table": frozenset({"column", "where"}),
    "given": frozenset({"why_en", "why_zh"}),
}


def read_claims_file(path: Path, report: Report) -> list[dict[str, Any]]:
    """Every claim of a file, its references replaced by what was printed.

    Raises
    ------
    CommsvcError : a line is no claim, or refers to what the report does not have; which line
    """
    found: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{path.name}, line {number}"
        try:
            claim = json.loads(line)
        except ValueError as error:
            raise CommsvcError(f"not JSON: {error}", where=where) from None
        try:
            found.append(resolve(claim, report))
        except CommsvcError as error:
            raise CommsvcError(
                error.problem, where=where, allowed=error.allowed, next_step=error.next_step
            ) from None
        if any(claim["id"] == other["id"] for other in found[:-1]):
            raise CommsvcError(f"the id {claim['id']!r} is given twice", where=where)
    return found


def resolve(claim: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """One claim with its references replaced.

    Parameters
    ----------
    claim : `id`, `kind`, `about_en`, `about_zh`, `reading_of` where the claim is one of several
        readings, and the fields of the kind, in which every value is a reference or a list of them
    report : the report whose figures and tables are meant

    Returns
    -------
    dict
        the same fields with strings as printed, and `report` (its number), `source`, `figures`
        (ids referred to, in order), `not_printed` (pairs of sentences: why something is given
        that the report does not print) and `given` (the fields that hold nothing else)

    Examples
    --------
    >>> from commsvc.published.reports import load_report
    >>> claim = resolve(
    ...     {"id": "r3/a", "kind": "ratio", "numerator": {"figure": "villages_baishi"},
    ...      "denominator": {"figure": "communities_baishi"}, "printed": {"figure": "ratio_baishi"},
    ...      "about_en": "villages a community", "about_zh": "每社区村数"}, load_report(3))
    >>> claim["numerator"], claim["denominator"], claim["printed"], claim["source"]
    ('27个村', '10个', '2.7个', 'report 3')
    """
    if not isinstance(claim, Mapping):
        raise CommsvcError(f"a claim is a {type(claim).__name__}", allowed="one JSON object a line")
    lacking = [word for word in WORDS if not isinstance(claim.get(word), str) or not claim[word]]
    if lacking:
        raise CommsvcError(f"the claim lacks {', '.join(lacking)}")
    seen = _Seen()
    fields = {
        name: value if name in (*WORDS, READING_OF) else _resolved(value, report, seen)
        for name, value in claim.items()
    }
    return {
        **fields,
        "report": report.number,
        "source": f"report {report.number}",
        "figures": tuple(dict.fromkeys(seen.figures)),
        "not_printed": tuple(seen.given),
        "given": tuple(
            name for name, value in claim.items() if isinstance(value, Mapping) and "given" in value
        ),
    }


class _Seen:
    """The references met in one claim."""

    def __init__(self) -> None:
        self.figures: list[str] = []
        self.given: list[tuple[str, str]] = []


def _resolved(value: Any, report: Report, seen: _Seen) -> Any:
    if isinstance(value, list):
        return [_resolved(part, report, seen) for part in value]
    kinds = [name for name in REFERENCES if isinstance(value, Mapping) and name in value]
    if len(kinds) != 1:
        raise CommsvcError(
            f"{value!r} refers to nothing",
            allowed="{'figure': id}, {'table': name, 'column': ..., 'where': {...}}, "
            "{'given': value, 'why_en': ..., 'why_zh': ...}",
            next_step="a number the report prints is referred to by the id of its figure",
        )
    extra = set(value) - {kinds[0]} - REFERENCES[kinds[0]]
    if extra:
        raise unknown_name("field", extra.pop(), sorted(REFERENCES[kinds[0]]))
    if kinds[0] == "table":
        return _cells(report, value)
    if kinds[0] == "given":
        if not (value.get("why_en") and value.get("why_zh")):
            raise CommsvcError(
                f"{value['given']!r} is given without a reason",
                next_step="say in why_en and why_zh where it comes from",
            )
        seen.given.append((value["why_en"], value["why_zh"]))
        return value["given"]
    id = value["figure"]
    printed = report.row(id)["printed"]
    seen.figures.append(id)
    if not value.get("number"):
        return printed
    exact = report.value(id)
    if exact.denominator != 1:
        raise CommsvcError(f"{printed!r} ({id}) is no whole number")
    return int(exact)


def _cells(report: Report, reference: Mapping[str, Any]) -> list[Any]:
    """The cells of a column in the rows whose columns hold what `where` says (or one of a list)."""
    table = report.table(reference["table"])
    if "column" not in reference:
        raise CommsvcError(f"the reference to {reference['table']!r} names no column")
    where = reference.get("where", {})
    for column in (reference["column"], *where):
        if column not in table.columns:
            raise unknown_name("column", column, table.columns)
    for column, wanted in where.items():
        table = table[table[column].isin(wanted if isinstance(wanted, list) else [wanted])]
    cells = table[reference["column"]]
    if cells.isna().any():
        raise CommsvcError(f"the column {reference['column']!r} has empty cells there")
    return list(cells.astype(object))
