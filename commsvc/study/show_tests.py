"""Every test of a study in one table, with P adjusted for their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from commsvc.inference.pairwise import adjust_p
from commsvc.report import p_value, say, show_table
from commsvc.study.comparisons import Comparison
from commsvc.study.model import Study
from commsvc.study.notes import caveats
from commsvc.study.shares import INTERVAL
from commsvc.study.words import capital, title_of
from commsvc.survey.words import test_words

MOST_ROWS: Final = 60


def show_tests(study: Study, comparisons: Sequence[Comparison]) -> None:
    """Every test made, with P adjusted for their number.

    Parameters
    ----------
    study
    comparisons : of `compare`
    """
    tested = [c for c in comparisons if len(c.test) and not np.isnan(p_of(c))]
    if not tested:
        if comparisons:
            say(
                f"No test: {study.design.describe()}." if not study.design.allows_inference
                else "No comparison could be tested.",
                f"不作检验：{study.design.describe('zh')}。" if not study.design.allows_inference
                else "没有可以检验的比较。",
            )  # fmt: skip
        return
    rows = []
    for comparison, adjusted in zip(tested, adjusted_p(tested), strict=True):
        test = comparison.test.iloc[0]
        method, effect = test_words(str(test["method"]))
        rows.append(
            {
                "question": capital(comparison.title),
                "by": title_of(comparison.group),
                "method": method.pair,
                "p": float(test["p"]),
                "p_adjusted": adjusted,
                "which": effect.pair,
                "effect": float(test["effect"]),
                "effect_low": float(test["effect_low"]),
                "effect_high": float(test["effect_high"]),
            }
        )
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
        formats={"p": p_value, "p_adjusted": p_value, "effect": ".2f", "interval": ".2f"},
        source=study.source,
        n=len(tested),
        denominator=("tests; P adjusted by Holm", "检验；P 值作 Holm 校正"),
        design=study.design_words,
        note=("; ".join(filter(None, [en, more[0] if rest > 0 else ""])),
              "；".join(filter(None, [zh, more[1] if rest > 0 else ""]))),
    )  # fmt: skip


def adjusted_p(found: Sequence[Comparison]) -> list[float]:
    """P of each comparison adjusted by Holm for their number; NaN where there is no test."""
    return list(adjust_p([p_of(comparison) for comparison in found]))


def p_of(comparison: Comparison) -> float:
    """P of a comparison, NaN where there is no test."""
    return float(comparison.test["p"].iloc[0]) if len(comparison.test) else float("nan")
