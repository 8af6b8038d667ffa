"""What was found, as one sentence ready for a caption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.inference.design import Design
from commsvc.survey.answers import BLANK
from commsvc.survey.words import missing_word
from commsvc.words.messages import Text, joined, message

FAVOURABLY: Final = message("answered favourably")
# In a sentence parts stand behind commas of prose, which Chinese does not write as those of lists.
_COMMA: Final = message(", ", context="prose")
# Names that results give their effects -> what a sentence calls them.
_EFFECTS: Final = {
    "Cliff": message("Cliff's delta"),
    "Cramér": message("Cramér's V"),
    "ε²": "ε²",
}


@dataclass(frozen=True)
class Wording:
    """What every sentence about a survey needs besides its numbers.

    Attributes
    ----------
    title : of the question
    by : of the groups, "" without any
    design, n : who was asked, and how many stand in the base
    missing : `kind, count` of those without an answer
    confidence : of the intervals
    blank_stays : whether those who left it blank are in the base
    """

    title: Text | str
    by: Text | str
    design: Design
    n: int
    missing: pd.DataFrame
    confidence: float
    blank_stays: bool = False

    def sentence(self, *parts: Text | None) -> Text:
        """The parts that there are, with the title before and the design behind."""
        body = joined(part for part in (*parts, self._missing(), self._design()) if part)
        return message("{title}: {said}.", title=self.title, said=body)

    def nobody(self) -> Text:
        """There is nothing to say."""
        parts = [part for part in (message("nobody answered"), self._missing()) if part]
        return message("{title}: {said}.", title=self.title, said=joined(parts))

    def few(self, least: float) -> Text:
        """Too few people to say anything of them."""
        return message(
            "{title}: fewer than {least:g} people, not shown.", title=self.title, least=least
        )

    def share(self, row: Mapping[str, Any], what: Text) -> Text:
        """12 of 20 (60.0%, 95% CI 38.7%–78.1%) answered favourably."""
        return message(
            "{count:count} of {base:count} ({inner}) {what}",
            count=row["count"],
            base=row["base"],
            inner=self._percent(row),
            what=what,
        )

    def most(self, rows: pd.DataFrame, names: Mapping[str, Text | str]) -> Text:
        """The most frequent answer; where answers tie, none of them is named before the others."""
        row = rows.iloc[0]
        fields: dict[str, Any] = {
            "count": row["count"],
            "base": row["base"],
            "inner": self._percent(row),
        }
        named = [names.get(str(level), str(level)) for level in rows["level"]]
        if len(named) == 1:
            return message(
                "the most frequent answer was {name}, {count:count} of {base:count} ({inner})",
                name=named[0],
                **fields,
            )
        if len(named) > 5:
            return message("{n} answers were equally frequent, {count:count} of {base:count} each "
                           "({inner})", n=len(named), **fields)  # fmt: skip
        return message(
            "{names} were equally frequent, {count:count} of {base:count} each ({inner})",
            names=named,
            **fields,
        )

    def mean(self, row: Mapping[str, Any], median: float) -> Text:
        """mean 2.3 (95% CI 1.9 to 2.7), median 2."""
        inner = [x for x in (self._weighted(), self._ends(row, "{:.2f}")) if x]
        said: Text = message("mean {estimate:.2f}", estimate=row["estimate"])
        if inner:
            said = message("{said} ({inner})", said=said, inner=joined(inner, _COMMA))
        if np.isnan(median):
            return said
        return message("{said}, median {median:g}", said=said, median=median)

    def groups(
        self,
        extremes: tuple[Any, Any] | None,
        test: pd.DataFrame,
        pair: tuple[Text | str, Text | str] | None,
    ) -> Text | None:
        """by town: from 52.9% (west) to 80.0% (east), P = 0.001, Cliff's delta 0.44.

        Parameters
        ----------
        extremes : the lowest and the highest group, each its name and its estimate in print
        pair : the two groups an effect compares, if there are two
        """
        parts: list[Text] = []
        if extremes is not None:
            (a, low), (b, high) = extremes
            parts.append(message("from {low} ({a}) to {high} ({b})", low=low, a=a, high=high, b=b))
        if not test.empty and test["p"].notna().iloc[0]:
            parts += [_p_said(float(test["p"].iloc[0])), *_effect_said(test.iloc[0], pair)]
        return message("by {by}: {said}", by=self.by, said=joined(parts, _COMMA)) if parts else None

    def several(self, test: pd.DataFrame, what: Text) -> Text | None:
        """Which of several adjusted tests see a difference."""
        if test.empty or test["p_adjusted"].isna().all():
            return None
        seen = test[test["p_adjusted"] < 0.05]
        if seen.empty:
            return message(
                "by {by}: no {what} differs (smallest adjusted {least})",
                by=self.by,
                what=what,
                least=_p_said(float(test["p_adjusted"].min())),
            )
        names = list(seen["level"])
        if len(names) > 5:
            return message(
                "by {by}: {names} and {more} more differ (adjusted P < 0.05)",
                by=self.by,
                names=names[:5],
                more=len(names) - 5,
            )
        return message("by {by}: {names} differ (adjusted P < 0.05)", by=self.by, names=names)

    def _percent(self, row: Mapping[str, Any]) -> Text:
        share = message("{share:percent}", share=row["estimate"])
        parts = [share, self._weighted(), self._ends(row, "{:.1%}")]
        return joined([part for part in parts if part], _COMMA)

    def _weighted(self) -> Text | None:
        weighted = self.design.weights or self.design.people is not None
        return message("weighted") if weighted else None

    def _ends(self, row: Mapping[str, Any], form: str) -> Text | None:
        if np.isnan(row["low"]) or np.isnan(row["high"]):
            return None
        low, high = form.format(row["low"]), form.format(row["high"])
        if not self.design.allows_inference:
            return message("bounds {low} to {high}", low=low, high=high)
        level = f"{self.confidence:.0%}"
        if form.endswith("%}"):
            return message("{level} CI {low}–{high}", level=level, low=low, high=high)
        return message("{level} CI {low} to {high}", level=level, low=low, high=high)

    def _missing(self) -> Text | None:
        """57 of 60 asked answered (blank 2, don't know 1)."""
        counts = dict(zip(self.missing["kind"], self.missing["count"], strict=True))
        asked, answered = counts.pop("asked"), counts.pop("answered")
        skipped = counts.pop("skipped", 0)
        said = []
        if counts:
            kinds = [_kind_said(kind, n, self.blank_stays) for kind, n in counts.items()]
            said.append(
                message(
                    "{answered:count} of {asked:count} asked answered ({kinds})",
                    answered=answered,
                    asked=asked,
                    kinds=kinds,
                )
            )
        if skipped:
            said.append(message("{skipped:count} not asked", skipped=skipped))
        return joined(said, _COMMA) if said else None

    def _design(self) -> Text:
        design = self.design
        if design.kind == "census":
            return message("complete count of {n:count}", n=self.n)
        said = message("{design}, n = {n:count}", design=design.describe(), n=self.n)
        if design.kind == "sample" or not design.caveat():
            return said
        return message("{said} ({inner})", said=said, inner=design.caveat())


def _kind_said(kind: str, n: int, blank_stays: bool) -> Text:
    word = missing_word(kind)
    if kind == BLANK and blank_stays:
        return message("{word} {n:count} in the base", word=word, n=n)
    return message("{word} {n:count}", word=word, n=n)


def _p_said(p: float) -> Text:
    return message("P {p:p}", p=p)


def _effect_said(row: Mapping[str, Any], pair: tuple[Text | str, Text | str] | None) -> list[Text]:
    """Cliff's delta 0.44 [0.20, 0.63] (east against west)."""
    named = str(row["method"]).partition("effect: ")[2]
    start = next((start for start in _EFFECTS if named.startswith(start)), None)
    if start is None or np.isnan(float(row["effect"])):
        return []
    effect, low, high = (float(row[x]) for x in ("effect", "effect_low", "effect_high"))
    fields: dict[str, Any] = {"effect": _EFFECTS[start], "value": effect, "low": low, "high": high}
    bounded = not (np.isnan(low) or np.isnan(high))
    if start == "Cramér" and bounded and not low <= effect <= high:
        # V of a sample is too high by chance, its interval is of the population's.
        return [
            message(
                "{effect} {value:.2f} ({low:.2f} to {high:.2f} freed of what chance adds)",
                **fields,
            )
        ]
    said: Text = message("{effect} {value:.2f}", **fields)
    if bounded:
        said = message("{effect} {value:.2f} [{low:.2f}, {high:.2f}]", **fields)
    if start != "Cliff" or pair is None:
        return [said]
    first, second = pair
    return [message("{said} ({first} against {second})", said=said, first=first, second=second)]
