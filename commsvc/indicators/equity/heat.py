"""WHO's measures of inequality between subgroups, from each subgroup's estimate and size.

The set of WHO's Health Equity Assessment Toolkit; formulas as in Schlotheuber & Hosseinpoor (2022,
Int. J. Environ. Res. Public Health 19:3697).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.equity.arrays import Array
from commsvc.indicators.equity.heat_range import range_of
from commsvc.indicators.equity.subgroups import as_subgroups
from commsvc.indicators.units import joined_notes

_UNITS: Final = {
    "D": "the indicator's",
    "R": "ratio",
    "ACI": "the indicator's",
    "RCI": "ratio",
    "PAR": "the indicator's",
    "PAF": "%",
    "BGV": "the indicator's, squared",
    "IDIS": "%",
    "MLD": "nats",
    "TI": "nats",
}


def disaggregated_inequality(
    estimates: Any,
    population: Any = None,
    *,
    ordered: bool,
    favourable: bool = True,
    rounding: str = "",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Difference, ratio, concentration, impact and dispersion of an indicator over subgroups.

    Parameters
    ----------
    estimates : (k,) the indicator in each subgroup, from 0 up: numbers, or figures as printed; or
        the `Subgroups` of a sample (`subgroups_of_sample`), which know their people
    population : (k,) its people; exact
    ordered : subgroups run from the most disadvantaged to the most advantaged (wealth, education);
        else they have no order (regions)
    favourable : more is better (coverage), or worse (unmet need)
    rounding : last printed place (`"0.1"`) of plain numbers that had been rounded

    Returns
    -------
    DataFrame `group` (the measure), `base` (people; of a sample the sum of its weights),
    `estimate, low, high, unit, method, note`; of a sample also `se`, and `low, high` are the
    interval its design allows. Else they are how far the measure can go over what was printed,
    reached: the estimate itself for plain numbers; `high` is missing for the four last where more
    than 12 subgroups lie about the mean, whose ends are too many to try.
    `D`, `R` — most less (over) least advantaged where ordered, else greatest less least;
    `ACI` Σ p(2X − 1)y and `RCI` ACI/μ (ordered only; X the midpoint of the cumulative share);
    `PAR` y_ref − μ and `PAF` 100·PAR/μ, the reference the most advantaged (ordered) or the best
    subgroup; where the reference is worse than the mean there is nothing to gain and both are 0;
    `BGV` Σ p(y − μ)²; `IDIS` 100·Σ p|y − μ|/μ; `MLD` Σ p ln(μ/y) and `TI` Σ p (y/μ) ln(y/μ).
    WHO prints RCI × 100 and MLD, TI × 1000; here they are not multiplied.

    Notes
    -----
    Errors are the delta method's over the joint error of means and sizes. Chance alone makes
    subgroups differ: of a sample, `D` and `PAR` without an order and the dispersion measures are
    too large on average, the more so the smaller the subgroups.

    Examples
    --------
    >>> estimates, people = [20, 30, 40, 50, 60], [78, 91, 162, 103, 105]
    >>> table = disaggregated_inequality(estimates, people, ordered=True)
    >>> table.set_index("group")["estimate"].round(6)[["ACI", "RCI", "PAR", "PAF"]].to_dict()
    {'ACI': 7.32842, 'RCI': 0.177769, 'PAR': 18.77551, 'PAF': 45.544554}
    """
    data = as_subgroups(estimates, population, rounding)
    y, people = data.estimates, data.population
    mean = float(people @ y) / float(people.sum())
    if len(y) < 2 or mean <= 0:
        raise CommsvcError(f"{len(y)} subgroups with mean {mean:g}", allowed="two, some of it")
    found = measures_of(y, people, ordered, favourable)
    note = f"{len(y)} subgroups, {'ordered' if ordered else 'no order'}, mean {mean:g}"
    table = pd.DataFrame({"group": list(found), "base": float(people.sum())})
    table["estimate"] = list(found.values())
    method = "measures of WHO's HEAT"
    if data.covariance is not None:
        from commsvc.inference.linearisation import LinearEstimate

        se = data.errors_of(
            lambda e, n: np.array(list(measures_of(e, n, ordered, favourable).values()))
        )
        # Where there is nothing to gain the measure is cut off at 0 and has no slope.
        se[(table["estimate"] == 0) & table["group"].isin(["PAR", "PAF"])] = np.nan
        linear = LinearEstimate(table["estimate"].to_numpy(), np.diag(se**2), data.df)
        interval = linear.interval(confidence)
        table = table.assign(se=se, low=interval.low, high=interval.high)
        method += ", design-based errors"
        if not ordered:
            note = joined_notes(note, "greatest and least subgroup chosen by the sample")
    elif data.loose:
        ends = [range_of(name, data, ordered, favourable) for name in found]
        low, high = np.array(ends).T
        table["low"] = np.fmin(low, table["estimate"])
        table["high"] = np.where(np.isnan(high), high, np.fmax(high, table["estimate"]))
        loose = int((data.high > data.low).sum())
        note = joined_notes(note, f"range over what was printed ({loose} of {len(y)} estimates)")
    else:
        table = table.assign(low=table["estimate"], high=table["estimate"])
    table["unit"] = [_UNITS[name] for name in found]
    return table.assign(method=method, note=note)


def measures_of(y: Array, people: Array, ordered: bool, favourable: bool) -> dict[str, float]:
    """The measures by name.

    >>> measures_of(np.array([1.0, 3]), np.array([1.0, 1]), False, True)["BGV"]
    1.0
    """
    p = people / people.sum()
    mean = float(p @ y)
    least, most = (y[0], y[-1]) if ordered else (y.min(), y.max())
    reference = y[-1] if ordered else (y.max() if favourable else y.min())
    gain = float(reference - mean)
    if (gain < 0) == favourable:
        gain = 0.0
    found = {
        "D": float(most - least),
        "R": float(most / least) if least > 0 else float("nan"),
    }
    if ordered:
        aci = float(p @ ((2 * np.cumsum(p) - p - 1) * y))
        found |= {"ACI": aci, "RCI": aci / mean}
    logs = np.log(np.where(y > 0, y, 1.0) / mean)
    return found | {
        "PAR": gain,
        "PAF": 100 * gain / mean,
        "BGV": float(p @ (y - mean) ** 2),
        "IDIS": 100 * float(p @ np.abs(y - mean)) / mean,
        "MLD": float(-(p @ logs)) if (y > 0).all() else float("nan"),
        "TI": float(p @ np.where(y > 0, y / mean * logs, 0.0)),
    }
