"""Ordered and binary logit, with counts or with a design's weights and clusters.

statsmodels' OrderedModel takes weights and leaves them out of account, so the likelihood is ours;
a binary logit is an ordered one of two levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, as_numbers, as_share
from commsvc.inference.design_matrix import ModelColumns, model_columns, ordered_codes
from commsvc.inference.intervals import student
from commsvc.inference.jackknife import by_design
from commsvc.inference.logit_fit import LogitFit
from commsvc.inference.results import (
    HypothesisTest,
    Interval,
    frame_of_estimates,
    frame_of_tests,
)
from commsvc.inference.sample import Sample
from commsvc.words.messages import message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LogitModel:
    """A fitted logit: log odds of answering above threshold k are x·coefficients − thresholds[k].

    Attributes
    ----------
    coefficients : (p,) slopes; positive ones go with higher answers (as R's polr and svyolr)
    thresholds : (K − 1,); of a binary logit, minus the intercept
    covariance : (p + K − 1, same), of slopes and thresholds
    df : degrees of freedom of t, infinite for counts
    deviance : −2 log-likelihood; with a design, of weights whose mean is 1
    columns, answers, weights : the model's columns (n, p), each answer's level (n,), weights (n,)
        of those used
    answer_levels : K levels in order
    n : people used, unweighted
    method, note : what was done; how many were left out
    sample : the design, with everybody left out at weight 0; None for counts
    used : (all,) who of the people given is in the model
    """

    coefficients: Array
    thresholds: Array
    covariance: Array = field(repr=False)
    df: float
    deviance: float
    columns: ModelColumns
    answers: NDArray[np.intp] = field(repr=False)
    weights: Array = field(repr=False)
    answer_levels: tuple[Any, ...]
    n: int
    method: Any
    note: Any = ""
    sample: Sample | None = field(default=None, repr=False)
    used: NDArray[np.bool_] = field(default_factory=lambda: np.ones(0, dtype=bool), repr=False)

    @property
    def se(self) -> Array:
        """Standard errors of slopes and thresholds (p + K − 1,)."""
        return np.sqrt(np.diag(self.covariance))

    def critical(self, confidence: float) -> float:
        """The t (or normal) value of an interval."""
        return student(self.df, 0.5 + as_share(confidence, "confidence") / 2)

    def odds_ratios(self, confidence: float = 0.95) -> pd.DataFrame:
        """A tidy frame of odds ratios, one row a column and one a reference level.

        `group` is the variable, `level` its level; `count` the people at the level, `base` all in
        the model, both unweighted; `estimate` the ratio of the odds of a higher answer, against
        the reference level or for one unit more; `se` its delta-method error; the interval is
        that of the log odds ratio.
        """
        p, made = self.coefficients.size, self.columns
        half = self.critical(confidence) * self.se[:p]
        ratio = np.exp(self.coefficients)
        rows: list[tuple[Any, ...]] = []
        people = np.ones(self.weights.size) if self.sample is not None else self.weights
        for j, (term, level) in enumerate(zip(made.terms, made.levels, strict=True)):
            mine = np.array([other == term for other in made.terms])
            if term in made.references and not mine[:j].any():
                rest = people @ (made.values[:, mine].sum(axis=1) == 0)
                none = np.nan
                rows.append(
                    (term, made.references[term], rest, 1.0, none, none, none, message("reference"))
                )
            count = people @ made.values[:, j] if term in made.references else np.nan
            ends = np.exp(self.coefficients[j] + np.array([-1, 1]) * half[j])
            rows.append((term, level, count, ratio[j], ratio[j] * self.se[j], *ends, self.note))
        names = ("group", "level", "count", "estimate", "se", "low", "high", "note")
        table: dict[str, Any] = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        size = len(rows)
        return frame_of_estimates(
            table
            | {
                "base": [self.n] * size,
                "method": [message("odds ratio, {method}", method=self.method)] * size,
            }
        )

    def tests(self, confidence: float = 0.95) -> pd.DataFrame:
        """t (or z) of every slope, with its odds ratio as the effect; label columns first."""
        p = self.coefficients.size
        t = self.coefficients / self.se[:p]
        tail = special.ndtr(-np.abs(t)) if np.isinf(self.df) else special.stdtr(self.df, -np.abs(t))
        half = self.critical(confidence) * self.se[:p]
        results = [
            HypothesisTest(
                float(t[j]), self.df, float(2 * tail[j]), method=self.method, note=self.note
            ).with_effect(
                Interval(
                    float(np.exp(self.coefficients[j])),
                    float(np.exp(self.coefficients[j] - half[j])),
                    float(np.exp(self.coefficients[j] + half[j])),
                    method=message("odds ratio"),
                )
            )
            for j in range(p)
        ]
        return frame_of_tests(results, group=self.columns.terms, level=self.columns.levels)

    def shares(self, values: Any = None) -> Array:
        """Expected share (n, K) of every answer, for rows of columns (n, p) or for those used."""
        x = self.columns.values if values is None else np.atleast_2d(np.asarray(values, float))
        above = special.expit((x @ self.coefficients)[:, None] - self.thresholds)
        edge = np.ones((above.shape[0], 1))
        return -np.diff(np.hstack([edge, above, 0 * edge]), axis=1)


def ordered_logit(
    answers: Any,
    variables: Mapping[str, Any],
    *,
    answer_levels: Sequence[Any] | None = None,
    levels: Mapping[str, Sequence[Any]] | None = None,
    counts: Any = None,
    sample: Any = None,
) -> LogitModel:
    """Ordered (proportional odds) logit: R's polr from counts, svyolr from a design.

    Parameters
    ----------
    answers : (n,) labels or numbers; None or NaN for no answer
    variables, levels : as in `model_columns`
    answer_levels : the levels in order; left out for an ordered pandas categorical, or numbers
    counts : (n,) people each row stands for; ones when left out
    sample : `Sample` or `Replicates`, instead of counts: errors are then those of its design

    Returns
    -------
    LogitModel

    Notes
    -----
    McCullagh (1980, JRSS B 42); the likelihood is concave (Pratt 1981, JASA 76), so Newton's method
    finds its one top. Errors with a design: Binder (1983), as svyolr, with its degrees of freedom,
    those of the design less the slopes. A variable that separates the answers is refused.

    Examples
    --------
    >>> model = ordered_logit(["low", "high", "mid", "high", "low", "mid"],
    ...                       {"lift": ["no", "yes", "no", "yes", "yes", "no"]},
    ...                       answer_levels=["low", "mid", "high"], counts=[30, 25, 28, 24, 9, 21])
    >>> model.coefficients.round(4), model.thresholds.round(4)
    (array([3.7863]), array([-0.2507,  2.2733]))
    """
    code, order = ordered_codes(answers, answer_levels)
    if counts is not None and sample is not None:
        raise CommsvcError("counts and sample are both given", allowed="one of them")
    columns = model_columns(variables, levels)
    n = code.size
    if columns.values.shape[0] != n:
        raise CommsvcError(
            f"{n} answers and {columns.values.shape[0]} rows of variables", allowed="as many"
        )
    given = np.ones(n) if counts is None else as_counts(counts, "counts", ndim=1, whole=True)
    people = None if sample is None else Sample.of(sample)
    weights = given if people is None else people.weights
    if weights.shape != (n,):
        raise CommsvcError(f"{weights.size} weights for {n} answers", allowed="as many")
    used = (weights > 0) & (code >= 0) & np.isfinite(columns.values).all(axis=1)
    if not used.any():
        raise CommsvcError("nobody has an answer and all variables")
    whole = int(given[weights > 0].sum())
    left = int(given[(weights > 0) & ~used].sum())
    note = message("{left} of {all} left out: no answer", left=left, all=whole) if left else ""
    kept, y, w = columns.rows(used), code[used], weights[used]
    statistic = LogitFit(columns.values, code, used, columns.names, tuple(order))
    p, fit = kept.values.shape[1], statistic.fit(weights)
    kind = message("ordered logit") if len(order) > 2 else message("binary logit")
    if people is None:
        covariance, df = np.linalg.inv(fit.information) / w.mean(), np.inf
        deviance, size = fit.deviance * float(w.mean()), whole - left
        method = message("{kind}, maximum likelihood", kind=kind)
    else:
        found = by_design(statistic, people.domain(used))
        covariance, df = found.covariance, model_df(found.df, p)
        deviance, size = fit.deviance, int(used.sum())
        method = message("{kind}, weighted, design-based errors", kind=kind)
    return LogitModel(
        fit.theta[:p], fit.theta[p:], covariance, float(df), float(deviance), kept, y, w,
        tuple(order), size, method, note, people and people.domain(used), used,
    )  # fmt: skip


def model_df(df: float, slopes: int) -> float:
    """Degrees of freedom that a design leaves to a model."""
    if df - slopes < 1:
        raise CommsvcError(
            f"{df:g} degrees of freedom do not carry {slopes} slopes",
            allowed="more clusters than strata and slopes",
        )
    return df - slopes


def binary_logit(
    answers: Any,
    variables: Mapping[str, Any],
    *,
    levels: Mapping[str, Sequence[Any]] | None = None,
    counts: Any = None,
    sample: Any = None,
) -> LogitModel:
    """Binary logit: R's glm from counts, svyglm(family = quasibinomial) from a design.

    Parameters
    ----------
    answers : (n,) true or false, or 1 and 0; None or NaN for no answer
    variables, levels, counts, sample : as in `ordered_logit`

    Returns
    -------
    LogitModel; `thresholds[0]` is minus the intercept

    Examples
    --------
    >>> model = binary_logit([1, 0, 1, 0], {"lift": ["no", "no", "yes", "yes"]},
    ...                      counts=[20, 30, 45, 15])
    >>> model.odds_ratios()[["level", "estimate"]].round(6).values.tolist()
    [['no', 1.0], ['yes', 4.5]]
    """
    numbers = as_numbers(answers)
    if not np.isin(numbers[np.isfinite(numbers)], (0, 1)).all():
        raise CommsvcError("binary answers other than 0 and 1", allowed="true or false, 1 or 0")
    return ordered_logit(
        numbers, variables, answer_levels=(0, 1), levels=levels, counts=counts, sample=sample
    )
