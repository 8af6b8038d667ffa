"""An indicator of totals taken from the records behind them: `rowwise` for a sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.indicators.frames import by_group, column_values, numeric_columns
from commsvc.indicators.measure import Measure, measure
from commsvc.indicators.ratio import Ratio
from commsvc.indicators.sampling import as_design, records_of
from commsvc.indicators.units import joined_notes
from commsvc.indicators.weighted import weighted_row
from commsvc.inference.design import Design

if TYPE_CHECKING:
    from pandas import DataFrame


def from_records(
    frame: Any,
    function: Callable[..., Any],
    *,
    design: Design | str,
    by: str | None = None,
    person: str | None = None,
    units: Mapping[str, str] | None = None,
    confidence: float = 0.95,
    **arguments: Any,
) -> DataFrame:
    """An indicator of totals, from the records behind them: sums of columns, with errors.

    `rowwise` takes the indicator for every row; this takes it once of all rows (of each group) and
    gives it the sampling error of the design. The indicator itself goes on refusing what does not
    fit together.

    Parameters
    ----------
    frame : any data frame, a row a person, visit or facility
    function : an indicator here that is one sum over another (it returns a `Ratio`):
        `visits_per_head`, `contact_share`, `cost_per_visit`, `staff_density`, `participation` …
    design : `census` (exact sums, no error), `srs`, `unknown`, or `Design.sample(weights=…,
        strata=…, clusters=…)`
    by : column of groups
    person : column of persons, where a row is a visit: rows of one person are not independent
    units : argument -> unit, for those that have to say what they count
    arguments : the function's arguments: a column's name, or a constant

    Returns
    -------
    DataFrame `group, numerator, denominator, count, base, estimate, se, low, high, unit, method,
    note`; `count` and `base` are the sums over the records, unweighted; of a census as `tidy`.
    Rows with a missing cell are left out and counted in `note`. The variance is that of a ratio
    (Taylor), as R's svyratio.

    Raises
    ------
    CommsvcError : negative cells, no such column, an indicator that is no ratio of sums

    Examples
    --------
    By hand: the ratio is 6/4, its residuals −1.5, 0.5, −0.5, 1.5; √(4/3 · Σe²)/4.

    >>> import pandas as pd
    >>> from commsvc.indicators.utilization import visits_per_head
    >>> homes = pd.DataFrame({"visits": [0, 2, 1, 3], "people": [1, 1, 1, 1]})
    >>> found = from_records(homes, visits_per_head, visits="visits", population="people",
    ...                      design="srs")
    >>> found[["count", "base", "estimate", "se"]].round(4)
       count  base  estimate      se
    0    6.0   4.0       1.5  0.6455
    """
    import pandas as pd

    chosen = as_design(design)
    columns, fixed, numbers = _columns(frame, arguments)
    known = numbers.notna().all(axis=1).to_numpy()
    groups = column_values(frame, by) if by else [""] * len(known)
    people = records_of(frame, chosen, person) if chosen.allows_inference else None
    counted = dict(units or {})

    def indicator(totals: Mapping[str, float]) -> Ratio:
        given = {k: measure(v, counted[k]) if k in counted else v for k, v in totals.items()}
        found = function(**given, **fixed)
        if not isinstance(found, Ratio):
            raise CommsvcError(
                f"{function.__name__} gives no one ratio", allowed="an indicator that does"
            )
        return found

    rows = []
    for group, of_group in by_group(groups):
        inside = known & of_group
        if not inside.any():
            raise CommsvcError(f"group {group!r} has no complete record", where=", ".join(columns))
        totals = {name: float(numbers.loc[inside, name].sum()) for name in columns}
        ratio = indicator(totals)
        lost = int((of_group & ~known).sum())
        note = joined_notes(ratio.note, f"{lost} incomplete left out" if lost else "")
        if people is None:
            row = ratio.row(str(group))
            rows.append(row | {"note": joined_notes(row["note"], note, chosen.caveat())})
            continue
        above, below = _slopes(indicator, totals)
        cells = numbers.fillna(0.0).to_numpy()
        rows.append(
            weighted_row(
                people, inside, cells @ above, cells @ below, group=str(group),
                words=(_of(ratio.numerator), _of(ratio.denominator), ratio.unit),
                method=ratio.method, scale=float(ratio.scale), deff=chosen.deff,
                note=joined_notes(note, chosen.caveat()), confidence=confidence,
            )
        )  # fmt: skip
    return pd.DataFrame(rows)


def _columns(
    frame: Any, arguments: Mapping[str, Any]
) -> tuple[list[str], dict[str, Any], DataFrame]:
    """The arguments that are columns, the others, and the cells under the arguments' names."""
    import narwhals as nw
    import pandas as pd

    there = nw.from_native(frame).collect_schema().names()
    taken = {k: v for k, v in arguments.items() if isinstance(v, str) and v in there}
    if not taken:
        said = ", ".join(f"{k}={v!r}" for k, v in arguments.items())
        raise CommsvcError(f"no argument names a column: {said}", allowed=", ".join(there))
    cells = {name: numeric_columns(frame, [column])[column] for name, column in taken.items()}
    numbers = pd.DataFrame(cells)
    for name, column in taken.items():
        bad = numbers.index[numbers[name] < 0]
        if len(bad):
            raise CommsvcError(
                f"{numbers.loc[bad[0], name]:g} is no count or amount",
                where=f"row {bad[0]}, column {column!r}",
                allowed="0 or more; missing where nobody knows",
            )
    return list(taken), {k: v for k, v in arguments.items() if k not in taken}, numbers


def _slopes(
    indicator: Callable[[Mapping[str, float]], Ratio], totals: Mapping[str, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much of each total goes above the line and below it."""

    def sides(at: Mapping[str, float]) -> NDArray[np.float64]:
        ratio = indicator(at)
        top, bottom = ratio.numerator.face, ratio.denominator.face
        if top is None or bottom is None:
            raise CommsvcError("a total stands for a range", next_step="give the totals themselves")
        return np.array([float(top), float(bottom)])

    here, size = sides(totals), max(totals.values()) or 1.0
    slopes = []
    for name, total in totals.items():
        # A part cannot grow beyond its whole, nor a whole shrink below its part: one way is open.
        try:
            slopes.append((sides({**totals, name: total + size}) - here) / size)
        except CommsvcError:
            slopes.append((sides({**totals, name: total / 2}) - here) / (-total / 2))
    found = np.array(slopes)
    if not np.allclose(np.array(list(totals.values())) @ found, here, rtol=1e-9, atol=1e-9):
        raise CommsvcError(
            "the indicator is no sum over a sum of the columns",
            next_step="give it the totals",
        )
    return found[:, 0], found[:, 1]


def _of(what: Measure) -> str:
    return f"{what.unit} ({what.of})" if what.of else what.unit
