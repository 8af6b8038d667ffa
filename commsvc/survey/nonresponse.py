"""Who did not answer at all: weights that let the respondents stand for them, as a design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.checks import one_of
from commsvc.inference.design import Design
from commsvc.inference.nonresponse_weights import response_weights
from commsvc.inference.weighting import make_replicates
from commsvc.survey.answers import Answers
from commsvc.survey.columns import encode
from commsvc.survey.totals import Sample
from commsvc.words.messages import Text, joined, message

METHODS = {
    "classes": message("weighting classes"),
    "logit": message("a logit model of answering"),
    "logit-classes": message("five classes of a logit model of answering"),
}


@dataclass(frozen=True)
class Adjusted:
    """The respondents and the design under which they stand for everybody asked.

    Attributes
    ----------
    survey : the rows of those who answered, as they were given
    design : for `satisfaction`, `tabulate_answers` and the rest; every result says what was done
    table : by class (of a model: one row), how many were asked and answered, the weighted response
        rate, and the smallest and largest factor on a weight
    """

    survey: Any
    design: Design
    table: pd.DataFrame


def adjust_nonresponse(
    survey: Any,
    responded: str,
    using: Sequence[str],
    *,
    design: Design,
    method: str = "classes",
    replicates: str | None = None,
    seed: int | None = None,
) -> Adjusted:
    """Inverse-probability weights for those who answered, from what is known of all who were asked.

    Parameters
    ----------
    survey : one row a person or household *asked*, whether they answered or not
    responded : column of 1 and 0, or true and false
    using : columns known of everybody: in "classes" their combinations are the classes, in "logit"
        they are its variables
    design : how those asked were drawn; its weights are the ones raised (1 without any)
    method : "classes" (weighting classes), "logit" (inverse of the modelled chance) or
        "logit-classes" (response rates of five classes of that chance)
    replicates : "JK1", "JKn", "BRR" or "bootstrap": the adjustment is made anew in every replicate,
        so that errors have it in them. Left out, chances of answering are taken as known, which
        overstates errors as a rule
    seed : of the bootstrap

    Returns
    -------
    Adjusted

    Examples
    --------
    >>> frame = pd.DataFrame({"town": list("aaabbb"), "answered": [1, 1, 0, 1, 1, 1],
    ...                       "q": ["yes", "no", None, "no", "no", "no"]})
    >>> done = adjust_nonresponse(frame, "answered", ["town"], design=Design.srs())
    >>> done.design.people.weights
    array([1.5, 1.5, 1. , 1. , 1. ])
    >>> done.design.describe()
    'sample (weights adjusted for nonresponse by weighting classes (town))'
    """
    one_of("adjustment for nonresponse", method, METHODS)
    if isinstance(using, str) or not using:
        raise CommsvcError(f"using {using!r}", allowed="a list of columns")
    frame = survey.data if isinstance(survey, Answers) else survey
    native = nw.from_native(frame)
    if isinstance(native, nw.LazyFrame):
        raise CommsvcError("weights need the rows in order", next_step="collect the frame first")
    for name in (responded, *using):
        if name not in native.columns:
            raise unknown_name("column", name, native.columns)
    answered = _answered(native, responded)
    records = Sample(frame, design).records
    classes = _classes(native, using) if method == "classes" else None
    variables = {name: _values(native, name) for name in using} if method != "classes" else None
    groups = 5 if method == "logit-classes" else None

    def raised(weights: Any) -> Any:
        return response_weights(
            weights, answered, classes=classes, variables=variables, groups=groups
        )

    weights = raised(records.weights)
    says: Text = message(
        "weights adjusted for nonresponse by {how} ({using})",
        how=METHODS[method],
        using=list(using),
    )
    people: Any
    if replicates is None:
        people = records.reweighted(weights).rows(answered)
    else:
        people = make_replicates(records, replicates, seed=seed).reweighted(raised).rows(answered)
        anew = message("in every replicate ({replicates})", replicates=replicates)
        says = joined([says, anew], message(", "))
    table = _table(records.weights, answered, weights, classes)
    return Adjusted(_only(survey, answered), Design.of(people, says), table)


def _answered(native: Any, responded: str) -> NDArray[np.bool_]:
    column = native[responded]
    if column.null_count() or not (column.dtype.is_numeric() or column.dtype == nw.Boolean):
        raise CommsvcError(
            "who answered is not said for everybody", where=responded, allowed="1 or 0 each"
        )
    values = np.asarray(column.cast(nw.Float64).to_numpy())
    if not np.isin(values, (0, 1)).all():
        raise CommsvcError(f"{values.max():g} is neither 1 nor 0", where=responded)
    return values == 1


def _classes(native: Any, using: Sequence[str]) -> NDArray[Any]:
    """Everybody's class, its labels joined."""
    names = []
    for name in using:
        coded = encode(native[name])
        if (coded.code < 0).any():
            raise CommsvcError(
                "a class is missing",
                where=f"{name}, row {int(np.argmax(coded.code < 0))}",
                allowed="known of everybody asked",
            )
        names.append(np.asarray([str(label) for label in coded.labels], dtype=object)[coded.code])
    return np.asarray([", ".join(parts) for parts in zip(*names, strict=True)], dtype=object)


def _values(native: Any, name: str) -> Any:
    """Numbers as they are, labels as labels."""
    column = native[name]
    if column.dtype.is_numeric():
        return np.asarray(column.cast(nw.Float64).to_numpy())
    return np.asarray(column.to_list(), dtype=object)


def _only(survey: Any, answered: NDArray[np.bool_]) -> Any:
    """The rows of those who answered."""
    if isinstance(survey, Answers):
        return survey.rows(survey.data.index[answered])
    return nw.from_native(survey).filter(answered.tolist()).to_native()


def _table(weights: Any, answered: Any, raised: Any, classes: Any) -> pd.DataFrame:
    factor = np.divide(raised, weights, out=np.full(weights.size, np.nan), where=weights > 0)
    frame = pd.DataFrame(
        {
            "class": "all" if classes is None else classes,
            "asked": 1,
            "answered": answered.astype(int),
            "weight": weights,
            "got": weights * answered,
            "factor": np.where(answered, factor, np.nan),
        }
    )
    by = frame.groupby("class", sort=True)
    table = by[["asked", "answered"]].sum()
    table["response_rate"] = by["got"].sum() / by["weight"].sum()
    table["smallest_factor"], table["largest_factor"] = by["factor"].min(), by["factor"].max()
    return table.reset_index()
