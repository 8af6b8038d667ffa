"""Words of graded answers in Chinese and English, and the one five-point scale they stand for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# Level -> label (中文, English) by what is graded; 5 is the most favourable.
SCALES: Final[dict[str, dict[int, tuple[str, str]]]] = {
    "satisfaction": {
        5: ("很满意", "very satisfied"),
        4: ("比较满意", "satisfied"),
        3: ("一般", "neutral"),
        2: ("不满意", "dissatisfied"),
        1: ("很不满意", "very dissatisfied"),
    },
    "agreement": {
        5: ("非常同意", "strongly agree"),
        4: ("比较同意", "agree"),
        3: ("一般", "neutral"),
        2: ("不同意", "disagree"),
        1: ("非常不同意", "strongly disagree"),
    },
    "importance": {
        5: ("非常重要", "very important"),
        4: ("比较重要", "important"),
        3: ("一般", "neutral"),
        2: ("不重要", "unimportant"),
        1: ("非常不重要", "very unimportant"),
    },
    "quality": {
        5: ("很好", "very good"),
        4: ("较好", "good"),
        3: ("一般", "fair"),
        2: ("较差", "poor"),
        1: ("很差", "very poor"),
    },
}
_VERY = "非常|很|十分|极其|极为|极|特别|完全|最"
_STEMS = {"满意": "satisfaction", "同意": "agreement", "赞同": "agreement", "重要": "importance"}
_STEM = "|".join(_STEMS)
# What a word means, and how strongly: words of one class are synonyms; words of one level but of
# two classes (比较满意, 基本满意) are two answers where a question offers both.
_CHINESE: Final = [
    (re.compile(rf"(?:{_VERY})不(?P<stem>{_STEM})"), 1, "very"),
    (re.compile(rf"(?:{_VERY})(?P<stem>{_STEM})"), 5, "very"),
    (re.compile(rf"(?:不太|不大|不怎么|有点不|有些不|比较不|较不)(?P<stem>{_STEM})"), 2, "rather"),
    (re.compile(rf"不(?P<stem>{_STEM})"), 2, "plain"),
    (re.compile(rf"(?:比较|较|较为|还算|挺)(?P<stem>{_STEM})"), 4, "rather"),
    (re.compile(rf"(?:基本|大致|基本上)(?P<stem>{_STEM})"), 4, "basically"),
    (re.compile(rf"(?P<stem>{_STEM})"), 4, "plain"),
    (re.compile(rf"(?:{_VERY})(?P<stem>好)"), 5, "very"),
    (re.compile(r"(?:比较|较)(?P<stem>好)"), 4, "rather"),
    (re.compile(r"(?P<stem>好)"), 4, "plain"),
    (re.compile(rf"(?:{_VERY})(?P<stem>差|不好)"), 1, "very"),
    (re.compile(r"(?:比较|较)(?P<stem>差)"), 2, "rather"),
    (re.compile(r"(?P<stem>差|不好)"), 2, "plain"),
    (re.compile(r"(?P<stem>一般般?|中立|普通|不好不坏)"), 3, "plain"),
]
_MUCH = "very|strongly|extremely|completely|totally"
_FAVOURABLE = "satisfied|agree|important|good"
_ADVERSE = "dissatisfied|unsatisfied|disagree|unimportant|poor|bad"
_ENGLISH: Final = [
    (re.compile(rf"(?:{_MUCH}) (?P<stem>{_ADVERSE})"), 1, "very"),
    (re.compile(rf"(?:{_MUCH}) (?P<stem>{_FAVOURABLE})"), 5, "very"),
    (re.compile(r"(?P<stem>excellent)"), 5, "very"),
    (re.compile(rf"(?:somewhat|fairly|rather|quite|slightly) (?P<stem>{_ADVERSE})"), 2, "rather"),
    (re.compile(rf"(?:somewhat|fairly|rather|quite|mostly) (?P<stem>{_FAVOURABLE})"), 4, "rather"),
    (re.compile(rf"(?:not (?:satisfied|important|good)|(?P<stem>{_ADVERSE}))"), 2, "plain"),
    (re.compile(rf"(?P<stem>{_FAVOURABLE})"), 4, "plain"),
    (re.compile(r"neither.*\bnor\b.*|neutral|average|fair|ok|so-so"), 3, "plain"),
]  # fmt: skip
_OUTSIDE: Final = {
    "dont_know": re.compile(
        r"不知道|说不清楚?|不清楚|不了解|不好说|难说|无所谓|"
        r"don'?t know|dk|not sure|unsure|no opinion"
    ),
    "refused": re.compile(
        r"拒绝(?:回答)?|不愿回答|不便回答|拒答|不知道/拒绝回答|refused|prefer not to (?:say|answer)"
    ),
    "not_applicable": re.compile(r"不适用|没用过|未使用过?|n/?a|not applicable"),
}  # fmt: skip
# What stays outside the base though it was ticked, in both languages.
OUTSIDE_LABELS: Final = {
    "dont_know": ("不知道", "don't know"),
    "refused": ("拒绝回答", "refused"),
    "not_applicable": ("不适用", "not applicable"),
}


@dataclass(frozen=True)
class Grade:
    """One graded answer: what is graded ("" for 一般 alone), its level from 5 to 1, its wording."""

    scale: str
    level: int
    wording: str


def plain(label: str) -> str:
    """A label for comparing: half-width, small letters, single spaces, no number in front.

    >>> plain("Ａ．  很满意 "), plain("5 = Very  satisfied")
    ('很满意', 'very satisfied')
    """
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", label)).strip().lower()
    text = text.replace("’", "'")
    return re.sub(r"^(?:[a-z]|\d{1,2})\s*[.、:=)]\s*(?=\D)", "", text).rstrip("。.; ")


def grade(label: str) -> Grade | None:
    """What a graded answer stands for, or None where it is none.

    >>> grade("非常满意"), grade("Somewhat dissatisfied")
    (Grade(scale='satisfaction', level=5, wording='very'), Grade(scale='satisfaction', level=2,
    wording='rather'))
    >>> grade("每周一次") is None
    True
    """
    text = plain(label)
    for pattern, level, wording in [*_CHINESE, *_ENGLISH]:
        found = pattern.fullmatch(text)
        if found:
            return Grade(_scale_of(text), level, wording)
    return None


def _scale_of(text: str) -> str:
    named = {**_STEMS, "satisfied": "satisfaction", "agree": "agreement", "important": "importance"}
    for stem, scale in named.items():
        if stem in text:
            return scale
    neutral = re.fullmatch(r"一般般?|中立|普通|neutral|average|neither.*|ok|so-so|fair", text)
    return "" if neutral else "quality"


def outside(label: str) -> str:
    """The kind of an answer that has no place on the scale: dont_know, refused, not_applicable.

    >>> outside("不知道/拒绝回答"), outside("Don't know"), outside("不满意")
    ('refused', 'dont_know', '')
    """
    text = plain(label)
    return next((kind for kind, words in _OUTSIDE.items() if words.fullmatch(text)), "")


def common_scale(labels: list[str]) -> str:
    """The scale all labels belong to (those outside any left aside), or "".

    >>> common_scale(["很满意", "一般", "说不清"]), common_scale(["满意", "同意"])
    ('satisfaction', '')
    """
    grades = [grade(label) for label in labels if not outside(label)]
    if len(grades) < 2 or any(found is None for found in grades):
        return ""
    scales = {found.scale for found in grades if found is not None and found.scale}
    return scales.pop() if len(scales) == 1 else ""
