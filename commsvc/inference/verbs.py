"""What a researcher calls: estimates and tests from counts, under a design that is said.

A complete count gives exact shares and refuses intervals and tests; an incomplete one gives bounds;
a sample of unknown design gives results that say what they rest on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_counts, one_of
from commsvc.inference.design import Design
from commsvc.inference.intervals import (
    PROPORTION_METHODS,
    multinomial_intervals,
    proportion_interval,
    worst_case_bounds,
)
from commsvc.inference.results import Interval
from commsvc.words.messages import Text, joined, message

if TYPE_CHECKING:
    import pandas as pd

SIMULTANEOUS = ("goodman", "sison-glaz", "bonferroni")


def estimate_shares(
    counts: Any,
    levels: Any = None,
    *,
    design: Design,
    groups: Any = None,
    method: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share of every answer, in every group, with intervals the design allows.

    Parameters
    ----------
    counts : (k,) answers, or (groups, k); the base is each row's sum
    levels, groups : names of the columns and of the rows
    design : who was counted (`Design.census`, `.incomplete`, `.srs`, `.unknown`)
    method : an interval of `proportion_interval` ("wilson" when left out), or one that holds for
        all answers together: "goodman", "sison-glaz", "bonferroni"

    Returns
    -------
    Tidy frame, one row a group and level. A group without answers has NaN and says so.

    Examples
    --------
    >>> frame = estimate_shares([161, 60, 9], ["satisfied", "fairly", "not"], design=Design.srs())
    >>> frame[["level", "count", "base", "estimate", "low", "high"]].round(3)
           level  count   base  estimate    low   high
    0  satisfied  161.0  230.0     0.700  0.638  0.756
    1     fairly   60.0  230.0     0.261  0.208  0.321
    2        not    9.0  230.0     0.039  0.021  0.073
    """
    import pandas as pd

    cells = as_counts(counts)
    if cells.ndim > 2:
        raise CommsvcError(f"counts of shape {cells.shape}", allowed="one row, or groups by levels")
    cells = np.atleast_2d(cells)
    doubt = require_people(cells)
    rows = _names(groups, len(cells), "group", "all")
    columns = _names(levels, cells.shape[1], "level", "")
    if method is not None:
        one_of("interval", method, [*PROPORTION_METHODS, *SIMULTANEOUS])
    if method is not None or design.allows_inference:
        design.require_counts("an interval")
    found = [share_intervals(row, design, method or "wilson", confidence) for row in cells]
    parts = [
        one.with_note(doubt).frame([name] * cells.shape[1], columns)
        for one, name in zip(found, rows, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def require_people(table: Any) -> Text | str:
    """Refuse percentages and fractions of 1 in place of counts; a doubt where they might be.

    >>> require_people([[55, 45], [60, 40]])
    'every row adds up to 100: are these percentages? Counts of people are wanted'
    """
    cells = np.atleast_2d(np.asarray(table, dtype=float))
    sums = cells.sum(axis=1)
    broken = (cells != np.floor(cells)).any()
    if broken and (np.abs(sums - 1) < 0.006).all():
        raise CommsvcError("every row adds up to 1: these are shares, not counts", next_step=_COUNT)
    if broken and (np.abs(sums - 100) < 0.6).all():
        raise CommsvcError(
            "every row adds up to 100: these are percentages, not counts", next_step=_COUNT
        )
    if len(cells) > 1 and (sums == 100).all():
        return message(
            "every row adds up to 100: are these percentages? Counts of people are wanted"
        )
    return ""


_COUNT = (
    "give how many people answered so; from a printed percentage and its base "
    "commsvc.published.reconstruct finds the counts"
)


def share_intervals(
    counts: Any, design: Design, method: str = "wilson", confidence: float = 0.95
) -> Interval:
    """The shares of one group's answers, as `estimate_shares` has them, without a frame.

    >>> share_intervals([161, 69], Design.srs()).low.round(3)
    array([0.638, 0.244])
    """
    counts = np.asarray(counts, dtype=float)
    n, blank = counts.sum(), np.full(counts.size, np.nan)
    base = np.full(counts.size, n)
    if n == 0:
        return Interval(blank, blank, blank, blank, counts, base, note=message("nobody answered"))
    if design.kind == "incomplete":
        return _incomplete_shares(counts, base, design)
    if not design.allows_inference or n == design.population:
        return Interval(
            counts / n, blank, blank, blank, counts, base,
            method=message("complete count"),
            note=message("exact: a complete count has no sampling error"),
        )  # fmt: skip
    if method in SIMULTANEOUS:
        if design.population is not None:
            raise CommsvcError(
                "simultaneous intervals here take no finite population",
                next_step="leave the population out (wider, safe), or use method='wilson'",
            )
        interval = multinomial_intervals(counts, method, confidence, deff=design.deff)
    else:
        interval = proportion_interval(
            counts, base, method, confidence,
            deff=design.deff, population=design.population, df=design.free,
        )  # fmt: skip
    return interval.with_note(design.caveat())


def _incomplete_shares(counts: Any, base: Any, design: Design) -> Interval:
    """Shares of those counted; their bounds among all, where it is known how many there are."""
    blank = np.full(counts.size, np.nan)
    caveat = design.caveat()
    if design.population is None:
        said = message(
            "of those counted; how many were not is unknown, so the share of all has no bounds"
        )
        return Interval(
            counts / base, blank, blank, blank, counts, base, method=message("incomplete count"),
            note=joined([said, caveat]),
        )  # fmt: skip
    missing = design.population - base[0]
    if missing < 0:
        raise CommsvcError(
            f"{base[0]:g} counted of {design.population}", allowed="at most the population"
        )
    found = worst_case_bounds(counts, base, missing)
    # The base stays that of the estimate; the bounds are of everybody there is.
    said = message(
        "bounds of all {whole}: {missing:g} were not counted",
        whole=design.population, missing=missing,
    )  # fmt: skip
    return replace(found, base=base, note=joined([said, caveat]))


def _names(names: Any, size: int, what: str, alone: str) -> list[Any]:
    if names is None:
        return [alone] if size == 1 else list(range(1, size + 1))
    found = [names] if isinstance(names, str) else list(names)
    if len(found) != size:
        raise CommsvcError(f"{len(found)} {what} names for {size}", allowed=f"{size} names")
    return found


def compare_with_target(
    count: float,
    n: float,
    target: float,
    *,
    design: Design,
    alternative: str = "two-sided",
    margin: float | None = None,
    method: str = "exact",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Whether a share reaches a target, as one tidy row.

    Parameters
    ----------
    alternative : "two-sided", "greater" or "less"; with a margin "non-inferior" (not below the
        target by the margin) or "equivalent" (within the margin on both sides)
    margin : how far from the target still counts as reaching it
    method : "exact", "score" or "mid-p"

    Examples
    --------
    >>> row = compare_with_target(161, 230, 0.9, design=Design.unknown(), alternative="less")
    >>> f"{row.p[0]:.1e}", row.note[0]
    ('3.4e-17', 'holds only if those counted are like a simple random sample of the population')
    """
    from commsvc.inference import proportions

    design.require_counts("a test")
    words = [*proportions.ALTERNATIVES, "non-inferior", "equivalent"]
    one_of("alternative", alternative, words)
    if (margin is not None) != (alternative in words[3:]):
        raise CommsvcError(
            f"alternative {alternative!r} with margin {margin}",
            allowed="a margin for 'non-inferior' and 'equivalent', none for the others",
        )
    require_people([count, n - count])
    rest: dict[str, Any] = {"deff": design.deff, "population": design.population}
    if margin is None:
        test = proportions.proportion_test(
            count, n, target, alternative, method, confidence, **rest
        )
    else:
        test = proportions.margin_test(
            count, n, target, margin, alternative, method, confidence, **rest
        )
    return test.with_note(design.caveat()).frame(count=count, base=n, target=target)


def compare_groups(
    table: Any,
    *,
    design: Design,
    ordered: bool = False,
    method: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Whether groups (rows) answer differently, by a test that fits the table, as one tidy row.

    Parameters
    ----------
    table : (groups, answers) counts of people, each counted once
    ordered : the answers have an order: Mann–Whitney for two groups, Kruskal–Wallis for more
    method : "pearson", "yates", "likelihood-ratio", "exact", "mann-whitney", "kruskal",
        "jonckheere"; left out, it is chosen and the note says why

    Examples
    --------
    >>> row = compare_groups([[75, 27], [68, 30]], design=Design.srs())
    >>> round(float(row.statistic[0]), 3), round(float(row.p[0]), 3)
    (0.421, 0.517)
    """
    from commsvc.inference import crosstabs
    from commsvc.inference import ordered as ranks

    design.require_counts("a test")
    cells = as_counts(table, "table", ndim=2)
    doubt = require_people(cells)
    one_of("test", method or "pearson", [*crosstabs.TABLE_METHODS, *_RANK_TESTS])
    why: Text | str = ""
    if method is None:
        method, why = _fitting_method(cells, ordered, design)
    if method in _RANK_TESTS and design.deff != 1:
        raise CommsvcError(
            "a rank test from counts takes no design effect",
            next_step="compare the shares (ordered=False), or tabulate with the design",
        )
    if method == "mann-whitney" and len(cells) != 2:
        raise CommsvcError(
            f"Mann–Whitney of {len(cells)} groups", allowed="two", next_step="kruskal"
        )
    if method == "mann-whitney":
        test = ranks.mann_whitney_test(cells[0], cells[1], confidence)
    elif method in _RANK_TESTS:
        test = (ranks.kruskal_test if method == "kruskal" else ranks.jonckheere_test)(cells)
    else:
        test = crosstabs.independence_test(
            cells, method, confidence, deff=design.deff, df=design.free
        )
    said = joined([why, doubt, design.caveat()])
    return test.with_note(said).frame(base=float(cells.sum()))


_RANK_TESTS = ("mann-whitney", "kruskal", "jonckheere")


def _fitting_method(cells: Any, ordered: bool, design: Design) -> tuple[str, Text | str]:
    """The test that fits, and why."""
    from commsvc.inference.crosstabs import sparse_note

    if ordered:
        if len(cells) == 2:
            return "mann-whitney", message("the answers are ordered and there are two groups")
        return "kruskal", message("the answers are ordered and there are more than two groups")
    if not sparse_note(cells):
        return "pearson", ""
    if design.deff != 1 or (cells != np.floor(cells)).any():
        return "pearson", message("no exact test with a design effect or weights")
    return "exact", message("exact because expected counts are small")
