"""Whether a logit fits: what it expects in every cell against what was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array
from commsvc.inference.logit import LogitModel
from commsvc.inference.results import HypothesisTest, frame_of_tests

if TYPE_CHECKING:
    import pandas as pd


def lack_of_fit_test(model: LogitModel) -> pd.DataFrame:
    """Whether a logit of counts leaves out anything that its own variables could have told.

    Parameters
    ----------
    model : from `ordered_logit` or `binary_logit`, of counts

    Returns
    -------
    Tidy frame of tests, `group` "deviance" and "pearson". Small P: the model is too simple
    (interactions, unequal slopes). The note says when cells are too sparse for a chi-square

    Notes
    -----
    Against the saturated model, in which every combination of the variables has shares of its own;
    degrees of freedom are patterns·(levels − 1) less the parameters (McCullagh and Nelder 1989,
    ch. 5). With a number among the variables hardly two people are alike and the test says nothing.

    Examples
    --------
    >>> from commsvc.inference.logit import ordered_logit
    >>> model = ordered_logit([1, 2, 3, 1, 2, 3], {"lift": list("nnnyyy")},
    ...                       counts=[30, 40, 30, 25, 20, 55])
    >>> lack_of_fit_test(model)[["group", "statistic", "df", "p"]].round(3).values.tolist()
    [['deviance', 7.046, 1.0, 0.008], ['pearson', 7.008, 1.0, 0.008]]
    """
    if model.records is not None:
        raise CommsvcError(
            "the deviance of weighted answers follows no chi-square",
            next_step="proportional_odds_test, or compare models by their Wald tests",
        )
    counted, expected = _cells(model)
    df = counted.shape[0] * (counted.shape[1] - 1) - model.se.size
    if df < 1:
        raise CommsvcError(
            f"{counted.shape[0]} combinations of the variables and {model.se.size} parameters",
            allowed="fewer parameters than the combinations can tell apart",
        )
    ratio = np.divide(counted, expected, out=np.ones_like(counted), where=counted > 0)
    statistics = {
        "deviance": 2 * float((counted * np.log(ratio)).sum()),
        "pearson": float(((counted - expected) ** 2 / expected).sum()),
    }
    few = int((expected < 5).sum())
    note = f"{few} of {expected.size} expected counts under 5" if few > expected.size / 5 else ""
    tests = [
        HypothesisTest(
            value, float(df), float(special.chdtrc(df, value)),
            method=f"{name} against the saturated model", note=note,
        )
        for name, value in statistics.items()
    ]  # fmt: skip
    return frame_of_tests(tests, group=list(statistics))


def _cells(model: LogitModel) -> tuple[Array, Array]:
    """Counts and expected counts (patterns, K) of every combination of the variables."""
    patterns, place = np.unique(model.columns.values, axis=0, return_inverse=True)
    counted = np.zeros((len(patterns), len(model.answer_levels)))
    np.add.at(counted, (place.ravel(), model.answers), model.weights)
    return counted, counted.sum(axis=1, keepdims=True) * model.shares(patterns)
