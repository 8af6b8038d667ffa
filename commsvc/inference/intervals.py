"""Intervals for shares, means and quantiles, and bounds for answers nobody gave.

The closed forms are written out because statsmodels takes seconds to import and gives no
design effect or finite population; statsmodels and R are what the tests compare with.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import (
    Array,
    Number,
    as_counts,
    as_positive,
    as_share,
    both_within,
    one_of,
    plain,
)
from commsvc.inference.results import Interval
from commsvc.words.messages import Text, joined, message

PROPORTION_METHODS = {
    "wilson": message("Wilson"),
    "clopper-pearson": message("Clopper–Pearson"),
    "agresti-coull": message("Agresti–Coull"),
    "wald": message("Wald"),
    "jeffreys": message("Jeffreys"),
}
MULTINOMIAL_METHODS = {
    "goodman": message("Goodman simultaneous"),
    "sison-glaz": message("Sison–Glaz simultaneous"),
    "bonferroni": message("Clopper–Pearson with Bonferroni, simultaneous"),
}


def student(df: Number, upper: float) -> Number:
    """Student's quantile, the normal one where `df` is infinite."""
    free = np.asarray(df, dtype=float)
    found = np.where(np.isinf(free), special.ndtri(upper), special.stdtrit(free, upper))
    return plain(found)


def alike_note(spread: Number) -> Text | str:
    """Why there is no interval where nothing varies, else ''."""
    if np.any(np.asarray(spread) == 0):
        return message("no interval: all answers are alike, and show no spread")
    return ""


def deff_note(deff: float) -> Text | str:
    """What was assumed beside the counts."""
    return "" if deff == 1 else message("design effect {deff:g}", deff=deff)


def finite_population_correction(n: Number, population: Number) -> Number:
    """√((N − n)/(N − 1)), by which sampling without replacement shrinks a standard error.

    Zero for a complete count (Cochran 1977, §2.6, for a share with the variance over N).

    >>> round(finite_population_correction(230, 1000), 4)
    0.8779
    """
    size, whole = np.asarray(n, dtype=float), np.asarray(population, dtype=float)
    if (size > whole).any():
        raise CommsvcError(
            f"a sample of {np.max(size):g} from a population of {np.min(whole):g}",
            allowed="n up to the population",
        )
    return plain(np.sqrt((whole - size) / np.maximum(whole - 1, 1)))


def effective_size(n: Number, deff: float = 1.0, population: Number | None = None) -> Number:
    """The size of the simple random sample (with replacement) that is as precise.

    n divided by the design effect and by the squared finite population correction.
    A complete count is refused: it has no sampling error.

    >>> effective_size(230, deff=2)
    115.0
    """
    size = as_counts(n, "n") / as_positive(deff, "design effect")
    if population is None:
        return plain(size)
    correction = np.asarray(finite_population_correction(n, population))
    if (correction == 0).any():
        raise CommsvcError(
            "everybody was asked: a complete count has no sampling error",
            next_step="give the exact share, without an interval",
        )
    return plain(size / correction**2)


def proportion_interval(
    count: Number,
    n: Number,
    method: str = "wilson",
    confidence: float = 0.95,
    *,
    deff: float = 1.0,
    population: Number | None = None,
    df: float | None = None,
) -> Interval:
    """The interval for a share count/n.

    Parameters
    ----------
    count, n : numerator and denominator, numbers or arrays that broadcast
    method : "wilson", "clopper-pearson", "agresti-coull", "wald" or "jeffreys"
    confidence : coverage, 0.95
    deff : design effect; the interval is that of n/deff answers with the same share, so the
        effective count is fractional (Clopper–Pearson and Jeffreys through the beta quantiles)
    population : size of the population, for the finite population correction
    df : degrees of freedom of the design, where they are known: the normal quantile is then
        Student's, and a beta interval has Korn and Graubard's effective count

    Returns
    -------
    Interval; `se` is √(p(1 − p)/effective n).

    Notes
    -----
    Wilson (1927); Clopper and Pearson (1934); Brown, Cai and DasGupta (2001, Statist. Sci. 16)
    for the others. Jeffreys' lower end is 0 at count 0 and its upper end 1 at count n, as they
    advise. Wald and Agresti–Coull are cut at 0 and 1.

    Examples
    --------
    >>> ci = proportion_interval(161, 230)
    >>> round(ci.low, 4), round(ci.high, 4)
    (0.6379, 0.7555)
    """
    one_of("interval", method, PROPORTION_METHODS)
    x, base = both_within(count, n)
    tail = (1 - as_share(confidence, "confidence")) / 2
    share = x / base
    size = np.asarray(effective_size(base, deff, population))
    z, counted = float(special.ndtri(1 - tail)), size
    if df is not None:
        z = float(student(df, 1 - tail))
        counted = size * (student(np.maximum(base - 1, 1), 1 - tail) / z) ** 2
    low, high = _proportion_ends(share, size, tail, method, z, counted)
    flat = message("Wald's interval has no width at 0 and 1: take another")
    edge = method == "wald" and bool(((share == 0) | (share == 1)).any())
    return Interval(
        plain(share), plain(low), plain(high), plain(np.sqrt(share * (1 - share) / size)),
        plain(x), plain(base), confidence, PROPORTION_METHODS[method],
        joined([deff_note(deff), flat if edge else ""]),
    )  # fmt: skip


