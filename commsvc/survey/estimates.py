"""From a tabulation to estimates and tests, as its design allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference import compare_groups
from commsvc.inference.cell_totals import Cells, PeopleCells
from commsvc.inference.checks import one_of
from commsvc.inference.clusters import design_effect
from commsvc.inference.design import Design
from commsvc.inference.design_tests import association_test, rank_test
from commsvc.inference.intervals import PROPORTION_METHODS
from commsvc.inference.jackknife import Ratio, by_design
from commsvc.inference.reliability import nchs_reliability
from commsvc.inference.results import ESTIMATE_COLUMNS, HypothesisTest, Interval, join_notes
from commsvc.inference.share_intervals import SHARE_METHODS, share_interval
from commsvc.inference.verbs import SIMULTANEOUS, share_intervals
from commsvc.survey.lookup import UNANSWERED
from commsvc.words.messages import Text, message

if TYPE_CHECKING:
    from commsvc.survey.tabulation import Tabulation

NAN = float("nan")
SIZES = ("weighted_count", "weighted_base", "effective_n", "deff", "df")
# Simultaneous by Bonferroni whatever the design: each at 1 − α/k.
JOINT = "bonferroni"


def shares(
    table: Tabulation,
    *,
    method: str | None = None,
    confidence: float = 0.95,
    sizes: bool | None = None,
    reliability: str | None = None,
) -> pd.DataFrame:
    """Every level's share in everybody and in each group, with intervals the design allows.

    Parameters
    ----------
    method : an interval of `share_interval` ("logit" where there are weights, strata or clusters),
        and for simple samples of `proportion_interval` ("wilson" when left out). "bonferroni",
        and for simple samples "goodman" and "sison-glaz", hold for all levels of a group at once
    sizes : show unweighted, weighted and effective numbers, the design effect and the degrees of
        freedom side by side; left out, where there are weights, strata or clusters

    reliability : "nchs" judges every share by the presentation standards of the NCHS
        (`nchs_reliability`): a column `reliability` (show, footnote, review, suppress), and why in
        `note`; `suppress_small` hides the last

    Returns
    -------
    DataFrame `group, level, count, base, estimate, se, low, high, method, note`; `count` and `base`
        are people, unweighted, the estimate is weighted. `se` is linearised, of a simple sample
        that of n − 1 with the group's own n; a share of 0 or 1 has none, and its interval is Korn
        and Graubard's. Levels outside the base stand last in their group, without a share. A
        question with several answers has `response_share` as well: of all answers, where
        `estimate` is of all people.
        With `sizes`: `weighted_count`, `weighted_base`, `effective_n` (base over `deff`), `deff`
        (variance over that of a simple random sample with replacement) and `df`, of the group's
        own clusters. People of weight 0 count in `base` and so in `deff`; R's deff leaves them out
    """
    design = table.design
    if method is not None:
        known = list(SHARE_METHODS)
        known += [] if design.kind == "sample" else [*PROPORTION_METHODS, *SIMULTANEOUS]
        if method not in (*known, JOINT):
            raise unknown_name("interval of a share", method, [*known, JOINT])
        design.require_sample("an interval")
    if reliability is not None:
        one_of("rule of reliability", reliability, ("nchs",))
        design.require_sample("a rule of reliability")
    shown = design.kind == "sample" if sizes is None else sizes
    tables = [table.everyone, table] if table.everyone else [table]
    rows = [row for part in tables for row in _of_groups(part, method, confidence)]
    frame = pd.DataFrame(rows)
    extra = ["response_share"] if table.multiple else []
    extra += SIZES if shown and design.allows_inference else ()
    if reliability is not None:
        judged = [_reliability(row, design) for row in rows]
        frame["reliability"] = [verdict for verdict, _ in judged]
        frame["note"] = [join_notes(x, y) for x, (_, y) in zip(frame["note"], judged, strict=True)]
        extra.append("reliability")
    return frame.reindex(columns=[*ESTIMATE_COLUMNS, *extra])


def _reliability(row: dict[str, Any], design: Design) -> tuple[str, Any]:
    """The verdict of the standards on one share, and why."""
    share, n = row.get("estimate", NAN), row["base"]
    if np.isnan(share) or n == 0:
        return "", ""
    variance = 0.0 if np.isnan(row["se"]) else row["se"] ** 2
    if design.kind != "sample" and n > 1:
        # A simple random sample is as large as it is: over n, not n − 1.
        variance *= (n - 1) / n
    found = nchs_reliability(min(max(share, 0.0), 1.0), variance, n, row["df"])
    return found.verdict, found.note


def _of_groups(
    table: Tabulation, method: str | None, confidence: float
) -> Iterator[dict[str, Any]]:
    """Row after row; frames are made once, at the end: they cost more than the arithmetic."""
    for g, group in enumerate(table.groups):
        for row in _of_levels(table, g, method, confidence):
            yield {**row, "group": group, "note": join_notes(row["note"], table.note)}
        for level, count in zip(table.outside_levels, table.outside[g], strict=True):
            yield {
                "group": group,
                "level": level,
                "count": count,
                "base": table.base[g],
                "method": "",
                "note": message("outside the base"),
            }


def _of_levels(
    table: Tabulation, g: int, method: str | None, confidence: float
) -> Iterator[dict[str, Any]]:
    """The levels of one group: estimate and error from its cells, then the interval."""
    k, n = len(table.levels), float(table.base[g])
    estimate, variance, sums, df = group_shares(table, g)
    simple = None
    if method == JOINT and table.design.kind == "sample":
        method, confidence = None, 1 - (1 - confidence) / max(k, 1)
    if table.design.kind != "sample" and (method is None or method not in SHARE_METHODS):
        simple = _simple(table, g, method or "wilson", confidence)
    answers = table.counts[g].sum() if table.design.kind != "sample" else sums[:, 0].sum()
    for j, level in enumerate(table.levels):
        share, spread = float(estimate[j]), float(variance[j])
        if simple is not None:
            interval = simple[j]
        else:
            interval = _designed(share, spread, df, n, method, confidence)
        deff = NAN
        if n >= 2 and 0 < share < 1:
            deff = float(design_effect(spread, share * (1 - share) * n / (n - 1), n))
        yield {
            "level": level,
            "count": table.counts[g, j],
            "base": n,
            "estimate": share,
            "se": float(np.sqrt(spread)) if table.design.allows_inference and n > 1 else NAN,
            "low": interval.low,
            "high": interval.high,
            "method": interval.method,
            "note": interval.note,
            "response_share": sums[j, 0] / answers if answers else NAN,
            "weighted_count": sums[j, 0],
            "weighted_base": sums[j, 1],
            "effective_n": n / deff if deff > 0 else NAN,
            "deff": deff,
            "df": float(df),
        }


def group_shares(table: Tabulation, g: int) -> tuple[Any, Any, Any, float]:
    """Shares (k,), variances (k,), weighted counts and bases (k, 2), degrees of freedom."""
    if table.multiple:
        parts = [of_group(table.design, one, [2 * g, 2 * g + 1]) for one in table.cells]
        found = [by_design(Ratio([[1.0], [0.0]], blank=True), one) for one in parts]
        sums = np.array([[one.sums[0, 0], one.sums[:, 0].sum()] for one in parts])
        return (
            np.array([one.estimate[0] for one in found]),
            np.array([one.covariance[0, 0] for one in found]),
            sums,
            max((one.df for one in found), default=0),
        )
    k = len(table.levels)
    if k == 0:
        return np.zeros(0), np.zeros(0), np.zeros((0, 2)), 0
    cells = of_group(table.design, table.cells[0], range(k * g, k * (g + 1)))
    one = by_design(Ratio(np.eye(k), blank=True), cells)
    weights = cells.sums[:, 0]
    sums = np.column_stack([weights, np.full(k, weights.sum())])
    # All of a group in one level: exactly no variance, whatever the sums round to.
    certain = (one.estimate == 0) | (one.estimate == 1)
    return one.estimate, np.where(certain, 0.0, np.diag(one.covariance)), sums, one.df


def of_group(design: Design, cells: Cells, index: Sequence[int]) -> Cells:
    """A group's cells: a domain of a complex sample, a sample of its own of a simple one."""
    taken = cells.take(list(index))
    if design.kind == "sample" or not isinstance(taken, PeopleCells) or taken.counts.sum() < 2:
        return taken  # one person is no sample: the share stands, and no error beside it
    return taken.alone()


