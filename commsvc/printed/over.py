"""How far any statistic can go while every figure stays within what was printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from commsvc.errors import CommsvcError
from commsvc.printed.boxes import Array, Box, Choice, Mask
from commsvc.words.messages import Text, joined, message

Places = NDArray[np.intp]
# Loose figures whose ends are all tried in a search; whose ends are all tried where that decides;
# and points of whole numbers that are all tried.
FEW: Final = 10
DECIDING: Final = 16
MANY: Final = 20_000
# How often a search may ask for the statistic, for each end.
PATIENCE: Final = 20_000
SURE: Final = 1e-9

_EXACT: Final = message("certain: no figure may stand for more than one value")
_STATED: Final = message("certain: it only rises or only falls with each figure, as stated")
_CORNERS: Final = message("certain: its ends lie at ends of the figures, as stated; all were tried")
_WHOLE: Final = message("certain: all whole numbers that were possible were tried")
_REACHED: Final = message("reached by a search, not certain: something may lie beyond")
_GAPS: Final = message("without a value at some of the points tried")


@dataclass(frozen=True)
class Reach:
    """How far a statistic goes over what printed figures allow.

    Attributes
    ----------
    estimate : its value at the figures themselves (of a range: its middle)
    low, high : its least and greatest value; an end that a figure only comes near to is included
    at_low, at_high : the figures there, in the shape they were given in (for a statistic of several
        numbers: a list, one for each)
    certain : whether no value within the figures lies outside; else the ends were reached by a
        search, and something may lie beyond
    note : why
    """

    estimate: Any
    low: Any
    high: Any
    at_low: Any
    at_high: Any
    certain: bool
    note: Text


def over_printed(
    statistic: Callable[..., Any],
    figures: Any,
    *,
    rises: Choice = (),
    falls: Choice = (),
    whole: Choice = (),
    corners: bool = False,
) -> Reach:
    """Least and greatest value of a statistic while every figure stays within what was printed.

    Parameters
    ----------
    statistic : takes the figures and gives a number, or an array (each of its numbers gets ends)
    figures : a sequence or table of figures, given to the statistic as one array; or a mapping of
        name -> figure or sequence, given by name. A figure is a string as printed (``"45.2%"`` is a
        share from 0.4515 to 0.4525, ``"近97万"`` a little under 970 000; units as
        `Printed.in_base_unit` has them), a `Printed`, two ends ``(low, high)`` with None for none,
        or a number, which is exact
    rises, falls : the figures with which the statistic never falls, or never rises, whatever the
        others are: names of a mapping, places of a sequence, or True for all
    whole : the figures that are whole numbers, in the same way; they stay integers
    corners : the statistic has its ends at ends of the figures, as ratios of sums have: with the
        others held, it only rises or only falls with each, either way

    Returns
    -------
    Reach
        `certain` by what is stated of every loose figure, by trying all ends where `corners` is
        stated (at most 16 loose figures), or by trying all whole numbers (at most 20 000). Else the
        ends are *reached*: the best of all ends (of few figures), of figures drawn to one level and
        of steps along each figure. Where the statistic has no value, or raises, the point is left
        out, and nothing is certain.

    Raises
    ------
    CommsvcError : a masked figure; no end where nothing is stated of the figure; a statement that
        the figures contradict; a statistic without a value anywhere

    Examples
    --------
    >>> found = over_printed(lambda visits, people: visits / people,
    ...                      {"visits": "32.57万人次", "people": "近97万"},
    ...                      rises=["visits"], falls=["people"])
    >>> round(found.low, 4), round(found.high, 4), found.certain
    (0.3357, 0.3393, True)
    >>> over_printed(lambda n: n[0] / n.sum(), [(7, 9), (1, 3)], whole=True).at_high
    array([9, 1])
    """
    box = Box(figures, whole)
    up, down = box.chosen(rises, "rises"), box.chosen(falls, "falls")
    free = (box.high > box.low) & ~up & ~down
    value = _Values(statistic, box)
    here = value(box.face)
    method = _decides(box, free, corners)
    # Stated figures stand at the end that lowers (side 1) or raises (-1) the statistic.
    low, at_low = _extreme(value, np.where(down, box.high, box.low), free, method, 1)
    high, at_high = _extreme(value, np.where(up, box.high, box.low), free, method, -1)
    if method and ((here < low - SURE * abs(low)) | (here > high + SURE * abs(high))).any():
        raise CommsvcError(
            f"{here} at the figures themselves lies outside {low} to {high}",
            next_step="`rises`, `falls` or `corners` state what is not so: leave them out",
        )
    certain = method is not None and not value.gaps
    note = joined([method if method and certain else _REACHED, _GAPS if value.gaps else ""])
    if here.ndim == 0:
        return Reach(float(here), float(low), float(high), at_low[0], at_high[0], certain, note)
    return Reach(here, low, high, at_low, at_high, certain, note)


class _Values:
    """The statistic at a vector, asked once for each; missing where it has no value."""

    def __init__(self, statistic: Callable[..., Any], box: Box) -> None:
        self.statistic, self.box, self.gaps = statistic, box, False
        self.known: dict[bytes, NDArray[Any]] = {}

    def __call__(self, x: Array) -> NDArray[Any]:
        if (key := x.tobytes()) not in self.known:
            self.known[key] = self._asked(self.box.packed(x))
            self.gaps |= bool(np.isnan(self.known[key]).any())
        return self.known[key]

    def _asked(self, given: Any) -> NDArray[Any]:
        try:
            with np.errstate(all="ignore"):
                found = self.statistic(**given) if self.box.named else self.statistic(given)
            return np.asarray(found, dtype=float)
        except (CommsvcError, ArithmeticError):
            # The figures themselves come first: without a value there, nothing is looked for.
            if not self.known:
                raise
            return np.full_like(next(iter(self.known.values())), np.nan)


def _decides(box: Box, free: Mask, corners: bool) -> Text | None:
    """Why a handful of points is certain to hold the ends; None where it is not."""
    if not free.any():
        return _STATED if (box.high > box.low).any() else _EXACT
    low, high = box.low[free], box.high[free]
    if box.whole[free].all() and np.prod(high - low + 1) <= MANY:
        return _WHOLE
    if corners and free.sum() <= DECIDING:
        return _CORNERS
    endless = np.flatnonzero(free & ~np.isfinite(box.high - box.low))
    if endless.size:
        raise CommsvcError(
            f"figure {endless[0] + 1} of {free.size} has no end on one side",
            allowed="two ends, where nothing is stated of the figure",
            next_step="say a range, or name it in `rises` or `falls` if that is so",
        )
    return None


def _extreme(
    value: _Values, start: Array, free: Mask, method: Text | None, side: int
) -> tuple[NDArray[Any], list[Any]]:
    """The least (side 1) or greatest (-1) of each number of the statistic, and where."""
    box, places = value.box, np.flatnonzero(free)
    tried = list(_points(box, start, places, method))
    here = value(box.face)
    found = []
    for place in range(here.size):

        def least(x: Array, place: int = place) -> float:
            out = side * float(value(x).flat[place])
            return 1e300 if np.isnan(out) else out

        best = min(tried if method else [box.face, *tried], key=least)
        found.append(best if method else _searched(least, box, best, places))
    ends = [value(x).flat[place] for place, x in enumerate(found)]
    return np.reshape(ends, here.shape), [box.packed(x) for x in found]


def _put(x: Array, at: Any, values: Any) -> Array:
    changed = x.copy()
    changed[at] = values
    return changed


def _points(box: Box, start: Array, places: Places, method: Text | None) -> Iterator[Array]:
    """All that decides; or all ends of few figures, cuts through them, and all at one level."""
    low, high = box.low[places], box.high[places]
    if method == _WHOLE:
        spans = [np.arange(a, b + 1) for a, b in zip(low, high, strict=True)]
        yield from (_put(start, places, x) for x in product(*spans))
        return
    if method or places.size <= FEW:
        yield from (_put(start, places, x) for x in product(*zip(low, high, strict=True)))
    if method:
        return
    for rank in (np.arange(places.size), np.argsort(np.argsort(low + high, kind="stable"))):
        for cut in range(places.size + 1):
            yield _put(start, places, np.where(rank < cut, low, high))
            yield _put(start, places, np.where(rank < cut, high, low))
    for level in np.unique([low, high]):
        yield _put(start, places, np.clip(level, low, high))


def _searched(least: Callable[[Array], float], box: Box, x: Array, places: Places) -> Array:
    """From the best point so far: to ends one by one, to one level, along each figure in turn.

    One level: figures as near to each other as they may be are where indices of inequality are
    least (Marshall, Olkin & Arnold 2011, ch. 5).
    """
    x = _stepped(least, box, x, places)
    for part in np.unique(box.part[places]):
        mine = places[box.part[places] == part]
        if not box.whole[mine].any():
            x = _slid(least, box, x, mine)
    return _stepped(least, box, x, places)


def _slid(least: Callable[[Array], float], box: Box, x: Array, mine: Places) -> Array:
    low, high = box.low[mine], box.high[mine]

    def at(values: Array) -> Array:
        return _put(x, mine, np.clip(values, low, high))

    span = {"bounds": (low.min(), high.max()), "options": {"xatol": 1e-10}}
    level = optimize.minimize_scalar(lambda t: least(at(t)), **span)
    steps = {"maxfev": PATIENCE, "xtol": 1e-9, "ftol": 1e-12}
    bounds = optimize.Bounds(low, high)
    along = optimize.minimize(
        lambda y: least(at(y)), x[mine], method="Powell", bounds=bounds, options=steps
    )
    return min(x, at(level.x), at(along.x), key=least)


def _stepped(least: Callable[[Array], float], box: Box, x: Array, places: Places) -> Array:
    """Each figure to its ends, and a whole number to its neighbours, as long as that helps."""
    for _ in range(1 + PATIENCE // (4 * places.size)):
        before = x
        for i in places:
            near = [x[i] - 1, x[i] + 1] if box.whole[i] else []
            tried = np.clip([box.low[i], box.high[i], *near], box.low[i], box.high[i])
            x = min([x, *(_put(x, i, value) for value in tried)], key=least)
        if x is before:
            break
    return x
