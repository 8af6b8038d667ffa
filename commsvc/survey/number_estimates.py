"""Numbers of a survey by group: means, totals and ratios, as the design allows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.design import Design
from commsvc.survey.codebook import Codebook
from commsvc.survey.grouped import GroupedNumbers, Quotient


def estimate_means(
    survey: Any,
    value: str,
    by: str | None = None,
    *,
    design: Design,
    codebook: Codebook | None = None,
    confidence: float = 0.95,
    sizes: bool | None = None,
) -> pd.DataFrame:
    """The mean of a number, for everybody and in each group.

    Parameters
    ----------
    survey : any frame that Narwhals takes, Answers, or a `Sample`
    value : column of numbers; who has none is not in the base
    by : a question or column of groups
    sizes : show weighted and effective numbers, the design effect and the degrees of freedom
        beside; left out, where there are weights, strata or clusters

    Returns
    -------
    DataFrame `group, level, count, base, estimate, se, low, high, method, note`; `count` is NaN,
        `base` people with a number, the interval Student's on the degrees of freedom of the
        group's own clusters. With `sizes`: `weighted_base`, `effective_n` (base over `deff`),
        `deff` (variance over that of a simple random sample of the same size with replacement, as
        R's deff="replace") and `df`. People of weight 0 count in `base` and so in `deff`; R's deff
        leaves them out

    Examples
    --------
    >>> frame = pd.DataFrame({"g": ["a", "a", "b", "b"], "x": [1.0, 3.0, 2.0, 6.0]})
    >>> estimate_means(frame, "x", "g", design=Design.srs())[["group", "base", "estimate"]]
      group  base  estimate
    0   all   4.0       3.0
    1     a   2.0       2.0
    2     b   2.0       4.0
    """
    about = GroupedNumbers.read(survey, (value,), by, design, codebook)
    mean = Quotient("mean", [about.shifts[0], 1.0], [1.0, 0.0])
    return about.frame(mean, confidence, sizes)


def estimate_totals(
    survey: Any,
    value: str | None = None,
    by: str | None = None,
    *,
    design: Design,
    codebook: Codebook | None = None,
    confidence: float = 0.95,
    sizes: bool | None = None,
) -> pd.DataFrame:
    """The total of a number in the population, or how many people it has, by group.

    Parameters
    ----------
    value : column of numbers; left out, people are counted
    design : a sample with weights; or a simple random one of a known population, in which each
        respondent stands for N/n; or a complete count

    Returns
    -------
    As `estimate_means`; who has no number adds nothing, and `base` says how many have one. The
        simple random sample of `deff` is, as in R, one of the group's own people at their number;
        a count of people has none

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [1.0, 3.0, 2.0, 6.0]})
    >>> row = estimate_totals(frame, "x", design=Design.srs(population=400)).iloc[0]
    >>> float(row["estimate"]), round(float(row["se"]), 1)
    (1200.0, 429.9)
    """
    known = design.kind in ("sample", "census", "incomplete") or design.population is not None
    if not known:
        raise CommsvcError(
            "a total needs to know whom each respondent stands for",
            where=design.describe(),
            allowed="Design.sample with weights, Design.srs(population=...), or a complete count",
        )
    about = GroupedNumbers.read(survey, () if value is None else (value,), by, design, codebook)
    times = 1.0
    if design.kind == "srs" and design.population is not None:
        times = design.population / about.asked
    factors = np.array([1.0] if value is None else [about.shifts[0], 1.0]) * times
    return about.frame(Quotient("total", factors), confidence, sizes, apart=False)


def estimate_ratios(
    survey: Any,
    numerator: str,
    denominator: str,
    by: str | None = None,
    *,
    design: Design,
    codebook: Codebook | None = None,
    confidence: float = 0.95,
    sizes: bool | None = None,
) -> pd.DataFrame:
    """The ratio of the totals of two numbers, such as visits per member of a household.

    Parameters
    ----------
    numerator, denominator : columns of numbers; who lacks one is not in the base

    Examples
    --------
    >>> frame = pd.DataFrame({"visits": [4.0, 0.0, 2.0], "people": [2.0, 1.0, 3.0]})
    >>> float(estimate_ratios(frame, "visits", "people", design=Design.srs())["estimate"].item())
    1.0
    """
    about = GroupedNumbers.read(survey, (numerator, denominator), by, design, codebook)
    top, bottom = about.shifts
    ratio = Quotient("ratio", [top, 1.0, 0.0], [bottom, 0.0, 1.0])
    return about.frame(ratio, confidence, sizes)
