"""The two-part model of amounts such as cost: any at all, and how much, smeared back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.utilization.counts.fitting import fitted
from commsvc.indicators.utilization.counts.regressors import Array, outcome, regressors

SECOND_PARTS: Final = {
    "log": "least squares of the logarithm, Duan's smearing",
    "gamma": "gamma regression with log link",
}


@dataclass(frozen=True)
class TwoPartFit:
    """A fitted two-part model.

    Attributes
    ----------
    table : coefficients: `group` (`any`: logit of having any; `amount`: log of the amount of
        those who have), `level` (term), `base` (persons in that part), `estimate, se, low, high,
        statistic, p, effect` (e to the power), `method, note`
    probability : (n,) of any amount
    amount : (n,) expected amount of those who have any, on the scale of the data
    smearing : Duan's factor, the mean of e^residual; 1 with `gamma`
    """

    table: pd.DataFrame
    probability: Array
    amount: Array
    smearing: float

    @property
    def means(self) -> Array:
        """(n,) expected amount of everyone: probability times amount."""
        return self.probability * self.amount


def two_part(
    frame: Any,
    amount: str,
    predictors: Sequence[str],
    *,
    second: str = "log",
    reference: Mapping[str, Any] | None = None,
    confidence: float = 0.95,
) -> TwoPartFit:
    """Any use at all by a logit, and how much by those who use (Duan et al. 1983).

    Parameters
    ----------
    frame : a row a person
    amount : column, 0 or more: cost, days, hours
    predictors : columns of both parts
    second : `log`: E = e^(xβ)·s with s the mean of e^residual (Duan 1983), which needs residuals
        of one spread for all; `gamma`: no retransformation is needed
    reference : text column -> level to compare with
    confidence : of the intervals; errors robust to any variance (HC1) in the amount's part

    Raises
    ------
    CommsvcError : negative amounts, nobody or everybody with none, fits that do not converge

    Examples
    --------
    Without predictors the model gives back the mean: ½ have any, on average 30.

    >>> table = pd.DataFrame({"cost": [0, 0, 0, 10, 20, 60]})
    >>> fit = two_part(table, "cost", [])
    >>> fit.means.round(6).tolist()[:2], round(fit.smearing, 4)
    ([15.0, 15.0], 1.3104)
    """
    import statsmodels.api as sm
    from scipy import stats

    from commsvc.inference.checks import as_share

    if second not in SECOND_PARTS:
        raise unknown_name("second part", second, SECOND_PARTS)
    z = float(stats.norm.ppf((1 + as_share(confidence, "confidence")) / 2))
    y = outcome(frame, amount, whole=False)
    data = regressors(frame, predictors, reference)
    have = y > 0
    if have.all():
        raise CommsvcError(
            f"everyone has some {amount}: there is no first part",
            next_step="model the amount alone",
        )
    if have.sum() <= len(data.names):
        raise CommsvcError(f"{have.sum()} have any {amount}", allowed="more than there are terms")
    any_fit = fitted(sm.Logit(have.astype(float), data.x), "two-part, logit", method="newton")
    if second == "log":
        fit = sm.OLS(np.log(y[have]), data.x[have]).fit(cov_type="HC1")
        smearing = float(np.exp(fit.resid).mean())
    else:
        family = sm.families.Gamma(link=sm.families.links.Log())
        fit = sm.GLM(y[have], data.x[have], family=family).fit(cov_type="HC1")
        smearing = 1.0
    parts = [("any", any_fit, y.size), ("amount", fit, int(have.sum()))]
    rows = [
        (name, term, base, b, se)
        for name, part, base in parts
        for term, b, se in zip(data.names, part.params, part.bse, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["group", "level", "base", "estimate", "se"])
    table["low"] = table["estimate"] - z * table["se"]
    table["high"] = table["estimate"] + z * table["se"]
    table["statistic"] = table["estimate"] / table["se"]
    table["p"] = 2 * stats.norm.sf(table["statistic"].abs())
    table["effect"] = np.exp(table["estimate"])
    words = {"any": "logit", "amount": SECOND_PARTS[second]}
    table["method"] = table["group"].map(words)
    table["note"] = f"smearing factor {smearing:.4g}" if second == "log" else ""
    return TwoPartFit(
        table, any_fit.predict(data.x), np.exp(data.x @ fit.params) * smearing, smearing
    )
