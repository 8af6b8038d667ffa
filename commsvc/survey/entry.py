"""The entry a beginner finds: one question, by a group, with what the design and scale allow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import unknown_name
from commsvc.inference.design import Design
from commsvc.inference.results import TEST_COLUMNS
from commsvc.survey.answers import Answers
from commsvc.survey.codebook import Codebook
from commsvc.survey.scales import common_scale, grade
from commsvc.survey.tabulate import UNANSWERED, Tabulation, tabulate_answers


@dataclass(frozen=True)
class Satisfaction:
    """What `satisfaction` found.

    Attributes
    ----------
    table : tidy shares, everybody first
    test : one row, or none where the design or the question allows no test
    favourable : levels counted as satisfied; empty where the answers are not graded
    sentence_en, sentence_zh : ready for a caption
    reasons : why this table, this interval, this test
    explain : whether the reasons are shown
    """

    table: pd.DataFrame
    test: pd.DataFrame
    favourable: tuple[str, ...]
    sentence_en: str
    sentence_zh: str
    reasons: tuple[str, ...]
    explain: bool = False

    def __str__(self) -> str:
        said = [self.sentence_en, self.sentence_zh]
        return "\n".join([*said, *(f"- {reason}" for reason in self.reasons if self.explain)])

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{line}</p>" for line in str(self).split("\n"))
        test = "" if self.test.empty else self.test._repr_html_()
        return f"{said}{self.table._repr_html_()}{test}"


def satisfaction(
    survey: Any,
    question: str,
    by: str | None = None,
    *,
    design: Design | None = None,
    codebook: Codebook | None = None,
    favourable: Collection[str] | None = None,
    base: str = "asked",
    confidence: float = 0.95,
    explain: bool = False,
) -> Satisfaction:
    """Shares of a question's answers, by group, with interval, test, effect and a sentence.

    Parameters
    ----------
    survey : Answers, or any frame that Narwhals takes
    question : a question of the codebook, or a column
    by : a question or column of groups
    design : who was asked; left out, the roles of the codebook say it, and without any the design
        is unknown, and every result says what it rests on
    codebook : a question of kind "scale" has its levels in order there, whatever their words
    favourable : levels counted as satisfied; left out, known from graded words (很满意, good …)
    base : see `tabulate_answers`
    explain : show the reasons with the sentences

    Returns
    -------
    Satisfaction

    Examples
    --------
    >>> frame = pd.DataFrame({"q": ["很满意"] * 6 + ["不满意"] * 4})
    >>> found = satisfaction(frame, "q", design=Design.census(), explain=True)
    >>> print(found)
    q: 6 of 10 (60.0%) answered favourably; complete count of 10.
    q：10人中6人（60.0%）作肯定回答；全数调查，n = 10。
    - the answers are graded (satisfaction): 很满意 count as favourable
    - a complete count is exact: no interval and no test
    """
    book = codebook
    if book is None and isinstance(survey, Answers):
        book = survey.codebook
    reasons = []
    if design is None:
        design = book.design() if book is not None else Design.unknown()
        said = "read from the codebook's roles" if design.kind == "sample" else "not said: unknown"
        reasons.append(f"design {said}")
    table = tabulate_answers(survey, question, by, design=design, codebook=book, base=base)
    labels = [str(level) for level in table.levels if level != UNANSWERED]
    scale = "" if table.multiple else common_scale(labels)
    if favourable is None:
        good = tuple(x for x in labels if scale and (g := grade(x)) is not None and g.level >= 4)
    else:
        for level in favourable:
            if level not in labels:
                raise unknown_name("level", level, labels, where=question)
        good = tuple(x for x in labels if x in favourable)
    in_order = bool(scale) and _in_scale_order(table)
    if not scale and _is_scale(book, question, labels):
        scale, in_order = "as the codebook has it", True
    reasons += _reasons(table, scale, good)
    test, why = _test(table, in_order, design)
    frame = table.frame(confidence=confidence)
    words = _Words(table, frame, good, test, confidence)
    return Satisfaction(
        frame,
        test,
        good,
        words.english(),
        words.chinese(),
        (*reasons, *why),
        explain,
    )


def _is_scale(book: Codebook | None, question: str, labels: list[str]) -> bool:
    """Whether the codebook calls the question a scale and knows all answers given."""
    if book is None or question not in book or book[question].kind != "scale":
        return False
    return set(labels) <= {level.label for level in book[question].levels}


def _reasons(table: Tabulation, scale: str, favourable: tuple[str, ...]) -> list[str]:
    reasons = []
    if scale:
        named = ", ".join(favourable) or "none of the answers"
        reasons.append(f"the answers are graded ({scale}): {named} count as favourable")
    elif table.multiple:
        reasons.append(
            "a person may give several answers: shares are of people, and add up to more"
        )
    else:
        reasons.append("the answers are not all on one known scale: every level stands for itself")
    kind = table.design.kind
    if kind == "census":
        reasons.append("a complete count is exact: no interval and no test")
    elif kind == "sample":
        reasons.append(
            "weights, strata or clusters: linearised errors from cluster totals, logit intervals"
        )
    else:
        reasons.append("no weights, strata or clusters: Wilson intervals from counts")
    if table.outside_levels:
        reasons.append(f"outside the base: {', '.join(map(str, table.outside_levels))}")
    if UNANSWERED in table.levels:
        reasons.append("those who were asked and left it blank stay in the base of the shares")
    return reasons


def _test(table: Tabulation, ordered: bool, design: Design) -> tuple[pd.DataFrame, list[str]]:
    """The test, where there is one to make, and why this one."""
    none = pd.DataFrame(columns=list(TEST_COLUMNS))
    if not table.by or not design.allows_inference:
        return none, []
    if table.multiple:
        return none, ["no test: people stand in several rows of the table; test one option"]
    inside = [k for k, level in enumerate(table.levels) if level != UNANSWERED]
    counts = table.counts[:, inside]
    if min((counts.sum(axis=0) > 0).sum(), (counts.sum(axis=1) > 0).sum()) < 2:
        return none, ["no test: fewer than two groups or two answers hold anybody"]
    by_rank = ordered and design.kind != "sample" and design.deff == 1
    test = table.test(ordered=by_rank)
    if design.kind == "sample":
        why = "Rao–Scott (second order, F): Pearson's test takes weights and clusters for people"
    elif by_rank:
        why = "the levels have an order: a rank test sees a shift that Pearson's spreads thin"
    else:
        why = "the levels have no order the test may use: a test of the whole table"
    if "Cliff" not in str(test["method"].iloc[0]):
        return test, [why]
    last = [level for level in table.levels if level != UNANSWERED][-1]
    first, second = (g for g, row in zip(table.groups, counts, strict=True) if row.sum())
    return test, [why, f"Cliff's delta above 0: {first} answers nearer {last} than {second}"]


def _in_scale_order(table: Tabulation) -> bool:
    levels = [grade(str(x)) for x in table.levels if x != UNANSWERED]
    places = [found.level for found in levels if found is not None]
    return places in (sorted(places), sorted(places, reverse=True))


@dataclass(frozen=True)
class _Words:
    """The sentences, from the numbers of the table and the test."""

    table: Tabulation
    frame: pd.DataFrame
    favourable: tuple[str, ...]
    test: pd.DataFrame
    confidence: float

    def _share(self) -> tuple[int, int, float]:
        whole = self.frame[self.frame["group"] == "all"]
        rows = whole[whole["level"].isin(self.favourable)]
        return int(rows["count"].sum()), int(whole["base"].iloc[0]), float(rows["estimate"].sum())

    def _largest(self) -> pd.Series:
        whole = self.frame[(self.frame["group"] == "all") & self.frame["estimate"].notna()]
        whole = whole[whole["level"] != UNANSWERED]
        return whole.loc[whole["estimate"].idxmax()]

    def _p(self) -> str:
        p = float(self.test["p"].iloc[0])
        return "P < 0.001" if p < 0.001 else f"P = {p:.3f}"

    def _effect(self) -> str:
        name = str(self.test["method"].iloc[0]).partition("effect: ")[2] or "effect"
        low, high = float(self.test["effect_low"].iloc[0]), float(self.test["effect_high"].iloc[0])
        ends = "" if np.isnan(low) else f" [{low:.2f}, {high:.2f}]"
        return f"{name} {float(self.test['effect'].iloc[0]):.2f}{ends}"

    def _ends(self) -> str:
        """The interval of the share named; only one level's, for several levels have none here."""
        row = self._named()
        if row is None or np.isnan(float(row["low"])):
            return ""
        return f"{float(row['low']):.1%}–{float(row['high']):.1%}"

    def _named(self) -> pd.Series | None:
        if not self.favourable:
            return None if self.frame["estimate"].isna().all() else self._largest()
        whole = self.frame[self.frame["group"] == "all"]
        rows = whole[whole["level"].isin(self.favourable)]
        return rows.iloc[0] if len(rows) == 1 else None

    def english(self) -> str:
        if self.frame["estimate"].isna().all():
            return f"{self.table.question}: nobody answered."
        weighted = ", weighted" if self.table.design.weights else ""
        ends = self._ends() and f", {self.confidence:.0%} CI {self._ends()}"
        if self.favourable:
            count, base, share = self._share()
            said = f"{count:,} of {base:,} ({share:.1%}{weighted}{ends}) answered favourably"
        else:
            top = self._largest()
            said = (
                f"the most frequent answer was {top['level']}, "
                f"{int(top['count']):,} of {int(top['base']):,} "
                f"({top['estimate']:.1%}{weighted}{ends})"
            )
        by = ""
        if not self.test.empty:
            by = f"; by {self.table.by}: {self._p()}, {self._effect()}"
        return f"{self.table.question}: {said}{by}; {self._design(False)}."

    def chinese(self) -> str:
        if self.frame["estimate"].isna().all():
            return f"{self.table.question}：无人作答。"
        weighted = "，加权" if self.table.design.weights else ""
        ends = self._ends() and f"，{self.confidence:.0%}置信区间{self._ends()}"
        if self.favourable:
            count, base, share = self._share()
            said = f"{base}人中{count}人（{share:.1%}{weighted}{ends}）作肯定回答"
        else:
            top = self._largest()
            said = (
                f"选择最多的是“{top['level']}”，{int(top['base'])}人中"
                f"{int(top['count'])}人（{top['estimate']:.1%}{weighted}{ends}）"
            )
        by = ""
        if not self.test.empty:
            by = f"；按{self.table.by}比较：{self._p()}，{self._effect()}"
        return f"{self.table.question}：{said}{by}；{self._design(True)}。"

    def _design(self, chinese: bool) -> str:
        whole = self.table.everyone or self.table
        n = int(whole.base[0])
        design = self.table.design
        if not chinese:
            n_said = f" of {n:,}" if design.kind == "census" else f", n = {n:,}"
            named = "complete count" if design.kind == "census" else design.describe()
            caveat = f" ({design.caveat()})" if design.caveat() else ""
            return f"{named}{n_said}{caveat}"
        named = {
            "census": "全数调查",
            "srs": "简单随机样本",
            "unknown": "抽样方式不明的样本（仅当受访者近似随机抽取时成立）",
            "sample": "复杂抽样（按设计计算误差）",
        }[design.kind]
        return f"{named}，n = {n}"
