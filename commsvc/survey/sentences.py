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

FAVOURABLY = Said("answered favourably", "作肯定回答")
_EFFECTS = {
    "Cliff": Said("Cliff's delta", "Cliff δ"),
    "Cramér": Said("Cramér's V", "Cramér V"),
    "ε²": Said("ε²", "ε²"),
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
        return Said(f"{self.title}: {said}.", f"{self.title.zh}：{said.zh}。")

    def nobody(self) -> Said:
        """There is nothing to say."""
        parts = [part for part in (Said("nobody answered", "无人作答"), self._missing()) if part]
        said = join(parts, "; ", "；")
        return Said(f"{self.title}: {said}.", f"{self.title.zh}：{said.zh}。")

    def few(self, least: float) -> Said:
        """Too few people to say anything of them."""
        return Said(
            f"{self.title}: fewer than {least:g} people, not shown.",
            f"{self.title.zh}：不足{least:g}人，不予列出。",
        )

    def share(self, row: Mapping[str, Any], what: Said) -> Said:
        """12 of 20 (60.0%, 95% CI 38.7%–78.1%) answered favourably."""
        count, base = int(row["count"]), int(row["base"])
        inner = self._percent(row)
        return Said(
            f"{count:,} of {base:,} ({inner}) {what}", f"{base}人中{count}人（{inner.zh}）{what.zh}"
        )

    def most(self, row: Mapping[str, Any], name: Said) -> Said:
        """The most frequent answer."""
        count, base, inner = int(row["count"]), int(row["base"]), self._percent(row)
        return Said(
            f"the most frequent answer was {name}, {count:,} of {base:,} ({inner})",
            f"选择最多的是“{name.zh}”，{base}人中{count}人（{inner.zh}）",
        )

    def mean(self, row: Mapping[str, Any], median: float) -> Said:
        """mean 2.3 (95% CI 1.9 to 2.7), median 2."""
        weighted = self._weighted()
        ends = self._ends(row["low"], row["high"], "{:.2f}", " to ", "至")
        inner = join([x for x in (weighted, ends) if x], ", ", "，")
        brackets = (f" ({inner})", f"（{inner.zh}）") if inner else ("", "")
        middle = ("", "") if np.isnan(median) else (f", median {median:g}", f"，中位数{median:g}")
        return Said(
            f"mean {row['estimate']:.2f}{brackets[0]}{middle[0]}",
            f"均值{row['estimate']:.2f}{brackets[1]}{middle[1]}",
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
            parts.append(Said(f"from {low} ({a}) to {high} ({b})", f"{start}{low}至{end}{high}"))
        if not test.empty and test["p"].notna().iloc[0]:
            parts += [_p_said(float(test["p"].iloc[0])), *_effect_said(test.iloc[0], pair)]
        if not parts:
            return None
        said = join(parts, ", ", "，")
        return Said(f"by {self.by}: {said}", f"按{self.by.zh}比较：{said.zh}")

    def several(self, test: pd.DataFrame, what: Said) -> Said | None:
        """Which of several adjusted tests see a difference."""
        if test.empty or test["p_adjusted"].isna().all():
            return None
        seen = test[test["p_adjusted"] < 0.05]
        if seen.empty:
            least = _p_said(float(test["p_adjusted"].min()))
            return Said(
                f"by {self.by}: no {what} differs (smallest adjusted {least})",
                f"按{self.by.zh}比较：各{what.zh}均无差异（校正后最小{least.zh}）",
            )
        names = [x if isinstance(x, Said) else Said(str(x), str(x)) for x in seen["level"]]
        shown = join(names[:5], ", ", "、")
        more = "" if len(names) <= 5 else f" and {len(names) - 5} more"
        more_zh = "" if len(names) <= 5 else f"等{len(names)}项"
        return Said(
            f"by {self.by}: {shown}{more} differ (adjusted P < 0.05)",
            f"按{self.by.zh}比较：{shown.zh}{more_zh}有差异（校正后P < 0.05）",
        )

    def _percent(self, row: Mapping[str, Any]) -> Said:
        said = [Said(f"{row['estimate']:.1%}", f"{row['estimate']:.1%}")]
        ends = self._ends(row["low"], row["high"], "{:.1%}", "–", "–")
        return join([x for x in (*said, self._weighted(), ends) if x], ", ", "，")

    def _weighted(self) -> Said | None:
        weighted = self.design.weights or self.design.people is not None
        return Said("weighted", "加权") if weighted else None

    def _ends(self, low: float, high: float, form: str, en: str, zh: str) -> Said | None:
        if np.isnan(low) or np.isnan(high):
            return None
        a, b = form.format(low), form.format(high)
        if not self.design.allows_inference:
            return Said(f"bounds {a}{en}{b}", f"界限{a}{zh}{b}")
        level = f"{self.confidence:.0%}"
        return Said(f"{level} CI {a}{en}{b}", f"{level}置信区间{a}{zh}{b}")

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
                Said(
                    f"{answered:,} of {asked:,} asked answered ({kinds})",
                    f"问及{asked}人，{answered}人作答（{kinds.zh}）",
                )
            )
        if skipped:
            said.append(Said(f"{skipped:,} not asked", f"{skipped}人未问及"))
        return join(said, ", ", "，") if said else None

    def _design(self) -> Said:
        design, words = self.design, []
        for language in ("en", "zh"):
            english = language == "en"
            named = Design.named("census").describe().text(language)
            if design.kind != "census":
                named = design.describe().text(language)
            if design.kind == "census":
                said = f"{named} of {self.n:,}" if english else f"{named}，n = {self.n}"
            else:
                said = f"{named}, n = {self.n:,}" if english else f"{named}，n = {self.n}"
            caveat = design.caveat().text(language) if design.kind != "sample" else ""
            brackets = f" ({caveat})" if english else f"（{caveat}）"
            words.append(said + (brackets if caveat else ""))
        return Said(words[0], words[1])


def _kind_said(kind: str, n: int, blank_stays: bool) -> Said:
    word = missing_word(kind)
    if kind == BLANK and blank_stays:
        return Said(f"{word} {n:,} in the base", f"计入分母的{word.text('zh')}{n}")
    return Said(f"{word} {n:,}", f"{word.text('zh')}{n}")


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
        said, said_zh = f"{low:.2f} to {high:.2f}", f"{low:.2f}至{high:.2f}"
        return [
            Said(
                f"{known} {effect:.2f} ({said} freed of what chance adds)",
                f"{known.zh} = {effect:.2f}（扣除偶然成分后{said_zh}）",
            )
        ]
    value = f"{effect:.2f}{ends}"
    if start != "Cliff" or pair is None:
        return [Said(f"{known} {value}", f"{known.zh} = {value}")]
    first, second = pair
    return [
        Said(
            f"{known} {value} ({first} against {second})",
            f"{known.zh} = {value}（{first.zh}比{second.zh}）",
        )
    ]
