"""The concentration index: is use (or ill health) gathered among the poor or the rich?

C = 2 cov(y, R)/μ with R the fractional rank by living standard: −1 all with the poorest, +1 all
with the richest. Kakwani, Wagstaff & van Doorslaer (1997, J. Econometrics 77:87–103); O'Donnell
et al. (2008), *Analyzing Health Equity Using Household Survey Data*, World Bank, ch. 8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.arrays import (
    Array,
    as_numbers,
    as_weights,
    in_domain,
    weights_of_sample,
)
from commsvc.indicators.equity.ranking import dot, in_order, influence_in_place, ranks
from commsvc.indicators.printed_cells import as_cells
from commsvc.inference.checks import as_share

if TYPE_CHECKING:
    from commsvc.inference.records import Records

KINDS: Final = ("standard", "generalised", "erreygers", "wagstaff")
ERRORS: Final = ("kakwani", "regression")


def concentration_index(
    outcome: Any,
    rank_by: Any,
    *,
    weights: Any = None,
    records: Records | None = None,
    kind: str = "standard",
    bounds: tuple[float, float] | None = None,
    error: str = "kakwani",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Concentration index from records of persons, with its standard error.

    Parameters
    ----------
    outcome : (n,) visits, costs, ill health …, a number from 0 up a person
    rank_by : (n,) living standard; equal ones share their mean rank
    weights : (n,) sampling weights
    records : the sample instead (`commsvc.inference.records.Records.sample(weights, strata=…,
        clusters=…)`): its weights, and errors of its strata and clusters with Student's t
    kind : `standard`; `generalised` (μC); `erreygers` (4μC/(b − a), Erreygers 2009) and `wagstaff`
        ((b − a)μC/((b − μ)(μ − a)), Wagstaff 2005; C/(1 − μ) for a yes/no outcome) for an outcome
        with `bounds` (a, b), which they need
    error : `kakwani` — formula 1 of Kakwani et al. (1997), carried to the other kinds by the delta
        method; `regression` — the slope's ordinary error in the convenient regression of
        2σ²ᵣ(y/μ) on R, which takes μ for known (and, for the other kinds, scales with C)

    Returns
    -------
    DataFrame of one row: `base` (persons), `mean, estimate, se, low, high, method, note`

    Notes
    -----
    With sampling weights the formula's 1/n Σ a² becomes Σ w² a² (weights summing to one), the
    linearised variance of independent persons; with equal weights that is the formula itself.
    With `records` the same influence of each person is added up in the clusters. Ranked by the
    outcome itself, the index is the Gini coefficient, and its error that of the Gini. Time is that
    of sorting `rank_by` and a few passes.

    Examples
    --------
    >>> concentration_index([0, 1, 2, 3], [1, 2, 3, 4])[["base", "estimate"]].round(4)
       base  estimate
    0     4    0.4167
    """
    if kind not in KINDS:
        raise unknown_name("kind of concentration index", kind, KINDS)
    upper = (1 + as_share(confidence, "confidence")) / 2
    if error not in ERRORS:
        raise unknown_name("standard error", error, ERRORS)
    y = as_numbers(in_domain(outcome, records), "outcome")
    n = len(y)
    x = as_numbers(in_domain(rank_by, records), "rank_by", least=None, length=n)
    if n < 3:
        raise CommsvcError(f"{n} persons have no concentration index", allowed="three at least")
    if records is not None:
        weights = _weights_of(records, weights, error, n)
    w = None if weights is None else as_weights(weights, n)
    ends = _bounds(kind, bounds, y)
    order = np.argsort(x)
    y, w = in_order(y, order), None if w is None else in_order(w, order)
    twice, curve, mean = ranks(in_order(x, order), y, w)
    if mean <= 0:
        raise CommsvcError("the outcome is 0 for everyone: it is nobody's more than another's")
    relative = y / mean
    index = dot(relative, twice) / n - 1 if w is None else dot(w * relative, twice) - 1
    scale = _scale(kind, mean, ends)
    if error == "kakwani":
        moved = influence_in_place(relative, twice, curve, index)
        if kind != "standard":
            step, slope = _delta(kind, mean, ends)
            moved = step * (mean * moved + index * (y - mean)) + index * mean * slope * (y - mean)
        if records is not None:
            influence = np.empty(n)
            influence[order] = moved
            variance = float(records.covariance(influence / records.weights.sum())[0, 0])
        else:
            if w is not None:
                moved *= w
            variance = dot(moved, moved) / (n * n if w is None else 1)
    else:
        variance = _regression_variance(relative, twice / 2, w, index) * scale**2
    from scipy import special

    estimate, se = index * scale, float(np.sqrt(variance))
    half = float(special.ndtri(upper)) * se
    if records is not None:
        half = float(special.stdtrit(records.df, upper)) * se
    figures = {"base": n, "mean": mean, "estimate": estimate, "se": se}
    method = f"concentration index, {kind} ({error})"
    if records is not None:
        figures["base"] = records.n
        method = f"concentration index, {kind}, weighted, design-based errors"
    row = figures | {"low": estimate - half, "high": estimate + half, "method": method, "note": ""}
    return pd.DataFrame([row])


