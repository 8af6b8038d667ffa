"""Tables of a study with groups across: answers without a grade, options, pairs of groups."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from commsvc.report import p_value, show_table
from commsvc.study.comparisons import Comparison
from commsvc.study.model import Study
from commsvc.study.notes import caveats
from commsvc.study.shares import INTERVAL, Words
from commsvc.study.show_tests import adjusted_p, p_of
from commsvc.study.words import capital, level_words, title_of
from commsvc.survey.answers import Question
from commsvc.survey.compare import pairwise_group_tests
from commsvc.survey.estimates import comparable
from commsvc.survey.suppress import suppress_small
from commsvc.survey.words import test_words

EVERYBODY: Final = ("everybody", "全体")
MOST_GROUPS: Final = 7  # 21 pairs
ALPHA: Final = 0.05


def group_words(group: Question) -> dict[Any, Words]:
    """What the groups are called, everybody included."""
    return {**level_words(group), "all": EVERYBODY}


def with_base(words: Words, base: float) -> Words:
    """A group's name with its base, which never breaks over two lines.

    >>> with_base(("west", "西区"), 31.0)[0]
    'west (n\\xa0=\\xa031)'
    """
    en, zh = (f"{word} (n\u00a0=\u00a0{base:,.0f})" for word in words)
    return en, zh


def levels_by_group(study: Study, comparison: Comparison, names: dict[Any, Words], n: int) -> None:
    """Answers down, groups across: for answers that have no grade."""
    if comparison.found is None:
        return
    frame = suppress_small(comparison.found.table, base=study.smallest_base)
    words = level_words(comparison.question)
    inside = frame[frame["base"] > 0]
    wide = inside.pivot(index="level", columns="group", values="estimate")
    wide = wide.reindex(
        index=list(dict.fromkeys(inside["level"])), columns=list(dict.fromkeys(inside["group"]))
    )
    wide = wide.dropna(how="all")
    base = inside.drop_duplicates("group").set_index("group")["base"]
    title, title_zh = capital(title_of(comparison.question))
    by, by_zh = title_of(comparison.group)
    hidden = frame["note"].str.contains("suppressed").any()
    en, zh = caveats(study.design)
    hid = (f"–: fewer than {study.smallest_base:g} people", f"–：不足 {study.smallest_base:g} 人")
    columns = {name: with_base(names.get(name, (str(name),) * 2), base[name]) for name in wide}
    shown = wide.reset_index()
    shown.columns = pd.Index([str(column) for column in shown])
    show_table(
        shown,
        caption=(f"{title}, by {by}", f"{title_zh}，按{by_zh}"),
        columns={"level": ("Answer", "答案")} | {str(k): v for k, v in columns.items()},
        values={"level": words},
        formats={str(name): ".1%" for name in wide},
        source=study.source,
        n=n,
        denominator=("people of the group, blank answers included", "本组应答者（含未作答者）"),
        design=study.design_words,
        note=("; ".join(filter(None, [en, hid[0] if hidden else ""])),
              "；".join(filter(None, [zh, hid[1] if hidden else ""]))),
    )  # fmt: skip


def options_by_group(study: Study, found: list[Comparison]) -> None:
    """Options down, groups across, each option tested by itself.

    Parameters
    ----------
    found : the comparisons of one question's options
    """
    question, group = found[0].question, found[0].group
    names = group_words(group)
    rows, groups = [], list(dict.fromkeys(g for c in found for g in c.table.groups))
    for comparison, adjusted in zip(found, adjusted_p(found), strict=True):
        frame = suppress_small(comparison.table.frame(), base=study.smallest_base)
        ticked = frame[frame["level"].astype(str) == "1"].set_index("group")["estimate"]
        shares = {str(g): ticked.get(g, float("nan")) for g in ["all", *groups]}
        p = float(comparison.test["p"].iloc[0]) if len(comparison.test) else float("nan")
        level = question.levels[question.columns.index(comparison.column)].label
        rows.append({"level": level, **shares, "p": p, "p_adjusted": adjusted})
    shown = pd.DataFrame(rows)
    tested = shown["p"].notna().any()
    if not tested:
        shown = shown.drop(columns=["p", "p_adjusted"])
    base = dict(zip(found[0].table.groups, found[0].table.base, strict=True))
    whole = found[0].table.everyone or found[0].table
    base["all"] = whole.base[0]
    (title, title_zh), (by, by_zh) = capital(title_of(question)), title_of(group)
    columns = {str(g): with_base(names.get(g, (str(g),) * 2), base[g]) for g in ["all", *groups]}
    en, zh = caveats(study.design)
    adjusted_note = (
        "Each option is tested by itself; P adjusted by Holm for their number",
        "逐个选项检验；校正 P 值按选项个数作 Holm 校正",
    )
    show_table(
        shown,
        caption=(f"{title}, by {by}", f"{title_zh}，按{by_zh}"),
        columns={"level": ("Option", "选项")} | columns,
        values={"level": level_words(question)},
        formats={name: ".1%" for name in columns}
        | ({"p": p_value, "p_adjusted": p_value} if tested else {}),
        source=study.source,
        n=int(base["all"]),
        denominator=("people of the group, blank answers included", "本组应答者（含未作答者）"),
        design=study.design_words,
        note=("; ".join(filter(None, [en, adjusted_note[0] if tested else ""])),
              "；".join(filter(None, [zh, adjusted_note[1] if tested else ""]))),
    )  # fmt: skip


def pairs_of_groups(study: Study, comparison: Comparison, names: dict[Any, Words]) -> None:
    """Which of three groups and more differ, where the test of all of them says that some do."""
    table = comparison.table
    if not p_of(comparison) < ALPHA or not 2 < len(comparable(table).groups) <= MOST_GROUPS:
        return
    # By ranks where the groups together were compared by ranks.
    by_rank = str(comparison.test["method"].iloc[0]).startswith(("Kruskal", "Mann"))
    frame = pairwise_group_tests(table, ordered=by_rank)
    title, title_zh = capital(title_of(comparison.question))
    by, by_zh = title_of(comparison.group)
    methods = [str(method) for method in frame["method"].dropna()]
    show_table(
        frame[["group_a", "group_b", "p", "p_adjusted", "effect", "effect_low", "effect_high"]],
        caption=(f"{title}: every pair of {by}", f"{title_zh}：{by_zh}两两比较"),
        columns={
            "group_a": ("Group", "组别"),
            "group_b": ("Against", "对照组"),
            "effect": test_words(methods[0])[1].pair if methods else ("Effect", "效应"),
            "interval": INTERVAL,
        },
        values={"group_a": names, "group_b": names},
        ranges={"interval": ("effect_low", "effect_high")},
        formats={"effect": ".2f", "interval": ".2f"},
        source=study.source,
        n=int(comparable(table).counts.sum()),
        denominator=("people who answered", "作答者"),
        design=study.design_words,
        note=caveats(study.design, ["P adjusted for the number of pairs by Holm"]),
    )
