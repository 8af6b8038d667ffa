"""Count models of visits: Poisson, negative binomial, hurdle and zero-inflated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.utilization.counts.fitting import NoFitError, fitted, moment_alpha, scaled
from commsvc.indicators.utilization.counts.regressors import Array, outcome, regressors

KINDS: Final = {
    "poisson": "Poisson",
    "negative binomial": "negative binomial (NB2)",
    "hurdle": "hurdle: logit and zero-truncated NB2",
    "zip": "zero-inflated Poisson",
    "zinb": "zero-inflated NB2",
}
# Which part decides about zeros, and what its logit is the logit of.
_ZERO_PARTS: Final = {"hurdle": "any", "zip": "never", "zinb": "never"}


@dataclass(frozen=True)
class _Part:
    """Coefficients of one linear predictor, with their covariance."""

    name: str
    x: Array
    names: tuple[str, ...]
    beta: Array
    covariance: Array

    @property
    def line(self) -> Array:
        return self.x @ self.beta


@dataclass(frozen=True)
class CountFit:
    """A fitted count model.

    Attributes
    ----------
    kind : one of `KINDS`
    y : (n,) the counts
    parts : the linear predictors: `count` (log of the mean; in a hurdle of the untruncated mean),
        then `any` (logit of any visit at all; hurdle) or `never` (logit of being one of those who
        never come; zero-inflated)
    alpha : NB2 dispersion, Var = μ + αμ²; 0 for Poisson
    alpha_se : its standard error
    loglik : log-likelihood; of a hurdle the sum of `logliks`
    logliks : of each part fitted by itself
    """

    kind: str
    y: Array
    parts: tuple[_Part, ...]
    alpha: float
    alpha_se: float
    loglik: float
    logliks: Mapping[str, float]

    @property
    def df(self) -> int:
        """How many parameters were estimated."""
        return sum(part.beta.size for part in self.parts) + (self.alpha > 0)

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2·df − 2·loglik."""
        return 2 * self.df - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Schwarz's criterion, ln(n)·df − 2·loglik."""
        return float(np.log(self.y.size)) * self.df - 2 * self.loglik

    def probabilities(self, most: int) -> Array:
        """(n, most + 1) probability of 0, 1, … `most` visits for each person."""
        k = np.arange(most + 1)
        mean = np.exp(self.parts[0].line)[:, None]
        if self.alpha > 0:
            size = 1 / self.alpha
            p = stats.nbinom.pmf(k, size, size / (size + mean))
        else:
            p = stats.poisson.pmf(k, mean)
        if len(self.parts) == 1:
            return p
        logit = 1 / (1 + np.exp(-self.parts[1].line))[:, None]
        if self.kind == "hurdle":
            p = logit * p / (1 - p[:, :1])
            p[:, 0] = 1 - logit[:, 0]
            return p
        p = (1 - logit) * p
        p[:, 0] += logit[:, 0]
        return p

    @property
    def means(self) -> Array:
        """(n,) expected visits of each person."""
        mean = np.exp(self.parts[0].line)
        if len(self.parts) == 1:
            return mean
        logit = 1 / (1 + np.exp(-self.parts[1].line))
        if self.kind != "hurdle":
            return (1 - logit) * mean
        size = 1 / self.alpha
        return logit * mean / (1 - (size / (size + mean)) ** size)

    def table(self, confidence: float = 0.95) -> pd.DataFrame:
        """Coefficients: `group` (part), `level` (term), `base, estimate, se, low, high, statistic`
        (z), `p, effect, effect_low, effect_high` (e to the power: a rate ratio in `count`, an odds
        ratio else), `method, note`."""
        from commsvc.inference.checks import as_share

        z = float(stats.norm.ppf((1 + as_share(confidence, "confidence")) / 2))
        rows = []
        for part in self.parts:
            errors = np.sqrt(np.diag(part.covariance))
            rows += [
                (part.name, term, b, se)
                for term, b, se in zip(part.names, part.beta, errors, strict=True)
            ]
        if self.alpha > 0:
            rows.append(("dispersion", "alpha", self.alpha, self.alpha_se))
        table = pd.DataFrame(rows, columns=["group", "level", "estimate", "se"])
        table.insert(2, "base", self.y.size)
        table["low"] = table["estimate"] - z * table["se"]
        table["high"] = table["estimate"] + z * table["se"]
        table["statistic"] = table["estimate"] / table["se"]
        table["p"] = 2 * stats.norm.sf(table["statistic"].abs())
        for name, of in (("effect", "estimate"), ("effect_low", "low"), ("effect_high", "high")):
            table[name] = np.exp(table[of])
        # A dispersion is no coefficient: 0 is the end of its range, its exponential no ratio.
        table.loc[
            table["group"] == "dispersion",
            ["statistic", "p", "effect", "effect_low", "effect_high"],
        ] = np.nan
        note = "errors hold only without overdispersion" if self.kind == "poisson" else ""
        return table.assign(method=KINDS[self.kind], note=note)


