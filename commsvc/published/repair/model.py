"""A character-pair model of a page, learned from the page itself.

What a damaged place should read is asked of the rest of the page. A place being judged never
votes, not for itself and not for its like: every place that may be damaged is left out of what is
learned, because a host makes the same mistake more than once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from . import gbk
from .script import simplified_codes

# Weight of what is known beforehand against pairs seen on the page; of that how much words decide;
# of single characters against what the page has behind a sort of characters; and of the prior over
# single characters against the page. Within a factor of two of these the repairs hardly change.
PAIR_WEIGHT = 8.0
WORD_SHARE = 0.7
SORT_WEIGHT = 1000.0
PRIOR_WEIGHT = 2000.0
# What a character of GB 2312 is thought likely before the page is read, at least.
COMMON = 3e-6
# A character less likely than this neither the page nor common use knows.
UNHEARD_OF = 1e-7
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
    weight = np.full(0x10000, 1e-3 / 0x10000)
    weight[0x4E00:0xA000] = 0.01 / 0x5200
    for share, leads in ((0.85, range(0xB0, 0xD8)), (0.02, range(0xD8, 0xF8))):
        level = "".join(gbk.char(lead, trail) for lead in leads for trail in range(0xA1, 0xFF))
        points = [ord(char) for char in level if char < "\ue000"]
        weight[points] = share / len(points)
    for char in ",.;:?!()% \"'-0123456789、。“”《》①②③④⑤⑥⑦⑧⑨⑩—":
        weight[ord(char)] = 0.1 / 50
    weight[BREAK] = 0.01
    return weight / weight.sum()


@cache
def common(char: str) -> bool:
    """Whether a character or its simplified form is in GB 2312, as lost ones will have been."""
    return bool(prior()[folding()[ord(char)]] > COMMON)


def fold(text: str) -> NDArray[np.int64]:
    """Text as the model's characters; what lies beyond the first plane is a break."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return folding().take(points, mode="clip")


def pair(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.uint32]:
    """The number of each pair of characters (code points below 0x10000)."""
    return (before << 16 | after).astype(np.uint32)


# Which of some characters stands between two others, and the answer: scores and characters.
# A character other than the usual one, if there is one, pays.
Request = tuple[str, str, str, str]
Ranked = list[tuple[float, str]]

_fold_once = cache(fold)


@dataclass(frozen=True)
class Words:
    """Two-character words of general Chinese: the share of the second character after the first."""

    keys: NDArray[np.uint32]
    share: NDArray[np.float64]

    @classmethod
    def counted(cls, frequencies: Mapping[str, float]) -> Words:
        """From word frequencies; only words of two characters count."""
        pairs = [(word, f) for word, f in frequencies.items() if len(word) == 2 and f > 0]
        if not pairs:
            # No outside knowledge: every share is 0.
            return cls(np.zeros(0, dtype=np.uint32), np.zeros(0))
        chars = fold("".join(word for word, _ in pairs)).reshape(-1, 2)
        keys, where = np.unique(pair(chars[:, 0], chars[:, 1]), return_inverse=True)
        weight = np.bincount(where, np.array([f for _, f in pairs], dtype=float))
        of_first = np.bincount(keys >> 16, weight, minlength=0x10000)
        return cls(keys, weight / of_first[keys >> 16])

    def of(self, keys: NDArray[np.uint32]) -> NDArray[np.float64]:
        """The share of each pair, 0 for no word."""
        return _look_up(self.keys, self.share, keys)


@cache
def common_words() -> Words:
    """The 12 000 most frequent two-character words of jieba 0.42 (MIT), in powers of two."""
    lines = resources.files(__package__).joinpath("words.txt").read_text("utf-8").splitlines()
    frequencies = {}
    for line in lines:
        times, words = line.split(" ")
        frequencies.update({words[i : i + 2]: float(times) for i in range(0, len(words), 2)})
    return Words.counted(frequencies)


def in_words(text: str) -> NDArray[np.bool_]:
    """Which of the pairs of neighbouring Chinese characters in a text are common words.

    About two in five are in modern Chinese, one in twenty in classical, and none where bytes of
    another encoding are read as GBK.

    >>> in_words("社区服务，中心").tolist()
    [True, False, True, True]
    """
    chars = fold(text)
    han = chars >= FIRST_HAN
    both = han[:-1] & han[1:]
    found: NDArray[np.bool_] = common_words().of(pair(chars[:-1][both], chars[1:][both])) > 0
    return found


def _look_up(keys: NDArray[np.uint32], values: NDArray, wanted: NDArray[np.uint32]) -> NDArray:
    if not len(keys):
        return np.zeros(wanted.shape, dtype=values.dtype)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)


@cache
def sorts() -> NDArray[np.uint8]:
    """What sort of character each is, as far as that tells what may follow: a number.

    A break, a space, a mark that ends a clause, one that opens, one that closes, a digit, a letter,
    a Chinese character, anything else.
    """
    table = np.full(0x10000, 8, dtype=np.uint8)
    table[BREAK], table[ord(" ")] = 0, 1
    for sort, chars in enumerate((",;:?!。、…", "(“‘《【「『〔〈", ")”’》】」』〕〉"), start=2):
        table[[ord(char) for char in chars]] = sort
    table[ord("0") : ord("9") + 1] = 5
    table[0x41:0x250] = 6
    table[FIRST_HAN:0xA000] = 7
    return table


SORTS = 9


