"""What a questionnaire file holds once it is read: answers, why some are missing, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.words.messages import Text, message

KINDS = ("single", "multiple", "scale", "matrix", "ranking", "number", "text")
ROLES = ("weight", "stratum", "cluster", "group", "id", "private")
# Why a cell is empty. A skip was never asked and leaves the base; a blank was asked and stays.
SKIPPED, BLANK = "skipped", "blank"
# A cell that could not be read: it costs itself and nothing else.
UNREADABLE = "unreadable"
OUTSIDE = ("dont_know", "refused", "not_applicable")


@dataclass(frozen=True)
class Level:
    """One answer of a closed question.

    Attributes
    ----------
    code : as the file has it, text
    zh, en : its labels; either may be empty
    missing : "dont_know", "refused", "not_applicable" or a kind of one's own where the answer is
        shown but stays outside the base; else ""
    also : other wordings of the same answer in the file
    """

    code: str
    zh: str = ""
    en: str = ""
    missing: str = ""
    also: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The label that is shown: Chinese, else English, else the code."""
        return self.zh or self.en or self.code

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that stands for it in a file."""
        return (self.label, self.code, *self.also)


@dataclass(frozen=True)
class Question:
    """One question and the columns its answers stand in.

    Attributes
    ----------
    name : short name, Q6
    text, text_en : the question as it was asked
    kind : single, multiple, scale, matrix, ranking, number or text
    columns : for a multiple one a 1/0 column an option, in the levels' order; for a matrix and a
        ranking one a row or item; else one
    levels : the answers in order
    missing : (code, kind) pairs of codes that stand for no answer
    role : weight, stratum, cluster, group, id, private or ""
    range : lowest and highest number that is possible, of a question of kind number
    items : rows of a matrix or items of a ranking, one a column, in their order; may be left out
    """

    name: str
    text: str = ""
    text_en: str = ""
    kind: str = "text"
    columns: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    role: str = ""
    range: tuple[float, float] | None = None
    items: tuple[Level, ...] = ()

    def item(self, column: str) -> Level:
        """What a column stands for: an option, a row, an item; else the question itself.

        >>> Question("Q6", kind="matrix", columns=("Q6:医生", "Q6:护士")).item("Q6:护士").label
        '护士'
        """
        named = self.levels if self.kind == "multiple" else self.items
        if column in self.columns and len(named) == len(self.columns):
            return named[self.columns.index(column)]
        label = column.removeprefix(f"{self.name}:")
        return Level(label, label)


@dataclass(frozen=True, repr=False)
class Answers:
    """A questionnaire's answers, one row a respondent.

    Attributes
    ----------
    data : one row a respondent; a multiple-choice question is one 1/0 column an option
        (`Q6:运动`), a matrix one column a row, a ranking one an item with its rank
    missing : for columns with empty cells, why they are empty: `skipped`, `blank`, or a kind of
        the codebook's; "" where there is an answer. Same rows as `data`
    questions : what the file itself says of its questions
    done : what reading did, in words
    source : the file's name
    doubts : (question, or "" for the file; what a person should look at)
    leads : columns that came beside the questions: numbers of answers, times, addresses

    Examples
    --------
    >>> frame = pd.DataFrame({"Q1": ["a", None]})
    >>> answers = Answers.from_frame(frame)
    >>> answers.why_missing("Q1").tolist()
    ['', 'blank']
    """

    data: pd.DataFrame
    missing: pd.DataFrame
    questions: tuple[Question, ...] = ()
    done: tuple[Text, ...] = ()
    source: str = field(default="", compare=False)
    doubts: tuple[tuple[str, Text], ...] = field(default=(), compare=False)
    leads: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Answers({len(self.data)} answers, {self.data.shape[1]} columns)"

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, **rest: Any) -> Answers:
        """A frame in hand: every column a question, every empty cell a blank."""
        data = frame.reset_index(drop=True)
        empty = {
            column: pd.Categorical.from_codes(
                data[column].isna().astype(int), categories=["", BLANK]
            )
            for column in data
            if data[column].isna().any()
        }
        return cls(data, pd.DataFrame(empty, index=data.index), **rest)

    @property
    def n(self) -> int:
        """How many respondents."""
        return len(self.data)

    def column(self, name: str) -> pd.Series:
        """One column; a name that is not there is answered with those that are."""
        if name not in self.data:
            raise unknown_name("column", name, self.data.columns, self.source)
        return self.data[name]

    def text_columns(self) -> list[str]:
        """The columns of text."""
        return [
            str(name)
            for name, cells in self.data.items()
            if pd.api.types.is_string_dtype(cells) or cells.dtype == object
        ]

    def distinct(self, name: str) -> list[Any]:
        """The different answers of a column, as they first appear."""
        return list(dict.fromkeys(self.column(name).dropna().tolist()))

    def why_missing(self, name: str) -> pd.Series:
        """The kinds of missing of one column, "" where there is an answer."""
        empty = self.column(name).isna()
        if name in self.missing:
            return self.missing[name].astype(object).where(empty, "")
        return pd.Series(empty.map({True: BLANK, False: ""}), name=name, dtype=object)

    def rows(self, keep: Any) -> Answers:
        """Only the rows whose index is in `keep`, numbers of rows unchanged."""
        return replace(self, data=self.data.loc[keep], missing=self.missing.loc[keep])

    def with_column(self, name: str, values: pd.Series, kinds: pd.Series | None = None) -> Answers:
        """The same answers with one column replaced or added; this object stays as it is."""
        if len(values) != self.n:
            raise CommsvcError(f"{len(values)} values for {self.n} respondents", where=name)
        missing = self.missing.drop(columns=name, errors="ignore")
        if kinds is not None and (kinds != "").any():
            missing = missing.assign(**{name: kinds.astype("category")})
        return replace(self, data=self.data.assign(**{name: values}), missing=missing)

    def without(self, column: str) -> Answers:
        """The same answers without one column, and the questions that stand in it."""
        return replace(
            self,
            data=self.data.drop(columns=column),
            missing=self.missing.drop(columns=column, errors="ignore"),
            questions=tuple(q for q in self.questions if column not in q.columns),
        )

    def with_role(self, column: str, role: str) -> Answers:
        """The same answers where the file itself says what a column is for; "" for no column."""
        if not column:
            return self
        questions = tuple(
            replace(q, role=role) if column in q.columns else q for q in self.questions
        )
        said = message("the file says that {column!r} is its {role}", column=column, role=role)
        return replace(self, questions=questions, done=(*self.done, said))

    def losing(self, lost: Mapping[str, pd.Series]) -> Answers:
        """The same answers with cells that could not be read as missing, and their places said.

        Parameters
        ----------
        lost : column -> whether a cell could not be read
        """
        answers = self
        for column, hit in lost.items():
            if column not in answers.data:
                continue
            why = answers.why_missing(column).mask(hit, UNREADABLE)
            answers = answers.with_column(column, answers.data[column].mask(hit), why)
            said = message(
                "column {column!r}: {n} cell that cannot be read counts as missing: row {rows}",
                plural="column {column!r}: {n} cells that cannot be read count as missing: "
                "row {rows}",
                column=column,
                n=int(hit.sum()),
                rows=[int(row) + 1 for row in hit.index[hit][:5]],
            )
            answers = replace(
                answers, done=(*answers.done, said), doubts=(*answers.doubts, (column, said))
            )
        return answers

    def equals(self, other: Answers) -> bool:
        """Whether data and kinds of missing are the same, cell by cell."""
        columns = sorted(set(self.missing) | set(other.missing))
        return self.data.equals(other.data) and all(
            name in self.data
            and self.why_missing(name).tolist() == other.why_missing(name).tolist()
            for name in columns
        )
