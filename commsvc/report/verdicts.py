"""The verdicts of an audit as a table for readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from commsvc.report.lang import Words
from commsvc.report.tables import show_table

VERDICTS: dict[str, tuple[str, str]] = {
    "consistent": ("agrees", "相符"),
    "only_under_rule": ("agrees only under a rule", "仅在某种取舍规则下相符"),
    "inconsistent": ("does not agree", "不相符"),
    "undecidable": ("cannot be decided", "无法判定"),
    "unreadable": ("cannot be read", "无法读取"),
}


def show_verdicts(
    table: Any,
    claims: Iterable[Mapping[str, Any]],
    *,
    caption: Words = ("Every checkable claim and its verdict", "所有可核对的说法及其判定"),
    source: Words = "",
    note: Words = "",
) -> None:
    """Show what an audit found, one line a claim, in the report's language.

    Parameters
    ----------
    table : what `commsvc.audit` returned for the claims, in their order
    claims : the claims, with `about_en` and `about_zh` (`commsvc.published.reports.claims`)
    caption, source, note : words for the reader, one string or (English, Chinese)
    """
    rows = [
        {
            "claim": (claim["about_en"], claim["about_zh"]),
            "verdict": VERDICTS[row.verdict],
            "reckoning": (row.message, row.message_zh),
        }
        for row, claim in zip(table.itertuples(), claims, strict=True)
    ]
    import pandas as pd

    show_table(
        pd.DataFrame(rows),
        caption=caption,
        columns={
            "claim": ("Claim", "说法"),
            "verdict": ("Verdict", "判定"),
            "reckoning": ("Reckoning", "核算"),
        },
        source=source,
        n=len(rows),
        denominator=("claims", "条说法"),
        design=("figures of the report against each other", "报告自身数字的相互核对"),
        note=note,
    )
