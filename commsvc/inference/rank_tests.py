"""Rank tests in a weighted, stratified or clustered sample (Lumley and Scott 2013)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.cell_ranks import NAMES, SCORES, cliffs_delta_of, person_cells
from commsvc.inference.checks import Array, as_numbers, missing, one_of
from commsvc.inference.records import Records
from commsvc.inference.results import HypothesisTest, Interval


def design_rank_test(
    values: Any, groups: Any, records: Records, test: str = "wilcoxon", confidence: float = 0.95
) -> HypothesisTest:
    """Whether groups differ in an ordered answer, under a complex design.

    Parameters
    ----------
    values : (n,) answers as ordered numbers; NaN for those who did not answer
    groups : (n,) label of each person's group; None or NaN for those without one
    records : the sample
    test : "wilcoxon", "vanderWaerden", "median" or "KruskalWallis" (the same scores as
        "wilcoxon"), as R's svyranktest
    confidence : coverage of the interval of the effect

    Returns
    -------
    HypothesisTest. Of two groups: t with `df`; the effect is Cliff's delta of the weighted
    population, second group in sorted order minus the first, whatever the scores. Of more: F on
    `df` and `df2`; the effect is ε², the share of the rank scores' weighted variance that lies
    between groups.

    Notes
    -----
    Ranks are those of the estimated population, mid-ranks for ties; under the null hypothesis
    their being estimated does not change the error (Lumley and Scott 2013, Biometrika 100,
    831–842). R prints the chi-square of the test of several groups; F is that over its df, as P is
    taken. In the median test a person exactly in the middle counts as not above it; in R it is
    up to rounding. The interval of delta is linearised in full, for the null hypothesis is not
    assumed there; R has none.

    Examples
    --------
    >>> people = Records.sample([3, 1, 2, 2, 1, 3, 2, 2], clusters=list("aabbccdd"))
    >>> t = design_rank_test([1, 2, 2, 3, 4, 4, 5, 3], list("xyxyxyxy"), people)
    >>> round(t.statistic, 3), t.df, round(t.p, 3), round(t.effect, 3)
    (0.644, 2, 0.586, 0.266)
    """
    one_of("design-based rank test", test, SCORES)
    y, code, labels, used, note = _answered(values, groups, records)
    inside = records.domain(used)
    w = inside.weights
    ranks = _mid_shares(y, w)
    score = np.where(used, SCORES[test](np.where(used, ranks, 0.5)), 0.0)
    member = np.where(used[:, None], code[:, None] == np.arange(len(labels)), False).astype(float)
    size = w @ member
    means = (w * score) @ member / size
    influence = member * (score[:, None] - means) / size
    covariance = inside.covariance(influence)
    k = len(labels) - 1
    contrast = np.hstack([-np.ones((k, 1)), np.eye(k)])
    gap, spread = contrast @ means, contrast @ covariance @ contrast.T
    df = inside.df - k
    if df < 1:
        raise CommsvcError(
            f"{inside.df} degrees of freedom do not carry a test of {k + 1} groups",
            allowed="more clusters than strata and groups",
        )
    if np.linalg.matrix_rank(spread) < k:
        raise CommsvcError("the rank scores have no variance under this design: nothing to test")
    method = f"design-based {NAMES[test]} test"
    if k == 1:
        t = float(gap[0] / np.sqrt(spread[0, 0]))
        p = float(2 * special.stdtr(df, -abs(t)))
        order = f"{labels[1]} minus {labels[0]}"
        done = HypothesisTest(t, df, p, method=method, note="; ".join(filter(None, [order, note])))
        return done.with_effect(_cliffs_delta(y, code, inside, confidence))
    f = float(gap @ np.linalg.solve(spread, gap)) / k
    centre = float(w @ score / w.sum())
    between = float(size @ (means - centre) ** 2)
    effect = between / float(w @ np.where(used, score - centre, 0.0) ** 2)
    return HypothesisTest(
        f, float(k), float(special.fdtrc(k, df, f)), effect=effect,
        method=f"{method}; effect: ε² of weighted rank scores", note=note, df2=float(df),
    )  # fmt: skip


def _answered(
    values: Any, groups: Any, records: Records
) -> tuple[Array, NDArray[np.intp], list[Any], NDArray[np.bool_], str]:
    """Values, group numbers, group labels, who has both, and a note on those who do not."""
    y = as_numbers(values)
    label = np.asarray(groups, dtype=object)
    if y.shape != records.weights.shape or label.shape != y.shape:
        raise CommsvcError(
            f"{y.size} values and {label.size} groups for {records.weights.size} people",
            allowed="one of each a person",
        )
    inside = records.weights > 0
    used = inside & ~missing(label) & np.isfinite(y)
    labels = sorted(set(label[used].tolist()))
    if len(labels) < 2:
        raise CommsvcError(
            f"{len(labels)} group(s) with answers", allowed="two groups or more to compare"
        )
    place = {name: i for i, name in enumerate(labels)}
    code = np.array([place[one] if ok else -1 for one, ok in zip(label, used, strict=True)])
    left = int(inside.sum() - used.sum())
    note = f"{left} of {int(inside.sum())} left out: no answer or no group" if left else ""
    return y, code, labels, used, note


def _mid_shares(values: Array, weights: Array) -> Array:
    """Estimated share of the population below each value, half of those equal; NaN at weight 0.

    Ties are averaged over people, not weights, as R does.
    """
    shares = np.full(values.size, np.nan)
    used = np.flatnonzero(weights > 0)
    order = used[np.argsort(values[used], kind="stable")]
    w = weights[order]
    middle = np.cumsum(w) - w / 2
    _, tied, size = np.unique(values[order], return_inverse=True, return_counts=True)
    shares[order] = (np.bincount(tied, middle) / size)[tied] / w.sum()
    return shares


def _cliffs_delta(values: Array, code: Any, records: Records, confidence: float) -> Interval:
    """Cliff's delta of two groups, from the cells that groups and values make."""
    levels, place = np.unique(values[code >= 0], return_inverse=True)
    cell = np.full(values.size, -1)
    cell[code >= 0] = code[code >= 0] * levels.size + place
    cells = person_cells(records, cell, 2 * levels.size)
    return cliffs_delta_of(cells, (2, levels.size), confidence)
