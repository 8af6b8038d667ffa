"""Multiple-response sets of SPSS files as questions with one 1/0 column an option."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from commsvc.survey.answers import BLANK, Level, Question
from commsvc.words.messages import Text, message


@dataclass(frozen=True)
class ResponseSet:
    """A set as a question; `data` and `kinds` are all columns of the file, with the set's own."""

    question: Question
    data: dict[str, pd.Series]
    kinds: dict[str, pd.Series]
    done: tuple[Text, ...]


def response_set(
    name: str,
    spec: Mapping[str, Any],
    data: Mapping[str, pd.Series],
    kinds: Mapping[str, pd.Series],
    texts: Mapping[str, str | None],
    labels: Mapping[str, Mapping[Any, str]],
) -> ResponseSet:
    """One set.

    Parameters
    ----------
    name, spec : as pyreadstat gives them: `is_dichotomy`, `counted_value`, `label`,
        `variable_list`
    data, kinds : column -> values (codes), and why they are missing
    texts, labels : labels of variables, and of their values

    Notes
    -----
    A set of dichotomies has a variable an option, ticked where it has the counted value. A set of
    categories has a variable a mention, all with the same labels: option by option it is known
    whether any mention names it. Who has neither tick nor cross in any variable did not answer.
    """
    columns = tuple(spec["variable_list"])
    text = str(spec.get("label") or "")
    if spec.get("is_dichotomy"):
        return _dichotomies(name, text, columns, spec.get("counted_value"), data, kinds, texts)
    return _categories(name, text, columns, data, kinds, labels)


def _dichotomies(
    name: str,
    text: str,
    columns: tuple[str, ...],
    counted: Any,
    data: Mapping[str, pd.Series],
    kinds: Mapping[str, pd.Series],
    texts: Mapping[str, str | None],
) -> ResponseSet:
    cells = pd.DataFrame({column: data[column] for column in columns})
    ticked = cells.map(lambda cell: _same(cell, counted)) & cells.notna()
    asked = _answered(cells)
    # Where no cell says no, an empty one beside a tick does.
    only_ticks = bool((cells.isna() | ticked).all(axis=None))
    why = pd.DataFrame({column: kinds[column] for column in columns})
    done = []
    if only_ticks:
        why = why.mask(why.eq(BLANK).mul(asked, axis=0).astype(bool), "")
        if not asked.all():
            done.append(
                message(
                    "{name}: {count} ticked no option: in this file that is the same as not "
                    "having been asked",
                    name=name,
                    count=int((~asked).sum()),
                )
            )
    values = {c: ticked[c].astype("Int64").where(why[c] == "") for c in columns}
    levels = tuple(Level(c, texts.get(c) or c) for c in columns)
    question = Question(name, text, "", "multiple", columns, levels)
    return ResponseSet(
        question,
        {**data, **values},
        {**kinds, **{c: why[c] for c in columns}},
        (*done, _said(name, columns)),
    )


def _categories(
    name: str,
    text: str,
    columns: tuple[str, ...],
    data: Mapping[str, pd.Series],
    kinds: Mapping[str, pd.Series],
    labels: Mapping[str, Mapping[Any, str]],
) -> ResponseSet:
    cells = pd.DataFrame({column: data[column] for column in columns})
    known: dict[Any, str] = {}
    for column in columns:
        known |= {k: str(label).strip() for k, label in labels.get(column, {}).items()}
    there = pd.unique(cells.to_numpy(dtype=object).ravel())
    for value in sorted((v for v in there if not pd.isna(v)), key=str):
        known.setdefault(value, str(value))
    asked = _answered(cells)
    first = kinds[columns[0]]
    why = first.where(~asked, "").where(asked | (first != ""), BLANK)
    values, levels = {}, []
    for value, label in known.items():
        hit = (cells == value).fillna(False).any(axis=1)
        column = f"{name}:{label}"
        values[column] = hit.astype("Int64").where(asked)
        levels.append(Level(label, label))
    question = Question(name, text, "", "multiple", tuple(values), tuple(levels))
    rest = {c: v for c, v in data.items() if c not in columns}
    rest_kinds = {c: v for c, v in kinds.items() if c not in columns}
    return ResponseSet(
        question,
        {**rest, **values},
        {**rest_kinds, **dict.fromkeys(values, why)},
        (_said(name, tuple(values)),),
    )


def _same(cell: Any, counted: Any) -> bool:
    """Whether a cell has the counted value, which the file may give as a number or as text."""
    try:
        return float(cell) == float(counted)
    except (TypeError, ValueError):
        return str(cell).strip() == str(counted).strip()


def _answered(cells: pd.DataFrame) -> pd.Series:
    return cells.notna().any(axis=1)


def _said(name: str, columns: tuple[str, ...]) -> Text:
    count = len(columns)
    return message("{name}: multiple-response set of {count} options", name=name, count=count)
