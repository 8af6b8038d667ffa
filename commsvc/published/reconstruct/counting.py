"""How many tables there are, exactly, without listing them.

Two ways to one number, both dynamic programmes over reachable totals, both meeting in the middle
(the first half of the groups, the second half, and the sums that complete each other):

- *sparse*: reachable sums as sorted keys with how many choices reach each; for any table;
- *dense*, for k×2 tables: the number of choices by (size so far, yes so far) is a product of
  polynomials in two variables, multiplied by Fourier transform. The count of yes is kept modulo a
  width beyond which no table of the full size can lie, since every share lies between the least
  and the largest printed one. The coefficients are whole numbers: they are rounded only where
  the error bound of the transform leaves no other whole number, and the halves are then joined
  in integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log2, prod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.published.reconstruct.admissible import Ints
from commsvc.published.reconstruct.problem import Keys

# Sums formed in all, and at once, by the sparse way.
_WORK: Final = 200_000_000
_STEP: Final = 4_000_000
# Below this many sums the sparse way is the quicker one for k×2 tables, too.
_SMALL: Final = 400_000
_CELLS: Final = 40_000_000
_LIMB: Final = 24
_ROWS: Final = 256

Tally = tuple[Ints, NDArray[Any]]


def count_tables(options: Sequence[Ints], targets: Sequence[Sequence[int]]) -> int:
    """The number of ways to choose one row a group so that the columns add up to a target.

    Parameters
    ----------
    options : one (m, c) array a group
    targets : different column totals; choices that reach any of them are counted

    Raises
    ------
    CommsvcError : the problem is too large for an exact count
    """
    half = max(1, len(options) // 2)
    work = prod(map(len, options[:half])) + prod(map(len, options[half:]))
    if options[0].shape[1] == 2 and work > _SMALL and len(options) > 1:
        by_total: dict[int, list[int]] = {}
        for yes, no in targets:
            by_total.setdefault(yes + no, []).append(yes)
        return sum(_by_transform(options, total, yes) for total, yes in by_total.items())
    count = 0
    for target in targets:
        packed = Keys.pack(options, target)
        if packed.reachable:
            left = _tally(packed.keys[:half], packed.target)
            count += _joined(left, _tally(packed.keys[half:], packed.target), packed.target)
    return count


def reachable_totals(options: Sequence[Ints]) -> list[tuple[int, ...]]:
    """Every sum of columns that some choice of rows has, in ascending order."""
    sums = np.zeros((1, options[0].shape[1]), dtype=np.int64)
    for rows in options:
        if len(sums) * len(rows) > _STEP:
            raise CommsvcError(
                f"more than {_STEP} column totals to look through",
                next_step="give fewer groups, or sizes that are known more closely",
            )
        sums = np.unique((sums[:, None, :] + rows[None, :, :]).reshape(-1, sums.shape[1]), axis=0)
    return [tuple(int(v) for v in row) for row in sums]


def _tally(keys: Sequence[Ints], top: int) -> Tally:
    """Sums of one key a group up to `top`, ascending, and how many choices make each."""
    sums, many = np.zeros(1, dtype=np.int64), np.ones(1, dtype=object)
    work = 0
    for own in keys:
        work += len(sums) * len(own)
        if work > _WORK:
            raise CommsvcError(
                f"an exact count would form more than {_WORK} sums",
                next_step="give group sizes, or percentages with more decimals",
            )
        parts = []
        step = max(1, _STEP // max(len(own), 1))
        # While no count can pass 63 bits they are added as machine integers.
        many = many.astype(np.int64) if int(many.sum()) * len(own) < 2**62 else many.astype(object)
        for at in range(0, len(sums), step):
            total = (sums[at : at + step, None] + own[None, :]).ravel()
            weight = np.repeat(many[at : at + step], len(own))
            parts.append(_merge(total[total <= top], weight[total <= top]))
        sums, many = _merge(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    return sums, many


def _merge(keys: Ints, many: NDArray[Any]) -> Tally:
    if len(keys) == 0:
        return keys, many
    order = np.argsort(keys, kind="stable")
    keys, many = keys[order], many[order]
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    return keys[first], np.add.reduceat(many, first)


def _joined(left: Tally, right: Tally, target: int) -> int:
    (left_keys, left_many), (right_keys, right_many) = left, right
    if len(left_keys) == 0 or len(right_keys) == 0:
        return 0
    at = np.searchsorted(right_keys, target - left_keys)
    at = np.minimum(at, len(right_keys) - 1)
    met = right_keys[at] == target - left_keys
    return sum(int(a) * int(b) for a, b in zip(left_many[met], right_many[at[met]], strict=True))


def _by_transform(options: Sequence[Ints], total: int, yes: Sequence[int]) -> int:
    from scipy.fft import next_fast_len

    fitting = [rows[rows.sum(axis=1) <= total] for rows in options]
    if any(len(rows) == 0 for rows in fitting):
        return 0
    shares = [rows[:, 0] / rows.sum(axis=1) for rows in fitting]
    low, high = min(s.min() for s in shares), max(s.max() for s in shares)
    least, most = ceil(total * low - 1e-6), floor(total * high + 1e-6)
    width = most - least + 1
    modulus = next_fast_len(width + 1, real=True)
    if (total + 1) * modulus > _CELLS:
        raise CommsvcError(
            f"an exact count for {total} people needs a grid of {(total + 1) * modulus} cells",
            allowed=f"up to {_CELLS}",
            next_step="range_of() needs no count; sizes or more decimals make the grid smaller",
        )
    half = max(1, len(fitting) // 2)
    left = _product(fitting[:half], total, modulus)
    right = _product(fitting[half:], total, modulus)
    backwards, column = right[::-1], np.arange(modulus)
    count = 0
    for at in range(0, total + 1, _ROWS):
        part, other = left[at : at + _ROWS], backwards[at : at + _ROWS]
        for x in yes:
            if least <= x <= most:
                count += _dot(part, other[:, (x - column) % modulus])
    return count


def _product(options: Sequence[Ints], total: int, modulus: int) -> Ints:
    """Choices by (size, yes modulo `modulus`), shape (total + 1, modulus), exact."""
    from scipy import fft

    length = fft.next_fast_len(2 * total + 1)
    norm = float(np.sqrt(len(options[0])))
    for rows in options[1:]:
        norm *= len(rows)
    # Error of the product of transforms, relative to the norms (Percival 2003, Math. Comp. 72).
    error = 20 * np.finfo(float).eps * log2(length * modulus) * norm
    if error > 0.1:
        raise CommsvcError(
            "the numbers of choices are too large for an exact transform",
            next_step="range_of() needs no count; sizes or more decimals make the count possible",
        )
    product = _spectrum(options[0], total, modulus)
    for rows in options[1:]:
        factor = _spectrum(rows, total, modulus)
        for at in range(0, len(product), 16):
            here = slice(at, at + 16)
            both = fft.fft(product[here], length) * fft.fft(factor[here], length)
            product[here] = fft.ifft(both)[:, : total + 1]
    cells = np.empty((total + 1, modulus), dtype=np.int64)
    for at in range(0, total + 1, _ROWS):
        part = np.ascontiguousarray(product[:, at : at + _ROWS].T)
        cells[at : at + _ROWS] = np.rint(fft.irfft(part, modulus, axis=1))
    return cells


def _spectrum(rows: Ints, total: int, modulus: int) -> NDArray[np.complex128]:
    """Transform over yes of a group's rows, for each size: (modulus // 2 + 1, total + 1)."""
    from scipy import fft

    size, yes = rows.sum(axis=1), rows[:, 0] % modulus
    spectrum = np.empty((modulus // 2 + 1, total + 1), dtype=np.complex128)
    for at in range(0, total + 1, _ROWS):
        grid = np.zeros((min(_ROWS, total + 1 - at), modulus))
        here = (size >= at) & (size < at + len(grid))
        grid[size[here] - at, yes[here]] = 1
        spectrum[:, at : at + len(grid)] = fft.rfft(grid, axis=1).T
    return spectrum


def _dot(a: Ints, b: Ints) -> int:
    """Σ a·b without overflow: in limbs whose products' row sums stay within 63 bits."""
    mask = (1 << _LIMB) - 1
    total = 0
    for i in range(0, int(a.max()).bit_length(), _LIMB):
        for j in range(0, int(b.max()).bit_length(), _LIMB):
            rows = np.einsum("ij,ij->i", (a >> i) & mask, (b >> j) & mask)
            total += sum(int(v) for v in rows) << (i + j)
    return total
