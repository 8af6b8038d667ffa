"""Fitting by search, with the search refused where it found nothing."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.indicators.utilization.counts.regressors import Array

LEAST = -12.0  # of log α: with so little dispersion NB2 is Poisson to six digits
FLAT = 1e-6  # of a log-likelihood: no data tell such a difference


class NoFitError(CommsvcError):
    """One model cannot be fitted to these data, where another may."""


def scaled(x: Array) -> tuple[Array, Array]:
    """Columns divided by their root mean square: search steps then suit all of them.

    >>> scaled(np.array([[1.0, 300], [1, 400]]))[1].round(2)
    array([  1.  , 353.55])
    """
    scale = np.sqrt((x**2).mean(axis=0))
    return x / scale, scale


def moment_alpha(y: Array, mean: Array) -> float:
    """The dispersion that matches the second moment (Cameron & Trivedi 1998).

    >>> moment_alpha(np.array([0.0, 4]), np.array([2.0, 2]))
    0.5
    """
    return float((((y - mean) ** 2 - y) / mean**2).mean())


def truncated_start(y: Array, x: Array) -> Array:
    """Where the zero-truncated NB2 of those who came is likeliest: coefficients, then α.

    >>> truncated_start(np.array([1.0, 1, 2, 5]), np.ones((4, 1))).round(1)
    array([-0.2,  2.3])
    """

    def minus(params: Array) -> float:
        counts, none = _nb2(y, x @ params[:-1], params[-1])
        return float(-(counts - np.log(-np.expm1(none))).sum())

    slope = np.linalg.lstsq(x, np.log(y), rcond=None)[0]
    return _along_log_alpha(minus, np.append(slope, 0.0), "hurdle, truncated NB2")


def inflated_start(y: Array, x: Array, z: Array) -> Array:
    """The same of a zero-inflated NB2: coefficients of never coming, of the counts, then α.

    >>> y = np.array([0.0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 4, 6, 7, 9])
    >>> inflated_start(y, np.ones((14, 1)), np.ones((14, 1))).round(1)
    array([-0.4,  1.4,  0.2])
    """
    zeros = z.shape[1]

    def minus(params: Array) -> float:
        never = z @ params[:zeros]
        counts, none = _nb2(y, x @ params[zeros:-1], params[-1])
        each = np.where(y == 0, np.logaddexp(never, none), counts) - np.logaddexp(0.0, never)
        return float(-each.sum())

    slope = np.linalg.lstsq(x, np.log(y + 0.5), rcond=None)[0]
    return _along_log_alpha(minus, np.concatenate([np.zeros(zeros), slope, [0.0]]), "zinb")


def _nb2(y: Array, line: Array, log_alpha: float) -> tuple[Array, Array]:
    """(n,) log-probabilities of the counts and of none, NB2 with a mean of e^line."""
    from scipy import special

    size = np.exp(-log_alpha)
    none = -size * np.logaddexp(0.0, line + log_alpha)
    ways = special.gammaln(y + size) - special.gammaln(size) - special.gammaln(y + 1)
    return ways + none + y * (line - np.logaddexp(-log_alpha, line)), none


def _along_log_alpha(minus: Callable[[Array], float], start: Array, called: str) -> Array:
    """The likeliest parameters, searched along log α as the last of them.

    The dispersion itself, as statsmodels has it, can be stepped over its end at 0, where a search
    gets lost; its logarithm has no end. Where it sinks without end, there is none to find.
    """
    from scipy import optimize

    with np.errstate(all="ignore"):
        found = optimize.minimize(minus, start, method="BFGS")
        # Where the search stops on a slope that flattens for ever is its own affair; that nothing
        # is lost by going on to the end is not.
        lost = minus(np.append(found.x[:-1], LEAST)) - found.fun
    if not np.isfinite(found.fun) or found.x[-1] < LEAST or lost < FLAT:
        raise no_dispersion(called)
    return np.append(found.x[:-1], np.exp(found.x[-1]))


def fitted(model: Any, called: str, method: str = "bfgs", **options: Any) -> Any:
    """Fit, then refuse what did not converge or has no standard errors.

    A search along slopes may run off where the likelihood is flat; a simplex finds the way back.
    """
    try:
        return _search(model, called, method=method, **options)
    except NoFitError:
        if method != "bfgs":
            raise
        near = _search(model, called, errors=False, method="nm", **options)
        return _search(model, called, method=method, **options | {"start_params": near.params})


def _search(model: Any, called: str, *, errors: bool = True, **options: Any) -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fit = model.fit(disp=0, maxiter=2000, **options)
            found = np.asarray(fit.bse) if errors else np.zeros(1)
        except (np.linalg.LinAlgError, ValueError, ZeroDivisionError) as error:
            raise _stuck(called, str(error)) from None
    if errors and not fit.mle_retvals.get("converged", False):
        raise _stuck(called, "the search did not converge")
    if not (np.isfinite(fit.llf) and np.isfinite(found).all()):
        raise _stuck(called, "the likelihood has no peak there")
    return fit


def no_dispersion(called: str) -> NoFitError:
    """The refusal of a negative binomial whose α would be 0."""
    return NoFitError(
        "the counts vary no more than Poisson would have it: there is no dispersion to fit",
        where=called,
        next_step="use 'poisson' or 'zip'",
    )


def _stuck(called: str, why: str) -> NoFitError:
    return NoFitError(
        f"no fit: {why}",
        where=called,
        next_step="use fewer predictors (a level may predict zeros perfectly), or a plainer model",
    )
