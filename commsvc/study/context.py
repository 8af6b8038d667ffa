"""A study as its page needs it: the answers kept, what they mean, who was asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from commsvc.inference.design import Design
from commsvc.study.question_words import is_simulated
from commsvc.survey.answers import Answers, Question
from commsvc.survey.codebook import Codebook
from commsvc.words.messages import Text


@dataclass(frozen=True)
class Study:
    """What every part of the page goes by.

    Attributes
    ----------
    answers : those kept
    codebook : what they mean
    design : who was asked
    smallest_base : shares of fewer people are hidden
    name : the files of the figures begin with it

    Examples
    --------
    >>> import pandas as pd
    >>> from commsvc.survey import draft_codebook
    >>> answers = Answers.from_frame(pd.DataFrame({"q": ["a", "b"]}))
    >>> Study(answers, draft_codebook(answers)).design.kind
    'unknown'
    """

    answers: Answers
    codebook: Codebook
    design: Design = field(default_factory=Design.unknown)
    smallest_base: float = 0
    name: str = "study"

    @property
    def source(self) -> str:
        """The file the answers are from, for captions."""
        return self.answers.source

    @property
    def simulated(self) -> bool:
        """Whether nobody was asked."""
        return is_simulated(self.source)

    @property
    def reading(self) -> dict[str, Any]:
        """What every function of `commsvc.survey` is told beside the answers."""
        return {"design": self.design, "codebook": self.codebook}

    def within(self, group: Question) -> Study:
        """The study for a comparison: who did not say to which group they belong is in none.

        Those who answered the group's question with "don't know" and its like stay in the total.
        """
        away = [level.label for level in group.levels if level.missing]
        column = group.columns[0]
        cells = self.answers.column(column)
        gone = cells.isin(away)
        if not gone.any():
            return self
        why = self.answers.why_missing(column).mask(gone, "no group")
        return replace(self, answers=self.answers.with_column(column, cells.mask(gone), why))

    def doubts_of(self, *questions: Question) -> list[Text]:
        """What of these questions a person should look at."""
        names = {question.name for question in questions}
        return [doubt for name, doubt in self.codebook.doubts if name in names]
