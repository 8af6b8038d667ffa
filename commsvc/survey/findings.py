"""What is found of a question with one answer and of a number: table, test, sentence, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey import reasons as why
from commsvc.survey.answers import Level
from commsvc.survey.asked import NO_TEST, Asked, Finding, most_given, unsaid
from commsvc.survey.between import between, extremes, pair
from commsvc.survey.codebook import Codebook
from commsvc.survey.likert import (
    FAVOURABLE,
    graded_scores,
    graded_sets,
    likert_summary,
    scale_scores,
)
from commsvc.survey.missing import count_missing_answers, missing_bounds
from commsvc.survey.numbers import estimate_means
from commsvc.survey.quantiles import estimate_quantiles
from commsvc.survey.scales import common_scale, grade
from commsvc.survey.sentences import FAVOURABLY
from commsvc.survey.suppress import hide_small
from commsvc.survey.tabulate import UNANSWERED
from commsvc.words.messages import Text, message

# More different numbers than this are no levels, unless a codebook says so.
_MOST_NUMBERS = 11
_MOST_TEXTS = 50


def of_one(asked: Asked) -> Finding:
    """A question with one answer: shares of its levels, and of the favourable ones together."""
    table = asked.table()
    labels = [level for level in table.levels if level != UNANSWERED]
    known = asked.book is not None and asked.question in asked.book
    if not known and _are_numbers(labels):
        found = of_number(asked)
        return replace(found, reasons=(why.BY_NUMBER, *found.reasons))
    whole = table.everyone or table
    if not known and len(labels) > max(_MOST_TEXTS, whole.base[0] / 2):
        raise CommsvcError(
            f"{len(labels)} different answers of {whole.base[0]:g} people: that is text",
            where=asked.question,
            next_step="sort them into levels first",
        )
    scale = common_scale([str(x) for x in labels])
    good, _ = graded_sets(labels, asked.favourable, where=asked.question)
    in_order = bool(scale) and _in_scale_order(labels)
    if not scale and _is_scale(asked.book, asked.question, labels):
        scale, in_order = "codebook", True
    names = asked.names(asked.question)
    favourable = tuple(str(x) for x in good)
    reasons: list[Text] = [why.graded(scale, favourable, names) if scale else why.NO_SCALE]
    reasons += [why.designed(table), *why.of_base(table, names)]
    frame = table.frame(confidence=asked.confidence, sizes=False)
    seen_groups, left = asked.tested(table, frame)
    test, tested = between(seen_groups, in_order, names, asked.names(asked.by))
    tested += left
    missing = count_missing_answers(table)
    wording = asked.wording(table, missing)
    marks = scale_scores(labels) if scale == "codebook" else graded_scores(labels)
    summary = bounds = pd.DataFrame()
    if (few := unsaid(asked, wording, missing)) is not None:
        return Finding(frame, NO_TEST, few, (*reasons, *tested), missing, favourable)
    if good or marks:
        summary = likert_summary(table, good, scores=marks, confidence=asked.confidence)
    if good:
        first = wording.share(
            summary[summary["level"] == FAVOURABLE].set_index("group").loc["all"], FAVOURABLY
        )
        _, seen = hide_small([frame, summary], asked.smallest_base)
        shares = seen[seen["level"] == FAVOURABLE].set_index("group")
        ends = extremes(shares, asked.names(asked.by), "{:.1%}")
        full = table if asked.base == "asked" else asked.table(base="asked")
        bounds = missing_bounds(full, good)
        low, high = bounds.loc[0, ["low", "high"]]
        if low < high:
            reasons.append(why.bounds_said(float(low), float(high)))
    else:
        first = wording.most(most_given(frame), names)
        ends = None
    by = wording.groups(ends, test, pair(seen_groups, asked)) if asked.by else None
    reasons += [*tested, *why.small_groups(table, asked.names(asked.by), asked.smallest_base)]
    sentence = wording.sentence(first, by)
    return Finding(frame, test, sentence, tuple(reasons), missing, favourable, summary, bounds)


def of_number(asked: Asked) -> Finding:
    """A number: mean and quartiles, and a test of ranks."""
    rest: dict[str, Any] = {"design": asked.design, "codebook": asked.book}
    [column] = asked.columns
    means = estimate_means(
        asked.survey, column, asked.by, confidence=asked.confidence, sizes=False, **rest
    )
    reasons: list[Text] = [why.NUMBER if asked.design.allows_inference else why.NUMBER_EXACT]
    frame = means.assign(level="mean")
    table = asked.table(base="answered")
    missing = count_missing_answers(table)
    wording = replace(asked.wording(table, missing), blank_stays=False)
    if (few := unsaid(asked, wording, missing)) is not None:
        return Finding(frame, NO_TEST, few, tuple(reasons), missing)
    try:
        quartiles = estimate_quantiles(
            asked.survey, column, asked.by, quantiles=[0.25, 0.5, 0.75],
            confidence=asked.confidence, **rest,
        )  # fmt: skip
    except CommsvcError as error:
        quartiles = frame.iloc[:0]
        reasons.append(message("no quartiles: {problem}", problem=error.problem))
    names = {"0.25": "lower quartile", "0.5": "median", "0.75": "upper quartile"}
    quartiles = quartiles.assign(level=quartiles["level"].map(names))
    table_out = pd.concat([frame, quartiles], ignore_index=True)
    seen_groups, left = asked.tested(table, frame)
    test, tested = between(seen_groups, True, {}, asked.names(asked.by), number=True)
    tested += left
    rows = frame.set_index("group")
    median = quartiles[(quartiles["group"] == "all") & (quartiles["level"] == "median")]
    middle = float(median["estimate"].iloc[0]) if len(median) else float("nan")
    said = wording.mean(rows.loc["all"], middle)
    by = None
    if asked.by:
        [seen] = hide_small([frame], asked.smallest_base)
        ends = extremes(seen.set_index("group"), asked.names(asked.by), "{:.2f}")
        by = wording.groups(ends, test, pair(seen_groups, asked))
    reasons += [
        why.designed(table, number=True),
        *tested,
        *why.small_groups(table, asked.names(asked.by), asked.smallest_base),
    ]
    return Finding(table_out, test, wording.sentence(said, by), tuple(reasons), missing)


def _are_numbers(labels: Sequence[Any]) -> bool:
    plain = all(isinstance(x, (int, float, np.number)) for x in labels)
    return plain and len(labels) > _MOST_NUMBERS


def _is_scale(book: Codebook | None, question: str, labels: list[Any]) -> bool:
    """Whether the codebook calls the question a scale and knows all answers given."""
    if book is None or question not in book or book[question].kind not in ("scale", "matrix"):
        return False
    levels: tuple[Level, ...] = book[question].levels
    return bool(levels) and {str(x) for x in labels} <= {level.label for level in levels}


def _in_scale_order(labels: Sequence[Any]) -> bool:
    places = [found.level for x in labels if (found := grade(str(x))) is not None]
    return places in (sorted(places), sorted(places, reverse=True))
