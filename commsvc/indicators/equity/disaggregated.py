"""WHO's measures of inequality between subgroups, from each subgroup's estimate and size.

The set of WHO's Health Equity Assessment Toolkit; formulas as in Schlotheuber & Hosseinpoor (2022,
Int. J. Environ. Res. Public Health 19:3697).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.checked import Array, amounts, some
from commsvc.words.messages import Text, message

_RATIO: Final = message("ratio")
_UNITS: Final[dict[str, Text | str]] = {
    **dict.fromkeys(("D", "ACI", "PAR"), message("the indicator's")),
    **dict.fromkeys(("R", "RCI"), _RATIO),
    **dict.fromkeys(("PAF", "IDIS"), "%"),
    **dict.fromkeys(("MLD", "TI"), message("nats")),
    "BGV": message("the indicator's, squared"),
}
_MODELS: Final = {
    "logit": message("population-weighted logit on the ridit"),
    "linear": message("population-weighted linear on the ridit"),
}


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
    DataFrame `group` (the measure), `base` (people), `estimate, unit, method, note`:
    `D`, `R` — most less (over) least advantaged where ordered, else greatest less least;
    `ACI` Σ p(2X − 1)y and `RCI` ACI/μ (ordered only; X the midpoint of the cumulative share);
    `PAR` y_ref − μ and `PAF` 100·PAR/μ, the reference the most advantaged (ordered) or the best
    subgroup; where the reference is worse than the mean there is nothing to gain and both are 0;
    `BGV` Σ p(y − μ)²; `IDIS` 100·Σ p|y − μ|/μ; `MLD` Σ p ln(μ/y) and `TI` Σ p (y/μ) ln(y/μ).
    WHO prints RCI × 100 and MLD, TI × 1000; here they are not multiplied. `R` and `MLD` are missing
    where a subgroup has 0

    Raises
    ------
    CommsvcError : one subgroup, an indicator of 0 everywhere, missing or negative figures

    Notes
    -----
    Chance alone makes subgroups differ: of a sample, `D` and `PAR` without an order and the
    dispersion measures are too large on average, the more so the smaller the subgroups.

    Examples
    --------
    >>> rates, people = [20, 30, 40, 50, 60], [78, 91, 162, 103, 105]
    >>> table = disaggregated_inequality(rates, people, ordered=True)
    >>> table.set_index("group")["estimate"].round(6)[["ACI", "RCI", "PAR", "PAF"]].to_dict()
    {'ACI': 7.32842, 'RCI': 0.177769, 'PAR': 18.77551, 'PAF': 45.544554}

    Of a sample, people in fifths of wealth:

    >>> from commsvc.inference import Sample, by_design
    >>> fifth, seen = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 1, 1, 1, 1])
    >>> def gaps(w):
    ...     people = np.bincount(fifth, w)
    ...     rates = np.bincount(fifth, w * seen) / people
    ...     return disaggregated_inequality(rates, people, ordered=True)["estimate"]
    >>> found = by_design(gaps, Sample(np.ones(6)))
    >>> float(found.estimate[0]), found.se.round(4)[0].item()
    (0.5, 0.3873)
    """
    y, p = amounts(estimates, population, "estimates")
    mean = some(y, p)
    if y.size < 2:
        raise CommsvcError("one subgroup differs from none", allowed="two or more")
    found = _measures(y, p, mean, ordered, favourable)
    kind = message("ordered") if ordered else message("no order")
    return pd.DataFrame(
        {
            "group": list(found),
            "base": float(np.sum(population)),
            "estimate": list(found.values()),
            "unit": [_UNITS[name] for name in found],
            "method": message("measures of WHO's HEAT"),
            "note": message("{n} subgroups, {kind}, mean {mean:g}", n=y.size, kind=kind, mean=mean),
        }
    )


