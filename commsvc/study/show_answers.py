"""What a study shows of its answers: what was read, cleaned, flagged, kept and left unanswered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from commsvc.report import label, say, show, show_table
from commsvc.report.lang import pair
from commsvc.study.words import bullets, is_simulated
from commsvc.survey.said import Said
from commsvc.survey.words import FLAG_RULES, MISSING, STEP_RULES
from commsvc.words.messages import message

if TYPE_CHECKING:
    import pandas as pd

    from commsvc.survey.answers import Answers
    from commsvc.survey.codebook import Codebook
    from commsvc.survey.log import Step

MOST_ROWS: Final = 40
_MEANING: Final = {
    "duplicate": Said(
        "the same answers to everything, or the same address and time, as an earlier one; with few "
        "questions this happens by chance",
        "与前一份答卷全部答案相同，或地址与提交时间相同；题目少时可能纯属巧合",
    ),
    "speeder": Said(
        "took less than 30 % of the median time, or a second",
        "用时不足中位数的 30%，或不超过 1 秒",
    ),
    "straight-liner": Said(
        "one answer to every row of a matrix; it may be meant",
        "矩阵题各行答案完全相同；也可能是真实想法",
    ),
    "exclusive option plus others": Said(
        "ticked an option such as none of the above, and another",
        "既选了“以上都没有”一类选项，又选了其他项",
    ),
    "out of range": Said(
        "an answer that the codebook does not know, or an impossible number",
        "编码簿中没有的答案，或不可能的数值",
    ),
    "contradictory": Said("two answers that cannot both be", "两个答案互相矛盾"),
}


def show_reading(answers: Answers, codebook: Codebook) -> None:
    """What was read, what was decided on the way, and what of the codebook is uncertain.

    Parameters
    ----------
    answers : as `read_answers` gave them
    codebook : its `doubts`, if it is a draft, are listed
    """
    said_en, said_zh = bullets(answers.done)
    say(
        f"**{answers.n:,}** answers were read from `{answers.source}`:\n\n{said_en}",
        f"从 `{answers.source}` 读入 **{answers.n:,}** 份答卷：\n\n{said_zh}",
    )
    if is_simulated(answers.source):
        say(
            "**These answers are simulated: nobody was asked anything, and nothing below says "
            "anything about a real service.**",
            "**这些答卷是模拟数据：没有人接受过调查，下文不说明任何真实服务的情况。**",
        )
    if codebook.doubts:
        doubts = [message("{name}: {doubt}", name=q, doubt=d) for q, d in codebook.doubts]
        en, zh = bullets(doubts)
        say(
            f"The codebook was drafted from the answers. To be looked at:\n\n{en}",
            f"编码簿由答卷自动起草，以下各处需要核对：\n\n{zh}",
        )


def show_cleaning(log: Iterable[Step]) -> None:
    """Every value that cleaning changed, with how often; the log replays.

    Parameters
    ----------
    log : of `clean_answers`
    """
    from commsvc.survey.log import log_frame

    steps = list(log)
    if not steps:
        say("Nothing had to be cleaned.", "没有需要清理之处。")
        return
    frame = log_frame(steps)
    # A number read from its digits is another type, and no change to a reader.
    frame = frame[frame["before"].astype(str) != frame["after"].astype(str)]
    notes = {str(step.note): pair(step.note) for step in steps}
    changed, columns = int(frame["count"].sum()), frame["column"].nunique()
    say(
        f"**{changed:,}** cells in {columns} columns were changed, by rules that need no decision. "
        "The file itself is as it was.",
        f"按无须判断的规则，共改动 {columns} 列中的 **{changed:,}** 个单元格；原文件未作任何改动。",
    )
    rest = len(frame) - MOST_ROWS
    kinds = {
        f"({kind})": (f"({word.text('en')})", f"（{word.text('zh')}）")
        for kind, word in MISSING.items()
    }
    show_table(
        frame.head(MOST_ROWS)[["rule", "column", "before", "after", "count", "note"]].assign(
            note=[notes[str(note)] for note in frame.head(MOST_ROWS)["note"]]
        ),
        caption=("What cleaning changed", "清理改动"),
        columns={
            "rule": ("Rule", "规则"),
            "column": ("Column", "列"),
            "before": ("Before", "原值"),
            "after": ("After", "改为"),
            "count": ("Cells", "单元格数"),
        },
        values={
            "rule": {rule: word for rule, word in STEP_RULES.items()},
            "after": kinds | {"(left out)": ("left out", "已删去")},
            "before": {"column": ("whole column", "整列")},
        },
        formats={"before": str, "after": str},
        n=changed,
        denominator=("cells changed", "改动的单元格"),
        note=(f"and {rest:,} more lines", f"另有 {rest:,} 行") if rest > 0 else "",
    )


def show_flags(flags: pd.DataFrame, answers: Answers, left_out: Sequence[str] = ()) -> None:
    """How many answers each rule found, and which they are; none is dropped by being flagged.

    Parameters
    ----------
    flags : of `flag_answers`
    answers : those flagged
    left_out : the rules by which answers are left out
    """
    from commsvc.survey.flags import count_flags

    if flags.empty:
        say("No answer is flagged.", "没有答卷被标记。")
        return
    counts = count_flags(flags, answers)
    words = {rule: word for rule, word in FLAG_RULES.items()}
    show_table(
        counts.assign(
            meaning=[pair(_MEANING.get(rule, "")) for rule in counts["rule"]],
            out=[rule in left_out for rule in counts["rule"]],
        )[["rule", "meaning", "count", "base", "estimate", "out"]],
        caption=("Answers that deserve a look", "需要留意的答卷"),
        columns={
            "meaning": ("What it finds", "含义"),
            "count": ("Answers", "答卷数"),
            "base": ("Of", "总数"),
            "estimate": ("Share", "占比"),
            "out": ("Left out", "剔除"),
        },
        values={"rule": words},
        formats={"estimate": ".1%", "base": ",d"},
        source=answers.source,
        n=answers.n,
        denominator=("answers returned", "回收的答卷"),
        note=(
            "Flagged, not dropped: leave_out in the first cell says which rules exclude.",
            "只标记，不自动剔除：按哪些规则剔除，由第一个单元格中的 leave_out 决定。",
        ),
    )
    ids = answers.data.get("id")
    some = flags.head(MOST_ROWS)
    numbers = some["row"] if ids is None else ids.loc[some["row"]]
    rest = len(flags) - len(some)
    show_table(
        some.assign(
            id=[str(number) for number in numbers],
        )[["id", "rule", "note"]],
        caption=("Which answers are flagged", "被标记的答卷"),
        columns={"id": ("Row", "行号") if ids is None else ("Answer", "答卷编号")},
        values={"rule": words},
        source=answers.source,
        n=len(flags),
        denominator=("flags", "标记"),
        note=(f"and {rest:,} more", f"另有 {rest:,} 条") if rest > 0 else "",
    )


def show_flow(steps: pd.DataFrame, name: str = "study_flow", source: str = "") -> None:
    """Who was kept, as a figure: issued → returned → valid.

    Parameters
    ----------
    steps : of `flow`
    name : the figure's file
    source : for the caption
    """
    from commsvc import plots

    drawn = steps.assign(
        shown=[label(*pair(_STEPS.get(str(group), group))) for group in steps["group"]],
        why=[label(*pair(note), "\n") for note in steps["note"]],
    )
    ax = plots.flow(drawn, labels="shown", note="why")
    show(
        ax,
        name,
        caption=("Who was kept", "答卷的取舍"),
        source=source,
        n=int(steps["count"].iloc[0]),
        denominator=("questionnaires", "问卷"),
    )
    first, last = steps.iloc[0], steps.iloc[-1]
    if first["group"] == "issued":
        returned = int(steps["count"].iloc[1])
        share = returned / max(int(first["count"]), 1)
        say(
            f"**{returned:,}** of {int(first['count']):,} questionnaires came back ({share:.1%}); "
            f"**{int(last['count']):,}** are analysed.",
            f"发放问卷 {int(first['count']):,} 份，回收 **{returned:,}** 份（{share:.1%}），"
            f"纳入分析 **{int(last['count']):,}** 份。",
        )
    else:
        say(
            f"**{int(first['count']):,}** answers came back, **{int(last['count']):,}** are "
            "analysed. How many questionnaires were given out is not said (`issued`), so there is "
            "no response rate.",
            f"回收答卷 **{int(first['count']):,}** 份，纳入分析 **{int(last['count']):,}** 份。"
            "未说明发放了多少份（issued），因此没有回收率。",
        )


_STEPS = {
    "issued": message("given out"),
    "valid": message("kept"),
    "analysed": message("answered"),
}
