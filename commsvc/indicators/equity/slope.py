"""The slope and relative index of inequality over ordered subgroups."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import optimize, special

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.arrays import Array
from commsvc.indicators.equity.subgroups import Subgroups, as_subgroups
from commsvc.inference.checks import as_share

MODELS: Final = ("logit", "linear")
NAMES: Final = ("SII", "RII")


def slope_index(
    estimates: Any,
    population: Any = None,
    *,
    model: str = "logit",
    scale: float = 100.0,
    rounding: str = "",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Slope and relative index of inequality: the fitted top against the fitted bottom.

    The estimates are regressed on the midpoints of the cumulative population share, weighted by
    population; SII is the prediction at 1 less that at 0, RII the one over the other.

    Parameters
    ----------
    estimates : (k,) from the most disadvantaged subgroup up: numbers, or figures as printed; or
        the `Subgroups` of a sample (`subgroups_of_sample`), which know their people
    population : (k,) their people; exact
    model : `logit` — binomial with logit link, for shares; `linear` — least squares
    scale : what is the whole of a share: 100 for percentages, 1 for shares, printed ones with a
        `%` and those of a sample
    rounding : last printed place (`"0.1"`) of plain numbers that had been rounded

    Returns
    -------
    DataFrame `group` (`SII`, `RII`), `base` (people; of a sample the sum of its weights),
    `estimate, low, high, unit, method, note`, and of printed estimates `printed_low, printed_high`
    (how far the index itself can go, reached).
    Of a sample the interval is the design's, with `se` (of RII, of its logarithm); it carries the
    error of the ranks, which R's svyglm takes for known. Else it is the delta method's with an
    error robust to any variance (HC1 over subgroups); with the few subgroups there are it is
    rough, and it is missing below four.

    Raises
    ------
    CommsvcError : fewer than three subgroups, shares beyond the scale, all at one end of it, or so
        split between the two ends that the logit has no finite slope

    Notes
    -----
    R's `healthequal` 1.0.1 rounds to whole (successes, failures) and gives its binomial model the
    population weights as well, so that each subgroup weighs by the square of its population:
    44.44502 and 3.159506 on the example, where the definition gives what stands here. The
    definition is kept.

    Examples
    --------
    >>> table = slope_index([20, 30, 40, 50, 60], [78, 91, 162, 103, 105])
    >>> table["estimate"].round(5).tolist()
    [44.89053, 3.23634]
    """
    if model not in MODELS:
        raise unknown_name("model", model, MODELS)
    upper = (1 + as_share(confidence, "confidence")) / 2
    data = as_subgroups(estimates, population, rounding)
    k = len(data.estimates)
    if k < 3:
        raise CommsvcError(f"{k} subgroups make no slope", allowed="three at least")
    for y in (data.estimates, data.low, data.high):
        if model == "logit" and (y.max() > scale or (y == 0).all() or (y == scale).all()):
            raise CommsvcError(
                f"estimates from {y.min():g} to {y.max():g}",
                allowed=f"shares of {scale:g}, not all at one end",
                next_step="say scale=1 for shares of one, or model='linear'",
            )
    y, people = data.estimates / scale, data.population

    def both(y: Array, people: Array) -> Array:
        return _ends(_fit(people, y, model)[0], model)

    found = both(y, people)
    method = f"population-weighted {model} on the ridit"
    extra: dict[str, Any] = {}
    if data.covariance is not None:
        se = data.errors_of(lambda e, n: both(e / scale, n))
        half = float(special.stdtrit(data.df, upper)) * se
        extra["se"] = [se[0] * scale, se[1]]
        method += ", design-based errors"
    else:
        half = float(special.ndtri(upper)) * _robust_errors(people, y, model)
        if k < 4:
            half = np.full(2, np.nan)
    unit = {"SII": "points", "RII": "ratio"}
    table = pd.DataFrame(
        {
            "group": NAMES,
            "base": float(people.sum()),
            "estimate": _shown(found, scale),
            **extra,
            "low": _shown(found - half, scale),
            "high": _shown(found + half, scale),
            "unit": [unit[name] for name in NAMES],
            "method": method,
            "note": f"{k} subgroups",
        }
    )
    if data.loose:
        ranges = [_shown(end, scale) for end in _range(data, scale, both)]
        table["printed_low"] = np.minimum(ranges[0], table["estimate"])
        table["printed_high"] = np.maximum(ranges[1], table["estimate"])
    return table[table["estimate"].notna()]


