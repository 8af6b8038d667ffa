"""What a study shows of groups: who answers how, the test, the effect, and why this test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from commsvc.report import label, p_value, say, show, show_table
from commsvc.study.comparisons import Comparison, within_groups
from commsvc.study.group_tables import (
    group_words,
    levels_by_group,
    options_by_group,
    pairs_of_groups,
)
from commsvc.study.model import Study
from commsvc.study.notes import caveats
from commsvc.study.scales import draw_scale, favourable_shares, favourable_words
from commsvc.study.shares import INTERVAL, Words, file_stem, table_of_shares
from commsvc.study.words import bullets, capital, heading_of, title_of
from commsvc.survey.numbers import estimate_means
from commsvc.survey.suppress import suppress_small
from commsvc.survey.words import test_words


def show_comparisons(study: Study, comparisons: Sequence[Comparison]) -> None:
    """Every question by every group, one after the other.

    Parameters
    ----------
    study
    comparisons : of `compare`
    """
    if not comparisons:
        say(
            "No groups are compared: name questions in `groups`, or give one the role group in the "
            "codebook.",
            "没有分组比较：请在 groups 中写明分组题目，或在编码簿中把某题的用途设为 group。",
        )
    pairs = groupby(comparisons, key=lambda c: (c.group.name, c.question.name))
    for _, found in pairs:
        _show_one(study, list(found))


def _show_one(study: Study, found: list[Comparison]) -> None:
    question, group = found[0].question, found[0].group
    study = within_groups(study, group)
    (en, zh), (by_en, by_zh) = heading_of(question), title_of(group)
    say(f"### {en}, by {by_en}", f"### {zh}：按{by_zh}")
    if question.kind == "multiple":
        options_by_group(study, found)
    elif found[0].found is None:
        _show_numbers(study, found)
    else:
        _show_answers(study, found)


def _show_answers(study: Study, found: list[Comparison]) -> None:
    question, group = found[0].question, found[0].group
    names = group_words(group)
    graded = [
        shares.assign(row=[comparison.item] * len(shares))
        for comparison in found
        if (shares := favourable_shares(study, question, _name(comparison), group.name)) is not None
    ]
    (title, title_zh), (by, by_zh) = capital(title_of(question)), title_of(group)
    n = int((found[0].table.everyone or found[0].table).base[0])
    if graded:
        en, zh = favourable_words(question)
        table_of_shares(
            study,
            pd.concat(graded, ignore_index=True),
            ({"row": ("Item", "项目")} if len(found) > 1 else {}) | {"group": title_of(group)},
            caption=(f"{title}, by {by}: {en}", f"{title_zh}，按{by_zh}：{zh}"),
            values={"group": names},
            n=n,
        )
    else:
        levels_by_group(study, found[0], names, n)
    if graded:
        _draw(study, found, names, n)
    for comparison in found:
        _say_found(comparison, with_why=comparison is found[-1])
    if len(found) == 1:
        pairs_of_groups(study, found[0], names)


def _name(comparison: Comparison) -> str:
    question = comparison.question
    return question.name if len(question.columns) == 1 else comparison.column


def _draw(study: Study, found: list[Comparison], names: dict[Any, Words], n: int) -> None:
    question, group = found[0].question, found[0].group
    frames = []
    for comparison in found:
        if comparison.found is None:
            continue
        frame = suppress_small(comparison.found.table, base=study.smallest_base)
        called = [names.get(g, (str(g), str(g))) for g in frame["group"]]
        if len(found) > 1:
            en, zh = comparison.item
            called = [(f"{en} · {g_en}", f"{zh} · {g_zh}") for g_en, g_zh in called]
        frames.append(frame.assign(group=[label(*pair, "\n") for pair in called]))
    (title, title_zh), (by, by_zh) = capital(title_of(question)), title_of(group)
    draw_scale(
        study,
        pd.concat(frames, ignore_index=True),
        question,
        f"{study.name}_{file_stem(question.name)}_by_{file_stem(group.name)}",
        caption=(f"{title}, by {by}", f"{title_zh}，按{by_zh}"),
        n=n,
    )


def _say_found(comparison: Comparison, *, with_why: bool) -> None:
    found = comparison.found
    if found is None:
        return
    en, zh = bullets(comparison.why) if with_why else ("", "")
    say(
        f"{found.sentence_en}" + (f"\n\nWhy this table and this test:\n\n{en}" if en else ""),
        f"{found.sentence_zh}" + (f"\n\n为何用这张表和这个检验：\n\n{zh}" if zh else ""),
    )


def _show_numbers(study: Study, found: list[Comparison]) -> None:
    from commsvc import plots

    question, group = found[0].question, found[0].group
    names = group_words(group)
    column = group.columns[0]
    (title, title_zh), (by, by_zh) = capital(title_of(question)), title_of(group)
    caption = (f"{title}, by {by}: means", f"{title_zh}，按{by_zh}：均值")
    frames = []
    for comparison in found:
        frame = estimate_means(study.answers, comparison.column, column, design=study.design)
        frame["row"] = [comparison.item] * len(frame)
        frames.append(frame[frame["base"] > 0])
    every = pd.concat(frames, ignore_index=True)
    ranges = {"interval": ("low", "high")} if every["low"].notna().any() else {}
    shown = (["row"] if len(found) > 1 else []) + ["group", "base", "estimate"]
    shown += ["low", "high"] if ranges else []
    n = int(frames[0]["base"].iloc[0])
    people = ("people who gave a number", "填写数字者")
    headings = {
        "row": ("Item", "项目"),
        "group": title_of(group),
        "base": ("People", "人数"),
        "estimate": ("Mean", "均值"),
        "interval": INTERVAL,
    }
    show_table(
        every[shown],
        caption=caption,
        columns={k: v for k, v in headings.items() if k in (*shown, *ranges)},
        values={"group": names},
        ranges=ranges,
        formats={"base": ",.0f", "estimate": ".4g"} | ({"interval": ".4g"} if ranges else {}),
        source=study.source,
        n=n,
        denominator=people,
        design=study.design_words,
        note=caveats(study.design),
    )
    if len(found) == 1 and ranges:
        drawn = every.assign(group=[label(*names.get(g, (str(g),) * 2)) for g in every["group"]])
        ax = plots.intervals(
            drawn[drawn["low"].notna()],
            share=False,
            xlabel=label(f"mean: {title}", f"均值：{title_zh}", "\n"),
        )
        show(
            ax,
            f"{study.name}_{file_stem(question.name)}_by_{file_stem(group.name)}",
            caption=caption,
            source=study.source,
            n=n,
            denominator=people,
            design=study.design_words,
        )
    for comparison in found:
        _say_numbers(comparison)


def _say_numbers(comparison: Comparison) -> None:
    en, zh = bullets(comparison.why)
    if not len(comparison.test):
        say(en, zh)
        return
    test = comparison.test.iloc[0]
    effect = test_words(str(test["method"]))[1]
    value = f"{test['effect']:.2f} [{test['effect_low']:.2f}, {test['effect_high']:.2f}]"
    value = value.replace("-", "−").replace(" [nan, nan]", "")
    p = f"P = {p_value(float(test['p']))}".replace("= <", "<")
    name, name_zh = capital(comparison.title)
    say(f"{name}: {p}, {effect} {value}.\n\n{en}", f"{name_zh}：{p}，{effect.zh} {value}。\n\n{zh}")
