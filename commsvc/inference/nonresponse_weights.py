"""Weights for those who answered, so that they stand for those who did not as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, missing
from commsvc.inference.logit import binary_logit
from commsvc.inference.sample import Sample
from commsvc.inference.survey_quantiles import weighted_quantile

# A chance of answering below this makes a weight of over fifty.
LEAST_CHANCE = 0.02


def response_weights(
    weights: Any,
    responded: Any,
    *,
    classes: Any = None,
    variables: Mapping[str, Any] | None = None,
    groups: int | None = None,
) -> Array:
    """Weights raised by the inverse of the chance of answering; 0 for those who did not.

    Parameters
    ----------
    weights : (n,) sampling weights of everybody who was asked to take part
    responded : (n,) who answered, true or false
    classes : (n,) labels of weighting classes; in each the chance is the weighted response rate
    variables : instead of classes, {name: (n,)} what is known of everybody: the chance is that of a
        weighted logit model
    groups : of the modelled chances, make so many classes of equal weight and take their response
        rates: less noisy weights, a little more bias (five are usual)

    Returns
    -------
    (n,) weights, with the same sum in every class as before (in a model: as expected by it)

    Notes
    -----
    Little (1986, Int. Stat. Rev. 54); Rosenbaum and Rubin (1984, JASA 79) for the five classes.
    They remove the bias that the classes or variables explain and no other.

    Examples
    --------
    >>> response_weights([10, 10, 10, 20], [True, False, True, True], classes=["a", "a", "b", "b"])
    array([20.,  0., 10., 20.])
    """
    w = as_counts(weights, "weights", ndim=1)
    given = np.asarray(responded)
    if given.shape != w.shape or not np.isin(given, (0, 1)).all():
        raise CommsvcError("who answered is not said for everybody", allowed="true or false each")
    answered = given.astype(bool)
    if not (w[answered] > 0).any():
        raise CommsvcError("nobody answered: no weights can stand for the others")
    if (classes is None) == (variables is None):
        raise CommsvcError("classes or variables", allowed="one of the two")
    if variables is not None:
        chance = _modelled(w, answered, variables)
        if groups is None:
            least = float(chance[answered & (w > 0)].min())
            if least < LEAST_CHANCE:
                raise CommsvcError(
                    f"somebody who answered had a chance of {least:.1%} by the model",
                    next_step="take groups=5, or fewer variables",
                )
            return np.divide(w, chance, out=np.zeros_like(w), where=answered & (w > 0))
        classes = np.searchsorted(
            weighted_quantile(chance, w, np.arange(1, groups) / groups), chance, side="left"
        )
    labels = np.asarray(classes, dtype=object)
    if labels.shape != w.shape or missing(labels).any():
        raise CommsvcError("a class is missing", allowed="a class for everybody who was asked")
    _, code = np.unique(labels.astype(str), return_inverse=True)
    asked, got = np.bincount(code, w), np.bincount(code, w * answered)
    empty = (got == 0) & (asked > 0)
    if empty.any():
        name = labels[code == int(np.argmax(empty))][0]
        raise CommsvcError(
            f"nobody of the class {name} answered", next_step="join it with another class"
        )
    factor = np.divide(asked, got, out=np.zeros_like(asked), where=got > 0)
    return np.where(answered, w * factor[code], 0.0)


def _modelled(w: Array, answered: NDArray[np.bool_], variables: Mapping[str, Any]) -> Array:
    """Everybody's chance of answering, by a weighted logit."""
    model = binary_logit(answered.astype(float), variables, sample=Sample(w))
    chance = np.full(w.size, np.nan)
    chance[model.used] = model.shares()[:, 1]
    lost = np.isnan(chance) & (w > 0)
    if lost.any():
        raise CommsvcError(
            f"{int(lost.sum())} of those asked lack a variable of the model",
            allowed="variables known of everybody, answered or not",
        )
    return chance
