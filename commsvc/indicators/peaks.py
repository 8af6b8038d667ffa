"""Where a likelihood is highest, with its error: of independent persons, or by design.

The models are statsmodels' own (`loglikeobs`, `score_obs`); the search, the weights and the errors
are not, for statsmodels' searches stop early or step over α = 0, and its analytic second
derivatives of zero-inflated models are wrong: here they are differences of the scores.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.indicators.regressors import Array
from commsvc.inference.jackknife import by_design
from commsvc.inference.sample import Sample

LEAST = -12.0  # of log α: with so little dispersion NB2 is Poisson to six digits
FLAT = 1e-6  # of a log-likelihood: no data tell such a difference
ENOUGH = 1e-9  # a Newton step this small, relative to the parameters, is the last
STEPS = 50


class NoFitError(CommsvcError):
    """One model cannot be fitted to these data, where another may."""


@dataclass(frozen=True)
class Fit:
    """Parameters with their covariance.

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
    def se(self) -> Array:
        """(k,) standard errors."""
        return np.sqrt(np.diag(self.covariance))


class Peak:
    """The parameters at which a weighted likelihood is highest, as a statistic of weights.

    Parameters
    ----------
    model : of those `inside` (n,)
    start : (k,) near the peak
    called : its name in a refusal
    """

    def __init__(self, model: Any, start: Array, inside: NDArray[np.bool_], called: str) -> None:
        self.model, self.start, self.inside, self.called = model, start, inside, called

    def shared(self, weights: Array) -> Array:
        """The weights of those inside, with a mean of 1 over those who have any."""
        here = weights[self.inside]
        return here / here[here > 0].mean()

    def top(self, weights: Array) -> tuple[Array, Array]:
        """The highest point, and minus the second derivatives there, of shared weights."""
        at, height = self.start, self._value(self.start, weights)
        for _ in range(STEPS):
            information = self._information(at, weights)
            try:
                step = np.linalg.solve(information, weights @ self.model.score_obs(at))
            except np.linalg.LinAlgError:
                break
            done = np.abs(step).max() <= ENOUGH * (1 + np.abs(at).max())
            for _ in range(40):
                trial = self._value(at + step, weights)
                if trial >= height - 1e-10 * abs(height):
                    break
                step = step / 2
            at, height = at + step, trial
            if done and (np.linalg.eigvalsh(information) > 0).all():
                return at, self._information(at, weights)
        raise NoFitError(
            "no fit: the likelihood has no peak there",
            where=self.called,
            next_step="use fewer predictors (a level may predict zeros perfectly), or a plainer "
            "model",
        )

    def __call__(self, weights: Array) -> Array:
        return self.top(self.shared(weights))[0]

    def influence(self, weights: Array) -> Array:
        """Each person's score through the inverse information (Binder 1983; as R's svyglm)."""
        params, information = self.top(self.shared(weights))
        here = weights[self.inside]
        found = np.zeros((weights.size, params.size))
        found[self.inside] = self.model.score_obs(params) @ np.linalg.inv(information)
        return found / here[here > 0].mean()

    def _value(self, at: Array, weights: Array) -> float:
        with np.errstate(all="ignore"):
            value = float(weights @ self.model.loglikeobs(at))
        return value if np.isfinite(value) else -np.inf

    def _information(self, at: Array, weights: Array) -> Array:
        steps = np.finfo(float).eps ** (1 / 3) * np.maximum(np.abs(at), 0.1)
        rows = [
            weights @ (self.model.score_obs(at - step) - self.model.score_obs(at + step))
            / (2 * step.sum())
            for step in np.diag(steps)
        ]  # fmt: skip
        information = np.nan_to_num(np.array(rows), posinf=0.0, neginf=0.0)
        return (information + information.T) / 2


def fitted(
    model: Any,
    start: Array,
    called: str,
    sample: Sample | None,
    *,
    inside: NDArray[np.bool_] | None = None,
    slopes: int,
    dispersed: bool = False,
) -> Fit:
    """A statsmodels model at its peak; with a sample, as its design asks.

    Parameters
    ----------
    start : (k,) of a search; the last is α where `dispersed`
    sample : everybody, None for independent persons of one weight
    inside : (n,) who of the sample is in the model, None for all
    slopes : how many coefficients the mean has, the constant among them; t has the design's
        degrees of freedom + 1 less these, as svyglm has it
    """
    near = _climbed(model, start, called, dispersed)
    n = len(model.endog)
    if sample is None:
        peak = Peak(model, near, np.ones(n, dtype=bool), called)
        params, information = peak.top(np.ones(n))
        inverse = np.linalg.inv(information).astype(float)
        return Fit(params, inverse, float(model.loglikeobs(params).sum()))
    here = np.ones(n, dtype=bool) if inside is None else inside
    domain = sample if inside is None else sample.domain(inside)
    peak = Peak(model, near, here, called)
    found = by_design(peak, domain)
    value = float(peak.shared(domain.weights) @ model.loglikeobs(found.estimate))
    return Fit(found.estimate, found.covariance, value, degrees_left(domain, slopes))


