"""What a logit says in shares, and whether it fits: marginal effects, equal slopes, deviance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array
from commsvc.inference.design_tests import wald_f
from commsvc.inference.jackknife import by_design
from commsvc.inference.logit import LogitModel
from commsvc.inference.logit_fit import LogitFit
from commsvc.inference.results import HypothesisTest, frame_of_estimates, frame_of_tests
from commsvc.words.messages import Text, message

if TYPE_CHECKING:
    import pandas as pd


def marginal_effects(model: LogitModel, confidence: float = 0.95) -> pd.DataFrame:
    """How much the share of each answer changes with each variable, on average over the people.

    Parameters
    ----------
    model : from `ordered_logit` or `binary_logit`
    confidence : coverage of the intervals

    Returns
    -------
    Tidy frame: `group` the change ("type: Tower against Flat", or "age, per unit"), `level` the
    answer (of a binary logit only the 1), `base` the people in the model, `estimate` the
    difference of shares (0–1), not percent

    Notes
    -----
    A level's effect is the weighted mean of the share were everybody at that level, less the share
    were everybody at the reference; a number's is the weighted mean slope. Errors by the delta
    method, the people's variables as they are (Bartus 2005, Stata J. 5; as Stata's margins without
    vce(unconditional)). Interactions are not known here: each column moves alone.

    Examples
    --------
    >>> from commsvc.inference.logit import binary_logit
    >>> model = binary_logit([1, 0, 1, 0], {"lift": ["no", "no", "yes", "yes"]},
    ...                      counts=[20, 30, 45, 15])
    >>> marginal_effects(model)[["group", "estimate"]].round(6).values.tolist()
    [['lift: yes against no', 0.35]]
    """
    made, order = model.columns, model.answer_levels
    weights = model.weights / model.weights.sum()
    shown = [1] if order == (0, 1) else list(range(len(order)))
    groups: list[Text] = []
    effects: list[Array] = []
    jacobians: list[Array] = []
    for j, (term, level) in enumerate(zip(made.terms, made.levels, strict=True)):
        if term in made.references:
            groups.append(
                message(
                    "{term}: {level} against {other}",
                    term=term, level=level, other=made.references[term],
                )
            )  # fmt: skip
            without = made.values.copy()
            without[:, [other == term for other in made.terms]] = 0.0
            there = without.copy()
            there[:, j] = 1.0
            up, slope_up = _mean_shares(model, there, weights)
            down, slope_down = _mean_shares(model, without, weights)
            effect, jacobian = up - down, slope_up - slope_down
        else:
            groups.append(message("{term}, per unit", term=term))
            effect, jacobian = _mean_slopes(model, j, weights)
        effects.append(effect[shown])
        jacobians.append(jacobian[shown])
    estimate, by = np.concatenate(effects), np.vstack(jacobians)
    se = np.sqrt(np.einsum("ij,jk,ik->i", by, model.covariance, by))
    half = model.critical(confidence) * se
    size = estimate.size
    return frame_of_estimates(
        {
            "group": [group for group in groups for _ in shown],
            "level": [order[k] for k in shown] * len(groups),
            "base": [model.n] * size,
            "estimate": estimate,
            "se": se,
            "low": estimate - half,
            "high": estimate + half,
            "method": [message("average marginal effect, {method}", method=model.method)] * size,
            "note": [model.note] * size,
        }
    )


def _mean_shares(model: LogitModel, x: Array, weights: Array) -> tuple[Array, Array]:
    """Mean share (K,) of every answer and its derivatives (K, p + K − 1) by the parameters."""
    above = special.expit((x @ model.coefficients)[:, None] - model.thresholds)
    density = weights[:, None] * above * (1 - above)
    shares = -np.diff(np.r_[1.0, weights @ above, 0.0])
    by_slopes, by_thresholds = density.T @ x, -np.diag(density.sum(axis=0))
    return shares, _between(np.hstack([by_slopes, by_thresholds]))


def _mean_slopes(model: LogitModel, j: int, weights: Array) -> tuple[Array, Array]:
    """Mean derivative (K,) of every share by column j, and its derivatives by the parameters."""
    x, slope = model.columns.values, model.coefficients[j]
    above = special.expit((x @ model.coefficients)[:, None] - model.thresholds)
    density = above * (1 - above)
    mean = weights @ density
    bend = weights[:, None] * density * (1 - 2 * above) * slope
    by_slopes = bend.T @ x
    by_slopes[:, j] += mean
    by = np.hstack([by_slopes, -np.diag(bend.sum(axis=0))])
    return -np.diff(np.r_[0.0, mean * slope, 0.0]), _between(by)


def _between(above: Array) -> Array:
    """Rows for shares above each threshold to rows for the answers between them."""
    edge = np.zeros((1, above.shape[1]))
    return -np.diff(np.vstack([edge, above, edge]), axis=0)


def proportional_odds_test(model: LogitModel) -> pd.DataFrame:
    """Whether the slopes of an ordered logit are the same at every threshold.

    Parameters
    ----------
    model : from `ordered_logit`, of three or more levels

    Returns
    -------
    Tidy frame of tests, `group` first: "all", then each variable. Small P: the odds ratio of that
    variable differs between thresholds, and one number hides it; `effect` is the largest ratio
    between its odds ratios at two thresholds (NaN for "all").

    Notes
    -----
    Brant (1990, Biometrics 46) compares the binary logits of answering above each threshold. Here
    their joint covariance is that of their influence values, people's or clusters', so that it
    holds with weights and clusters too; Brant's takes the model's own for granted. The F is Wald's
    adjusted for the design's degrees of freedom (as "adjWald" in `association_test`).

    Examples
    --------
    >>> from commsvc.inference.logit import ordered_logit
    >>> model = ordered_logit([1, 2, 3, 1, 2, 3], {"lift": list("nnnyyy")},
    ...                       counts=[30, 40, 30, 25, 20, 55])
    >>> proportional_odds_test(model)[["group", "df", "p"]].round(4).values.tolist()
    [['all', 1.0, 0.0083], ['lift', 1.0, 0.0083]]
    """
    order = model.answer_levels
    cuts = len(order) - 1
    if cuts < 2:
        raise CommsvcError("a binary logit has one threshold: there is nothing to compare")
    p = model.coefficients.size
    slopes, covariance, df = _binary_slopes(model, cuts)
    contrast = np.hstack([-np.ones((cuts - 1, 1)), np.eye(cuts - 1)])
    names = dict.fromkeys(model.columns.terms)
    tests = []
    for name in ("all", *names):
        mine = [j for j in range(p) if name in ("all", model.columns.terms[j])]
        pick = np.kron(contrast, np.eye(p)[mine])
        f, second, tail = wald_f(pick @ slopes.ravel(), pick @ covariance @ pick.T, df)
        ratio = float(np.exp(np.ptp(slopes[:, mine], axis=0).max())) if name != "all" else np.nan
        tests.append(
            HypothesisTest(
                f, float(len(pick)), tail, effect=ratio, df2=second, note=model.note,
                method=message("Brant-type Wald test of equal slopes (robust)"),
            )
        )  # fmt: skip
    return frame_of_tests(tests, group=["all", *names])


class _EverySlope:
    """The slopes (cuts·p,) of answering above each threshold as one statistic of the weights."""

    def __init__(self, model: LogitModel) -> None:
        used, answers = np.flatnonzero(model.used), np.zeros(model.used.size, dtype=np.intp)
        x = np.zeros((model.used.size, model.coefficients.size))
        answers[used], x[used] = model.answers, model.columns.values
        self.levels, self.p = model.answer_levels, x.shape[1]
        self.fits = [
            LogitFit(x, (answers > k).astype(np.intp), model.used, model.columns.names, (0, 1))
            for k in range(len(self.levels) - 1)
        ]

    def __call__(self, weights: Array) -> Array:
        return np.concatenate([self._named(k, weights)[: self.p] for k in range(len(self.fits))])

    def influence(self, weights: Array) -> Array:
        return np.hstack([fit.influence(weights)[:, : self.p] for fit in self.fits])

    def _named(self, k: int, weights: Array) -> Array:
        try:
            return self.fits[k](weights)
        except CommsvcError as error:
            raise CommsvcError(
                f"above {self.levels[k]!r}: {error.problem}",
                where="check of proportional odds",
                next_step="join levels of the answer or of the variable",
            ) from error


def _binary_slopes(model: LogitModel, cuts: int) -> tuple[Array, Array, float]:
    """Slopes (cuts, p) of answering above each threshold, their joint covariance, and df."""
    statistic = _EverySlope(model)
    if model.sample is not None:
        found = by_design(statistic, model.sample)
        return found.estimate.reshape(cuts, -1), found.covariance, found.df
    # Everybody is a cluster of one, as many alike as the row counts.
    weights = np.zeros(model.used.size)
    weights[model.used] = model.weights
    influence = statistic.influence(weights)
    spread = (influence * weights[:, None]).T @ influence
    return statistic(weights).reshape(cuts, -1), spread * model.n / (model.n - 1), model.n - 1


def lack_of_fit_test(model: LogitModel) -> pd.DataFrame:
    """Whether a logit of counts leaves out anything that its own variables could have told.

    Parameters
    ----------
    model : from `ordered_logit` or `binary_logit`, of counts

    Returns
    -------
    Tidy frame of tests, `group` "deviance" and "pearson". Small P: the model is too simple
    (interactions, unequal slopes). The note says when cells are too sparse for a chi-square

    Notes
    -----
    Against the saturated model, in which every combination of the variables has shares of its own;
    degrees of freedom are patterns·(levels − 1) less the parameters (McCullagh and Nelder 1989,
    ch. 5). With a number among the variables hardly two people are alike and the test says nothing.

    Examples
    --------
    >>> from commsvc.inference.logit import ordered_logit
    >>> model = ordered_logit([1, 2, 3, 1, 2, 3], {"lift": list("nnnyyy")},
    ...                       counts=[30, 40, 30, 25, 20, 55])
    >>> lack_of_fit_test(model)[["group", "statistic", "df", "p"]].round(3).values.tolist()
    [['deviance', 7.046, 1.0, 0.008], ['pearson', 7.008, 1.0, 0.008]]
    """
    if model.sample is not None:
        raise CommsvcError(
            "the deviance of weighted answers follows no chi-square",
            next_step="proportional_odds_test, or compare models by their Wald tests",
        )
    counted, expected = _cells(model)
    df = counted.shape[0] * (counted.shape[1] - 1) - model.se.size
    if df < 1:
        raise CommsvcError(
            f"{counted.shape[0]} combinations of the variables and {model.se.size} parameters",
            allowed="fewer parameters than the combinations can tell apart",
        )
    ratio = np.divide(counted, expected, out=np.ones_like(counted), where=counted > 0)
    statistics = {
        "deviance": 2 * float((counted * np.log(ratio)).sum()),
        "pearson": float(((counted - expected) ** 2 / expected).sum()),
    }
    few = int((expected < 5).sum())
    sparse = message("{few} of {all} expected counts under 5", few=few, all=expected.size)
    note = sparse if few > expected.size / 5 else ""
    tests = [
        HypothesisTest(
            value, float(df), float(special.chdtrc(df, value)),
            method=message("{name} against the saturated model", name=_FITS[name]), note=note,
        )
        for name, value in statistics.items()
    ]  # fmt: skip
    return frame_of_tests(tests, group=list(statistics))


_FITS = {"deviance": message("deviance"), "pearson": message("Pearson chi-square")}


def _cells(model: LogitModel) -> tuple[Array, Array]:
    """Counts and expected counts (patterns, K) of every combination of the variables."""
    patterns, place = np.unique(model.columns.values, axis=0, return_inverse=True)
    counted = np.zeros((len(patterns), len(model.answer_levels)))
    np.add.at(counted, (place.ravel(), model.answers), model.weights)
    return counted, counted.sum(axis=1, keepdims=True) * model.shares(patterns)
