"""Facilities against a list of what they should have, where some of it is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.indicators.counted_units import bounds
from commsvc.indicators.frames import column_values, yes_or_no
from commsvc.indicators.measure import Value, expect
from commsvc.inference.design import Design
from commsvc.survey.ratios import shares_with_unknown

if TYPE_CHECKING:
    import pandas as pd


def compliance(frame: Any, items: Sequence[str], *, site: str) -> pd.DataFrame:
    """How much of a checklist each site has, with what is unknown left unknown.

    Parameters
    ----------
    frame : any data frame, a row a site and a column an item; cells say yes (`True`, 1, "有"), no
        (`False`, 0, "无") or unknown (missing, "不详")
    items : the item columns
    site : the column that names the sites

    Returns
    -------
    DataFrame `group` (site), `yes, no, unknown, base` (items), `low` (yes/base: every unknown is a
    no), `high` ((yes + unknown)/base: every unknown is a yes), `verdict` (`met`, `not met`,
    `undecided`: all items)

    Examples
    --------
    >>> import pandas as pd
    >>> sites = pd.DataFrame({"site": ["A", "B"], "clinic": ["有", None], "square": ["无", "有"]})
    >>> compliance(sites, ["clinic", "square"], site="site")[["group", "low", "high", "verdict"]]
      group  low  high    verdict
    0     A  0.5   0.5    not met
    1     B  0.5   1.0  undecided
    """
    table = _counted(_states(frame, items, site).T)
    verdict = np.select([table["no"] > 0, table["unknown"] > 0], ["not met", "undecided"], "met")
    return table.assign(verdict=verdict)


def item_availability(
    frame: Any,
    items: Sequence[str],
    *,
    site: str,
    design: Design | str = "census",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share of sites that have each item, from surely to possibly.

    Parameters
    ----------
    frame, items, site : as in `compliance`
    design : `census` (every site was looked at), or how the sites were drawn: `srs`, `unknown`,
        `Design.sample(…)`
    confidence : of the interval of a sample

    Returns
    -------
    DataFrame `group` (item), `yes, no, unknown, base` (sites), `low` (every unknown is a no),
    `high` (every unknown is a yes). Of a sample each end with its sampling error, and `method,
    note`: as `commsvc.survey.ratios.shares_with_unknown`.

    Examples
    --------
    >>> import pandas as pd
    >>> sites = pd.DataFrame({"site": ["A", "B"], "clinic": [True, None], "square": [False, True]})
    >>> item_availability(sites, ["clinic", "square"], site="site")[["group", "low", "high"]]
        group  low  high
    0  clinic  0.5   1.0
    1  square  0.5   0.5
    """
    return _of_sites(_states(frame, items, site), frame, design, confidence)


