"""The words of a result: one interval, one test, and the tidy frames they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Number
from commsvc.words.messages import Text, joined, message

if TYPE_CHECKING:
    import pandas as pd

ESTIMATE_COLUMNS = (
    "group", "level", "count", "base", "estimate", "se", "low", "high", "method", "note",
)  # fmt: skip
TEST_COLUMNS = (
    "statistic", "df", "p", "effect", "effect_low", "effect_high", "method", "note",
)  # fmt: skip
NAN = float("nan")


def join_notes(*notes: Text | str) -> Any:
    """Notes as one sentence list, without empty ones and repetitions.

    >>> join_notes("a", "", "b", "a")
    'a; b'
    """
    if any(isinstance(note, Text) for note in notes):
        return joined(notes)
    return "; ".join(dict.fromkeys(str(note) for note in notes if note))


@dataclass(frozen=True)
class Interval:
    """An estimate and its interval; every number may be an array (all of one shape).

    Attributes
    ----------
    estimate, low, high : the estimate and the interval's ends, in the estimate's own unit
    se : standard error, NaN where the method has none
    count, base : numerator and denominator, NaN where there are none
    confidence : coverage of the interval (0.95), NaN for bounds that are no confidence interval
    method, note : the method's name in the field; what a reader has to know
    """

    estimate: Number
    low: Number
    high: Number
    se: Number = NAN
    count: Number = NAN
    base: Number = NAN
    confidence: float = 0.95
    method: Any = ""
    note: Any = ""

    def with_note(self, note: Text | str) -> Interval:
        """The same interval with one more note."""
        return replace(self, note=join_notes(self.note, note))

    def frame(self, groups: Any = "all", levels: Any = "") -> pd.DataFrame:
        """The tidy frame, one row an estimate; `groups` and `levels` name the rows."""
        numbers = {
            name: np.ravel(np.broadcast_to(getattr(self, name), np.shape(self.estimate)))
            for name in ("count", "base", "estimate", "se", "low", "high")
        }
        rows = np.size(self.estimate)
        words = {"group": groups, "level": levels, "method": self.method, "note": self.note}
        named = {
            name: [word] * rows if isinstance(word, str | Text) else list(word)
            for name, word in words.items()
        }
        return frame_of_estimates({**numbers, **named})


@dataclass(frozen=True)
class HypothesisTest:
    """A test: its statistic, degrees of freedom, P, and how large the effect is.

    Attributes
    ----------
    statistic, df : the statistic; `df` NaN for an exact test
    p : P, from the upper tail function, so that 6e-29 is not printed as 0
    effect, effect_low, effect_high : the effect size that `method` names, with its interval
    method, note : the test's name in the field; what a reader has to know
    df2 : denominator degrees of freedom of an F test, else NaN
    """

    statistic: Number
    df: Number
    p: Number
    effect: Number = NAN
    effect_low: Number = NAN
    effect_high: Number = NAN
    method: Any = ""
    note: Any = ""
    df2: Number = NAN

    def with_note(self, note: Text | str) -> HypothesisTest:
        """The same test with one more note."""
        return replace(self, note=join_notes(self.note, note))

    def with_effect(self, effect: Interval) -> HypothesisTest:
        """The same test with an effect size and its interval."""
        return replace(
            self,
            effect=effect.estimate,
            effect_low=effect.low,
            effect_high=effect.high,
            method=joined([self.method, message("effect: {effect}", effect=effect.method)]),
            note=join_notes(self.note, effect.note),
        )

    def frame(self, **labels: Any) -> pd.DataFrame:
        """The tidy frame of one row, labels first."""
        return frame_of_tests([self], **{name: [label] for name, label in labels.items()})


def frame_of_estimates(columns: Mapping[str, Any]) -> pd.DataFrame:
    """A frame with the columns of every estimate, in their order; what is missing is NaN or ''.

    Examples
    --------
    >>> frame_of_estimates({"level": ["yes"], "count": [7], "base": [10]}).columns
    Index(['group', 'level', 'count', 'base', 'estimate', 'se', 'low', 'high',
           'method', 'note'],
          dtype='str')
    """
    import pandas as pd

    unknown = [name for name in columns if name not in ESTIMATE_COLUMNS]
    if unknown:
        raise CommsvcError(
            f"an estimate has no column {unknown[0]!r}", allowed=", ".join(ESTIMATE_COLUMNS)
        )
    empty = {name: "" for name in ("group", "level", "method", "note")}
    frame = pd.DataFrame(dict(columns))
    for name in ESTIMATE_COLUMNS:
        if name not in frame:
            frame[name] = empty.get(name, NAN)
    return frame[list(ESTIMATE_COLUMNS)]


def frame_of_tests(results: Iterable[HypothesisTest], **labels: Sequence[Any]) -> pd.DataFrame:
    """Tests as a frame, one row a test; label columns first, `df2` only where an F test is.

    Examples
    --------
    >>> frame_of_tests([HypothesisTest(3.9, 1, 0.048, method="Pearson")], question=["Q1"])
      question  statistic  df      p  effect  effect_low  effect_high   method note
    0       Q1        3.9   1  0.048     NaN         NaN          NaN  Pearson
    """
    import pandas as pd

    tests = list(results)
    columns: dict[str, Any] = dict(labels)
    for field in fields(HypothesisTest):
        columns[field.name] = [getattr(test, field.name) for test in tests]
    frame = pd.DataFrame(columns)
    if frame["df2"].isna().all():
        return frame[[*labels, *TEST_COLUMNS]]
    return frame[[*labels, "statistic", "df", "df2", *TEST_COLUMNS[2:]]]
