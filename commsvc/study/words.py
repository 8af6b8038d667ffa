"""Words that the parts of a study's page share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from commsvc.report.lang import pair
from commsvc.survey.answers import Level, Question
from commsvc.survey.tabulate import UNANSWERED, item_name
from commsvc.survey.words import MISSING
from commsvc.words.messages import message

_LEFT = re.compile(r"[（(]\s*(?:多选|单选|排序|必填|multiple|single)[^）)]*[)）]\s*$", re.I)


def bullets(lines: Iterable[Any]) -> tuple[str, str]:
    """Lines as a Markdown list, in each language.

    >>> bullets(["60 rows"])
    ('- 60 rows', '- 60 rows')
    """
    pairs = [pair(line) for line in lines]
    return "\n".join(f"- {en}" for en, _ in pairs), "\n".join(f"- {zh}" for _, zh in pairs)


def is_simulated(source: str) -> bool:
    """Whether a file says in its name that nobody was asked.

    >>> is_simulated("simulated_centre.csv"), is_simulated("answers.csv")
    (True, False)
    """
    return bool(re.search(r"simulat|模拟", source, re.I))


def title_of(question: Question) -> tuple[str, str]:
    """The question's text in both languages; where one is lacking, the other.

    >>> title_of(Question("Q2", "用过的服务（多选）"))
    ('用过的服务', '用过的服务')
    """
    zh = _LEFT.sub("", question.text or question.text_en or question.name).strip()
    return question.text_en or zh, zh


def heading_of(question: Question) -> tuple[str, str]:
    """Number and text, for a heading.

    >>> heading_of(Question("Q2", "用过的服务", "services used"))
    ('Q2 Services used', 'Q2 用过的服务')
    >>> heading_of(Question("sat", "sat"))
    ('sat', 'sat')
    """
    en, zh = title_of(question)
    if question.name in (en, zh):
        return en, zh
    en, zh = capital((en, zh))
    return f"{question.name} {en}", f"{question.name} {zh}"


def item_words(question: Question, column: str) -> tuple[str, str]:
    """What a column of a question stands for: a row of a matrix, an item, an option.

    >>> item_words(Question("Q6", kind="matrix", columns=("Q6:医生", "Q6:护士")), "Q6:医生")
    ('医生', '医生')
    """
    return _both(question.item(column))


def part_words(question: Question) -> dict[str, tuple[str, str]]:
    """What the options, rows or items of a question are called: label -> (English, Chinese)."""
    words = {item_name(c): item_words(question, c) for c in question.columns}
    return words | {question.item(c).label: item_words(question, c) for c in question.columns}


def capital(words: tuple[str, str]) -> tuple[str, str]:
    """The same with a capital letter where the English begins.

    >>> capital(("overall satisfaction", "总体满意度"))
    ('Overall satisfaction', '总体满意度')
    """
    en, zh = words
    return en[:1].upper() + en[1:], zh


def level_words(question: Question) -> dict[str, tuple[str, str]]:
    """Label of an answer -> (English, Chinese), with the words for those who gave none.

    >>> level_words(Question("Q", levels=(Level("1", "男", "male"), Level("2", "女"))))["女"]
    ('女', '女')
    """
    words = {level.label: _both(level) for level in question.levels}
    words[UNANSWERED] = message("(unanswered)")
    for kind, word in MISSING.items():
        words.setdefault(
            f"({kind})", message("({word})", word=word.text("en"), word_2=word.text("zh"))
        )
    return words


def _both(level: Level) -> tuple[str, str]:
    zh = level.zh or level.en or level.code
    return level.en or zh, zh


# Measures that results name in their column `level`.
MEASURES: Final = {
    "favourable": message("favourable"),
    "neutral": message("neutral"),
    "unfavourable": message("unfavourable"),
    "net": message("favourable less unfavourable"),
    "mean": message("mean"),
    "lower quartile": message("lower quartile"),
    "median": message("median"),
    "upper quartile": message("upper quartile"),
}
