"""In which order the answers of a question stand: by grade, by number, by custom."""

from __future__ import annotations

import re
from typing import Any, Final

from commsvc.survey.lexicon import lexicon
from commsvc.survey.scales import common_scale, grade, outside, plain

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_NOTHING: Final = re.compile(r"无.*|没有.*|没.*|不.*|none.*|no\b.*|never.*|从不.*|从未.*")
_BELOW: Final = re.compile(
    r".*(?:以下|以内|之内|不足|不到|少于|及以下|or less|under|below|less than).*", re.I
)
_ABOVE: Final = re.compile(
    r".*(?:以上|超过|多于|大于|及以上|or more|and over|and above|over|above|more than).*", re.I
)
_OTHER: Final = re.compile(r"其他.*|其它.*|others?\b.*")


def _customs() -> list[tuple[re.Pattern[str], ...]]:
    """Answers whose order everybody knows, lowest first; within a step any of the words."""
    steps: dict[str, list[re.Pattern[str]]] = {}
    for row in lexicon("orders"):
        steps.setdefault(row["custom"], []).append(re.compile(row["pattern"], re.I))
    return [tuple(found) for found in steps.values()]


_CUSTOMS: Final = _customs()


def in_order(labels: list[str]) -> list[str]:
    """Labels in the order of their scale, of custom, or of the numbers in them, or as they came.

    >>> in_order(["3001-5000元", "无收入", "3000元以下", "不知道", "5000元以上"])
    ['无收入', '3000元以下', '3001-5000元', '5000元以上', '不知道']
    >>> in_order(["大专", "小学及以下", "本科及以上", "初中"])
    ['小学及以下', '初中', '大专', '本科及以上']
    """
    away = [label for label in labels if outside(label)]
    inside = [label for label in labels if not outside(label)]
    key = _key(inside)
    return (inside if key is None else sorted(inside, key=key)) + away


def order_is_known(labels: list[str]) -> bool:
    """Whether the labels have an order that their words tell.

    >>> order_is_known(["小学", "大专"]), order_is_known(["东区", "西区"])
    (True, False)
    """
    return _key([label for label in labels if not outside(label)]) is not None


def _key(labels: list[str]) -> Any:
    if common_scale(labels):
        levels = {label: grade(label) for label in labels}
        return {label: -found.level for label, found in levels.items() if found}.__getitem__
    for steps in _CUSTOMS:
        places = {label: _step(label, steps) for label in labels}
        if sum(place < len(steps) for place in places.values()) > len(labels) / 2:
            return places.__getitem__
    if sum(bool(_NUMBER.search(plain(label))) for label in labels) > len(labels) / 2:
        return _size
    return None


def _step(label: str, steps: tuple[re.Pattern[str], ...]) -> int:
    return next((i for i, words in enumerate(steps) if words.fullmatch(plain(label))), len(steps))


def _size(label: str) -> tuple[int, float, int]:
    text = plain(label)
    found = _NUMBER.search(text.replace(",", ""))
    if found is None:
        nothing = _NOTHING.fullmatch(text) and not _OTHER.fullmatch(text)
        return (0 if nothing else 2, 0.0, 0)
    side = 0 if _BELOW.fullmatch(text) else 2 if _ABOVE.fullmatch(text) else 1
    return (1, float(found[0]), side)
