"""Two shares compared: difference, risk ratio, odds ratio, each with its interval.

The first group is compared with the second: difference a − b, ratio a / b.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import optimize, special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Number, as_counts, as_share, both_within, one_of, plain
from commsvc.inference.intervals import deff_note, effective_size, proportion_interval
from commsvc.inference.results import Interval
from commsvc.words.messages import Text, message

DIFFERENCE_METHODS = {
    "newcombe": message("difference of shares, Newcombe (hybrid Wilson)"),
    "wald": message("difference of shares, Wald"),
    "miettinen-nurminen": message("difference of shares, Miettinen–Nurminen"),
}
ODDS_RATIO_METHODS = {
    "wald": message("odds ratio, Wald on the log scale"),
    "exact": message("odds ratio, exact conditional"),
}


def difference_interval(
    count_a: Number,
    n_a: Number,
    count_b: Number,
    n_b: Number,
    method: str = "newcombe",
    confidence: float = 0.95,
    *,
    deff: float = 1.0,
) -> Interval:
    """The share of the first group minus that of the second (not in percent).

    Parameters
    ----------
    count_a, n_a, count_b, n_b : numerators and denominators; arrays with "newcombe" and "wald"
    method : "newcombe" (method 10 of Newcombe 1998), "wald", or "miettinen-nurminen" (1985,
        score interval with the factor N/(N − 1))
    deff : design effect, the same in both groups

    Examples
    --------
    >>> d = difference_interval(56, 70, 48, 80)
    >>> round(d.estimate, 2), round(d.low, 4), round(d.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    one_of("interval of a difference", method, DIFFERENCE_METHODS)
    xa, na = both_within(count_a, n_a)
    xb, nb = both_within(count_b, n_b)
    pa, pb = xa / na, xb / nb
    ma, mb = np.asarray(effective_size(na, deff)), np.asarray(effective_size(nb, deff))
    z = special.ndtri((1 + as_share(confidence, "confidence")) / 2)
    se = np.sqrt(pa * (1 - pa) / ma + pb * (1 - pb) / mb)
    if method == "wald":
        low, high = np.clip(pa - pb - z * se, -1, 1), np.clip(pa - pb + z * se, -1, 1)
    elif method == "newcombe":
        a = proportion_interval(xa, na, confidence=confidence, deff=deff)
        b = proportion_interval(xb, nb, confidence=confidence, deff=deff)
        low = pa - pb - np.hypot(pa - a.low, b.high - pb)
        high = pa - pb + np.hypot(a.high - pa, pb - b.low)
    else:
        if pa.ndim or pb.ndim:
            raise CommsvcError(
                "Miettinen–Nurminen takes one pair of groups at a time",
                next_step="call it for each pair, or use method='newcombe'",
            )
        low, high = _miettinen_nurminen(float(pa), float(ma), float(pb), float(mb), z)
    return Interval(
        plain(pa - pb), plain(low), plain(high), plain(se), base=plain(na + nb),
        confidence=confidence, method=DIFFERENCE_METHODS[method], note=deff_note(deff),
    )  # fmt: skip


def _miettinen_nurminen(
    pa: float, na: float, pb: float, nb: float, z: float
) -> tuple[float, float]:
    """Both differences at which the score statistic is ±z.

    Written out because statsmodels' score interval (0.15) fails where a share is 0 or 1, and
    elsewhere ends where the score is not z: 0.344 instead of 0.338 in Newcombe's first case.
    """
    n = na + nb

    def score(d: float) -> float:
        # The restricted estimate of b's share is the root of the likelihood cubic in closed form.
        l2 = (na + 2 * nb) * d - n - (na * pa + nb * pb)
        l1 = (nb * d - n - 2 * nb * pb) * d + na * pa + nb * pb
        l0 = nb * pb * d * (1 - d)
        q = (l2 / (3 * n)) ** 3 - l1 * l2 / (6 * n**2) + l0 / (2 * n)
        r = np.copysign(np.sqrt(max((l2 / (3 * n)) ** 2 - l1 / (3 * n), 0.0)), q)
        ratio = q / r**3 if r != 0 else 0.0
        angle = (np.pi + np.arccos(np.clip(ratio, -1, 1))) / 3
        b = float(np.clip(2 * r * np.cos(angle) - l2 / (3 * n), max(0, -d), min(1, 1 - d)))
        a = float(np.clip(b + d, 0, 1))
        variance = (a * (1 - a) / na + b * (1 - b) / nb) * n / (n - 1)
        gap = pa - pb - d
        if variance <= 0:
            return 0.0 if abs(gap) < 1e-15 else float(np.copysign(np.inf, gap))
        return gap / np.sqrt(variance)

    return (
        _crossing(score, -1.0, pa - pb, z),
        _crossing(score, pa - pb, 1.0, -z),
    )


def _crossing(score: Callable[[float], float], low: float, high: float, z: float) -> float:
    """Where a falling score passes z between low and high; an end where it never does."""

    def off(d: float) -> float:
        return float(np.clip(score(d) - z, -1e6, 1e6))

    if low >= high:
        return low
    inner_low, inner_high = low + 1e-12, high - 1e-12
    if off(inner_low) <= 0:
        return low
    if off(inner_high) >= 0:
        return high
    return float(optimize.brentq(off, inner_low, inner_high, xtol=1e-14, rtol=1e-14))


def risk_ratio(
    count_a: Number, n_a: Number, count_b: Number, n_b: Number, confidence: float = 0.95
) -> Interval:
    """The share of the first group over that of the second, Wald interval on the log scale.

    Katz et al. (1978). A zero in one group makes the ratio 0 or infinite, with an interval
    that reaches from 0 to infinity; zeros in both leave it undefined (NaN). `se` is of the log.

    >>> r = risk_ratio(56, 70, 48, 80)
    >>> round(r.estimate, 3), round(r.low, 3), round(r.high, 3)
    (1.333, 1.077, 1.651)
    """
    xa, na = both_within(count_a, n_a)
    xb, nb = both_within(count_b, n_b)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (xa / na) / (xb / nb)
        se = np.sqrt(1 / xa - 1 / na + 1 / xb - 1 / nb)
    return _log_interval(ratio, se, confidence, message("risk ratio, Wald on the log scale"))


def odds_ratio(table: Any, method: str = "wald", confidence: float = 0.95) -> Interval:
    """The odds ratio ad/bc of a 2×2 table [[a, b], [c, d]].

    Parameters
    ----------
    table : (2, 2), rows are groups; (..., 2, 2) with "wald"
    method : "wald" (Woolf's interval on the log scale) or "exact" (conditional maximum
        likelihood with the interval from Fisher's noncentral hypergeometric, as R's fisher.test)

    Returns
    -------
    Interval; `se` is that of the log ("wald"). A zero cell gives a ratio of 0 or infinity.

    Examples
    --------
    >>> o = odds_ratio([[105, 34], [133, 21]])
    >>> round(o.estimate, 6), round(o.low, 6), round(o.high, 6)
    (0.487616, 0.267302, 0.889515)
    """
    one_of("odds ratio", method, ODDS_RATIO_METHODS)
    cells = as_counts(table, "table", whole=method == "exact")
    if cells.shape[-2:] != (2, 2):
        raise CommsvcError(f"a table of shape {cells.shape}", allowed="two rows, two columns")
    if method == "exact":
        from scipy.stats.contingency import odds_ratio as conditional

        fit = conditional(cells.astype(int), kind="conditional")
        ends = fit.confidence_interval(as_share(confidence, "confidence"))
        return Interval(
            float(fit.statistic), float(ends.low), float(ends.high), base=float(cells.sum()),
            confidence=confidence, method=ODDS_RATIO_METHODS[method],
        )  # fmt: skip
    a, b, c, d = cells[..., 0, 0], cells[..., 0, 1], cells[..., 1, 0], cells[..., 1, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (a * d) / (b * c)
        se = np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return _log_interval(ratio, se, confidence, ODDS_RATIO_METHODS[method])


def _log_interval(ratio: Any, se: Any, confidence: float, method: Text) -> Interval:
    """ratio · exp(± z·se); 0 to infinity where a zero makes the log's error infinite."""
    z = special.ndtri((1 + as_share(confidence, "confidence")) / 2)
    with np.errstate(over="ignore", invalid="ignore"):
        low = np.where(np.isinf(se), 0.0, ratio * np.exp(-z * se))
        high = np.where(np.isinf(se), np.inf, ratio * np.exp(z * se))
    low, high = (plain(np.where(np.isnan(ratio), np.nan, end)) for end in (low, high))
    zero = message("a cell is zero: the ratio is 0, infinite or undefined")
    note = zero if np.isinf(se).any() else ""
    return Interval(
        plain(ratio), low, high, plain(se), confidence=confidence, method=method, note=note
    )