def compliance_summary(
    frame: Any,
    items: Sequence[str],
    *,
    site: str,
    design: Design | str = "census",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share of sites that meet a whole checklist, from the surely met to the possibly met.

    Parameters
    ----------
    frame, items, site, design, confidence : as in `item_availability`

    Returns
    -------
    DataFrame of one row: `met, not_met, undecided, base` (sites), `low, high` (shares), `unit`; of
    a sample also `method, note`, and the ends with their sampling error

    Examples
    --------
    >>> import pandas as pd
    >>> sites = pd.DataFrame({"site": ["A", "B"], "clinic": [True, None], "square": [True, True]})
    >>> compliance_summary(sites, ["clinic", "square"], site="site")[["met", "low", "high"]]
       met  low  high
    0    1  0.5   1.0
    """
    states = _states(frame, items, site)
    # One no decides, and so does every item there: a mean of 0 and 1 is unknown otherwise.
    met = np.where(states.min(axis=1) == 0, 0.0, states.min(axis=1, skipna=False))
    found = _of_sites(states.assign(met=met)[["met"]], frame, design, confidence)
    names = {"yes": "met", "no": "not_met", "unknown": "undecided"}
    return found.drop(columns="group").rename(columns=names).assign(unit="share of sites")


def size_compliance(
    measured: Mapping[str, Value | None], standard: str, *, unit: str = "m²"
) -> pd.DataFrame:
    """Sizes against a size standard, units converted.

    Parameters
    ----------
    measured : site -> its size, a number in `unit` or as printed (``"不足100平方米"``, ``"3亩"``);
        `None` where nobody said
    standard : as printed: ``"不少于100平方米"``, ``"不少于5亩"``, ``"500平方米左右"``

    Returns
    -------
    DataFrame `group` (site), `low, high` (size), `standard_low, standard_high, unit, verdict`
    (`met`, `not met`, `undecided`, `unknown`)

    Examples
    --------
    >>> size_compliance({"A": "1386平方", "B": "不足100平方米", "C": None, "D": 3000},
    ...                 "不少于100平方米")[["group", "verdict"]]
      group  verdict
    0     A      met
    1     B  not met
    2     C  unknown
    3     D      met
    """
    import pandas as pd

    if not measured:
        raise CommsvcError("no size was given")
    target = expect(standard, unit, role="the standard", exact=True)
    rows = []
    for name, value in measured.items():
        ends, verdict = (float("nan"), float("nan")), "unknown"
        if value is not None:
            size = expect(value, unit, role=name).values
            inside = size.intersect(target.values)
            ends = bounds(size)
            verdict = "met" if inside == size else "not met" if inside.empty else "undecided"
        rows.append((name, *ends, *bounds(target.values), target.unit, verdict))
    columns = ["group", "low", "high", "standard_low", "standard_high", "unit", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _states(frame: Any, items: Sequence[str], site: str) -> pd.DataFrame:
    """Sites by items: 1 yes, 0 no, missing where unknown."""
    import pandas as pd

    sites = [str(name) for name in column_values(frame, site)]
    if not items or not sites:
        raise CommsvcError("a checklist needs at least one item and one site")
    twice = pd.Index(sites).duplicated()
    if twice.any():
        at = int(twice.argmax())
        raise CommsvcError(f"the site {sites[at]!r} has two rows", where=f"row {at}")
    states = {
        item: [
            yes_or_no(cell, f"row {number} ({name}), {item}")
            for number, (name, cell) in enumerate(
                zip(sites, column_values(frame, item), strict=True)
            )
        ]
        for item in items
    }
    return pd.DataFrame(states, index=sites, dtype=float)


def _counted(states: pd.DataFrame) -> pd.DataFrame:
    """For each column how many yes, no, unknown, and the shares of the surely and possibly yes."""
    import pandas as pd

    base = len(states)
    yes, no = (states == 1).sum(), (states == 0).sum()
    table = pd.DataFrame({"yes": yes, "no": no, "unknown": base - yes - no, "base": base})
    table = table.assign(low=yes / base, high=(base - no) / base)
    return table.rename_axis("group").reset_index()


def _of_sites(
    states: pd.DataFrame, frame: Any, design: Design | str, confidence: float
) -> pd.DataFrame:
    """The counts of each column, with sampling errors where the sites are a sample."""
    import pandas as pd

    found = _counted(states)
    chosen = design if isinstance(design, Design) else Design.named(design)
    if chosen.kind == "census":
        return found
    named = [chosen.weights, chosen.strata, *chosen.clusters[:1], chosen.stratum_sizes]
    table = pd.DataFrame({name: column_values(frame, name) for name in named if name})
    of = {}
    for i, item in enumerate(states):
        table[f"sure{i}"] = (states[item] == 1).to_numpy().astype(float)
        table[f"may{i}"] = (states[item] != 0).to_numpy().astype(float)
        of[str(item)] = (f"sure{i}", f"may{i}")
    ends = shares_with_unknown(table, of, design=chosen, confidence=confidence)
    return found.assign(**{name: list(ends[name]) for name in ("low", "high", "method", "note")})
