"""What a study shows of one question: its shares with the right intervals, as table and figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from commsvc.report import label, say
from commsvc.report.lang import pair
from commsvc.study.comparisons import ask
from commsvc.study.model import Study
from commsvc.study.shares import Words, draw_scale, draw_shares, file_stem, table_of_shares
from commsvc.study.words import MEASURES, capital, heading_of, level_words, part_words, title_of
from commsvc.survey.answers import Question
from commsvc.survey.describe import Satisfaction
from commsvc.survey.likert import are_codes, graded_scores, scale_scores

_LEVEL: Final = {"level": ("Answer", "答案")}


def show_question(study: Study, question: Question) -> None:
    """One question of the survey: a heading, the sentence, the table and the figure.

    Parameters
    ----------
    study
    question : of the codebook; what is shown goes by its kind
    """
    en, zh = heading_of(question)
    say(f"### {en}", f"### {zh}")
    answered = study.answers.data[[c for c in question.columns if c in study.answers.data]]
    if question.kind == "text" or not answered.notna().any(axis=None):
        n = int(answered.notna().any(axis=1).sum())
        say(
            f"{n:,} people wrote something. Texts are not shown: they may tell who somebody is.",
            f"共 {n:,} 人填写了文字。文字内容可能透露身份，不予列出。",
        )
        return
    found = ask(study, question)
    say(*pair(found.sentence))
    by_kind: Mapping[str, Callable[[Study, Question, Satisfaction, str, Words], None]] = {
        "matrix": _matrix,
        "multiple": _multiple,
        "ranking": _ranking,
        "number": _number,
    }
    name = f"{study.name}_{file_stem(question.name)}"
    show = by_kind.get(question.kind, _levels)
    if (
        question.kind in ("matrix", "ranking")
        and "item" not in found.table
        and not len(question.columns) > 1
    ):
        show = _levels
    show(study, question, found, name, capital(title_of(question)))


def _levels(study: Study, question: Question, found: Satisfaction, name: str, title: Words) -> None:
    words = level_words(question)
    table_of_shares(study, found.table, _LEVEL, caption=title, values={"level": words})
    _scale_in_brief(study, question, found, title)
    inside = found.table[found.table["level"].isin([x.label for x in question.levels])]
    draw_shares(study, inside, name, words=words, caption=title)


def _scale_in_brief(study: Study, question: Question, found: Satisfaction, title: Words) -> None:
    """The favourable together, the rest, the balance, the mean score."""
    if found.summary.empty:
        return
    brief = (f"{title[0]}, in brief", f"{title[1]}：归并")
    shares = found.summary[found.summary["level"] != "mean score"]
    first = {"level": ("Answers", "答案")}
    if len(shares):
        table_of_shares(study, shares, first, caption=brief, values={"level": MEASURES})
    score = found.summary[found.summary["level"] == "mean score"]
    if len(score) and score["estimate"].notna().any():
        row = score.iloc[0]
        ends = "" if pd.isna(row["low"]) else f" ({row['low']:.2f}–{row['high']:.2f})"
        ends_zh = ends.replace(" (", "（").replace(")", "）")
        kind, kind_zh = _of_scores([x.label for x in question.levels if not x.missing])
        say(
            f"Mean score, {kind}: **{row['estimate']:.2f}**{ends}, of {row['base']:,.0f} who "
            "answered; it takes the steps of the scale for equal.",
            f"平均得分（{kind_zh}）：**{row['estimate']:.2f}**{ends_zh}，"
            f"{row['base']:,.0f} 人作答；计算时视各档间距相等。",
        )


def _of_scores(labels: list[str]) -> Words:
    """What the scores of a scale are."""
    marks = scale_scores(labels)
    low, high = min(marks.values(), default=1), max(marks.values(), default=5)
    if are_codes(labels):
        return (
            f"the codes {low:g} to {high:g} (which end is the better one, the codebook has to say)",
            f"编码 {low:g} 至 {high:g}，哪一端为好须由编码簿说明",
        )
    best = 5 if graded_scores(labels) else high
    return f"{best:g} the best", f"{best:g} 分最好"


def _multiple(
    study: Study, question: Question, found: Satisfaction, name: str, title: Words
) -> None:
    frame = found.table.sort_values("estimate", ascending=False, kind="stable")
    words = level_words(question)
    first = {"level": ("Option", "选项")}
    table_of_shares(study, frame, first, caption=title, values={"level": words})
    say(
        "A person may have ticked several: shares are of people and may add up to more than 100 %.",
        "每人可选多项：占比以人数为分母，合计可超过 100%。",
    )
    draw_shares(study, frame, name, words=words, caption=title)


def _matrix(study: Study, question: Question, found: Satisfaction, name: str, title: Words) -> None:
    items = part_words(question)
    if "item" not in found.table:
        _number(study, question, found, name, title)
        return
    first = {"item": ("Item", "项目")}
    good = found.summary
    if not good.empty and (good["level"] == "favourable").any():
        good = good[good["level"] == "favourable"]
        caption = (f"{title[0]}: favourable answers", f"{title[1]}：肯定回答")
        table_of_shares(study, good, first, caption=caption, values={"item": items})
    else:
        both = first | _LEVEL
        values = {"item": items, "level": level_words(question) | MEASURES}
        means = "mean" in set(found.table["level"])
        table_of_shares(study, found.table, both, caption=title, values=values, numbers=means)
    rows = [label(*items.get(str(x), (str(x),) * 2), "\n") for x in found.table["item"]]
    frame = found.table.assign(group=rows)
    draw_scale(study, frame, question, len(found.favourable), name, caption=title)


def _ranking(
    study: Study, question: Question, found: Satisfaction, name: str, title: Words
) -> None:
    """Who put each item first, and its mean place among those who ranked it."""
    words = part_words(question)
    caption = (f"{title[0]}: put first", f"{title[1]}：列在首位")
    first = {"level": ("Item", "项目")}
    frame = found.table.drop(columns="response_share", errors="ignore")
    table_of_shares(study, frame, first, caption=caption, values={"level": words})
    if not found.summary.empty:
        places = found.summary.sort_values("estimate", kind="stable")
        said = (f"{title[0]}: mean place, 1 the first", f"{title[1]}：平均名次（1 为首位）")
        values = {"level": words}
        table_of_shares(study, places, first, caption=said, values=values, numbers=True)
    draw_shares(study, frame, name, words=words, caption=caption)


def _number(study: Study, question: Question, found: Satisfaction, name: str, title: Words) -> None:
    first = {"level": ("Measure", "指标")}
    people = ("people who gave a number", "填写数字者")
    rest = {"denominator": people, "values": {"level": MEASURES}, "numbers": True}
    table_of_shares(study, found.table, first, caption=title, **rest)  # type: ignore[arg-type]
