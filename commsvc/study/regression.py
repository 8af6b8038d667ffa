"""What goes with the outcome: each variable alone and all together, by the model its scale asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.design_matrix import model_columns
from commsvc.inference.jackknife import by_design
from commsvc.inference.logit import binary_logit, ordered_logit
from commsvc.inference.sample import Sample
from commsvc.report import say, show_table
from commsvc.study.context import Study
from commsvc.study.question_words import level_words, title_of
from commsvc.survey.answers import Question
from commsvc.survey.likert import graded_sets
from commsvc.survey.totals import Sample as SurveySample
from commsvc.words.messages import Text, message
from commsvc.words.numbers import decimal

REFERENCE: Final = message("reference")


def show_model(study: Study, outcome: Question | None, variables: Sequence[Question]) -> None:
    """A regression table, crude and adjusted: odds ratios, or differences of a number.

    A scale of two answers, or one whose favourable answers are known, has a binary logit; other
    scales an ordered one; a number a linear regression; each with the design of the study. Groups
    of fewer than `smallest_base` people are left out with their people: a ratio would tell them.

    Parameters
    ----------
    outcome : of `chosen_outcome`
    variables : questions with one answer a person, or numbers; those of `chosen_groups` and more
    """
    using = [v for v in variables if outcome is not None and v.name != outcome.name]
    if outcome is None or not using:
        return
    if not study.design.allows_inference:
        say("No model: {design}.", design=study.design.describe())
        return
    try:
        table = model_table(study, outcome, using)
    except CommsvcError as error:
        say("No model could be fitted: {problem}.", problem=error.problem)
        return
    number = outcome.kind == "number"
    adjusted = message("Together [95% interval]")
    show_table(
        table,
        caption=(
            message("Differences in {title}", title=title_of(outcome))
            if number
            else message("Odds ratios of a better answer: {title}", title=title_of(outcome))
        ),
        columns={
            "group": message("Variable"),
            "crude": message("Alone [95% interval]"),
            "estimate": adjusted,
        },
        values={
            "group": {v.name: title_of(v) for v in using},
            "level": {k: w for v in using for k, w in level_words(v).items()},
        },
        share=False,
        source=study.source,
        n=int(table["base"].max()),
        denominator=message("people with every answer"),
        design=study.design.describe(),
    )


def model_table(study: Study, outcome: Question, variables: Sequence[Question]) -> pd.DataFrame:
    """The rows of `show_model`.

    Returns
    -------
    tidy frame: `group` (the variable), `level`, `count`, `base`, `crude` (the estimate of the
    variable alone, in print), and `estimate, se, low, high` of all together
    """
    frame = _frame(study, outcome, variables)
    names = [v.name for v in variables]
    together = _fit(study, frame, outcome, names)
    alone = pd.concat([_fit(study, frame, outcome, [name]) for name in names])
    keys = ["group", "level"]
    ends = ["estimate", "low", "high"]
    crude = alone.assign(crude=[_in_print(*row) for row in alone[ends].to_numpy()])
    merged = together.merge(crude[[*keys, "crude"]], on=keys, how="left")
    at = list(merged.columns).index("estimate")
    return merged[[*merged.columns[:at], "crude", *merged.columns[at:-1]]]


def _in_print(estimate: float, low: float, high: float) -> Text | str:
    if np.isnan(low):
        return decimal(estimate)
    return message(
        "{estimate:decimal} [{low:decimal}, {high:decimal}]", estimate=estimate, low=low, high=high
    )


def _frame(study: Study, outcome: Question, variables: Sequence[Question]) -> pd.DataFrame:
    data = study.answers.data
    frame = pd.DataFrame({"outcome": _outcome(study, outcome)}, index=data.index)
    for variable in variables:
        cells = data[variable.columns[0]]
        if variable.kind == "number":
            frame[variable.name] = pd.to_numeric(cells, errors="coerce")
            continue
        known = [x.label for x in variable.levels if not x.missing] or list(cells.dropna().unique())
        people = cells.value_counts()
        kept = [x for x in known if people.get(x, 0) >= max(study.smallest_base, 1)]
        frame[variable.name] = pd.Categorical(cells, categories=kept)
    return frame


def _outcome(study: Study, outcome: Question) -> Any:
    cells = study.answers.data[outcome.columns[0]]
    if outcome.kind == "number":
        return pd.to_numeric(cells, errors="coerce")
    levels = [x.label for x in outcome.levels if not x.missing]
    good, _ = graded_sets(levels, None, where=outcome.name)
    if good:
        return cells.isin(good).where(cells.isin(levels)).astype("object")
    if outcome.kind != "scale":
        raise CommsvcError("the outcome's answers have no order", where=outcome.name)
    return pd.Categorical(cells, categories=levels[::-1], ordered=True)


def _fit(
    study: Study, frame: pd.DataFrame, outcome: Question, names: Sequence[str]
) -> pd.DataFrame:
    """The estimates of one model on the people who have every answer."""
    whole = frame.dropna()
    answers = frame["outcome"].where(frame.index.isin(whole.index))
    levels = {
        name: list(frame[name].cat.categories)
        for name in names
        if isinstance(frame[name].dtype, pd.CategoricalDtype)
    }
    variables = {name: frame[name] for name in names}
    sample = None
    if study.design.kind == "sample":
        sample = SurveySample(study.answers.data, study.design).records
    if outcome.kind == "number":
        return _differences(answers, variables, levels, sample)
    fit = ordered_logit if isinstance(frame["outcome"].dtype, pd.CategoricalDtype) else binary_logit
    return fit(answers, variables, levels=levels, sample=sample).odds_ratios()


def _differences(
    answers: pd.Series, variables: dict[str, Any], levels: dict[str, list[Any]], sample: Any
) -> pd.DataFrame:
    """Least squares by the design: differences of the mean against each first level, or for one
    unit more of a number."""
    made = model_columns(variables, levels)
    numbers = answers.to_numpy(dtype=float)
    there = np.isfinite(numbers) & np.isfinite(made.values).all(axis=1)
    x = np.where(there[:, None], np.column_stack([np.ones(len(numbers)), made.values]), 0.0)
    y = np.where(there, numbers, 0.0)

    def slopes(weights: Any) -> Any:
        weighted = (x * (weights * there)[:, None]).T
        return np.linalg.lstsq(weighted @ x, weighted @ y, rcond=None)[0][1:]

    found = by_design(slopes, Sample(np.ones(len(numbers))) if sample is None else sample)
    ends = found.interval()
    rows: list[dict[str, Any]] = []
    for j, (term, level) in enumerate(zip(made.terms, made.levels, strict=True)):
        if term in made.references and term not in {row["group"] for row in rows}:
            reference = made.references[term]
            rows.append({"group": term, "level": reference, "estimate": 0.0, "note": REFERENCE})
        one = {"estimate": ends.estimate[j], "se": ends.se[j], "low": ends.low[j]}
        rows.append({"group": term, "level": level, **one, "high": ends.high[j], "note": ""})
    method = message("difference of means, least squares")
    return pd.DataFrame(rows).assign(base=int(there.sum()), method=method)