def _shown(both: Array, scale: float) -> list[float]:
    """SII in the estimates' points, RII from its logarithm."""
    return [float(both[0] * scale), float(np.exp(both[1]))]


def _ends(beta: Array, model: str) -> Array:
    """SII and ln RII; ln RII missing where a fitted end is not above 0."""
    bottom, top = _inverse(np.array([beta[0], beta.sum()]), model)
    ratio = np.log(top / bottom) if top > 0 and bottom > 0 else np.nan
    return np.array([top - bottom, ratio])


def _range(data: Subgroups, scale: float, both: Any) -> tuple[Array, Array]:
    """Least and greatest SII and ln RII over what was printed.

    The fit knows the estimates by two sums only, and both indices always rise in some direction of
    these: so the ends lie on the rim of what the sums can be, where, from some subgroup on, all
    are high and those before low (or the other way round), and one moves between its ends.
    """
    low, high = data.low / scale, data.high / scale
    places = np.arange(low.size)
    seen = []
    for ends in ((low, high), (high, low)):
        for cut in places:

            def at(share: float, ends: Any = ends, cut: int = int(cut)) -> Array:
                y = np.where(places > cut, ends[1], ends[0])
                y[cut] += share * (ends[1] - ends[0])[cut]
                return np.asarray(both(y, data.population))

            seen += [at(0.0), at(1.0)]
            if high[cut] > low[cut]:
                for index, sign in ((0, 1), (0, -1), (1, 1), (1, -1)):
                    inner = optimize.minimize_scalar(
                        lambda share, at=at, index=index, sign=sign: sign * at(share)[index],
                        bounds=(0, 1), method="bounded",
                    )  # fmt: skip
                    seen.append(at(inner.x))
    return np.min(seen, axis=0), np.max(seen, axis=0)


def _robust_errors(people: Array, y: Array, model: str) -> Array:
    beta, cover = _fit(people, y, model)
    ends = np.array([[1.0, 0.0], [1.0, 1.0]])
    value = _inverse(ends @ beta, model)
    bottom, top = ends * _slope(value, model)[:, None]
    ratio = top / value[1] - bottom / value[0] if (value > 0).all() else np.full(2, np.nan)
    return np.array([np.sqrt(g @ cover @ g) for g in (top - bottom, ratio)])


def _fit(people: Array, y: Array, model: str) -> tuple[Array, Array]:
    """Weighted fit by Newton's steps, with the robust covariance of the coefficients."""
    p = people / people.sum()
    k = len(y)
    x = np.column_stack([np.ones(k), np.cumsum(p) - p / 2])
    beta = np.zeros(2)
    for _ in range(100):
        fitted = _inverse(x @ beta, model)
        curve = _slope(fitted, model)
        information = (x * (p * curve)[:, None]).T @ x
        if not np.linalg.cond(information) < 1e13:
            raise CommsvcError(
                f"the {model} model has no slope: people in fewer than two subgroups, or all below "
                "some subgroup at one end of the scale and all above it at the other",
                next_step="try model='linear', or join subgroups",
            )
        bread = np.linalg.inv(information)
        step = bread @ (x.T @ (p * (y - fitted)))
        beta = beta + step
        if np.abs(step).max() < 1e-13:
            break
    else:
        raise CommsvcError("the slope did not settle", next_step="try model='linear'")
    score = x * (p * (y - _inverse(x @ beta, model)))[:, None]
    return beta, bread @ (score.T @ score) @ bread * k / (k - 2)


def _inverse(line: Array, model: str) -> Array:
    return special.expit(line) if model == "logit" else line


def _slope(fitted: Array, model: str) -> Array:
    return fitted * (1 - fitted) if model == "logit" else np.ones_like(fitted)
