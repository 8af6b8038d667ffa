"""Graded answers of a study: the bars that part at the middle, and the satisfied together."""

from __future__ import annotations

import pandas as pd

from commsvc.report import label, say, show
from commsvc.study.model import Study
from commsvc.study.shares import Words
from commsvc.study.words import level_words
from commsvc.survey.answers import Question
from commsvc.survey.combined import combined_share, favourable_levels
from commsvc.survey.suppress import suppress_small


def favourable_words(question: Question) -> Words:
    """The favourable answers by name: "very satisfied or satisfied".

    >>> from commsvc.survey.answers import Level
    >>> levels = (Level("很满意", "很满意", "very satisfied"), Level("一般", "一般", "neutral"))
    >>> favourable_words(Question("Q1", levels=levels))
    ('very satisfied', '很满意')
    """
    words = level_words(question)
    named = [words[level] for level in favourable_levels(question)]
    return " or ".join(en for en, _ in named), "或".join(zh for _, zh in named)


def favourable_shares(
    study: Study, question: Question, column: str, by: str | None = None
) -> pd.DataFrame | None:
    """The share of favourable answers to a column of a graded question; None where it is not one.

    Parameters
    ----------
    column : the question's, or a row of a matrix
    by : groups, after everybody
    """
    good = favourable_levels(question)
    if not good:
        return None
    frame = combined_share(
        study.answers, column, good, by, design=study.design, codebook=study.codebook
    )
    return suppress_small(frame, base=study.smallest_base)


def say_favourable(question: Question, row: pd.Series) -> None:
    """The satisfied in one sentence.

    Parameters
    ----------
    row : of `favourable_shares`
    """
    if pd.isna(row["estimate"]):
        return
    en, zh = favourable_words(question)
    ends = "" if pd.isna(row["low"]) else f"{row['low']:.1%}–{row['high']:.1%}"
    say(
        f"{en[:1].upper()}{en[1:]}: **{row['count']:,.0f}** of {row['base']:,.0f}, "
        f"**{row['estimate']:.1%}**{f' ({ends})' if ends else ''}.",
        f"{zh}：{row['base']:,.0f} 人中 **{row['count']:,.0f}** 人，"
        f"占 **{row['estimate']:.1%}**{f'（{ends}）' if ends else ''}。",
    )


def draw_scale(
    study: Study, frame: pd.DataFrame, question: Question, name: str, *, caption: Words, n: int
) -> None:
    """Bars of graded answers, a row a group, favourable ones to the right.

    Parameters
    ----------
    frame : tidy shares with the rows' names in `group`
    name : of the figure's file
    """
    from commsvc import plots

    labels = [level.label for level in question.levels if not level.missing]
    drawn = frame[frame["level"].isin(labels) & frame["estimate"].notna()]
    if len(labels) < 2 or drawn.empty:
        return
    words = level_words(question)
    answered = drawn.groupby("group", sort=False)["estimate"].transform("sum")
    n_answered = drawn.groupby("group", sort=False)["count"].transform("sum")
    good = len(favourable_levels(question))
    # An odd scale with a middle is split there; another by how many of its answers are favourable.
    halved = len(labels) % 2 == 1 and good == len(labels) // 2
    ax = plots.likert(
        # Weights are in the estimates: the bars show these, the labels the people who answered.
        drawn.assign(
            count=drawn["estimate"] / answered * n_answered,
            level=[label(*words[level], "\n") for level in drawn["level"]],
        ),
        [label(*words[level], "\n") for level in labels],
        favourable=None if halved or not good else good,
        xlabel=label("share of those who answered", "占作答者的比例", "\n"),
    )
    show(
        ax,
        name,
        caption=caption,
        source=study.source,
        n=n,
        denominator=("people who answered", "作答者"),
        design=study.design_words,
    )
