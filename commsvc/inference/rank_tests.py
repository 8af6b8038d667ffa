"""Rank tests in a weighted, stratified or clustered sample (Lumley and Scott 2013)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.inference.cell_ranks import person_cells, rank_test
from commsvc.inference.checks import Array, as_numbers, missing
from commsvc.inference.records import Records
from commsvc.inference.results import HypothesisTest, join_notes


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
    y, code, labels, used, note = _answered(values, groups, records)
    inside = records.domain(used)
    levels, first, place = np.unique(y[used], return_index=True, return_inverse=True)
    k = levels.size
    cell = np.full(y.size, -1)
    cell[used] = code[used] * k + place
    cells = person_cells(inside, cell, len(labels) * k)
    middle = _mid_shares(y, inside.weights)[used][first]
    done = rank_test(cells, (len(labels), k), test, confidence, middle=middle)
    order = f"{labels[1]} minus {labels[0]}" if len(labels) == 2 else ""
    return done.with_note(join_notes(order, note))


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
