"""One road from any statistic of weights to its error under the design.

`by_design(statistic, sample)` estimates with the sample's weights and asks how the estimate moves
with the weight of each cluster (the infinitesimal jackknife: for smooth statistics this is Taylor
linearisation, and no formula has to be derived by hand). Calibrated weights move along what the
calibration leaves free; with replicate weights the statistic is worked out anew in each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.inference.cell_totals import Cells
from commsvc.inference.checks import Array, as_numbers, as_share, plain
from commsvc.inference.results import Interval
from commsvc.inference.sample import Sample
from commsvc.words.messages import Text, joined, message

Statistic = Callable[[Array], Any]
STEP = 1e-3  # of all weights together; the fourth-order difference is then off by some 1e-13
NEAR = 2e-3  # of each weight by itself, for what is as curved as a logarithm
NEARER = np.array([1.0, 0.03, 0.001])  # where a kink lies within the step, one that stays before it
SMOOTH = 1e-2  # two steps' derivatives differ by less than this part where there is a derivative
_JUMPS = "the statistic jumps as a weight changes: it has no error by derivatives"
_INSTEAD = "use replicate weights; of a quantile survey_quantile, of ranks group_test"


@dataclass(frozen=True)
class Estimate:
    """Estimates with their covariance under the design.

    Attributes
    ----------
    estimate : number, or array of any shape
    covariance : (v, v) of the v estimates, in their order
    df : degrees of freedom of the design
    note : what a reader has to know
    """

    estimate: Any
    covariance: Array = field(repr=False)
    df: float
    note: Text | str = ""

    @property
    def se(self) -> Any:
        """Standard errors, in the shape of the estimate."""
        return plain(np.sqrt(np.diag(self.covariance)).reshape(np.shape(self.estimate)))

    def combine(self, weights: Any) -> Estimate:
        """Linear combinations: weights (w, v) give w estimates, such as differences of groups."""
        by = np.atleast_2d(np.asarray(weights, dtype=float))
        at = by @ np.ravel(self.estimate)
        return Estimate(at, by @ self.covariance @ by.T, self.df, self.note)

    def transform(self, function: Callable[[Array], Any]) -> Estimate:
        """A smooth function of the estimates, by the delta method (as R's svycontrast).

        >>> shares = Estimate(np.array([0.5, 0.25]), np.diag([0.01, 0.01]), 9)
        >>> ratio = shares.transform(lambda p: p[0] / p[1])
        >>> ratio.estimate, round(ratio.se, 4)
        (2.0, 0.8944)
        """
        at = np.ravel(self.estimate)
        whole = np.asarray(function(at), dtype=float)
        slopes = np.array([derivative(function, at, along, 1e-4) for along in np.eye(at.size)])
        return Estimate(plain(whole), slopes.T @ self.covariance @ slopes, self.df, self.note)

    def interval(self, confidence: float = 0.95) -> Interval:
        """Student's intervals on the design's degrees of freedom; NaN where there are none.

        >>> people = Sample([1, 1, 1], clusters=["a", "b", "c"])
        >>> total = by_design(lambda w: w @ [4.0, 6.0, 5.0], people).interval()
        >>> round(total.low, 2), round(total.high, 2)
        (7.55, 22.45)
        """
        from scipy import special

        upper = (1 + as_share(confidence, "confidence")) / 2
        half = (float(special.stdtrit(self.df, upper)) if self.df > 0 else np.nan) * self.se
        none = "" if self.df > 0 else message("no degrees of freedom: no interval")
        return Interval(
            self.estimate, self.estimate - half, self.estimate + half, self.se,
            confidence=confidence, method=message("design-based, Student t"),
            note=joined([self.note, none]),
        )  # fmt: skip


def by_design(statistic: Statistic, sample: Any, frame: Any = None) -> Estimate:
    """Any statistic of the weights, with its error under the design.

    Parameters
    ----------
    statistic : maps weights (n,) to a number or an array: a share, a Gini, a model's slopes. It
        keeps the values itself (``lambda w: gini(income, w)``) and must be smooth in the weights;
        a quantile is not (`survey_quantile`). It may bring ``influence(weights) -> (n,) or
        (n, v)``, the derivative by each person's weight, where it has that cheaply; of our own that
        do (`gini`, `theil`, `concentration_index` …) ``partial(gini, income)`` keeps it
    sample : `Sample`; or `Design`, with the `frame` its column names are of, rows in the order of
        the statistic's values; or the cells of a table, whose sums (c, p) then stand for the
        weights. A complete count has the estimate, and no error

    Returns
    -------
    Estimate, with ``.estimate .se .covariance .df .interval()``

    Raises
    ------
    CommsvcError : the statistic is not finite, or not smooth; more than 20 000 units and no
        influence of its own

    Notes
    -----
    Jaeckel (1972); Binder (1983, Int. Stat. Rev. 51); Deville (1999, Surv. Methodol. 25). The
    derivative is a central difference of fourth order along each unit's weights.

    Examples
    --------
    >>> visits, people = np.array([0, 2, 1, 5.0]), Sample([2, 2, 1, 1], clusters=list("aabb"))
    >>> found = by_design(lambda w: w @ visits / w.sum(), people)
    >>> round(found.estimate, 4), round(found.se, 4), found.df
    (1.6667, 0.8889, 1)
    """
    people = sample if isinstance(sample, Cells) else Sample.of(sample, frame)
    whole = _value(statistic, people.weights)
    if people.exact:
        none = np.full((whole.size, whole.size), np.nan)
        said = message("exact: a complete count has no sampling error")
        return Estimate(plain(whole), none, 0, joined([said, people.note]))
    covariance = _covariance(statistic, people, whole)
    undefined = np.isnan(np.ravel(whole))
    covariance[undefined, :] = covariance[:, undefined] = np.nan
    return Estimate(plain(whole), covariance * people.deff, people.df, people.note)


def _covariance(statistic: Statistic, people: Any, whole: Array) -> Array:
    """By replicates, by the statistic's own influence, or by derivatives along each unit."""
    weights, v = people.weights, whole.size
    if people.replicates is not None:
        each = people.anew(lambda w: np.ravel(_value(statistic, w)))
        return np.asarray(people.replicates.covariance(np.ravel(whole), each))
    own = own_influence(statistic)
    if own is not None:
        return np.asarray(people.covariance_of(np.reshape(own(weights), (*weights.shape, v))))
    moved = False

    def slope(along: Array) -> Array:
        nonlocal moved
        found = derivative(statistic, weights, along)
        moved = moved or bool(found.any())
        return found

    covariance = people.covariance_along(slope, v)
    if not moved and not getattr(people, "adjustments", ()):
        # A statistic that jumps is level between its jumps; one without error stays where it is.
        shaken = weights * np.resize([1.0, 0.5, 0.75], weights.shape)
        if not np.allclose(_value(statistic, shaken), whole):
            raise CommsvcError(_JUMPS, next_step=_INSTEAD)
    return np.asarray(covariance)


def own_influence(statistic: Statistic) -> Statistic | None:
    """The influence that a statistic brings; of ``partial(gini, income)`` that of `gini`."""
    if isinstance(statistic, partial):
        own = getattr(statistic.func, "influence", None)
        return own and partial(own, *statistic.args, **statistic.keywords)
    return getattr(statistic, "influence", None)


def _value(statistic: Statistic, weights: Array) -> Array:
    value = np.asarray(statistic(weights), dtype=float)
    if not np.isfinite(value).all() and not getattr(statistic, "blank", False):
        raise CommsvcError(
            "the statistic is not a finite number under these weights",
            allowed="numbers; people of weight 0 count for nothing, a missing value of theirs too",
            next_step="sample.domain(answered), and values without gaps",
        )
    return value


def derivative(statistic: Statistic, weights: Array, direction: Array, near: float = NEAR) -> Array:
    """The derivative (v,) of a statistic of weights (of any shape) along a direction of them.

    >>> derivative(lambda w: w[0] * w[1], np.array([2.0, 3.0]), np.array([1.0, 0.0])).round(9)
    array([3.])
    """
    least = np.abs(direction).sum() / np.abs(weights).sum()
    moved = (direction != 0) & (weights != 0)
    # No weight may change its sign on the way, not at twice the step.
    room = np.abs(weights[moved] / direction[moved]).min(initial=np.inf)
    for step in min(STEP / least, near * room) * NEARER:
        at = [np.ravel(_value(statistic, weights + k * step * direction)) for k in (-2, -1, 1, 2)]
        inner, outer = (at[2] - at[1]) / (2 * step), (at[3] - at[0]) / (4 * step)
        # Of a derivative near 0 the two differ by what is nothing beside the statistic itself.
        large = np.maximum(np.abs(inner), np.abs(outer)).max() + SMOOTH * np.abs(at).max(axis=0)
        if not (np.abs(inner - outer) > SMOOTH * large + 1e-9).any():
            break
    else:
        raise CommsvcError(_JUMPS, next_step=_INSTEAD)
    return np.asarray(inner + (inner - outer) / 3)


@dataclass(frozen=True)
class Total:
    """The weighted sums of `values`, of the shape of the weights and (…, v), with influence."""

    values: Any

    def __call__(self, weights: Array) -> Array:
        values = _columns(self.values, weights)
        return np.asarray(np.ravel(weights) @ values.reshape(weights.size, -1))

    def influence(self, weights: Array) -> Array:
        """The values themselves."""
        return _columns(self.values, weights)


@dataclass(frozen=True)
class Ratio:
    """The ratios of the weighted sums of `top` and `bottom` (1 for a mean), with influence.

    Parameters
    ----------
    top, bottom : (n,) or (n, v) for people; (c, v) or (c, p, v) for the cells of a table
    blank : NaN where the base is 0, instead of an error

    Examples
    --------
    >>> found = by_design(Ratio([1, 0, 1], [2, 1, 1]), Sample([1, 1, 2]))
    >>> found.estimate.round(4)
    array([0.6])
    """

    top: Any
    bottom: Any = 1.0
    blank: bool = False

    def _sums(self, weights: Array) -> tuple[Array, Array, Array, Array]:
        top = _columns(self.top, weights)
        bottom = self.bottom
        bottom = np.full(weights.shape, float(bottom)) if np.ndim(bottom) == 0 else bottom
        bottom = np.broadcast_to(_columns(bottom, weights), top.shape)
        whole = [np.ravel(weights) @ x.reshape(weights.size, -1) for x in (top, bottom)]
        if (whole[1] == 0).any() and not self.blank:
            raise CommsvcError(
                "the base of a ratio adds up to 0: nobody is counted",
                next_step="join groups: nobody of this one is left, at least in a replicate",
            )
        return top, bottom, whole[0], whole[1]

    def __call__(self, weights: Array) -> Array:
        _, _, above, below = self._sums(weights)
        return np.asarray(above / np.where(below == 0, np.nan, below))

    def influence(self, weights: Array) -> Array:
        """(top − ratio·bottom) over the sum of bottom (Woodruff 1971, JASA 66)."""
        top, bottom, above, below = self._sums(weights)
        base = np.where(below == 0, 1.0, below)
        return np.asarray((top - above / base * bottom) / base)


def _columns(values: Any, weights: Array) -> Array:
    """Values as finite (…, v) where the weight is not 0, and 0 elsewhere."""
    array = as_numbers(values)
    # Of cells (c, p) a row of values is that of the weight's own sum.
    if weights.ndim == 2 and array.ndim == 2 and weights.shape[1] == 1:
        array = array[:, None, :]
    array = array[..., None] if array.ndim == weights.ndim else array
    if array.shape[:-1] != weights.shape:
        raise CommsvcError(
            f"values of shape {array.shape} for weights of shape {weights.shape}",
            allowed="one row a person",
        )
    # A cell's sum of numbers may be 0 where there are people.
    used = np.broadcast_to((weights != 0)[..., None] | (weights.ndim > 1), array.shape)
    lost = int((~np.isfinite(np.where(used, array, 0.0))).any(axis=-1).sum())
    if lost:
        raise CommsvcError(
            f"{lost} people have no value",
            allowed="finite numbers for everybody in the domain",
            next_step="take sample.domain(...) with those who answered, and say how many they are",
        )
    return np.where(used, array, 0.0)
