"""Claims about an r×c table of which only shares and totals were printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from commsvc.published.claims.contingency import freedom, p_values
from commsvc.published.claims.fields import missing, number, printed_number, sequence, whole
from commsvc.published.claims.figures import decimal_text, matching_tests, significant_text
from commsvc.published.claims.sentences import how, names_of_tests, tests_sentence
from commsvc.published.claims.tables import people, percentages, within_reach
from commsvc.published.claims.units import factor
from commsvc.published.claims.verdict import TRIED, Lacking, Verdict, judge, kind

if TYPE_CHECKING:
    from commsvc.published.reconstruct import Tables


@kind("reconstruct_rows")
def reconstruct_rows(
    total: int,
    columns: Sequence[int | str],
    rows: Sequence[Sequence[Any]],
    printed: str | None = None,
) -> Verdict:
    """Whether any r×c table prints the row shares, row percentages and column totals.

    Parameters
    ----------
    total : how many people in all, up to a million
    columns : the column totals
    rows : ``[row share, [row percentages]]`` a row; a share given as a number has the decimals
        of the share with most of them in its column, for a number keeps no trailing zeros
    printed : the published P (likelihood ratio; Pearson is tried beside it)

    Returns
    -------
    Verdict
        with `tables` (how many), `table` (the first), `p` (its likelihood-ratio P) and `values`:
        `df`, `lr_p`, `pearson_p` of the first; `tests` names which of them prints so, in any table

    Examples
    --------
    >>> verdict = reconstruct_rows(100, [50, 50], [[50.0, ["60.0%", "40.0%"]],
    ...                                            [50.0, ["40.0%", "60.0%"]]], "0.045")
    >>> verdict.tests, verdict.recomputed["table"]
    (('lr_p',), [[30, 20], [20, 30]])
    """
    n = people(total)
    totals = [_column(x, f"columns[{j}]") for j, x in enumerate(sequence(columns, "columns"))]
    given = _rows(rows, len(totals))
    figure = None if missing(printed) else printed_number(printed)
    with within_reach():
        tables, table, rounding = _first_table(n, totals, given)
        many = tables.count if table else 0
    if table is None:
        why = tables.note or "rows and columns together"
        words = f"no table of whole numbers prints so ({why})", "没有整数表与所载数字相符"
        return judge("reconstruct_rows", (), {"tables": 0, "table": None}, words)
    english = f"{many} table{'s print' if many > 1 else ' prints'} so"
    chinese = f"有 {many} 张整数表与所载数字相符"
    if rounding != "half_up":
        english += f" ({how((rounding,))[0]})"
        chinese += f"（{how((rounding,))[1]}）"
    if not all(map(sum, table)) or not all(map(sum, zip(*table, strict=True))):
        raise Lacking(
            "a row or column of the table is empty: no test is defined",
            "表中有空行或空列：检验无定义",
        )
    every = p_values(table, exact=False)
    values = {name: every[name] for name in ("lr_p", "pearson_p")}
    recomputed: dict[str, Any] = {
        "tables": many if rounding == "half_up" else 0,
        "table": table,
        "p": values["lr_p"],
        "values": {"df": freedom(table), **values},
    }
    if figure is None:
        return judge("reconstruct_rows", (rounding,), recomputed, (english, chinese))
    rules, tests = matching_tests(values, figure.text)
    if "half_up" not in rules and many > 1:
        with within_reach():
            other = [
                name
                for name, statistic in (("lr_p", "lr_p"), ("pearson_p", "p"))
                if tables.matching(statistic, figure.text).example is not None
            ]
        if other:
            rules, tests = ("half_up",), tuple(other)
            english += ", another than the first has this P"
            chinese += "，其中另有一张的 P 相符"
    if rules and rounding != "half_up":
        rules = (rounding,)
    shown = [(names_of_tests([name]), significant_text(p)) for name, p in values.items()]
    found = (
        f"{english}; P of the first: " + ", ".join(f"{name[0]} {p}" for name, p in shown),
        f"{chinese}；第一张表的 P：" + "，".join(f"{name[1]} {p}" for name, p in shown),
    )
    words = tests_sentence(found, figure.text, tests)
    return judge("reconstruct_rows", rules, recomputed, words, tests)


def _first_table(
    total: int, columns: list[int | str], rows: list[tuple[str | None, list[str | None]]]
) -> tuple[Tables, list[list[int]] | None, str]:
    """The tables under the first rounding rule that gives any, the first of them, the rule."""
    from commsvc.published.reconstruct import by_rows

    plain = by_rows(total, columns, rows)
    for rule in TRIED:
        tables = plain if rule == "half_up" else by_rows(total, columns, rows, rule=rule)
        first = tables.first()
        if first is not None:
            return tables, [list(row) for row in cast(Sequence[Sequence[int]], first)], rule
    return plain, None, "half_up"


def _column(value: Any, name: str) -> int | str:
    """A column total: a count, or a percentage of all as printed."""
    if not isinstance(value, str):
        return whole(value, name)
    figure = printed_number(value, name)
    if factor(figure.unit)[0] == "share":
        return percentages([value], name)[0]
    if figure.values is None or figure.values.low != figure.values.high:
        raise Lacking(f"{name} {value} is no exact count", f"{name} {value} 不是确定的计数")
    return whole(figure.values.low, name)


def _rows(value: Any, width: int) -> list[tuple[str | None, list[str | None]]]:
    """Row shares and row percentages, the shares with the decimals of their column."""
    shares: list[Any] = []
    cells: list[list[str | None]] = []
    for i, row in enumerate(sequence(value, "rows")):
        share, row_shares = sequence(row, f"rows[{i}]", 2)
        shares.append(share)
        parts = sequence(row_shares, f"rows[{i}][1]", width)
        cells.append([None if missing(p) else percentages([p], f"rows[{i}][1]")[0] for p in parts])
    if not shares:
        raise Lacking("there are no rows", "没有行")
    places = max((_places(share) for share in shares), default=0)
    texts: list[str | None] = []
    for i, share in enumerate(shares):
        if missing(share):
            texts.append(None)
        elif isinstance(share, str):
            texts.append(percentages([share], f"rows[{i}][0]")[0])
        else:
            texts.append(f"{decimal_text(number(share, f'rows[{i}][0]'), places)}%")
    return list(zip(texts, cells, strict=True))


def _places(share: Any) -> int:
    """The decimals with which a number was written; 50.0 has one, for it was no whole number."""
    if isinstance(share, (str, bool)) or missing(share):
        return 0
    return len(str(share).partition(".")[2]) if "." in str(share) else 0
