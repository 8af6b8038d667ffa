"""What a study shows of its denominators: who was asked what, and how people were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from commsvc.report import say, show_table
from commsvc.report.lang import pair
from commsvc.study.model import Study
from commsvc.study.words import title_of
from commsvc.survey.answers import Answers, Question
from commsvc.survey.said import Said
from commsvc.survey.words import KINDS, missing_word


def show_answered(answers: Answers, questions: Sequence[Question]) -> None:
    """Who was asked each question and who answered: the denominators of everything below.

    Parameters
    ----------
    answers : those kept
    questions : of the codebook
    """
    if not questions:
        say(
            "There is no question to count: none in the codebook has levels or numbers. Is this "
            "the right sheet, and does its header hold the questions? Else give questions their "
            "kind in the codebook.",
            "没有可统计的题目：编码簿中各题都没有选项，也不是数字。请核对工作表和表头是否正确，"
            "或在编码簿中补上题型。",
        )
        return
    rows = [
        {"question": question.name, "text": title_of(question), "kind": question.kind}
        | answered(answers, question)
        for question in questions
    ]
    frame = pd.DataFrame(rows)
    other = [c for c in frame if c not in ("question", "text", "kind", "asked", "answered")]
    frame = frame.fillna(dict.fromkeys(other, 0)).astype(dict.fromkeys(other, int))
    show_table(
        frame,
        caption=("Who answered what", "各题作答情况"),
        columns={
            "question": ("Question", "题号"),
            "text": ("Text", "题目"),
            "kind": ("Kind", "题型"),
            "asked": ("Asked", "问及人数"),
            "answered": ("Answered", "作答人数"),
        }
        | {kind: _heading(kind) for kind in other},
        values={"kind": {kind: word for kind, word in KINDS.items()}},
        source=answers.source,
        n=answers.n,
        denominator=("answers kept", "纳入分析的答卷"),
        note=(
            "Skipped: never asked, in no base. Blank: asked and left empty, in the base. Don't "
            "know and its like are shown and stand outside the base.",
            "跳过：未被问到，不计入分母；未答：问到而未作答，计入分母；“不知道”等列出但不计入分母。",
        ),
    )


def _heading(kind: str) -> tuple[str, str]:
    en, zh = pair(missing_word(kind))
    return en[:1].upper() + en[1:], zh


def answered(answers: Answers, question: Question) -> dict[str, Any]:
    """Of one question: who was asked, who answered in the base, and why others did not.

    Returns
    -------
    dict with `asked`, `answered`, and the number of each kind of missing answer
    """
    columns = [c for c in question.columns if c in answers.data]
    there = answers.data[columns].notna().any(axis=1)
    why = answers.why_missing(columns[0]).where(~there, "")
    kinds = {str(kind): int(n) for kind, n in why[why != ""].value_counts().items()}
    away = 0
    for level in question.levels:
        if level.missing and question.kind in ("single", "scale"):
            given = int((answers.data[columns[0]] == level.label).sum())
            if given:
                kinds[level.missing] = kinds.get(level.missing, 0) + given
                away += given
    asked = answers.n - kinds.get("skipped", 0)
    return {"asked": asked, "answered": int(there.sum()) - away, **kinds}


def show_design(study: Study) -> None:
    """How people were chosen, and what that allows.

    Parameters
    ----------
    study
    """
    design = study.design
    allows = {
        "census": Said("Shares are exact: no interval, no test.", "占比为精确值：无区间，无检验。"),
        "incomplete": Said(
            "Counts are at most lower bounds: no interval, no test.",
            "各数至多是下限：无区间，无检验。",
        ),
        "srs": Said("Intervals and tests as of simple counts.", "按简单计数求区间和检验。"),
        "sample": Said(
            "Shares are weighted; errors are those of the design (linearised), tests Rao–Scott.",
            "占比为加权值；误差按抽样设计（线性化）计算，检验用 Rao–Scott。",
        ),
        "unknown": Said(
            "Nobody said how people were chosen: intervals and tests hold on the condition given "
            "with them, and `design` in the first cell is the place to say more.",
            "未说明受访者如何选取：区间和检验只在所附条件下成立；"
            "如有说明，请写在第一个单元格的 design 中。",
        ),
    }[design.kind]
    said = design.describe()
    caveat, caveat_zh = design.caveat().text("en"), design.caveat().text("zh")
    say(
        f"Design: **{said.text('en')}**{f' ({caveat})' if caveat else ''}. {allows}",
        f"设计：**{said.text('zh')}**{f'（{caveat_zh}）' if caveat_zh else ''}。{allows.zh}",
    )
