"""Whether one odds ratio serves every threshold of an ordered logit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array
from commsvc.inference.logit import LogitModel
from commsvc.inference.logit_fit import fit_logit
from commsvc.inference.results import HypothesisTest, frame_of_tests

if TYPE_CHECKING:
    import pandas as pd

METHOD = "Brant-type Wald test of equal slopes (robust)"


def proportional_odds_test(model: LogitModel) -> pd.DataFrame:
    """Whether the slopes of an ordered logit are the same at every threshold.

    Parameters
    ----------
    model : from `ordered_logit`, of three or more levels

    Returns
    -------
    Tidy frame of tests, `group` first: "all", then each variable. Small P: the odds ratio of that
    variable differs between thresholds, and one number hides it; `effect` is the largest ratio
    between its odds ratios at two thresholds (NaN for "all").

    Notes
    -----
    Brant (1990, Biometrics 46) compares the binary logits of answering above each threshold. Here
    their joint covariance is that of their influence values, people's or clusters', so that it
    holds with weights and clusters too; Brant's takes the model's own for granted. The F is Wald's
    adjusted for the design's degrees of freedom (as "adjWald" in `rao_scott_test`).

    Examples
    --------
    >>> from commsvc.inference.logit import ordered_logit
    >>> model = ordered_logit([1, 2, 3, 1, 2, 3], {"lift": list("nnnyyy")},
    ...                       counts=[30, 40, 30, 25, 20, 55])
    >>> proportional_odds_test(model)[["group", "df", "p"]].round(4).values.tolist()
    [['all', 1.0, 0.0083], ['lift', 1.0, 0.0083]]
    """
    order = model.answer_levels
    cuts = len(order) - 1
    if cuts < 2:
        raise CommsvcError("a binary logit has one threshold: there is nothing to compare")
    p = model.coefficients.size
    slopes, covariance, df = _binary_slopes(model, cuts)
    contrast = np.hstack([-np.ones((cuts - 1, 1)), np.eye(cuts - 1)])
    names = dict.fromkeys(model.columns.terms)
    tests = []
    for name in ("all", *names):
        mine = [j for j in range(p) if name in ("all", model.columns.terms[j])]
        pick = np.kron(contrast, np.eye(p)[mine])
        gap, spread = pick @ slopes.ravel(), pick @ covariance @ pick.T
        k = gap.size
        free = df - k + 1
        if free <= 0 or np.linalg.matrix_rank(spread) < k:
            raise CommsvcError(
                f"{df} degrees of freedom do not carry a test of {k} differences",
                next_step="fewer variables or levels of the answer",
            )
        f = float(gap @ np.linalg.solve(spread, gap)) / k * free / df
        ratio = float(np.exp(np.ptp(slopes[:, mine], axis=0).max())) if name != "all" else np.nan
        tests.append(
            HypothesisTest(
                f, float(k), float(special.fdtrc(k, free, f)), effect=ratio, df2=float(free),
                method=METHOD, note=model.note,
            )
        )  # fmt: skip
    return frame_of_tests(tests, group=["all", *names])


def _binary_slopes(model: LogitModel, cuts: int) -> tuple[Array, Array, int]:
    """Slopes (cuts, p) of answering above each threshold, their joint covariance, and df."""
    p, n = model.coefficients.size, model.answers.size
    slopes = np.empty((cuts, p))
    influence = np.empty((n, cuts * p))
    scaled = model.weights / model.weights.mean()
    for k in range(cuts):
        try:
            fit = fit_logit(model.columns, (model.answers > k).astype(np.intp), scaled, (0, 1))
        except CommsvcError as error:
            raise CommsvcError(
                f"above {model.answer_levels[k]!r}: {error.problem}",
                where="check of proportional odds",
                next_step="join levels of the answer or of the variable",
            ) from error
        slopes[k] = fit.theta[:p]
        own = fit.scores @ np.linalg.inv(fit.information) / model.weights.mean()
        influence[:, k * p : (k + 1) * p] = own[:, :p]
    if model.records is None or model.used is None:
        # Everybody is a cluster of one, as many alike as the row counts.
        spread = (influence * model.weights[:, None]).T @ influence
        return slopes, spread * model.n / (model.n - 1), model.n - 1
    everybody = np.zeros((model.used.size, cuts * p))
    everybody[model.used] = influence
    return slopes, model.records.covariance(everybody), model.records.df
