"""The codebook: what was asked, which answers there are in which order, what counts as missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.design import Design
from commsvc.survey.answers import KINDS, ROLES, Answers, Question
from commsvc.words.messages import Text


@dataclass(frozen=True, repr=False)
class Codebook:
    """The questions of a survey, in order.

    Attributes
    ----------
    questions
    doubts : (name of a question, what a person should look at), of a draft

    Examples
    --------
    >>> book = Codebook((Question("Q1", "总体满意吗", kind="scale", columns=("Q1",)),))
    >>> book["Q1"].text, len(book)
    ('总体满意吗', 1)
    >>> from commsvc.survey.codebook_yaml import write_yaml
    >>> print(write_yaml(book))
    Q1: {text: 总体满意吗, kind: scale}
    """

    questions: tuple[Question, ...]
    doubts: tuple[tuple[str, Text], ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"Codebook({len(self.questions)} questions)"

    def __getitem__(self, name: str) -> Question:
        if name in self._places:
            return self._places[name]
        raise unknown_name("question", name, [q.name for q in self.questions], "codebook")

    def __contains__(self, name: object) -> bool:
        return name in self._places

    @cached_property
    def _places(self) -> dict[str, Question]:
        """Name of a question or column -> the first question that has it."""
        places: dict[str, Question] = {}
        for question in self.questions:
            for name in (question.name, *question.columns):
                places.setdefault(name, question)
        return places

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __len__(self) -> int:
        return len(self.questions)

    def with_question(self, name: str, **changes: Any) -> Codebook:
        """The same codebook with one question changed.

        >>> book = Codebook((Question("Q1"),)).with_question("Q1", role="group")
        >>> book["Q1"].role
        'group'
        """
        self[name]
        changed = (replace(q, **changes) if q.name == name else q for q in self.questions)
        return Codebook(tuple(changed), self.doubts)

    def role(self, role: str) -> tuple[str, ...]:
        """The columns that have a role, in order."""
        if role not in ROLES:
            raise unknown_name("role", role, ROLES, "codebook")
        return tuple(c for q in self.questions if q.role == role for c in q.columns)

    def design(self, *, lonely: str = "fail") -> Design:
        """The sample that the roles weight, stratum and cluster describe; unknown without any."""
        weights, strata = self.role("weight"), self.role("stratum")
        clusters = self.role("cluster")
        for what, columns in (("weight", weights), ("stratum", strata)):
            if len(columns) > 1:
                raise CommsvcError(
                    f"{len(columns)} columns have the role {what}",
                    where="codebook",
                    allowed=f"one: {', '.join(columns)}",
                )
        if not (weights or strata or clusters):
            return Design.unknown()
        return Design.sample(
            weights=weights[0] if weights else None,
            strata=strata[0] if strata else None,
            clusters=clusters,
            lonely=lonely,
        )

    def check(self, answers: Answers) -> None:
        """Refuse a codebook whose columns the answers do not have."""
        for question in self.questions:
            for column in question.columns:
                if column not in answers.data:
                    raise unknown_name(
                        "column", column, answers.data.columns, f"codebook, {question.name}"
                    )

    def fitted(self, answers: Answers) -> Codebook:
        """The questions whose columns the answers have, of a form that asks more than was kept."""
        there = set(answers.data)
        return replace(self, questions=tuple(q for q in self if set(q.columns) <= there))


def usual_columns(question: Question) -> tuple[str, ...]:
    """The columns of a question that does not name them: one an option, else its own name.

    >>> from commsvc.survey.answers import Level
    >>> usual_columns(Question("Q6", kind="multiple", levels=(Level("助餐", "助餐"),)))
    ('Q6:助餐',)
    """
    several = {"multiple": question.levels, "matrix": question.items, "ranking": question.items}
    if parts := several.get(question.kind):
        return tuple(f"{question.name}:{part.label}" for part in parts)
    return (question.name,)


def checked_question(
    question: Question, at: str, where: str, places: Mapping[str, str] | None = None
) -> Question:
    """A question with a known kind and role and no level twice.

    Parameters
    ----------
    at, places : where in the file it stands, and its parts: "line 3"
    """

    def place(part: str) -> str:
        return f"{where}, {(places or {}).get(part, at)}"

    if question.kind not in KINDS:
        raise unknown_name("kind of question", question.kind, KINDS, place("kind"))
    if question.role and question.role not in ROLES:
        raise unknown_name("role", question.role, ROLES, place("role"))
    codes = [code for level in question.levels for code in (level.code, *level.also)]
    codes += [code for code, _ in question.missing]
    twice = [code for code, count in Counter(codes).items() if count > 1]
    if twice:
        raise CommsvcError(
            f"code {twice[0]!r} of {question.name} stands twice",
            where=place(f"level {twice[0]}"),
            allowed="each code once, under levels, also or missing",
        )
    if question.range is not None and question.kind != "number":
        raise CommsvcError(
            f"{question.name} is of kind {question.kind} and has a range",
            where=place("range"),
            allowed="a range for kind number",
        )
    if question.items and question.kind not in ("matrix", "ranking"):
        raise CommsvcError(
            f"{question.name} is of kind {question.kind} and has items",
            where=place("items"),
            allowed="items for kinds matrix and ranking",
        )
    columns = question.columns or usual_columns(question)
    if question.items and len(columns) != len(question.items):
        raise CommsvcError(
            f"{question.name} has {len(question.items)} items and {len(columns)} columns",
            where=place("items"),
            allowed="one column an item, in the same order",
        )
    if question.kind == "multiple" and len(columns) not in (1, len(question.levels)):
        raise CommsvcError(
            f"{question.name} has {len(question.levels)} levels and {len(columns)} columns",
            where=place("columns"),
            allowed="one column an option, in the same order",
        )
    return replace(question, columns=columns)


def checked_range(ends: list[str], where: str) -> tuple[float, float]:
    """Two numbers, the lower first."""
    try:
        low, high = (float(end) for end in ends)
    except ValueError:
        low, high = 1.0, 0.0
    if not low <= high:
        raise CommsvcError(
            f"{', '.join(ends)} is no range", where=where, allowed="two numbers, the lower first"
        )
    return low, high