def _weights_of(records: Records, weights: Any, error: str, n: int) -> Array:
    if error != "kakwani":
        raise CommsvcError(f"the error {error!r} knows no design", allowed="kakwani")
    return weights_of_sample(records, n, weights)


def concentration_index_grouped(
    population: Any,
    mean_outcome: Any,
    *,
    sd: Any = None,
    people: float | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Concentration index from a table of groups, ordered from the poorest up.

    C = Σ (p_t L_{t+1} − p_{t+1} L_t) over cumulative shares of people p and of the outcome L
    (World Bank Technical Note 7).

    Parameters
    ----------
    population : (k,) people (births, …) of each group
    mean_outcome : (k,) the outcome's mean or rate in each
    sd : (k,) its standard deviation within each group; adds the error of Kakwani et al. (1997).
        A rate r per person of a yes/no outcome has sd √(r(1 − r))
    people : persons surveyed, where `population` is not itself their number

    Returns
    -------
    DataFrame, a row a group: `group` (1 …), `population_share, outcome_share` (cumulative), `term`
    (missing in the last), and a last row `index` with `estimate` — and `se, low, high` where `sd`
    is given

    Examples
    --------
    >>> births, rates = [29939, 28776, 26528, 24689, 19739], [154.7, 152.9, 119.5, 86.9, 54.3]
    >>> table = concentration_index_grouped(births, rates)
    >>> table["term"].round(4).tolist()[:4], table["estimate"].round(4).iloc[-1].item()
    ([-0.0008, -0.0267, -0.0592, -0.0827], -0.1694)
    """
    upper = (1 + as_share(confidence, "confidence")) / 2
    y = as_numbers(mean_outcome, "mean_outcome")
    k = len(y)
    f = as_weights(population, k, "population")
    mean = float(f @ y)
    if k < 2 or mean <= 0:
        raise CommsvcError(f"{k} groups with mean outcome {mean:g}", allowed="two, some outcome")
    p, q = np.cumsum(f), np.cumsum(f * y) / mean
    terms = p[:-1] * q[1:] - p[1:] * q[:-1]
    index = float(terms.sum())
    nothing = float("nan")
    table = pd.DataFrame(
        {
            "group": [*(str(i + 1) for i in range(k)), "index"],
            "population_share": [*p, nothing],
            "outcome_share": [*q, nothing],
            "term": [*terms, nothing, nothing],
            "estimate": [*[nothing] * k, index],
        }
    )
    if sd is None:
        return table.assign(method="concentration index, grouped")
    spread = as_numbers(sd, "sd", length=k)
    n = float(np.sum(population)) if people is None else float(people)
    rank = p - f / 2
    a = y / mean * (2 * rank - 1 - index) + 2 - np.concatenate([[0.0], q[:-1]]) - q
    within = float(f @ (spread**2 * (2 * rank - 1 - index) ** 2)) / mean**2
    se = float(np.sqrt((float(f @ a**2) - (1 + index) ** 2 + within) / n))
    from scipy import special

    half = float(special.ndtri(upper)) * se
    for name, value in {"se": se, "low": index - half, "high": index + half}.items():
        table[name] = [*[nothing] * k, value]
    return table.assign(method="concentration index, grouped (Kakwani)")


def concentration_curve(
    outcome: Any, rank_by: Any, weights: Any = None, *, rounding: str = ""
) -> pd.DataFrame:
    """The curve: cumulative shares of people from the poorest up, and of the outcome.

    Parameters
    ----------
    outcome : (n,) a number from 0 up a person or group, or figures as printed
    rank_by : (n,) living standard; equal ones make one point of the curve
    weights : (n,) how many each stands for, exact; alike where left out
    rounding : last printed place (`"0.1"`) of plain numbers that had been rounded

    Returns
    -------
    DataFrame `population_share, outcome_share` from (0, 0) to (1, 1); with figures that are ranges
    also `outcome_low, outcome_high`: the least and the most that so many of the poorest can have,
    each reached (by other figures at other points). Of a sample: `concentration_curve_by_design`

    Examples
    --------
    >>> concentration_curve([3, 1], [1, 2])["outcome_share"].tolist()
    [0.0, 0.75, 1.0]
    """
    cells = as_cells(outcome, "outcome", rounding)
    y = as_numbers(cells.face[:, 0], "outcome")
    x = as_numbers(rank_by, "rank_by", least=None, length=len(y))
    w = as_weights(weights, len(y))
    order = np.argsort(x, kind="stable")
    last = np.append(x[order][1:] != x[order][:-1], True)

    def sums(figures: Array) -> Array:
        return np.concatenate([[0.0], np.cumsum((w * figures)[order])[last]])

    amount = sums(y)
    if amount[-1] <= 0:
        raise CommsvcError("the outcome is 0 for everyone")
    people = np.cumsum(w[order])[last]
    table = pd.DataFrame(
        {
            "population_share": np.concatenate([[0.0], people[:-1], [1.0]]),
            "outcome_share": amount / amount[-1],
        }
    )
    if not cells.loose:
        return table
    # The poorest at one end of their figures and all others at the other.
    low, high = sums(as_numbers(cells.low[:, 0], "outcome")), sums(cells.high[:, 0])
    least, most = low + high[-1] - high, high + low[-1] - low
    # Where the others surely have nothing, those here have all; nothing of nothing stays nothing.
    return table.assign(
        outcome_low=np.divide(low, least, out=np.ones_like(low), where=least > 0),
        outcome_high=np.divide(high, most, out=np.zeros_like(high), where=most > 0),
    )


def _scale(kind: str, mean: float, ends: tuple[float, float]) -> float:
    if kind == "standard":
        return 1.0
    return _delta(kind, mean, ends)[0] * mean


def _delta(kind: str, mean: float, ends: tuple[float, float]) -> tuple[float, float]:
    """What μC is multiplied by for the index, and the derivative of that by μ."""
    low, high = ends
    if kind == "generalised":
        return 1.0, 0.0
    if kind == "erreygers":
        return 4 / (high - low), 0.0
    room = (high - mean) * (mean - low)
    if room <= 0:
        raise CommsvcError("everyone is at one of the bounds: Wagstaff's index is not defined")
    return (high - low) / room, -(high - low) * (high + low - 2 * mean) / room**2


def _bounds(kind: str, bounds: tuple[float, float] | None, y: Array) -> tuple[float, float]:
    if kind in ("standard", "generalised"):
        return (0.0, 0.0)
    if bounds is None:
        raise CommsvcError(
            f"the {kind} index needs the outcome's bounds", allowed="bounds=(0, 1) for yes/no"
        )
    if not bounds[0] < bounds[1] or y.min() < bounds[0] or y.max() > bounds[1]:
        raise CommsvcError(f"the outcome runs from {y.min():g} to {y.max():g}, bounds {bounds}")
    return bounds


def _regression_variance(relative: Array, rank: Array, w: Array | None, index: float) -> float:
    """The slope's variance in 2σ²ᵣ(y/μ) = α + C·R + u, as ordinary (weighted) least squares."""
    n = len(rank)
    share: Any = np.full(n, 1.0 / n) if w is None else w
    spread = float(share @ (rank - 0.5) ** 2)
    left = 2 * spread * relative
    residual = left - float(share @ left) - index * (rank - float(share @ rank))
    return float(share @ residual**2) / (n - 2) / spread
