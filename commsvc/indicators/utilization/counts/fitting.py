"""Fitting by search, with the search refused where it found nothing."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.indicators.utilization.counts.regressors import Array


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


def _stuck(called: str, why: str) -> NoFitError:
    return NoFitError(
        f"no fit: {why}",
        where=called,
        next_step="use fewer predictors (a level may predict zeros perfectly), or a plainer model",
    )
