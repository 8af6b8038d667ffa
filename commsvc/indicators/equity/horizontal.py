"""Horizontal inequity: do people of equal need use services equally?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.equity.arrays import (
    Array,
    as_numbers,
    as_weights,
    in_domain,
    weights_of_sample,
)
from commsvc.indicators.equity.by_design import with_errors
from commsvc.indicators.equity.ranking import index_with_influence

if TYPE_CHECKING:
    from commsvc.inference.records import Records


def horizontal_inequity(
    outcome: Any,
    rank_by: Any,
    need: Any,
    *,
    controls: Any = None,
    weights: Any = None,
    records: Records | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Inequity of use for equal need: the index of use less the index of needed use.

    Needed use is what a linear regression on need (and on controls, held at their means) expects:
    indirect standardisation (O'Donnell et al. 2008, ch. 5 and 15).

    Parameters
    ----------
    outcome : (n,) use of each person, from 0 up
    rank_by : (n,) living standard
    need, controls : (n, m) columns of numbers, such as age groups and ill health; education or
        insurance as controls, so that need does not stand in for them
    weights : (n,) sampling weights
    records : the sample instead (`commsvc.inference.records.Records.sample`), for its weights and
        for errors of its strata and clusters; `Records.sample(weights)` for independent persons
    confidence : of the interval, Student's t on the design's degrees of freedom

    Returns
    -------
    DataFrame `group, base` (persons), `estimate`: `use`, `need`, `horizontal inequity`; with
    `records` also `se, low, high`; `method`

    Notes
    -----
    The error is linearised through all that the sample decides: the ranks, the mean, the
    regression's coefficients and the controls' means. The usual second regression takes needed
    use for known. Printed tables have no persons to standardise, so that there is no range.

    Raises
    ------
    CommsvcError : columns that repeat each other, missing figures, use of 0 for everyone

    Examples
    --------
    Use that need wholly explains leaves no inequity:

    >>> table = horizontal_inequity([2, 4, 6, 9], [1, 2, 3, 4], [[1], [2], [3], [4.5]])
    >>> table["estimate"].abs().round(6).tolist()
    [0.27381, 0.27381, 0.0]
    """
    y = as_numbers(in_domain(outcome, records), "outcome")
    n = len(y)
    if records is not None:
        weights = weights_of_sample(records, n, weights)
    w = as_weights(weights, n)
    if float(w @ y) <= 0:
        raise CommsvcError("the outcome is 0 for everyone: it is nobody's more than another's")
    x = as_numbers(in_domain(rank_by, records), "rank_by", least=None, length=n)
    wanted = _columns(in_domain(need, records), "need", n)
    held = np.empty((n, 0))
    if controls is not None:
        held = _columns(in_domain(controls, records), "controls", n)
    design = np.column_stack([np.ones(n), wanted, held])
    root = np.sqrt(w)
    if np.linalg.matrix_rank(design * root[:, None]) < design.shape[1]:
        raise CommsvcError("need and controls repeat each other", next_step="drop one column")
    beta = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
    means = np.broadcast_to(w @ held, held.shape)
    asked = np.column_stack([np.ones(n), wanted, means])
    expected = asked @ beta
    use, of_use, _ = index_with_influence(y, x, w)
    needed, of_need, twice = index_with_influence(expected, x, w)
    rows = [("use", use), ("need", needed), ("horizontal inequity", use - needed)]
    table = pd.DataFrame(rows, columns=["group", "estimate"])
    table.insert(1, "base", n if records is None else records.n)
    if records is None:
        return table.assign(method="indirect standardisation")
    # How the index of need moves with each person's needed use, and so with the coefficients and
    # with the controls' means, each of which the sample decides too.
    pull = w * (twice - 1 - needed) / float(w @ expected)
    bread = np.linalg.inv((design * w[:, None]).T @ design)
    of_need += (design * (y - design @ beta)[:, None]) @ (bread @ (asked.T @ pull))
    of_need += (held - means) @ beta[beta.size - held.shape[1] :] * pull.sum()
    influence = np.column_stack([of_use, of_need, of_use - of_need]) / records.weights.sum()
    return with_errors(table, influence, records, confidence).assign(
        method="indirect standardisation, weighted, design-based errors"
    )


def _columns(values: Any, name: str, length: int) -> Array:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CommsvcError(
            f"{name}: {error}", allowed="numbers", next_step="a column of 0 and 1 for each level"
        ) from error
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or len(array) != length or not np.isfinite(array).all():
        raise CommsvcError(f"{name} must be {length} rows of numbers, none missing")
    return array
