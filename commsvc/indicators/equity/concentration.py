"""Who has it: people in the order of their living standard, or of the amounts themselves.

With R the fractional rank, C = 2 cov(y, R)/μ: −1 where the poorest have all, +1 where the richest
have; ranked by the amounts themselves it is the Gini coefficient. Kakwani, Wagstaff & van Doorslaer
(1997, J. Econometrics 77:87–103); O'Donnell et al. (2008), *Analyzing Health Equity Using Household
Survey Data*, World Bank, ch. 8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.checked import Array, amounts, some, with_influence

# Kind -> what C is multiplied by, and the derivative of that by the mean; of (mean, low, high).
_Scale = Callable[[float, float, float], tuple[float, float]]
_KINDS: Final[Mapping[str, _Scale]] = {
    "standard": lambda mean, low, high: (1.0, 0.0),
    "generalised": lambda mean, low, high: (mean, 1.0),
    "erreygers": lambda mean, low, high: (4 * mean / (high - low), 4 / (high - low)),
    "wagstaff": lambda mean, low, high: _wagstaff(mean, low, high),
}
KINDS: Final = tuple(_KINDS)


@dataclass(frozen=True)
class _Ranked:
    """People put in the order of x: amounts, weights, twice the fractional rank, and the sum of the
    concentration curve before and after each; those of equal x are taken together."""

    order: NDArray[np.intp]
    relative: Array
    weights: Array
    twice: Array
    curve: Array

    @classmethod
    def by(cls, x: Array, y: Array, w: Array, mean: float) -> _Ranked:
        order = np.argsort(x)
        # An order known to be one: a quarter faster than an index, which checks it.
        x, y, w = (np.take(each, order, mode="clip") for each in (x, y, w))
        relative = y / mean
        people, amount = np.cumsum(w), np.cumsum(w * relative)
        new = x[1:] != x[:-1]
        if new.all():
            return cls(order, relative, w, _with_previous(people), _with_previous(amount))
        lasts = np.append(np.flatnonzero(new), x.size - 1)
        sizes = np.diff(lasts, prepend=-1)
        twice, curve = (_with_previous(each[lasts]) for each in (people, amount))
        return cls(order, relative, w, np.repeat(twice, sizes), np.repeat(curve, sizes))

    def index(self) -> float:
        """C = Σ w (y/μ) 2R − 1."""
        return float(np.einsum("i,i,i", self.weights, self.relative, self.twice)) - 1

    def influence(self, index: float) -> Array:
        """Each person's influence on C, in the rows' own order:
        y/μ (2R − 1 − C) + 1 − C − q before − q after."""
        # In place: with a million persons fresh arrays cost more than the sums.
        moved = self.twice - (1 + index)
        moved *= self.relative
        moved -= self.curve
        moved += 1 - index
        back = np.empty_like(moved)
        back[self.order] = moved
        return back


def _ordered(outcome: Any, rank_by: Any, weights: Any) -> tuple[Array, Array, Array, float]:
    """Outcome, living standard and weights (n,) that sum to one, and the mean outcome."""
    y, w = amounts(outcome, weights, "outcome")
    x, _ = amounts(rank_by, weights, "rank_by", least=None)
    if x.size != y.size:
        raise CommsvcError(f"rank_by has {x.size} entries, the outcome {y.size}")
    return y, x, w, some(y, w)


def _with_previous(cumulative: Array) -> Array:
    total = cumulative.copy()
    total[1:] += cumulative[:-1]
    return total


def _gini_influence(values: Any, weights: Any) -> Array:
    """Langel & Tillé (2013, JRSS A 176:521)."""
    return _index_influence(values, values, weights)


@with_influence(_gini_influence)
def gini(values: Any, weights: Any = None) -> float:
    """The Gini coefficient: twice the area between the Lorenz curve and equality.

    The population formula, without n/(n − 1): copying every unit changes nothing. Cowell (2011),
    *Measuring Inequality*.

    Parameters
    ----------
    values : (n,) amounts from 0 up, *per head* or per place: beds per 1000 residents
    weights : (n,) how many have each (residents); alike where left out, so that every place counts
        the same, however many live there

    Raises
    ------
    CommsvcError : missing or negative values, all 0

    Examples
    --------
    >>> round(gini([10, 20, 30, 40, 100]), 12)
    0.4

    Of a sample, with the error that its design allows; a few very large values make it vary more
    than the error says:

    >>> from functools import partial
    >>> from commsvc.inference import Sample, by_design
    >>> found = by_design(partial(gini, [1, 3, 2, 6]), Sample([1, 1, 1, 1]))
    >>> round(found.estimate, 4), round(found.se, 4)
    (0.3333, 0.0818)

    Of printed figures, 1 and 3 to the next whole number, how far it can go:

    >>> from commsvc import over_printed
    >>> found = over_printed(gini, [(0.5, 1.5), (2.5, 3.5)])
    >>> round(found.low, 4), round(found.high, 4)
    (0.125, 0.375)
    """
    y, w = amounts(values, weights)
    return _Ranked.by(y, y, w, some(y, w)).index()


def lorenz(values: Any, weights: Any = None) -> pd.DataFrame:
    """The Lorenz curve: shares of units, from the least up, and what they have.

    Parameters
    ----------
    values, weights : as in `gini`

    Returns
    -------
    DataFrame `population_share, value_share` from (0, 0) to (1, 1)

    Examples
    --------
    >>> lorenz([30, 10])["value_share"].tolist()
    [0.0, 0.25, 1.0]

    A point of it is a number, and so has an error by design:

    >>> from commsvc.inference import Sample, by_design
    >>> half = lambda w: np.interp(0.5, *lorenz([1, 3, 2, 6], w).to_numpy().T)
    >>> by_design(half, Sample([1, 1, 1, 1])).estimate
    0.25
    """
    return concentration_curve(values, values, weights).rename(
        columns={"outcome_share": "value_share"}
    )


def concentration_curve(outcome: Any, rank_by: Any, weights: Any = None) -> pd.DataFrame:
    """The concentration curve: shares of people from the poorest up, and of the outcome.

    Parameters
    ----------
    outcome, rank_by, weights : as in `concentration_index`

    Returns
    -------
    DataFrame `population_share, outcome_share` from (0, 0) to (1, 1), a point for each living
    standard. A point has an error by `by_design` where people are ranked in groups (fifths):
    between single persons the curve's slope is one person's outcome, and says nothing

    Examples
    --------
    >>> concentration_curve([3, 1], [1, 2])["outcome_share"].tolist()
    [0.0, 0.75, 1.0]
    """
    y, x, w, _ = _ordered(outcome, rank_by, weights)
    order = np.argsort(x, kind="stable")
    last = np.append(x[order][1:] != x[order][:-1], True)
    shares = [np.cumsum(each[order])[last] for each in (w, w * y)]
    people, amount = (np.concatenate([[0.0], each[:-1] / each[-1], [1.0]]) for each in shares)
    return pd.DataFrame({"population_share": people, "outcome_share": amount})


def _index_influence(
    outcome: Any,
    rank_by: Any,
    weights: Any,
    *,
    kind: str = "standard",
    bounds: tuple[float, float] | None = None,
) -> Array:
    y, x, w, mean = _ordered(outcome, rank_by, weights)
    ranked = _Ranked.by(x, y, w, mean)
    index = ranked.index()
    moved = ranked.influence(index)
    if kind != "standard":
        scale, slope = _KINDS[kind](mean, *_ends(kind, bounds, y[w > 0]))
        moved = scale * moved + index * slope * (y - mean)
    return moved / float(np.sum(weights))


@with_influence(_index_influence)
def concentration_index(
    outcome: Any,
    rank_by: Any,
    weights: Any = None,
    *,
    kind: str = "standard",
    bounds: tuple[float, float] | None = None,
) -> float:
    """Concentration index: is use (or ill health) gathered among the poor or the rich?

    Parameters
    ----------
    outcome : (n,) visits, costs, ill health …, a number from 0 up a person; or the mean of each
        group of a table
    rank_by : (n,) living standard; equal ones share their mean rank
    weights : (n,) sampling weights, or the people of each group
    kind : `standard`; `generalised` μC; `erreygers` 4μC/(b − a) (Erreygers 2009) and `wagstaff`
        (b − a)μC/((b − μ)(μ − a)) (Wagstaff 2005; C/(1 − μ) for a yes/no outcome), for an outcome
        with `bounds` (a, b), which they need

    Raises
    ------
    CommsvcError : missing figures, a negative outcome, one of 0 for everyone, one out of bounds

    Examples
    --------
    Under-five deaths in India, from the poorest fifth of births up (World Bank Technical Note 7):

    >>> births, rates = [29939, 28776, 26528, 24689, 19739], [154.7, 152.9, 119.5, 86.9, 54.3]
    >>> round(concentration_index(rates, range(5), births), 4)
    -0.1694

    Of a sample; the error goes through the ranks and the mean, and takes a sort and a few passes:

    >>> from functools import partial
    >>> from commsvc.inference import Sample, by_design
    >>> visits, wealth = [0, 1, 2, 3], [1, 2, 3, 4]
    >>> found = by_design(partial(concentration_index, visits, wealth), Sample([1, 1, 1, 1]))
    >>> round(found.estimate, 4), round(found.se, 4)
    (0.4167, 0.2035)
    """
    if kind not in _KINDS:
        raise unknown_name("kind of concentration index", kind, KINDS)
    y, x, w, mean = _ordered(outcome, rank_by, weights)
    scale = 1.0 if kind == "standard" else _KINDS[kind](mean, *_ends(kind, bounds, y[w > 0]))[0]
    return _Ranked.by(x, y, w, mean).index() * scale


def _wagstaff(mean: float, low: float, high: float) -> tuple[float, float]:
    room = (high - mean) * (mean - low)
    if room <= 0:
        raise CommsvcError("everyone is at one of the bounds: Wagstaff's index is not defined")
    width = high - low
    return width * mean / room, width * (mean**2 - low * high) / room**2


def _ends(kind: str, bounds: tuple[float, float] | None, y: Array) -> tuple[float, float]:
    if kind == "generalised":
        return (0.0, 0.0)
    if bounds is None:
        raise CommsvcError(
            f"the {kind} index needs the outcome's bounds", allowed="bounds=(0, 1) for yes/no"
        )
    if not bounds[0] < bounds[1] or y.min() < bounds[0] or y.max() > bounds[1]:
        raise CommsvcError(f"the outcome runs from {y.min():g} to {y.max():g}, bounds {bounds}")
    return bounds


def horizontal_inequity(
    outcome: Any, rank_by: Any, need: Any, weights: Any = None, *, controls: Any = None
) -> pd.DataFrame:
    """Horizontal inequity: do people of equal need use services equally?

    The index of use less that of needed use, which is what a linear regression on need (and on
    controls, held at their means) expects: indirect standardisation (O'Donnell et al. 2008, ch. 5
    and 15).

    Parameters
    ----------
    outcome, rank_by, weights : as in `concentration_index`
    need, controls : (n, m) columns of numbers, such as age groups and ill health; education or
        insurance as controls, so that need does not stand in for them

    Returns
    -------
    DataFrame `group` (`use`, `need`, `horizontal inequity`), `base` (persons), `estimate, method`.
    Its error by `by_design(lambda w: horizontal_inequity(…, w)["estimate"], sample)` goes through
    all that the sample decides: ranks, means and coefficients

    Raises
    ------
    CommsvcError : columns that repeat each other, missing figures, use of 0 for everyone

    Examples
    --------
    Use that need wholly explains leaves no inequity:

    >>> table = horizontal_inequity([2, 4, 6, 9], [1, 2, 3, 4], [1, 2, 3, 4.5])
    >>> table["estimate"].abs().round(6).tolist()
    [0.27381, 0.27381, 0.0]
    """
    from commsvc.words.messages import message

    y, x, w, _ = _ordered(outcome, rank_by, weights)
    wanted = _columns(need, "need", w)
    held = np.empty((y.size, 0)) if controls is None else _columns(controls, "controls", w)
    beta = _least_squares(np.column_stack([wanted, held]), y, w, "need and controls")
    means = np.broadcast_to(w @ held, held.shape)
    expected = np.column_stack([np.ones(y.size), wanted, means]) @ beta
    use, needed = (_Ranked.by(x, of, w, float(w @ of)).index() for of in (y, expected))
    rows = {"use": use, "need": needed, "horizontal inequity": use - needed}
    return pd.DataFrame(
        {
            "group": [message("use"), message("need"), message("horizontal inequity")],
            "base": int((w > 0).sum()),
            "estimate": list(rows.values()),
            "method": message("indirect standardisation"),
        }
    )


def concentration_parts(
    outcome: Any,
    rank_by: Any,
    factors: Mapping[str, Any] | pd.DataFrame,
    weights: Any = None,
    *,
    kind: str = "standard",
    bounds: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Decomposition of the concentration index: what each factor contributes to it.

    C = Σ (β_k x̄_k/μ) C_k + GC_ε/μ with β of a linear regression of the outcome on the factors, C_k
    the index of a factor and GC_ε the generalised index of the residuals (Wagstaff, van Doorslaer &
    Watanabe 2003, J. Econometrics 112:207; O'Donnell et al. 2008, ch. 13). Other kinds of index
    multiply every part alike.

    Parameters
    ----------
    outcome, rank_by, weights, kind, bounds : as in `concentration_index`
    factors : name -> (n,) numbers: age, illness (0 or 1), insurance; a column of 0 and 1 for each
        level but one

    Returns
    -------
    DataFrame, a row a factor, then `residual` and `total`: `group`, `base` (persons), `coefficient,
    mean, elasticity` (β x̄/μ), `index` (C_k), `estimate` (contribution, in units of the index),
    `share` (of the index), `method`. Contributions of all but the total sum to it. It describes;
    a coefficient is no effect

    Raises
    ------
    CommsvcError : as `concentration_index`; factors that repeat each other

    Examples
    --------
    Use that wealth wholly explains: its contribution is the index.

    >>> table = concentration_parts([1, 2, 3, 4], [1, 2, 3, 4], {"wealth": [1, 2, 3, 4]})
    >>> table[["group", "elasticity", "index", "estimate"]].round(4)
          group  elasticity  index  estimate
    0    wealth         1.0   0.25      0.25
    1  residual         NaN    NaN      0.00
    2     total         NaN    NaN      0.25
    """
    from commsvc.words.messages import message

    total = concentration_index(outcome, rank_by, weights, kind=kind, bounds=bounds)
    y, x, w, mean = _ordered(outcome, rank_by, weights)
    names = list(factors)
    columns = np.column_stack([_columns(factors[name], name, w) for name in names])
    beta = _least_squares(columns, y, w, "factors")[1:]
    # 2 cov(x, R) of each, which has a value where the factor's mean is 0, too.
    order = _Ranked.by(x, y, w, mean)
    pull = order.weights * (order.twice - 1)
    spread = pull @ columns[order.order]
    means = w @ columns
    standard = order.index()
    scale = total / standard if standard else 1.0
    parts = beta * spread / mean * scale
    index = np.divide(spread, means, out=np.full(len(names), np.nan), where=means != 0)
    numbers = {
        "coefficient": beta, "mean": means, "elasticity": beta * means / mean, "index": index
    }  # fmt: skip
    left = total - parts.sum()
    return pd.DataFrame(
        {
            "group": [*names, message("residual"), message("total")],
            "base": int((w > 0).sum()),
            **{name: [*column, np.nan, np.nan] for name, column in numbers.items()},
            "estimate": [*parts, left, total],
            "share": np.array([*parts, left, total]) / (total or np.nan),
            "method": message("decomposition by linear regression"),
        }
    )


def _columns(values: Any, name: str, w: Array) -> Array:
    """Numbers (n, m), those of people without weight put to 0."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CommsvcError(
            f"{name}: {error}", allowed="numbers", next_step="a column of 0 and 1 for each level"
        ) from error
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim == 2 and len(array) == w.size:
        array = np.where(w[:, None] > 0, array, 0.0)
    if array.ndim != 2 or len(array) != w.size or not np.isfinite(array).all():
        raise CommsvcError(f"{name} must be {w.size} rows of numbers, none missing")
    return array


def _least_squares(columns: Array, y: Array, w: Array, names: str) -> Array:
    """Constant and slopes of the weighted regression."""
    root = np.sqrt(w)
    design = np.column_stack([np.ones(y.size), columns]) * root[:, None]
    beta, _, rank, _ = np.linalg.lstsq(design, y * root, rcond=None)
    if rank < design.shape[1]:
        raise CommsvcError(f"{names} repeat each other", next_step="drop one column")
    return np.asarray(beta)
