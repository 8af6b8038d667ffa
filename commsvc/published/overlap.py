"""Whether one text stands inside another, from fingerprints that do not give the text away.

A text is cut into overlapping shingles of k characters. Equal shingles at consecutive positions
are a block that both texts share. For publication the shingles are replaced by numbers
(`relabel`): the numbers say which shingles are equal and nothing else, so that nobody can read
the text from them, and anyone who has the text gets the same numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from commsvc.errors import CommsvcError

SHINGLE: Final = 8
_NOT_HAN: Final = re.compile(r"[^一-鿿]+")


@dataclass(frozen=True)
class Block:
    """A run of characters that two texts share.

    Attributes
    ----------
    start_a, start_b : where it begins in either text, in characters from 0
    length : how many characters it has; 0 where the texts share no shingle
    """

    start_a: int
    start_b: int
    length: int


def plain(text: str) -> str:
    """The Han characters of a text: what stays the same through punctuation and layout.

    >>> plain("社区服务 (2 处)，社区。")
    '社区服务处社区'
    """
    return _NOT_HAN.sub("", text)


def shingles(text: str, k: int = SHINGLE) -> list[str]:
    """Every run of k consecutive characters, in order; none where the text is shorter.

    Source: Broder (1997), On the resemblance and containment of documents, with characters in
    place of words, because Chinese is written without spaces.

    >>> shingles("社区服务", 3)
    ['社区服', '区服务']
    """
    if k < 1:
        raise CommsvcError(f"a shingle of {k} characters is no shingle", allowed="k of 1 or more")
    return [text[i : i + k] for i in range(len(text) - k + 1)]


def fingerprint(text: str, k: int = SHINGLE) -> tuple[str, ...]:
    """The hash of each shingle by position: 8 hexadecimal digits of BLAKE2b of its UTF-8 bytes.

    Two different shingles share a hash with probability 2**-32. Short shingles can be guessed
    from their hashes one character at a time: `relabel` before publishing.

    >>> fingerprint("社区服务", 3)
    ('612dd8d0', '3e6faf54')
    """
    return tuple(blake2b(s.encode(), digest_size=4).hexdigest() for s in shingles(text, k))


def relabel(*prints: Sequence[Hashable]) -> list[list[int]]:
    """Fingerprints with each shingle replaced by the number of its first appearance.

    >>> relabel(["x", "y", "x"], ["z", "y"])
    [[0, 1, 0], [2, 1]]
    """
    numbers: dict[Hashable, int] = {}
    return [[numbers.setdefault(shingle, len(numbers)) for shingle in one] for one in prints]


def longest_common_block(a: Sequence[Hashable], b: Sequence[Hashable], k: int = SHINGLE) -> Block:
    """The longest run of characters that two texts share, from their fingerprints.

    Parameters
    ----------
    a, b : fingerprints, one entry a position (`fingerprint`, `shingles` or `relabel`)
    k : the length of their shingles; shorter common runs are not seen

    Where several are equally long, it is the one that begins first in `a`, then in `b`.

    Examples
    --------
    >>> longest_common_block(shingles("甲乙丙丁戊", 2), shingles("丑乙丙丁子", 2), 2)
    Block(start_a=1, start_b=1, length=3)
    """
    places = defaultdict(list)
    for j, shingle in enumerate(b):
        places[shingle].append(j)
    best = Block(0, 0, 0)
    # run[j]: how many shingles up to and including position j of b match those up to i of a.
    run: dict[int, int] = {}
    for i, shingle in enumerate(a):
        run = {j: run.get(j - 1, 0) + 1 for j in places.get(shingle, ())}
        for j, n in run.items():
            if n + k - 1 > best.length:
                best = Block(i - n + 1, j - n + 1, n + k - 1)
    return best


def containment(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """The share of the distinct shingles of `a` that also stand in `b` (Broder 1997).

    >>> containment(shingles("社区服务", 2), shingles("社区服务业", 2))
    1.0
    """
    return len(set(a) & set(b)) / _some(len(set(a)))


def jaccard(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """Shared distinct shingles by all distinct shingles: Broder's resemblance.

    >>> jaccard(shingles("社区服务", 2), shingles("社区服务业", 2))
    0.75
    """
    return len(set(a) & set(b)) / _some(len(set(a) | set(b)))


def _some(n: int) -> int:
    if n == 0:
        raise CommsvcError(
            "an empty fingerprint has no share of anything",
            next_step="use a text of at least k characters",
        )
    return n