def _proportion_ends(
    share: Array, size: Array, tail: float, method: str, z: float, counted: Array
) -> tuple[Array, Array]:
    """Both ends for shares of `size` answers (`counted` by a beta interval), `tail` outside on
    either side."""
    if method in ("clopper-pearson", "jeffreys"):
        size = counted
    x = share * size
    if method in ("clopper-pearson", "jeffreys"):
        more = 1.0 if method == "clopper-pearson" else 0.5
        a, b = x + 1 - more, size - x + 1 - more
        with np.errstate(invalid="ignore"):
            low = special.betaincinv(a, b + 2 * more - 1, tail)
            high = special.betainccinv(a + 2 * more - 1, b, tail)
        return np.where(share == 0, 0.0, low), np.where(share == 1, 1.0, high)
    if method == "wald":
        centre, half = share, z * np.sqrt(share * (1 - share) / size)
    else:
        centre = (x + z**2 / 2) / (size + z**2)
        spread = (
            share * (1 - share) * size + z**2 / 4
            if method == "wilson"
            else centre * (1 - centre) * (size + z**2)
        )
        half = z * np.sqrt(spread) / (size + z**2)
    # At a share of exactly 0 or 1 Wilson's end is that share; rounding must not miss it.
    low = np.where((share == 0) & (method == "wilson"), 0.0, centre - half)
    high = np.where((share == 1) & (method == "wilson"), 1.0, centre + half)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def mean_interval(
    mean: Number,
    sd: Number,
    n: Number,
    confidence: float = 0.95,
    *,
    deff: float = 1.0,
    population: Number | None = None,
    df: float | None = None,
) -> Interval:
    """Student's interval for a mean from n answers with standard deviation sd (n − 1 below it).

    The degrees of freedom are n − 1, or those of the design where they are known (`df`); the base
    is n. There is no interval where all answers are alike.

    >>> ci = mean_interval(3.8, 1.1, 230)
    >>> round(ci.low, 3), round(ci.high, 3)
    (3.657, 3.943)
    """
    m, s, size = np.broadcast_arrays(
        np.asarray(mean, dtype=float), as_counts(sd, "sd"), as_counts(n, "n")
    )
    if (size < 2).any():
        raise CommsvcError("one answer has no standard deviation", allowed="n of 2 or more")
    if population is not None and (size == np.asarray(population)).any():
        effective_size(size, deff, population)
    # Over N here, not N − 1, because sd already has n − 1 (Cochran 1977, theorem 2.4).
    fpc = 1.0 if population is None else 1 - size / np.asarray(population, dtype=float)
    if np.min(fpc) < 0:
        finite_population_correction(size, population)
    se = s * np.sqrt(deff * fpc / size)
    free = size - 1 if df is None else np.full(size.shape, float(df))
    half = np.asarray(student(free, (1 + as_share(confidence, "confidence")) / 2)) * se
    half = np.where(se > 0, half, np.nan)
    return Interval(
        plain(m), plain(m - half), plain(m + half), plain(se), base=plain(size),
        confidence=confidence, method=message("Student t"),
        note=joined([deff_note(deff), alike_note(se)]),
    )  # fmt: skip


