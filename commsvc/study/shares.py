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

Words = tuple[str, str]
ASKED: Final = ("people asked, blank answers included", "应答者（含未作答者）")
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
    n: int,
    denominator: Words = ASKED,
    values: Mapping[str, Mapping[Any, Words]] | None = None,
) -> None:
    """Show shares with what the design allows, and no column that says nothing.

    Parameters
    ----------
    frame : tidy shares with `count, base, estimate, low, high, note`, and what `first` names
    first : the columns that stand first, with their headings
    caption, n, denominator, values : as `show_table` takes them
    """
    notes = [split_note(note, study.design) for note in frame["note"]]
    common = [frame["note"].iloc[0]] if len(set(notes)) == 1 else []
    columns = [*first, "count", "base", "estimate"]
    ranges = {"interval": ("low", "high")} if frame["low"].notna().any() else {}
    columns += ["low", "high"] if ranges else []
    columns += [
        extra
        for extra in ("response_share", "weighted_base", "effective_n", "deff")
        if extra in frame and frame[extra].notna().any()
    ]
    if not common and any(en for en, _ in notes):
        columns.append("remark")
    there = [*columns, *ranges]
    show_table(
        frame.assign(remark=notes)[columns],
        caption=caption,
        columns=dict(first) | {k: v for k, v in _HEADINGS.items() if k in there},
        values=values,
        ranges=ranges,
        formats={k: v for k, v in _FORMATS.items() if k in there},
        source=study.source,
        n=n,
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
    n: int,
    denominator: Words = ASKED,
) -> None:
    """Shares with their intervals as a figure; a complete count has dots alone.

    Parameters
    ----------
    frame : tidy shares, a row a level; rows without a share are not drawn
    name : of the figure's file
    words : level -> (English, Chinese)
    """
    from commsvc import plots

    drawn = frame[frame["estimate"].notna()]
    if len(drawn) < 2:
        return
    pairs = [words.get(str(x), (str(x), str(x))) for x in drawn["level"]]
    alt = None
    if drawn["low"].isna().all():
        shares = drawn["estimate"].tolist()
        said = [
            [f"{pair[i]} {share:.1%}" for pair, share in zip(pairs, shares, strict=True)]
            for i in (0, 1)
        ]
        alt = (f"Shares: {'; '.join(said[0])}.", f"比例：{'；'.join(said[1])}。")
    ax = plots.intervals(
        drawn.assign(
            shown=[label(*pair) for pair in pairs],
            low=drawn["low"].fillna(drawn["estimate"]),
            high=drawn["high"].fillna(drawn["estimate"]),
        ).drop(columns="base"),
        labels="shown",
        xlabel=label(f"share of {denominator[0]}", f"占{denominator[1]}的比例", "\n"),
    )
    show(
        ax,
        name,
        caption=caption,
        alt=alt,
        source=study.source,
        n=n,
        denominator=denominator,
        design=study.design_words,
    )
