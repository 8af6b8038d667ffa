"""How far rates can go while counts and populations stay within what their figures allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import Measure, expect, measure
from commsvc.inference.design import Design

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Figures:
    """Figures as arrays (n,): as printed (NaN of a range), and the ends of what each may stand for.

    Attributes
    ----------
    face, low, high : (n,)
    unit : what all of them count
    """

    face: Array
    low: Array
    high: Array
    unit: str

    def __getitem__(self, which: Any) -> Figures:
        return Figures(self.face[which], self.low[which], self.high[which], self.unit)

    @property
    def exact(self) -> bool:
        """Whether each stands for one value."""
        return bool((self.low == self.high).all())


def figures(values: Sequence[Any], rows: Sequence[str], *, unit: str, what: str) -> Figures:
    """Numbers, printed figures or measures of one unit.

    Parameters
    ----------
    rows : (n,) what each is called in a message
    unit : what they must count; "events" takes whatever unit the figures say, one for all
    what : their name in a message

    Examples
    --------
    >>> found = figures(["近97万", 3], ["A", "B"], unit="persons", what="population")
    >>> found.low.tolist(), found.high.tolist()
    ([960000.0, 3.0], [970000.0, 3.0])
    """
    made: list[Measure] = []
    for value, row in zip(values, rows, strict=True):
        where = f"{what}, {row}"
        if value is None:
            raise CommsvcError("missing", where=where, next_step="leave it out, or ask")
        try:
            says = isinstance(value, str | Measure)
            one = measure(value) if says and unit == "events" else expect(value, unit, role=what)
        except CommsvcError as error:
            raise CommsvcError(str(error), where=where) from error
        made.append(one)
    # A plain number is one of what the others say they count.
    named = [one for one in made if one.unit != "events"]
    for one, row in zip(made, rows, strict=True):
        if one.unit not in ("events", named[0].unit if named else "events"):
            raise CommsvcError(
                f"{one} beside {named[0]}: a rate is one of events of one kind",
                where=f"{what}, {row}",
                allowed=named[0].unit,
            )
    face = [float("nan") if one.face is None else float(one.face) for one in made]
    ends = np.array([(one.low, one.high) for one in made])
    if not np.isfinite(ends).all():
        at = int(np.nonzero(~np.isfinite(ends).all(axis=1))[0][0])
        raise CommsvcError(
            f"{made[at]} has no upper end", where=f"{what}, {rows[at]}", next_step="say a range"
        )
    return Figures(np.array(face), ends[:, 0], ends[:, 1], named[0].unit if named else unit)


def require_one_value(design: Design, *given: Figures) -> None:
    """Refuse a sampling interval of figures that are ranges, or of counts of a complex sample."""
    if design.kind == "sample":
        raise CommsvcError(
            "counts alone ignore the weights, strata and clusters",
            where=design.describe(),
            next_step="give the records of persons to standardised_use(..., design=...)",
        )
    if design.allows_inference and not all(one.exact for one in given):
        raise CommsvcError(
            "a sampling interval needs the counts themselves, not a range of them",
            next_step="use design='census' for the range that the printed figures allow",
        )


def mixed_ends(
    top: tuple[float, Array], bottom: tuple[float, Array], low: Array, high: Array, side: int
) -> float:
    """The greatest (side 1) or least (−1) of (A + Σ Mᵢaᵢ)/(C + Σ Mᵢcᵢ), each Mᵢ in its range.

    Rising in some Mᵢ and falling in the others, it is extreme where those of the greatest aᵢ/cᵢ are
    at one end and all others at the other (Charnes & Cooper 1962): only k + 1 points to try.

    >>> one = (0.0, np.array([0.1, 0.3])), (0.0, np.ones(2))
    >>> round(mixed_ends(*one, np.array([1.0, 1]), np.array([3.0, 3]), 1), 4)
    0.25
    """
    (fixed, a), (base, c) = top, bottom
    with np.errstate(divide="ignore", invalid="ignore"):
        order = np.argsort(-side * np.nan_to_num(a / c, nan=0.0))
    found: list[float] = []
    for cut in range(a.size + 1):
        m = low.copy()
        m[order[:cut]] = high[order[:cut]]
        below = base + m @ c
        if below > 0:
            found.append(float((fixed + m @ a) / below))
        elif fixed + m @ a > 0:
            found.append(float("inf"))
    if not found:
        raise CommsvcError("the standard population may be nobody: it has no rate")
    return max(found) if side > 0 else min(found)


def standardised_end(
    events: Figures, people: Figures, others: tuple[Array, Array], *, own: bool, side: int
) -> float:
    """One end of a directly standardised rate.

    Parameters
    ----------
    events, people : (k,) of the place, by stratum
    others : (k,) least and greatest of the standard population; without the place itself if `own`
    own : the standard is the place and the others together. The more of its own people there are,
        the lower its rate, also then: they add to its base whatever they add to the standard.
    """
    x, n = _at(events, side), _at(people, -side)
    first = (float(x.sum()), float(n.sum())) if own else (0.0, 0.0)
    return mixed_ends((first[0], x / n), (first[1], np.ones(n.size)), *others, side)


def standardised_ratio_end(
    here: tuple[Figures, Figures],
    there: tuple[Figures, Figures],
    others: tuple[Array, Array],
    *,
    own: bool,
    side: int,
) -> float:
    """One end of a ratio of directly standardised rates, both with the same standard.

    Parameters
    ----------
    here, there : events and people of the two places
    others : as in `standardised_end`, without either place if `own`
    """
    x, n = _at(here[0], side), _at(here[1], -side)
    y, m = _at(there[0], -side), _at(there[1], side)
    a, c = x / n, y / m
    first = (float(x.sum() + m @ a), float(y.sum() + n @ c)) if own else (0.0, 0.0)
    return mixed_ends((first[0], a), (first[1], c), *others, side)


def change_end(times: Array, events: Figures, people: Figures, side: int) -> float:
    """One end of the slope of the log-linear Poisson regression of events on time.

    The fit makes the mean time of the events equal to that of the people, grown by e^(slope·time).
    So the slope is greatest where late events are many and late people few, each cut at the mean.

    >>> exact = Figures(*[np.array([100.0, 200, 390])] * 3, "visits")
    >>> people = Figures(*[np.full(3, 1000.0)] * 3, "persons")
    >>> round(float(np.expm1(change_end(np.arange(3.0), exact, people, 1))), 3)
    0.969
    """
    from scipy import optimize

    t = times - times.mean()

    def mean_time(given: Figures, sign: int, grown: Array) -> float:
        one, zero = (0.0, t), (0.0, np.ones(t.size))
        return mixed_ends(one, zero, given.low * grown, given.high * grown, sign)

    target = mean_time(events, side, np.ones(t.size))

    def gap(slope: float) -> float:
        # The exponent's greatest is taken out: only shares matter, and e^700 is too much.
        return mean_time(people, -side, np.exp(slope * t - np.abs(slope * t).max())) - target

    if not t.min() < target < t.max():
        return float("inf") * np.sign(target)
    width = 1.0 / np.ptp(t)
    return float(optimize.brentq(gap, *_around(gap, width), xtol=1e-14, rtol=1e-14))


def _around(gap: Callable[[float], float], width: float) -> tuple[float, float]:
    """Two slopes between which the gap, which rises, changes its sign."""
    while gap(width) < 0 or gap(-width) > 0:
        width *= 2
    return -width, width


def _at(given: Figures, side: int) -> Array:
    return given.high if side > 0 else given.low
