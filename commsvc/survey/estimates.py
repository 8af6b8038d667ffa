"""From a tabulation to estimates and tests, as its design allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference import (
    cluster_ratio,
    compare_groups,
    design_effect,
    estimate_shares,
    mean_interval,
    rao_scott_test,
    share_interval,
)
from commsvc.inference.design import Design
from commsvc.inference.results import ESTIMATE_COLUMNS, Interval, join_notes
from commsvc.survey.tabulate import UNANSWERED, Tabulation, _sample
from commsvc.survey.totals import Coded

NAN = float("nan")


def shares(
    table: Tabulation, *, method: str | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Every level's share in everybody and in each group, with intervals the design allows.

    Parameters
    ----------
    method : an interval of `proportion_interval` for simple samples ("wilson"), of
        `share_interval` for weighted, stratified or clustered ones ("logit")

    Returns
    -------
    DataFrame `group, level, count, base, estimate, se, low, high, method, note`; `count` and `base`
        are people, unweighted, the estimate is weighted. Levels outside the base stand last in
        their group, without a share. A question with several answers has `response_share` as well:
        of all answers, where `estimate` is of all people. Under a complex design `deff` and
        `effective_n` stand beside; degrees of freedom are those of the group's own clusters
    """
    tables = [table.everyone, table] if table.everyone else [table]
    rows = [row for part in tables for row in _of_groups(part, method, confidence)]
    frame = pd.DataFrame(rows)
    extra = [column for column in frame if column not in ESTIMATE_COLUMNS]
    return frame.reindex(columns=[*ESTIMATE_COLUMNS, *extra])


def _of_groups(
    table: Tabulation, method: str | None, confidence: float
) -> Iterator[dict[Any, Any]]:
    """Row after row; frames are made once, at the end: they cost more than the arithmetic."""
    for g, group in enumerate(table.groups):
        if table.design.kind == "sample":
            part = _complex(table, g, method or "logit", confidence)
        else:
            part = _simple(table, g, method, confidence)
        for row in part:
            yield {**row, "group": group, "note": join_notes(row["note"], table.note)}
        for level, count in zip(table.outside_levels, table.outside[g], strict=True):
            yield {
                "group": group,
                "level": level,
                "count": count,
                "base": table.base[g],
                "method": "",
                "note": "outside the base",
            }


def _simple(
    table: Tabulation, g: int, method: str | None, confidence: float
) -> list[dict[Any, Any]]:
    counts, n, design = table.counts[g], table.base[g], table.design
    levels = list(table.levels)
    rest: dict[str, Any] = {"design": design, "method": method, "confidence": confidence}
    if not table.multiple:
        return estimate_shares(counts, levels, **rest).to_dict("records")
    rows = [
        estimate_shares([c, n - c], [level, ""], **rest).iloc[[0]]
        for c, level in zip(counts, levels, strict=True)
    ]
    frame = pd.concat(rows, ignore_index=True)
    of_answers = counts / counts.sum() if counts.sum() else NAN
    return frame.assign(response_share=of_answers).to_dict("records")


def _complex(table: Tabulation, g: int, method: str, confidence: float) -> list[dict[Any, Any]]:
    if table.totals is None or table.bases is None or table.clusters is None:
        raise CommsvcError("a complex design without totals of its clusters")
    totals, bases = table.totals[:, g, :], table.bases[:, g]
    n = float(table.base[g])
    estimate = cluster_ratio(totals, bases, table.clusters)
    # R's degf of the subset: strata and clusters where nobody of the group is do not count.
    here = bases > 0
    df = int(here.sum() - np.unique(table.clusters.code[here]).size)
    variances = np.diag(estimate.covariance)
    rows: list[dict[str, Any]] = []
    for k, level in enumerate(table.levels):
        share, variance = float(estimate.estimate[k]), float(variances[k])
        note = ""
        interval = Interval(share, NAN, NAN, float(np.sqrt(variance)))
        if n == 0:
            note = "nobody answered"
        elif n < 2:
            note = "no interval from fewer than two people"
        elif df < 1:
            note = "no interval: one cluster a stratum in this group"
        else:
            interval = share_interval(
                min(max(share, 0.0), 1.0), variance, df, n, method, confidence
            )
        deff = NAN
        if n >= 2 and 0 < share < 1:
            deff = float(design_effect(variance, share * (1 - share) * n / (n - 1), n))
        rows.append(
            {
                "level": level,
                "count": table.counts[g, k],
                "base": n,
                "estimate": share,
                "se": float(np.sqrt(variance)),
                "low": interval.low,
                "high": interval.high,
                "method": f"weighted share, {interval.method or method}",
                "note": join_notes(interval.note, note),
                "deff": deff,
                "effective_n": n / deff if deff > 0 else NAN,
            }
        )
    if table.multiple:
        answers = totals.sum(axis=0)
        for row, part in zip(rows, answers, strict=True):
            row["response_share"] = part / answers.sum() if answers.sum() else NAN
    return rows