def quantile_interval(
    values: Any, quantile: float = 0.5, confidence: float = 0.95, *, counts: Any = None
) -> Interval:
    """A quantile and its interval from order statistics: no distribution assumed.

    Parameters
    ----------
    values : (n,) numbers, or the distinct values when `counts` says how often each occurs
    quantile : 0.5 for the median

    Returns
    -------
    Interval; the estimate averages at jumps (so an even median is the middle of two). The
    coverage is at least `confidence`; an end that too few answers cannot give is infinite.

    Notes
    -----
    Conover (1999, Practical Nonparametric Statistics, §3.2).

    Examples
    --------
    >>> ci = quantile_interval(range(1, 12))
    >>> ci.estimate, ci.low, ci.high
    (6.0, 2.0, 10.0)
    """
    q = as_share(quantile, "quantile")
    tail = (1 - as_share(confidence, "confidence")) / 2
    x = np.asarray(values, dtype=float)
    freq = np.ones(x.size) if counts is None else as_counts(counts, ndim=1, whole=True)
    if x.ndim != 1 or x.size != freq.size or x.size == 0 or np.isnan(x).any():
        raise CommsvcError(
            "values are not one row of numbers that fits the counts",
            next_step="leave missing answers out first, and say how many there were",
        )
    order = np.argsort(x, kind="stable")
    x, upto = x[order], np.cumsum(freq[order])
    n = int(upto[-1])

    def nth(rank: int) -> float:
        if not 1 <= rank <= n:
            return float("-inf") if rank < 1 else float("inf")
        return float(x[np.searchsorted(upto, rank)])

    below = special.bdtr(np.arange(n + 1), n, q)  # P(Binomial(n, q) <= k)
    lower = int(np.searchsorted(below, tail, side="right"))
    upper = int(np.searchsorted(below, 1 - tail)) + 1
    at = n * q
    middle = [nth(round(at)), nth(min(round(at) + 1, n))] if abs(at - round(at)) < 1e-9 else []
    return Interval(
        estimate=sum(middle) / 2 if middle else nth(int(np.ceil(at))),
        low=nth(lower),
        high=nth(upper),
        base=float(n),
        confidence=confidence,
        method=message("order statistics"),
    )


def worst_case_bounds(count: Number, n: Number, missing: Number) -> Interval:
    """What the share of everybody can be when `missing` people gave no answer.

    Parameters
    ----------
    count, n : yes-answers among the n who answered
    missing : how many did not answer, or were never reached

    Returns
    -------
    Interval without confidence: the low end if nobody missing would have said yes, the high
    end if all would. The base is n + missing; the estimate is the share of those who answered.

    Notes
    -----
    Manski (1989, J. Human Resources 24). No sampling error is in these bounds.

    Examples
    --------
    >>> b = worst_case_bounds(161, 230, 70)
    >>> round(b.low, 3), round(b.high, 3)
    (0.537, 0.77)
    """
    x, base = both_within(count, n)
    gone = as_counts(missing, "missing")
    return Interval(
        estimate=plain(x / base),
        low=plain(x / (base + gone)),
        high=plain((x + gone) / (base + gone)),
        count=plain(x),
        base=plain(base + gone),
        confidence=float("nan"),
        method=message("worst-case bounds"),
        note=message("the estimate is of those who answered; no sampling error in the bounds"),
    )


def multinomial_intervals(
    counts: Any, method: str = "goodman", confidence: float = 0.95, *, deff: float = 1.0
) -> Interval:
    """Intervals for all shares of one question that hold together, with `confidence`.

    Parameters
    ----------
    counts : (k,) answers in each of the k levels; the base is their sum
    method : "goodman", "sison-glaz" or "bonferroni" (Clopper–Pearson, each at 1 − α/k)
    deff : design effect; for "sison-glaz" only 1, since it counts whole people

    Returns
    -------
    Interval whose numbers are arrays of shape (k,)

    Notes
    -----
    Goodman (1965, Technometrics 7) is Wilson's interval at 1 − α/k. Sison and Glaz (1995, JASA
    90), with the Edgeworth approximation of May and Johnson (2000), are statsmodels'.

    Examples
    --------
    >>> multinomial_intervals([161, 60, 9]).low.round(4)
    array([0.6235, 0.198 , 0.0181])
    """
    one_of("simultaneous interval", method, MULTINOMIAL_METHODS)
    answers = as_counts(counts, ndim=1, whole=method == "sison-glaz")
    n, k = answers.sum(), answers.size
    alpha = 1 - as_share(confidence, "confidence")
    if k < 2:
        raise CommsvcError("one level has no simultaneous interval", allowed="two levels or more")
    both_within(0, n)
    share = answers / n
    if method == "sison-glaz":
        from statsmodels.stats.proportion import multinomial_proportions_confint

        if deff != 1:
            raise CommsvcError(
                "Sison–Glaz counts whole people and takes no design effect",
                allowed="deff=1",
                next_step="use method='goodman'",
            )
        low, high = multinomial_proportions_confint(answers, alpha, "sison-glaz").T
    else:
        inner = "wilson" if method == "goodman" else "clopper-pearson"
        each = proportion_interval(answers, n, inner, 1 - alpha / k, deff=deff)
        low, high = each.low, each.high
    return Interval(
        share, low, high, np.sqrt(share * (1 - share) / n * deff), answers, np.full(k, n),
        confidence, MULTINOMIAL_METHODS[method], deff_note(deff),
    )  # fmt: skip
