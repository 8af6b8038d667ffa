"""One road for rates, shares and means of use: sums over sums, of a count or of a sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.design import Design
from commsvc.inference.results import Interval
from commsvc.words.messages import Text, joined, message

if TYPE_CHECKING:
    from pandas import DataFrame

    from commsvc.inference.sample import Sample

Array = NDArray[np.float64]
Ratios = Mapping[str, tuple[Any, Any, str]]
_SUMS: Final = ("top", "bottom", "count", "base", "asked", "lost", "odd", "beyond")


def ratios(
    frame: Any,
    of: Ratios,
    *,
    design: Design | str = "census",
    by: str | None = None,
    confidence: float = 0.95,
) -> DataFrame:
    """Ratios of sums over the rows of a table, of each group: rates, shares, means.

    Parameters
    ----------
    frame : any data frame Narwhals takes, a row a person, visit or facility
    of : name -> (numerator, denominator, unit). The two are columns of numbers (or of true and
        false), or Narwhals expressions of columns; a denominator of None counts rows. A unit of
        ``"share"`` says that every row's numerator is part of its denominator
    design : `census` (exact, no error), `srs`, `unknown`, or `Design.sample(...)`: weighted sums,
        with the errors of the design
    by : column of groups
    confidence : of the intervals of a sample

    Returns
    -------
    DataFrame `group, level` (name), `count, base` (the two sums over the rows, unweighted),
    `estimate, se, low, high, unit, method, note`. A row with either missing is left out of both,
    and counted in `note`. Of a census `low` and `high` are the estimate. Of a sample the variance
    is that of a ratio (as R's svyratio); intervals: Wilson's for a share of people drawn one by
    one, logit for other shares (Korn–Graubard's where none or all have it; as R's svyciprop),
    Student's for the rest. Answers that are all alike show no spread and have no interval.

    Raises
    ------
    CommsvcError : no such column, text, a denominator below 0, a part beyond its whole, a group
        without an answer

    Examples
    --------
    >>> import pandas as pd
    >>> bills = pd.DataFrame({"cost": [40, 60, 200], "paid": [0, 30, 100]})
    >>> found = ratios(bills, {"paid by insurance": ("paid", "cost", "share"),
    ...                        "cost of a visit": ("cost", None, "yuan per visit")})
    >>> found[["level", "count", "base", "estimate"]].round(4)
                   level  count   base  estimate
    0  paid by insurance  130.0  300.0    0.4333
    1    cost of a visit  300.0    3.0  100.0000
    """
    import pandas as pd

    chosen = design if isinstance(design, Design) else Design.named(design)
    if not of:
        raise CommsvcError(
            "no ratio was asked for", allowed="{name: (numerator, denominator, unit)}"
        )
    read = _Read.of(frame, of, by, chosen)
    rows = [
        _row(read, group, inside, name, unit, chosen, confidence)
        for group, inside in read.groups()
        for name, (_, _, unit) in of.items()
    ]
    return pd.DataFrame(rows)


def shares_with_unknown(
    frame: Any,
    of: Mapping[str, tuple[Any, Any]],
    *,
    design: Design | str = "census",
    by: str | None = None,
    confidence: float = 0.95,
) -> DataFrame:
    """Shares of rows of which some are unknown: every unknown a no, to every unknown a yes.

    Of a sample the interval holds the share of the population whatever the unknown are, with more
    than the confidence asked for (Horowitz & Manski 2000, JASA 95:77).

    Parameters
    ----------
    of : name -> (surely, possibly): columns or expressions of 0 and 1; who is sure is possible, too

    Returns
    -------
    DataFrame as `ratios`; where some are unknown `count, estimate, se` are missing

    Examples
    --------
    >>> import pandas as pd
    >>> sites = pd.DataFrame({"has": [1, 0, 0], "may": [1, 1, 0]})
    >>> shares_with_unknown(sites, {"clinic": ("has", "may")})[["base", "low", "high"]].round(2)
       base   low  high
    0   3.0  0.33  0.67
    """
    least, most = (
        ratios(
            frame, {name: (ends[side], None, "share") for name, ends in of.items()},
            design=design, by=by, confidence=confidence,
        )
        for side in (0, 1)
    )  # fmt: skip
    unknown = (most["count"] - least["count"]).astype(int)
    found = least.assign(high=most["high"])
    found.loc[unknown > 0, ["count", "estimate", "se"]] = np.nan
    found["note"] = [
        joined([note, message("{n} may or may not count", n=n) if n else ""])
        for note, n in zip(least["note"], unknown, strict=True)
    ]
    return found


@dataclass(frozen=True)
class _Read:
    """What one pass over the frame gives: a row a group (and cluster), or a row a row.

    `sums` has for each ratio the columns `_SUMS`: the two sums that estimate (weighted where
    clusters were added up), the two unweighted, rows asked, rows lost, rows that are no 0 or 1 of
    1, and rows that cannot be.
    """

    group: NDArray[Any]
    sums: Mapping[str, Mapping[str, Array]]
    sample: Sample | None

    @classmethod
    def of(cls, frame: Any, of: Ratios, by: str | None, design: Design) -> _Read:
        from commsvc.inference.sample import Sample

        # Whoever lives in one cluster is added up on the way; the design needs no more.
        added_up = bool(design.clusters) and design.people is None
        exact = not design.allows_inference
        renamed = _keys(frame, by, design)
        table = _nullable(frame)
        kept = [key for name, key in renamed.items() if added_up or name == by]
        cells = _cells(table, of, renamed, design.weights, added_up)
        done = (_totals(cells, kept) if exact or added_up else cells).collect()
        if not len(done):
            raise CommsvcError("the table has no rows")
        group = done[renamed[by]].to_list() if by else [""] * len(done)
        sums = {
            name: {s: np.nan_to_num(done[f"{s}{i}"].to_numpy().astype(float)) for s in _SUMS}
            for i, name in enumerate(of)
        }
        if exact:
            return cls(np.array(group, dtype=object), sums, None)
        asked = replace(
            design,
            weights="weight" if design.weights and not added_up else None,
            strata=renamed.get(design.strata or ""),
            clusters=tuple(renamed[name] for name in design.clusters[:1]),
            stratum_sizes=renamed.get(design.stratum_sizes or ""),
        )
        return cls(np.array(group, dtype=object), sums, Sample.of(asked, done.to_native()))

    def groups(self) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """Each group, sorted where they have an order, and which rows are its."""
        import pandas as pd

        codes, labels = pd.factorize(self.group, use_na_sentinel=False)
        for code, label in enumerate(labels):
            missing = label is None or label != label
            yield "missing" if missing else str(label), codes == code


def _nullable(frame: Any) -> Any:
    """The frame read lazily; in pandas, what is compared with a missing number is missing, too."""
    import narwhals as nw

    native = nw.from_native(frame)
    if native.implementation.is_pandas():
        plain = nw.to_native(native)
        floats = plain.columns[[kind == "float64" for kind in plain.dtypes]]
        native = nw.from_native(plain.astype(dict.fromkeys(floats, "Float64")))
    return native.lazy()


def _keys(frame: Any, by: str | None, design: Design) -> dict[str, str]:
    """Column -> its name here, of the groups and of what the design needs beside weights."""
    import narwhals as nw

    known = nw.from_native(frame).lazy().collect_schema().names()
    wanted = [design.strata, *design.clusters[:1], design.stratum_sizes, by]
    for name in (*wanted, design.weights):
        if name and name not in known:
            raise unknown_name("column", name, known, where="by" if name == by else "design")
    return {name: f"key{i}" for i, name in enumerate(wanted) if name}


def _totals(cells: Any, keys: list[str]) -> Any:
    import narwhals as nw

    sums = [c for c in cells.collect_schema().names() if c[:3] not in ("key", "wei")]
    totals = [nw.col(c).sum() for c in sums]
    return cells.group_by(keys).agg(*totals).sort(keys) if keys else cells.select(*totals)


def _cells(
    table: Any, of: Ratios, keys: Mapping[str, str], weights: str | None, added_up: bool
) -> Any:
    """The keys, the weight, and the columns `_SUMS` of each ratio, a row a row."""
    import narwhals as nw

    weight = nw.col(weights).cast(nw.Float64()) if weights else nw.lit(1.0)
    own = [nw.col(name).alias(key) for name, key in keys.items()]
    sides = [
        _number(table, part, name).alias(f"{side}{i}")
        for i, (name, (top, bottom, _)) in enumerate(of.items())
        for side, part in (("y", top), ("x", bottom))
    ]
    # In two steps, so that no expression of the caller's is worked out twice.
    read = table.select(*own, *sides, weight.alias("weight"))
    columns = [nw.col(key) for key in (*keys.values(), "weight")]
    scale = nw.col("weight") if added_up else nw.lit(1.0)
    for i, (_, _, unit) in enumerate(of.values()):
        values = _summands(nw.col(f"y{i}"), nw.col(f"x{i}"), unit, nw.col("weight"), scale)
        columns += [value.alias(f"{s}{i}") for s, value in zip(_SUMS, values, strict=True)]
    return read.select(*columns)


def _number(table: Any, part: Any, where: str) -> Any:
    """A column or expression as numbers, 1 for each row where there is none."""
    import narwhals as nw

    if part is None:
        return nw.lit(1.0)
    if isinstance(part, str):
        schema = table.collect_schema()
        if part not in schema.names():
            raise unknown_name("column", part, schema.names(), where=where)
        if not (schema[part].is_numeric() or schema[part] == nw.Boolean):
            raise CommsvcError(
                f"{part!r} holds {schema[part]}", where=where, allowed="numbers, true and false"
            )
        part = nw.col(part)
    return part.cast(nw.Float64()).fill_nan(None)


def _summands(y: Any, x: Any, unit: str, weight: Any, scale: Any) -> tuple[Any, ...]:
    import narwhals as nw

    gone = y.is_null() | x.is_null()
    used = ~gone & (weight > 0)
    beyond = x < 0
    if unit == "share":
        beyond = beyond | (y < 0) | (y > x)
    # Of a share those with nothing below the line are nobody asked: unmet need, of those in need.
    asked = used & (x > 0) if unit == "share" else used
    odd = ~(((y == 0) | (y == 1)) & (x == 1))

    def where(condition: Any, value: Any) -> Any:
        return nw.when(condition).then(value).otherwise(nw.lit(0.0))

    one = nw.lit(1.0)
    return (
        where(used, y * scale), where(used, x * scale), where(used, y), where(used, x),
        where(asked, one), where(gone, one), where(asked & odd, one), where(used & beyond, one),
    )  # fmt: skip


def _row(
    read: _Read, group: str, inside: NDArray[np.bool_], name: str, unit: str, design: Design,
    confidence: float,
) -> dict[str, Any]:  # fmt: skip
    at = {s: float(column[inside].sum()) for s, column in read.sums[name].items()}
    where = f"{name}, {group}" if group else name
    if at["beyond"]:
        raise CommsvcError(
            f"{at['beyond']:.0f} rows have a denominator below 0, or a part beyond its whole",
            where=where,
            allowed="denominators from 0 up; of a share, a numerator from 0 to its denominator",
        )
    if not at["base"] > 0:
        raise CommsvcError("nobody answered, or the denominator is 0", where=where)
    if read.sample is None:
        ratio = at["top"] / at["bottom"]
        method = "incomplete count" if design.kind == "incomplete" else "complete count"
        found = Interval(ratio, ratio, ratio, method=_COUNTED[method], note=design.caveat())
    else:
        found = _estimated(read, inside, name, unit, at, design, confidence)
    lost = message("{n} without an answer left out", n=int(at["lost"])) if at["lost"] else ""
    return {
        "group": group, "level": name, "count": at["count"], "base": at["base"],
        "estimate": float(found.estimate), "se": float(found.se), "low": float(found.low),
        "high": float(found.high), "unit": unit, "method": found.method,
        "note": joined([lost, found.note]),
    }  # fmt: skip


def _estimated(
    read: _Read, inside: NDArray[np.bool_], name: str, unit: str, at: Mapping[str, float],
    design: Design, confidence: float,
) -> Interval:  # fmt: skip
    """Estimate and interval of one ratio of a sample."""
    from commsvc.inference.intervals import proportion_interval
    from commsvc.inference.jackknife import Ratio, by_design
    from commsvc.inference.share_intervals import share_interval

    assert read.sample is not None
    if unit == "share" and design.kind != "sample" and not at["odd"]:
        plain = proportion_interval(
            at["count"], at["base"], "wilson", confidence,
            deff=design.deff, population=design.population,
        )  # fmt: skip
        return replace(plain, note=design.caveat())
    sums = read.sums[name]
    used = inside & (sums["asked"] > 0)
    found = by_design(Ratio(sums["top"], sums["bottom"]), read.sample.domain(used))
    estimate, se = float(np.ravel(found.estimate)[0]), float(np.ravel(found.se)[0])
    weighted = bool(design.weights) or design.people is not None
    note = joined([found.note, _UNWEIGHTED if weighted else ""])
    if unit == "share" and found.df > 0 and (0 < estimate < 1 or not at["odd"]):
        how = "logit" if 0 < estimate < 1 and se > 0 else "beta"
        ends = share_interval(estimate, se**2, found.df, at["asked"], how, confidence)
        return replace(ends, note=note)
    ends = found.interval(confidence)
    values = [float(np.ravel(v)[0]) for v in (ends.estimate, ends.low, ends.high, ends.se)]
    if se <= 1e-12 * abs(estimate):
        values[1:3] = [float("nan")] * 2
        note = joined([note, _ALIKE])
    estimate, low, high, se = values
    return Interval(estimate, low, high, se, method=ends.method, note=note)


_COUNTED: Final[Mapping[str, Text]] = {
    "complete count": message("complete count"),
    "incomplete count": message("incomplete count"),
}
_UNWEIGHTED: Final = message("estimate weighted; count and base are those asked, unweighted")
_ALIKE: Final = message("no interval: all answers are alike, and show no spread")
