"""Means and standard deviations: of answers on a scale, of a few whole numbers, between groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import ceil, floor, sqrt
from typing import Any, Final

from commsvc.printed import Interval, Printed
from commsvc.published.claims.count_tests import found_tests, printed_text
from commsvc.published.claims.fields import (
    as_it_is,
    counts,
    each,
    figures,
    number,
    positive,
    printed_number,
    sequence,
    whole,
    word,
)
from commsvc.published.claims.p_values import p_of, remarks
from commsvc.published.claims.prints import (
    Value,
    as_interval,
    bounded,
    decimal_text,
    decimals,
    name_tests,
    quantity,
    significant_text,
    statistic_rules,
    statistic_values,
)
from commsvc.published.claims.sentences import listing, sentence, tests_sentence
from commsvc.published.claims.verdict import TRIED, Lacking, Outcome, Unreadable, kind
from commsvc.words.messages import Text, message

# What n − 1 in the divisor and the rounding of the mean may add to the largest SD of a scale.
_ALLOWANCE: Final = Fraction(105, 100)
# Programs round means; only percentages reckoned by hand are cut off.
_ROUNDED: Final = ("half_up", "half_even")
# Sums of squares gone through for one mean; beyond it the figures say too little to be wrong.
_MOST_SQUARES: Final = 1_000_000


@kind("mean_sd", values=each(number), counts=counts, printed=figures(1, 2))
def mean_sd(
    values: Sequence[Fraction], counts: Sequence[int], printed: Sequence[Printed]
) -> Outcome:
    """Whether a mean and a standard deviation follow from the counts of the answers.

    Parameters
    ----------
    values : the answers' values, as 1 to 5
    counts : how many gave each
    printed : ``[mean, SD]``, or the mean alone

    Returns
    -------
    Verdict
        with `values`: mean and SD with n − 1 (the SD null for one answer). Both are compared
        exactly, the SD through its square.

    Examples
    --------
    >>> print(mean_sd([1, 2, 3], [1, 1, 2], ["2.25", "0.957"]))
    the mean is 2.250, the SD 0.9574; 2.25 (0.957) is printed: agrees
    """
    pairs = list(zip(values, sequence(counts, "counts", len(values)), strict=True))
    n = sum(counts)
    if n == 0:
        raise Lacking(message("nobody answered: there is no mean"))
    if n == 1 and len(printed) == 2:
        raise Lacking(message("one answer has no standard deviation"))
    mean = sum((v * k for v, k in pairs), Fraction(0)) / n
    squares = sum((k * (v - mean) ** 2 for v, k in pairs), Fraction(0))
    variance = squares / (n - 1) if n > 1 else None
    rules = tuple(r for r in TRIED if _moments_print(mean, variance, printed, r))
    sd = None if variance is None else sqrt(variance)
    instead: Text | str = ""
    if not rules and len(printed) == 2 and _moments_print(mean, squares / n, printed, "half_up"):
        instead = message("that SD has n, not n − 1, below")
    found = message(
        "the mean is {mean}, the SD {sd}",
        mean=significant_text(mean),
        sd="–" if sd is None else significant_text(sd),
    )
    said = sentence(found, printed_text(printed), rules, instead)
    return Outcome(rules, {"values": [mean, sd]}, said)


def _moments_print(
    mean: Fraction, variance: Fraction | None, printed: Sequence[Printed], rule: str
) -> bool:
    """Whether a mean and the root of a variance print so; squares alone are compared."""
    if mean not in statistic_values(printed[0].text, rule):
        return False
    if len(printed) == 1 or variance is None:
        return True
    return variance in _squared(statistic_values(printed[1].text, rule))


def _squared(values: Interval) -> Interval:
    """The squares of the non-negative numbers of a set."""
    kept = values.intersect(Interval(Fraction(0), None, True, False))
    if kept.empty:
        return Interval(Fraction(0), Fraction(0), False, False)
    return Interval(
        None if kept.low is None else kept.low**2,
        None if kept.high is None else kept.high**2,
        kept.low_closed,
        kept.high_closed,
    )


@kind("sd_bound", scale=each(number, 2), mean=as_it_is, printed=printed_number)
def sd_bound(scale: Sequence[Fraction], mean: Any, printed: Printed) -> Outcome:
    """Whether a standard deviation is possible on a scale, given its mean.

    Answers between `low` and `high` with this mean have an SD of at most
    √((high − mean)(mean − low)) (Bhatia and Davis, 2000); 5 % is allowed for n − 1 and rounding.

    Parameters
    ----------
    scale : ``[low, high]``, the lowest and highest possible answer
    mean : a number, taken as it is, or a string as printed, which may be whatever rounds to it
    printed : the SD as printed

    Returns
    -------
    Verdict
        with `largest_sd`, before the 5 %

    Examples
    --------
    >>> print(sd_bound([1, 5], 3.0, "2.4"))
    with mean 3.0 on a scale from 1 to 5 the SD is at most 2.000; 2.4 is printed: impossible
    """
    low, high = scale
    if low >= high:
        raise Unreadable(f"the scale runs from {low} to {high}")
    ends = {"low": significant_text(low), "high": significant_text(high)}
    means = quantity(mean, "mean").intersect(Interval.of(low, high))
    if means.empty:
        none = message("a mean of {mean} is impossible on a scale from {low} to {high}",
                       mean=mean, **ends)  # fmt: skip
        return Outcome((), {"largest_sd": None}, none)
    # The bound is largest at the middle of the scale, or as near to it as the mean may be.
    lowest, highest = _low_and_high(means)
    at = min(max((low + high) / 2, lowest), highest)
    bound = (high - at) * (at - low)
    least = printed.face if printed.face is not None and not printed.hedge else None
    if least is None:
        least = (printed.values.low if printed.values else None) or Fraction(0)
    rules = TRIED if least >= 0 and least**2 <= _ALLOWANCE**2 * bound else ()
    found = message(
        "with mean {mean} on a scale from {low} to {high} the SD is at most {sd}",
        mean=mean,
        sd=significant_text(sqrt(bound)),
        **ends,
    )
    said = sentence(found, printed.text, rules, message("impossible"))
    return Outcome(rules, {"largest_sd": sqrt(bound)}, said)


def _low_and_high(values: Interval) -> tuple[Fraction, Fraction]:
    """The ends of a set that has two."""
    return values.low or Fraction(0), values.high or Fraction(0)


# Granularity: means of whole numbers


@kind("grim", of=positive, printed=printed_number, items=positive)
def grim(of: int, printed: Printed, items: int = 1) -> Outcome:
    """Whether a mean can be that of whole numbers from so many people.

    The test of granularity (GRIM; Brown and Heathers, 2017).

    Parameters
    ----------
    of : how many people
    printed : the mean as printed
    items : over how many questions each person's mean was taken

    Returns
    -------
    Verdict
        with `sums`, the totals that print so, and where there is none `nearest`

    Examples
    --------
    >>> print(grim(43, "5.27"))
    no whole numbers of 43 people have the mean 5.27: 226/43 is 5.256, 227/43 is 5.279
    """
    found = {rule: _sums(of * items, printed, rule) for rule in _ROUNDED}
    rules = tuple(rule for rule in _ROUNDED if found[rule])
    if rules:
        sums = found[rules[0]]
        fits = message("of {n}, the sum {sums} would give it", n=of * items, sums=listing(sums))
        return Outcome(rules, {"sums": list(sums)[:100]}, sentence(fits, printed.text, rules))
    middle = (printed.face or Fraction(0)) * of * items
    nearest = [floor(middle), ceil(middle)]
    places = decimals(printed) + 1
    texts = [f"{s}/{of * items}" for s in nearest]
    shown = [decimal_text(Fraction(s, of * items), places) for s in nearest]
    none = message(
        "no whole numbers of {n} people have the mean {mean}: {a} is {x}, {b} is {y}",
        n=of, mean=printed.text, a=texts[0], x=shown[0], b=texts[1], y=shown[1],
    )  # fmt: skip
    return Outcome((), {"sums": [], "nearest": nearest}, none)


def _sums(base: int, printed: Printed, rule: str) -> range:
    """The totals of `base` whole numbers whose mean prints so."""
    values = statistic_values(printed.text, rule) * base
    return values.whole() if values.bounded else range(0)


def mean_and_sd(value: Any, name: str) -> list[Printed]:
    """A printed SD, or a mean and an SD."""
    return figures(1, 2)(value, name)


@kind("grimmer", of=positive, printed=mean_and_sd, mean=printed_number, items=positive)
def grimmer(
    of: int, printed: Sequence[Printed], mean: Printed | None = None, items: int = 1
) -> Outcome:
    """Whether a mean and an SD can be those of whole numbers from so many people.

    A sum of squares of whole numbers is whole, and odd where their sum is odd (GRIMMER; Anaya,
    2016; Allard, 2018).

    Parameters
    ----------
    of : how many people, at least two
    printed : ``[mean, SD]``, or the SD alone
    mean : the mean as printed, where `printed` is the SD alone
    items : over how many questions each person's mean was taken

    Returns
    -------
    Verdict
        with `sums`: the totals for which a sum of squares prints the SD

    Examples
    --------
    >>> print(grimmer(18, ["3.44", "2.47"]))
    no whole numbers of 18 people have this mean and SD; 3.44 (2.47) is printed: impossible
    """
    both = _both(printed, mean)

    def fits(total: int, rule: str) -> bool:
        # (n − 1) SD² + (Σx)²/n is the sum of squares, of what each person's questions add up to.
        spread = _squared(statistic_values(both[1].text, rule)) * (items * items * (of - 1))
        squares = (spread + Fraction(total * total, of)).whole()
        start = squares.start + (squares.start - total) % 2
        return start < squares.stop

    return _granular(of, items, both, fits)


@kind("debit", of=positive, printed=mean_and_sd, mean=printed_number)
def debit(of: int, printed: Sequence[Printed], mean: Printed | None = None) -> Outcome:
    """Whether a mean and an SD can be those of yes and no (0 and 1) from so many people.

    The SD of such answers follows from their mean: SD² = n/(n − 1) · p(1 − p) (DEBIT; Heathers
    and Brown, 2019).

    Parameters
    ----------
    of : how many people, at least two
    printed : ``[mean, SD]``, or the SD alone
    mean : the mean as printed, where `printed` is the SD alone

    Returns
    -------
    Verdict
        with `sums`: the numbers of yes that print both

    Examples
    --------
    >>> debit(20, ["0.35", "0.49"]).verdict, debit(20, ["0.35", "0.18"]).verdict
    ('consistent', 'inconsistent')
    """
    both = _both(printed, mean)

    def fits(total: int, rule: str) -> bool:
        variance = Fraction(total * (of - total), of * (of - 1))
        return 0 <= total <= of and variance in _squared(statistic_values(both[1].text, rule))

    return _granular(of, 1, both, fits)


def _both(printed: Sequence[Printed], mean: Printed | None) -> list[Printed]:
    both = [*printed] if len(printed) == 2 else [*([mean] if mean else []), *printed]
    if len(both) != 2:
        raise Lacking(message("{name} is missing", name="mean"))
    return both


def _granular(
    of: int, items: int, both: Sequence[Printed], fits: Callable[[int, str], bool]
) -> Outcome:
    if of < 2:
        raise Lacking(message("one answer has no standard deviation"))
    sums = {rule: _sums(of * items, both[0], rule) for rule in _ROUNDED}
    if sum(map(len, sums.values())) > _MOST_SQUARES or not all(
        statistic_values(figure.text, "half_up").bounded for figure in both
    ):
        raise Lacking(message("{name} is not given closely", name="mean"))
    held = {rule: [s for s in sums[rule] if fits(s, rule)] for rule in _ROUNDED}
    rules = tuple(rule for rule in _ROUNDED if held[rule])
    found: Text = message("no whole numbers of {n} people have this mean and SD", n=of)
    if rules:
        found = message("of {n}, the sum {sums} would give it", n=of * items,
                        sums=listing(held[rules[0]]))  # fmt: skip
    said = sentence(found, printed_text(both), rules, message("impossible"))
    return Outcome(rules, {"sums": held[rules[0]] if rules else []}, said)


# Two means compared


def group(value: Any, name: str) -> tuple[Interval, Interval, int]:
    """The mean, SD and size of a group."""
    mean, sd, n = sequence(value, name, 3)
    size = whole(n, f"{name}[2]")
    if size < 2:
        raise Lacking(message("{name} has {n} answers: no t-test", name=name, n=size))
    return bounded(mean, f"{name}[0]"), bounded(sd, f"{name}[1]"), size


@kind("t_test", groups=each(group, 2), statistic=word, printed=printed_number)
def t_test(
    groups: Sequence[tuple[Interval, Interval, int]], statistic: str, printed: Printed
) -> Outcome:
    """Which t-test of two printed means prints so.

    Parameters
    ----------
    groups : ``[[mean, SD, n], [mean, SD, n]]``; a number is taken as it is, a string may be
        whatever rounds to it
    statistic : ``"t"`` or ``"p"``: which is printed
    printed : t (its sign is that of the order of the groups, which is not held against it) or P

    Returns
    -------
    Verdict
        with `values`: `pooled_t`, `pooled_p` (Student), `welch_t`, `welch_p` of the figures as they
        stand, first minus second. With printed strings, t and P range over the corners of what
        the figures may be.

    Examples
    --------
    >>> t_test([[61.85, 9.55, 2797], [62.35, 9.56, 4747]], "p", "0.029").verdict
    'inconsistent'
    >>> t_test([["61.85", "9.55", 2797], ["62.35", "9.56", 4747]], "p", "0.029").tests
    ('pooled_p', 'welch_p')
    """
    if statistic not in ("t", "p"):
        raise Unreadable(f"statistic is {statistic!r}", allowed="t, p")
    ends = [(_floats(mean), _floats(sd), n) for mean, sd, n in groups]
    (means1, sds1, n1), (means2, sds2, n2) = ends
    if min(sds1[0], sds2[0]) < 0 and max(sds1[1], sds2[1]) <= 0:
        raise Unreadable("an SD is below 0")
    corners = [
        _t_tests(m1 - m2, max(s1, 0.0), n1, max(s2, 0.0), n2)
        for m1, m2, s1, s2 in product(set(means1), set(means2), set(sds1), set(sds2))
        if max(s1, s2) > 0
    ]
    if not corners:
        raise Lacking(message("both SDs are 0: t is not defined"))
    middle = _t_tests(sum(means1) / 2 - sum(means2) / 2, sum(sds1) / 2, n1, sum(sds2) / 2, n2)
    # Where the means may be equal, P may be 1, which no corner shows.
    equal = means1[0] - means2[1] <= 0 <= means1[1] - means2[0]
    held = _over_corners(corners, statistic, Fraction(1) if equal else None)
    each_rules = {name: _either_sign(v, printed.text, statistic) for name, v in held.items()}
    rules, tests = name_tests(each_rules)
    note, decided = remarks(held.values(), printed, rules) if statistic == "p" else ("", {})
    said = tests_sentence(found_tests(middle, printed), printed.text, tests)
    return Outcome(rules, {"values": middle, **decided}, said, tests, note)


def _floats(values: Interval) -> tuple[float, float]:
    low, high = _low_and_high(values)
    return float(low), float(high)


def _over_corners(
    corners: Sequence[Mapping[str, Any]], statistic: str, largest_p: Fraction | None
) -> dict[str, Value]:
    """The range of each test's t or P over the corners of what the figures may be."""
    held: dict[str, Value] = {}
    for name in (f"pooled_{statistic}", f"welch_{statistic}"):
        at = [corner[name] for corner in corners]
        low, high = as_interval(min(at)).low, as_interval(max(at)).high
        held[name] = Interval(low, largest_p if largest_p and statistic == "p" else high)
    return held


def _t_tests(difference: float, s1: float, n1: int, s2: float, n2: int) -> dict[str, Value]:
    v1, v2 = s1**2 / n1, s2**2 / n2
    pooled = ((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2)
    student = difference / sqrt(pooled * (1 / n1 + 1 / n2))
    welch = difference / sqrt(v1 + v2)
    df = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    return {
        "pooled_t": student,
        "pooled_p": p_of("t", abs(student), [n1 + n2 - 2]),
        "welch_t": welch,
        "welch_p": p_of("t", abs(welch), [df]),
    }


def _either_sign(value: Value, text: str, statistic: str) -> tuple[str, ...]:
    rules = set(statistic_rules(value, text))
    if statistic == "t":
        rules |= set(statistic_rules(-as_interval(value), text))
    return tuple(rule for rule in TRIED if rule in rules)
