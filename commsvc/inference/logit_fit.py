"""The likelihood of the ordered logit and its top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array

ENOUGH = 1e-9  # a Newton step this small, relative to the parameters, is the last
STEPS = 60
SEPARATED = 1e-7  # information left of a direction, as a part of that at the start


@dataclass(frozen=True)
class Fit:
    """Where the weighted likelihood is highest: parameters, information, score of each person.

    Attributes
    ----------
    theta : (p + K − 1,) slopes, then thresholds
    information : (p + K − 1, same) minus the Hessian
    scores : (n, p + K − 1) derivatives of each person's log-likelihood, weights not applied
    deviance : −2 times the weighted log-likelihood
    """

    theta: Array
    information: Array
    scores: Array = field(repr=False)
    deviance: float


@dataclass(frozen=True)
class LogitFit:
    """The logit's parameters as a statistic of the weights, with its influence (Binder 1983).

    Attributes
    ----------
    x : (n, p) columns
    answers : (n,) level of each answer
    used : (n,) who has both
    names, order : of the p columns, and the levels of the answers
    """

    x: Array
    answers: NDArray[np.intp]
    used: NDArray[np.bool_]
    names: Sequence[str]
    order: Sequence[Any]

    def fit(self, weights: Array) -> Fit:
        """The fit to the people with a weight."""
        inside = self.used & (weights > 0)
        w = weights[inside]
        return fit_logit(self.x[inside], self.answers[inside], w / w.mean(), self.names, self.order)

    def __call__(self, weights: Array) -> Array:
        return self.fit(weights).theta

    def influence(self, weights: Array) -> Array:
        """(n, p + K − 1); 0 for people without a weight."""
        inside, fit = self.used & (weights > 0), self.fit(weights)
        values = np.zeros((weights.size, fit.theta.size))
        values[inside] = fit.scores @ np.linalg.inv(fit.information) / weights[inside].mean()
        return values


def fit_logit(
    x: Array,
    answers: NDArray[np.intp],
    weights: Array,
    names: Sequence[str],
    order: Sequence[Any],
) -> Fit:
    """Newton's method on slopes and thresholds, from the thresholds of the answers alone."""
    k = len(order) - 1
    p = x.shape[1]
    held = np.bincount(answers, weights, minlength=k + 1)
    if k < 1 or (held == 0).any():
        empty = ", ".join(str(o) for o, h in zip(order, held, strict=True) if h == 0)
        raise CommsvcError(
            f"nobody answered {empty}" if k >= 1 else "one level of answers",
            next_step="leave the level out of answer_levels, or join it with a neighbour",
        )
    require_independent(x, names)
    shift = weights @ x / weights.sum()
    x = x - shift  # centred, so that the start is near the top whatever the units are
    theta = np.r_[np.zeros(p), special.logit(np.cumsum(held)[:-1] / held.sum())]
    value, scores, information = _likelihood(theta, x, answers, weights, k)
    start = information
    for _ in range(STEPS):
        step = np.linalg.lstsq(information, weights @ scores, rcond=None)[0]
        done = np.abs(step).max() <= ENOUGH * (1 + np.abs(theta).max())
        for _ in range(40):
            trial = _likelihood(theta + step, x, answers, weights, k)
            if trial[0] >= value - 1e-12 * abs(value):
                break
            step = step / 2
        theta = theta + step
        value, scores, information = trial
        if done:
            break
    # Where a variable separates the answers its slope runs away and nothing is known of it.
    kept, direction = linalg.eigh(information, start)
    if kept[0] < SEPARATED:
        worst = int(np.argmax(np.abs(direction[:p, 0]) * x.std(axis=0)))
        raise CommsvcError(
            f"no finite odds ratio: {names[worst]} separates the answers",
            next_step="join its level with another, or leave the variable out",
        )
    # Back to the columns' own zero: thresholds move by the slopes times the shift.
    move = np.eye(p + k)
    move[p:, :p] = shift
    back = np.linalg.inv(move)
    return Fit(move @ theta, back.T @ information @ back, scores @ back, -2 * value)


def _likelihood(
    theta: Array, x: Array, answers: NDArray[np.intp], weights: Array, k: int
) -> tuple[float, Array, Array]:
    """Weighted log-likelihood, each person's score, and the information.

    With a and b the distances to the thresholds above and below and d = a − b, the log of a share
    is log F(a) + log F(−b) + log(1 − e^−d), which does not cancel in the tails.
    """
    p = x.shape[1]
    ends = np.r_[-np.inf, theta[p:], np.inf]
    if (np.diff(theta[p:]) <= 0).any():
        return -np.inf, np.zeros((x.shape[0], p + k)), np.eye(p + k)
    eta = x @ theta[:p]
    a, b = ends[answers + 1] - eta, ends[answers] - eta
    gap = ends[answers + 1] - ends[answers]
    value = float(
        weights @ (special.log_expit(a) + special.log_expit(-b) + np.log(-np.expm1(-gap)))
    )
    with np.errstate(over="ignore"):
        odds = 1 / np.expm1(gap)
    bend = odds * (1 + odds)
    first_a, first_b = special.expit(-a) + odds, -special.expit(b) - odds
    curve_a = special.expit(a) * special.expit(-a) + bend
    curve_b = special.expit(b) * special.expit(-b) + bend
    which = np.arange(k)
    above = np.hstack([-x, (answers[:, None] == which).astype(float)])
    below = np.hstack([-x, (answers[:, None] - 1 == which).astype(float)])
    scores = above * first_a[:, None] + below * first_b[:, None]
    cross = (above * (weights * bend)[:, None]).T @ below
    information = (above * (weights * curve_a)[:, None]).T @ above
    information += (below * (weights * curve_b)[:, None]).T @ below - cross - cross.T
    return value, scores, information


def require_independent(values: Array, names: Sequence[str]) -> None:
    """Refuse a column that the ones before it, or the intercept, already give."""
    x = values - values.mean(axis=0)
    scale = np.sqrt((x**2).sum(axis=0))
    flat = scale <= 1e-12 * (1 + np.abs(values).max(axis=0)) * np.sqrt(len(x))
    unit = x / np.where(flat, 1.0, scale)
    diagonal = np.abs(np.diag(np.linalg.qr(unit, mode="r"))) if len(x) >= x.shape[1] else None
    if flat.any() or diagonal is None or (diagonal < 1e-9).any():
        bad = int(np.argmax(flat if diagonal is None or flat.any() else diagonal < 1e-9))
        raise CommsvcError(
            f"{names[bad]} says nothing that the other variables do not",
            next_step="leave it out, or join its level with another",
        )
