"""How many to ask: power and size of one table of tests.

A test is a function of what is supposed, and gives its power at n answers of a simple random
sample. Design effect, finite population, response and rounding are the same for all.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import numpy as np
from scipy import optimize, special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, as_positive, as_share, one_of
from commsvc.inference.crosstabs import as_table, pearson_statistic
from commsvc.inference.intervals import effective_size
from commsvc.words.messages import Text, message

MOST = 1e9  # no survey asks more
_NOTHING = "what is supposed is no difference: no sample shows one"
SIDES = ("two-sided", "one-sided")
# Power at n answers of a simple sample, with so much of chance outside on a side; whether a
# two-sided test may reject on the wrong side, too.
Chance = Callable[[float, float, bool], float]


@dataclass(frozen=True)
class SampleSize:
    """How many answers are needed, and how many people to ask for them.

    Attributes
    ----------
    simple : answers a simple random sample with replacement would need (not rounded)
    answers : answers needed under the design, rounded up (of several groups: all together)
    invited : people to ask, at the expected response rate
    groups : answers in each group, when there are several
    method : the formula
    """

    simple: float
    answers: int
    invited: int
    method: Text
    groups: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Plan:
    """A test as it is planned.

    Attributes
    ----------
    chance : see `Chance`
    method : the formula's name
    parts : how the answers fall to the groups
    least : fewest answers there can be
    sided : whether the test has two sides, and alpha is split on them
    """

    chance: Chance
    method: Text
    parts: tuple[float, ...] = (1.0,)
    least: float = 1e-6
    sided: bool = True

    def tail(self, alpha: float, alternative: str) -> float:
        """Alpha on the side that counts."""
        one_of("alternative", alternative, SIDES)
        level = as_share(alpha, "alpha")
        if not self.sided:
            return level
        return level / 2 if alternative == "two-sided" else level


def power(
    test: str,
    n: float,
    *,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    deff: float = 1.0,
    population: float | None = None,
    **supposed: Any,
) -> float:
    """The chance that n answers show what is supposed.

    Parameters
    ----------
    test : "share", "two shares", "mean", "two means", "table", "ordered", "trend", "strata",
        "paired shares", "noninferior" or "equivalent"; see Notes
    n : answers, of all groups together
    alpha, alternative : "two-sided" splits alpha, and counts what rejects on the wrong side, too
        (normal formulas leave that out, as R's power.prop.test); "one-sided" is the side on which
        the supposed difference lies. A table of several degrees of freedom has no sides;
        non-inferiority and equivalence are one-sided tests already
    deff, population : the test is that of n/deff answers, freed of the finite population
    supposed : of the test, by its own names

    Notes
    -----
    ``share`` share, target, method="normal" (score test, Fleiss 2003, §2.4) or "exact" (binomial
    test, at most the tail on each side); ``two shares`` share_a, share_b, ratio=1 (the second
    group's size over the first's; Fleiss, Levin and Paik 2003, eq. 4.14, as power.prop.test);
    ``mean`` difference, sd (noncentral t, both regions; of pairs, sd of the changes);
    ``two means`` difference, sd, ratio=1; ``table`` shares (r, c) or counts, or w and df (Cohen
    1988, noncentral chi-square with n·w²); ``ordered`` shares (groups, k), ratio=None (the rank
    test's 12n Σ r(π − 1/2)²/(1 − Σ p³), of two groups Zhao, Rahardja and Qu 2008); ``trend``
    shares (r, c), row_scores, column_scores (n·r²; Agresti 2013, §3.4); ``strata`` shares (k, 2),
    strata=None, first=0.5 (Cochran–Mantel–Haenszel; Wittes and Wallenstein 1987); ``paired
    shares`` gains, losses of all people (McNemar; Miettinen 1968, Connor 1987); ``noninferior``
    and ``equivalent`` share, target, margin (one and two one-sided score tests; Schuirmann 1987).

    Examples
    --------
    >>> round(power("two shares", 712, share_a=0.7, share_b=0.6), 4)
    0.8001
    >>> round(power("table", 100, w=0.3, df=4), 4)
    0.6635
    """
    plan = _planned(test, supposed)
    tail = plan.tail(alpha, alternative)
    simple = float(effective_size(as_positive(n, "n"), deff, population))
    return plan.chance(simple, tail, alternative == "two-sided")


def size(
    test: str,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    confidence: float = 0.95,
    deff: float = 1.0,
    population: float | None = None,
    response: float = 1.0,
    **supposed: Any,
) -> SampleSize:
    """Answers that show what is supposed, with a chance of `power`.

    Parameters
    ----------
    test, alpha, alternative, supposed : as in `power`; or "precision": share=0.5, half_width=0.05
        (in the share's own unit) with `confidence`, n₀ = z²p(1 − p)/d² (Cochran 1977, §4.4)
    deff, population : the design effect multiplies n₀ before the finite population correction, so
        that the answer never exceeds the population; some calculators multiply afterwards
    response : expected response rate, above 0 and at most 1

    Returns
    -------
    SampleSize. Of an exact test, the size from which on the power stays reached, since it falls
    and rises from one size to the next

    Examples
    --------
    >>> size("precision", half_width=0.05).answers
    385
    >>> size("two shares", share_a=0.7, share_b=0.6).groups
    (356, 356)
    >>> size("share", share=0.85, target=0.9, alternative="one-sided").answers
    253
    """
    if test == "precision":
        p, d, z = _precision(confidence=confidence, **_known(_precision, supposed, test))
        return _sized(z**2 * p * (1 - p) / d**2, _PRECISE, deff, population, response)
    plan = _planned(test, supposed)
    tail, goal = plan.tail(alpha, alternative), as_share(power, "power")
    if supposed.get("method") == "exact":
        simple = _exact_size(tail, goal, alternative == "two-sided", supposed)
    else:
        both = alternative == "two-sided"
        simple = _smallest(lambda n: plan.chance(n, tail, both), goal, plan.least)
    return _sized(simple, plan, deff, population, response)


def _planned(test: str, supposed: Mapping[str, Any]) -> _Plan:
    one_of("test to plan", test, TESTS)
    return TESTS[test](**_known(TESTS[test], supposed, test))


def _known(function: Any, supposed: Mapping[str, Any], test: str) -> Mapping[str, Any]:
    """What is supposed, if the test has these and all of these."""
    wanted = inspect.signature(function).parameters
    missing = [x for x, p in wanted.items() if p.default is p.empty and x not in supposed]
    missing = [x for x in missing if x != "confidence"]
    extra = [x for x in supposed if x not in wanted]
    if missing or extra:
        said = f"{extra[0]!r} is nothing of it" if extra else f"{missing[0]} is not said"
        names = ", ".join(x for x in wanted if x != "confidence")
        raise CommsvcError(f"{test}: {said}", allowed=names)
    return supposed


def _precision(
    share: float = 0.5, half_width: float = 0.05, confidence: float = 0.95
) -> tuple[float, float, float]:
    z = float(special.ndtri((1 + as_share(confidence, "confidence")) / 2))
    return as_share(share, "share"), as_share(half_width, "half_width"), z


def _sized(
    simple: float, plan: _Plan, deff: float, population: float | None, response: float
) -> SampleSize:
    """From a simple random sample's size to answers and invitations under the design."""
    if not 0 < response <= 1:
        raise CommsvcError(
            f"response rate is {response:g}", allowed="above 0, at most 1 (0.8, not 80)"
        )
    need = simple * as_positive(deff, "design effect")
    if population is not None:
        whole = as_positive(population, "population", least=1)
        need = need * whole / (whole - 1 + need)
    groups = tuple(ceil(need * part - 1e-9) for part in plan.parts)
    invited = sum(ceil(group / response - 1e-9) for group in groups)
    if population is not None and invited > population:
        raise CommsvcError(
            f"{invited} people would have to be asked, and there are {population:g}",
            next_step="ask everybody, or accept a wider interval",
        )
    several = groups if len(groups) > 1 else ()
    return SampleSize(float(simple), sum(groups), invited, plan.method, several)


def _smallest(chance: Callable[[float], float], goal: float, least: float) -> float:
    """The size, not rounded, at which the power is reached."""
    if chance(least) >= goal:
        return least
    enough = 2 * least
    while chance(enough) < goal:
        enough *= 2
        if enough > MOST:
            raise CommsvcError(
                "nothing to show, or too little for any survey", allowed="a larger effect"
            )
    found = optimize.brentq(lambda n: chance(n) - goal, enough / 2, enough, xtol=1e-9, rtol=1e-14)
    return float(found)


def _normal(drift: float, null: float, true: float) -> Chance:
    """Power of a statistic with this drift for √n, and these spreads without and with it."""
    if drift == 0:
        raise CommsvcError(_NOTHING)

    def chance(n: float, tail: float, both: bool = False) -> float:
        z = float(special.ndtri(1 - tail))
        return float(special.ndtr((abs(drift) * np.sqrt(n) - z * null) / true))

    return chance


def _share(share: float, target: float, method: str = "normal") -> _Plan:
    p, p0 = as_share(share, "share"), as_share(target, "target")
    one_of("method", method, ("normal", "exact"))
    normal = _normal(p - p0, np.sqrt(p0 * (1 - p0)), np.sqrt(p * (1 - p)))
    if method == "normal":
        return _Plan(normal, message("one share against a target, normal"))
    said = message("one share against a target, exact")
    return _Plan(lambda n, *sides: _exact_power(n, p, p0, *sides), said)


def _exact_power(n: float, share: float, target: float, tail: float, both: bool) -> float:
    """Power of the binomial test with at most `tail` on the side of the difference."""
    if n != int(n):
        raise CommsvcError(
            "an exact test needs a whole number of answers",
            allowed="deff=1 and no population",
            next_step="use method='normal'",
        )
    return float(_exact_powers(np.array([n]), share, target, tail, both)[0])


def _exact_powers(n: Array, share: float, target: float, tail: float, both: bool) -> Array:
    from scipy.stats import binom

    # ppf gives the smallest k with P(X <= k) >= 1 − tail; the test rejects above it.
    above = binom.sf(binom.ppf(1 - tail, n, target), n, share)
    edge = binom.ppf(tail, n, target)
    edge = edge - (binom.cdf(edge, n, target) > tail)
    below = binom.cdf(edge, n, share)
    return np.asarray(above + below if both else (above if share > target else below))


def _exact_size(tail: float, goal: float, both: bool, supposed: Mapping[str, Any]) -> float:
    p, p0 = float(supposed["share"]), float(supposed["target"])
    about = _smallest(lambda n: _share(p, p0).chance(n, tail, False), goal, 1.0)
    sizes = np.arange(1.0, int(about * 1.5) + 100)
    short = _exact_powers(sizes, p, p0, tail, both) < goal
    return float(sizes[short][-1] + 1)


def _shares(share_a: float, share_b: float, ratio: float = 1.0) -> _Plan:
    pa, pb = as_share(share_a, "share_a"), as_share(share_b, "share_b")
    a, b = _halves(ratio)
    pooled = a * pa + b * pb
    null = np.sqrt(pooled * (1 - pooled) * (1 / a + 1 / b))
    true = np.sqrt(pa * (1 - pa) / a + pb * (1 - pb) / b)
    return _Plan(_normal(pa - pb, null, true), message("two shares, normal"), (a, b))


def _halves(ratio: float) -> tuple[float, float]:
    r = as_positive(ratio, "ratio")
    return 1 / (1 + r), r / (1 + r)


def _mean(difference: float, sd: float) -> _Plan:
    d = _standardised(difference, sd)
    said = message("one mean, noncentral t")
    return _Plan(lambda n, *sides: _t_power(d * np.sqrt(n), n - 1, *sides), said, least=2.0)


def _means(difference: float, sd: float, ratio: float = 1.0) -> _Plan:
    (a, b), d = _halves(ratio), _standardised(difference, sd)

    def chance(n: float, tail: float, both: bool) -> float:
        return _t_power(d * np.sqrt(n * a * b), n - 2, tail, both)

    return _Plan(chance, message("two means, noncentral t"), (a, b), least=3.0)


def _t_power(noncentral: float, df: float, tail: float, both: bool) -> float:
    """Both regions of a two-sided test count (R's strict = TRUE)."""
    if df <= 0:
        raise CommsvcError("too few answers for a t test", allowed="more, or a smaller deff")
    t = float(special.stdtrit(df, 1 - tail))
    return _above(t, df, noncentral) + (_above(t, df, -noncentral) if both else 0.0)


def _above(t: float, df: float, noncentral: float) -> float:
    """Noncentral t above t; where SciPy gives up, far off in the tail, its normal approximation."""
    # The upper tail is the lower one of the mirror image, and keeps its digits.
    exact = float(special.nctdtr(df, -noncentral, -t))
    if np.isfinite(exact):
        return exact
    far = (t * (1 - 1 / (4 * df)) - noncentral) / np.sqrt(1 + t**2 / (2 * df))
    return float(special.ndtr(-far))


def _standardised(difference: float, sd: float) -> float:
    if not np.isfinite(difference) or difference == 0:
        raise CommsvcError(
            f"difference is {difference:g}: no sample shows it", allowed="a number other than 0"
        )
    return abs(difference) / as_positive(sd, "sd")


def _chi_square(effect: float, df: float, method: Text, parts: tuple[float, ...] = (1.0,)) -> _Plan:
    """Noncentral chi-square with noncentrality n·effect."""
    if effect == 0:
        raise CommsvcError(_NOTHING)

    def chance(n: float, tail: float, both: bool) -> float:
        from scipy.stats import ncx2

        return float(ncx2.sf(special.chdtri(df, tail), df, n * effect))

    return _Plan(chance, method, parts, sided=False)


def _table(shares: Any = None, w: float | None = None, df: float | None = None) -> _Plan:
    if shares is not None:
        table = as_table(shares)
        w = float(np.sqrt(pearson_statistic(table / table.sum())))
        df = float((table.shape[0] - 1) * (table.shape[1] - 1))
    if w is None or df is None:
        raise CommsvcError("table: no effect is said", allowed="shares, or w and df")
    said = message("chi-square, noncentral")
    return _chi_square(as_positive(w, "w") ** 2, as_positive(df, "df"), said)


def _ordered(shares: Any, ratio: Any = None) -> _Plan:
    table = as_counts(shares, "shares", ndim=2)
    if len(table) < 2 or (table.sum(axis=1) == 0).any():
        raise CommsvcError("shares of one group, or of an empty one", allowed="two groups or more")
    table = table / table.sum(axis=1, keepdims=True)
    parts = _allotted(ratio, len(table), "ratio")
    whole = parts @ table
    gap, ties = table @ (np.cumsum(whole) - whole / 2) - 0.5, 1 - float((whole**3).sum())
    if ties <= 0:
        raise CommsvcError("everybody gives one answer: there is nothing to rank")
    effect, said = float(12 * parts @ gap**2 / ties), message("rank test of ordered answers")
    return _chi_square(effect, len(table) - 1, said, tuple(parts))


def _trend(shares: Any, row_scores: Any = None, column_scores: Any = None) -> _Plan:
    table = as_counts(shares, "shares", ndim=2)
    p = table / table.sum()
    x = np.arange(p.shape[0]) if row_scores is None else np.asarray(row_scores, dtype=float)
    y = np.arange(p.shape[1]) if column_scores is None else np.asarray(column_scores, dtype=float)
    if x.shape != p.shape[:1] or y.shape != p.shape[1:]:
        raise CommsvcError("scores do not fit the table", allowed="one a row, one a column")
    dx, dy = x - p.sum(axis=1) @ x, y - p.sum(axis=0) @ y
    spread = (p.sum(axis=1) @ dx**2) * (p.sum(axis=0) @ dy**2)
    if spread == 0:
        raise CommsvcError("one score holds everybody: there is no trend to see")
    return _chi_square(float((dx @ p @ dy) ** 2 / spread), 1.0, message("trend, noncentral"))


def _strata(shares: Any, strata: Any = None, first: float = 0.5) -> _Plan:
    p = as_counts(shares, "shares", ndim=2)
    if p.shape[1] != 2 or (p > 1).any():
        raise CommsvcError(f"shares of shape {p.shape}", allowed="two shares from 0 to 1 a stratum")
    part, a = _allotted(strata, len(p), "strata"), as_share(first, "first")
    both, pooled = a * (1 - a), a * p[:, 0] + (1 - a) * p[:, 1]
    own = (1 - a) * p[:, 0] * (1 - p[:, 0]) + a * p[:, 1] * (1 - p[:, 1])
    chance = _normal(
        float(part @ (both * (p[:, 0] - p[:, 1]))),
        float(np.sqrt(part @ (both * pooled * (1 - pooled)))),
        float(np.sqrt(part @ (both * own))),
    )
    return _Plan(chance, message("Cochran–Mantel–Haenszel, normal"), (a, 1 - a))


def _paired(gains: float, losses: float) -> _Plan:
    up, down = float(gains), float(losses)
    if not (0 <= up <= 1 and 0 <= down <= 1 and 0 < up + down <= 1):
        raise CommsvcError(
            f"shares of {up:g} and {down:g} change", allowed="0 to 1, together at most 1"
        )
    spread, gap = up + down, up - down
    said = message("McNemar, normal")
    return _Plan(_normal(gap, np.sqrt(spread), np.sqrt(spread - gap**2)), said)


def _noninferior(share: float, target: float, margin: float) -> _Plan:
    edge, p = _edge(target, -as_share(margin, "margin")), as_share(share, "share")
    if p <= edge:
        raise CommsvcError(f"a share of {p:g} is inferior", allowed=f"above {edge:g}")
    chance = _share(p, edge).chance
    return _Plan(chance, message("non-inferiority of a share, normal"), sided=False)


def _equivalent(share: float, target: float, margin: float) -> _Plan:
    low, high = _edge(target, -as_share(margin, "margin")), _edge(target, margin)
    p = as_share(share, "share")
    if not low < p < high:
        raise CommsvcError(
            f"a share of {p:g} is not equivalent", allowed=f"between {low:g} and {high:g}"
        )
    above, below = _share(p, low).chance, _share(p, high).chance

    def chance(n: float, tail: float, both: bool) -> float:
        return max(above(n, tail, False) + below(n, tail, False) - 1, 0.0)

    return _Plan(chance, message("equivalence (TOST), normal"), sided=False)


def _edge(target: float, margin: float) -> float:
    edge = as_share(target, "target") + margin
    if not 0 < edge < 1:
        raise CommsvcError(
            f"a margin of {abs(margin):g} leads to a share of {edge:g}",
            allowed="target − margin and target + margin between 0 and 1",
        )
    return edge


def _allotted(ratio: Any, count: int, what: str) -> Array:
    """How answers fall to the groups or strata, adding up to 1."""
    parts = np.ones(count) if ratio is None else as_counts(ratio, what, ndim=1)
    if parts.shape != (count,) or (parts <= 0).any():
        raise CommsvcError(f"{what} of {parts.size} for {count}", allowed="one above 0 each")
    return np.asarray(parts / parts.sum())


_PRECISE: Final = _Plan(lambda *_: 0.0, message("precision of a share"))
TESTS: Final[Mapping[str, Callable[..., _Plan]]] = {
    "share": _share, "two shares": _shares, "mean": _mean, "two means": _means, "table": _table,
    "ordered": _ordered, "trend": _trend, "strata": _strata, "paired shares": _paired,
    "noninferior": _noninferior, "equivalent": _equivalent,
}  # fmt: skip
