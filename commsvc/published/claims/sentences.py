"""The sentence of a verdict, in English and Chinese: what was recomputed, what is printed, so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from commsvc.published.claims.verdict import Sentence

_RULES: Final[dict[str, Sentence]] = {
    "half_up": ("rounded half up", "四舍五入"),
    "half_even": ("its half rounded to even", "五成双取舍"),
    "truncate": ("cut off, not rounded", "直接截尾，未四舍五入"),
    "inverted": ("printed upside down", "分子分母颠倒"),
    "inverted:truncate": ("printed upside down and cut off", "分子分母颠倒，且直接截尾"),
}
_TESTS: Final[dict[str, Sentence]] = {
    "pearson": ("Pearson", "皮尔逊卡方"),
    "yates": ("Yates", "耶茨校正"),
    "lr": ("likelihood ratio", "似然比"),
    "fisher": ("Fisher exact", "费希尔精确检验"),
    "pooled_t": ("pooled t", "合并方差 t"),
    "welch_t": ("Welch t", "韦尔奇 t"),
    "pooled_p": ("P of pooled t", "合并方差 t 的 P"),
    "welch_p": ("P of Welch t", "韦尔奇 t 的 P"),
    "collapsed_pearson": ("collapsed Pearson", "合并表皮尔逊卡方"),
    "collapsed_yates": ("collapsed Yates", "合并表耶茨校正"),
    "cmh": ("Cochran–Mantel–Haenszel without correction", "CMH（未校正）"),
    "cmh_corrected": ("Cochran–Mantel–Haenszel with continuity correction", "CMH（连续性校正）"),
    "strata_sum": ("sum of the strata's chi-squares", "各层卡方之和"),
    "exact_ci": ("exact interval", "精确区间"),
    "wald_ci": ("Wald interval", "Wald 区间"),
    "midp_one_sided": ("one-sided mid-P", "单侧 mid-P"),
    "p_two_sided_exact": ("two-sided exact P", "双侧精确 P"),
}


@lru_cache(maxsize=64)
def how(rules: tuple[str, ...]) -> Sentence:
    """In words, the rule or rules other than half up under which a claim holds.

    >>> how(("half_even", "truncate"))[0]
    'its half rounded to even, or cut off, not rounded'
    """
    words = [_RULES[rule] for rule in rules]
    return ", or ".join(en for en, _ in words), "，或".join(zh for _, zh in words)


def sentence(
    found_en: str,
    found_zh: str,
    printed: str,
    rules: tuple[str, ...],
    instead: Sentence = ("", ""),
) -> Sentence:
    """What was found, what is printed, and what follows.

    >>> sentence("20 of 42 is 47.6%", "…", "47%", ("truncate",))[0]
    '20 of 42 is 47.6%; 47% is printed: cut off, not rounded'
    """
    if "half_up" in rules:
        end_en, end_zh = "agrees", "相符"
    elif rules:
        end_en, end_zh = how(rules)
    else:
        end_en, end_zh = instead
        end_en, end_zh = end_en or "does not agree", end_zh or "不相符"
    chinese = f"{found_zh}；所载为 {_zh(printed)}：{end_zh}"
    return f"{found_en}; {printed} is printed: {end_en}", chinese


def _zh(printed: str) -> str:
    """Figures listed the English way, with the mark that separates items in Chinese."""
    return printed.replace(", ", "、")


def names_of_tests(names: Iterable[str]) -> Sentence:
    """The tests of a verdict in words.

    >>> names_of_tests(["fisher_p:trunc"])[0]
    'Fisher exact, cut off, not rounded'
    """
    english, chinese = [], []
    for full in names:
        name, _, rule = full.partition(":")
        test = _TESTS.get(name) or _TESTS.get(name.removesuffix("_p"), (name, name))
        cut = _RULES.get("truncate" if rule == "trunc" else rule, ("", ""))
        english.append(f"{test[0]}, {cut[0]}" if cut[0] else test[0])
        chinese.append(f"{test[1]}（{cut[1]}）" if cut[1] else test[1])
    return "; ".join(english), "、".join(chinese)


def tests_sentence(found: Sentence, printed: str, tests: Sequence[str]) -> Sentence:
    """The sentence where a figure may come from one of several tests."""
    if not tests:
        tail = ("none of these prints so", "以上均不符")
    else:
        names = names_of_tests(tests)
        tail = (f"that is {names[0]}", f"即{names[1]}")
    english = f"{found[0]}; {printed} is printed: {tail[0]}"
    return english, f"{found[1]}；所载为 {_zh(printed)}：{tail[1]}"


def listing(values: Iterable[object], most: int = 6) -> str:
    """The first few of some values, with how many more there are.

    >>> listing(range(9), 3)
    '0, 1, 2 and 6 more'
    """
    texts = [str(value) for value in values]
    shown = ", ".join(texts[:most])
    return shown if len(texts) <= most else f"{shown} and {len(texts) - most} more"


def listing_zh(values: Iterable[object], most: int = 6) -> str:
    """The same in Chinese.

    >>> listing_zh(range(9), 3)
    '0、1、2 等 9 个'
    """
    texts = [str(value) for value in values]
    shown = "、".join(texts[:most])
    return shown if len(texts) <= most else f"{shown} 等 {len(texts)} 个"
