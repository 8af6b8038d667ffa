"""A fitted count model: coefficients, probabilities, expected visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.indicators.units import joined_notes
from commsvc.indicators.utilization.counts.regressors import Array

KINDS: Final = {
    "poisson": "Poisson",
    "negative binomial": "negative binomial (NB2)",
    "hurdle": "hurdle: logit and zero-truncated NB2",
    "zip": "zero-inflated Poisson",
    "zinb": "zero-inflated NB2",
}


@dataclass(frozen=True)
class Part:
    """Coefficients of one linear predictor, with their covariance.

    Attributes
    ----------
    name : of the part
    x, names : (n, k) columns and what they are called
    beta, covariance : (k,) and (k, k)
    df : degrees of freedom of t, infinite without a design
    """

    name: str
    x: Array = field(repr=False)
    names: tuple[str, ...]
    beta: Array
    covariance: Array = field(repr=False)
    df: float = np.inf

    @property
    def line(self) -> Array:
        """(n,) the linear predictor of each person."""
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
    weights : (n,) of a design, with a mean of 1 over those who have any; None without one
    caveat : what the errors rest on
    """

    kind: str
    y: Array = field(repr=False)
    parts: tuple[Part, ...]
    alpha: float
    alpha_se: float
    loglik: float
    logliks: Mapping[str, float]
    weights: Array | None = field(default=None, repr=False)
    caveat: str = ""

    @property
    def base(self) -> int:
        """Persons in the model."""
        return self._counted(np.ones(self.y.size, dtype=bool))

    def _counted(self, inside: NDArray[np.bool_]) -> int:
        return int((inside if self.weights is None else inside & (self.weights > 0)).sum())

    @property
    def df(self) -> int:
        """How many parameters were estimated."""
        return sum(part.beta.size for part in self.parts) + (self.alpha > 0)

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2·df − 2·loglik."""
        self._own_likelihood("AIC")
        return 2 * self.df - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Schwarz's criterion, ln(n)·df − 2·loglik."""
        self._own_likelihood("BIC")
        return float(np.log(self.y.size)) * self.df - 2 * self.loglik

    def _own_likelihood(self, what: str) -> None:
        if self.weights is not None:
            raise CommsvcError(
                f"{what} needs the likelihood of independent persons of one weight",
                where="a model with weights or clusters",
                next_step="compare the counts expected with those observed: rootogram(fit)",
            )

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
        """Coefficients: `group` (part), `level` (term), `base` (persons in that part),
        `estimate, se, low, high, statistic` (z; t with a design), `p, effect, effect_low,
        effect_high` (e to the power: a rate ratio in `count`, an odds ratio else), `method,
        note`."""
        from commsvc.inference.checks import as_share

        upper = (1 + as_share(confidence, "confidence")) / 2
        rows = []
        for part in self.parts:
            errors = np.sqrt(np.diag(part.covariance))
            rows += [
                (part.name, term, b, se, part.df)
                for term, b, se in zip(part.names, part.beta, errors, strict=True)
            ]
        if self.alpha > 0:
            rows.append(("dispersion", "alpha", self.alpha, self.alpha_se, self.parts[0].df))
        table = pd.DataFrame(rows, columns=["group", "level", "estimate", "se", "t"])
        df = table.pop("t")
        table.insert(2, "base", self.base)
        if self.kind == "hurdle":
            # How often is asked of those alone who came.
            of_users = table["group"].isin(["count", "dispersion"])
            table.loc[of_users, "base"] = self._counted(self.y > 0)
        half = stats.t.ppf(upper, df) * table["se"]
        table["low"], table["high"] = table["estimate"] - half, table["estimate"] + half
        table["statistic"] = table["estimate"] / table["se"]
        table["p"] = 2 * stats.t.sf(table["statistic"].abs(), df)
        for name, of in (("effect", "estimate"), ("effect_low", "low"), ("effect_high", "high")):
            table[name] = np.exp(table[of])
        # A dispersion is no coefficient: 0 is the end of its range, its exponential no ratio.
        table.loc[
            table["group"] == "dispersion",
            ["statistic", "p", "effect", "effect_low", "effect_high"],
        ] = np.nan
        plain = self.kind == "poisson" and self.weights is None
        note = joined_notes("errors hold only without overdispersion" if plain else "", self.caveat)
        method = KINDS[self.kind]
        if self.weights is not None:
            method += ", weighted, design-based errors"
        return table.assign(method=method, note=note)
