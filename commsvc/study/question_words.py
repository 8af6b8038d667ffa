"""What questions, their answers and their parts are called on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from commsvc.survey.answers import Level, Question
from commsvc.survey.tabulate import UNANSWERED, item_name
from commsvc.survey.words import MISSING
from commsvc.words.messages import Label, Text, joined, message

# What a heading says of how a question is answered, at its end.
_HOW = re.compile(r"[（(]\s*(?:多选|单选|排序|必填|multiple|single)[^）)]*[)）]\s*$", re.I)
_NEW_LINE: Final = "\n"


def bullets(lines: Iterable[Text | str]) -> Text:
    """Lines as a Markdown list.

    >>> str(bullets(["60 rows", "2 columns"]))
    '- 60 rows\\n- 2 columns'
    """
    return joined([message("- {line}", line=line) for line in lines], _NEW_LINE)


def is_simulated(source: str) -> bool:
    """Whether a file says in its name that nobody was asked.

    >>> is_simulated("simulated_centre.csv"), is_simulated("answers.csv")
    (True, False)
    """
    return bool(re.search(r"simulat|模拟", source, re.I))


def title_of(question: Question) -> Text:
    """The question's text, in the languages that the codebook has; its name where it has none.

    >>> title_of(Question("Q2", "用过的服务（多选）")).text("en")
    '用过的服务'
    """
    zh = _HOW.sub("", question.text).strip()
    en = question.text_en[:1].upper() + question.text_en[1:]
    return Label({"en": en, "zh": zh}) or Label({"en": question.name})


def heading_of(question: Question) -> Text:
    """Number and text, for a heading.

    >>> heading_of(Question("Q2", "用过的服务", "services used")).text("en")
    'Q2 Services used'
    >>> heading_of(Question("sat", "sat")).text("en")
    'sat'
    """
    title = title_of(question)
    if question.name in (title.text("en"), title.text("zh")):
        return title
    return message("{name} {title}", name=question.name, title=title)


def level_text(level: Level) -> Text:
    """What an answer is called, in the languages it was written in."""
    return Label({"en": level.en, "zh": level.zh}) or Label({"en": level.code})


def part_words(question: Question) -> dict[str, Text]:
    """What the options, rows or items of a question are called: label -> words."""
    items = {column: question.item(column) for column in question.columns}
    words = {item_name(column): level_text(item) for column, item in items.items()}
    return words | {item.label: level_text(item) for item in items.values()}


def level_words(question: Question) -> dict[str, Text]:
    """Label of an answer -> words, with those for people who gave none.

    >>> level_words(Question("Q", levels=(Level("1", "男", "male"),)))["男"].text("en")
    'male'
    """
    words = {level.label: level_text(level) for level in question.levels}
    return {**_missing_words(), **words}


@lru_cache(maxsize=1)
def _missing_words() -> dict[str, Text]:
    words: dict[str, Text] = {f"({k})": message("({why})", why=w) for k, w in MISSING.items()}
    return {**words, UNANSWERED: message("(unanswered)")}


# Measures that results name in their column `level`.
MEASURES: Final[dict[str, Text]] = {
    "favourable": message("favourable"),
    "neutral": message("neutral"),
    "unfavourable": message("unfavourable"),
    "net": message("favourable less unfavourable"),
    "mean score": message("mean score"),
    "mean": message("mean"),
    "lower quartile": message("lower quartile"),
    "median": message("median"),
    "upper quartile": message("upper quartile"),
}
