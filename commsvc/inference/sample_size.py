"""How many to ask: precision and power for one share and for two."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_positive, as_share, one_of
from commsvc.inference.intervals import effective_size
from commsvc.inference.proportions import ALTERNATIVES
from commsvc.shown import Shown


@dataclass(frozen=True)
class SampleSize(Shown):
    """How many answers are needed, and how many people to ask for them.

    Attributes
    ----------
    simple : answers a simple random sample with replacement would need (not rounded)
    answers : answers needed under the design, rounded up (for two groups: both together)
    invited : people to ask, at the expected response rate
    groups : answers in each group, when there are two
    method : the formula
    """

    simple: float
    answers: int
    invited: int
    method: str
    groups: tuple[int, ...] = ()


def precision_size(
    share: float = 0.5,
    half_width: float = 0.05,
    confidence: float = 0.95,
    *,
    deff: float = 1.0,
    population: float | None = None,
    response: float = 1.0,
) -> SampleSize:
    """Answers that give a share to within ± half_width.

    n₀ = z²p(1 − p)/d² (Cochran 1977, §4.4). The design effect multiplies n₀ before the finite
    population correction, so that the answer never exceeds the population; some calculators
    multiply afterwards.

    Parameters
    ----------
    share : the share expected; 0.5 is the worst case
    half_width : d, in the share's own unit (0.05, not 5)
    deff, population : design effect and population size
    response : expected response rate, above 0 and at most 1

    Examples
    --------
    >>> precision_size(0.5, 0.05).answers
    385
    >>> precision_size(0.5, 0.05, population=1000).answers
    278
    """
    p, d = as_share(share, "share"), as_share(half_width, "half_width")
    z = special.ndtri((1 + as_share(confidence, "confidence")) / 2)
    return sized(z**2 * p * (1 - p) / d**2, deff, population, response, "precision of a share")


def target_size(
    share: float,
    target: float,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    method: str = "normal",
    *,
    deff: float = 1.0,
    population: float | None = None,
    response: float = 1.0,
) -> SampleSize:
    """Answers needed to show that a share differs from a target when it is `share`.

    Parameters
    ----------
    share, target : the share supposed to be true, and the fixed one it is tested against
    power, alpha, alternative : as usual; alpha is split on two sides for "two-sided"
    method : "normal" (score test, Fleiss 2003, §2.4) or "exact" (binomial test with at most
        alpha/2 in each tail): the size from which on the power stays reached, since an exact
        test's power falls and rises from one size to the next

    Examples
    --------
    >>> target_size(0.85, 0.9, alternative="less").answers
    253
    """
    p, p0 = as_share(share, "share"), as_share(target, "target")
    beta = 1 - as_share(power, "power")
    if p == p0:
        raise CommsvcError("share and target are equal: no sample shows a difference")
    one_of("alternative", alternative, ALTERNATIVES)
    one_of("method", method, ("normal", "exact"))
    if (alternative == "greater" and p < p0) or (alternative == "less" and p > p0):
        raise CommsvcError(
            f"a share of {p:g} is not {alternative} than the target {p0:g}",
            next_step="turn the alternative round",
        )
    za, zb = special.ndtri(1 - _one_side(alpha, alternative)), special.ndtri(1 - beta)
    simple = ((za * np.sqrt(p0 * (1 - p0)) + zb * np.sqrt(p * (1 - p))) / (p - p0)) ** 2
    if method == "exact":
        sizes = np.arange(1, int(simple * 1.5) + 100)
        short = sizes[_exact_power(sizes, p, p0, alpha, alternative) < 1 - beta]
        simple = float(short[-1] + 1)
    return sized(simple, deff, population, response, f"one share against a target, {method}")


def target_power(
    n: int,
    share: float,
    target: float,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    method: str = "normal",
    *,
    deff: float = 1.0,
    population: float | None = None,
) -> float:
    """The chance that n answers show a share of `share` to differ from the target.

    >>> round(target_power(253, 0.85, 0.9, alternative="less"), 3)
    0.801
    """
    p, p0 = as_share(share, "share"), as_share(target, "target")
    one_of("alternative", alternative, ALTERNATIVES)
    one_of("method", method, ("normal", "exact"))
    size = effective_size(as_positive(n, "n"), deff, population)
    if method == "exact":
        if size != int(size):
            raise CommsvcError(
                "an exact test needs a whole number of answers",
                allowed="deff=1 and no population",
                next_step="use method='normal'",
            )
        return float(_exact_power(np.array([int(size)]), p, p0, alpha, alternative)[0])
    z = special.ndtri(1 - _one_side(alpha, alternative)) * np.sqrt(p0 * (1 - p0))
    gap, spread = (p - p0) * np.sqrt(size), np.sqrt(p * (1 - p))
    above, below = special.ndtr((gap - z) / spread), special.ndtr((-gap - z) / spread)
    return float({"greater": above, "less": below, "two-sided": above + below}[alternative])


def difference_size(
    share_a: float,
    share_b: float,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    *,
    ratio: float = 1.0,
    deff: float = 1.0,
    response: float = 1.0,
) -> SampleSize:
    """Answers needed in two groups to show that their shares differ.

    Fleiss, Levin and Paik (2003, eq. 4.14 and 4.18), without continuity correction: the pooled
    share under equality, as R's power.prop.test. `ratio` is the second group's size over
    the first's. `alternative` is "two-sided" or "one-sided" in either direction.

    >>> difference_size(0.7, 0.6).groups
    (356, 356)
    """
    pa, pb = as_share(share_a, "share_a"), as_share(share_b, "share_b")
    r = as_positive(ratio, "ratio")
    if pa == pb:
        raise CommsvcError("the two shares are equal: no sample shows a difference")
    za = special.ndtri(1 - _one_side(alpha, alternative, ("two-sided", "one-sided")))
    zb = special.ndtri(as_share(power, "power"))
    pooled = (pa + r * pb) / (1 + r)
    first = (
        za * np.sqrt(pooled * (1 - pooled) * (1 + 1 / r))
        + zb * np.sqrt(pa * (1 - pa) + pb * (1 - pb) / r)
    ) ** 2 / (pa - pb) ** 2
    groups = tuple(ceil(first * part * deff - 1e-9) for part in (1.0, r))
    return SampleSize(
        simple=float(first * (1 + r)),
        answers=sum(groups),
        invited=sum(ceil(part / response_rate(response) - 1e-9) for part in groups),
        method="two shares, normal",
        groups=groups,
    )


def difference_power(
    n_a: float,
    n_b: float,
    share_a: float,
    share_b: float,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    *,
    deff: float = 1.0,
) -> float:
    """The chance that n_a and n_b answers show two shares to differ (see `difference_size`).

    Only the side on which the difference lies counts, as R's power.prop.test by default.

    >>> round(difference_power(356, 356, 0.7, 0.6), 4)
    0.8001
    """
    pa, pb = as_share(share_a, "share_a"), as_share(share_b, "share_b")
    na, nb = effective_size(n_a, deff), effective_size(n_b, deff)
    za = special.ndtri(1 - _one_side(alpha, alternative, ("two-sided", "one-sided")))
    pooled = (na * pa + nb * pb) / (na + nb)
    null = np.sqrt(pooled * (1 - pooled) * (1 / na + 1 / nb))
    true = np.sqrt(pa * (1 - pa) / na + pb * (1 - pb) / nb)
    return float(special.ndtr((abs(pa - pb) - za * null) / true))


def _one_side(alpha: float, alternative: str, known: tuple[str, ...] = ALTERNATIVES) -> float:
    one_of("alternative", alternative, known)
    return as_share(alpha, "alpha") / (2 if alternative == "two-sided" else 1)


def response_rate(response: float) -> float:
    """The expected response rate, checked."""
    if not 0 < response <= 1:
        raise CommsvcError(
            f"response rate is {response:g}", allowed="above 0, at most 1 (0.8, not 80)"
        )
    return response


def sized(
    simple: float, deff: float, population: float | None, response: float, method: str
) -> SampleSize:
    """From a simple random sample's size to answers and invitations under the design."""
    need = simple * as_positive(deff, "design effect")
    if population is not None:
        whole = as_positive(population, "population", least=1)
        need = need * whole / (whole - 1 + need)
    answers = ceil(need - 1e-9)
    invited = ceil(answers / response_rate(response) - 1e-9)
    if population is not None and invited > population:
        raise CommsvcError(
            f"{invited} people would have to be asked, and there are {population:g}",
            next_step="ask everybody, or accept a wider interval",
        )
    return SampleSize(float(simple), answers, invited, method)


def _exact_power(
    n: np.ndarray, share: float, target: float, alpha: float, alternative: str
) -> np.ndarray:
    """Power of the exact binomial test for each size in n."""
    from scipy.stats import binom

    tail = _one_side(alpha, alternative)
    power = np.zeros(n.shape)
    if alternative != "less":
        # ppf gives the smallest k with P(X <= k) >= 1 − tail; the test rejects above it.
        power += binom.sf(binom.ppf(1 - tail, n, target), n, share)
    if alternative != "greater":
        edge = binom.ppf(tail, n, target)
        edge -= binom.cdf(edge, n, target) > tail
        power += binom.cdf(edge, n, share)
    return power