def _behind_sorts(keys: NDArray[np.uint32], times: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often each character stands behind each sort of character: sorts by code points."""
    sort, after = sorts()[keys >> 16].astype(np.int64), keys & 0xFFFF
    seen: NDArray[Any] = np.bincount(sort << 16 | after, times, minlength=SORTS << 16)
    return seen.reshape(SORTS, 0x10000)


@dataclass(frozen=True)
class Model:
    """Counts of characters and of pairs of neighbours, with a smoothed score."""

    single: NDArray[np.int64]
    alone: NDArray[np.float64]
    keys: NDArray[np.uint32]
    times: NDArray[np.int64]
    behind: NDArray[np.float64]
    words: Words

    @classmethod
    def of(cls, chars: NDArray[np.int64], words: Words | None = None) -> Model:
        """The model of a text's characters (from `fold`)."""
        single = np.bincount(chars, minlength=0x10000)
        keys, times = np.unique(pair(chars[:-1], chars[1:]), return_counts=True)
        alone = (single + PRIOR_WEIGHT * prior()) / (single.sum() + PRIOR_WEIGHT)
        known = common_words() if words is None else words
        return cls(single, alone, keys, times, _behind_sorts(keys, times), known)

    def has_heard_of(self, text: str) -> bool:
        """Whether the page or common use knows every one of these characters."""
        return bool((self.alone[fold(text)] >= UNHEARD_OF).all())

    @cached_property
    def _of_sort(self) -> NDArray[np.float64]:
        return self.behind.sum(1) + SORT_WEIGHT

    def _behind(self, before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.float64]:
        """How likely each character ``after`` is behind the sort of the one ``before`` it."""
        sort = sorts()[before]
        likely: NDArray[np.float64] = (
            self.behind[sort, after] + SORT_WEIGHT * self.alone[after]
        ) / self._of_sort[sort]
        return likely

    def _links(
        self,
        before: NDArray[np.int64],
        after: NDArray[np.int64],
        inner: NDArray[np.bool_],
        unseen: NDArray[np.bool_] | Literal[False] = False,
    ) -> NDArray[np.float64]:
        """Log probability of each character ``after``, given the one ``before`` it.

        The arrays run along texts; ``inner`` is true where a link has another of its text before,
        ``unseen`` where the page cannot have the pair, so that it tells nothing to see none.
        """
        keys = pair(before, after)
        both, word = _look_up(self.keys, self.times, keys), self.words.of(keys)
        # Words tell which character follows a character; of punctuation they say nothing.
        share = np.where(after >= FIRST_HAN, WORD_SHARE, 0.0)
        beforehand = (1 - share) * self._behind(before, after) + share * word
        likely = (both + PAIR_WEIGHT * beforehand) / (self.single[before] + PAIR_WEIGHT)
        # Behind a word the page has nowhere else, what follows its last character in other words
        # says nothing either.
        new_word = np.zeros(len(keys), dtype=bool)
        new_word[1:] = inner[1:] & (word[:-1] > 0) & (both[:-1] == 0)
        scores: NDArray[np.float64] = np.log(np.where(new_word | unseen, beforehand, likely))
        return scores

    def scores(self, texts: Iterable[str]) -> dict[str, float]:
        """Log probability of each text after its first character, in nats."""
        wanted = [text for text in dict.fromkeys(texts) if len(text) > 1]
        if not wanted:
            return {}
        chars = fold("".join(wanted))
        ends = np.cumsum([len(text) for text in wanted])
        starts = np.r_[0, ends[:-1]]
        # The link into a text's first character belongs to no text.
        inner = np.ones(len(chars), dtype=bool)
        inner[starts] = inner[starts + 1] = False
        links = self._links(np.r_[BREAK, chars[:-1]], chars, inner)
        links[starts] = 0.0
        return dict(zip(wanted, np.add.reduceat(links, starts).tolist(), strict=True))

    def likeliest(
        self, requests: Iterable[Request], keep: int, pays: float, *, unseen: bool
    ) -> dict[Request, Ranked]:
        """For (left, characters, right, usual one): the likeliest between, best first.

        ``pays`` is what any but the usual one pays; ``unseen`` says that the characters before
        ``right`` are such as the page never has there.
        """
        wanted = list(dict.fromkeys(requests))
        if not wanted:
            return {}
        chars = [_fold_once(middle) for _, middle, *_ in wanted]
        sizes = np.array([len(middle) for middle in chars])
        row = np.empty((sizes.sum(), 2, 2), dtype=np.int64)
        row[:, 0, 0] = np.repeat(fold("".join(left for left, *_ in wanted)), sizes)
        row[:, 0, 1] = row[:, 1, 0] = np.concatenate(chars)
        row[:, 1, 1] = np.repeat(fold("".join(right for _, _, right, _ in wanted)), sizes)
        inner = np.tile([False, True], len(row))
        links = self._links(row[..., 0].ravel(), row[..., 1].ravel(), inner, inner & unseen)
        found = {}
        for request, score in zip(
            wanted, np.split(links.reshape(-1, 2).sum(1), np.cumsum(sizes)[:-1]), strict=True
        ):
            if request[3]:
                score += pays
                score[request[1].index(request[3])] -= pays
            order = np.argsort(-score, kind="stable")[:keep]
            found[request] = [(float(score[i]), request[1][i]) for i in order]
        return found

    def support(self, text: str) -> int:
        """How many of its pairs the page has elsewhere."""
        chars = fold(text)
        return int((_look_up(self.keys, self.times, pair(chars[:-1], chars[1:])) > 0).sum())
