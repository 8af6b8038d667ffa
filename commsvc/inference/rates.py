"""Events over exposure: rates, rate ratios, standardised rates.

Exposure is what the events are counted against: person-years, residents, staff days. Rates are
per unit of exposure; multiply for "per 1 000".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import optimize, special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Number, as_counts, as_share, one_of, plain
from commsvc.inference.proportions import ALTERNATIVES
from commsvc.inference.results import HypothesisTest, Interval
from commsvc.words.messages import message

RATE_METHODS = {
    "exact": message("Poisson exact"),
    "byar": message("Byar"),
    "wald": message("Poisson Wald"),
}
RATIO_METHODS = {
    "exact": message("exact (conditional on all events)"),
    "mid-p": message("mid-P (conditional on all events)"),
    "wald": message("Wald on the log scale"),
}


def rate_interval(
    events: Number, exposure: Number, method: str = "exact", confidence: float = 0.95
) -> Interval:
    """events/exposure with a Poisson interval.

    Parameters
    ----------
    events : counts (fractional ones only with "byar" and "wald")
    exposure : above 0, in any unit; it is the base
    method : "exact" (Garwood 1936), "byar" (Breslow and Day 1987, eq. 2.13) or "wald"

    Examples
    --------
    >>> r = rate_interval(82, 5300)
    >>> round(r.low, 6), round(r.high, 6)
    (0.012305, 0.019204)
    """
    one_of("interval of a rate", method, RATE_METHODS)
    x, time = np.broadcast_arrays(
        as_counts(events, "events", whole=method == "exact"), as_counts(exposure, "exposure")
    )
    if (time == 0).any():
        raise CommsvcError("exposure is 0", allowed="above 0")
    tail = (1 - as_share(confidence, "confidence")) / 2
    z = special.ndtri(1 - tail)
    if method == "exact":
        low, high = _garwood(x, tail)
    elif method == "byar":
        at = np.maximum(x, 1e-300)
        low = np.where(x > 0, x * np.maximum(1 - 1 / (9 * at) - z / (3 * np.sqrt(at)), 0) ** 3, 0)
        high = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * np.sqrt(x + 1))) ** 3
    else:
        low, high = np.maximum(x - z * np.sqrt(x), 0), x + z * np.sqrt(x)
    return Interval(
        plain(x / time), plain(low / time), plain(high / time), plain(np.sqrt(x) / time),
        plain(x), plain(time), confidence, RATE_METHODS[method],
    )  # fmt: skip


def _garwood(x: Any, tail: float) -> tuple[Any, Any]:
    """Exact limits of a Poisson mean: half a chi-square quantile."""
    with np.errstate(invalid="ignore"):
        low = np.where(x > 0, special.gammaincinv(np.maximum(x, 1e-300), tail), 0.0)
    return low, special.gammainccinv(x + 1, tail)


def rate_ratio(
    events: Any,
    exposure: Any,
    method: str = "exact",
    alternative: str = "two-sided",
    confidence: float = 0.95,
) -> HypothesisTest:
    """The first rate over the second, tested against 1.

    Parameters
    ----------
    events, exposure : (2,) each
    method : "exact" (Clopper–Pearson for the first group's share of all events), "mid-p", "wald"
    alternative : "greater" is a first rate above the second; the interval is two-sided always

    Returns
    -------
    HypothesisTest; effect is the ratio. `statistic` is the first group's events, or z of the
    log ratio. The exact two-sided P adds what is no likelier (as R's poisson.test); the mid-P
    is twice the smaller side.

    Examples
    --------
    >>> t = rate_ratio([82, 70], [5300, 4828])
    >>> round(t.effect, 6), round(t.effect_low, 6), round(t.effect_high, 6), round(t.p, 5)
    (1.067105, 0.766201, 1.489624, 0.74547)
    """
    one_of("rate ratio", method, RATIO_METHODS)
    one_of("alternative", alternative, ALTERNATIVES)
    xs = as_counts(events, "events", ndim=1, whole=method != "wald")
    times = as_counts(exposure, "exposure", ndim=1)
    if xs.shape != (2,) or times.shape != (2,) or (times == 0).any():
        raise CommsvcError("a ratio needs two events and two exposures", allowed="exposure above 0")
    (x, y), (tx, ty) = xs, times
    tail = (1 - as_share(confidence, "confidence")) / 2
    n, share = x + y, tx / (tx + ty)
    if n == 0:
        raise CommsvcError("no event in either group: the ratio is undefined")
    odds = ty / tx
    with np.errstate(divide="ignore"):
        ratio = float(np.divide(x, y) * odds)
    if method == "wald":
        return _wald_ratio(x, y, ratio, tail, alternative)
    lower, upper = _tails(x, n, share, mid=method == "mid-p")
    p = {"less": lower, "greater": upper, "two-sided": min(2 * min(lower, upper), 1.0)}[alternative]
    if method == "exact":
        if alternative == "two-sided":
            from scipy.stats import binomtest

            p = float(binomtest(int(x), int(n), share).pvalue)
        ends = (
            0.0 if x == 0 else float(special.betaincinv(x, y + 1, tail)),
            1.0 if y == 0 else float(special.betainccinv(x + 1, y, tail)),
        )
    else:
        ends = _mid_p_ends(x, n, tail)
    low, high = (end / (1 - end) * odds if end < 1 else float("inf") for end in ends)
    return HypothesisTest(
        float(x), float("nan"), float(p), method=RATIO_METHODS[method]
    ).with_effect(Interval(ratio, float(low), float(high), method=message("rate ratio")))


def _tails(x: float, n: float, share: float, *, mid: bool) -> tuple[float, float]:
    """P(X <= x) and P(X >= x), or with half of P(X = x), for X binomial(n, share)."""
    lower = float(special.bdtr(x, int(n), share))
    upper = float(special.bdtrc(x - 1, int(n), share)) if x > 0 else 1.0
    half = (lower + upper - 1) / 2 if mid else 0.0
    return lower - half, upper - half


def _mid_p_ends(x: float, n: float, tail: float) -> tuple[float, float]:
    """Shares at which the mid-P of either side is `tail`."""

    def end(side: int) -> float:
        return float(
            optimize.brentq(
                lambda share: _tails(x, n, share, mid=True)[side] - tail, 1e-300, 1 - 1e-16,
                xtol=1e-15,
            )
        )  # fmt: skip

    return (0.0 if x == 0 else end(1)), (1.0 if x == n else end(0))


def _wald_ratio(x: float, y: float, ratio: float, tail: float, alternative: str) -> HypothesisTest:
    if x == 0 or y == 0:
        raise CommsvcError(
            "no event in one group: the log ratio has no error", next_step="use method='exact'"
        )
    se = float(np.sqrt(1 / x + 1 / y))
    z, width = np.log(ratio) / se, float(np.exp(special.ndtri(1 - tail) * se))
    p = {
        "less": special.ndtr(z),
        "greater": special.ndtr(-z),
        "two-sided": 2 * special.ndtr(-abs(z)),
    }[alternative]
    return HypothesisTest(
        float(z), float("nan"), float(p), method=RATIO_METHODS["wald"]
    ).with_effect(Interval(ratio, ratio / width, ratio * width, se, method=message("rate ratio")))


def standardised_rate(
    events: Any, exposure: Any, standard: Any, confidence: float = 0.95
) -> Interval:
    """Direct standardisation with the gamma interval of Fay and Feuer (1997, Stat. Med. 16).

    Parameters
    ----------
    events, exposure : (k,) per age group or stratum
    standard : (k,) the standard population; only its shares matter

    Returns
    -------
    Interval; the estimate is the standardised rate per unit of exposure, the base the exposure.

    Examples
    --------
    >>> r = standardised_rate([10, 30], [1000, 800], [0.6, 0.4])
    >>> round(r.estimate, 4), round(r.low, 5), round(r.high, 5)
    (0.021, 0.01498, 0.02872)
    """
    x, time = as_counts(events, "events", ndim=1), as_counts(exposure, "exposure", ndim=1)
    weight = as_counts(standard, "standard", ndim=1)
    if not x.shape == time.shape == weight.shape or (time == 0).any() or weight.sum() == 0:
        raise CommsvcError(
            "events, exposure and standard do not fit", allowed="as many, exposure above 0"
        )
    tail = (1 - as_share(confidence, "confidence")) / 2
    w = weight / weight.sum() / time
    rate, variance, most = float(w @ x), float(w**2 @ x), float(w.max())
    low = 0.0
    if rate > 0:
        low = variance / rate * float(special.gammaincinv(rate**2 / variance, tail))
    top, spread = rate + most, variance + most**2
    high = spread / top * float(special.gammainccinv(top**2 / spread, tail))
    return Interval(
        rate, low, high, float(np.sqrt(variance)), float(x.sum()), float(time.sum()), confidence,
        message("directly standardised rate, gamma (Fay–Feuer)"),
    )  # fmt: skip


def standardised_ratio(
    events: Any,
    exposure: Any,
    reference_rates: Any,
    method: str = "exact",
    confidence: float = 0.95,
) -> Interval:
    """Indirect standardisation: events observed over those expected at reference rates (SMR).

    `base` is the expected number of events; methods as `rate_interval`.

    >>> s = standardised_ratio([10, 30], [1000, 800], [0.008, 0.03])
    >>> round(s.estimate, 3), round(s.low, 3), round(s.high, 3)
    (1.25, 0.893, 1.702)
    """
    x, time = as_counts(events, "events", ndim=1), as_counts(exposure, "exposure", ndim=1)
    rates = as_counts(reference_rates, "reference_rates", ndim=1)
    if time.shape != rates.shape or x.size not in (1, time.size):
        raise CommsvcError(
            "events, exposure and reference_rates do not fit",
            allowed="one number a stratum (events may be their total)",
        )
    ratio = rate_interval(float(x.sum()), float(time @ rates), method, confidence)
    return replace(ratio, method=message("standardised ratio, {how}", how=ratio.method))
