"""The model of a study: what goes with the outcome, each variable alone and all together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.design_matrix import model_columns
from commsvc.inference.jackknife import by_design
from commsvc.inference.logit import LogitModel, binary_logit, ordered_logit
from commsvc.report import say, show_table
from commsvc.study.context import Study
from commsvc.study.question_tables import doubt_notes, group_words
from commsvc.study.question_words import heading_of, title_of
from commsvc.survey.answers import Question
from commsvc.survey.likert import graded_scores, graded_sets
from commsvc.survey.totals import Sample
from commsvc.survey.wording import listed
from commsvc.words.messages import Text, joined, message

# Fewer of the rarer answer for each coefficient, and a logit is biased (Peduzzi et al. 1996).
EVENTS: Final = 10


@dataclass(frozen=True)
class _Outcome:
    """The outcome as a model takes it."""

    kind: str
    values: pd.Series
    order: tuple[Any, ...]
    words: Text


def show_model(study: Study, outcome: Question | None, variables: Sequence[Question]) -> None:
    """A regression table, crude and adjusted: odds ratios, or differences of a number.

    A scale has an ordered logit, two answers a binary one, a number a linear regression; each with
    the design of the study. Levels of fewer than `smallest_base` people are left out with their
    people: a ratio would tell them.

    Parameters
    ----------
    outcome : of `chosen_outcome`
    variables : questions with one answer a person, or numbers; those of `chosen_groups` and more
    """
    using = list(dict.fromkeys(v for v in variables if outcome and v.name != outcome.name))
    if outcome is None or not using:
        return
    if not study.design.allows_inference:
        say(message("No model: {design}.", design=study.design.describe()))
        return
    try:
        _show_model(study, outcome, using)
    except CommsvcError as error:
        say(message("No model: {problem}.", problem=error.problem))


def _show_model(study: Study, question: Question, variables: list[Question]) -> None:
    outcome = model_outcome(study, question)
    if outcome is None:
        say(message("No model: the outcome has no order, is no number, and has not two answers."))
        return
    columns, levels, left = _predictors(study, variables)
    people = Sample(study.answers.data, study.design).records
    used = columns.notna().all(axis=1) & outcome.values.notna()
    table = fitted(outcome, columns[used], levels, people.rows(used.to_numpy()), study)
    _show(study, table, outcome, heading_of(question), variables, left, int(used.sum()))


def model_outcome(study: Study, question: Question) -> _Outcome | None:
    """Numbers as they are; an ordered scale; one of two answers; else there is none."""
    if len(question.columns) != 1:
        return None
    cells = study.answers.column(question.columns[0])
    if question.kind == "number":
        numbers = pd.to_numeric(cells, errors="coerce").astype(float)
        return _Outcome("linear", numbers, (), message("linear model"))
    labels = [level.label for level in question.levels if not level.missing]
    there = [label for label in labels if (cells == label).any()]
    marks = graded_scores(there)
    # Higher is better: of graded words their grade, else the codebook's order, best first.
    order = tuple(sorted(there, key=marks.__getitem__)) if marks else tuple(there[::-1])
    if len(there) > 2 and (marks or question.kind == "scale"):
        kept = cells.where(cells.isin(there))
        return _Outcome("ordered", kept, order, message("ordered logit: odds of a better answer"))
    good, _ = graded_sets(there, None)
    if len(there) != 2:
        return None
    first = good or there[:1]
    yes = cells.isin(first).astype(float).where(cells.isin(there))
    words = message("binary logit: odds of {answers}", answers=listed(first))
    return _Outcome("binary", yes, (0, 1), words)


def _predictors(
    study: Study, variables: list[Question]
) -> tuple[pd.DataFrame, dict[str, list[Any]], int]:
    """Each variable's column, its levels in order, and how many stand in a level too small."""
    columns, levels, left = {}, {}, pd.Series(False, index=study.answers.data.index)
    for question in variables:
        cells = study.answers.column(question.columns[0])
        if question.kind == "number":
            columns[question.name] = pd.to_numeric(cells, errors="coerce").astype(float)
            continue
        inside = [level.label for level in question.levels if not level.missing]
        counts = cells[cells.isin(inside)].value_counts()
        few = [x for x in inside if 0 < counts.get(x, 0) < max(study.smallest_base, 1)]
        levels[question.name] = [x for x in inside if counts.get(x, 0) and x not in few]
        left |= cells.isin(few)
        columns[question.name] = cells.where(cells.isin(levels[question.name])).astype(object)
    names = [n for n in columns if n not in levels or len(levels[n]) > 1]
    if not names:
        raise CommsvcError("no variable has two levels with people enough")
    return (
        pd.DataFrame(columns)[names],
        {n: levels[n] for n in names if n in levels},
        int(left.sum()),
    )


