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
from commsvc.inference.checks import Array, as_share, plain
from commsvc.inference.results import Interval
from commsvc.inference.sample import Sample
from commsvc.progress import track
from commsvc.shown import Shown
from commsvc.words.messages import Text, joined, message

Statistic = Callable[[Array], Any]
# Beyond so many units a derivative each costs minutes, and the statistic has to bring its own.
MOST_UNITS = 20_000
STEP = 1e-3  # of all weights together; the fourth-order difference is then off by some 1e-13
NEARER = np.array([1.0, 0.03, 0.001])  # where a kink lies within the step, one that stays before it
SMOOTH = 1e-2  # two steps' derivatives differ by less than this part where there is a derivative
_JUMPS = "the statistic jumps as a weight changes: it has no error by derivatives"
_INSTEAD = "use replicate weights; of a quantile survey_quantile, of ranks group_test"


@dataclass(frozen=True)
class Estimate(Shown):
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
        the statistic's values. A complete count has the estimate, and no error

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
    people = Sample.of(sample, frame)
    whole = _value(statistic, people.weights)
    v = whole.size
    if people.exact:
        none = np.full((v, v), np.nan)
        exact = message("exact: a complete count has no sampling error")
        return Estimate(plain(whole), none, 0, joined([exact, people.note]))
    if people.replicates is not None:
        found = people.replicates.estimate(lambda w: np.ravel(_value(statistic, w)))
        return Estimate(plain(whole), found.covariance * people.deff, found.df, people.note)
    own = own_influence(statistic)
    if own is not None:
        covariance = people.covariance_of(np.asarray(own(people.weights)).reshape(-1, v))
    else:
        covariance = people.covariance(_unit_influence(statistic, people, v))
    return Estimate(plain(whole), covariance, people.df, people.note)


def own_influence(statistic: Statistic) -> Statistic | None:
    """The influence that a statistic brings, of ``partial(gini, income)`` that of `gini`."""
    if isinstance(statistic, partial):
        own = getattr(statistic.func, "influence", None)
        return own and partial(own, *statistic.args, **statistic.keywords)
    return getattr(statistic, "influence", None)


def _value(statistic: Statistic, weights: Array) -> Array:
    value = np.asarray(statistic(weights), dtype=float)
    if not np.isfinite(value).all():
        raise CommsvcError(
            "the statistic is not a finite number under these weights",
            allowed="numbers; people of weight 0 count for nothing, a missing value of theirs too",
            next_step="sample.domain(answered), and values without gaps",
        )
    return value


def _unit_influence(statistic: Statistic, people: Sample, v: int) -> Array:
    """The derivative (units, v) along each unit's weights."""
    size = people.stages[-1].clusters.code.size
    if size > MOST_UNITS:
        raise CommsvcError(
            f"{size} units: a derivative for each would take too long",
            allowed=f"up to {MOST_UNITS}, or a statistic with its own `influence`",
            next_step="give the statistic an `influence`, or use replicate weights",
        )
    totals = np.zeros((size, v))
    for unit in track(range(size), "clusters", "群"):
        direction = people.direction(unit)
        if direction.any():
            totals[unit] = derivative(statistic, people.weights, direction)
    if not totals.any():
        # A statistic that jumps is level between its jumps; one without error stays where it is.
        shaken = people.weights * np.where(people.units % 2, 1.0, 0.5)
        if not np.allclose(_value(statistic, shaken), _value(statistic, people.weights)):
            raise CommsvcError(_JUMPS, next_step=_INSTEAD)
    return totals


def derivative(statistic: Statistic, weights: Array, direction: Array) -> Array:
    """The derivative (v,) of a statistic of weights (of any shape) along a direction of them.

    >>> derivative(lambda w: w[0] * w[1], np.array([2.0, 3.0]), np.array([1.0, 0.0])).round(9)
    array([3.])
    """
    least = np.abs(direction).sum() / np.abs(weights).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        # No weight may lose its sign on the way, not at twice the step.
        room = np.nanmin(np.where(weights != 0, np.abs(weights / direction), np.inf))
    for step in min(STEP / least, 0.25 * room) * NEARER:
        at = [np.ravel(_value(statistic, weights + k * step * direction)) for k in (-2, -1, 1, 2)]
        near, far = (at[2] - at[1]) / (2 * step), (at[3] - at[0]) / (4 * step)
        # Of a derivative near 0 the two differ by what is nothing beside the statistic itself.
        large = np.maximum(np.abs(near), np.abs(far)).max() + SMOOTH * np.abs(at).max()
        if (np.abs(near - far) <= SMOOTH * large + 1e-9).all():
            break
    else:
        raise CommsvcError(_JUMPS, next_step=_INSTEAD)
    return np.asarray(near + (near - far) / 3)


@dataclass(frozen=True)
class Ratio:
    """The ratios of the weighted sums of `top` (n, v) and `bottom` (n,) or (n, v), with influence.

    >>> found = by_design(Ratio([1, 0, 1], [2, 1, 1]), Sample([1, 1, 2]))
    >>> found.estimate.round(4)
    array([0.6])
    """

    top: Any
    bottom: Any

    def _sums(self, weights: Array) -> tuple[Array, Array, Array, Array]:
        top, bottom = (np.asarray(x, dtype=float) for x in (self.top, self.bottom))
        top = top if top.ndim == 2 else top[:, None]
        bottom = np.broadcast_to(bottom if bottom.ndim == 2 else bottom[:, None], top.shape)
        used = weights[:, None] > 0
        top, bottom = np.where(used, top, 0.0), np.where(used, bottom, 0.0)
        return top, bottom, weights @ top, weights @ bottom

    def __call__(self, weights: Array) -> Array:
        _, _, above, below = self._sums(weights)
        if (below == 0).any():
            raise CommsvcError(
                "the base of a ratio adds up to 0: nobody is counted",
                next_step="join groups: nobody of this one is left, at least in a replicate",
            )
        return above / below

    def influence(self, weights: Array) -> Array:
        """(top − ratio·bottom) over the sum of bottom (Woodruff 1971, JASA 66)."""
        top, bottom, above, below = self._sums(weights)
        return (top - above / below * bottom) / below
