"""From the cells of a questionnaire file to columns of answers, question by question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from commsvc.survey.answers import Level, Question
from commsvc.survey.cells import (
    ARROW,
    JOIN,
    joined_by,
    option_order,
    settle,
    split_answer,
    take_missing,
)
from commsvc.survey.headers import Header, group_headers
from commsvc.words.messages import Text, message

Codes = Mapping[str, str]
# A question whose answers are mostly of one sign is of that kind.
_MOSTLY = 0.5
_MOST_LEVELS = 12
_OPTION = re.compile(r"(?P<stem>.+?)\s*[(（](?P<part>.+)[)）]")
_AGAIN = re.compile(r" \(\d+\)$")  # how a header that stands twice was told apart


@dataclass(frozen=True)
class Block:
    """The columns of one question: values, kinds of missing, and the question itself."""

    question: Question
    values: dict[str, pd.Series]
    kinds: dict[str, pd.Series]


def lay_out(frame: pd.DataFrame, codes: Codes, sign: str) -> tuple[list[Block], tuple[Text, ...]]:
    """Every question of a table of cells, and what had to be decided.

    Parameters
    ----------
    codes : further cells that stand for a missing answer, and its kind
    sign : what joins the options of a multiple-choice answer
    """
    blocks: list[Block] = []
    done: list[Text] = []
    for group in group_headers([str(column) for column in frame]):
        cells = {h.column: take_missing(frame[h.column], codes) for h in group}
        rows, others = _rows_of(group, cells)
        done += [_said_row(h) for h in rows if h.is_row]
        for part in [rows, *([Header(h.column, text=h.text)] for h in others)]:
            used = sign
            if sign == JOIN and len(part) == 1 and part[0].part is None:
                used = joined_by(cells[part[0].column][0]) or JOIN
            if used != sign:
                done.append(_said_sign(part[0], used))
            blocks += _of_group(part, cells, used)
    return _unique(blocks), tuple(done)


def _rows_of(
    group: list[Header], cells: dict[str, tuple[pd.Series, pd.Series]]
) -> tuple[list[Header], list[Header]]:
    """The headers of one question, and those behind it that are questions of their own.

    A column without a number is a row of the question before it where it has some of its answers.
    """
    own = [h for h in group if not h.is_row]
    known = {cell for h in own for cell in cells[h.column][0].dropna().unique()}
    expanded = own[0].part is not None
    rows, others = list(own), list[Header]()
    for h in group[len(own) :]:
        there = set(cells[h.column][0].dropna().unique())
        joined = bool(there & known) or (not (there and known) and not expanded)
        (rows if joined else others).append(h)
    return rows, others


def _said_sign(header: Header, sign: str) -> Text:
    return message(
        "column {column!r}: several answers a person, joined by {sign!r}",
        column=header.column,
        sign=sign,
    )


def _said_row(header: Header) -> Text:
    return message(
        "column {column!r} taken as a row of question {question}",
        column=header.column,
        question=header.number,
    )


def _of_group(
    group: list[Header], cells: dict[str, tuple[pd.Series, pd.Series]], sign: str
) -> list[Block]:
    first = group[0]
    name = first.lead or (f"Q{first.number}" if first.number is not None else first.text)
    if len(group) == 1 and first.part is None:
        values, kinds = cells[first.column]
        return _of_column(Question(name, first.text), values, kinds, sign)
    stem, parts, expanded = _parts(group)
    kind = _kind_of_parts([settle(cells[h.column][0]) for h in group], expanded)
    texts = [_AGAIN.sub("", h.text) for h in group if h.part is None]
    if kind == "apart" or (len(texts) > 1 and len(set(texts)) == 1):
        return [
            Block(
                Question(f"{name}_{i + 1}", h.text, columns=(f"{name}_{i + 1}",)),
                {f"{name}_{i + 1}": settle(cells[h.column][0])},
                {f"{name}_{i + 1}": cells[h.column][1]},
            )
            for i, h in enumerate(group)
        ]
    columns = tuple(f"{name}:{part}" for part in parts)
    levels = tuple(Level(part, part) for part in parts) if kind == "multiple" else ()
    question = Question(name, stem.strip(" —-:："), kind=kind, columns=columns, levels=levels)
    pairs = [cells[h.column] for h in group]
    return [
        Block(
            question,
            {c: settle(values) for c, (values, _) in zip(columns, pairs, strict=True)},
            {c: kinds for c, (_, kinds) in zip(columns, pairs, strict=True)},
        )
    ]


def _parts(group: list[Header]) -> tuple[str, list[str], bool]:
    """What the columns of a question have in common, what each is of it, and whether the file
    spread the options of one question over them."""
    if group[0].part is not None:
        return "", [h.part or h.text or h.column for h in group], True
    # A row without a number (its part is set) has lost the stem, if its question has one.
    spread = [_OPTION.fullmatch(h.text) for h in group]
    stems = {found["stem"] for found in spread if found}
    if len(stems) == 1 and all(spread):
        return stems.pop(), [found["part"].strip() for found in spread if found], True
    stem = _stem([h.text for h in group if h.part is None])
    parts = [h.text.removeprefix(stem).strip(" —-:：") or h.text or h.column for h in group]
    return stem, parts, False


def _stem(parts: list[str]) -> str:
    """What all parts begin with, up to its last dividing sign."""
    common = parts[0]
    for part in parts[1:]:
        while not part.startswith(common):
            common = common[:-1]
    cut = max(common.rfind(sign) for sign in "—-:：")
    return common[: cut + 1]


def _kind_of_parts(columns: list[pd.Series], expanded: bool) -> str:
    """multiple (1/0), ranking (each place once a person), matrix (one scale) or apart."""
    sets = [set(column.dropna().tolist()) for column in columns]
    together = set().union(*sets)
    numbers = bool(together) and all(isinstance(cell, (int, float)) for cell in together)
    if expanded and numbers and together <= {0, 1}:
        return "multiple"
    if expanded and numbers and len(columns) > 1:
        places = pd.concat([c.astype("Float64") for c in columns], axis=1)
        ranked = places.where(places > 0)
        twice = ranked.apply(lambda row: row.dropna().duplicated().any(), axis=1)
        if ranked.max().max() <= len(columns) and not twice.any():
            return "ranking"
    return "matrix" if expanded or len(together) <= _MOST_LEVELS else "apart"


def _of_column(question: Question, values: pd.Series, kinds: pd.Series, sign: str) -> list[Block]:
    """A question in one column: multiple, ranking, or one answer with perhaps a text beside it."""
    text = values.dropna().astype(str)
    several = text.map(lambda cell: len(split_answer(cell, sign)) > 1)
    if sign and several.any() and text.str.contains(sign, regex=False).any():
        return [_of_options(question, values, kinds, sign)]
    ranked = text.map(lambda cell: len(split_answer(cell, ARROW)) > 1)
    if len(text) and ranked.mean() > _MOSTLY:
        return [_of_ranking(question, values, kinds)]
    typed = text[text.str.contains("〖", regex=False)]
    question = replace(question, columns=(question.name,))
    if typed.empty:
        return [Block(question, {question.name: settle(values)}, {question.name: kinds})]
    split = values.map(lambda cell: split_answer(cell)[0] if isinstance(cell, str) else None)
    chosen = split.map(lambda pair: pair[0] if pair else None)
    other = split.map(lambda pair: pair[1] or None if pair else None)
    extra = f"{question.name}_other"
    return [
        Block(
            question,
            {question.name: settle(chosen), extra: other.astype("str")},
            {question.name: kinds, extra: _not_typed(other, kinds)},
        )
    ]


def _of_options(question: Question, values: pd.Series, kinds: pd.Series, sign: str) -> Block:
    """A multiple-choice question in text: one 1/0 column an option, typed text beside."""
    picked = values.map(lambda cell: split_answer(cell, sign) if isinstance(cell, str) else ())
    options = option_order(tuple(option for option, _ in row) for row in picked)
    answered = kinds == ""
    columns: dict[str, pd.Series] = {}
    texts: dict[str, pd.Series] = {}
    for option in options:
        ticks = picked.map(lambda row, o=option: int(any(name == o for name, _ in row)))
        columns[f"{question.name}:{option}"] = ticks.astype("Int64").where(answered)
        typed = picked.map(
            lambda row, o=option: next((said for name, said in row if name == o and said), None)
        )
        if typed.notna().any():
            texts[option] = typed
    alone = len(texts) == 1
    extra = {
        f"{question.name}_other" if alone else f"{question.name}_other:{option}": typed
        for option, typed in texts.items()
    }
    asked = {column: kinds for column in columns}
    unsaid = {column: _not_typed(typed, kinds) for column, typed in extra.items()}
    return Block(
        replace(
            question,
            kind="multiple",
            columns=tuple(columns),
            levels=tuple(Level(option, option) for option in options),
        ),
        {**columns, **{column: typed.astype("str") for column, typed in extra.items()}},
        {**asked, **unsaid},
    )


def _of_ranking(question: Question, values: pd.Series, kinds: pd.Series) -> Block:
    """A ranking in text: one column an item with its place, 1 the first."""
    rows = values.map(
        lambda cell: [o for o, _ in split_answer(cell, ARROW)] if isinstance(cell, str) else []
    )
    items = list(dict.fromkeys(item for row in rows for item in row))
    columns = {
        f"{question.name}:{item}": rows.map(
            lambda row, i=item: row.index(i) + 1 if i in row else None
        ).astype("Int64")
        for item in items
    }
    unranked = {c: kinds.where((kinds != "") | v.notna(), "unranked") for c, v in columns.items()}
    return Block(replace(question, kind="ranking", columns=tuple(columns)), dict(columns), unranked)


def _not_typed(typed: pd.Series, kinds: pd.Series) -> pd.Series:
    """Why there is no typed text: the question's own reason, or that nothing was typed."""
    return kinds.where((kinds != "") | typed.notna(), "none typed")


def _unique(blocks: list[Block]) -> list[Block]:
    """Columns of different questions never share a name."""
    taken: set[str] = set()
    result = []
    for block in blocks:
        names = {c: c for c in block.values}
        for column in block.values:
            count = 2
            while names[column] in taken:
                names[column], count = f"{column} ({count})", count + 1
            taken.add(names[column])
        columns = tuple(names[c] for c in block.question.columns)
        name = block.question.name
        name = names.get(name, name)
        result.append(
            Block(
                replace(block.question, name=name, columns=columns),
                {names[c]: v for c, v in block.values.items()},
                {names[c]: v for c, v in block.kinds.items()},
            )
        )
    return result
