"""WHO's measures of inequality between subgroups, from each subgroup's estimate and size.

The set of WHO's Health Equity Assessment Toolkit; formulas as in Schlotheuber & Hosseinpoor (2022,
Int. J. Environ. Res. Public Health 19:3697).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.arrays import Array, as_numbers, as_weights

MODELS: Final = ("logit", "linear")


def disaggregated_inequality(
    estimates: Any, population: Any, *, ordered: bool, favourable: bool = True
) -> pd.DataFrame:
    """Difference, ratio, concentration, impact and dispersion of an indicator over subgroups.

    Parameters
    ----------
    estimates : (k,) the indicator in each subgroup, from 0 up
    population : (k,) its people
    ordered : subgroups run from the most disadvantaged to the most advantaged (wealth, education);
        else they have no order (regions)
    favourable : more is better (coverage), or worse (unmet need)

    Returns
    -------
    DataFrame `group` (the measure), `estimate, unit, note`:
    `D`, `R` — most less (over) least advantaged where ordered, else greatest less least;
    `ACI` Σ p(2X − 1)y and `RCI` ACI/μ (ordered only; X the midpoint of the cumulative share);
    `PAR` y_ref − μ and `PAF` 100·PAR/μ, the reference the most advantaged (ordered) or the best
    subgroup; where the reference is worse than the mean there is nothing to gain and both are 0;
    `BGV` Σ p(y − μ)²; `IDIS` 100·Σ p|y − μ|/μ; `MLD` Σ p ln(μ/y) and `TI` Σ p (y/μ) ln(y/μ).
    WHO prints RCI × 100 and MLD, TI × 1000; here they are not multiplied.

    Examples
    --------
    >>> estimates, people = [20, 30, 40, 50, 60], [78, 91, 162, 103, 105]
    >>> table = disaggregated_inequality(estimates, people, ordered=True)
    >>> table.set_index("group")["estimate"].round(6)[["ACI", "RCI", "PAR", "PAF"]].to_dict()
    {'ACI': 7.32842, 'RCI': 0.177769, 'PAR': 18.77551, 'PAF': 45.544554}
    """
    y = as_numbers(estimates, "estimates")
    p = as_weights(population, len(y), "population")
    mean = float(p @ y)
    if len(y) < 2 or mean <= 0:
        raise CommsvcError(f"{len(y)} subgroups with mean {mean:g}", allowed="two, some of it")
    least, most = (y[0], y[-1]) if ordered else (y.min(), y.max())
    reference = y[-1] if ordered else (y.max() if favourable else y.min())
    gain = float(reference - mean)
    if (gain < 0) == favourable:
        gain = 0.0
    rows: dict[str, tuple[float, str]] = {
        "D": (float(most - least), "the indicator's"),
        "R": (float(most / least) if least > 0 else float("nan"), "ratio"),
    }
    if ordered:
        aci = float(p @ ((2 * _midpoints(p) - 1) * y))
        rows |= {"ACI": (aci, "the indicator's"), "RCI": (aci / mean, "ratio")}
    logs = np.log(np.where(y > 0, y, 1.0) / mean)
    spread = float(p @ np.where(y > 0, y / mean * logs, 0.0))
    deviation = float(-(p @ logs)) if (y > 0).all() else float("nan")
    rows |= {
        "PAR": (gain, "the indicator's"),
        "PAF": (100 * gain / mean, "%"),
        "BGV": (float(p @ (y - mean) ** 2), "the indicator's, squared"),
        "IDIS": (100 * float(p @ np.abs(y - mean)) / mean, "%"),
        "MLD": (deviation, "nats"),
        "TI": (spread, "nats"),
    }
    note = f"{len(y)} subgroups, {'ordered' if ordered else 'no order'}, mean {mean:g}"
    table = [(name, value, unit, note) for name, (value, unit) in rows.items()]
    return pd.DataFrame(table, columns=["group", "estimate", "unit", "note"])


def slope_index(
    estimates: Any,
    population: Any,
    *,
    model: str = "logit",
    scale: float = 100.0,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Slope and relative index of inequality: the fitted top against the fitted bottom.

    The estimates are regressed on the midpoints of the cumulative population share, weighted by
    population; SII is the prediction at 1 less that at 0, RII the one over the other.

    Parameters
    ----------
    estimates : (k,) from the most disadvantaged subgroup up
    population : (k,) their people
    model : `logit` — binomial with logit link, for shares; `linear` — least squares
    scale : what is the whole of a share: 100 for percentages, 1 for shares

    Returns
    -------
    DataFrame `group` (`SII`, `RII`), `base` (people), `estimate, low, high, unit, method, note`.
    The interval is the delta method's with an error robust to any variance (HC1 over subgroups);
    with the few subgroups there are it is rough, and it is missing below four.

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
    y = as_numbers(estimates, "estimates")
    k = len(y)
    p = as_weights(population, k, "population")
    if k < 3:
        raise CommsvcError(f"{k} subgroups make no slope", allowed="three at least")
    if model == "logit" and (y.max() > scale or (y == 0).all() or (y == scale).all()):
        raise CommsvcError(
            f"estimates from {y.min():g} to {y.max():g}",
            allowed=f"shares of {scale:g}, not all at one end",
            next_step="say scale=1 for shares of one, or model='linear'",
        )
    x = np.column_stack([np.ones(k), _midpoints(p)])
    beta, cover = _fit(x, y / scale, p, model)
    ends = np.array([[1.0, 1.0], [1.0, 0.0]])
    top, bottom = _inverse(ends @ beta, model)
    gradient = ends * (_slope(np.array([top, bottom]), model))[:, None]
    from scipy import special

    z = float(special.ndtri((1 + confidence) / 2))
    difference = gradient[0] - gradient[1]
    sii = float(top - bottom)
    sii_se = float(np.sqrt(difference @ cover @ difference))
    rows = [("SII", sii * scale, (sii - z * sii_se) * scale, (sii + z * sii_se) * scale, "points")]
    if bottom > 0 and top > 0:
        rii = float(top / bottom)
        log = gradient[0] / top - gradient[1] / bottom
        width = float(np.exp(z * np.sqrt(log @ cover @ log)))
        rows.append(("RII", rii, rii / width, rii * width, "ratio"))
    table = pd.DataFrame(rows, columns=["group", "estimate", "low", "high", "unit"])
    if k < 4:
        table[["low", "high"]] = float("nan")
    table.insert(1, "base", float(np.sum(population)))
    return table.assign(method=f"population-weighted {model} on the ridit", note=f"{k} subgroups")


def _midpoints(p: Array) -> Array:
    return np.cumsum(p) - p / 2


def _fit(x: Array, y: Array, p: Array, model: str) -> tuple[Array, Array]:
    """Weighted fit by Newton's steps, with the robust covariance of the coefficients."""
    beta = np.zeros(2)
    for _ in range(100):
        fitted = _inverse(x @ beta, model)
        curve = _slope(fitted, model)
        bread = np.linalg.inv((x * (p * curve)[:, None]).T @ x)
        step = bread @ (x.T @ (p * (y - fitted)))
        beta = beta + step
        if np.abs(step).max() < 1e-13:
            break
    else:
        raise CommsvcError("the slope did not settle", next_step="try model='linear'")
    score = x * (p * (y - _inverse(x @ beta, model)))[:, None]
    k = len(y)
    return beta, bread @ (score.T @ score) @ bread * k / (k - 2)


def _inverse(line: Array, model: str) -> Array:
    return 1 / (1 + np.exp(-line)) if model == "logit" else line


def _slope(fitted: Array, model: str) -> Array:
    return fitted * (1 - fitted) if model == "logit" else np.ones_like(fitted)