def fitted(
    outcome: _Outcome,
    columns: pd.DataFrame,
    levels: Mapping[str, list[Any]],
    people: Any,
    study: Study,
) -> pd.DataFrame:
    """Crude and adjusted coefficients side by side, a row a level.

    Parameters
    ----------
    columns : (n, v), complete
    levels : of those that are no numbers, in order; the first is the reference
    people : the design of these rows

    Returns
    -------
    DataFrame `group, level, count, estimate, low, high, p` and the same ending in `_adjusted`
    """
    y = outcome.values[columns.index]
    fit: Callable[..., pd.DataFrame] = _linear if outcome.kind == "linear" else _odds
    design = people if study.design.kind == "sample" else None

    def one(names: list[str]) -> pd.DataFrame:
        given = {name: columns[name].to_numpy() for name in names}
        own = {name: levels[name] for name in names if name in levels}
        return fit(outcome, y, given, own, design, people)

    crude = pd.concat([one([name]) for name in columns], ignore_index=True)
    whole = one(list(columns))
    return crude.merge(
        whole.drop(columns="count"), on=["group", "level"], suffixes=("", "_adjusted")
    )


def _odds(
    outcome: _Outcome, y: Any, given: Mapping[str, Any], levels: Any, design: Any, people: Any
) -> pd.DataFrame:
    if outcome.kind == "binary":
        model: LogitModel = binary_logit(y.to_numpy(), given, levels=levels, sample=design)
    else:
        model = ordered_logit(
            y.to_numpy(), given, answer_levels=outcome.order, levels=levels, sample=design
        )
    ratios = model.odds_ratios()[["group", "level", "count", "estimate", "low", "high"]]
    tests = model.tests().set_index(["group", "level"])["p"].to_dict()
    return ratios.assign(
        p=[
            tests.get(key, float("nan"))
            for key in zip(ratios["group"], ratios["level"], strict=True)
        ]
    )


def _linear(
    outcome: _Outcome, y: Any, given: Mapping[str, Any], levels: Any, design: Any, people: Any
) -> pd.DataFrame:
    """Least squares with the design's errors (of a simple sample Huber and White's)."""
    from scipy import special

    made = model_columns(given, levels)
    x = np.column_stack([np.ones(len(y)), made.values])
    answers = y.to_numpy(dtype=float)

    def slopes(weights: Any) -> Any:
        return np.linalg.solve(x.T @ (x * weights[:, None]), x.T @ (answers * weights))[1:]

    found = by_design(slopes, people)
    df = found.df - x.shape[1] + 1
    if df < 1:
        raise CommsvcError("too few people or clusters for these variables")
    estimate, se = np.atleast_1d(found.estimate), np.atleast_1d(found.se)
    half = special.stdtrit(df, 0.975) * se
    p = 2 * special.stdtr(df, -np.abs(estimate / se))
    rows, seen = [], set()
    for j, (term, level) in enumerate(zip(made.terms, made.levels, strict=True)):
        if term in made.references and term not in seen:
            seen.add(term)
            at = np.asarray(given[term] == made.references[term])
            rows.append((term, made.references[term], at.sum(), 0.0, np.nan, np.nan, np.nan))
        count = float(made.values[:, j].sum()) if term in made.references else np.nan
        rows.append(
            (term, level, count, estimate[j], estimate[j] - half[j], estimate[j] + half[j], p[j])
        )
    return pd.DataFrame(rows, columns=["group", "level", "count", "estimate", "low", "high", "p"])


def _show(
    study: Study,
    table: pd.DataFrame,
    outcome: _Outcome,
    title: Text,
    variables: list[Question],
    left: int,
    n: int,
) -> None:
    by = {question.name: question for question in variables}
    ratios = outcome.kind != "linear"
    what = message("odds ratio") if ratios else message("difference")
    frame = table.assign(
        group=[title_of(by[name]) for name in table["group"]],
        level=[
            group_words(by[name]).get(level, str(level or "–"))
            for name, level in zip(table["group"], table["level"], strict=True)
        ],
    )
    notes: list[Any] = [
        message("the first level of each variable is the one compared with"),
        study.design.caveat(),
    ]
    if left:
        notes.append(
            message(
                "{n:count} people in levels under {least:count} are left out",
                n=left,
                least=study.smallest_base,
            )
        )
    if ratios and (few := _few_events(outcome, len(table) - len(variables))):
        notes.append(few)
    show_table(
        frame,
        caption=message("{title}: {model}", title=title, model=outcome.words),
        columns={
            "group": message("Variable"), "level": message("Level"), "count": message("People"),
            "estimate": message("Crude {what}", what=what), "crude": message("95 % interval"),
            "p": message("P"), "estimate_adjusted": message("Adjusted {what}", what=what),
            "adjusted": message("95 % interval, adjusted"),
            "p_adjusted": message("P, all together"),
        },
        ranges={"crude": ("low", "high"), "adjusted": ("low_adjusted", "high_adjusted")},
        formats=dict.fromkeys(("estimate", "crude", "estimate_adjusted", "adjusted"), ".2f"),
        source=study.source,
        n=n,
        denominator=message("people with an answer and all variables"),
        design=study.design.describe(),
        note=joined([*notes, *doubt_notes(study, *variables)]),
    )  # fmt: skip


def _few_events(outcome: _Outcome, slopes: int) -> Text | str:
    counts = outcome.values.value_counts()
    rarer = int(counts.sum() - counts.max())
    if rarer >= EVENTS * max(slopes, 1):
        return ""
    return message(
        "{n:count} answers other than the most frequent for {k} coefficients: fewer than {events} "
        "each, so the ratios are rough",
        n=rarer, k=slopes, events=EVENTS,
    )  # fmt: skip
