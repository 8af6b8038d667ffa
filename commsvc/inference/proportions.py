"""One share against a target: exact and score tests, non-inferiority, equivalence."""

from __future__ import annotations

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_share, both_within, one_of
from commsvc.inference.intervals import effective_size, proportion_interval
from commsvc.inference.results import HypothesisTest, Interval

ALTERNATIVES = ("two-sided", "greater", "less")
TARGET_METHODS = {"exact": "exact binomial", "score": "score (z)", "mid-p": "binomial mid-P"}


def proportion_test(
    count: float,
    n: float,
    target: float,
    alternative: str = "two-sided",
    method: str = "exact",
    confidence: float = 0.95,
    *,
    deff: float = 1.0,
    population: float | None = None,
) -> HypothesisTest:
    """Whether the share count/n differs from a target fixed beforehand.

    Parameters
    ----------
    count, n : numerator and denominator
    target : the share to compare with, such as 0.9
    alternative : "two-sided", "greater" (the share is above the target) or "less"
    method : "exact" (binomial), "score" (z with the target's variance) or "mid-p"
    confidence : of the interval, which is two-sided whatever the alternative
    deff, population : design effect and finite population; the test is then that of the
        effective number of answers

    Returns
    -------
    HypothesisTest; effect is the share minus the target, with the Clopper–Pearson interval
    (exact, mid-p) or Wilson's (score) shifted by the target. `statistic` is the count or z.

    Notes
    -----
    The exact two-sided P adds every count no likelier than the observed one, as R's
    `binom.test`; with a design effect counts are fractional, and it is twice the smaller tail.

    Examples
    --------
    >>> t = proportion_test(161, 230, 0.75, "less")
    >>> round(t.p, 4), round(t.effect, 2)
    (0.049, -0.05)
    """
    one_of("alternative", alternative, ALTERNATIVES)
    one_of("test", method, TARGET_METHODS)
    p0 = as_share(target, "target")
    both_within(count, n)
    size = effective_size(n, deff, population)
    x = count / n * size
    if method == "score":
        statistic = (count / n - p0) / np.sqrt(p0 * (1 - p0) / size)
        lower, upper = special.ndtr(statistic), special.ndtr(-statistic)
        p = {"less": lower, "greater": upper, "two-sided": 2 * min(lower, upper)}[alternative]
    else:
        statistic = float(count)
        p = _binomial_p(x, size, p0, alternative, mid=method == "mid-p")
    interval = proportion_interval(
        count,
        n,
        "wilson" if method == "score" else "clopper-pearson",
        confidence,
        deff=deff,
        population=population,
    )
    return HypothesisTest(
        statistic=float(statistic),
        df=float("nan"),
        p=float(min(p, 1.0)),
        method=TARGET_METHODS[method],
        note=interval.note,
    ).with_effect(
        Interval(
            interval.estimate - p0,
            interval.low - p0,
            interval.high - p0,
            method=f"share minus target ({interval.method})",
        )
    )


def _binomial_p(x: float, n: float, p0: float, alternative: str, *, mid: bool) -> float:
    """Tail of a binomial count; for fractional counts through the incomplete beta function."""
    whole = float(x).is_integer() and float(n).is_integer()
    if mid and not whole:
        raise CommsvcError(
            "mid-P needs whole counts, which a design effect or finite population takes away",
            next_step="use method='exact' or method='score'",
        )
    lower = 1.0 if x == n else float(special.betaincc(x + 1, n - x, p0))
    upper = 1.0 if x == 0 else float(special.betainc(x, n - x + 1, p0))
    if mid:
        half = 0.5 * np.exp(
            -special.betaln(x + 1, n - x + 1)
            - np.log(n + 1)
            + special.xlogy(x, p0)
            + special.xlog1py(n - x, -p0)
        )
        lower, upper = lower - half, upper - half
    elif whole and alternative == "two-sided":
        from scipy.stats import binomtest

        return float(binomtest(int(x), int(n), p0).pvalue)
    return {"less": lower, "greater": upper, "two-sided": 2 * min(lower, upper)}[alternative]


def noninferiority_test(
    count: float,
    n: float,
    target: float,
    margin: float,
    method: str = "exact",
    confidence: float = 0.95,
    *,
    deff: float = 1.0,
    population: float | None = None,
) -> HypothesisTest:
    """Whether the share is not worse than the target by `margin` or more.

    The null hypothesis is share ≤ target − margin; a small P says the share is above that.
    The interval has coverage 2·confidence − 1, so that its low end above −margin and
    P < 1 − confidence say the same (exactly so for method "exact").

    >>> t = noninferiority_test(205, 230, 0.9, 0.05)
    >>> t.p < 0.05, t.effect_low > -0.05
    (True, True)
    """
    edge = _edge(target - _margin(margin), margin)
    test = proportion_test(
        count, n, edge, "greater", method, 2 * confidence - 1, deff=deff, population=population
    )
    return _against(test, edge, target, f"non-inferiority, {test.method}", margin)


def equivalence_test(
    count: float,
    n: float,
    target: float,
    margin: float,
    method: str = "exact",
    confidence: float = 0.95,
    *,
    deff: float = 1.0,
    population: float | None = None,
) -> HypothesisTest:
    """Whether the share lies within `margin` of the target: two one-sided tests.

    P is the larger of the two (Schuirmann 1987); the interval has coverage 2·confidence − 1.

    >>> equivalence_test(450, 500, 0.9, 0.05).p < 0.05
    True
    """
    low, high = _edge(target - _margin(margin), margin), _edge(target + margin, margin)
    tests = [
        proportion_test(
            count, n, edge, side, method, 2 * confidence - 1, deff=deff, population=population
        )
        for edge, side in ((low, "greater"), (high, "less"))
    ]
    edge, test = max(zip((low, high), tests, strict=True), key=lambda pair: pair[1].p)
    return _against(test, edge, target, f"equivalence (TOST), {test.method}", margin)


def _margin(margin: float) -> float:
    return as_share(margin, "margin")


def _edge(edge: float, margin: float) -> float:
    if not 0 < edge < 1:
        raise CommsvcError(
            f"a margin of {margin:g} leads to a share of {edge:g}",
            allowed="target − margin and target + margin between 0 and 1",
            next_step="take a smaller margin, or test one side only",
        )
    return edge


def _against(
    test: HypothesisTest, edge: float, target: float, method: str, margin: float
) -> HypothesisTest:
    """The test against an edge, its effect measured from the target itself."""
    shift = edge - target
    return HypothesisTest(
        statistic=test.statistic,
        df=test.df,
        p=test.p,
        effect=test.effect + shift,
        effect_low=test.effect_low + shift,
        effect_high=test.effect_high + shift,
        method=method,
        note="; ".join(part for part in (test.note, f"margin {margin:g}") if part),
    )
