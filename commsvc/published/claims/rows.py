"""Claims about an r×c table of which only shares and totals were printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from commsvc.published.claims.contingency import p_values
from commsvc.published.claims.fields import missing, number, printed_number, sequence, whole
from commsvc.published.claims.figures import decimal_text, matching_tests, significant_text
from commsvc.published.claims.sentences import names_of_tests, tests_sentence
from commsvc.published.claims.tables import people, percentages, within_reach
from commsvc.published.claims.verdict import TRIED, Lacking, Verdict, judge, kind


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
        with `tables` (how many), `table` (the first) and `values`: `df`, `lr_p`, `pearson_p` of
        the first; `tests` names what prints so, of any table where there are few

    Examples
    --------
    >>> verdict = reconstruct_rows(100, [50, 50], [[50.0, ["60.0%", "40.0%"]],
    ...                                            [50.0, ["40.0%", "60.0%"]]], "0.045")
    >>> verdict.tests, verdict.recomputed["table"]
    (('lr_p',), [[30, 20], [20, 30]])
    """
    from commsvc.published.reconstruct import by_rows

    n = people(total)
    totals = [
        x if isinstance(x, str) else whole(x, f"columns[{j}]")
        for j, x in enumerate(sequence(columns, "columns"))
    ]
    given = _rows(rows, len(totals))
    figure = None if missing(printed) else printed_number(printed)
    with within_reach():
        for rule in TRIED:
            tables = by_rows(n, totals, given, rule=rule)
            first = tables.first()
            if first is not None:
                break
        many = tables.count if first is not None else 0
    if first is None:
        return judge(
            "reconstruct_rows",
            (),
            {"tables": 0, "table": None},
            (f"no table of whole numbers prints so ({tables.note or 'rows and columns together'})",
             "没有整数表能印出这些数字"),
        )  # fmt: skip
    table = [list(row) for row in cast(Sequence[Sequence[int]], first)]
    english = f"{many} table{'s print' if many > 1 else ' prints'} so"
    chinese = f"有 {many} 张整数表能印出这些数字"
    recomputed: dict[str, Any] = {"tables": many, "table": table}
    if not all(map(sum, table)) or not all(map(sum, zip(*table, strict=True))):
        raise Lacking(
            "a row or column of the table is empty: no test is defined",
            "表中有空行或空列：检验无定义",
        )
    values = {k: v for k, v in p_values(table, exact=False).items() if k in ("lr_p", "pearson_p")}
    values = {"lr_p": values["lr_p"], "pearson_p": values["pearson_p"]}
    recomputed["values"] = {"df": (len(table) - 1) * (len(table[0]) - 1), **values}
    if figure is None:
        return judge("reconstruct_rows", (rule,), recomputed, (english, chinese))
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
    if rules and rule != "half_up":
        rules = (rule,)
    shown = [(names_of_tests([k]), significant_text(v)) for k, v in values.items()]
    found = (
        f"{english}; P of the first: " + ", ".join(f"{k[0]} {v}" for k, v in shown),
        f"{chinese}；第一张表的 P：" + "，".join(f"{k[1]} {v}" for k, v in shown),
    )
    words = tests_sentence(found, figure.text, tests)
    return judge("reconstruct_rows", rules, recomputed, words, tests)


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
