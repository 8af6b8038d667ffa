"""Facilities against a list of what they should have, where some of it is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import yes_or_no
from commsvc.indicators.measure import Value, expect
from commsvc.indicators.ratio import bounds
from commsvc.indicators.sampling import as_design, records_of
from commsvc.inference.design import Design

if TYPE_CHECKING:
    from pandas import DataFrame

# name -> its items, Chinese and English.
CHECKLISTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "six functions 六位一体": (
        ("医疗", "medical care"),
        ("预防", "prevention"),
        ("保健", "health care"),
        ("康复", "rehabilitation"),
        ("健康教育", "health education"),
        ("计划生育技术指导", "family-planning guidance"),
    ),
    "one station, four rooms 一站四室": (
        ("服务站", "service station"),
        ("办公室", "office"),
        ("警务室", "police room"),
        ("活动室", "activity room"),
        ("医疗室", "clinic room"),
    ),
}

# 一厅九室三市两栏一园一校一场; two of the nine rooms reached us without their names.
CHECKLISTS["rural service centre, 18 items 农村社区服务中心十八项"] = (
    ("综合服务厅", "service hall"),
    ("办公室", "office"),
    ("服务室（名缺）", "service room, name lost"),
    ("室（名缺）", "room, name lost"),
    ("调解室", "mediation room"),
    ("计生室", "family-planning room"),
    ("警务室", "police room"),
    ("卫生室", "clinic"),
    ("图书室", "library"),
    ("文体活动室", "culture and sports room"),
    ("生活超市", "everyday supermarket"),
    ("农资超市", "farm-supplies store"),
    ("慈善超市", "charity store"),
    ("社区事务公开栏", "notice board of community affairs"),
    ("科普栏", "popular-science board"),
    ("幼儿园", "kindergarten"),
    ("居民学校", "residents' school"),
    ("文化健身广场", "culture and fitness square"),
)


def compliance(frame: Any, items: Sequence[str], *, site: str) -> DataFrame:
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
    import pandas as pd

    rows = []
    for name, states in _states(frame, items, site).items():
        counted = _counted(states)
        verdict = "not met" if counted[1] else ("undecided" if counted[2] else "met")
        rows.append((name, *counted, verdict))
    columns = ["group", "yes", "no", "unknown", "base", "low", "high", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def item_availability(
    frame: Any,
    items: Sequence[str],
    *,
    site: str,
    design: Design | str = "census",
    confidence: float = 0.95,
) -> DataFrame:
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
    note`: weighted, as R's svyciprop (logit).

    Examples
    --------
    >>> import pandas as pd
    >>> sites = pd.DataFrame({"site": ["A", "B"], "clinic": [True, None], "square": [False, True]})
    >>> item_availability(sites, ["clinic", "square"], site="site")[["group", "low", "high"]]
        group  low  high
    0  clinic  0.5   1.0
    1  square  0.5   0.5
    """
    import pandas as pd

    table = list(_states(frame, items, site).values())
    states_of = {item: [states[i] for states in table] for i, item in enumerate(items)}
    columns = ["group", "yes", "no", "unknown", "base", "low", "high"]
    rows = [(item, *_counted(column)) for item, column in states_of.items()]
    found = pd.DataFrame(rows, columns=columns)
    return _of_sites(found, frame, states_of, as_design(design), confidence)


def compliance_summary(
    frame: Any,
    items: Sequence[str],
    *,
    site: str,
    design: Design | str = "census",
    confidence: float = 0.95,
) -> DataFrame:
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
    import pandas as pd

    said = {"met": True, "not met": False, "undecided": None}
    verdicts = [said[v] for v in compliance(frame, items, site=site)["verdict"]]
    columns = ["met", "not_met", "undecided", "base", "low", "high"]
    found = pd.DataFrame([_counted(verdicts)], columns=columns).assign(unit="share of sites")
    return _of_sites(found, frame, {"": verdicts}, as_design(design), confidence)


def _counted(states: Sequence[bool | None]) -> tuple[float, ...]:
    """Yes, no, unknown, all, and the shares of the surely and of the possibly yes."""
    yes, no, base = states.count(True), states.count(False), len(states)
    return yes, no, base - yes - no, base, yes / base, (base - no) / base


def _of_sites(
    table: DataFrame,
    frame: Any,
    states: Mapping[str, Sequence[bool | None]],
    design: Design,
    confidence: float,
) -> DataFrame:
    """The table with sampling errors, where the sites are a sample."""
    if not design.allows_inference:
        return table.assign(note=design.caveat()) if design.caveat() else table
    import numpy as np

    from commsvc.indicators.weighted import bounded_row

    people = records_of(frame, design)
    everybody = np.ones(people.weights.size, dtype=bool)
    rows = [
        bounded_row(
            people, everybody, [s is True for s in column], [s is not False for s in column],
            group=name, words=("sites", "sites", "share"), method="share of sites",
            deff=design.deff, note=design.caveat(), confidence=confidence,
        )
        for name, column in states.items()
    ]  # fmt: skip
    return table.assign(**{c: [row[c] for row in rows] for c in ("low", "high", "method", "note")})


def size_compliance(
    measured: Mapping[str, Value | None], standard: str, *, unit: str = "m²"
) -> DataFrame:
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
    ends = bounds(target.values)
    rows = []
    for name, value in measured.items():
        low, high, verdict = float("nan"), float("nan"), "unknown"
        if value is not None:
            size = expect(value, unit, role=name).values
            low, high = bounds(size)
            inside = size.intersect(target.values)
            verdict = "met" if inside == size else ("not met" if inside.empty else "undecided")
        rows.append((name, low, high, *ends, target.unit, verdict))
    columns = ["group", "low", "high", "standard_low", "standard_high", "unit", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _states(frame: Any, items: Sequence[str], site: str) -> dict[str, list[bool | None]]:
    import narwhals as nw

    native = nw.from_native(frame)
    table = native.collect() if isinstance(native, nw.LazyFrame) else native
    for column in (site, *items):
        if column not in table.columns:
            raise unknown_name("column", column, table.columns)
    if not items or not len(table):
        raise CommsvcError("a checklist needs at least one item and one site")
    found: dict[str, list[bool | None]] = {}
    for number, row in enumerate(table.rows(named=True)):
        name = str(row[site])
        if name in found:
            raise CommsvcError(f"the site {name!r} has two rows", where=f"row {number}")
        found[name] = [yes_or_no(row[item], f"row {number} ({name}), {item}") for item in items]
    return found
