"""What `satisfaction` was asked, and the parts of what it answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from commsvc.inference.design import Design
from commsvc.inference.results import TEST_COLUMNS
from commsvc.survey.codebook import Codebook
from commsvc.survey.lookup import find_question
from commsvc.survey.sentences import Wording
from commsvc.survey.suppress import shown_groups
from commsvc.survey.tabulate import UNANSWERED, Tabulation, item_name, tabulate_answers
from commsvc.words.messages import Label, Text, message


@dataclass(frozen=True)
class Asked:
    """What `satisfaction` was asked."""

    survey: Any
    question: str
    by: str | None
    design: Design
    book: Codebook | None
    favourable: Collection[str] | None
    base: str
    confidence: float
    smallest_base: float = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The question's columns."""
        return find_question(self.book, self.question).columns

    def table(self, question: str = "", base: str = "") -> Tabulation:
        """The question's table."""
        return tabulate_answers(
            self.survey, question or self.question, self.by,
            design=self.design, codebook=self.book, base=base or self.base,
        )  # fmt: skip

    def tested(self, table: Tabulation, frame: pd.DataFrame) -> tuple[Tabulation, list[Text]]:
        """The groups a test may rest on, those that are shown, and what that leaves out.

        Parameters
        ----------
        table, frame : the tabulation, and the estimates that are printed of it
        """
        if not self.by or not self.smallest_base:
            return table, []
        seen = {str(group) for group in shown_groups(frame, self.smallest_base)}
        kept = [g for g, name in enumerate(table.groups) if str(name) in seen]
        held = [g for g, n in enumerate(table.base) if n]
        left: list[Text] = [message("groups that are not shown are not in the test")]
        return table.part(kept), left if len(kept) < len(held) else []

    def wording(self, table: Tabulation, missing: pd.DataFrame) -> Wording:
        """What the sentences need besides the numbers."""
        whole = table.everyone or table
        return Wording(
            self.title(self.question), self.group_title(), self.design, int(whole.base[0]),
            missing, self.confidence, self.base == "asked",
        )  # fmt: skip

    def title(self, name: str) -> Text | str:
        """The question's name and its text, as the codebook has them."""
        words = self._text(name)
        if not words:
            return name
        # In Chinese the text alone is the name that a reader knows.
        short = name if self.book is None else self.book[name].name
        return message("{short} {words}", short=short, words=words)

    def group_title(self) -> Text | str:
        """What the groups are called."""
        words = "" if self.by is None else self._text(self.by)
        return message("{short} {words}", short=self.by, words=words) if words else self.by or ""

    def _text(self, name: str) -> Text | str:
        """The question's text, in the languages the codebook has; empty where it is none."""
        if self.book is None or name not in self.book:
            return ""
        question = self.book[name]
        words = Label({"en": question.text_en, "zh": question.text})
        if name != question.name:
            return message("{words}: {item}", words=words, item=item_name(name)) if words else ""
        return "" if name in (question.text_en, question.text) else words

    def names(self, name: str | None) -> dict[str, Text | str]:
        """The labels of a question's answers in their languages, and those of its items."""
        if self.book is None or name is None or name not in self.book:
            return {}
        question = self.book[name]
        known = {level.label: level for level in question.levels}
        if question.items:
            known |= {item_name(column): question.item(column) for column in question.columns}
        return {
            label: Label({"en": level.en, "zh": level.zh}) or label
            for label, level in known.items()
        }


@dataclass(frozen=True)
class Finding:
    """The parts of a `Satisfaction`."""

    table: pd.DataFrame
    test: pd.DataFrame
    sentence: Text
    reasons: tuple[Text, ...]
    missing: pd.DataFrame
    favourable: tuple[str, ...] = ()
    summary: pd.DataFrame = field(default_factory=pd.DataFrame)
    bounds: pd.DataFrame = field(default_factory=pd.DataFrame)


def unsaid(asked: Asked, wording: Wording, missing: pd.DataFrame) -> Text | None:
    """The sentence where nobody answered, or fewer people than may be shown; else None."""
    if nobody_answered(missing):
        return wording.nobody()
    return wording.few(asked.smallest_base) if wording.n < asked.smallest_base else None


NO_TEST = pd.DataFrame(columns=list(TEST_COLUMNS))


def nobody_answered(missing: pd.DataFrame) -> bool:
    """Whether all who were asked left it."""
    return int(missing.loc[missing["kind"] == "answered", "count"].sum()) == 0


def most_given(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of everybody's most frequent answer; several where they tie."""
    whole = frame[(frame["group"] == "all") & frame["estimate"].notna()]
    whole = whole[whole["level"] != UNANSWERED]
    return whole[whole["estimate"] >= whole["estimate"].max() * (1 - 1e-12)]
