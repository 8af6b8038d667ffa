"""Quantiles of a survey's numbers by group, as the design allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.design import Design
from commsvc.inference.intervals import quantile_interval
from commsvc.inference.results import Interval, join_notes
from commsvc.inference.sample import Sample as People
from commsvc.inference.survey_quantiles import survey_quantile, weighted_quantile
from commsvc.survey.codebook import Codebook
from commsvc.survey.grouped import GroupedNumbers
from commsvc.survey.rows import Rows
from commsvc.survey.totals import Sample
from commsvc.words.messages import Text, message

NAN = float("nan")


def estimate_quantiles(
    survey: Any,
    value: str,
    by: str | None = None,
    *,
    design: Design,
    quantiles: Any = 0.5,
    codebook: Codebook | None = None,
    rule: str = "math",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Quantiles of a number, for everybody and in each group; `level` says which.

    Parameters
    ----------
    quantiles : one or more, above 0 and below 1; 0.5 is the median
    rule : of weighted quantiles, by the names of R's svyquantile (`weighted_quantile`)

    Returns
    -------
    As `estimate_means`. A simple sample has the interval of order statistics, which assumes no
    distribution; where there are weights, strata or clusters it is Woodruff's

    Examples
    --------
    >>> frame = pd.DataFrame({"x": range(1, 12)})
    >>> row = estimate_quantiles(frame, "x", design=Design.srs()).iloc[0]
    >>> row["level"], float(row["estimate"]), float(row["low"]), float(row["high"])
    ('0.5', 6.0, 2.0, 10.0)
    """
    about = GroupedNumbers.read(survey, (value,), by, design, codebook, whole=True)
    x = about.rows.numbers(value)
    levels = np.atleast_1d(np.asarray(quantiles, dtype=float))
    parts = []
    for label, inside in about.members(~np.isnan(x)):
        found = _quantiles(about.rows, x, inside, levels, rule, design, confidence)
        part = found.with_note(join_notes(design.caveat(), about.note)).frame(
            [label] * levels.size, [f"{q:g}" for q in levels]
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _quantiles(
    rows: Rows, x: Any, inside: Any, levels: Any, rule: str, design: Design, confidence: float
) -> Interval:
    people = np.ones(x.size) if rows.people is None else rows.people
    base = np.full(levels.size, float(people[inside].sum()))
    none = np.full(levels.size, NAN)
    if not inside.any():
        return Interval(none, none, none, none, base=base, note=message("nobody answered"))
    if design.kind == "sample":
        weight = people if rows.weight is None else rows.weight
        kept = np.where(inside, x, NAN)
        sampled = rows_as_people(rows, weight)
        w = sampled.weights[inside]
        if not w.any():
            return Interval(
                none, none, none, none, base=base, note=message("nobody here has a weight")
            )
        if sampled.domain(inside).df < 1:
            estimate = weighted_quantile(x[inside], w, levels, rule)
            why = message("no interval: one cluster a stratum in this group")
            return Interval(estimate, none, none, none, base=base, note=why)
        found = survey_quantile(kept, sampled, levels, rule=rule, confidence=confidence)
        # Who is left out there are the other groups.
        said = [part for part in str(found.note).split("; ") if "left out" not in part]
        return replace(found, base=base, note=join_notes(*said))
    if not design.allows_inference:
        exact = weighted_quantile(x[inside], people[inside], levels, "school")
        return Interval(exact, none, none, none, base=base, method=design.describe())
    each = [
        quantile_interval(x[inside], float(q), confidence, counts=people[inside]) for q in levels
    ]
    ends = np.array([[one.estimate, one.low, one.high] for one in each]).T
    finite = np.where(np.isfinite(ends), ends, NAN)
    note = _unreached(finite[1], finite[2])
    return Interval(
        finite[0], finite[1], finite[2], none, base=base,
        confidence=confidence, method=each[0].method, note=note,
    )  # fmt: skip


def _unreached(low: Any, high: Any) -> Text | str:
    lacking = np.isnan(low) | np.isnan(high)
    return message("an end the sample does not reach is missing") if lacking.any() else ""


def rows_as_people(rows: Rows, weight: Any) -> People:
    """The rows as people, for what needs them one by one; equal rows of one cluster may be one."""
    if rows.design.people is not None:
        return People.of(rows.design)
    units = rows.units
    if units.clusters is not None and units.code is not None:
        return People.placed(weight, units.code.astype(np.intp), units.clusters)
    if rows.people is not None:
        raise CommsvcError(
            "people drawn directly are needed one by one, and the frame is lazy",
            next_step="collect the columns it needs first",
        )
    return Sample(rows.table.to_native(), rows.design).records
