"""What a study shows of groups: who answers how, the test, the effect, and why this test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from commsvc.report import label, say
from commsvc.report.lang import pair
from commsvc.study.comparisons import Comparison, within_groups
from commsvc.study.group_tables import group_words, groups_across, pairs_of_groups
from commsvc.study.model import Study
from commsvc.study.shares import Words, draw_scale, draw_shares, file_stem, table_of_shares
from commsvc.study.words import bullets, capital, heading_of, part_words, title_of

_PEOPLE: Final = ("people of the group, blank answers included", "本组问及者（含未作答者）")


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
    for comparison in comparisons:
        _show_one(within_groups(study, comparison.group), comparison)


def _show_one(study: Study, comparison: Comparison) -> None:
    question, group, found = comparison.question, comparison.group, comparison.found
    (en, zh), (by, by_zh) = heading_of(question), title_of(group)
    say(f"### {en}, by {by}", f"### {zh}：按{by_zh}")
    say(*pair(found.sentence))
    title, title_zh = capital(title_of(question))
    caption = (f"{title}, by {by}", f"{title_zh}，按{by_zh}")
    name = f"{study.name}_{file_stem(question.name)}_by_{file_stem(group.name)}"
    if "mean" in set(found.table["level"]):
        _means(study, comparison, caption, name)
    elif not found.summary.empty and (found.summary["level"] == "favourable").any():
        _graded(study, comparison, caption, name)
    elif "item" in found.table:
        _rows_across(study, comparison, caption)
    else:
        groups_across(study, comparison, caption)
    if question.kind in ("single", "scale"):
        pairs_of_groups(study, comparison)
    en, zh = bullets(found.reasons)
    say(f"Why this table and this test:\n\n{en}", f"为何用这张表和这个检验：\n\n{zh}")


def _graded(study: Study, comparison: Comparison, caption: Words, name: str) -> None:
    """The favourable by group, and every answer as bars that part at the middle."""
    question, group, found = comparison.question, comparison.group, comparison.found
    names, items = group_words(group), part_words(question)
    good = found.summary[found.summary["level"] == "favourable"]
    first = {"group": title_of(group)}
    values: dict[str, Any] = {"group": names, "item": items}
    if "item" in good:
        first = {"item": ("Item", "项目")} | first
    table_of_shares(
        study,
        good,
        first,
        caption=(f"{caption[0]}: favourable answers", f"{caption[1]}：肯定回答"),
        denominator=_PEOPLE,
        values={k: v for k, v in values.items() if k in good},
    )
    shown = [names.get(g, (str(g),) * 2) for g in found.table["group"]]
    if "item" in found.table:
        parts = [items.get(str(x), (str(x),) * 2) for x in found.table["item"]]
        shown = [
            (f"{item} · {g}", f"{item_zh} · {g_zh}")
            for (item, item_zh), (g, g_zh) in zip(parts, shown, strict=True)
        ]
    frame = found.table.assign(group=[label(*pair, "\n") for pair in shown])
    draw_scale(study, frame, question, len(found.favourable), name, caption=caption)


def _rows_across(study: Study, comparison: Comparison, caption: Words) -> None:
    """A matrix whose answers have no grades: a table for every row of it."""
    words = part_words(comparison.question)
    for item, table in comparison.found.table.groupby("item", sort=False):
        en, zh = words.get(str(item), (str(item),) * 2)
        part = replace(comparison, found=replace(comparison.found, table=table))
        groups_across(study, part, (f"{caption[0]}: {en}", f"{caption[1]}：{zh}"))


def _means(study: Study, comparison: Comparison, caption: Words, name: str) -> None:
    group, found = comparison.group, comparison.found
    frame = found.table[(found.table["level"] == "mean") & (found.table["base"] > 0)]
    said = (f"{caption[0]}: means", f"{caption[1]}：均值")
    first = {"group": title_of(group)}
    values: dict[str, Any] = {"group": group_words(group)}
    if "item" in frame:
        first, values = (
            {"item": ("Item", "项目")} | first,
            values | {"item": part_words(comparison.question)},
        )
    people = ("people who gave a number", "填写数字者")
    rest = {"denominator": people, "values": values, "numbers": True}
    table_of_shares(study, frame, first, caption=said, **rest)  # type: ignore[arg-type]
    if "item" not in frame:
        en, zh = title_of(comparison.question)
        words = {str(k): v for k, v in group_words(group).items()}
        mean = (f"mean: {en}", f"均值：{zh}")
        draw_shares(study, frame, name, words=words, caption=said, labels="group", numbers=mean)


def rows_of_tests(comparison: Comparison) -> list[dict[str, Any]]:
    """The tests of one comparison, each with what was tested; none where there is none."""
    question, found = comparison.question, comparison.found
    en, zh = capital(title_of(question))
    parts = part_words(question)
    rows = []
    for test in found.test.to_dict("records"):
        if pd.isna(test["p"]):
            continue
        item, item_zh = parts.get(str(test.get("level", "")), ("", ""))
        named = (f"{en}: {item}", f"{zh}：{item_zh}") if item else (en, zh)
        rows.append({**test, "question": named, "by": title_of(comparison.group)})
    return rows
