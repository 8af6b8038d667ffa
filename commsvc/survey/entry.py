"""The entry a beginner finds: one question, by a group, with what the design and scale allow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from commsvc.errors import unknown_name
from commsvc.inference.design import Design
from commsvc.inference.results import TEST_COLUMNS
from commsvc.shown import Shown
from commsvc.survey.answers import Answers
from commsvc.survey.codebook import Codebook
from commsvc.survey.said import Said, join
from commsvc.survey.scales import common_scale, grade
from commsvc.survey.sentences import Sentences
from commsvc.survey.tabulate import UNANSWERED, Tabulation, tabulate_answers


@dataclass(frozen=True, repr=False)
class Satisfaction(Shown):
    """What `satisfaction` found.

    Attributes
    ----------
    table : tidy shares, everybody first
    test : one row, or none where the design or the question allows no test
    favourable : levels counted as satisfied; empty where the answers are not graded
    sentence_en, sentence_zh : ready for a caption
    reasons : why this table, this interval, this test, in English; `reason.zh` says it in Chinese
    explain : whether the reasons are shown
    """

    table: pd.DataFrame
    test: pd.DataFrame
    favourable: tuple[str, ...]
    sentence_en: str
    sentence_zh: str
    reasons: tuple[Said, ...]
    explain: bool = False

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        said = [self.sentence_en, self.sentence_zh]
        return "\n".join([*said, *(f"- {reason}" for reason in self.reasons if self.explain)])


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
        reasons.append(
            Said("design read from the codebook's roles", "抽样设计取自编码簿中的角色")
            if design.kind == "sample"
            else Said("design not said: unknown", "未说明抽样设计：视为不明")
        )
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
        scale, in_order = "codebook", True
    names = _names(book, question)
    reasons += _reasons(table, scale, good, names)
    test, why = _test(table, in_order, design, names, _names(book, by))
    frame = table.frame(confidence=confidence)
    words = Sentences(table, frame, good, test, confidence, names)
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


def _names(book: Codebook | None, question: str | None) -> dict[str, Said]:
    """The labels of a question's answers in both languages."""
    if book is None or question is None or question not in book:
        return {}
    return {
        level.label: Said(level.en or level.label, level.zh or level.label)
        for level in book[question].levels
    }


# How a scale is known -> what it is called.
_SCALES = {
    "satisfaction": Said("satisfaction", "满意度"),
    "agreement": Said("agreement", "同意程度"),
    "importance": Said("importance", "重要性"),
    "quality": Said("quality", "优劣"),
    "codebook": Said("as the codebook has it", "据编码簿"),
}


def _reasons(
    table: Tabulation, scale: str, favourable: tuple[str, ...], names: dict[str, Said]
) -> list[Said]:
    reasons = []
    if scale:
        good = join([names.get(x, x) for x in favourable], ", ", "、")
        known = _SCALES[scale]
        reasons.append(
            Said(
                f"the answers are graded ({known}): {good or 'none of the answers'} "
                "count as favourable",
                f"答案分等级（{known.zh}）：{good.zh or '没有答案'}计为肯定回答",
            )
        )
    elif table.multiple:
        reasons.append(
            Said(
                "a person may give several answers: shares are of people, and add up to more",
                "每人可选多项：比例以人数为分母，合计超过100%",
            )
        )
    else:
        reasons.append(
            Said(
                "the answers are not all on one known scale: every level stands for itself",
                "答案不全在同一已知量表上：各档单独看待",
            )
        )
    kind = table.design.kind
    if kind == "census":
        why = Said(
            "a complete count is exact: no interval and no test", "全数调查是精确值：无区间，无检验"
        )
    elif kind == "sample":
        why = Said(
            "weights, strata or clusters: linearised errors from cluster totals, logit intervals",
            "有权重、分层或整群：由群合计线性化求误差，logit区间",
        )
    else:
        why = Said(
            "no weights, strata or clusters: Wilson intervals from counts",
            "无权重、分层或整群：由频数求Wilson区间",
        )
    reasons.append(why)
    if table.outside_levels:
        away = join([names.get(str(x), str(x)) for x in table.outside_levels], ", ", "、")
        reasons.append(Said(f"outside the base: {away}", f"不计入分母：{away.zh}"))
    if UNANSWERED in table.levels:
        reasons.append(
            Said(
                "those who were asked and left it blank stay in the base of the shares",
                "问到而未答者仍计入分母",
            )
        )
    return reasons


def _test(
    table: Tabulation,
    ordered: bool,
    design: Design,
    names: dict[str, Said],
    group_names: dict[str, Said],
) -> tuple[pd.DataFrame, list[Said]]:
    """The test, where there is one to make, and why this one."""
    none = pd.DataFrame(columns=list(TEST_COLUMNS))
    if not table.by or not design.allows_inference:
        return none, []
    if table.multiple:
        return none, [
            Said(
                "no test: people stand in several rows of the table; test one option",
                "不作检验：同一人出现在多行中；请逐个选项检验",
            )
        ]
    inside = [k for k, level in enumerate(table.levels) if level != UNANSWERED]
    counts = table.counts[:, inside]
    if min((counts.sum(axis=0) > 0).sum(), (counts.sum(axis=1) > 0).sum()) < 2:
        return none, [
            Said(
                "no test: fewer than two groups or two answers hold anybody",
                "不作检验：有人的组或答案不足两个",
            )
        ]
    by_rank = ordered and design.kind != "sample" and design.deff == 1
    test = table.test(ordered=by_rank)
    if design.kind == "sample":
        why = Said(
            "Rao–Scott (second order, F): Pearson's test takes weights and clusters for people",
            "Rao–Scott检验（二阶，F）：皮尔逊检验会把权重和整群当作人数",
        )
    elif by_rank:
        why = Said(
            "the levels have an order: a rank test sees a shift that Pearson's spreads thin",
            "各档有顺序：秩检验看得到整体的高低，皮尔逊检验则把它摊薄",
        )
    else:
        why = Said(
            "the levels have no order the test may use: a test of the whole table",
            "各档没有检验可用的顺序：对整张表作检验",
        )
    if "Cliff" not in str(test["method"].iloc[0]):
        return test, [why]
    last = str([level for level in table.levels if level != UNANSWERED][-1])
    held = [str(g) for g, row in zip(table.groups, counts, strict=True) if row.sum()]
    end = names.get(last, Said(last, last))
    first, second = (group_names.get(g, Said(g, g)) for g in held)
    sign = Said(
        f"Cliff's delta above 0: {table.by} = {first} answers nearer {end} than {second}",
        f"Cliff δ大于0：{table.by}为“{first.zh}”者的回答比“{second.zh}”者更靠近“{end.zh}”",
    )
    return test, [why, sign]


def _in_scale_order(table: Tabulation) -> bool:
    levels = [grade(str(x)) for x in table.levels if x != UNANSWERED]
    places = [found.level for found in levels if found is not None]
    return places in (sorted(places), sorted(places, reverse=True))
