"""Which whole numbers a printed percentage allows: counts, denominators, sample sizes.

Exact throughout: a percentage is the interval of shares that print so (`commsvc.printed`), its
ends are fractions, and whether a whole number lies inside is decided in integers.

Percentages are strings. One without a unit (``"73.5"``) is read as a percentage; ``‰`` and 成 are
read by their unit; ``三分之一`` and ``1/3`` are the fraction itself; ``<0.1%`` is what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.printed import Interval, read

Ints = NDArray[np.int64]

_LARGEST = 2**62
# A share lies between nothing and all; what rounding adds beyond is no share.
_ALL = Interval.of(0, 1)


def share_values(printed: str | float, rule: str = "half_up") -> Interval:
    """Every share of one that prints as the percentage.

    Parameters
    ----------
    printed : the percentage as printed; a number (a JSON ``50.0``) is read as Python writes it
    rule : one of `commsvc.printed.RULES`

    Raises
    ------
    CommsvcError : no number, a masked number, or no share between 0 and 100 % prints so

    Examples
    --------
    >>> print(share_values("73.5%") * 100)
    [73.45, 73.55)
    """
    text = str(printed) if isinstance(printed, (int, float)) else printed
    if not isinstance(text, str):
        raise CommsvcError(f"a percentage is {text!r}", allowed="a string such as '73.5%'")
    return _share_values(text, rule)


# A report repeats its percentages, and reading one costs more than all that follows.
@lru_cache(maxsize=4096)
def _share_values(text: str, rule: str) -> Interval:
    value = read(text, rule=rule)
    if value.kind == "number" and value.unit == "":
        value = read(f"{text.strip()}%", rule=rule)
    if value.values is None:
        raise CommsvcError(f"the percentage {text!r} is masked", next_step="leave it out")
    shares = value.in_base_unit().intersect(_ALL)
    if shares.empty:
        raise CommsvcError(
            f"{text!r} is no percentage of a whole",
            allowed="0% to 100%",
            next_step="pass a share of one as a percentage: '73.5%' for 0.735",
        )
    return shares


def whole_bounds(shares: Interval, sizes: Ints) -> tuple[Ints, Ints]:
    """First and last whole count of each size whose share lies in `shares`.

    Parameters
    ----------
    shares : shares of one, within [0, 1]
    sizes : (m,) whole numbers, at least 0

    Returns
    -------
    (m,) first and (m,) last; first > last where no count fits
    """
    low, high = shares.low, shares.high
    if low is None or high is None:
        raise CommsvcError("an unbounded set of shares allows no finite list of counts")
    largest = max(low.numerator, low.denominator, high.numerator, high.denominator)
    top = int(sizes.max(initial=1))
    # Past 64 bits the arithmetic goes on in Python's own integers: slower, never wrong.
    n = sizes.astype(object) if largest * top >= _LARGEST else sizes
    first = -(-low.numerator * n // low.denominator)
    if not shares.low_closed:
        first = low.numerator * n // low.denominator + 1
    last = high.numerator * n // high.denominator
    if not shares.high_closed:
        last = -(-high.numerator * n // high.denominator) - 1
    return np.asarray(first, dtype=np.int64), np.asarray(last, dtype=np.int64)


def attainable(of: int, printed: str, rule: str = "half_up") -> list[int]:
    """The whole numbers of `of` that print as the percentage (GRIM for a percentage).

    An empty list says that no count out of `of` prints so. Brown and Heathers (2017), The GRIM
    test, give the idea for means.

    Examples
    --------
    >>> attainable(986, "11.8%"), attainable(986, "11.8%", "truncate"), attainable(415, "38.4%")
    ([116], [117], [])
    """
    of = _whole("the denominator", of, least=1)
    first, last = whole_bounds(share_values(printed, rule), np.array([of]))
    return list(range(int(first[0]), int(last[0]) + 1))


def denominators(
    count: int, share: str, within: tuple[int, int] | None = None, rule: str = "half_up"
) -> list[int]:
    """The denominators under which `count` prints as the percentage.

    Parameters
    ----------
    count : how many
    share : their percentage, as printed
    within : first and last denominator that is possible; needed where the percentage sets no
        upper limit (a printed ``0.0%``)

    Raises
    ------
    CommsvcError : without `within`, where every large enough denominator prints so

    Examples
    --------
    >>> denominators(30, "60.0%"), denominators(45, "75.0%"), denominators(12, "33%")
    ([50], [60], [36])
    """
    count = _whole("the count", count, least=0)
    shares = share_values(share, rule)
    if (count == 0 and 0 not in shares) or (count > 0 and shares.high == 0):
        return []
    unlimited = count == 0 or not shares.low
    if within is None and unlimited:
        raise CommsvcError(
            f"{count} printed as {share} leaves the denominator without an upper limit",
            next_step="give the denominators that are possible as within=(first, last)",
        )
    start, stop = (1, None) if within is None else _span(within)
    # Below count/high, and above count/low, nothing needs to be tried.
    start = max(start, count, 1, int(Fraction(count) / shares.high) if shares.high else 1)
    limit = None if unlimited or not shares.low else int(Fraction(count) / shares.low)
    ends = [end for end in (stop, limit) if end is not None]
    sizes = np.arange(start, min(ends) + 1, dtype=np.int64)
    first, last = whole_bounds(shares, sizes)
    return [int(n) for n in sizes[(first <= count) & (count <= last)]]


def sample_sizes(
    shares: Sequence[str],
    within: tuple[int, int],
    counts: Sequence[int | None] | None = None,
    rule: str = "half_up",
) -> list[int]:
    """The sample sizes under which every percentage is a whole number of people.

    Parameters
    ----------
    shares : percentages of one and the same sample
    within : first and last size to try, both included
    counts : the count behind each percentage, `None` where it is not printed

    Examples
    --------
    >>> sample_sizes(["57.14%", "42.86%", "21.43%"], (30, 69))
    [42, 56]
    """
    if isinstance(shares, str):
        raise CommsvcError(f"{shares!r} is one string, not a list of percentages")
    known: Sequence[int | None] = [None] * len(shares) if counts is None else counts
    if len(known) != len(shares):
        raise CommsvcError(
            f"{len(known)} counts for {len(shares)} percentages",
            next_step="give one count a percentage, None where it is not printed",
        )
    start, stop = _span(within)
    sizes = np.arange(max(start, 1), stop + 1, dtype=np.int64)
    for share, count in zip(shares, known, strict=True):
        first, last = whole_bounds(share_values(share, rule), sizes)
        fits = first <= last
        if count is not None:
            count = _whole("the count", count, least=0)
            fits = (first <= count) & (count <= last)
        sizes = sizes[fits]
    return [int(n) for n in sizes]


def _whole(what: str, value: object, least: int) -> int:
    number = value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < least:
        raise CommsvcError(f"{what} is {value!r}", allowed=f"a whole number from {least} up")
    return int(number)


def _span(within: Sequence[int]) -> tuple[int, int]:
    if len(within) != 2 or within[0] > within[1]:
        raise CommsvcError(
            f"{within!r} is no span of sizes", allowed="(first, last), first not after last"
        )
    return _whole("the first size", within[0], 0), _whole("the last size", within[1], 0)
