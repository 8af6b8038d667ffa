"""Tables of a study with groups across, and of pairs of groups."""

from __future__ import annotations

from typing import Any, Final

from commsvc.report import p_value, show_table
from commsvc.study.comparisons import Comparison
from commsvc.study.model import Study
from commsvc.study.notes import caveats
from commsvc.study.shares import INTERVAL, Words
from commsvc.study.words import capital, level_words, part_words, title_of
from commsvc.survey.answers import Question
from commsvc.survey.compare import pairwise_group_tests
from commsvc.survey.tabulate import tabulate_answers
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


def groups_across(study: Study, comparison: Comparison, caption: Words) -> None:
    """Answers or options down, groups across, and where each option is tested, its P.

    Parameters
    ----------
    comparison : of a question without grades, or with several answers
    """
    question, found = comparison.question, comparison.found
    frame = found.table[found.table["base"] > 0]
    names = group_words(comparison.group)
    groups, levels = (list(dict.fromkeys(frame[c])) for c in ("group", "level"))
    wide = frame.pivot(index="level", columns="group", values="estimate")
    wide = wide.reindex(index=levels, columns=groups).dropna(how="all")
    base = frame.drop_duplicates("group").set_index("group")["base"]
    shown = wide.reset_index().set_axis(["level", *map(str, groups)], axis=1)
    tested = question.kind in ("multiple", "ranking") and "p_adjusted" in found.test
    formats: dict[str, Any] = {str(g): ".1%" for g in groups}
    if tested:
        tests = found.test.set_index("level")
        for column in ("p", "p_adjusted"):
            shown[column] = [tests[column].get(level) for level in shown["level"]]
            formats[column] = p_value
    small = f"{study.smallest_base:g}"
    extra = [
        (any("suppressed" in note for note in frame["note"]), f"–: fewer than {small} people",
         f"–：不足 {small} 人"),
        (tested, "each row is tested alone, P adjusted by Holm for their number",
         "逐行检验；校正 P 值按行数作 Holm 校正"),
    ]  # fmt: skip
    en, zh = caveats(study.design)
    several = question.kind in ("multiple", "ranking")
    show_table(
        shown,
        caption=caption,
        columns={"level": ("Option", "选项") if several else ("Answer", "答案")}
        | {str(g): with_base(names.get(g, (str(g),) * 2), base[g]) for g in groups},
        values={"level": part_words(question) if several else level_words(question)},
        formats=formats,
        source=study.source,
        n=int(base.max()),
        denominator=("people of the group, blank answers included", "本组问及者（含未作答者）"),
        design=study.design_words,
        note=(
            "; ".join(filter(None, [en, *(text for there, text, _ in extra if there)])),
            "；".join(filter(None, [zh, *(text for there, _, text in extra if there)])),
        ),
    )


def shown_groups(comparison: Comparison) -> set[str]:
    """Groups with at least one estimate that is shown."""
    table = comparison.found.table
    return {str(group) for group in table["group"][table["estimate"].notna()]}


def pairs_of_groups(study: Study, comparison: Comparison) -> None:
    """Which of three groups and more differ, where the test of all of them says that some do.

    Parameters
    ----------
    study : with those who belong to a group (`within_groups`)
    """
    test = comparison.found.test
    if not len(test) or not float(test["p"].iloc[0]) < ALPHA:
        return
    question, group = comparison.question, comparison.group
    rest: dict[str, Any] = {"design": study.design, "codebook": study.codebook}
    table = tabulate_answers(study.answers, question.name, by=group.name, **rest)
    # A group whose shares are hidden is in no pair: its difference would tell them.
    seen = shown_groups(comparison)
    table = table.part([i for i, group in enumerate(table.groups) if str(group) in seen])
    if not 2 < sum(table.base > 0) <= MOST_GROUPS:
        return
    # By ranks where the groups together were compared by ranks.
    by_rank = not str(test["method"].iloc[0]).startswith(("Pearson", "Fisher", "Freeman", "Rao"))
    frame = pairwise_group_tests(table, ordered=by_rank)
    (title, title_zh), (by, by_zh) = capital(title_of(question)), title_of(group)
    methods = [str(method) for method in frame["method"].dropna()]
    names = group_words(group)
    show_table(
        frame[["group_a", "group_b", "p", "p_adjusted", "effect", "effect_low", "effect_high"]],
        caption=(f"{title}: every pair of {by}", f"{title_zh}：{by_zh}两两比较"),
        columns={
            "group_a": ("Group", "组别"),
            "group_b": ("Against", "对照组"),
            "effect": test_words(methods[0])[1] if methods else ("Effect", "效应"),
            "interval": INTERVAL,
        },
        values={"group_a": names, "group_b": names},
        ranges={"interval": ("effect_low", "effect_high")},
        formats={"effect": ".2f", "interval": ".2f"},
        source=study.source,
        n=int(table.base.sum()),
        denominator=("people of a group", "有分组信息者"),
        design=study.design_words,
        note=caveats(study.design, ["P adjusted for the number of pairs by Holm"]),
    )
