"""Instruments of service quality: importance–performance, SERVQUAL, Kano."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, Final

import pandas as pd
from scipy import stats

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import column_values, numeric_columns
from commsvc.inference.checks import as_share

CROSSHAIRS: Final = ("mean", "median")
QUADRANTS: Final = {
    (True, False): "concentrate here",
    (True, True): "keep up the good work",
    (False, False): "low priority",
    (False, True): "possible overkill",
}
KANO_ANSWERS: Final = ("like", "must be", "neutral", "live with", "dislike")
# Rows: what if it is there; columns: what if it is not. Like–like and dislike–dislike contradict
# themselves (Q); some tables in circulation print O for the first.
KANO_TABLE: Final = (
    ("Q", "A", "A", "A", "O"),
    ("R", "I", "I", "I", "M"),
    ("R", "I", "I", "I", "M"),
    ("R", "I", "I", "I", "M"),
    ("R", "R", "R", "R", "Q"),
)


def importance_performance(
    frame: Any,
    *,
    item: str,
    importance: str,
    performance: str,
    crosshair: str | tuple[float, float] = "mean",
) -> pd.DataFrame:
    """Importance–performance quadrants (Martilla & James 1977).

    Parameters
    ----------
    frame : a row an item, with its mean importance and performance
    crosshair : where the quadrants meet: `mean` or `median` of the items, or
        (importance, performance); an item on a line belongs to the higher side

    Returns
    -------
    DataFrame `group` (item), `importance, performance, importance_line, performance_line, quadrant`

    Examples
    --------
    >>> items = pd.DataFrame({"item": list("abcd"), "imp": [5, 5, 1, 1], "perf": [1, 5, 1, 5]})
    >>> importance_performance(items, item="item", importance="imp", performance="perf")[
    ...     ["group", "quadrant"]]
      group               quadrant
    0     a       concentrate here
    1     b  keep up the good work
    2     c           low priority
    3     d      possible overkill
    """
    names = [str(name) for name in column_values(frame, item)]
    table = numeric_columns(frame, [importance, performance])
    table.columns = pd.Index(["importance", "performance"])
    if table.isna().any(axis=None) or not len(table):
        raise CommsvcError("an item lacks its importance or performance")
    if isinstance(crosshair, str):
        if crosshair not in CROSSHAIRS:
            raise unknown_name("crosshair", crosshair, CROSSHAIRS)
        lines = tuple(getattr(table, crosshair)())
    else:
        lines = tuple(crosshair)
    table.insert(0, "group", names)
    table["importance_line"], table["performance_line"] = lines
    sides = zip(table["importance"] >= lines[0], table["performance"] >= lines[1], strict=True)
    table["quadrant"] = [QUADRANTS[bool(i), bool(p)] for i, p in sides]
    return table


def derived_importance(
    frame: Any, items: Sequence[str], overall: str, *, method: str = "pearson"
) -> pd.DataFrame:
    """Importance as each item's correlation with overall satisfaction, instead of asking for it.

    Parameters
    ----------
    method : `pearson` or `spearman`

    Returns
    -------
    DataFrame `group` (item), `base` (people with both answers), `estimate, p, method`

    Examples
    --------
    >>> answers = pd.DataFrame({"staff": [1, 2, 3, 4], "rooms": [2, 1, 4, 3], "all": [1, 2, 3, 4]})
    >>> derived_importance(answers, ["staff", "rooms"], "all")["estimate"].round(2).tolist()
    [1.0, 0.6]
    """
    tests = {"pearson": stats.pearsonr, "spearman": stats.spearmanr}
    if method not in tests:
        raise unknown_name("correlation", method, tests)
    rows = []
    for item in items:
        pair = numeric_columns(frame, [item, overall]).dropna().to_numpy()
        if len(pair) < 3 or (pair.std(axis=0) == 0).any():
            raise CommsvcError(f"{item!r} and {overall!r} need three people and some variation")
        r, p = tests[method](pair[:, 0], pair[:, 1])
        rows.append((item, len(pair), float(r), float(p), f"correlation with overall ({method})"))
    return pd.DataFrame(rows, columns=["group", "base", "estimate", "p", "method"])


def servqual(
    frame: Any, dimensions: Mapping[str, Sequence[tuple[str, str]]], *, confidence: float = 0.95
) -> pd.DataFrame:
    """SERVQUAL gaps, perception − expectation, with a paired t test (Parasuraman et al. 1988).

    Parameters
    ----------
    frame : a row a person
    dimensions : dimension -> pairs of columns (perception, expectation); a person's score is the
        mean of the dimension's items, and who lacks one leaves that dimension

    Returns
    -------
    DataFrame `group, base, perception, expectation, estimate` (the gap), `se, low, high,
    statistic, df, p, effect` (the gap over the standard deviation of the gaps), `method`

    Examples
    --------
    >>> answers = pd.DataFrame({"p": [4, 3, 4, 5], "e": [5, 5, 4, 5]})
    >>> table = servqual(answers, {"reliability": [("p", "e")]})
    >>> table[["estimate", "statistic", "df"]].round(4)
       estimate  statistic  df
    0     -0.75    -1.5667   3
    """
    tail = (1 - as_share(confidence, "confidence")) / 2
    rows = []
    for name, pairs in dimensions.items():
        columns = [column for pair in pairs for column in pair]
        if not columns:
            raise CommsvcError(f"the dimension {name!r} has no items")
        values = numeric_columns(frame, columns).dropna().to_numpy()
        if len(values) < 2:
            raise CommsvcError(f"{name!r}: {len(values)} people answered all its items")
        perceived, expected = values[:, 0::2].mean(axis=1), values[:, 1::2].mean(axis=1)
        gap, n = perceived - expected, len(values)
        sd = float(gap.std(ddof=1))
        mean, se = float(gap.mean()), sd / sqrt(n)
        half = stats.t.isf(tail, n - 1) * se
        t = mean / se if se else float("nan")
        p = float(2 * stats.t.sf(abs(t), n - 1)) if se else float("nan")
        effect = mean / sd if sd else float("nan")
        scores = (float(perceived.mean()), float(expected.mean()), mean)
        rows.append((name, n, *scores, se, mean - half, mean + half, t, n - 1, p, effect))
    head = ["group", "base", "perception", "expectation", "estimate", "se", "low", "high"]
    return pd.DataFrame(rows, columns=[*head, "statistic", "df", "p", "effect"]).assign(
        method="paired t"
    )


def kano(frame: Any, features: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Kano's categories with Berger's better–worse.

    Parameters
    ----------
    frame : a row a person; answers 1 (like) … 5 (dislike), or the words of `KANO_ANSWERS`
    features : feature -> columns (asked how it is if there, asked how it is if not)

    Returns
    -------
    DataFrame `group` (feature), `base`, the counts `A, O, M, I, R, Q` (attractive,
    one-dimensional, must-be, indifferent, reverse, questionable), `category` (the commonest; ties
    go M, O, A, I, R, Q), `better` ((A + O)/(A + O + M + I)), `worse` (−(O + M)/(…)),
    `note`. Kano et al. (1984), Berger et al. (1993).

    Examples
    --------
    >>> answers = pd.DataFrame({"with": [1, 1, 3, 2], "without": [5, 3, 5, 5]})
    >>> kano(answers, {"visits at home": ("with", "without")})[["category", "better", "worse"]]
      category  better  worse
    0        M     0.5  -0.75
    """
    rows = []
    for name, columns in features.items():
        pairs = [pair for pair in column_values(frame, *columns) if None not in pair]
        if not pairs:
            raise CommsvcError(f"nobody answered both questions on {name!r}")
        counts = dict.fromkeys("MOAIRQ", 0)
        for there, absent in pairs:
            counts[KANO_TABLE[_answer(there)][_answer(absent)]] += 1
        best = max(counts, key=lambda c: counts[c])
        tied = [c for c in counts if counts[c] == counts[best]]
        note = f"tied: {', '.join(tied)}" if len(tied) > 1 else ""
        parts = [counts[c] for c in "AOMI"]
        better, worse = better_worse(*parts) if sum(parts) else (float("nan"), float("nan"))
        rows.append((name, len(pairs), *(counts[c] for c in "AOMIRQ"), best, better, worse, note))
    columns_ = ["group", "base", *"AOMIRQ", "category", "better", "worse", "note"]
    return pd.DataFrame(rows, columns=columns_)


def better_worse(
    attractive: float, one_dimensional: float, must_be: float, indifferent: float
) -> tuple[float, float]:
    """Berger's coefficients: better (A + O)/(A + O + M + I), worse −(O + M)/(A + O + M + I).

    >>> [round(x, 2) for x in better_worse(7, 32.3, 49.3, 9.5)]
    [0.4, -0.83]
    """
    parts = (attractive, one_dimensional, must_be, indifferent)
    whole = sum(parts)
    if not whole > 0 or any(not part >= 0 for part in parts):
        raise CommsvcError(f"A, O, M, I = {parts}", allowed="numbers from 0 up, not all 0")
    return (attractive + one_dimensional) / whole, -(one_dimensional + must_be) / whole


def _answer(cell: Any) -> int:
    if isinstance(cell, str) and cell.strip().lower() in KANO_ANSWERS:
        return KANO_ANSWERS.index(cell.strip().lower())
    if cell in (1, 2, 3, 4, 5):
        return int(cell) - 1
    raise CommsvcError(
        f"{cell!r} is no Kano answer", allowed="1 to 5, or " + ", ".join(KANO_ANSWERS)
    )
