"""Every test of a study in one table, with P adjusted for their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from commsvc.inference.crosstabs import adjust_p
from commsvc.report import say, show_table
from commsvc.report.lang import pair
from commsvc.study.comparisons import Comparison
from commsvc.study.model import Study
from commsvc.study.notes import caveats
from commsvc.study.shares import INTERVAL
from commsvc.study.show_groups import rows_of_tests
from commsvc.survey.words import test_words

MOST_ROWS: Final = 60


def show_tests(study: Study, comparisons: Sequence[Comparison]) -> None:
    """Every test made, with P adjusted for their number.

    Parameters
    ----------
    study
    comparisons : of `compare`
    """
    tests = [row for comparison in comparisons for row in rows_of_tests(comparison)]
    if not tests:
        if comparisons:
            _say_none(study)
        return
    adjusted = adjust_p([row["p"] for row in tests])
    rows = [
        {
            "question": row["question"],
            "by": row["by"],
            "method": pair(test_words(str(row["method"]))[0]),
            "p": row["p"],
            "p_adjusted": p,
            "which": pair(test_words(str(row["method"]))[1]),
            "effect": row["effect"],
            "effect_low": row["effect_low"],
            "effect_high": row["effect_high"],
        }
        for row, p in zip(tests, adjusted, strict=True)
    ]
    frame = pd.DataFrame(rows).sort_values("p_adjusted", kind="stable")
    rest = len(frame) - MOST_ROWS
    en, zh = caveats(study.design)
    more = (f"{rest} tests with larger P are left out", f"另有 {rest} 个 P 值更大的检验未列出")
    show_table(
        frame.head(MOST_ROWS),
        caption=("Every test, smallest adjusted P first", "全部检验（按校正 P 值由小到大）"),
        columns={
            "question": ("Question", "题目"),
            "by": ("By", "分组"),
            "which": ("Effect size", "效应量"),
            "interval": INTERVAL,
        },
        ranges={"interval": ("effect_low", "effect_high")},
        formats={"effect": ".2f", "interval": ".2f"},
        source=study.source,
        n=len(rows),
        denominator=("tests; P adjusted by Holm", "检验；P 值作 Holm 校正"),
        design=study.design_words,
        note=(
            "; ".join(filter(None, [en, more[0] if rest > 0 else ""])),
            "；".join(filter(None, [zh, more[1] if rest > 0 else ""])),
        ),
    )


def _say_none(study: Study) -> None:
    if study.design.allows_inference:
        say("No comparison could be tested.", "没有可以检验的比较。")
    else:
        said, said_zh = study.design.describe().text("en"), study.design.describe().text("zh")
        say(f"No test: {said}.", f"不作检验：{said_zh}。")
