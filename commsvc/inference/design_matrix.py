"""From variables to the columns of a model: numbers as they are, labels as one column a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.checks import Array, as_numbers, missing


@dataclass(frozen=True)
class ModelColumns:
    """Columns of a model and what each stands for.

    Attributes
    ----------
    values : (n, p); rows of people with a missing value are NaN
    terms : p names of variables
    levels : p levels against the reference, "" for a number
    references : variable → the level that has no column
    """

    values: Array = field(repr=False)
    terms: tuple[str, ...]
    levels: tuple[Any, ...]
    references: Mapping[str, Any]

    @property
    def names(self) -> tuple[str, ...]:
        """p names, such as "size" or "type: Tower"."""
        pairs = zip(self.terms, self.levels, strict=True)
        return tuple(
            term if term not in self.references else f"{term}: {level}" for term, level in pairs
        )

    def rows(self, used: NDArray[np.bool_]) -> ModelColumns:
        """The same columns for the people `used` (n,) names."""
        return ModelColumns(self.values[used], self.terms, self.levels, self.references)


def model_columns(
    variables: Mapping[str, Any], levels: Mapping[str, Sequence[Any]] | None = None
) -> ModelColumns:
    """Columns of main effects, in the order given; the first level of each variable is left out.

    Parameters
    ----------
    variables : name → (n,) numbers, or labels of any kind; None and NaN are missing
    levels : name → its levels in order, for labels that are no pandas categorical (which brings
        its own) and should not be sorted; numbers named here are taken as labels

    Examples
    --------
    >>> made = model_columns({"type": ["flat", "house", "flat"], "age": [30, 41, 52]})
    >>> made.names
    ('type: house', 'age')
    >>> made.values
    array([[ 0., 30.],
           [ 1., 41.],
           [ 0., 52.]])
    """
    given = levels or {}
    if not variables:
        raise CommsvcError("a model without variables", allowed="at least one")
    for name in given:
        if name not in variables:
            raise unknown_name("variable", name, variables, where="levels")
    sizes = {name: len(values) for name, values in variables.items()}
    if len(set(sizes.values())) > 1:
        raise CommsvcError(
            "variables of different lengths: "
            + ", ".join(f"{name} {size}" for name, size in sizes.items()),
            allowed="one value a person",
        )
    columns: list[Array] = []
    terms: list[str] = []
    kept: list[Any] = []
    references: dict[str, Any] = {}
    for name, values in variables.items():
        code, order = as_codes(values, given.get(name), name)
        if code is None:
            columns.append(as_numbers(values))
            terms.append(name)
            kept.append("")
            continue
        if len(order) < 2:
            raise CommsvcError(
                f"{name} has one level, {order[0] if order else 'none'}: nothing to compare",
                next_step="leave it out of the model",
            )
        references[name] = order[0]
        for i, level in enumerate(order[1:], start=1):
            columns.append(np.where(code < 0, np.nan, (code == i).astype(float)))
            terms.append(name)
            kept.append(level)
    return ModelColumns(np.column_stack(columns), tuple(terms), tuple(kept), references)


def as_codes(
    values: Any, levels: Sequence[Any] | None, name: str
) -> tuple[NDArray[np.intp] | None, list[Any]]:
    """The place of each value among its levels, −1 where missing; None for plain numbers."""
    labels = np.asarray(values, dtype=object)
    gone = missing(labels)
    order = levels if levels is not None else categories(values)
    if order is None:
        found = set(labels[~gone].tolist())
        texts = {one for one in found if isinstance(one, str)}
        if not texts:
            return None, []
        if texts != found:
            raise CommsvcError(
                f"{name} mixes numbers and words: {sorted(map(str, found))[:6]}",
                next_step=f"give its levels in order: levels={{{name!r}: [...]}}",
            )
        if all(map(_reads_as_number, texts)):
            raise CommsvcError(
                f"{name} holds digits as text, such as {min(texts)!r}",
                allowed="numbers, or codes whose levels are named",
                next_step=f"read them as numbers, or say levels={{{name!r}: [...]}}",
            )
        order = sorted(texts)
    place = {level: i for i, level in enumerate(order)}
    code = np.full(labels.size, -1)
    for i in np.flatnonzero(~gone):
        if labels[i] not in place:
            raise unknown_name("level", labels[i], list(order), where=name)
        code[i] = place[labels[i]]
    return code, list(order)


def categories(values: Any, *, ordered: bool = False) -> Any:
    """The categories of a pandas categorical, or None; with `ordered` only those with an order."""
    # A pandas Series of categories has .cat, a Categorical has .categories itself.
    holder = getattr(values, "cat", values)
    return (
        None
        if ordered and not getattr(holder, "ordered", False)
        else getattr(holder, "categories", None)
    )


def ordered_codes(answers: Any, levels: Sequence[Any] | None) -> tuple[NDArray[np.intp], list[Any]]:
    """Each answer's place in an order that somebody stated: levels, an ordered categorical, or that
    of numbers; −1 where there is no answer."""
    order = levels if levels is not None else categories(answers, ordered=True)
    if order is not None:
        code, known = as_codes(answers, list(order), "answers")
        return np.asarray(code), known
    labels = np.asarray(answers, dtype=object)
    words = [one for one in labels[~missing(labels)] if isinstance(one, str)]
    if words or categories(answers) is not None:
        raise CommsvcError(
            f"the order of the answers is not said: {list(dict.fromkeys(words))[:6]}",
            allowed="levels from the lowest to the highest, an ordered categorical, or numbers",
            next_step="answer_levels=[lowest, …, highest]",
        )
    numbers = as_numbers(answers)
    there = np.isfinite(numbers)
    order = np.unique(numbers[there]).tolist()
    return np.where(there, np.searchsorted(order, numbers), -1), order


def _reads_as_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
