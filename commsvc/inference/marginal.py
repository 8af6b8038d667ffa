"""What a logit says in shares: average marginal effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from commsvc.inference.checks import Array
from commsvc.inference.logit import LogitModel
from commsvc.inference.results import frame_of_estimates

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
    groups: list[str] = []
    effects: list[Array] = []
    jacobians: list[Array] = []
    for j, (term, level) in enumerate(zip(made.terms, made.levels, strict=True)):
        if term in made.references:
            groups.append(f"{term}: {level} against {made.references[term]}")
            without = made.values.copy()
            without[:, [other == term for other in made.terms]] = 0.0
            there = without.copy()
            there[:, j] = 1.0
            up, slope_up = _mean_shares(model, there, weights)
            down, slope_down = _mean_shares(model, without, weights)
            effect, jacobian = up - down, slope_up - slope_down
        else:
            groups.append(f"{term}, per unit")
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
            "method": [f"average marginal effect, {model.method}"] * size,
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
