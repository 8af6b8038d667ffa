"""A character-pair model of a page, learned from the page itself.

What a damaged place should read is asked of the rest of the page. A place being judged never
votes, not for itself and not for its like: every place that may be damaged is left out of what is
learned, because a host makes the same mistake more than once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from . import gbk
from .script import simplified_codes

# Weight of what is known beforehand against pairs seen on the page, of that how much words decide,
# and of the prior over single characters against the page.
PAIR_WEIGHT = 4.0
WORD_SHARE = 0.5
PRIOR_WEIGHT = 2000.0
# Where Chinese characters begin.
FIRST_HAN = 0x3400
# A break between texts that do not belong together.
BREAK = 0

FULL_WIDTH = str.maketrans("，；：？！（）％　", ",;:?!()% ")


@cache
def folding() -> NDArray[np.int64]:
    """Code point to the one the model counts: simplified, half-width punctuation."""
    table = simplified_codes().astype(np.int64)
    for full, half in FULL_WIDTH.items():
        table[full] = half
    table[[ord("\n"), 0xFFFF]] = BREAK
    return table


@cache
def prior() -> NDArray[np.float64]:
    """How likely a character is before the page has been read, by its place in GB 2312.

    Level 1 are the 3 755 characters in common use, level 2 the 3 008 less common; then what only
    the larger sets have; then symbols, and private use, which no text means to hold.
    """
    lead = gbk.codes() >> 8
    trail = gbk.codes() & 0xFF
    han = (trail >= 0xA1) & (lead >= 0xB0) & (lead <= 0xF7)
    points = np.arange(0x10000)
    in_han = (points >= 0x4E00) & (points < 0xA000)
    weight = np.full(0x10000, 1e-3 / 0x10000)
    weight[in_han] = 0.01 / 0x5200
    weight[han & (lead >= 0xD8)] = 0.02 / 3008
    weight[han & (lead < 0xD8)] = 0.85 / 3755
    for char in ",.;:?!()% \"'-0123456789、。“”《》①②③④⑤⑥⑦⑧⑨⑩—":
        weight[ord(char)] = 0.1 / 50
    weight[BREAK] = 0.01
    return weight / weight.sum()


def fold(text: str) -> NDArray[np.int64]:
    """Text as the model's characters; what lies beyond the first plane is a break."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return folding().take(points, mode="clip")


@dataclass(frozen=True)
class Words:
    """Two-character words of general Chinese: the share of the second character after the first."""

    keys: NDArray[np.int64]
    share: NDArray[np.float64]

    @classmethod
    def counted(cls, frequencies: Mapping[str, float]) -> Words:
        """From word frequencies; only words of two characters count."""
        pairs = [(word, f) for word, f in frequencies.items() if len(word) == 2 and f > 0]
        if not pairs:
            # No outside knowledge: every share is 0.
            return cls(np.zeros(0, dtype=np.int64), np.zeros(0))
        chars = fold("".join(word for word, _ in pairs)).reshape(-1, 2)
        keys, where = np.unique(chars[:, 0] << 16 | chars[:, 1], return_inverse=True)
        weight = np.bincount(where, np.array([f for _, f in pairs], dtype=float))
        of_first = np.bincount(keys >> 16, weight, minlength=0x10000)
        return cls(keys, weight / of_first[keys >> 16])

    def of(self, keys: NDArray[np.int64]) -> NDArray[np.float64]:
        """The share of each pair, 0 for no word."""
        return _look_up(self.keys, self.share, keys)


@cache
def common_words() -> Words:
    """The 12 000 most frequent two-character words of jieba 0.42 (MIT), frequency as a power of 2."""
    lines = resources.files(__package__).joinpath("words.txt").read_text("utf-8").splitlines()
    frequencies = {}
    for line in lines:
        times, words = line.split(" ")
        frequencies.update({words[i : i + 2]: float(times) for i in range(0, len(words), 2)})
    return Words.counted(frequencies)


def _look_up(keys: NDArray, values: NDArray, wanted: NDArray[np.int64]) -> NDArray:
    if not len(keys):
        return np.zeros(wanted.shape, dtype=values.dtype)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)


@dataclass(frozen=True)
class Model:
    """Counts of characters and of pairs of neighbours, with a smoothed score."""

    single: NDArray[np.int64]
    alone: NDArray[np.float64]
    keys: NDArray[np.int64]
    times: NDArray[np.int64]
    words: Words

    @classmethod
    def learn(cls, chars: NDArray[np.int64], words: Words | None = None) -> Model:
        """Count the characters (from `fold`) and pairs of a text."""
        keys, times = np.unique(chars[:-1] << 16 | chars[1:], return_counts=True)
        single = np.bincount(chars, minlength=0x10000)
        alone = (single + PRIOR_WEIGHT * prior()) / (single.sum() + PRIOR_WEIGHT)
        return cls(single, alone, keys, times, common_words() if words is None else words)

    def times_of(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """How often each pair occurs on the page."""
        return _look_up(self.keys, self.times, keys)

    def chain(self, chars: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log probability of each row of characters after its first one, in nats."""
        before, after = chars[:, :-1], chars[:, 1:]
        keys = before << 16 | after
        both, of_before = self.times_of(keys), self.single[before]
        word = self.words.of(keys)
        # Words tell which character follows a character; of punctuation they say nothing.
        share = np.where(after >= FIRST_HAN, WORD_SHARE, 0.0)
        beforehand = (1 - share) * self.alone[after] + share * word
        likely = (both + PAIR_WEIGHT * beforehand) / (of_before + PAIR_WEIGHT)
        # Behind a word the page has nowhere else, what follows its last character in other words
        # says nothing either.
        new_word = (word[:, :-1] > 0) & (both[:, :-1] == 0)
        likely[:, 1:] = np.where(new_word, beforehand[:, 1:], likely[:, 1:])
        scores: NDArray[np.float64] = np.log(likely).sum(1)
        return scores

    def score(self, text: str) -> float:
        """Log probability of a text after its first character, in nats."""
        return float(self.chain(fold(text)[None, :])[0])

    def support(self, text: str) -> int:
        """How many of its pairs the page has elsewhere."""
        chars = fold(text)
        return int((self.times_of(chars[:-1] << 16 | chars[1:]) > 0).sum())