def degrees_left(sample: Sample, slopes: int) -> float:
    """The design's degrees of freedom + 1, less the coefficients, or a refusal.

    >>> degrees_left(Sample([1.0] * 9), 3)
    6.0
    """
    df = sample.df + 1 - slopes
    if df < 1:
        raise CommsvcError(
            f"{sample.df} degrees of freedom do not carry {slopes - 1} slopes",
            allowed="more clusters than strata and slopes",
        )
    return float(df)


def _climbed(model: Any, start: Array, called: str, dispersed: bool) -> Array:
    """Near the peak, searched along log α where α is the last parameter.

    α itself can be stepped over its end at 0, where a search gets lost; its logarithm has no end.
    Where it sinks without end, there is no dispersion to find.
    """
    from scipy import optimize

    def natural(at: Array) -> Array:
        return np.append(at[:-1], np.exp(at[-1])) if dispersed else at

    def minus(at: Array) -> tuple[float, Array]:
        params = natural(at)
        slope = model.score_obs(params).sum(axis=0)
        if dispersed:
            slope[-1] *= params[-1]
        value = float(model.loglikeobs(params).sum())
        return (-value, -slope) if np.isfinite(value) else (1e300, np.zeros_like(slope))

    first = np.append(start[:-1], np.log(start[-1])) if dispersed else start
    with np.errstate(all="ignore"):
        found = optimize.minimize(minus, first, jac=True, method="BFGS")
        if not found.success:
            # Along slopes a search may run off where all is flat; a simplex finds the way back.
            near = optimize.minimize(lambda at: minus(at)[0], first, method="Nelder-Mead")
            again = optimize.minimize(minus, near.x, jac=True, method="BFGS")
            found = min(found, again, key=lambda one: one.fun)
        # Where the search stops on a slope that flattens for ever is its own affair; that nothing
        # is lost by going on to the end is not.
        lost = minus(np.append(found.x[:-1], LEAST))[0] - found.fun if dispersed else np.inf
    if dispersed and (not np.isfinite(found.fun) or found.x[-1] < LEAST or lost < FLAT):
        raise no_dispersion(called)
    return natural(found.x)


def no_dispersion(called: str) -> NoFitError:
    """The refusal of a negative binomial whose α would be 0."""
    return NoFitError(
        "the counts vary no more than Poisson would have it: there is no dispersion to fit",
        where=called,
        next_step="use 'poisson' or 'zip'",
    )


@dataclass(frozen=True)
class Regression:
    """Least squares (`linear`) or gamma regression with log link (`gamma`), a statistic of weights.

    >>> Regression(np.array([1.0, 3, 2]), np.ones((3, 1)), "linear")(np.ones(3)).round(6)
    array([2.])
    """

    y: Array
    x: Array
    family: str

    def __call__(self, weights: Array) -> Array:
        import statsmodels.api as sm

        used = weights > 0
        y, x, w = self.y[used], self.x[used], weights[used] / weights[used].mean()
        if self.family == "linear":
            return np.asarray(sm.WLS(y, x, weights=w).fit().params)
        log_link = sm.families.Gamma(link=sm.families.links.Log())
        return np.asarray(sm.GLM(y, x, family=log_link, var_weights=w).fit(tol=1e-12).params)

    def residual(self, params: Array) -> Array:
        """(n,) y − mean, over the mean in a gamma regression."""
        line = self.x @ params
        return self.y - line if self.family == "linear" else self.y / np.exp(line) - 1

    def influence(self, weights: Array) -> Array:
        """Each person's score through the inverse of the expected information."""
        inverse = np.linalg.inv((self.x * weights[:, None]).T @ self.x)
        return (self.x * self.residual(self(weights))[:, None]) @ inverse


def regressed(
    y: Array, x: Array, family: str, sample: Sample | None, inside: NDArray[np.bool_]
) -> Fit:
    """A `Regression` of those inside: errors robust to any variance (HC1), or of the design."""
    n, k = int(inside.sum()), x.shape[1]
    people = (Sample(np.ones(y.size)) if sample is None else sample).domain(inside)
    model = Regression(np.where(inside, y, 1.0), x, family)
    found = by_design(model, people)
    weights = people.weights / people.weights[people.weights > 0].mean()
    llf = float("nan")
    if family == "linear":
        spread = float(weights @ model.residual(found.estimate) ** 2) / weights.sum()
        if spread <= 0:
            raise CommsvcError("the predictors give the outcome exactly")
        llf = float(-n / 2 * (np.log(2 * np.pi * spread) + 1))
    if sample is not None:
        return Fit(found.estimate, found.covariance, llf, degrees_left(people, k))
    # Of people drawn one by one the engine divides by all less one, HC1 by those inside less k.
    factor = (y.size - 1) / y.size * n / (n - k)
    return Fit(found.estimate, found.covariance * factor, llf)
