"""Scales of several items: does a battery hold together, and what do groups score on it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.satisfaction import (
    cronbach_alpha,
    item_statistics,
    mcdonald_omega,
)
from commsvc.report import label, say, show, show_table
from commsvc.study.context import Study
from commsvc.study.outcome import ANSWERED, ask
from commsvc.study.question_words import heading_of, level_words, part_words, title_of
from commsvc.survey.answers import Question
from commsvc.survey.likert import graded_sets, scale_scores
from commsvc.survey.numbers import estimate_means
from commsvc.survey.tabulate import item_name
from commsvc.words.messages import message

# Fewer items are no scale whose parts could be held against each other.
FEWEST_ITEMS = 3


def batteries_of(study: Study) -> list[Question]:
    """The matrix questions whose rows share one order of answers, three rows and more."""
    return [
        question
        for question in study.codebook
        if question.kind == "matrix"
        and not question.role
        and len(question.columns) >= FEWEST_ITEMS
        and len([x for x in question.levels if not x.missing]) > 1
    ]


def scored(study: Study, question: Question) -> pd.DataFrame:
    """The answers of a battery as numbers, a column an item; no answer is NaN.

    5 to 1 by graded words, codes as themselves, other levels by their order.
    """
    levels = [level.label for level in question.levels if not level.missing]
    marks = scale_scores(levels)
    cells = study.answers.data[list(question.columns)]
    return pd.DataFrame({c: cells[c].map(marks).astype(float) for c in cells})


def show_batteries(study: Study, groups: Sequence[Question] = ()) -> None:
    """Every battery: its answers as bars, its items, how far they hold together, scores by group.

    Parameters
    ----------
    groups : of `chosen_groups`, between which mean scores are given
    """
    found = batteries_of(study)
    if not found:
        say("No questions share one scale, three and more: there is no battery to look into.")
    for question in found:
        say("### {heading}", heading=heading_of(question))
        say(ask(study, question).sentence)
        _draw(study, question)
        _reliability(study, question)
        _scores(study, question, groups)


def _draw(study: Study, question: Question) -> None:
    from commsvc import plots

    levels = [level.label for level in question.levels if not level.missing]
    found = ask(study, question)
    drawn = found.table[found.table["level"].isin(levels) & found.table["estimate"].notna()]
    if drawn.empty:
        return
    items, words = part_words(question), level_words(question)
    good, _ = graded_sets(levels, None, where=question.name)
    halved = len(levels) % 2 == 1 and len(good) == len(levels) // 2
    ax = plots.likert(
        drawn.assign(
            group=[label(items.get(str(x), str(x))) for x in drawn["item"]],
            level=[label(words[x]) for x in drawn["level"]],
        ),
        [label(words[x]) for x in levels],
        favourable=None if halved or not good else len(good),
        xlabel=label("share of those who answered"),
    )
    show(
        ax,
        f"{study.name}_battery_{question.name}",
        caption=heading_of(question),
        source=study.source,
        n=int(found.table["base"].max()),
        denominator=ANSWERED,
        design=study.design.describe(),
    )


_ITEM_COLUMNS: Final = {
    "item": message("Item"),
    "mean": message("Mean"),
    "sd": message("SD"),
    "item_rest_r": message("r with the rest"),
    "alpha_without": message("α without it"),
    "loading": message("Loading"),
    "kmo": "KMO",
}


def _reliability(study: Study, question: Question) -> None:
    """Items, α and ω, sampling adequacy and loadings, of people who answered every item."""
    values = scored(study, question).dropna()
    basis: dict[str, Any] = {
        "source": study.source,
        "n": len(values),
        "denominator": message("people who answered every item"),
        "design": message("unweighted: how the items of those who answered go together"),
    }
    try:
        items, whole = battery_tables(values, tested=study.design.allows_inference)
    except CommsvcError as error:
        say("Whether the items hold together cannot be told: {problem}.", problem=error.problem)
        return
    words = {c: part_words(question).get(item_name(c), item_name(c)) for c in question.columns}
    show_table(
        items,
        caption=message("The items of {scale}", scale=title_of(question)),
        columns=_ITEM_COLUMNS,
        formats=dict.fromkeys(
            ("mean", "sd", "item_rest_r", "alpha_without", "loading", "kmo"), ".2f"
        ),
        values={"item": words},
        **basis,
    )
    show_table(
        whole,
        caption=message("Do they hold together?"),
        columns={"level": message("Coefficient")},
        formats={"estimate": ".2f"},
        share=False,
        **basis,
    )


def battery_tables(
    values: pd.DataFrame, *, tested: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The item table and the reliability of a battery of scored answers.

    Parameters
    ----------
    values : a column an item, a row a person, complete
    tested : whether the people were drawn, so that a test answers a question

    Returns
    -------
    items : `item, mean, sd, item_rest_r, alpha_without, loading` (on one factor), `kmo`
    whole : `level, estimate, low, high, method`: α with Feldt's interval, ω of one factor with a
        bootstrap interval, KMO, and Bartlett's test of sphericity

    Raises
    ------
    CommsvcError : an item that everybody answered alike, or fewer people than items
    """
    if len(values) <= values.shape[1]:
        raise CommsvcError(f"{len(values)} people answered all of {values.shape[1]} items")
    if flat := [str(c) for c in values if values[c].nunique() < 2]:
        raise CommsvcError(f"everybody answered {flat[0]} alike")
    names = [str(c) for c in values]
    correlation = np.corrcoef(values.to_numpy(), rowvar=False)
    each, overall = kmo(correlation)
    items = item_statistics(values, names).rename(columns={"group": "item"})
    items = items[["item", "mean", "sd", "item_rest_r", "alpha_without"]].assign(
        loading=one_factor(correlation), kmo=each
    )
    alpha = cronbach_alpha(values, names).iloc[0]
    rows = [
        {"level": "α", **alpha[["estimate", "low", "high", "method"]].to_dict()},
        {"level": "ω", **_omega(values.to_numpy())},
        {"level": "KMO", "estimate": overall, "method": message("Kaiser–Meyer–Olkin")},
        *([_bartlett(correlation, len(values))] if tested else []),
    ]
    return items, pd.DataFrame(rows)


