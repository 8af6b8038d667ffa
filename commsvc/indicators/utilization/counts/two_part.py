"""The two-part model of amounts such as cost: any at all, and how much, smeared back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.sampling import as_design, people_of
from commsvc.indicators.units import joined_notes
from commsvc.indicators.utilization.counts.pseudo import mean_top, top_of
from commsvc.indicators.utilization.counts.regressors import Array, outcome, regressors
from commsvc.inference.design import Design

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
    design: Design | str = "unknown",
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
    design : as in `count_model`; with weights or clusters the smearing factor is weighted too
    confidence : of the intervals; errors robust to any variance (HC1) in the amount's part, or
        those of the design

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
    from scipy import stats
    from statsmodels.discrete.discrete_model import Logit

    from commsvc.inference.checks import as_share

    if second not in SECOND_PARTS:
        raise unknown_name("second part", second, SECOND_PARTS)
    upper = (1 + as_share(confidence, "confidence")) / 2
    chosen = as_design(design)
    chosen.require_sample("a two-part model's errors")
    y = outcome(frame, amount, whole=False)
    data = regressors(frame, predictors, reference, outcome=amount)
    people = people_of(frame, chosen)
    have = y > 0
    if have.all():
        raise CommsvcError(
            f"everyone has some {amount}: there is no first part",
            next_step="model the amount alone",
        )
    if have.sum() <= len(data.names):
        raise CommsvcError(f"{have.sum()} have any {amount}", allowed="more than there are terms")
    any_fit = top_of(
        Logit(have.astype(float), data.x), "two-part, logit", people, slopes=len(data.names),
        method="newton",
    )  # fmt: skip
    if second == "log":
        logs = np.log(np.where(have, y, 1.0))
        fit = mean_top(logs, data.x, "linear", people, have)
        residual = (logs - data.x @ fit.params)[have]
        weights = None if people is None else people.weights[have]
        smearing = float(np.average(np.exp(residual), weights=weights))
    else:
        fit = mean_top(y, data.x, "gamma", people, have)
        smearing = 1.0
    parts = [("any", any_fit, y.size), ("amount", fit, int(have.sum()))]
    rows = [
        (name, term, base, b, se, part.df)
        for name, part, base in parts
        for term, b, se in zip(data.names, part.params, part.bse, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["group", "level", "base", "estimate", "se", "t"])
    table["se"] *= chosen.deff**0.5
    df = table.pop("t")
    half = stats.t.ppf(upper, df) * table["se"]
    table["low"], table["high"] = table["estimate"] - half, table["estimate"] + half
    table["statistic"] = table["estimate"] / table["se"]
    table["p"] = 2 * stats.t.sf(table["statistic"].abs(), df)
    table["effect"] = np.exp(table["estimate"])
    words = {"any": "logit", "amount": SECOND_PARTS[second]}
    table["method"] = table["group"].map(words)
    if people is not None:
        table["method"] += ", weighted, design-based errors"
    said = f"smearing factor {smearing:.4g}" if second == "log" else ""
    table["note"] = joined_notes(said, chosen.caveat())
    any_use = 1 / (1 + np.exp(-(data.x @ any_fit.params)))
    return TwoPartFit(table, any_use, np.exp(data.x @ fit.params) * smearing, smearing)