def _simple(table: Tabulation, g: int, method: str, confidence: float) -> list[Interval]:
    """Intervals from counts: of a simple sample, exact for a census, bounds for less than one."""
    counts, n = table.counts[g], table.base[g]
    design = table.design
    if not table.multiple:
        found = share_intervals(counts, design, method, confidence)
        return [_one(found, j) for j in range(len(counts))]
    if method in SIMULTANEOUS and design.allows_inference:
        # Options overlap: no multinomial holds, Bonferroni does.
        each, method = 1 - (1 - confidence) / len(counts), "clopper-pearson"
        found_each = [share_intervals([c, n - c], design, method, each) for c in counts]
        return [replace(_one(x, 0), method=f"{x.method} with Bonferroni") for x in found_each]
    return [_one(share_intervals([c, n - c], design, method, confidence), 0) for c in counts]


def _one(interval: Interval, j: int) -> Interval:
    return replace(interval, low=float(interval.low[j]), high=float(interval.high[j]))


def _designed(
    share: float, variance: float, df: float, n: float, method: str | None, confidence: float
) -> Interval:
    """The interval of one share from its design-based variance."""
    none = Interval(share, NAN, NAN, method=f"weighted share, {method or 'logit'}")
    if n == 0:
        return none.with_note(message("nobody answered"))
    if n < 2:
        return none.with_note(message("no interval: fewer than two people"))
    if df < 1:
        return none.with_note(message("no interval: one cluster a stratum in this group"))
    if np.isnan(variance):
        return none.with_note(message("no interval: a replicate has nobody of this group"))
    named: str = method or "logit"
    note: Text | str = ""
    if method is None and variance == 0:
        named = "beta"
        note = message("share of {share:percent0}: Korn–Graubard interval", share=share)
    found = share_interval(share, variance, df, n, named, confidence)
    return replace(found.with_note(note), method=f"weighted share, {found.method}")