def group_test(table: Tabulation, *, ordered: bool = False, statistic: str = "F") -> pd.DataFrame:
    """Whether groups answer differently: Rao–Scott under a complex design, else what fits.

    Parameters
    ----------
    ordered : the levels have an order (`compare_groups` then takes ranks; Rao–Scott does not)
    statistic : of Rao–Scott, "F" or "Chisq"

    Raises
    ------
    CommsvcError : a complete count; no groups; several answers a person
    """
    if table.multiple:
        raise CommsvcError(
            "people stand in several columns of a question with several answers",
            where=table.question,
            next_step="test one option at a time: tabulate its 1/0 column",
        )
    if not table.by:
        raise CommsvcError("no groups to compare", where=table.question, next_step="give by=")
    keep = [k for k, level in enumerate(table.levels) if level != UNANSWERED]
    counts = table.counts[:, keep]
    if table.design.kind == "sample":
        if table.totals is None or table.clusters is None:
            raise CommsvcError("a complex design without totals of its clusters")
        test = rao_scott_test(
            table.totals[:, :, keep], table.clusters, float(counts.sum()), statistic
        )
        frame = test.frame(base=float(counts.sum()))
    else:
        counts = counts[counts.sum(axis=1) > 0]
        counts = counts[:, counts.sum(axis=0) > 0]
        frame = compare_groups(counts, design=table.design, ordered=ordered)
    if len(keep) < len(table.levels):
        said = f"{int(table.counts[:, -1].sum())} unanswered are not in the test"
        frame["note"] = [join_notes(note, said) for note in frame["note"]]
    return frame


def estimate_means(
    survey: Any,
    value: str,
    by: str | None = None,
    *,
    design: Design,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The mean of a number, for everybody and in each group.

    Parameters
    ----------
    survey : any frame that Narwhals takes, Answers, or a `Sample`
    value : column of numbers; who has none is not in the base

    Returns
    -------
    DataFrame `group, level, count, base, estimate, se, low, high, method, note`; `count` is NaN,
        `base` people with a number

    Examples
    --------
    >>> frame = pd.DataFrame({"g": ["a", "a", "b", "b"], "x": [1.0, 3.0, 2.0, 6.0]})
    >>> estimate_means(frame, "x", "g", design=Design.srs())[["group", "base", "estimate"]]
      group  base  estimate
    0   all   4.0       3.0
    1     a   2.0       2.0
    2     b   2.0       4.0
    """
    sample = _sample(survey, design, tuple(c for c in (value, by) if c))
    numbers = sample.numbers(value)
    lacking = np.isnan(numbers)
    member = np.where(lacking, np.nan, 1.0) if lacking.any() else None
    key = Coded(np.zeros(sample.n, dtype=np.int32), ["all"]) if by is None else sample.codes(by)
    if (key.code < 0).any():  # in the mean of everybody, in no group's
        lost = np.int32(len(key.labels))
        key = Coded(np.where(key.code < 0, lost, key.code), [*key.labels, None])
    labels = ["all", *key.labels] if by is not None else key.labels
    n = _with_whole(sample.totals([key], member, weighted=False), by)[0]
    if sample.clusters is not None:
        top = _with_whole(sample.totals([key], numbers), by)
        bottom = _with_whole(sample.totals([key], member), by)
        found = cluster_ratio(top, bottom, sample.clusters)
        strata = [np.unique(sample.clusters.code[here]).size for here in (bottom > 0).T]
        degrees = (bottom > 0).sum(axis=0) - np.array(strata)
        rows = [
            (label, n[g], *_t_interval(found, g, int(degrees[g]), confidence))
            for g, label in enumerate(labels)
        ]
    else:
        sums = _with_whole(sample.totals([key], numbers, weighted=False), by)[0]
        centre = np.divide(sums, n, out=np.full(len(n), NAN), where=n > 0)
        around = np.nan_to_num(centre[-len(key.labels) :])[key.code]
        squares = sample.totals([key], (numbers - around) ** 2, weighted=False)[0]
        if by is not None:  # between groups and within
            between = np.nansum(n[1:] * (centre[1:] - centre[0]) ** 2)
            squares = np.concatenate([[squares.sum() + between], squares])
        rows = [
            (label, n[g], *_simple_mean(centre[g], squares[g], n[g], design, confidence))
            for g, label in enumerate(labels)
        ]
    rows = [row for row in rows if row[0] is not None]
    named = ("group", "base", "estimate", "se", "low", "high", "method", "note")
    frame = pd.DataFrame(rows, columns=named).assign(level="", count=NAN)
    return frame.reindex(columns=list(ESTIMATE_COLUMNS))


def _with_whole(totals: Any, by: str | None) -> Any:
    """Totals by group (m, g) with everybody's in front."""
    return totals if by is None else np.column_stack([totals.sum(axis=1), totals])


def _t_interval(found: Any, g: int, df: int, confidence: float) -> tuple[Any, ...]:
    from scipy import special

    mean, se = float(found.estimate[g]), float(np.sqrt(found.covariance[g, g]))
    half = float(special.stdtrit(df, (1 + confidence) / 2)) * se if df > 0 else NAN
    note = "" if df > 0 else "no interval: one cluster a stratum in this group"
    return mean, se, mean - half, mean + half, "weighted mean, t", note


def _simple_mean(
    mean: float, squares: float, n: float, design: Design, confidence: float
) -> tuple[Any, ...]:
    if not design.allows_inference:
        note = "exact: a complete count has no sampling error"
        return mean, NAN, NAN, NAN, "complete count", note
    if n < 2:
        return mean, NAN, NAN, NAN, "t", "no interval from fewer than two people"
    ci = mean_interval(
        mean,
        float(np.sqrt(squares / (n - 1))),
        n,
        confidence,
        deff=design.deff,
        population=design.population,
    )
    return mean, ci.se, ci.low, ci.high, ci.method, join_notes(ci.note, design.caveat())
