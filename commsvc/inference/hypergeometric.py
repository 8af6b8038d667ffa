"""Records drawn from a finite ledger: how many are bad, and how many to look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_counts, as_share
from commsvc.inference.results import Interval
from commsvc.words.messages import message


@dataclass(frozen=True)
class AcceptancePlan:
    """Look at `sample` records; accept the ledger when at most `accept` of them are bad.

    Attributes
    ----------
    sample, accept : n and c
    producer_risk : chance of refusing a ledger with `good` bad records
    consumer_risk : chance of accepting one with `poor` bad records
    """

    sample: int
    accept: int
    producer_risk: float
    consumer_risk: float


def bad_records_interval(
    bad: int, sample: int, population: int, confidence: float = 0.95
) -> Interval:
    """How many bad records a ledger of `population` holds when `sample` had `bad`.

    Returns
    -------
    Interval in records (whole numbers), each end by inverting a tail of the hypergeometric with
    (1 − confidence)/2 (Buonaccorsi 1987); `base` is the sample. The coverage is at least
    `confidence`. With everything looked at, both ends are `bad`.

    Examples
    --------
    >>> ci = bad_records_interval(2, 60, 856)
    >>> ci.low, ci.high
    (4.0, 96.0)
    """
    _whole(bad=bad, sample=sample, population=population)
    if not bad <= sample <= population or sample < 1:
        raise CommsvcError(
            f"{bad} bad of {sample} looked at, of {population}",
            allowed="bad ≤ sample ≤ population, sample 1 or more",
        )
    from scipy.stats import hypergeom

    tail = (1 - as_share(confidence, "confidence")) / 2
    possible = np.arange(bad, population - (sample - bad) + 1)
    # Both tails are monotone in the number of bad records.
    fewer = hypergeom.cdf(bad, population, possible, sample)
    more = hypergeom.sf(bad - 1, population, possible, sample)
    low = int(possible[np.argmax(more > tail)]) if bad else 0
    high = int(possible[np.flatnonzero(fewer > tail)[-1]])
    return Interval(
        bad / sample * population, float(low), float(high), count=float(bad),
        base=float(sample), confidence=confidence,
        method=message("bad records in the ledger, hypergeometric exact"),
    )  # fmt: skip


def detection_probability(sample: int, population: int, bad: int) -> float:
    """The chance that a sample holds at least one of `bad` bad records.

    >>> round(detection_probability(45, 100, 5), 4)
    0.9538
    """
    _whole(sample=sample, population=population, bad=bad)
    if max(sample, bad) > population:
        raise CommsvcError(f"more than the ledger's {population} records")
    from scipy.stats import hypergeom

    return float(hypergeom.sf(0, population, bad, sample))


def audit_sample_size(population: int, bad: int, confidence: float = 0.95) -> int:
    """The smallest sample that finds a bad record, if there are `bad`, with this confidence.

    When none is found, one may say with that confidence that fewer than `bad` are bad.

    >>> audit_sample_size(856, 9)
    242
    """
    _whole(population=population, bad=bad)
    if not 1 <= bad <= population:
        raise CommsvcError(
            f"{bad} bad records of {population}", allowed=f"1 to {population}",
            next_step="to find none at all, look at every record",
        )  # fmt: skip
    return _smallest_sample(0, population, bad, 1 - as_share(confidence, "confidence"))


def acceptance_plan(
    population: int,
    good: int,
    poor: int,
    producer_risk: float = 0.05,
    consumer_risk: float = 0.1,
) -> AcceptancePlan:
    """The smallest single sampling plan that tells a good ledger from a poor one.

    Parameters
    ----------
    population : records in the ledger
    good : a ledger with so many bad records is refused with at most `producer_risk`
    poor : one with so many is accepted with at most `consumer_risk`

    Notes
    -----
    Type A operating characteristic, hypergeometric (Schilling and Neubauer 2017, ch. 5).

    Examples
    --------
    >>> plan = acceptance_plan(856, good=9, poor=86)
    >>> plan.sample, plan.accept
    (51, 2)
    """
    _whole(population=population, good=good, poor=poor)
    if not 0 <= good < poor <= population:
        raise CommsvcError(
            f"good {good}, poor {poor}, of {population}", allowed="0 ≤ good < poor ≤ population"
        )
    alpha = as_share(producer_risk, "producer_risk")
    beta = as_share(consumer_risk, "consumer_risk")
    from scipy.stats import hypergeom

    for accept in range(good + 1):
        n = _smallest_sample(accept, population, poor, beta)
        refused = float(hypergeom.sf(accept, population, good, n))
        if refused <= alpha:
            passed = float(hypergeom.cdf(accept, population, poor, n))
            return AcceptancePlan(n, accept, refused, passed)
    return AcceptancePlan(population, good, 0.0, 0.0)


def _smallest_sample(accept: int, population: int, bad: int, risk: float) -> int:
    """The smallest sample that shows at most `accept` of `bad` bad records with chance `risk`."""
    from scipy.stats import hypergeom

    few, enough = accept, population
    while enough - few > 1:
        middle = (few + enough) // 2
        # Slack for rounding in the logs: a sample that misses with exactly 5 % is enough.
        if hypergeom.cdf(accept, population, bad, middle) <= risk * (1 + 1e-12):
            enough = middle
        else:
            few = middle
    return enough


def _whole(**numbers: int) -> None:
    for name, number in numbers.items():
        as_counts(number, name, whole=True)
