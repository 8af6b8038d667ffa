"""Count models of visits: Poisson, negative binomial, hurdle and zero-inflated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.sampling import as_design, people_of
from commsvc.indicators.utilization.counts.fits import KINDS, CountFit, Part
from commsvc.indicators.utilization.counts.fitting import (
    NoFitError,
    fitted,
    inflated_start,
    moment_alpha,
    no_dispersion,
    scaled,
    truncated_start,
)
from commsvc.indicators.utilization.counts.pseudo import Top, top_of
from commsvc.indicators.utilization.counts.regressors import Array, outcome, regressors
from commsvc.inference.design import Design
from commsvc.inference.records import Records

# Which part decides about zeros, and what its logit is the logit of.
_ZERO_PARTS: Final = {"hurdle": "any", "zip": "never", "zinb": "never"}


def count_model(
    frame: Any,
    visits: str,
    predictors: Sequence[str],
    kind: str,
    *,
    zero_predictors: Sequence[str] | None = None,
    reference: Mapping[str, Any] | None = None,
    design: Design | str = "unknown",
) -> CountFit:
    """Fit a model of how many visits each person makes, by maximum likelihood.

    Poisson and NB2 (Cameron & Trivedi 1998); hurdle (Mullahy 1986): a logit for any visit and a
    zero-truncated NB2 for how many, fitted apart, joined here; zero-inflated (Lambert 1992): some
    never come, the others are Poisson or NB2. Over statsmodels, whose own hurdle has no logit.

    Parameters
    ----------
    frame : a row a person
    visits : column of counts
    predictors : columns; numbers as they are, text as 0/1 levels
    kind : one of `KINDS`: `poisson`, `negative binomial`, `hurdle`, `zip`, `zinb`
    zero_predictors : those of the part about zeros; the same ones where it is not said
    reference : text column -> level to compare with
    design : `srs` or `unknown` (independent persons), or `Design.sample(weights=…, strata=…,
        clusters=…)`: then the likelihood is weighted and the errors are those of the design
        (Binder 1983; the coefficients, errors and t of R's svyglm, for these families)

    Raises
    ------
    CommsvcError : no counts, predictors that repeat each other, no zeros for a model of zeros, a
        fit that does not converge, a census (it has no errors), too few clusters for the terms

    Examples
    --------
    With one predictor of two levels, Poisson gives their means: 1 and 3.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"ill": ["no", "no", "yes", "yes"], "visits": [0, 2, 2, 4]})
    >>> fit = count_model(table, "visits", ["ill"], "poisson")
    >>> fit.table()[["level", "effect"]].round(6)
         level  effect
    0    const     1.0
    1  ill=yes     3.0
    """
    if kind not in KINDS:
        raise unknown_name("count model", kind, KINDS)
    chosen = as_design(design)
    chosen.require_sample("a count model's errors")
    y = outcome(frame, visits, whole=True)
    people = people_of(frame, chosen)
    count = regressors(frame, predictors, reference, outcome=visits)
    if kind not in _ZERO_PARTS:
        if zero_predictors is not None:
            raise CommsvcError(f"{KINDS[kind]} has no part about zeros: drop zero_predictors")
        fit = plain_fit(kind, y, count.x, count.names, people)
    else:
        fit = _with_zeros(frame, y, visits, kind, (predictors, zero_predictors), reference, people)
    parts = tuple(replace(p, covariance=p.covariance * chosen.deff) for p in fit.parts)
    return replace(fit, parts=parts, caveat=chosen.caveat().text("en"))


def _with_zeros(
    frame: Any,
    y: Array,
    visits: str,
    kind: str,
    predictors: tuple[Sequence[str], Sequence[str] | None],
    reference: Mapping[str, Any] | None,
    people: Records | None,
) -> CountFit:
    if not (y == 0).any():
        raise NoFitError(
            f"nobody has 0 {visits}: a model of zeros has nothing to fit",
            next_step="use 'negative binomial', or say who was not asked",
        )
    many, some = predictors
    kept = dict(reference or {})
    if some is not None:
        kept = {name: level for name, level in kept.items() if name in some}
    count = regressors(frame, many, reference, outcome=visits)
    zero = regressors(frame, many if some is None else some, kept, outcome=visits)
    columns = (count.x, count.names), (zero.x, zero.names)
    return (
        _hurdle(y, *columns, people) if kind == "hurdle" else _inflated(kind, y, *columns, people)
    )


Columns = tuple[Array, tuple[str, ...]]


def plain_fit(
    kind: str, y: Array, x: Array, names: tuple[str, ...], people: Records | None = None
) -> CountFit:
    """Poisson or NB2 of arrays, for those who choose columns themselves.

    >>> plain_fit("poisson", np.array([0.0, 2]), np.ones((2, 1)), ("const",)).means.round(6)
    array([1., 1.])
    """
    from statsmodels.discrete.discrete_model import NegativeBinomial, Poisson

    design, scale = scaled(x)
    k = x.shape[1]
    if kind == "poisson":
        fit = top_of(Poisson(y, design), kind, people, slopes=k, method="newton")
    else:
        first = fitted(Poisson(y, design), kind, method="newton")
        mean = first.predict()
        # The slope of the likelihood where α is 0: downhill from there, Poisson is the best NB2.
        if ((y - mean) ** 2 - y).sum() <= 0:
            raise no_dispersion(kind)
        start = np.append(first.params, max(moment_alpha(y, mean), 0.05))
        model = NegativeBinomial(y, design)
        fit = top_of(model, kind, people, slopes=k, start_params=start)
    part = _part("count", x, names, fit, scale, slice(0, k))
    return _joined(kind, y, (part,), fit, {"count": fit.llf}, people)


def _hurdle(y: Array, count: Columns, zero: Columns, people: Records | None) -> CountFit:
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.discrete.truncated_model import TruncatedLFNegativeBinomialP

    came = y > 0
    if np.unique(y[came]).size < 2:
        raise CommsvcError("all who came, came equally often: there is no second part to fit")
    k, z = count[0].shape[1], zero[0].shape[1]
    design, scale = scaled(zero[0])
    logit = top_of(
        Logit(came.astype(float), design), "hurdle, logit", people, slopes=z, method="newton"
    )
    part = _part("any", *zero, logit, scale, slice(0, z))
    design, scale = scaled(count[0])
    truncated = top_of(
        TruncatedLFNegativeBinomialP(y[came], design[came], truncation=0),
        "hurdle, truncated NB2",
        people,
        inside=came,
        slopes=k,
        start_params=truncated_start(y[came], design[came]),
    )
    many = _part("count", *count, truncated, scale, slice(0, k))
    logliks = {"count": truncated.llf, "any": logit.llf}
    return _joined("hurdle", y, (many, part), truncated, logliks, people)


def _inflated(
    kind: str, y: Array, count: Columns, zero: Columns, people: Records | None
) -> CountFit:
    from statsmodels.discrete.count_model import (
        ZeroInflatedNegativeBinomialP,
        ZeroInflatedPoisson,
    )

    model = ZeroInflatedPoisson if kind == "zip" else ZeroInflatedNegativeBinomialP
    (x, x_scale), (z, z_scale) = scaled(count[0]), scaled(zero[0])
    start: dict[str, Any] = {"start_params": inflated_start(y, x, z)} if kind == "zinb" else {}
    fit = top_of(model(y, x, exog_infl=z), kind, people, slopes=x.shape[1], **start)
    zeros = z.shape[1]
    part = _part("never", *zero, fit, z_scale, slice(0, zeros))
    many = _part("count", *count, fit, x_scale, slice(zeros, zeros + x.shape[1]))
    return _joined(kind, y, (many, part), fit, {"together": fit.llf}, people)


def _joined(
    kind: str,
    y: Array,
    parts: tuple[Part, ...],
    last: Top,
    logliks: Mapping[str, float],
    people: Records | None,
) -> CountFit:
    """A fit whose dispersion, where it has one, is the last parameter of `last`."""
    negative = kind not in ("poisson", "zip")
    alpha, se = (float(last.params[-1]), float(last.bse[-1])) if negative else (0.0, 0.0)
    weights = None
    if people is not None:
        weights = people.weights / people.weights[people.weights > 0].mean()
    return CountFit(kind, y, parts, alpha, se, sum(logliks.values()), logliks, weights)


def _part(
    name: str, x: Array, names: tuple[str, ...], fit: Top, scale: Array, which: slice
) -> Part:
    covariance: NDArray[np.float64] = fit.covariance[which, which]
    beta = fit.params[which] / scale
    return Part(name, x, names, beta, covariance / np.outer(scale, scale), fit.df)
