"""Batteries of a study: bars, how the items hang together, and the score by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.indicators.satisfaction import cronbach_alpha, item_statistics, kmo, mcdonald_omega
from commsvc.report import say, show, show_table
from commsvc.study.context import Study
from commsvc.study.question_tables import ask, doubt_notes, group_words, share_table
from commsvc.study.question_words import heading_of, level_text, level_words, title_of
from commsvc.survey.answers import Question
from commsvc.survey.likert import graded_scores
from commsvc.survey.number_estimates import estimate_means
from commsvc.survey.suppress import hide_small
from commsvc.words.messages import Text, joined, message

FEWEST_ITEMS: Final = 3
RESAMPLES: Final = 200


@dataclass(frozen=True)
class Battery:
    """Items that share one set of ordered answers.

    Attributes
    ----------
    title : what they ask
    questions : of the codebook: one matrix, or several scales
    items : column -> what it is called
    scores : (people, items), the higher the better; NaN where not answered
    """

    title: Text
    questions: tuple[Question, ...]
    items: dict[str, Text]
    scores: pd.DataFrame


def batteries_of(study: Study) -> list[Battery]:
    """Matrices of three rows and more, and runs of as many scales with the same answers.

    Only answers whose better end is known are scored: graded words, or levels that the codebook
    has from best to worst under labels of their own.
    """
    runs: list[list[Question]] = []
    last: Question | None = None
    for q in study.codebook:
        fits = not q.role and q.kind in ("scale", "matrix") and bool(_marks(q))
        if fits and last and q.kind == last.kind == "scale" and q.levels == last.levels:
            runs[-1].append(q)
        elif fits:
            runs.append([q])
        last = q if fits else None
    found = [_battery(study, run) for run in runs]
    return [one for one in found if len(one.items) >= FEWEST_ITEMS]


def _marks(question: Question) -> dict[Any, float]:
    labels = [level.label for level in question.levels if not level.missing]
    return graded_scores(labels)


def _battery(study: Study, run: list[Question]) -> Battery:
    columns: dict[str, Text] = {}
    scores = {}
    for q in run:
        marks = _marks(q)
        for column in q.columns:
            if len(run) == 1:
                columns[column] = level_text(q.item(column))
            else:
                columns[column] = heading_of(q)
            scores[column] = study.answers.column(column).map(marks).astype(float)
    title = heading_of(run[0])
    if len(run) > 1:
        title = message("{first} to {last}", first=run[0].name, last=run[-1].name)
    return Battery(title, tuple(run), columns, pd.DataFrame(scores))


def show_batteries(study: Study, groups: Sequence[Question] = ()) -> None:
    """Every battery: its bars, its items, how they hang together, its score by group.

    Parameters
    ----------
    groups : of `chosen_groups`, between which mean scores are given
    """
    found = batteries_of(study)
    if not found:
        say(message("No battery: no three questions share one set of graded answers."))
        return
    for i, battery in enumerate(found, 1):
        say(message("### {title}", title=battery.title))
        _bars(study, battery, f"{study.name}_battery_{i}")
        try:
            _items(study, battery)
            _structure(study, battery)
        except CommsvcError as error:
            say(message("No reliability: {problem}.", problem=error.problem))
        _scores(study, battery, groups)


def _bars(study: Study, battery: Battery, name: str) -> None:
    from commsvc import plots

    parts = []
    for question in battery.questions:
        found = ask(study, question)
        items = (
            found.table["item"]
            if "item" in found.table
            else [question.columns[0]] * len(found.table)
        )
        keys = [c if c in battery.items else f"{question.name}:{c}" for c in items]
        parts.append(found.table.assign(item=keys))
    frame = pd.concat(parts, ignore_index=True)
    question = battery.questions[0]
    labels = [level.label for level in question.levels if not level.missing]
    marks = _marks(question)
    labels.sort(key=lambda label: -marks.get(label, 0))
    drawn = frame[frame["level"].isin(labels) & frame["estimate"].notna()]
    if drawn.empty:
        return
    words = level_words(question)
    ax = plots.likert(
        drawn.assign(
            group=[str(battery.items.get(c, c)) for c in drawn["item"]],
            level=[str(words[x]) for x in drawn["level"]],
        ),
        [str(words[label]) for label in labels],
        xlabel=str(message("share of those who answered")),
    )
    show(
        ax, name,
        caption=battery.title,
        source=study.source,
        n=int(frame["base"].max()),
        denominator=message("people who answered"),
        design=study.design.describe(),
    )  # fmt: skip


def _items(study: Study, battery: Battery) -> None:
    """The item table: mean, spread, correlation with the rest, α without it, loadings."""
    columns = list(battery.items)
    frame = item_statistics(battery.scores, columns)
    complete = battery.scores.dropna()
    loadings, factors = factor_loadings(complete)
    for f in range(loadings.shape[1]):
        frame[f"factor_{f + 1}"] = loadings[:, f]
    named = {f"factor_{f + 1}": message("Loading {n}", n=f + 1) for f in range(loadings.shape[1])}
    shown = ["group", "mean", "sd", "item_rest_r", "alpha_without", *named]
    notes: list[Any] = [
        message("scored from 1 to 5, 5 the best; unweighted"),
        message("{n} factors have an eigenvalue above 1 (principal axis, varimax)", n=factors)
        if factors > 1
        else message("one factor has an eigenvalue above 1 (principal axis)"),
        *doubt_notes(study, *battery.questions),
    ]
    show_table(
        frame[shown],
        caption=message("{title}: the items", title=battery.title),
        columns={
            "group": message("Item"), "mean": message("Mean score"), "sd": message("SD"),
            "item_rest_r": message("Correlation with the rest"),
            "alpha_without": message("α without it"), **named,
        },
        values={"group": battery.items},
        formats={"mean": ".2f", "sd": ".2f", "item_rest_r": ".2f", "alpha_without": ".3f"}
        | dict.fromkeys(named, ".2f"),
        source=study.source,
        n=len(complete),
        denominator=message("people who answered every item"),
        note=joined(notes),
    )  # fmt: skip


def factor_loadings(complete: pd.DataFrame) -> tuple[Any, int]:
    """Loadings (items, factors) by principal axis, and how many eigenvalues exceed 1.

    Several factors are turned by varimax. Kaiser (1960, 1974); the work is statsmodels' `Factor`.
    """
    from statsmodels.multivariate.factor import Factor

    r = np.corrcoef(complete.to_numpy(), rowvar=False)
    if not np.isfinite(r).all():
        raise CommsvcError("an item has one answer only")
    most = max(1, (len(r) - 1) // 2)
    factors = min(max(1, int((np.linalg.eigvalsh(r) > 1).sum())), most)
    fit = Factor(corr=r, n_factor=factors, method="pa").fit()
    if factors > 1:
        fit.rotate("varimax")
    loadings = np.asarray(fit.loadings)
    return loadings * np.where(loadings.sum(axis=0) < 0, -1, 1), factors


def omega(complete: pd.DataFrame, seed: int = 1) -> tuple[float, float, float]:
    """McDonald's ω of one factor, with the percentile interval of a seeded bootstrap."""
    values = complete.to_numpy()
    draws = np.random.default_rng(seed)
    found = [_omega(values[draws.integers(0, len(values), len(values))]) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return _omega(values), float(low), float(high)


def _omega(values: Any) -> float:
    """ω from the loadings of one principal axis."""
    r = np.corrcoef(values, rowvar=False)
    if not np.isfinite(r).all():
        return float("nan")
    common = np.abs(r - np.eye(len(r))).max(axis=0)
    for _ in range(50):
        np.fill_diagonal(r, common)
        value, vector = np.linalg.eigh(r)
        lam = vector[:, -1] * np.sqrt(max(value[-1], 0))
        if np.abs(lam**2 - common).max() < 1e-6:
            break
        common = np.minimum(lam**2, 1)
    return mcdonald_omega(np.clip(lam * np.sign(lam.sum() or 1), -1, 1))


def bartlett(complete: pd.DataFrame) -> tuple[float, int, float]:
    """Bartlett's test that no items correlate: chi-square, degrees of freedom, P (1951).

    >>> apart = pd.DataFrame({"a": [1.0, 2, 3, 4] * 9, "b": [1.0, -1, -1, 1] * 9})
    >>> [round(number, 6) for number in bartlett(apart)[1:]]
    [1, 1.0]
    """
    n, p = complete.shape
    sign, log = np.linalg.slogdet(np.corrcoef(complete.to_numpy(), rowvar=False))
    if sign <= 0:
        raise CommsvcError("an item repeats others: the correlations have no inverse")
    df = p * (p - 1) // 2
    statistic = max(0.0, -(n - 1 - (2 * p + 5) / 6) * log)
    return float(statistic), df, float(stats.chi2.sf(statistic, df))


def _structure(study: Study, battery: Battery) -> None:
    """α, ω, KMO and Bartlett in one table."""
    columns, complete = list(battery.items), battery.scores.dropna()
    alpha = cronbach_alpha(battery.scores, columns).iloc[0]
    whole, low, high = omega(complete)
    _, adequacy = kmo(np.corrcoef(complete.to_numpy(), rowvar=False))
    chi, df, p = bartlett(complete)
    nan = float("nan")
    rows = [
        (
            message("Cronbach's α (Feldt's interval)"),
            alpha["estimate"],
            alpha["low"],
            alpha["high"],
            nan,
        ),
        (message("McDonald's ω, one factor (bootstrap)"), whole, low, high, nan),
        (message("Kaiser–Meyer–Olkin"), adequacy, nan, nan, nan),
        (message("Bartlett's χ², {df} degrees of freedom", df=df), chi, nan, nan, p),
    ]
    frame = pd.DataFrame(rows, columns=["measure", "estimate", "low", "high", "p"])
    # A complete count has its coefficients and no chance about them.
    chance: dict[str, Text] = {"interval": message("95 % interval"), "p": message("P")}
    inference = study.design.allows_inference
    show_table(
        frame if inference else frame[["measure", "estimate"]],
        caption=message("{title}: how the items hang together", title=battery.title),
        columns={
            "measure": message("Measure"), "estimate": message("Value"),
            **(chance if inference else {}),
        },
        ranges={"interval": ("low", "high")} if inference else {},
        formats={"estimate": ".3f"} | ({"interval": ".3f"} if inference else {}),
        source=study.source,
        n=len(complete),
        denominator=message("people who answered every item"),
        note=joined([alpha["note"], message("unweighted"), study.design.caveat()]),
    )  # fmt: skip


def _scores(study: Study, battery: Battery, groups: Sequence[Question]) -> None:
    """The mean of the items' scores, for everybody and by group."""
    score = battery.scores.mean(axis=1, skipna=False)
    answers = study.answers.with_column("commsvc_score", score)
    parts = []
    for group in groups or (None,):
        within = study if group is None else study.within(group)
        kept = within.answers.with_column("commsvc_score", answers.data["commsvc_score"])
        frame = estimate_means(
            kept, "commsvc_score", None if group is None else group.name,
            design=study.design, codebook=study.codebook, sizes=False,
        )  # fmt: skip
        [frame] = hide_small([frame], study.smallest_base)
        names = {"all": message("everybody")} if group is None else group_words(group)
        parts.append(
            frame.assign(
                by="" if group is None else title_of(group),
                shown=[names.get(g, str(g)) for g in frame["group"]],
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    first = frame["group"] == "all"
    frame = pd.concat([frame[first].head(1).assign(by=""), frame[~first]], ignore_index=True)
    frame = frame[frame["base"] > 0]
    if frame.empty:
        return
    share_table(
        study, frame, {"by": message("By"), "shown": message("Group")},
        caption=message("{title}: mean score of the items", title=battery.title),
        denominator=message("people who answered every item"),
        numbers=True,
        notes=[message("the mean of the items, scored from 1 to 5, 5 the best")],
    )  # fmt: skip
