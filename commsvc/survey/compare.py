"""Groups of a table against each other, under the table's design."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.checks import one_of
from commsvc.inference.crosstabs import ADJUSTMENTS, adjust_p
from commsvc.inference.design_tests import EFFECTS, cliffs_delta_of, share_effect
from commsvc.inference.differences import difference_interval, odds_ratio, risk_ratio
from commsvc.inference.ordered import cliffs_delta
from commsvc.inference.results import ESTIMATE_COLUMNS, Interval, join_notes
from commsvc.survey.estimates import comparable, group_test, require_order
from commsvc.survey.tabulate import UNANSWERED, Tabulation
from commsvc.words.messages import message, text_of

NAN = float("nan")


def pairwise_group_tests(
    table: Tabulation, *, ordered: bool = False, statistic: str = "F", adjust: str = "holm"
) -> pd.DataFrame:
    """Every pair of groups tested, P adjusted for the number of pairs.

    Parameters
    ----------
    table : one answer a person, by groups
    ordered : the levels have an order: rank tests
    statistic : of Rao–Scott, where there are weights, strata or clusters
    adjust : "holm" (Holm 1979), "bh" (Benjamini and Hochberg 1995), "bonferroni" or "none"

    Returns
    -------
    DataFrame `group_a, group_b`, the test's columns and `p_adjusted`. Of a complex sample each pair
    is a domain: strata and clusters of the others stay. A pair that cannot be tested has NaN and
    says why, and is not counted among the pairs

    Examples
    --------
    >>> from commsvc.inference.design import Design
    >>> from commsvc.survey.tabulate import tabulate_answers
    >>> frame = pd.DataFrame({"g": list("aaaabbbbcccc") * 9, "q": list("yynnyynnyyyn") * 9})
    >>> table = tabulate_answers(frame, "q", "g", design=Design.srs())
    >>> pairwise_group_tests(table)[["group_a", "group_b", "p_adjusted"]].round(3)
      group_a group_b  p_adjusted
    0       a       b       1.000
    1       a       c       0.085
    2       b       c       0.085
    """
    one_of("adjustment", adjust, ADJUSTMENTS)
    table.design.require_sample("a test")
    if table.multiple:
        raise CommsvcError(
            "people stand in several columns of a question with several answers",
            where=table.question,
            next_step="option_tests, or tabulate one option's 1/0 column",
        )
    if ordered:
        require_order(table)
    answered = comparable(table)
    rows = [
        {"group_a": a, "group_b": b}
        | _tried(answered.only([a, b]), ordered=ordered, statistic=statistic)
        for a, b in combinations(answered.groups, 2)
    ]
    if not rows:
        raise CommsvcError("fewer than two groups hold anybody", where=table.by or table.question)
    return _adjusted(pd.DataFrame(rows), adjust, "pairs")


def option_tests(table: Tabulation, *, adjust: str = "holm") -> pd.DataFrame:
    """Every option of a question with several answers tested between groups, P adjusted.

    Parameters
    ----------
    table : several answers a person, by groups
    adjust : as in `pairwise_group_tests`, for the number of options

    Returns
    -------
    DataFrame `level`, the test's columns and `p_adjusted`: of each option whether the groups tick
    it alike. One that cannot be tested has NaN and says why

    Notes
    -----
    People stand in several columns of such a table, so that a test of the whole would count them
    twice; each option alone is a table of people (Loughin and Scherer 1998, Biometrics 54, test
    them so, with Bonferroni's adjustment).
    """
    one_of("adjustment", adjust, ADJUSTMENTS)
    if not table.multiple:
        raise CommsvcError("one answer a person", where=table.question, next_step="group_test")
    rows = []
    for j, option in enumerate(table.levels):
        counts = np.column_stack([table.counts[:, j], table.base - table.counts[:, j]])
        alone = replace(
            table,
            levels=(option, "not"),
            counts=counts,
            cells=(table.cells[j],),
            multiple=False,
            everyone=None,
        )
        rows.append({"level": option, **_tried(alone)})
    return _adjusted(pd.DataFrame(rows), adjust, "options")


def _tried(table: Tabulation, **options: Any) -> dict[str, Any]:
    """The test of a table as a row, or why there is none."""
    try:
        return {str(k): v for k, v in group_test(table, **options).iloc[0].to_dict().items()}
    except CommsvcError as error:
        return {"p": NAN, "note": message("not tested: {problem}", problem=error.problem)}


def _adjusted(frame: pd.DataFrame, adjust: str, what: str) -> pd.DataFrame:
    """The tests with P adjusted for their number beside P."""
    place = list(frame.columns).index("p") + 1
    frame.insert(place, "p_adjusted", adjust_p(frame["p"], adjust))
    if adjust != "none":
        tested = int(frame["p"].notna().sum())
        said = message("P adjusted for {n} tests ({how})", n=tested, how=ADJUSTMENTS[adjust])
        frame["note"] = [join_notes(note, said) for note in frame["note"]]
    return frame


def group_effects(
    table: Tabulation,
    levels: Collection[Any] | None = None,
    *,
    kind: str = "difference",
    against: Any = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How far each group is from a reference group, with intervals the design allows.

    Parameters
    ----------
    levels : answers whose share is compared, taken together; left out, each level is a row. Not
        for "cliffs-delta", which takes the levels in their order
    kind : "difference" (of shares, not percent), "ratio", "odds-ratio" or "cliffs-delta"
        (P(higher) − P(lower) for one of each group)
    against : the reference group; the first when left out

    Returns
    -------
    DataFrame `group, level, count, base, estimate, se, low, high, method, note` and `against`;
        group compared with reference, `count` and `base` are the group's

    Notes
    -----
    Simple samples: Newcombe's difference, ratios on the log scale, Cliff's own interval. Where
    there are weights, strata or clusters: linearised, Student's t (`share_effect`). Of a complete
    or incomplete count the difference is given without an interval.

    Examples
    --------
    >>> from commsvc.inference.design import Design
    >>> from commsvc.survey.tabulate import tabulate_answers
    >>> frame = pd.DataFrame({"g": ["a"] * 80 + ["b"] * 70,
    ...                       "q": ["y"] * 48 + ["n"] * 32 + ["y"] * 56 + ["n"] * 14})
    >>> table = tabulate_answers(frame, "q", "g", design=Design.srs())
    >>> group_effects(table, ["y"])[["group", "against", "estimate", "low", "high"]].round(4)
      group against  estimate     low    high
    0     b       a       0.2  0.0524  0.3339
    """
    one_of("effect", kind, [*EFFECTS, "cliffs-delta"])
    if len(table.groups) < 2:
        raise CommsvcError("no groups to compare", where=table.question, next_step="give by=")
    reference = table.groups[0] if against is None else against
    if reference not in table.groups:
        raise unknown_name("group", reference, table.groups, where=table.by)
    chosen = level_sets(table, levels, kind)
    rows = []
    for group in table.groups:
        if group == reference:
            continue
        for name, members in chosen:
            found = _effect(table, group, reference, members, kind, confidence)
            at = table.groups.index(group)
            counted = table.counts[at, members].sum() if members else NAN
            note = join_notes(found.note, table.design.caveat())
            rows.append(
                {
                    "group": group, "against": reference, "level": name, "count": counted,
                    "base": float(table.base[at]), "estimate": found.estimate, "se": found.se,
                    "low": found.low, "high": found.high, "method": found.method, "note": note,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)[["group", "against", *ESTIMATE_COLUMNS[1:]]]


def level_sets(
    table: Tabulation, levels: Collection[Any] | None, kind: str
) -> list[tuple[str, list[int]]]:
    """Names and places of the levels whose share is compared."""
    if kind == "cliffs-delta":
        if levels is not None or table.multiple:
            raise CommsvcError("Cliff's delta takes all levels of one answer, in their order")
        require_order(table)
        return [("", [])]
    if levels is None:
        named = [(str(x), [j]) for j, x in enumerate(table.levels) if x != UNANSWERED]
        return named
    if isinstance(levels, str) or not levels:
        raise CommsvcError(f"levels {levels!r}", allowed="a list of levels")
    if table.multiple and len(levels) > 1:
        raise CommsvcError("options overlap: their shares do not add up", allowed="one option")
    for level in levels:
        if level not in table.levels:
            raise unknown_name("level", level, table.levels, where=table.question)
    joined = " + ".join(str(level) for level in table.levels if level in levels)
    return [(joined, [j for j, level in enumerate(table.levels) if level in levels])]


def _effect(
    table: Tabulation, group: Any, reference: Any, members: list[int], kind: str, confidence: float
) -> Interval:
    """One group against the other."""
    at = [table.groups.index(group), table.groups.index(reference)]
    if kind == "cliffs-delta":
        inside = [j for j, level in enumerate(table.levels) if level != UNANSWERED]
        counts = table.counts[np.ix_(at, inside)]
        if (counts.sum(axis=1) == 0).any():
            return Interval(NAN, NAN, NAN, note=message("a group without answers"))
        if table.design.kind != "sample":
            return _without_chance(table, cliffs_delta(counts[0], counts[1], confidence))
        k = len(inside)
        cells = table.part(at, inside).cells[0]
        # `cliffs_delta_of` is second minus first.
        return cliffs_delta_of(cells.take([*range(k, 2 * k), *range(k)]), (2, k), confidence)
    counts, bases = table.counts[np.ix_(at, members)].sum(axis=1), table.base[at]
    if (bases == 0).any():
        return Interval(NAN, NAN, NAN, note=message("a group without answers"))
    if table.design.kind == "sample":
        return share_effect(yes_and_no(table, at, members), kind, confidence)
    return _without_chance(table, _simple_effect(counts, bases, kind, confidence, table))


def _simple_effect(
    counts: Any, bases: Any, kind: str, confidence: float, table: Tabulation
) -> Interval:
    if kind == "difference":
        return difference_interval(
            counts[0], bases[0], counts[1], bases[1],
            confidence=confidence, deff=table.design.deff,
        )  # fmt: skip
    if table.design.deff != 1:
        raise CommsvcError("ratios from counts take no design effect", allowed="kind='difference'")
    if kind == "ratio":
        return risk_ratio(counts[0], bases[0], counts[1], bases[1], confidence)
    return odds_ratio(np.column_stack([counts, bases - counts]), confidence=confidence)


def _without_chance(table: Tabulation, found: Interval) -> Interval:
    """A complete or incomplete count has the effect and no interval."""
    if table.design.allows_inference:
        return found
    return Interval(found.estimate, NAN, NAN, method=text_of(found.method, "en").partition(",")[0])


def yes_and_no(table: Tabulation, at: list[int], members: list[int]) -> Any:
    """Cells of groups × (one of the levels, any other)."""
    if table.multiple:
        cells = table.cells[members[0]]
        return cells.take([2 * g + j for g in at for j in range(2)])
    k = len(table.levels)
    cells = table.cells[0].take([k * g + j for g in at for j in range(k)])
    into = [2 * i + (j not in members) for i in range(len(at)) for j in range(k)]
    return cells.pool(into, 2 * len(at))
