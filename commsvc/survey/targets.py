"""A share against a target fixed beforehand, in everybody and in each group."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.checks import one_of
from commsvc.inference.jackknife import Ratio, by_design
from commsvc.inference.proportions import (
    ALTERNATIVES,
    margin_test,
    proportion_test,
)
from commsvc.inference.results import HypothesisTest, join_notes
from commsvc.inference.share_intervals import korn_graubard_size
from commsvc.survey.compare import level_sets, yes_and_no
from commsvc.survey.tabulate import Tabulation

NAN = float("nan")


def target_test(
    table: Tabulation,
    levels: Collection[Any],
    target: float,
    *,
    alternative: str = "two-sided",
    margin: float | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Whether the share of some levels reaches a target, in everybody and in each group.

    Parameters
    ----------
    levels : answers whose share is meant, taken together, such as the favourable ones
    target : the share to reach, such as 0.9
    alternative : "two-sided", "greater" or "less"; with a margin "non-inferior" (not below the
        target by the margin) or "equivalent" (within the margin on both sides)

    Returns
    -------
    DataFrame `group, level, count, base, estimate, target`, then the test's columns; effect is the
        share minus the target

    Notes
    -----
    The exact binomial test; where there are weights, strata or clusters, of Korn and Graubard's
    effective number of answers, so that it agrees with their interval.

    Examples
    --------
    >>> from commsvc.inference.design import Design
    >>> from commsvc.survey.tabulate import tabulate_answers
    >>> frame = pd.DataFrame({"q": ["y"] * 161 + ["n"] * 69})
    >>> table = tabulate_answers(frame, "q", design=Design.srs())
    >>> row = target_test(table, ["y"], 0.75, alternative="less").iloc[0]
    >>> round(float(row["p"]), 4), round(float(row["effect"]), 2)
    (0.049, -0.05)
    """
    words = [*ALTERNATIVES, "non-inferior", "equivalent"]
    one_of("alternative", alternative, words)
    if (margin is not None) != (alternative in words[3:]):
        raise CommsvcError(
            f"alternative {alternative!r} with margin {margin}",
            allowed="a margin for 'non-inferior' and 'equivalent', none for the others",
        )
    table.design.require_sample("a test")
    [(name, members)] = level_sets(table, list(levels), "difference")
    rows = []
    for part in [table.everyone, table] if table.everyone else [table]:
        for g, group in enumerate(part.groups):
            n = float(part.base[g])
            row = {
                "group": group, "level": name, "count": part.counts[g, members].sum(), "base": n,
                "target": target,
            }  # fmt: skip
            share, deff, note = _share_and_effect(part, g, members, alternative, confidence)
            if np.isnan(deff):
                rows.append({**row, "estimate": share, "p": NAN, "note": note})
                continue
            test = _tested(share * n, n, target, alternative, margin, confidence, deff)
            test = test.with_note(join_notes(note, part.design.caveat()))
            rows.append({**row, "estimate": share, **test.frame().iloc[0].to_dict()})
    frame = pd.DataFrame(rows)
    first = ["group", "level", "count", "base", "estimate", "target"]
    rest = ["statistic", "df", "p", "effect", "effect_low", "effect_high", "method", "note"]
    return frame.reindex(columns=[*first, *rest])


def _share_and_effect(
    table: Tabulation, g: int, members: list[int], alternative: str, confidence: float
) -> tuple[float, float, str]:
    """The share of the levels together, the design effect of the test, and a note."""
    n = float(table.base[g])
    if n == 0:
        return NAN, NAN, "nobody answered"
    pooled = yes_and_no(table, [g], members)
    found = by_design(Ratio([[1.0], [0.0]], blank=True), pooled)
    share = float(np.clip(found.estimate[0], 0, 1))
    if table.design.kind != "sample":
        return share, table.design.deff, ""
    if found.df < 1 or n < 2:
        return share, NAN, "not tested: one cluster a stratum, or fewer than two people"
    certain = share in (0.0, 1.0)
    variance = 0.0 if certain else float(found.covariance[0, 0])
    one_sided = alternative in ("non-inferior", "equivalent")
    level = 2 * confidence - 1 if one_sided else confidence
    size = korn_graubard_size(share, variance, n, found.df, level)
    return share, n / size, f"effective number of answers {size:.1f} (Korn–Graubard)"


def _tested(
    count: float,
    n: float,
    target: float,
    alternative: str,
    margin: float | None,
    confidence: float,
    deff: float,
) -> HypothesisTest:
    if margin is None:
        return proportion_test(count, n, target, alternative, "exact", confidence, deff=deff)
    return margin_test(count, n, target, margin, alternative, "exact", confidence, deff=deff)
