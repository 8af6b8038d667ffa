"""Words of graded answers in Chinese and English, and the one five-point scale they stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from commsvc.survey.lexicon import lexicon

# Level -> label (中文, English) by what is graded; 5 is the most favourable.
SCALES: Final[dict[str, dict[int, tuple[str, str]]]] = {}
for _row in lexicon("scales"):
    SCALES.setdefault(_row["scale"], {})[int(_row["level"])] = (_row["zh"], _row["en"])


def _grades() -> list[tuple[re.Pattern[str], int, str]]:
    """What a word means, and how strongly.

    Words of one class are synonyms; words of one level but of two classes (比较满意, 基本满意) are
    two answers where a question offers both.
    """
    words: dict[str, list[str]] = {}
    for row in lexicon("grade_words"):
        words.setdefault(row["set"], []).append(row["words"])
    sets = {name: "|".join(parts) for name, parts in words.items()}
    return [
        (re.compile(_filled(row["pattern"], sets)), int(row["level"]), row["wording"])
        for row in lexicon("grades")
    ]


def _filled(pattern: str, sets: Mapping[str, str]) -> str:
    for name, words in sets.items():
        pattern = pattern.replace(f"{{{name}}}", words)
    return pattern


_GRADES: Final = _grades()
_SCALE_OF: Final = {row["words"]: row["scale"] for row in lexicon("grade_words") if row["scale"]}
_OUTSIDE: Final = [(row["kind"], re.compile(row["pattern"], re.I)) for row in lexicon("no_answer")]
# What stays outside the base though it was ticked, in both languages.
OUTSIDE_LABELS: Final = {
    "dont_know": "don't know",
    "refused": "refused",
    "not_applicable": "not applicable",
    "blank": "no answer",
    "skipped": "not asked",
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
    for pattern, level, wording in _GRADES:
        found = pattern.fullmatch(text)
        if found:
            return Grade(_scale_of(text), level, wording)
    return None


def _scale_of(text: str) -> str:
    for stem, scale in _SCALE_OF.items():
        if stem in text:
            return scale
    neutral = re.fullmatch(r"一般般?|中立|普通|neutral|average|neither.*|ok|so-so|fair", text)
    return "" if neutral else "quality"


def outside(label: str) -> str:
    """The kind of an answer that has no place on the scale: dont_know, refused, not_applicable;
    blank or skipped where it says that there is no answer.

    >>> outside("不知道/拒绝回答"), outside("Don't know"), outside("不满意")
    ('refused', 'dont_know', '')
    """
    text = plain(label)
    return next((kind for kind, words in _OUTSIDE if words.fullmatch(text)), "")


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
