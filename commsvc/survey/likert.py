"""Graded answers summed up: satisfied, neutral, dissatisfied, net share and mean score."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.jackknife import Ratio, by_design
from commsvc.inference.results import ESTIMATE_COLUMNS, join_notes
from commsvc.survey.estimates import of_group, shares
from commsvc.survey.scales import common_scale, grade
from commsvc.survey.tabulate import UNANSWERED, Tabulation
from commsvc.words.messages import message

FAVOURABLE, NEUTRAL, UNFAVOURABLE, NET, MEAN = (
    "favourable", "neutral", "unfavourable", "net", "mean score",
)  # fmt: skip

NAN = float("nan")
_FEW = message("no interval: too few people or clusters")


def likert_summary(
    table: Tabulation,
    favourable: Collection[Any] | None = None,
    *,
    unfavourable: Collection[Any] | None = None,
    scores: Mapping[Any, float] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """A graded question in five numbers, for everybody and each group, as the design allows.

    Parameters
    ----------
    table : a question with one answer
    favourable, unfavourable : levels counted as satisfied and as dissatisfied; left out, known from
        graded words (很满意, 满意, good … against 不满意, bad …)
    scores : what each level counts in the mean; left out, 5 to 1 by the graded words. A level
        without a score is in no mean

    Returns
    -------
    Tidy frame, `level` being "favourable", "neutral", "unfavourable" (shares of the table's base,
    `(unanswered)` in it where it is), "net" (favourable less unfavourable share) and "mean score"
    (base: those with a scored answer)

    Examples
    --------
    >>> from commsvc.inference.design import Design
    >>> from commsvc.survey.tabulate import tabulate_answers
    >>> frame = pd.DataFrame({"q": ["很满意"] * 5 + ["满意"] * 3 + ["一般"] + ["不满意"]})
    >>> table = tabulate_answers(frame, "q", design=Design.srs())
    >>> likert_summary(table).set_index("level")["estimate"].round(3).to_dict()
    {'favourable': 0.8, 'neutral': 0.1, 'unfavourable': 0.1, 'net': 0.7, 'mean score': 4.2}
    """
    if table.multiple:
        raise CommsvcError("options overlap: they are no scale", where=table.question)
    levels = [level for level in table.levels if level != UNANSWERED]
    good, bad = graded_sets(levels, favourable, unfavourable, table.question)
    marks = graded_scores(levels) if scores is None else dict(scores)
    for level in marks:
        if level not in levels:
            raise unknown_name("level", level, levels, where=table.question)
    if not good and not marks:
        raise CommsvcError(
            "the answers are not graded in words known here",
            where=table.question,
            next_step="say favourable=[...] and scores={...}",
        )
    parts = []
    if good:
        away = [UNANSWERED] if UNANSWERED in table.levels else []
        middle = [x for x in levels if x not in good and x not in bad]
        named = {FAVOURABLE: good, NEUTRAL: middle, UNFAVOURABLE: bad}
        sets = {name: members for name, members in named.items() if members}
        if away:
            sets[UNANSWERED] = away
        merged = table.merge(sets)
        found = shares(merged, confidence=confidence, sizes=False)
        parts.append(found[found["level"].isin(list(named))])
        if bad:
            sign = {FAVOURABLE: 1.0, NEUTRAL: 0.0, UNFAVOURABLE: -1.0, UNANSWERED: 0.0}
            net = {name: sign[name] for name in sets}
            parts.append(level_means(merged, net, NET, confidence=confidence))
    if marks:
        parts.append(level_means(table, marks, MEAN, confidence=confidence))
    frame = pd.concat(parts, ignore_index=True)
    order = {group: i for i, group in enumerate(["all", *table.groups] if table.by else ["all"])}
    return frame.sort_values("group", key=lambda x: x.map(order), kind="stable", ignore_index=True)


def level_means(
    table: Tabulation, scores: Mapping[Any, float], name: str = MEAN, *, confidence: float = 0.95
) -> pd.DataFrame:
    """The mean of scored levels, for everybody and each group, with Student's interval.

    Parameters
    ----------
    scores : a number for each level that counts; who gave another is not in the base
    name : what stands in `level`

    Examples
    --------
    >>> from commsvc.inference.design import Design
    >>> from commsvc.survey.tabulate import tabulate_answers
    >>> frame = pd.DataFrame({"q": [1, 2, 3, 3, 9]})
    >>> table = tabulate_answers(frame, "q", design=Design.srs())
    >>> level_means(table, {1: 1, 2: 2, 3: 3})[["base", "estimate", "se"]].round(4)
       base  estimate      se
    0   4.0      2.25  0.4787
    """
    places = [j for j, level in enumerate(table.levels) if level in scores]
    if not places:
        raise CommsvcError("no level has a score", where=table.question)
    marks = np.array([float(scores[table.levels[j]]) for j in places])
    rows = []
    for part in [table.everyone, table] if table.everyone else [table]:
        for g, group in enumerate(part.groups):
            scored = part.part([g], places)
            rows.append({"group": group, "level": name, **_mean(scored, marks, confidence)})
    return pd.DataFrame(rows).reindex(columns=list(ESTIMATE_COLUMNS))


def _mean(table: Tabulation, marks: Any, confidence: float) -> dict[str, Any]:
    n, design, k = float(table.base[0]), table.design, marks.size
    row: dict[str, Any] = {
        "count": NAN,
        "base": n,
        "method": "",
        "note": message("nobody answered"),
    }
    if n == 0:
        return row
    cells = of_group(design, table.cells[0], range(k))
    found = by_design(Ratio(marks[:, None], blank=True), cells)
    row["estimate"] = float(found.estimate[0])
    row["note"] = join_notes(design.caveat(), table.note)
    if not design.allows_inference:
        return row | {"method": design.describe()}
    if n < 2 or found.df < 1:
        return row | {"note": join_notes(_FEW, row["note"])}
    ends = found.interval(confidence)
    weighted = "weighted " if design.kind == "sample" else ""
    row |= {"se": float(ends.se[0]), "low": float(ends.low[0]), "high": float(ends.high[0])}
    return row | {"method": f"{weighted}mean of scores, Student t"}


def graded_sets(
    levels: list[Any],
    favourable: Collection[Any] | None,
    unfavourable: Collection[Any] | None = None,
    where: str = "",
) -> tuple[list[Any], list[Any]]:
    """Levels that count as satisfied and as dissatisfied, those given or known from their words."""
    known = bool(common_scale([str(level) for level in levels]))
    found = []
    for given, wanted in ((favourable, (4, 5)), (unfavourable, (1, 2))):
        if given is None:
            graded = [(x, grade(str(x))) for x in levels] if known else []
            found.append([x for x, mark in graded if mark is not None and mark.level in wanted])
            continue
        if isinstance(given, str):
            raise CommsvcError(f"levels {given!r}", allowed="a list of levels")
        for level in given:
            if level not in levels:
                raise unknown_name("level", level, levels, where=where)
        found.append([x for x in levels if x in given])
    good, bad = found
    if set(good) & set(bad):
        both = next(x for x in good if x in bad)
        if favourable is not None and unfavourable is not None:
            raise CommsvcError(f"{both} is favourable and unfavourable", where=where)
        bad = [x for x in bad if x not in good]
    return good, bad


def graded_scores(levels: list[Any]) -> dict[Any, float]:
    """5 to 1 for answers graded in words, nothing for those that are not.

    >>> graded_scores(["很满意", "一般", "很不满意"])
    {'很满意': 5.0, '一般': 3.0, '很不满意': 1.0}
    """
    if not common_scale([str(level) for level in levels]):
        return {}
    marks = [(level, grade(str(level))) for level in levels]
    return {level: float(mark.level) for level, mark in marks if mark is not None}


def scale_scores(levels: list[Any]) -> dict[Any, float]:
    """Scores for the levels of a codebook's scale: by graded words, else what the codes say.

    Codes that are numbers count as themselves: 0 to 10 stays 0 to 10. Other words stand from the
    best to the worst, as the codebook has them, and count from their number down to 1.

    >>> scale_scores(["0", "5", "10"]), scale_scores(["每天", "每周", "从不"])
    ({'0': 0.0, '5': 5.0, '10': 10.0}, {'每天': 3.0, '每周': 2.0, '从不': 1.0})
    """
    if graded := graded_scores(levels):
        return graded
    if are_codes(levels):
        return {level: float(level) for level in levels}
    return {level: float(len(levels) - i) for i, level in enumerate(levels)}


def are_codes(levels: Iterable[Any]) -> bool:
    """Whether answers are numbers, whose better end nobody has told.

    >>> are_codes(["1", "2"]), are_codes(["满意"])
    (True, False)
    """
    return all(re.fullmatch(r"-?\d+(?:\.\d+)?", str(level)) for level in levels)
