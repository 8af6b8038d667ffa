"""What a column may be for: a group, an id; and a weight, stratum or cluster only as a proposal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import pandas as pd

from commsvc.survey.answers import Answers, Question
from commsvc.survey.lexicon import lexicon
from commsvc.words.messages import Text, message
from commsvc.words.numbers import significant

_MOST_GROUPS: Final = 10


def subject(name: str) -> list[re.Pattern[str]]:
    """The patterns of what a question can be about.

    >>> bool(subject("age")[0].search("您的年龄"))
    True
    """
    found = (row["pattern"] for row in lexicon("subjects") if row["subject"] == name)
    return [re.compile(pattern, re.I) for pattern in found]


_GROUPS: Final = subject("group")
_WRAPS: Final = subject("wrap")
_ROLES: Final = {name: subject(name)[0] for name in ("weight", "stratum", "cluster", "id")}
_BODY: Final = subject("body")[0]
_DESIGN: Final = {
    "weight": message("a sampling weight"),
    "stratum": message("a stratum of the sample"),
    "cluster": message("a cluster of the sample"),
}


def tells_group(question: Question) -> bool:
    """Whether a question asks who somebody is, and nothing else: 您的性别, What is your gender?

    >>> tells_group(Question("Q1", "您的性别：")), tells_group(Question("Q2", "区里的医院满意吗"))
    (True, False)
    """
    for text in (question.name, question.text):
        for wrap in _WRAPS:
            found = wrap.fullmatch(text.strip())
            core = found["core"].strip() if found else ""
            if any(words.fullmatch(core) for words in _GROUPS):
                return True
    return False


def with_role(question: Question, answers: Answers) -> tuple[Question, list[Text]]:
    """A question with the role its values and its words allow, and what is only proposed.

    What changes an estimate is never taken from a name: a weight, stratum or cluster is a role
    only where the file or the user says so.
    """
    if question.role or question.kind in ("matrix", "multiple", "ranking"):
        return question, []
    named = next((role for role, words in _ROLES.items() if _is_called(question, words)), "")
    cells = answers.data[question.columns[0]]
    if named == "id":
        unique = not cells.dropna().duplicated().any()
        return (_as_id(question), []) if unique else (question, [])
    if named:
        return question, _proposal(question, named, cells, answers)
    few = 1 < sum(not level.missing for level in question.levels) <= _MOST_GROUPS
    if question.kind == "single" and few and tells_group(question):
        return replace(question, role="group"), []
    return question, []


def _is_called(question: Question, words: re.Pattern[str]) -> bool:
    return bool(words.fullmatch(question.name) or words.fullmatch(question.text.strip()))


def _as_id(question: Question) -> Question:
    return replace(question, role="id", levels=())


def _proposal(question: Question, role: str, cells: pd.Series, answers: Answers) -> list[Text]:
    """That a column may be part of the design, with what speaks for it; or what speaks against."""
    if role != "weight":
        return [_propose(role, message("{n} different values", n=int(cells.nunique())))]
    numbers = pd.to_numeric(cells, errors="coerce").dropna().astype(float)
    beside = any(_BODY.fullmatch(str(column)) for column in answers.data)
    if numbers.empty or (numbers < 0).any() or beside:
        return [message("not taken for a sampling weight: it may be what somebody weighs")]
    evidence = message(
        "mean {mean}, sum {sum}, {blank} blank",
        mean=significant(float(numbers.mean())),
        sum=significant(float(numbers.sum())),
        blank=len(cells) - len(numbers),
    )
    return [_propose(role, evidence)]


def _propose(role: str, evidence: Text) -> Text:
    return message(
        "perhaps {what} ({evidence}): not used; where it is one, write role: {role}",
        what=_DESIGN[role],
        evidence=evidence,
        role=role,
    )
