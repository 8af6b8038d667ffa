"""What a study does not show, from what was found of it; and the one sentence it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from commsvc.report import finding, say
from commsvc.study.comparisons import Comparison, ask
from commsvc.study.model import Study
from commsvc.study.show_base import answered
from commsvc.study.words import bullets, is_simulated, title_of
from commsvc.survey.answers import Question
from commsvc.survey.said import Said

if TYPE_CHECKING:
    import pandas as pd

_BLANK = 0.05  # a share of blank answers worth a sentence
_SELF = Said(
    "Answers are what people say of a service. They are no measure of its quality, and those who "
    "never came were mostly not asked.",
    "答卷反映的是受访者的评价，不等于服务质量本身；从未使用过服务的人多半没有被问到。",
)
_CAUSES = Said(
    "A difference between groups is no effect of what makes them groups: they differ in other "
    "things, too.",
    "组间差异不等于分组因素的作用：各组在其他方面也可能不同。",
)


def show_limits(
    study: Study,
    questions: Sequence[Question],
    comparisons: Sequence[Comparison] = (),
    steps: pd.DataFrame | None = None,
    flags: pd.DataFrame | None = None,
) -> None:
    """What the study does not show: design, response, blanks, flags, number of tests.

    Parameters
    ----------
    study
    questions : those shown
    comparisons : of `compare`
    steps : of `flow`
    flags : of `flag_answers`
    """
    lines = [*_of_design(study), *_of_response(steps), *_of_blanks(study, questions)]
    lines += [*_of_flags(study, flags), *_of_tests(comparisons)]
    lines += [_SELF, *([_CAUSES] if comparisons else [])]
    if is_simulated(study.source):
        said = Said(
            "The answers are simulated: nothing here says anything about a real service.",
            "答卷为模拟数据，不说明任何真实服务的情况。",
        )
        lines.insert(0, said)
    en, zh = bullets(lines)
    say(en, zh)


def _of_design(study: Study) -> list[Said]:
    kind = study.design.kind
    if kind == "unknown":
        said = Said(
            "How people were chosen is not known. Every interval and every P holds only if those "
            "who answered are like a simple random sample; how far they are from it, nothing in "
            "the answers can tell.",
            "受访者如何选取不明。所有区间和 P 值仅当作答者近似简单随机样本时成立；"
            "偏离多少，答卷本身无从判断。",
        )
        return [said]
    if kind in ("census", "incomplete"):
        described = study.design.describe()
        article = "an" if kind == "incomplete" else "a"
        said = Said(
            f"This is {article} {described.text('en')}: no interval and no P, because nothing "
            "was drawn by chance. It says nothing of other places or times.",
            f"本调查为{described.text('zh')}：没有随机抽取，因此没有区间和 P 值；"
            "也不说明其他地方或其他时间的情况。",
        )
        return [said]
    return [
        Said(
            "Intervals hold the error of sampling alone: not that of who did not answer, nor of "
            "how a question was put.",
            "区间只反映抽样误差，不含未回应者和提问方式带来的误差。",
        )
    ]


def _of_response(steps: pd.DataFrame | None) -> list[Said]:
    if steps is None or steps["group"].iloc[0] == "issued":
        return []
    return [
        Said(
            "How many questionnaires were given out is not said: those who did not answer may "
            "think otherwise, and nobody knows how many they are.",
            "未说明发放份数：未作答者的看法可能不同，而其人数不明。",
        )
    ]


def _of_blanks(study: Study, questions: Sequence[Question]) -> list[Said]:
    shares = []
    for question in questions:
        found = answered(study.answers, question)
        if found["asked"]:
            shares.append((found.get("blank", 0) / found["asked"], question))
    share, worst = max(shares, key=lambda pair: pair[0], default=(0.0, Question("")))
    if share < _BLANK:
        return []
    en, zh = title_of(worst)
    return [
        Said(
            f"Up to {share:.0%} of those asked left a question blank ({en}); they stay in the "
            "base.",
            f"最多有 {share:.0%} 的问及者对某题未作答（{zh}），仍计入分母。",
        )
    ]


def _of_flags(study: Study, flags: pd.DataFrame | None) -> list[Said]:
    if flags is None or flags.empty:
        return []
    kept = int(flags["row"].isin(study.answers.data.index).sum())
    if not kept:
        return []
    return [
        Said(
            f"{kept} flags are of answers that were kept.",
            f"有 {kept} 条标记对应的答卷仍在分析之内。",
        )
    ]


def _of_tests(comparisons: Sequence[Comparison]) -> list[Said]:
    tests = sum(int(c.found.test["p"].notna().sum()) for c in comparisons)
    if tests < 2:
        return []
    return [
        Said(
            f"{tests} tests were made: at 5 %, {tests / 20:g} would be under it by chance alone "
            "if nothing differed. Read the adjusted P, and take what was not asked before the data "
            "came as a question for the next survey.",
            f"共作 {tests} 个检验：若以 5% 为界，即使毫无差异，平均也会有 {tests / 20:g} 个"
            "低于它。请看校正 P 值；数据到手之前没有提出的比较，只能作为下一次调查的问题。",
        )
    ]


def show_finding(study: Study, questions: Sequence[Question]) -> None:
    """The one sentence of the report: how the first question was answered.

    Parameters
    ----------
    questions : the first that has answers to choose from is taken; none, and nothing is said
    """
    closed = [q for q in questions if q.kind != "text"]
    if not closed:
        return
    found = ask(study, closed[0])
    finding(found.sentence_en, found.sentence_zh)
