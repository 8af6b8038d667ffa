"""How many to ask for ordered answers and for people asked twice: power from what is supposed."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, as_positive, as_share, one_of
from commsvc.inference.intervals import effective_size
from commsvc.inference.power import smallest_size
from commsvc.inference.sample_size import SampleSize, response_rate, sized


def ordered_effect(shares: Any, ratio: Any = None) -> float:
    """How far groups differ in an ordered answer, per person: the noncentrality of a rank test over
    the number of answers.

    Parameters
    ----------
    shares : (groups, k) supposed share of each answer, in order, in each group; or counts, which
        are divided by their sum
    ratio : (groups,) how the answers fall to the groups; evenly when left out

    Notes
    -----
    12 Σ r(π − 1/2)²/(1 − Σ p³), with π the chance that somebody of the group answers higher than
    somebody of all, ties half, and p the shares of all: Kruskal and Wallis's statistic with its
    tie correction at the supposed shares. Of two groups it is that of Zhao, Rahardja and Qu (2008,
    Statist. Med. 27, eq. 12).

    Examples
    --------
    >>> round(ordered_effect([[0.1, 0.3, 0.6], [0.2, 0.4, 0.4]]), 4)
    0.0438
    """
    table = as_counts(shares, "shares", ndim=2)
    if len(table) < 2 or (table.sum(axis=1) == 0).any():
        raise CommsvcError("shares of one group, or of an empty one", allowed="two groups or more")
    table = table / table.sum(axis=1, keepdims=True)
    weight = _allocation(ratio, len(table))
    whole = weight @ table
    middle = np.cumsum(whole) - whole / 2
    gap = table @ middle - 0.5
    ties = 1 - float((whole**3).sum())
    if ties <= 0:
        raise CommsvcError("everybody gives one answer: there is nothing to rank")
    return float(12 * weight @ gap**2 / ties)


def ordered_power(
    n: float, shares: Any, ratio: Any = None, alpha: float = 0.05, *, deff: float = 1.0
) -> float:
    """The chance that Mann–Whitney (two groups) or Kruskal–Wallis finds the supposed difference.

    Parameters
    ----------
    n : answers in all groups together
    shares, ratio : see `ordered_effect`
    deff : design effect, the same in all groups

    Notes
    -----
    Noncentral chi-square with groups − 1 degrees of freedom.

    Examples
    --------
    >>> round(ordered_power(200, [[0.1, 0.3, 0.6], [0.2, 0.4, 0.4]]), 3)
    0.841
    """
    size = float(effective_size(as_positive(n, "n"), deff))
    effect, df = ordered_effect(shares, ratio), len(np.asarray(shares)) - 1
    return _noncentral(size * effect, df, as_share(alpha, "alpha"))


def ordered_size(
    shares: Any,
    power: float = 0.8,
    alpha: float = 0.05,
    *,
    ratio: Any = None,
    deff: float = 1.0,
    response: float = 1.0,
) -> SampleSize:
    """Answers with which a rank test finds that groups differ in an ordered answer.

    Parameters as in `ordered_power`; `response` is the expected response rate.

    Examples
    --------
    >>> ordered_size([[0.1, 0.3, 0.6], [0.2, 0.4, 0.4]]).groups
    (90, 90)
    """
    effect, df = ordered_effect(shares, ratio), len(np.asarray(shares)) - 1
    level = as_share(alpha, "alpha")
    if effect == 0:
        raise CommsvcError("the groups answer alike: no sample shows a difference")
    simple = smallest_size(lambda n: _noncentral(n * effect, df, level), power, 1e-6)
    return allotted(
        simple, _allocation(ratio, df + 1), deff, response, "rank test of ordered answers"
    )


def mcnemar_size(
    gains: float,
    losses: float,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    *,
    deff: float = 1.0,
    response: float = 1.0,
) -> SampleSize:
    """People asked twice, so that McNemar's test finds a change of a yes-share.

    Parameters
    ----------
    gains, losses : supposed shares of all people who change from no to yes, and from yes to no
    alternative : "two-sided" or "one-sided"
    deff, response : design effect; share of those asked who answer both times

    Notes
    -----
    n = (z_α√s + z_β√(s − d²))²/d², s the sum and d the difference of the two (Miettinen 1968,
    Biometrics 24; Connor 1987, Biometrics 43).

    Examples
    --------
    >>> mcnemar_size(0.3, 0.15).answers
    155
    """
    za, spread, gap = _changes(gains, losses, alpha, alternative)
    zb = float(special.ndtri(as_share(power, "power")))
    simple = (za * np.sqrt(spread) + zb * np.sqrt(spread - gap**2)) ** 2 / gap**2
    return sized(float(simple), deff, None, response, "McNemar, normal")


def mcnemar_power(
    n: float,
    gains: float,
    losses: float,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    *,
    deff: float = 1.0,
) -> float:
    """The chance that McNemar's test of n people finds the change; see `mcnemar_size`.

    >>> round(mcnemar_power(155, 0.3, 0.15), 3)
    0.801
    """
    za, spread, gap = _changes(gains, losses, alpha, alternative)
    size = float(effective_size(as_positive(n, "n"), deff))
    reached = (abs(gap) * np.sqrt(size) - za * np.sqrt(spread)) / np.sqrt(spread - gap**2)
    return float(special.ndtr(reached))


def _changes(
    gains: float, losses: float, alpha: float, alternative: str
) -> tuple[float, float, float]:
    up, down = float(gains), float(losses)
    if not (0 <= up <= 1 and 0 <= down <= 1 and 0 < up + down <= 1):
        raise CommsvcError(
            f"shares of {up:g} and {down:g} change", allowed="0 to 1, together at most 1"
        )
    if up == down:
        raise CommsvcError("as many gain as lose: no sample shows a change")
    one_of("alternative", alternative, ("two-sided", "one-sided"))
    tail = as_share(alpha, "alpha") / (2 if alternative == "two-sided" else 1)
    return float(special.ndtri(1 - tail)), up + down, up - down


def allotted(simple: float, shares: Array, deff: float, response: float, method: str) -> SampleSize:
    """A total of answers shared out over groups, each rounded up."""
    need = simple * as_positive(deff, "design effect") * shares
    groups = tuple(ceil(part - 1e-9) for part in need)
    rate = response_rate(response)
    return SampleSize(
        float(simple), sum(groups), sum(ceil(part / rate - 1e-9) for part in groups), method, groups
    )


def _allocation(ratio: Any, groups: int) -> Array:
    """How answers fall to the groups, adding up to 1."""
    parts = np.ones(groups) if ratio is None else as_counts(ratio, "ratio", ndim=1)
    if parts.shape != (groups,) or (parts <= 0).any():
        raise CommsvcError(
            f"a ratio of {parts.size} for {groups} groups", allowed="one above 0 each"
        )
    return np.asarray(parts / parts.sum())


def _noncentral(noncentrality: float, df: int, alpha: float) -> float:
    return float(1 - special.chndtr(special.chdtri(df, alpha), df, noncentrality))
