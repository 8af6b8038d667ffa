"""Shares of a study as tables and figures: what the design allows, with base, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

import pandas as pd

from commsvc.report import label, show, show_table
from commsvc.study.model import Study
from commsvc.study.notes import caveats, split_note
from commsvc.study.words import level_words
from commsvc.survey.answers import Question

Words = tuple[str, str]
ASKED: Final = ("people asked, blank answers included", "问及者（含未作答者）")
INTERVAL: Final = ("95 % interval", "95% 区间")
_HEADINGS: Final[dict[str, Words]] = {
    "count": ("People", "人数"),
    "base": ("Of", "分母"),
    "estimate": ("Share", "占比"),
    "interval": INTERVAL,
    "response_share": ("Of all answers", "占全部选择"),
    "weighted_base": ("Weighted n", "加权人数"),
    "effective_n": ("Effective n", "有效样本量"),
    "deff": ("Design effect", "设计效应"),
    "remark": ("Note", "说明"),
}
_FORMATS: Final = {
    "count": ",.0f",
    "base": ",.0f",
    "weighted_base": ",.0f",
    "effective_n": ",.0f",
    "deff": ".2f",
    "estimate": ".1%",
    "interval": ".1%",
    "response_share": ".1%",
}
_EXTRA: Final = ("response_share", "weighted_base", "effective_n", "deff")


def file_stem(name: str) -> str:
    """A name as part of a file's, different for different names.

    >>> file_stem("Q3"), file_stem("a b") != file_stem("a/b")
    ('Q3', True)
    """
    if re.fullmatch(r"[\w-]+", name):
        return name
    mark = blake2b(name.encode(), digest_size=3).hexdigest()
    plain = re.sub(r"[^\w-]+", "_", name).strip("_")
    return f"{plain}_{mark}"


def table_of_shares(
    study: Study,
    frame: pd.DataFrame,
    first: Mapping[str, Words],
    *,
    caption: Words,
    denominator: Words = ASKED,
    values: Mapping[str, Mapping[Any, Words]] | None = None,
    numbers: bool = False,
) -> None:
    """Show shares, or means, with what the design allows, and no column that says nothing.

    Parameters
    ----------
    frame : tidy estimates with `count, base, estimate, low, high, note`, and what `first` names
    first : the columns that stand first, with their headings
    caption, denominator, values : as `show_table` takes them
    numbers : the estimates are numbers and not shares of one
    """
    notes = [split_note(note, study.design) for note in frame["note"]]
    common = [frame["note"].iloc[0]] if len(set(notes)) == 1 else []
    columns = [*first, *(["count"] if frame["count"].notna().any() else []), "base", "estimate"]
    ranges = {"interval": ("low", "high")} if frame["low"].notna().any() else {}
    columns += ["low", "high"] if ranges else []
    columns += [c for c in _EXTRA if c in frame and frame[c].notna().any() and not numbers]
    if not common and any(en for en, _ in notes):
        columns.append("remark")
    there = [*columns, *ranges]
    headings = dict(_HEADINGS)
    formats = {k: v for k, v in _FORMATS.items() if k in there}
    if numbers:
        headings |= {"base": ("People", "人数"), "estimate": ("Estimate", "估计值")}
        formats |= dict.fromkeys(("estimate", *ranges), ".4g")
    show_table(
        frame.assign(remark=notes)[columns],
        caption=caption,
        columns=dict(first) | {k: v for k, v in headings.items() if k in there},
        values=values,
        ranges=ranges,
        formats=formats,
        source=study.source,
        n=int(frame["base"].max()),
        denominator=denominator,
        design=study.design_words,
        note=caveats(study.design, common),
    )


def draw_shares(
    study: Study,
    frame: pd.DataFrame,
    name: str,
    *,
    words: Mapping[str, Words],
    caption: Words,
    labels: str = "level",
    numbers: Words | None = None,
) -> None:
    """Estimates with their intervals as a figure; a complete count has dots alone.

    Parameters
    ----------
    frame : tidy estimates, a row a mark; rows without one are not drawn
    name : of the figure's file
    words : what the values of the column `labels` are called
    numbers : what is estimated, where that are numbers and no shares
    """
    from commsvc import plots

    drawn = frame[frame["estimate"].notna()]
    if len(drawn) < 2:
        return
    pairs = [words.get(str(x), (str(x), str(x))) for x in drawn[labels]]
    write = "{:.4g}" if numbers else "{:.1%}"
    alt = None
    if drawn["low"].isna().all():
        shares = drawn["estimate"].tolist()
        said = [
            [f"{pair[i]} {write.format(share)}" for pair, share in zip(pairs, shares, strict=True)]
            for i in (0, 1)
        ]
        alt = (f"Estimates: {'; '.join(said[0])}.", f"估计值：{'；'.join(said[1])}。")
    n = int(drawn["base"].max())
    axis = numbers or (f"share of {ASKED[0]}", f"占{ASKED[1]}的比例")
    one_base = drawn["base"].nunique() == 1
    ax = plots.intervals(
        drawn.assign(
            shown=[label(*pair) for pair in pairs],
            low=drawn["low"].fillna(drawn["estimate"]),
            high=drawn["high"].fillna(drawn["estimate"]),
        ).drop(columns=["base"] if one_base else []),
        labels="shown",
        share=numbers is None,
        xlabel=label(*axis, "\n"),
    )
    show(
        ax,
        name,
        caption=caption,
        alt=alt,
        source=study.source,
        n=n,
        denominator=ASKED if numbers is None else ("people who gave a number", "填写数字者"),
        design=study.design_words,
    )


def draw_scale(
    study: Study,
    frame: pd.DataFrame,
    question: Question,
    favourable: int,
    name: str,
    *,
    caption: Words,
) -> None:
    """Bars of graded answers, a row a group, favourable ones to the right.

    Parameters
    ----------
    frame : tidy shares with the rows' names in `group`
    favourable : how many of the levels are
    name : of the figure's file
    """
    from commsvc import plots

    labels = [level.label for level in question.levels if not level.missing]
    drawn = frame[frame["level"].isin(labels) & frame["estimate"].notna()]
    if len(labels) < 2 or drawn.empty:
        return
    words = level_words(question)
    answered = drawn.groupby("group", sort=False)["estimate"].transform("sum")
    people = drawn.groupby("group", sort=False)["count"].transform("sum")
    # An odd scale with a middle is split there; another by how many of its answers are favourable.
    halved = len(labels) % 2 == 1 and favourable == len(labels) // 2
    ax = plots.likert(
        # Weights are in the estimates: the bars show these, the labels the people who answered.
        drawn.assign(
            count=drawn["estimate"] / answered * people,
            level=[label(*words[level], "\n") for level in drawn["level"]],
        ),
        [label(*words[level], "\n") for level in labels],
        favourable=None if halved or not favourable else favourable,
        xlabel=label("share of those who answered", "占作答者的比例", "\n"),
    )
    show(
        ax,
        name,
        caption=caption,
        source=study.source,
        n=int(frame["base"].max()),
        denominator=("people who answered", "作答者"),
        design=study.design_words,
    )
