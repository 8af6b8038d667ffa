"""What was found, as one sentence in English and one in Chinese, ready for a caption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from commsvc.inference.design import Design
from commsvc.survey.answers import BLANK
from commsvc.survey.said import Said, join
from commsvc.survey.words import missing_word
from commsvc.words.messages import message

FAVOURABLY = message("answered favourably")
_EFFECTS = {
    "Cliff": message("Cliff's delta"),
    "Cramér": message("Cramér's V"),
    "ε²": message("ε²"),
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

    title: Said
    by: Said
    design: Design
    n: int
    missing: pd.DataFrame
    confidence: float
    blank_stays: bool = False

    def sentence(self, *parts: Said | None) -> Said:
        """The parts that there are, with the title before and the design behind."""
        body = [part for part in (*parts, self._missing(), self._design()) if part]
        said = join(body, "; ", "；")
        return message("{title}: {said}.", title=self.title, said=said)

    def nobody(self) -> Said:
        """There is nothing to say."""
        parts = [part for part in (message("nobody answered"), self._missing()) if part]
        said = join(parts, "; ", "；")
        return message("{title}: {said}.", title=self.title, said=said)

    def few(self, least: float) -> Said:
        """Too few people to say anything of them."""
        return message(
            "{title}: fewer than {least:g} people, not shown.",
            title=self.title,
            least=least,
        )

    def share(self, row: Mapping[str, Any], what: Said) -> Said:
        """12 of 20 (60.0%, 95% CI 38.7%–78.1%) answered favourably."""
        count, base = int(row["count"]), int(row["base"])
        inner = self._percent(row)
        return message(
            "{count:,} of {base:,} ({inner}) {what}",
            count=count,
            base=base,
            inner=inner,
            what=what,
        )

    def most(self, row: Mapping[str, Any], name: Said) -> Said:
        """The most frequent answer."""
        count, base, inner = int(row["count"]), int(row["base"]), self._percent(row)
        return message(
            "the most frequent answer was {name}, {count:,} of {base:,} ({inner})",
            name=name,
            count=count,
            base=base,
            inner=inner,
        )

    def mean(self, row: Mapping[str, Any], median: float) -> Said:
        """mean 2.3 (95% CI 1.9 to 2.7), median 2."""
        weighted = self._weighted()
        ends = self._ends(row["low"], row["high"], "{:.2f}", " to ", "至")
        inner = join([x for x in (weighted, ends) if x], ", ", "，")
        brackets = message(" ({inner})", inner=inner) if inner else ("", "")
        middle = ("", "") if np.isnan(median) else message(", median {median:g}", median=median)
        return message(
            "mean {estimate:.2f}{brackets}{middle}",
            estimate=row["estimate"],
            brackets=brackets[0],
            middle=middle[0],
            brackets_2=brackets[1],
            middle_2=middle[1],
        )

    def groups(
        self,
        extremes: tuple[Any, Any] | None,
        test: pd.DataFrame,
        pair: tuple[Said, Said] | None,
    ) -> Said | None:
        """by town: from 52.9% (west) to 80.0% (east), P = 0.001, Cliff's delta 0.44.

        Parameters
        ----------
        extremes : the lowest and the highest group, each its name and its estimate in print
        pair : the two groups an effect compares, if there are two
        """
        parts = []
        if extremes is not None:
            (a, low), (b, high) = extremes
            # 1 beside 3.20 would be read as 13.20.
            start, end = (f"“{x.zh}”" if x.zh[-1:].isascii() else x.zh for x in (a, b))
            parts.append(
                message(
                    "from {low} ({a}) to {high} ({b})",
                    low=low,
                    a=a,
                    high=high,
                    b=b,
                    start=start,
                    end=end,
                )
            )
        if not test.empty and test["p"].notna().iloc[0]:
            parts += [_p_said(float(test["p"].iloc[0])), *_effect_said(test.iloc[0], pair)]
        if not parts:
            return None
        said = join(parts, ", ", "，")
        return message("by {by}: {said}", by=self.by, said=said)

    def several(self, test: pd.DataFrame, what: Said) -> Said | None:
        """Which of several adjusted tests see a difference."""
        if test.empty or test["p_adjusted"].isna().all():
            return None
        seen = test[test["p_adjusted"] < 0.05]
        if seen.empty:
            least = _p_said(float(test["p_adjusted"].min()))
            return message(
                "by {by}: no {what} differs (smallest adjusted {least})",
                by=self.by,
                what=what,
                least=least,
            )
        names = [x if isinstance(x, Said) else Said(str(x), str(x)) for x in seen["level"]]
        shown = join(names[:5], ", ", "、")
        more = "" if len(names) <= 5 else f" and {len(names) - 5} more"
        more_zh = "" if len(names) <= 5 else f"等{len(names)}项"
        return message(
            "by {by}: {shown}{more} differ (adjusted P < 0.05)",
            by=self.by,
            shown=shown,
            more=more,
            more_zh=more_zh,
        )

    def _percent(self, row: Mapping[str, Any]) -> Said:
        said = [message("{estimate:percent}", estimate=row["estimate"])]
        ends = self._ends(row["low"], row["high"], "{:.1%}", "–", "–")
        return join([x for x in (*said, self._weighted(), ends) if x], ", ", "，")

    def _weighted(self) -> Said | None:
        weighted = self.design.weights or self.design.people is not None
        return message("weighted") if weighted else None

    def _ends(self, low: float, high: float, form: str, en: str, zh: str) -> Said | None:
        if np.isnan(low) or np.isnan(high):
            return None
        a, b = form.format(low), form.format(high)
        if not self.design.allows_inference:
            return message("bounds {a}{en}{b}", a=a, en=en, b=b, zh=zh)
        level = f"{self.confidence:.0%}"
        return message("{level} CI {a}{en}{b}", level=level, a=a, en=en, b=b, zh=zh)

    def _missing(self) -> Said | None:
        """57 of 60 asked answered (blank 2, don't know 1)."""
        counts = dict(zip(self.missing["kind"], self.missing["count"], strict=True))
        asked, answered = counts.pop("asked"), counts.pop("answered")
        skipped = counts.pop("skipped", 0)
        said = []
        if counts:
            kinds = join(
                [_kind_said(kind, n, self.blank_stays) for kind, n in counts.items()], ", ", "、"
            )
            said.append(
                message(
                    "{answered:,} of {asked:,} asked answered ({kinds})",
                    answered=answered,
                    asked=asked,
                    kinds=kinds,
                )
            )
        if skipped:
            said.append(message("{skipped:,} not asked", skipped=skipped))
        return join(said, ", ", "，") if said else None

    def _design(self) -> Said:
        design, words = self.design, []
        for language in ("en", "zh"):
            english = language == "en"
            named = Design.named("census").describe(language)
            if design.kind != "census":
                named = design.describe(language)
            if design.kind == "census":
                said = f"{named} of {self.n:,}" if english else f"{named}，n = {self.n}"
            else:
                said = f"{named}, n = {self.n:,}" if english else f"{named}，n = {self.n}"
            caveat = design.caveat(language) if design.kind != "sample" else ""
            brackets = f" ({caveat})" if english else f"（{caveat}）"
            words.append(said + (brackets if caveat else ""))
        return Said(words[0], words[1])


def _kind_said(kind: str, n: int, blank_stays: bool) -> Said:
    word = missing_word(kind)
    if kind == BLANK and blank_stays:
        return message("{word} {n:,} in the base", word=word, n=n, word_2=word.text("zh"))
    return message("{word} {n:,}", word=word, n=n, word_2=word.text("zh"))


def _p_said(p: float) -> Said:
    text = "P < 0.001" if p < 0.001 else f"P = {p:.3f}"
    return Said(text, text)


def _effect_said(row: Mapping[str, Any], pair: tuple[Said, Said] | None) -> list[Said]:
    """Cliff's delta 0.44 [0.20, 0.63] (east against west)."""
    named = str(row["method"]).partition("effect: ")[2]
    start = next((start for start in _EFFECTS if named.startswith(start)), None)
    if start is None or np.isnan(float(row["effect"])):
        return []
    known = _EFFECTS[start]
    low, high = float(row["effect_low"]), float(row["effect_high"])
    ends = "" if np.isnan(low) or np.isnan(high) else f" [{low:.2f}, {high:.2f}]"
    effect = float(row["effect"])
    if start == "Cramér" and ends and not low <= effect <= high:
        # V of a sample is too high by chance, its interval is of the population's.
        said, said_zh = message("{low:.2f} to {high:.2f}", low=low, high=high)
        return [
            message(
                "{known} {effect:.2f} ({said} freed of what chance adds)",
                known=known,
                effect=effect,
                said=said,
                said_zh=said_zh,
            )
        ]
    value = f"{effect:.2f}{ends}"
    if start != "Cliff" or pair is None:
        return [message("{known} {value}", known=known, value=value)]
    first, second = pair
    return [
        message(
            "{known} {value} ({first} against {second})",
            known=known,
            value=value,
            first=first,
            second=second,
        )
    ]