def group_test(table: Tabulation, *, ordered: bool = False, statistic: str = "F") -> pd.DataFrame:
    """Whether groups answer differently, by a test that the design allows.

    Parameters
    ----------
    ordered : the levels have an order: a rank test (`compare_groups`; where there are weights,
        strata or clusters Lumley and Scott's)
    statistic : of Rao–Scott, "F", "Chisq", "Wald" or "adjWald"

    Raises
    ------
    CommsvcError : a complete or incomplete count; no groups; several answers a person
    """
    if table.multiple:
        raise CommsvcError(
            "people stand in several columns of a question with several answers",
            where=table.question,
            next_step="test one option at a time: tabulate its 1/0 column",
        )
    if not table.by:
        raise CommsvcError("no groups to compare", where=table.question, next_step="give by=")
    table.design.require_sample("a test")
    if ordered:
        require_order(table)
    said = unanswered_note(table)
    answered = comparable(table)
    counts = answered.counts
    if table.design.kind != "sample":
        frame = compare_groups(counts, design=table.design, ordered=ordered)
    elif ordered:
        frame = _rank_test(answered).frame(base=float(counts.sum()))
    else:
        frame = association_test(
            answered.cells[0],
            (len(answered.groups), len(answered.levels)),
            statistic=statistic,
        ).frame(base=float(counts.sum()))
    frame["note"] = [join_notes(note, said) for note in frame["note"]]
    return frame


def _rank_test(table: Tabulation) -> HypothesisTest:
    """The design's rank test; of two groups first minus second, as Mann–Whitney's delta."""
    k = len(table.levels)
    if len(table.groups) != 2:
        return rank_test(table.cells[0], (len(table.groups), k))
    # `rank_test` is second minus first, as R's svyranktest.
    turned = table.cells[0].take([*range(k, 2 * k), *range(k)])
    return rank_test(turned, (2, k)).with_note(
        message("{a} minus {b}", a=str(table.groups[0]), b=str(table.groups[1]))
    )


def require_order(table: Tabulation) -> None:
    """Refuse an order that nobody gave: by code points 不满意 stands before 满意."""
    if not table.ordered:
        levels = ", ".join(str(level) for level in table.levels if level != UNANSWERED)
        raise CommsvcError(
            f"nobody said in which order the answers stand ({levels})",
            where=table.question,
            next_step="give them their order: kind scale in the codebook, or an ordered category",
        )


def comparable(table: Tabulation) -> Tabulation:
    """The groups and levels with anybody, and no level for those who did not answer."""
    levels = [
        j
        for j, level in enumerate(table.levels)
        if level != UNANSWERED and table.counts[:, j].sum()
    ]
    groups = [g for g in range(len(table.groups)) if table.counts[g, levels].sum()]
    return table.part(groups, levels)


def unanswered_note(table: Tabulation) -> Text | str:
    """How many of the table are in no test."""
    if UNANSWERED not in table.levels:
        return ""
    at = table.levels.index(UNANSWERED)
    return message("{n} unanswered are not in the test", n=int(table.counts[:, at].sum()))