def _measures(y: Array, p: Array, mean: float, ordered: bool, favourable: bool) -> dict[str, float]:
    least, most = (y[0], y[-1]) if ordered else (y.min(), y.max())
    reference = y[-1] if ordered else (y.max() if favourable else y.min())
    gain = float(reference - mean)
    if (gain < 0) == favourable:
        gain = 0.0
    nothing = float("nan")
    found = {"D": float(most - least), "R": float(most / least) if least > 0 else nothing}
    if ordered:
        aci = float(p @ ((2 * np.cumsum(p) - p - 1) * y))
        found |= {"ACI": aci, "RCI": aci / mean}
    logs = np.log(np.where(y > 0, y, 1.0) / mean)
    return found | {
        "PAR": gain,
        "PAF": 100 * gain / mean,
        "BGV": float(p @ (y - mean) ** 2),
        "IDIS": 100 * float(p @ np.abs(y - mean)) / mean,
        "MLD": float(-(p @ logs)) if (y > 0).all() else nothing,
        "TI": float(p @ np.where(y > 0, y / mean * logs, 0.0)),
    }


def slope_index(
    estimates: Any, population: Any, *, model: str = "logit", scale: float = 100.0
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
    DataFrame `group` (`SII`, `RII`), `base` (people), `estimate, unit, method, note`; the RII is
    missing where a fitted end is not above 0

    Raises
    ------
    CommsvcError : fewer than three subgroups, shares beyond the scale, all at one end of it, or so
        split between the two ends that the logit has no finite slope

    Notes
    -----
    R's `healthequal` 1.0.1 rounds to whole (successes, failures) and gives its binomial model the
    population weights as well, so that each subgroup weighs by the square of its population:
    44.44502 and 3.159506 on the example, where the definition gives what stands here. The
    definition is kept. An error by design (`by_design`, as in `disaggregated_inequality`) carries
    that of the ranks, which R's svyglm takes for known.

    Examples
    --------
    >>> table = slope_index([20, 30, 40, 50, 60], [78, 91, 162, 103, 105])
    >>> table["estimate"].round(5).tolist()
    [44.89053, 3.23634]
    """
    if model not in _MODELS:
        raise unknown_name("model", model, _MODELS)
    y, p = amounts(estimates, population, "estimates")
    if y.size < 3:
        raise CommsvcError(f"{y.size} subgroups make no slope", allowed="three at least")
    if model == "logit" and (y.max() > scale or (y == 0).all() or (y == scale).all()):
        raise CommsvcError(
            f"estimates from {y.min():g} to {y.max():g}",
            allowed=f"shares of {scale:g}, not all at one end",
            next_step="say scale=1 for shares of one, or model='linear'",
        )
    bottom, top = _fitted_ends(y / scale, p, model)
    ratio = top / bottom if min(top, bottom) > 0 else float("nan")
    return pd.DataFrame(
        {
            "group": ["SII", "RII"],
            "base": float(np.sum(population)),
            "estimate": [(top - bottom) * scale, ratio],
            "unit": [message("points"), _RATIO],
            "method": _MODELS[model],
            "note": message("{n} subgroups", n=y.size),
        }
    )


def _fitted_ends(y: Array, p: Array, model: str) -> tuple[float, float]:
    """The weighted fit at 0 and 1 of the ridit; the logit by Newton's steps."""
    from scipy.special import expit

    x = np.column_stack([np.ones(y.size), np.cumsum(p) - p / 2])
    beta = np.zeros(2)
    for _ in range(100):
        fitted = expit(x @ beta) if model == "logit" else x @ beta
        curve = fitted * (1 - fitted) if model == "logit" else np.ones_like(fitted)
        information = (x * (p * curve)[:, None]).T @ x
        if not np.linalg.cond(information) < 1e13:
            raise CommsvcError(
                f"the {model} model has no slope: people in fewer than two subgroups, or all below "
                "some subgroup at one end of the scale and all above it at the other",
                next_step="try model='linear', or join subgroups",
            )
        step = np.linalg.solve(information, x.T @ (p * (y - fitted)))
        beta = beta + step
        if np.abs(step).max() < 1e-13:
            break
    else:
        raise CommsvcError("the slope did not settle", next_step="try model='linear'")
    ends = np.array([beta[0], beta.sum()])
    bottom, top = expit(ends) if model == "logit" else ends
    return float(bottom), float(top)
