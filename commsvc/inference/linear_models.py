"""Linear regression with a design's errors, Wald tests of terms, crude beside adjusted effects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.checks import Array, as_numbers, as_share
from commsvc.inference.design_matrix import ModelColumns, model_columns
from commsvc.inference.design_tests import wald_f
from commsvc.inference.intervals import student
from commsvc.inference.jackknife import by_design
from commsvc.inference.logit import LogitModel, model_df
from commsvc.inference.logit_fit import require_independent
from commsvc.inference.results import HypothesisTest, frame_of_estimates
from commsvc.inference.sample import Sample
from commsvc.words.messages import Text, message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LinearModel:
    """A fitted linear regression.

    Attributes
    ----------
    coefficients : (p,) slopes
    intercept : the mean where all columns are 0
    covariance : (p + 1, p + 1) of slopes and intercept
    df : degrees of freedom of t
    columns : the model's columns, of those used
    n : people used, unweighted
    method, note : what was done; how many were left out
    """

    coefficients: Array
    intercept: float
    covariance: Array = field(repr=False)
    df: float
    columns: ModelColumns = field(repr=False)
    n: int
    method: Text
    note: Text | str = ""

    @property
    def se(self) -> Array:
        """Standard errors of slopes and intercept (p + 1,)."""
        return np.sqrt(np.diag(self.covariance))

    def effects(self, confidence: float = 0.95) -> pd.DataFrame:
        """A tidy frame of slopes: the difference of means against the reference level, or for one
        unit more; `base` all in the model."""
        half = student(self.df, 0.5 + as_share(confidence, "confidence") / 2) * self.se[:-1]
        size = self.coefficients.size
        return frame_of_estimates(
            {
                "group": list(self.columns.terms), "level": list(self.columns.levels),
                "base": [self.n] * size, "estimate": self.coefficients, "se": self.se[:-1],
                "low": self.coefficients - half, "high": self.coefficients + half,
                "method": [self.method] * size, "note": [self.note] * size,
            }
        )  # fmt: skip


@dataclass(frozen=True)
class _LeastSquares:
    """Slopes and intercept as a statistic of the weights, with its influence."""

    x: Array
    y: Array
    used: NDArray[np.bool_]

    def _solved(self, weights: Array) -> tuple[Array, Array, Array]:
        w = np.where(self.used, weights, 0.0)
        information = (self.x * w[:, None]).T @ self.x
        theta = np.linalg.solve(information, self.x.T @ (w * self.y))
        rest = np.where(self.used, self.y - self.x @ theta, 0.0)
        return np.asarray(theta), np.asarray(information), np.asarray(rest)

    def __call__(self, weights: Array) -> Array:
        return self._solved(weights)[0]

    def influence(self, weights: Array) -> Array:
        _, information, rest = self._solved(weights)
        return np.asarray(np.linalg.solve(information, (self.x * rest[:, None]).T).T)


def linear_regression(
    values: Any,
    variables: Mapping[str, Any],
    *,
    levels: Mapping[str, Sequence[Any]] | None = None,
    sample: Any = None,
) -> LinearModel:
    """Linear regression: R's lm, or svyglm from a design.

    Parameters
    ----------
    values : (n,) numbers; NaN for no answer
    variables, levels : name → (n,) numbers or labels, as in `model_columns`
    sample : `Sample` or `Replicates`: errors are then those of its design (Binder 1983), with its
        degrees of freedom less the slopes; without it least squares, of equal variances

    Raises
    ------
    CommsvcError : a variable that others already give; too few people or clusters

    Examples
    --------
    >>> model = linear_regression([3, 5, 4, 8, 7, 9], {"age": [20, 30, 25, 50, 45, 60]})
    >>> model.coefficients.round(4), round(model.intercept, 4), model.df
    (array([0.15]), 0.25, 4.0)
    """
    y, columns = as_numbers(values), model_columns(variables, levels)
    people = None if sample is None else Sample.of(sample)
    weights = np.ones(y.size) if people is None else people.weights
    if not y.size == columns.values.shape[0] == weights.size:
        raise CommsvcError(
            f"{y.size} values, {columns.values.shape[0]} rows of variables, {weights.size} weights",
            allowed="as many",
        )
    used = np.isfinite(y) & np.isfinite(columns.values).all(axis=1) & (weights > 0)
    kept, p = columns.rows(used), columns.values.shape[1]
    require_independent(kept.values, kept.names)
    x = np.where(used[:, None], np.column_stack([columns.values, np.ones(y.size)]), 0.0)
    statistic = _LeastSquares(x, np.where(used, y, 0.0), used)
    if people is not None:
        found = by_design(statistic, people.domain(used))
        theta, covariance, df = found.estimate, found.covariance, model_df(found.df, p)
        method = message("linear regression, weighted, design-based errors")
    else:
        theta, information, rest = statistic._solved(weights)
        df = float(used.sum() - p - 1)
        if df < 1:
            raise CommsvcError(f"{int(used.sum())} people do not carry {p} slopes")
        covariance = np.asarray(np.linalg.inv(information)) * float(rest @ rest) / df
        method = message("linear regression, least squares")
    whole = int((weights > 0).sum())
    left = whole - int(used.sum())
    note = message("{left} of {all} left out: no answer", left=left, all=whole) if left else ""
    return LinearModel(
        theta[:-1], float(theta[-1]), covariance, float(df), kept, int(used.sum()), method, note
    )


def term_test(model: LinearModel | LogitModel, terms: str | Sequence[str]) -> HypothesisTest:
    """Whether all slopes of a variable, or of several, are 0: Wald's test (R's regTermTest).

    Examples
    --------
    >>> model = linear_regression([3, 5, 4, 8, 7, 9], {"town": list("aabbcc"), "age": range(6)})
    >>> test = term_test(model, "town")
    >>> test.df, test.df2
    (2.0, 2.0)
    """
    names = [terms] if isinstance(terms, str) else list(terms)
    for name in names:
        if name not in model.columns.terms:
            raise unknown_name("variable of the model", name, dict.fromkeys(model.columns.terms))
    mine = [j for j, term in enumerate(model.columns.terms) if term in names]
    gap, spread = model.coefficients[mine], model.covariance[np.ix_(mine, mine)]
    method = message("Wald test of {terms}", terms=names)
    k = float(len(mine))
    if np.isinf(model.df):
        x = float(gap @ np.linalg.solve(spread, gap))
        return HypothesisTest(x, k, float(special.chdtrc(k, x)), method=method, note=model.note)
    f, second, p = wald_f(gap, spread, model.df, adjusted=False)
    return HypothesisTest(f, k, p, method=method, note=model.note, df2=second)


def regression_table(
    fit: Callable[[Mapping[str, Any]], LinearModel | LogitModel],
    variables: Mapping[str, Any],
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Every variable by itself (crude) and all together (adjusted), side by side.

    Parameters
    ----------
    fit : makes the model of some variables, such as
        ``lambda v: binary_logit(answers, v, sample=people)``
    variables : name → (n,)

    Returns
    -------
    DataFrame `group, level, base, crude, crude_low, crude_high, adjusted, adjusted_low,
    adjusted_high, method, note`; odds ratios of a logit, differences of a linear model. The crude
    models rest on everybody who has that variable, the adjusted one on those who have all.

    Examples
    --------
    >>> table = regression_table(lambda v: linear_regression([3, 5, 4, 8, 7, 9], v),
    ...                          {"age": [20, 30, 25, 50, 45, 60], "men": [0, 1, 0, 1, 0, 1]})
    >>> table[["group", "crude", "adjusted"]].round(3).values.tolist()
    [['age', 0.15, 0.145], ['men', 2.667, 0.252]]
    """
    import pandas as pd

    def shown(model: Any) -> pd.DataFrame:
        found = model.odds_ratios if isinstance(model, LogitModel) else model.effects
        return found(confidence)

    crude = pd.concat([shown(fit({name: values})) for name, values in variables.items()])
    adjusted = shown(fit(variables)).reset_index(drop=True)
    ends = ["estimate", "low", "high"]
    table = adjusted[["group", "level", "base", "method", "note"]].copy()
    for position, (name, frame) in enumerate((("crude", crude), ("adjusted", adjusted))):
        for offset, end in enumerate(ends):
            label = name if end == "estimate" else f"{name}_{end}"
            table.insert(3 + 3 * position + offset, label, frame[end].to_numpy())
    return table
