"""Instruments of service quality: importance–performance, SERVQUAL, Kano."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import column_values, numeric_columns
from commsvc.words.messages import message

CROSSHAIRS: Final = ("mean", "median")
QUADRANTS: Final = {
    (True, False): message("concentrate here"),
    (True, True): message("keep up the good work"),
    (False, False): message("low priority"),
    (False, True): message("possible overkill"),
}
KANO_ANSWERS: Final = ("like", "must be", "neutral", "live with", "dislike")
# Rows: what if it is there; columns: what if it is not. Like–like and dislike–dislike contradict
# themselves (Q); some tables in circulation print O for the first.
KANO_TABLE: Final = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")


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
    table = numeric_columns(frame, [importance, performance])
    table.columns = pd.Index(["importance", "performance"])
    if table.isna().any(axis=None) or not len(table):
        raise CommsvcError("an item lacks its importance or performance")
    if isinstance(crosshair, str) and crosshair not in CROSSHAIRS:
        raise unknown_name("crosshair", crosshair, CROSSHAIRS)
    across, up = getattr(table, crosshair)() if isinstance(crosshair, str) else crosshair
    table.insert(0, "group", [str(name) for name in column_values(frame, item)])
    table["importance_line"], table["performance_line"] = across, up
    sides = zip(table["importance"] >= across, table["performance"] >= up, strict=True)
    return table.assign(quadrant=[QUADRANTS[bool(i), bool(p)] for i, p in sides])


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
    statistic, df, p, effect` (the gap over the standard deviation of the gaps), `method`. Gaps
    that are all alike show no spread: no test, no interval

    Examples
    --------
    >>> answers = pd.DataFrame({"p": [4, 3, 4, 5], "e": [5, 5, 4, 5]})
    >>> table = servqual(answers, {"reliability": [("p", "e")]})
    >>> table[["estimate", "statistic", "df"]].round(4)
       estimate  statistic  df
    0     -0.75    -1.5667   3
    """
    if not 0 < confidence < 1:
        raise CommsvcError(f"a confidence of {confidence}", allowed="between 0 and 1")
    rows = [_gap(frame, name, pairs, confidence) for name, pairs in dimensions.items()]
    return pd.DataFrame(rows).assign(method=message("paired t"))


def _gap(
    frame: Any, name: str, pairs: Sequence[tuple[str, str]], confidence: float
) -> dict[str, Any]:
    from scipy import stats

    columns = [column for pair in pairs for column in pair]
    if not columns:
        raise CommsvcError(f"the dimension {name!r} has no items")
    values = numeric_columns(frame, columns).dropna().to_numpy()
    n = len(values)
    if n < 2:
        raise CommsvcError(f"{name!r}: {n} people answered all its items")
    perceived, expected = values[:, 0::2].mean(axis=1), values[:, 1::2].mean(axis=1)
    gap = perceived - expected
    sd = float(gap.std(ddof=1)) or float("nan")
    se = sd / n**0.5
    half = float(stats.t.isf((1 - confidence) / 2, n - 1)) * se
    mean, t = float(gap.mean()), float(gap.mean()) / se
    return {
        "group": name, "base": n, "perception": float(perceived.mean()),
        "expectation": float(expected.mean()), "estimate": mean, "se": se, "low": mean - half,
        "high": mean + half, "statistic": t, "df": n - 1, "p": float(2 * stats.t.sf(abs(t), n - 1)),
        "effect": mean / sd,
    }  # fmt: skip


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
        found = [KANO_TABLE[_answer(there)][_answer(absent)] for there, absent in pairs]
        counts = {category: found.count(category) for category in "MOAIRQ"}
        tied = [c for c in counts if counts[c] == max(counts.values())]
        note = message("tied: {categories}", categories=tied) if len(tied) > 1 else ""
        whole = sum(counts[c] for c in "AOMI") or float("nan")
        better, worse = counts["A"] + counts["O"], -(counts["O"] + counts["M"])
        rows.append(
            {"group": name, "base": len(pairs)} | {c: counts[c] for c in "AOMIRQ"}
            | {"category": tied[0], "better": better / whole, "worse": worse / whole, "note": note}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _answer(cell: Any) -> int:
    word = cell.strip().lower() if isinstance(cell, str) else cell
    if word in KANO_ANSWERS:
        return KANO_ANSWERS.index(word)
    if word in (1, 2, 3, 4, 5):
        return int(word) - 1
    raise CommsvcError(
        f"{cell!r} is no Kano answer", allowed="1 to 5, or " + ", ".join(KANO_ANSWERS)
    )
