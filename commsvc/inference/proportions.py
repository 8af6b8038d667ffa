"""One share against a target: exact and score tests, non-inferiority, equivalence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_share, both_within, one_of
from commsvc.inference.intervals import effective_size, proportion_interval
from commsvc.inference.results import HypothesisTest, Interval
from commsvc.words.messages import joined, message

ALTERNATIVES = ("two-sided", "greater", "less")
MARGINS = {
    "non-inferior": message("non-inferiority"),
    "equivalent": message("equivalence (TOST)"),
}
TARGET_METHODS = {
    "exact": message("exact binomial"),
    "score": message("score (z)"),
    "mid-p": message("binomial mid-P"),
}


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
    inner = "wilson" if method == "score" else "clopper-pearson"
    interval = proportion_interval(count, n, inner, confidence, deff=deff, population=population)
    test = HypothesisTest(
        float(statistic), float("nan"), float(min(p, 1.0)), method=TARGET_METHODS[method],
        note=interval.note,
    )  # fmt: skip
    gap, low, high = (x - p0 for x in (interval.estimate, interval.low, interval.high))
    how = message("share minus target ({interval})", interval=interval.method)
    return test.with_effect(Interval(gap, low, high, method=how))


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


def margin_test(
    count: float,
    n: float,
    target: float,
    margin: float,
    alternative: str = "non-inferior",
    method: str = "exact",
    confidence: float = 0.95,
    *,
    deff: float = 1.0,
    population: float | None = None,
) -> HypothesisTest:
    """Whether the share is not worse than the target by `margin`, or within it on both sides.

    Parameters
    ----------
    alternative : "non-inferior" (the null hypothesis is share ≤ target − margin), or "equivalent"
        (two one-sided tests, whose larger P counts; Schuirmann 1987)
    method, deff, population : as in `proportion_test`

    Returns
    -------
    HypothesisTest; the interval has coverage 2·confidence − 1, so that its low end above −margin
    and P < 1 − confidence say the same (exactly so for method "exact")

    Examples
    --------
    >>> t = margin_test(205, 230, 0.9, 0.05)
    >>> t.p < 0.05, t.effect_low > -0.05
    (True, True)
    >>> margin_test(450, 500, 0.9, 0.05, "equivalent").p < 0.05
    True
    """
    one_of("alternative", alternative, MARGINS)
    as_share(margin, "margin")
    sides = [(target - margin, "greater"), (target + margin, "less")]
    tests = []
    for edge, side in sides[: 1 if alternative == "non-inferior" else 2]:
        if not 0 < edge < 1:
            raise CommsvcError(
                f"a margin of {margin:g} leads to a share of {edge:g}",
                allowed="target − margin and target + margin between 0 and 1",
                next_step="take a smaller margin, or test one side only",
            )
        level = 2 * confidence - 1
        test = proportion_test(
            count, n, edge, side, method, level, deff=deff, population=population
        )
        tests.append((test, edge - target))
    test, shift = max(tests, key=lambda pair: pair[0].p)
    return replace(
        test, effect=test.effect + shift, effect_low=test.effect_low + shift,
        effect_high=test.effect_high + shift,
        method=message("{kind}, {test}", kind=MARGINS[alternative], test=test.method),
        note=joined([test.note, message("margin {margin:g}", margin=margin)]),
    )  # fmt: skip