def count_model(
    frame: Any,
    visits: str,
    predictors: Sequence[str],
    kind: str,
    *,
    zero_predictors: Sequence[str] | None = None,
    reference: Mapping[str, Any] | None = None,
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

    Raises
    ------
    CommsvcError : no counts, predictors that repeat each other, no zeros for a model of zeros, a
        fit that does not converge

    Notes
    -----
    Persons are taken as independent: no weights or clusters.

    Examples
    --------
    With one predictor of two levels, Poisson gives their means: 1 and 3.

    >>> table = pd.DataFrame({"ill": ["no", "no", "yes", "yes"], "visits": [0, 2, 2, 4]})
    >>> fit = count_model(table, "visits", ["ill"], "poisson")
    >>> fit.table()[["level", "effect"]].round(6)
         level  effect
    0    const     1.0
    1  ill=yes     3.0
    """
    if kind not in KINDS:
        raise unknown_name("count model", kind, KINDS)
    y = outcome(frame, visits, whole=True)
    count = regressors(frame, predictors, reference)
    if kind not in _ZERO_PARTS:
        if zero_predictors is not None:
            raise CommsvcError(f"{KINDS[kind]} has no part about zeros: drop zero_predictors")
        return plain_fit(kind, y, count.x, count.names)
    if not (y == 0).any():
        raise NoFitError(
            f"nobody has 0 {visits}: a model of zeros has nothing to fit",
            next_step="use 'negative binomial', or say who was not asked",
        )
    kept = {name: level for name, level in (reference or {}).items()}
    if zero_predictors is not None:
        kept = {name: level for name, level in kept.items() if name in zero_predictors}
    zero = regressors(frame, predictors if zero_predictors is None else zero_predictors, kept)
    if kind == "hurdle":
        return _hurdle(y, (count.x, count.names), (zero.x, zero.names))
    return _inflated(kind, y, (count.x, count.names), (zero.x, zero.names))


Columns = tuple[Array, tuple[str, ...]]


def plain_fit(kind: str, y: Array, x: Array, names: tuple[str, ...]) -> CountFit:
    """Poisson or NB2 of arrays, for those who choose columns themselves.

    >>> plain_fit("poisson", np.array([0.0, 2]), np.ones((2, 1)), ("const",)).means.round(6)
    array([1., 1.])
    """
    from statsmodels.discrete.discrete_model import NegativeBinomial, Poisson

    design, scale = scaled(x)
    fit = fitted(Poisson(y, design), kind, method="newton")
    alpha = alpha_se = 0.0
    if kind == "negative binomial":
        start = np.append(fit.params, max(moment_alpha(y, fit.predict()), 0.05))
        fit = fitted(NegativeBinomial(y, design), kind, start_params=start)
        alpha, alpha_se = float(fit.params[-1]), float(fit.bse[-1])
    part = _part("count", x, names, fit, scale, slice(0, x.shape[1]))
    return CountFit(kind, y, (part,), alpha, alpha_se, float(fit.llf), {"count": float(fit.llf)})


def _hurdle(y: Array, count: Columns, zero: Columns) -> CountFit:
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.discrete.truncated_model import TruncatedLFNegativeBinomialP

    came = y > 0
    if np.unique(y[came]).size < 2:
        raise CommsvcError("all who came, came equally often: there is no second part to fit")
    design, scale = scaled(zero[0])
    logit = fitted(Logit(came.astype(float), design), "hurdle, logit", method="newton")
    part = _part("any", *zero, logit, scale, slice(0, zero[0].shape[1]))
    design, scale = scaled(count[0])
    truncated = fitted(
        TruncatedLFNegativeBinomialP(y[came], design[came], truncation=0), "hurdle, truncated NB2"
    )
    many = _part("count", *count, truncated, scale, slice(0, count[0].shape[1]))
    logliks = {"count": float(truncated.llf), "any": float(logit.llf)}
    alpha, alpha_se = float(truncated.params[-1]), float(truncated.bse[-1])
    return CountFit("hurdle", y, (many, part), alpha, alpha_se, sum(logliks.values()), logliks)


def _inflated(kind: str, y: Array, count: Columns, zero: Columns) -> CountFit:
    from statsmodels.discrete.count_model import (
        ZeroInflatedNegativeBinomialP,
        ZeroInflatedPoisson,
    )

    model = ZeroInflatedPoisson if kind == "zip" else ZeroInflatedNegativeBinomialP
    (x, x_scale), (z, z_scale) = scaled(count[0]), scaled(zero[0])
    fit = fitted(model(y, x, exog_infl=z), kind)
    zeros = z.shape[1]
    part = _part("never", *zero, fit, z_scale, slice(0, zeros))
    many = _part("count", *count, fit, x_scale, slice(zeros, zeros + x.shape[1]))
    negative = kind == "zinb"
    alpha = float(fit.params[-1]) if negative else 0.0
    alpha_se = float(fit.bse[-1]) if negative else 0.0
    return CountFit(
        kind, y, (many, part), alpha, alpha_se, float(fit.llf), {"together": float(fit.llf)}
    )


def _part(
    name: str, x: Array, names: tuple[str, ...], fit: Any, scale: Array, which: slice
) -> _Part:
    covariance: NDArray[np.float64] = np.asarray(fit.cov_params())[which, which]
    beta = np.asarray(fit.params)[which] / scale
    return _Part(name, x, names, beta, covariance / np.outer(scale, scale))