def kmo(correlation: Any) -> tuple[Any, float]:
    """Kaiser–Meyer–Olkin sampling adequacy of each item (k,) and of all together."""
    r = np.asarray(correlation, dtype=float)
    inverse = np.linalg.pinv(r)
    partial = -inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    r2, p2 = (np.square(m - np.diag(np.diag(m))) for m in (r, partial))
    return r2.sum(axis=0) / (r2 + p2).sum(axis=0), float(r2.sum() / (r2 + p2).sum())


def one_factor(correlation: Any) -> Any:
    """Loadings (k,) on one factor, by principal axes; most of them positive.

    >>> one_factor([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]]).round(3)
    array([0.8, 0.7, 0.6])
    """
    from statsmodels.multivariate.factor import Factor

    r = np.asarray(correlation, dtype=float)
    with warnings.catch_warnings():
        # A communality over 1 ends the search; the loadings reached are given all the same.
        warnings.simplefilter("ignore")
        loadings = Factor(corr=r, n_factor=1, method="pa").fit(maxiter=200).loadings[:, 0]
    return loadings if loadings.sum() >= 0 else -loadings


def _omega(values: Any, draws: int = 200) -> dict[str, Any]:
    """ω with the percentile interval of a bootstrap of people, by a fixed seed."""
    random = np.random.default_rng(20_210_601)

    def omega(rows: Any) -> float:
        r = np.corrcoef(rows, rowvar=False)
        if not np.isfinite(r).all():
            return float("nan")
        return mcdonald_omega(np.clip(one_factor(r), -1, 1))

    drawn = [omega(values[random.integers(0, len(values), len(values))]) for _ in range(draws)]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    method = message("one factor; bootstrap of {n} draws", n=draws)
    return {"estimate": omega(values), "low": low, "high": high, "method": method}


def _bartlett(correlation: Any, n: int) -> dict[str, Any]:
    """Bartlett (1950): are the correlations more than those of unrelated items would be?"""
    from scipy import stats

    k = len(correlation)
    statistic = -(n - 1 - (2 * k + 5) / 6) * np.linalg.slogdet(correlation)[1]
    p = stats.chi2.sf(statistic, k * (k - 1) / 2)
    return {
        "level": message("Bartlett's test"),
        "estimate": statistic,
        "method": message("χ² of sphericity, P {p:p}", p=p),
    }


def _scores(study: Study, question: Question, groups: Sequence[Question]) -> None:
    """The mean score of everybody and of each group, by the design."""
    values = scored(study, question)
    score = values.mean(axis=1).where(values.notna().all(axis=1))
    if score.notna().sum() < 2 or not np.ptp(score.dropna().to_numpy()):
        return
    rows: list[pd.DataFrame] = []
    several: list[Question | None] = [*groups] or [None]
    for group in several:
        within = study if group is None else study.within(group)
        survey = within.answers.with_column("scale score", score)
        by = None if group is None else group.columns[0]
        means = estimate_means(survey, "scale score", by, design=study.design, sizes=False)
        means = means[means["base"] >= max(study.smallest_base, 1)]
        means = means if not rows else means[means["group"] != "all"]
        rows.append(means.assign(by="" if group is None else group.name))
    words = {k: w for g in groups for k, w in level_words(g).items()}
    show_table(
        pd.concat(rows, ignore_index=True)[["by", *rows[0].columns.drop("by")]],
        caption=message("Mean score of {scale}", scale=title_of(question)),
        columns={"by": message("By")},
        values={
            "by": {g.name: title_of(g) for g in groups},
            "group": {"all": message("everybody"), **words},
        },
        source=study.source,
        n=int(score.notna().sum()),
        denominator=message("people who answered every item"),
        design=study.design.describe(),
    )
