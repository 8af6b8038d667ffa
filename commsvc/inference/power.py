"""How many to ask for a table or for means: power of the chi-square and t tests."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np
from scipy import optimize, special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_positive, as_share, one_of
from commsvc.inference.intervals import effective_size
from commsvc.inference.sample_size import SampleSize, response_rate, sized
from commsvc.inference.tables import as_table, pearson_statistic

MOST = 1e9  # no survey asks more
SIDES = ("two-sided", "one-sided")


def table_effect(shares: Any) -> float:
    """Cohen's w of a table as it is supposed to be: √(Σ(p − p₀)²/p₀), p₀ from its margins.

    Parameters
    ----------
    shares : (r, c) shares of all cells, or counts, which are divided by their sum

    Examples
    --------
    >>> round(table_effect([[0.1, 0.3], [0.2, 0.4]]), 6)
    0.089087
    """
    table = as_table(shares)
    return float(np.sqrt(pearson_statistic(table / table.sum())))


def chi_square_power(
    n: float,
    w: float,
    df: float,
    alpha: float = 0.05,
    *,
    deff: float = 1.0,
    population: float | None = None,
) -> float:
    """The chance that a chi-square test of n answers finds an association of size w.

    Parameters
    ----------
    n : answers
    w : Cohen's effect size (`table_effect`; 0.1 small, 0.3 middle, 0.5 large); of an r × c table
        Cramér's V times √(min(r, c) − 1)
    df : (r − 1)(c − 1), or the levels less one against fixed shares
    deff : design effect; the test is that of n/deff answers, as Rao and Scott's first order

    Notes
    -----
    Cohen (1988, ch. 7): the noncentral chi-square with noncentrality n·w².

    Examples
    --------
    >>> round(chi_square_power(100, 0.3, 4), 4)
    0.6635
    """
    size = float(effective_size(as_positive(n, "n"), deff, population))
    return _chi_square(size, as_positive(w, "w"), as_positive(df, "df"), as_share(alpha, "alpha"))


def chi_square_size(
    w: float,
    df: float,
    power: float = 0.8,
    alpha: float = 0.05,
    *,
    deff: float = 1.0,
    population: float | None = None,
    response: float = 1.0,
) -> SampleSize:
    """Answers with which a chi-square test finds an association of size w.

    Parameters as in `chi_square_power`; `response` is the expected response rate.

    Examples
    --------
    >>> chi_square_size(0.3, 1).answers
    88
    >>> chi_square_size(0.3, 1, deff=1.5, response=0.6).invited
    219
    """
    effect, free = as_positive(w, "w"), as_positive(df, "df")
    level = as_share(alpha, "alpha")
    simple = smallest_size(lambda n: _chi_square(n, effect, free, level), power, 1e-6)
    return sized(simple, deff, population, response, "chi-square, noncentral")


def mean_power(
    n: float,
    difference: float,
    sd: float,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    *,
    deff: float = 1.0,
    population: float | None = None,
) -> float:
    """The chance that n answers show a mean to differ from a target by `difference`.

    Parameters
    ----------
    n : answers (of pairs, for a change of the same people; `sd` is then that of the changes)
    difference, sd : true distance from the target and standard deviation, in the score's unit
    alpha, alternative : "two-sided", or "one-sided" to the side on which the difference lies
    deff, population : the test is that of n/deff answers, freed of the finite population

    Examples
    --------
    >>> round(mean_power(40, 0.3, 1), 4)
    0.4565
    """
    size = float(effective_size(as_positive(n, "n", least=2), deff, population))
    d = _standardised(difference, sd)
    return _t_power(d * np.sqrt(size), size - 1, alpha, alternative)


def mean_size(
    difference: float,
    sd: float,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    *,
    deff: float = 1.0,
    population: float | None = None,
    response: float = 1.0,
) -> SampleSize:
    """Answers that show a mean to differ from a target by `difference`; see `mean_power`.

    >>> mean_size(0.3, 1).answers
    90
    """
    d = _standardised(difference, sd)
    one_of("alternative", alternative, SIDES)
    simple = smallest_size(
        lambda n: _t_power(d * np.sqrt(n), n - 1, alpha, alternative), power, 2.0
    )
    return sized(simple, deff, population, response, "one mean, noncentral t")


def mean_difference_power(
    n_a: float,
    n_b: float,
    difference: float,
    sd: float,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    *,
    deff: float = 1.0,
) -> float:
    """The chance that n_a and n_b answers show the means of two groups to differ by `difference`.

    `sd` is that within groups, in the score's unit; see `mean_power` for the rest.

    >>> round(mean_difference_power(60, 120, 0.4, 1), 4)
    0.711
    """
    a, b = float(effective_size(n_a, deff)), float(effective_size(n_b, deff))
    d = _standardised(difference, sd)
    return _t_power(d / np.sqrt(1 / a + 1 / b), a + b - 2, alpha, alternative)


def mean_difference_size(
    difference: float,
    sd: float,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    *,
    ratio: float = 1.0,
    deff: float = 1.0,
    response: float = 1.0,
) -> SampleSize:
    """Answers in two groups that show their means to differ by `difference`.

    `ratio` is the second group's size over the first's; see `mean_power` for the rest.

    >>> mean_difference_size(0.2, 1).groups
    (394, 394)
    """
    d, r = _standardised(difference, sd), as_positive(ratio, "ratio")
    one_of("alternative", alternative, SIDES)

    def at(first: float) -> float:
        gap = d / np.sqrt((1 + 1 / r) / first)
        return _t_power(gap, first * (1 + r) - 2, alpha, alternative)

    first = smallest_size(at, power, 3 / (1 + r))
    groups = tuple(
        ceil(first * part * as_positive(deff, "design effect") - 1e-9) for part in (1.0, r)
    )
    rate = response_rate(response)
    return SampleSize(
        simple=float(first * (1 + r)),
        answers=sum(groups),
        invited=sum(ceil(part / rate - 1e-9) for part in groups),
        method="two means, noncentral t",
        groups=groups,
    )


def _chi_square(n: float, w: float, df: float, alpha: float) -> float:
    return float(1 - special.chndtr(special.chdtri(df, alpha), df, n * w**2))


def _t_power(noncentral: float, df: float, alpha: float, alternative: str) -> float:
    """Both rejection regions of a two-sided test count (R's strict = TRUE)."""
    one_of("alternative", alternative, SIDES)
    tail = as_share(alpha, "alpha") / (2 if alternative == "two-sided" else 1)
    if df <= 0:
        raise CommsvcError("too few answers for a t test", allowed="more, or a smaller deff")
    t = float(special.stdtrit(df, 1 - tail))
    reached = 1 - _below(t, df, noncentral)
    return reached + _below(-t, df, noncentral) if alternative == "two-sided" else reached


def _below(t: float, df: float, noncentral: float) -> float:
    """Noncentral t up to t; where SciPy gives up, far off in the tail, its normal approximation."""
    exact = float(special.nctdtr(df, noncentral, t))
    if np.isfinite(exact):
        return exact
    far = (t * (1 - 1 / (4 * df)) - noncentral) / np.sqrt(1 + t**2 / (2 * df))
    return float(special.ndtr(far))


def _standardised(difference: float, sd: float) -> float:
    if not np.isfinite(difference) or difference == 0:
        raise CommsvcError(
            f"difference is {difference:g}: no sample shows it", allowed="a number other than 0"
        )
    return abs(difference) / as_positive(sd, "sd")


def smallest_size(power_at: Callable[[float], float], power: float, least: float) -> float:
    """The size, not rounded, at which the power is reached."""
    goal = as_share(power, "power")
    if power_at(least) >= goal:
        return least
    enough = 2 * least
    while power_at(enough) < goal:
        enough *= 2
        if enough > MOST:
            raise CommsvcError("the effect is too small for any survey", allowed="a larger effect")
    found = optimize.brentq(lambda n: power_at(n) - goal, enough / 2, enough, xtol=1e-9, rtol=1e-14)
    return float(found)
