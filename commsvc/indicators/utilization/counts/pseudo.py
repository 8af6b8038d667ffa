"""Fits for a design's weights, strata and clusters, beside those of independent persons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.indicators.utilization.counts.fitting import NoFitError, fitted
from commsvc.indicators.utilization.counts.regressors import Array
from commsvc.inference.records import Records

ENOUGH = 1e-9  # a Newton step this small, relative to the parameters, is the last
STEPS = 50


@dataclass(frozen=True)
class Top:
    """Where a likelihood is highest, read as statsmodels' results are.

    Attributes
    ----------
    params : (k,)
    covariance : (k, k)
    llf : the log-likelihood; with a design of weights whose mean is 1
    df : degrees of freedom of t, infinite without a design
    """

    params: Array
    covariance: Array = field(repr=False)
    llf: float
    df: float = np.inf

    @property
    def bse(self) -> Array:
        """(k,) standard errors."""
        return np.sqrt(np.diag(self.covariance))


def top_of(
    model: Any,
    called: str,
    people: Records | None,
    *,
    inside: NDArray[np.bool_] | None = None,
    slopes: int,
    **options: Any,
) -> Top:
    """Fit a statsmodels model; with `people`, as their design asks.

    The weighted sum of log-likelihoods is highest where the weighted scores add up to nothing; the
    error comes from each person's score through the inverse information, added up in the design's
    clusters (Binder 1983; as R's svyglm). What a likelihood gives beside, AIC and ratios, does not
    carry over.

    Parameters
    ----------
    model : of those `inside`
    people : everybody in the sample, None for independent persons of one weight
    inside : (n,) who of the people is in the model, None for all
    slopes : how many coefficients the mean has, the constant among them; t has the design's
        degrees of freedom + 1 less these, as svyglm has it
    """
    plain = fitted(model, called, **options)
    start = np.asarray(plain.params, dtype=float)
    if people is None:
        return Top(start, np.asarray(plain.cov_params()), float(plain.llf))
    here = np.ones(people.weights.size, dtype=bool) if inside is None else inside
    domain = people if inside is None else people.domain(inside)
    given = domain.weights[here]
    mean = given[given > 0].mean()
    weights = given / mean
    params, information = _newton(
        lambda at: float(weights @ model.loglikeobs(at)),
        lambda at: weights @ model.score_obs(at),
        start,
        called,
    )
    inverse = np.linalg.inv(information)
    influence = np.zeros((here.size, start.size))
    influence[here] = model.score_obs(params) @ inverse
    covariance = domain.covariance(influence / mean)
    value = float(weights @ model.loglikeobs(params))
    return Top(params, covariance, value, degrees_left(domain, slopes))


def degrees_left(people: Records, slopes: int) -> float:
    """The design's degrees of freedom + 1, less the coefficients, or a refusal.

    >>> degrees_left(Records.sample([1.0] * 9), 3)
    6.0
    """
    df = people.df + 1 - slopes
    if df < 1:
        raise CommsvcError(
            f"{people.df} degrees of freedom do not carry {slopes - 1} slopes",
            allowed="more clusters than strata and slopes",
        )
    return float(df)


def mean_top(
    y: Array,
    x: Array,
    family: str,
    people: Records | None,
    inside: NDArray[np.bool_] | None = None,
) -> Top:
    """Weighted least squares (`linear`) or gamma regression with log link (`gamma`).

    Errors robust to any variance (HC1) of independent persons, or of the design. `llf` is that of
    a normal distribution with the spread found, and missing for gamma.

    >>> mean_top(np.array([1.0, 3, 2]), np.ones((3, 1)), "linear", None).params.round(6)
    array([2.])
    """
    import statsmodels.api as sm

    here = np.ones(y.size, dtype=bool) if inside is None else inside
    y, x = y[here], x[here]
    domain = None if people is None else people if inside is None else people.domain(inside)
    weights = np.ones(y.size) if domain is None else domain.weights[here]
    weights = weights / weights[weights > 0].mean()
    if family == "linear":
        fit = sm.WLS(y, x, weights=weights).fit()
        mean = x @ fit.params
        score, llf = y - mean, _normal(y - mean, weights)
    else:
        log_link = sm.families.Gamma(link=sm.families.links.Log())
        fit = sm.GLM(y, x, family=log_link, var_weights=weights).fit(tol=1e-12)
        mean = np.exp(x @ fit.params)
        score, llf = (y - mean) / mean, float("nan")
    inverse = np.linalg.inv((x * weights[:, None]).T @ x)
    rows = (x * score[:, None]) @ inverse
    k = x.shape[1]
    if domain is None:
        return Top(fit.params, rows.T @ rows * y.size / (y.size - k), llf)
    influence = np.zeros((here.size, k))
    influence[here] = rows
    mean_weight = domain.weights[here & (domain.weights > 0)].mean()
    covariance = domain.covariance(influence / mean_weight)
    return Top(np.asarray(fit.params), covariance, llf, degrees_left(domain, k))


def _normal(residual: Array, weights: Array) -> float:
    n = residual.size
    spread = float(weights @ residual**2) / n
    if spread <= 0:
        raise CommsvcError("the predictors give the outcome exactly")
    return float(-n / 2 * (np.log(2 * np.pi * spread) + 1))


def _newton(
    value: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    start: Array,
    called: str,
) -> tuple[Array, Array]:
    """The highest point from a start that is near, and the information there."""
    at, height = start, value(start)
    for _ in range(STEPS):
        information = _information(gradient, at)
        try:
            step = np.linalg.solve(information, gradient(at))
        except np.linalg.LinAlgError:
            break
        done = np.abs(step).max() <= ENOUGH * (1 + np.abs(at).max())
        for _ in range(40):
            with np.errstate(all="ignore"):
                trial = value(at + step)
            if trial >= height - 1e-10 * abs(height):
                break
            step = step / 2
        at, height = at + step, trial
        if done and (np.linalg.eigvalsh(information) > 0).all():
            return at, _information(gradient, at)
    raise NoFitError(
        "no fit: the weighted likelihood has no peak near the unweighted one",
        where=called,
        next_step="use fewer predictors, or a plainer model",
    )


def _information(gradient: Callable[[Array], Array], at: Array) -> Array:
    """Minus the second derivatives, by differences of the first."""
    steps = np.finfo(float).eps ** (1 / 3) * np.maximum(np.abs(at), 0.1)
    rows = [
        (gradient(at - step) - gradient(at + step)) / (2 * size)
        for size, step in zip(steps, np.diag(steps), strict=True)
    ]
    information = np.array(rows)
    return (information + information.T) / 2
