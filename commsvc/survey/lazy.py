"""A lazy frame is added up by its own engine: DuckDB, Polars, Spark. Only the sums come here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from commsvc.errors import CommsvcError

PEOPLE, WEIGHT, SQUARE, ANSWERED = "__people", "__weight", "__square", "__answered"
BAD, LOST = "__bad", "__lost"
# More groups than this are not a table any more, and would be the records themselves.
MOST_GROUPS = 2_000_000


def moment(*features: int) -> str:
    """The column of Σ weight · f, or of Σ weight² · f · f'.

    >>> moment(1), moment(0, 1)
    ('__sum_1', '__sum_0_1')
    """
    return "__sum_" + "_".join(map(str, features))


def product(i: int, j: int) -> str:
    """The column of Σ weight · f_i · f_j, for i from 1.

    >>> product(1, 2)
    '__product_1_2'
    """
    return f"__product_{i}_{j}"


def group_rows(
    frame: nw.LazyFrame[Any],
    keys: Sequence[str],
    *,
    weight: str | None,
    numbers: Sequence[str] = (),
    answered: Sequence[str] = (),
    squares: bool,
) -> tuple[nw.DataFrame[Any], dict[str, float]]:
    """The groups of a lazy frame with their sums, and what was taken off each number.

    Parameters
    ----------
    frame : a Narwhals lazy frame
    keys : what is grouped by; missing values are a group
    weight : column of weights, None for one a person
    numbers : columns of which Σ weight · number and Σ weight · number · number are wanted
    answered : columns of which one (with `numbers`, each) has to have a value; one more key says
        so
    squares : whether Σ weight² · f · f' is wanted too, for people drawn directly

    Returns
    -------
    Eager frame of the keys and the sums
    """
    schema = frame.collect_schema()
    for name in [*numbers, *([weight] if weight else [])]:
        if not (schema[name].is_numeric() or schema[name] == nw.Boolean):
            raise CommsvcError("not numbers", where=name, next_step="clean them with read_numbers")
    shifts = _shifts(frame, numbers)
    # Short names of our own: engines read a header such as "6.1 满意度" in their own ways.
    short = {f"__key_{i}": name for i, name in enumerate(keys)}
    columns = {name: nw.col(header) for name, header in short.items()}
    if answered:
        parts = [(~_absent(name, schema)).cast(nw.Int64) for name in answered]
        columns[ANSWERED] = nw.min_horizontal(*parts) if numbers else nw.max_horizontal(*parts)
    by = list(columns)
    columns |= _sums(schema, weight, numbers, shifts, squares)
    counted = [nw.len().alias(PEOPLE), *(nw.col(x).sum().alias(x) for x in columns if x not in by)]
    table = frame.select(*(value.alias(name) for name, value in columns.items()))
    if not columns:
        table = frame.select(nw.lit(1).alias(PEOPLE))
    done = table.group_by(*by).agg(*counted) if by else table.select(*counted)
    found = done.head(MOST_GROUPS + 1).collect()
    if len(found) > MOST_GROUPS:
        raise CommsvcError(
            f"grouping by {', '.join(keys)} gives over {MOST_GROUPS} groups",
            next_step="is one of them a number or an id? Cut it into classes first",
        )
    if weight and len(found) and found[BAD].sum() > 0:
        raise CommsvcError(
            f"{int(found[BAD].sum())} respondents have a weight below 0",
            where=weight,
            allowed="a number from 0 up for every respondent",
        )
    return found.rename(short), shifts


def _sums(
    schema: Any,
    weight: str | None,
    numbers: Sequence[str],
    shifts: dict[str, float],
    squares: bool,
) -> dict[str, Any]:
    """What is added up of each record: weight and weight², each times f and f · f'."""
    w: Any = nw.lit(1.0)
    if weight:
        given = nw.col(weight).cast(nw.Float64)
        w = nw.when(_absent(weight, schema)).then(nw.lit(0.0)).otherwise(given)
    features: list[Any] = [None]
    for name in numbers:
        centred = nw.col(name).cast(nw.Float64) - shifts[name]
        features.append(nw.when(_absent(name, schema)).then(nw.lit(0.0)).otherwise(centred))
    sums: dict[str, Any] = {}
    if weight:
        sums[WEIGHT] = w
        sums |= {SQUARE: w * w} if squares else {}
        lost = _absent(weight, schema)
        sums[LOST] = lost.cast(nw.Int64)
        sums[BAD] = (~lost & (nw.col(weight) < 0)).cast(nw.Int64)
    for j in range(1, len(features)):
        sums[moment(j)] = w * features[j]
        sums |= {product(i, j): w * features[i] * features[j] for i in range(1, j + 1)}
        for i in range(j + 1 if squares else 0):
            left = features[i]
            sums[moment(i, j)] = w * w * features[j] * (1.0 if left is None else left)
    return sums


def _absent(name: str, schema: Any) -> Any:
    """Null, or not a number."""
    column = nw.col(name)
    return column.is_null() | column.is_nan() if schema[name].is_float() else column.is_null()


def _shifts(frame: nw.LazyFrame[Any], numbers: Sequence[str]) -> dict[str, float]:
    """About the mean of each number: squares are summed from there, so that no digit is lost."""
    if not numbers:
        return {}
    schema = frame.collect_schema()
    there = [
        nw.when(~_absent(name, schema)).then(nw.col(name).cast(nw.Float64)).mean().alias(f"__{i}")
        for i, name in enumerate(numbers)
    ]
    found = frame.select(*there).collect()
    return {name: float(found[f"__{i}"][0] or 0.0) for i, name in enumerate(numbers)}
