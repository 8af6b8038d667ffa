"""Units by criteria: one scale for all, weights from their spread, and TOPSIS.

A table is an array (n units, m criteria), or any data frame Narwhals takes with the criteria among
its columns. `criteria` says of each whether more is better (`benefit`) or less (`cost`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name

Array = NDArray[np.float64]
Criteria = Mapping[str, str] | Sequence[str]
Weights = str | Mapping[str, float] | Sequence[float] | Array

DIRECTIONS: Final = ("benefit", "cost")
WEIGHTINGS: Final = ("equal", "entropy", "critic")


def read_criteria(table: Any, criteria: Criteria) -> tuple[Array, NDArray[np.bool_]]:
    """The figures (n, m), and of each criterion whether more is better.

    >>> read_criteria([[1, 2], [3, 4]], ["benefit", "cost"])[1]
    array([ True, False])
    """
    names = list(criteria) if isinstance(criteria, Mapping) else None
    directions = list(criteria.values()) if isinstance(criteria, Mapping) else list(criteria)
    if not directions:
        raise CommsvcError("no criteria", allowed="benefit (more is better) or cost, one a column")
    for place, direction in enumerate(directions):
        if direction not in DIRECTIONS:
            where = f"criterion {names[place]!r}" if names else f"criterion {place + 1}"
            raise unknown_name("direction", direction, DIRECTIONS, where=where)
    return matrix(table, len(directions), names), np.array([d == "benefit" for d in directions])


def matrix(table: Any, width: int | None = None, columns: Sequence[str] | None = None) -> Array:
    """An array (n, m) of finite numbers from an array or the columns of a frame.

    >>> matrix([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    if hasattr(table, "columns") or hasattr(table, "collect_schema"):
        from commsvc.indicators.frames import numeric_columns

        table = numeric_columns(table, columns or list(table.columns)).to_numpy()
    try:
        values = np.asarray(table, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CommsvcError(
            f"a figure is no number ({error})",
            allowed="numbers",
            next_step="figures as printed: over_printed(method, figures)",
        ) from error
    if values.ndim != 2 or (width is not None and values.shape[1] != width):
        raise CommsvcError(
            f"a table of shape {values.shape} for {width or 'some'} columns",
            allowed="units, columns",
        )
    if len(values) < 2:
        raise CommsvcError(f"{len(values)} unit has no rank", allowed="two units or more")
    if not np.isfinite(values.sum()) and not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0]
        raise CommsvcError(
            "a figure is missing or infinite",
            where=f"row {row}, column {columns[column] if columns else column + 1!r}",
            next_step="leave the unit or the column out and say so",
        )
    return values


def named(units: Sequence[Any] | None, n: int) -> list[Any]:
    """The units' names, 1 to n where none are given.

    >>> named(None, 2), named("AB", 2)
    (['1', '2'], ['A', 'B'])
    """
    names = [str(i + 1) for i in range(n)] if units is None else list(units)
    if len(names) != n:
        raise CommsvcError(f"{len(names)} names for {n} units", allowed="one each")
    return names


def _vector(x: Array, benefit: NDArray[np.bool_]) -> Array:
    length = np.sqrt((x**2).sum(axis=0))
    _refuse(length == 0, "is 0 everywhere")
    return np.where(benefit, x / length, 1 - x / length)


def _minmax(x: Array, benefit: NDArray[np.bool_]) -> Array:
    low, high = x.min(axis=0), x.max(axis=0)
    _refuse(low == high, "is the same everywhere")
    return np.asarray(np.where(benefit, x - low, high - x) / (high - low))


def _share(x: Array, benefit: NDArray[np.bool_]) -> Array:
    _refuse((x < 0).any(axis=0), "has a negative figure, and this normalisation divides by a total")
    _refuse((x == 0).any(axis=0) & ~benefit, "is a cost with a 0, which has no reciprocal")
    turned = np.where(benefit, x, 1 / np.where(benefit, 1.0, x))
    total = turned.sum(axis=0)
    _refuse(total == 0, "is 0 everywhere")
    return np.asarray(turned / total)


def _max(x: Array, benefit: NDArray[np.bool_]) -> Array:
    high = x.max(axis=0)
    _refuse((x < 0).any(axis=0), "has a negative figure, and this normalisation divides by the top")
    _refuse(high == 0, "is 0 everywhere")
    return np.where(benefit, x / high, 1 - x / high)


_SCALES: Final[Mapping[str, Callable[[Array, NDArray[np.bool_]], Array]]] = {
    "vector": _vector,
    "minmax": _minmax,
    "share": _share,
    "max": _max,
}
NORMALISATIONS: Final = tuple(_SCALES)


def normalise(values: Array, benefit: NDArray[np.bool_], how: str) -> Array:
    """Criteria on one scale, turned so that more is better.

    Parameters
    ----------
    values : (n, m) figures
    benefit : (m,) whether more is better
    how : `vector` x/√Σx² (Hwang & Yoon 1981); `minmax` (x − min)/(max − min); `share` x/Σx; `max`
        x/max. A cost becomes 1 − x/√Σx², (max − x)/(max − min), (1/x)/Σ(1/x), 1 − x/max.

    Examples
    --------
    >>> normalise(np.array([[3.0, 1], [4, 2]]), np.array([True, False]), "vector").round(3)
    array([[0.6  , 0.553],
           [0.8  , 0.106]])
    """
    if how not in _SCALES:
        raise unknown_name("normalisation", how, NORMALISATIONS)
    return _SCALES[how](values, benefit)


def _refuse(bad: Any, problem: str) -> None:
    if np.any(bad):
        raise CommsvcError(
            f"criterion {int(np.argmax(bad)) + 1} {problem}",
            next_step="leave it out, or choose another normalisation",
        )


def ranks(scores: Any) -> Array:
    """Rank 1 for the highest score; ties share the mean rank.

    Scores (n,), or (k, n) row by row, that differ in the last digits of a float only (1e-12) are
    ties.

    >>> ranks([0.2, 0.9, 0.2]).tolist()
    [2.5, 1.0, 2.5]
    """
    from scipy.stats import rankdata

    return np.asarray(rankdata(-np.round(np.asarray(scores, dtype=float), 12), axis=-1))


def rank_range(low: Any, high: Any) -> tuple[Array, Array]:
    """No better and no worse rank is possible: (n,) each, from the least and greatest scores.

    Parameters
    ----------
    low, high : (n,) how far each score can go, as `over_printed` has them

    Examples
    --------
    The first is best whatever its score; the others may stand either way:

    >>> [end.tolist() for end in rank_range([0.8, 0.3, 0.4], [0.9, 0.5, 0.6])]
    [[1.0, 2.0, 2.0], [1.0, 3.0, 3.0]]
    """
    least, most = (np.round(np.asarray(end, dtype=float), 12) for end in (low, high))
    better = (least > most[:, None]).sum(axis=1)
    worse = (most < least[:, None]).sum(axis=1)
    fixed = (least == most) & (least == most[:, None]) & (least[:, None] == most[:, None])
    level = (fixed.sum(axis=1) - fixed.diagonal()) / 2
    return 1 + better + level, least.size - worse - level


def entropy_weights(table: Any, criteria: Criteria, *, normalisation: str = "share") -> Array:
    """Entropy weights: a criterion weighs the more, the less evenly it is spread over the units.

    e_j = −Σ p ln p / ln n and w_j ∝ 1 − e_j (Shannon 1948; Zou, Yun & Sun 2006). The weight says
    how a criterion *varies*, not how much it matters.

    Parameters
    ----------
    table, criteria : as in `topsis`
    normalisation : `share`: p = x/Σx whatever the direction, as the source has it; `minmax`:
        p = y/Σy of min–max values turned so that more is better, as Chinese papers mostly do. The
        weights differ: say which.

    Returns
    -------
    (m,) weights that sum to one

    Raises
    ------
    CommsvcError : a negative figure (`share`), a criterion alike everywhere (`minmax`), or criteria
        that all are

    Examples
    --------
    By hand: (1, 1) is spread evenly, so all weight is the other's.

    >>> entropy_weights([[1, 1], [1, 3]], ["benefit", "benefit"]).tolist()
    [0.0, 1.0]

    Figures printed to the whole number move the weights within:

    >>> from commsvc import over_printed
    >>> weighed = lambda x: entropy_weights(x, ["benefit", "benefit"])
    >>> over_printed(weighed, [[(2.5, 3.5), 1], [4, 3]]).high.round(2).tolist()
    [0.17, 0.98]
    """
    values, benefit = read_criteria(table, criteria)
    if normalisation not in ("share", "minmax"):
        raise unknown_name("normalisation", normalisation, ("share", "minmax"))
    turned = benefit if normalisation == "minmax" else np.ones_like(benefit)
    shares = normalise(values, turned, normalisation)
    shares = shares / shares.sum(axis=0)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    spread = np.maximum(1 + (shares * logs).sum(axis=0) / np.log(len(shares)), 0.0)
    # What is left of 1 − 1 in floats is no spread.
    spread[spread < 1e-14] = 0.0
    if spread.sum() == 0:
        raise CommsvcError(
            "no criterion differs between the units", next_step="give weights, or use 'equal'"
        )
    return np.asarray(spread / spread.sum())


def critic_weights(table: Any, criteria: Criteria) -> Array:
    """CRITIC weights: a criterion weighs by its spread and by how little others repeat it.

    C_j = σ_j Σ_k (1 − r_jk) on min–max values turned so that more is better, w_j ∝ C_j
    (Diakoulaki, Mavrotas & Papayannakis 1995, Computers & Operations Research 22:763).

    Parameters
    ----------
    table, criteria : as in `topsis`

    Returns
    -------
    (m,) weights that sum to one

    Raises
    ------
    CommsvcError : a criterion alike everywhere (it has no correlation), or only one criterion

    Examples
    --------
    By hand: x and y run together, z against both, so z has the conflict of two.

    >>> critic_weights([[0, 0, 1], [1, 2, 0]], ["benefit"] * 3).tolist()
    [0.25, 0.25, 0.5]
    """
    values, benefit = read_criteria(table, criteria)
    if values.shape[1] < 2:
        raise CommsvcError("one criterion has no other to conflict with", allowed="two or more")
    scaled = normalise(values, benefit, "minmax")
    conflict = np.asarray((1 - np.corrcoef(scaled, rowvar=False)).sum(axis=0))
    conflict[np.abs(conflict) < 1e-14] = 0.0
    content = scaled.std(axis=0, ddof=1) * conflict
    if content.sum() == 0:
        raise CommsvcError(
            "the criteria all repeat each other", next_step="keep one, or give weights"
        )
    return np.asarray(content / content.sum())


def weigh(table: Any, criteria: Criteria, weights: Weights) -> Array:
    """Weights (m,) that sum to one, by a method's name or as given.

    >>> weigh([[1, 2], [3, 4]], ["benefit", "cost"], "equal").tolist()
    [0.5, 0.5]
    """
    if isinstance(weights, str):
        if weights not in WEIGHTINGS:
            raise unknown_name("weighting", weights, WEIGHTINGS)
        if weights == "equal":
            return np.full(len(criteria), 1 / len(criteria))
        return (entropy_weights if weights == "entropy" else critic_weights)(table, criteria)
    return given_weights(weights, list(criteria))


def given_weights(
    weights: Mapping[str, float] | Sequence[float] | Array, names: Sequence[Any]
) -> Array:
    """Weights, one for each name and none besides, scaled to sum to one.

    >>> given_weights({"beds": 3, "deaths": 1}, ["beds", "deaths"])
    array([0.75, 0.25])
    """
    if isinstance(weights, Mapping):
        for name in [*weights, *names]:
            if name not in names:
                raise unknown_name("criterion", name, names, where="weights")
            if name not in weights:
                raise CommsvcError(f"no weight for {name!r}", next_step="weigh each (0 for none)")
        weights = [weights[name] for name in names]
    try:
        array = np.array(weights, dtype=float)
    except (TypeError, ValueError) as error:
        raise CommsvcError(f"a weight is no number ({error})", allowed="0 or more") from None
    if array.shape != (len(names),):
        raise CommsvcError(f"{array.size} weights for {len(names)}", allowed="one each")
    if not np.isfinite(array).all() or (array < 0).any() or array.sum() <= 0:
        raise CommsvcError(
            f"weights {', '.join(f'{w:g}' for w in array)}", allowed="0 or more, not all 0"
        )
    return np.asarray(array / array.sum())


def topsis(
    table: Any, criteria: Criteria, weights: Weights = "equal", *, normalisation: str = "vector"
) -> Array:
    """TOPSIS: how near each unit is to the best and how far from the worst seen.

    C = D⁻/(D⁺ + D⁻), D the Euclidean distance in weighted normalised criteria to the best and the
    worst value of each (Hwang & Yoon 1981).

    Parameters
    ----------
    table : (n, m) figures, or a frame with the criteria among its columns
    criteria : `benefit` (more is better) or `cost` of each column, in order; of a frame column ->
        direction
    weights : `equal`, `entropy`, `critic`; or given, one a criterion (by name or in order)
    normalisation : `vector` as in the source; `minmax`, `share`, `max` (see `normalise`)

    Returns
    -------
    (n,) closeness from 0 to 1; `ranks` of it has 1 for the best

    Raises
    ------
    CommsvcError : a missing figure, an unknown name, units that are all alike

    Examples
    --------
    By hand: B is best of both and A worst of both.

    >>> import pandas as pd
    >>> towns = pd.DataFrame({"town": ["A", "B"], "beds": [3, 4], "deaths": [4, 3]})
    >>> topsis(towns, {"beds": "benefit", "deaths": "cost"}).tolist()
    [0.0, 1.0]
    """
    values, benefit = read_criteria(table, criteria)
    weight = weigh(table, criteria, weights)
    return closeness(normalise(values, benefit, normalisation), weight)


def closeness(scaled: Array, weight: Array) -> Array:
    """Closeness (n,) to the best of (n, m) values where more is better.

    >>> closeness(np.array([[0.0], [1.0]]), np.array([1.0])).tolist()
    [0.0, 1.0]
    """
    weighted = scaled * weight
    best = np.sqrt(((weighted - weighted.max(axis=0)) ** 2).sum(axis=1))
    worst = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
    if ((best + worst) == 0).any():
        raise CommsvcError("the units do not differ in any weighted criterion")
    return np.asarray(worst / (best + worst))
