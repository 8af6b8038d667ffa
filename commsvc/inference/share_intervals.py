"""Intervals of a share under a complex design: those of R's svyciprop."""

from __future__ import annotations

import numpy as np
from scipy import optimize, special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_positive, as_share, one_of
from commsvc.inference.intervals import student
from commsvc.inference.results import Interval
from commsvc.words.messages import Text, message

SHARE_METHODS = {
    "logit": message("logit"),
    "likelihood": message("scaled likelihood"),
    "asin": message("arcsine square root"),
    "beta": message("Korn–Graubard (beta)"),
    "mean": message("Wald (t)"),
    "xlogit": message("logit"),
}
# Simulated coverage (docs): below this share, and with fewer clusters than this, only the beta
# interval holds its level.
SMALL_SHARE, FEW = 0.1, 50


def share_interval(
    share: float,
    variance: float,
    df: float,
    n: float | None = None,
    method: str | None = None,
    confidence: float = 0.95,
) -> Interval:
    """The interval of a share under a complex design, by the names of R's svyciprop.

    Parameters
    ----------
    share, variance : the weighted share and its design-based variance
    df : degrees of freedom of the design (infinite is allowed)
    n : unweighted number of answers, needed by "beta" and "likelihood"
    method : left out, "beta" for a share under 10 % or over 90 % with fewer than 50 degrees of
        freedom and for one without variance, else "logit"; it says so. "logit" and "xlogit" (one
        delta method here, two ways to it in R), "asin", "mean", "beta" (Korn and Graubard 1998:
        Clopper–Pearson at the effective n, corrected for df) or "likelihood" (Rao and Scott's
        scaled likelihood ratio, with R's dispersion n/(n − 1); R interpolates a profile, which is
        off by some 4e-6; this solves for the ends)

    Returns
    -------
    Interval; where the design's variance is 0 (a share of 0 or 1) only "beta" has one, from n
    itself; the others are NaN and say so.

    Examples
    --------
    >>> ci = share_interval(0.7, 0.04**2, df=30)
    >>> round(ci.low, 4), round(ci.high, 4)
    (0.6126, 0.7749)
    """
    said: Text | str = ""
    if method is None:
        method, said = _fitting(share, variance, df, n)
    one_of("interval of a share", method, SHARE_METHODS)
    tail = (1 - as_share(confidence, "confidence")) / 2
    if not 0 <= share <= 1 or variance < 0 or not df > 0:
        raise CommsvcError(
            f"share {share:g}, variance {variance:g}, df {df:g}",
            allowed="a share from 0 to 1, variance 0 or more, df above 0",
        )
    t = float(student(df, 1 - tail))
    if method in ("beta", "likelihood") and n is None:
        raise CommsvcError(f"method {method!r} needs n, the unweighted number of answers")
    size = float("nan") if n is None else as_positive(n, "n", least=2)
    se, note = float(np.sqrt(variance)), said
    if variance == 0 and method != "beta":
        low, high = float("nan"), float("nan")
        note = message("no interval: the design's variance is 0; try method='beta'")
    elif method == "mean":
        low, high = share - t * se, share + t * se
    elif method == "asin":
        centre, half = np.arcsin(np.sqrt(share)), t * se / (2 * np.sqrt(share * (1 - share)))
        low, high = np.sin(centre - half) ** 2, np.sin(centre + half) ** 2
    elif method == "beta":
        effective = korn_graubard_size(share, variance, size, df, confidence)
        low, high = clopper_pearson_ends(share, effective, confidence)
    elif method == "likelihood":
        low, high = _likelihood_ends(share, variance * size / (size - 1), t)
    else:
        centre, half = special.logit(share), t * se / (share * (1 - share))
        low, high = special.expit(centre - half), special.expit(centre + half)
    return Interval(
        share, float(low), float(high), se,
        base=size,
        confidence=confidence, method=SHARE_METHODS[method], note=note,
    )  # fmt: skip


def _fitting(share: float, variance: float, df: float, n: float | None) -> tuple[str, Text | str]:
    """The interval that holds its level, and why."""
    if n is None:
        return "logit", ""
    if variance == 0:
        return "beta", message("share of {share:percent0}: Korn–Graubard interval", share=share)
    if min(share, 1 - share) < SMALL_SHARE and df < FEW:
        return "beta", message(
            "small share and {df:g} degrees of freedom: Korn–Graubard interval", df=df
        )
    return "logit", ""


def korn_graubard_size(
    share: float, variance: float, n: float, df: float, confidence: float = 0.95
) -> float:
    """The effective n of Korn and Graubard (1998): share(1 − share)/variance, times the square of
    t of n − 1 over t of the design, which is what few degrees of freedom cost; n at 0 and 1.

    >>> round(korn_graubard_size(0.7, 0.04**2, 200, 30), 2)
    122.37
    """
    upper = (1 + as_share(confidence, "confidence")) / 2
    effective = n if variance == 0 else share * (1 - share) / variance
    return float(effective * (student(n - 1, upper) / student(df, upper)) ** 2)


def clopper_pearson_ends(share: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Clopper and Pearson's ends for a share of n answers, which need not be whole.

    >>> [round(end, 4) for end in clopper_pearson_ends(0.7, 230)]
    [0.6363, 0.7585]
    """
    tail = (1 - as_share(confidence, "confidence")) / 2
    x, rest = n * share, n * (1 - share)
    low = 0.0 if x == 0 else float(special.betaincinv(x, rest + 1, tail))
    high = 1.0 if rest == 0 else float(special.betainccinv(x + 1, rest, tail))
    return low, high


def _likelihood_ends(share: float, variance: float, t: float) -> tuple[float, float]:
    """Where the binomial deviance at the effective n reaches t²; on the log odds, because with few
    degrees of freedom an end may lie nearer to 0 or 1 than a share can be written."""
    effective = share * (1 - share) / variance
    most = special.xlogy(share, share) + special.xlogy(1 - share, 1 - share)

    def excess(odds: float) -> float:
        kept = share * special.log_expit(odds) + (1 - share) * special.log_expit(-odds)
        return float(2 * effective * (most - kept) - t**2)

    def end(step: float) -> float:
        at = float(special.logit(share))
        while excess(at + step) < 0:
            step *= 2
        found = optimize.brentq(excess, *sorted((at, at + step)), xtol=1e-14, rtol=1e-14)
        return float(special.expit(found))

    return end(-1.0), end(1.0)
