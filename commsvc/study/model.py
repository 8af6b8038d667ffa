"""A study as its page needs it: the answers kept, what they mean, who was asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from commsvc.inference.design import Design
from commsvc.survey.answers import Answers
from commsvc.survey.codebook import Codebook


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
    >>> answers = Answers.from_frame(pd.DataFrame({"q": ["a", "b"]}))
    >>> Study(answers, answers.codebook).design.kind
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
    def design_words(self) -> tuple[str, str]:
        """The design for a caption, in both languages."""
        return self.design.describe().text("en"), self.design.describe().text("zh")
