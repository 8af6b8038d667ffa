"""From the cells of a questionnaire file to columns of answers, question by question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import pandas as pd

from commsvc.survey.answers import BLANK, Level, Question
from commsvc.survey.exported import OTHER, Exported
from commsvc.survey.headers import Header, group_headers
from commsvc.survey.joined_answers import (
    ARROW,
    JOIN,
    joined_by,
    option_order,
    settle,
    split_joined,
    take_missing,
)
from commsvc.survey.lexicon import lexicon
from commsvc.survey.scales import plain
from commsvc.words.messages import Text, message

Pair = tuple[pd.Series, pd.Series]
# A question whose answers are mostly of one sign is of that kind.
_MOSTLY: Final = 0.5
_MOST_LEVELS: Final = 12
_OPTION: Final = re.compile(r"(?P<stem>.+?)\s*[(（](?P<part>.+)[)）]")
_AGAIN: Final = re.compile(r" \(\d+\)$")  # how a header that stands twice was told apart
_YES: Final = frozenset(row["word"] for row in lexicon("ticks") if row["tick"] == "1")
_NO: Final = frozenset(row["word"] for row in lexicon("ticks") if row["tick"] == "0")
# Words that are ticks wherever they stand; yes and no may be the answers of a matrix.
_BOXES: Final = frozenset(row["word"] for row in lexicon("ticks") if row["sure"])


@dataclass(frozen=True)
class Block:
    """The columns of one question: values, kinds of missing, and the question itself."""

    question: Question
    values: dict[str, pd.Series]
    kinds: dict[str, pd.Series]


def lay_out(
    exported: Exported, separator: str | None = None
) -> tuple[list[Block], list[Text], list[tuple[str, Text]]]:
    """Every question of an export, what had to be decided, and what of that is unsure.

    Parameters
    ----------
    separator : what joins the options of a multiple-choice answer; left out, it is looked for
    """
    signs = exported.signs if separator is None else (separator,) if separator else ()
    blocks: list[Block] = []
    done: list[Text] = []
    doubts: list[tuple[str, Text]] = []
    for group in group_headers(list(exported.headers)):
        cells = {h.column: take_missing(exported.frame[h.column], exported.codes) for h in group}
        rows, others = _rows_of(group, cells)
        done += [_said_row(h) for h in rows if h.is_row]
        for part in [rows, *([replace(h, number=None, part=None)] for h in others)]:
            found, said = _of_group(part, cells, signs, exported)
            blocks += found
            done += said
            doubts += [(found[0].question.name, line) for line in said if _is_unsure(line)]
    return _unique(blocks), done, doubts


def _is_unsure(line: Text) -> bool:
    """Whether a line says what others may see otherwise: that commas join, that a blank says no."""
    return "joined by" in line or "ticked no option" in line


def _rows_of(group: list[Header], cells: dict[str, Pair]) -> tuple[list[Header], list[Header]]:
    """The headers of one question, and those behind it that are questions of their own.

    A column without a number is a row of the question before it where it has some of its answers.
    """
    own = [h for h in group if not h.is_row]
    loose = len(own) < len(group)
    known = {cell for h in own for cell in cells[h.column][0].dropna()} if loose else set()
    expanded = own[0].part is not None
    rows, others = list(own), list[Header]()
    for h in group[len(own) :]:
        there = set(cells[h.column][0].dropna())
        joined = bool(there & known) or (not (there and known) and not expanded)
        (rows if joined else others).append(h)
    return rows, others


def _said_row(header: Header) -> Text:
    return message(
        "column {column!r} taken as a row of question {question}",
        column=header.column,
        question=header.number,
    )


def _of_group(
    group: list[Header], cells: dict[str, Pair], signs: Sequence[str], exported: Exported
) -> tuple[list[Block], list[Text]]:
    typed = [h for h in group if h.kind == "other"]
    own = [h for h in group if h.kind != "other"]
    first = group[0]
    name = first.question or first.text or first.column
    if len(own) == 1 and own[0].part is None:
        blocks, done = _alone(
            Question(name, first.text), cells[own[0].column], signs, exported.joins
        )
        return blocks + [_typed_block(name, h, cells) for h in typed], done
    blocks, done = _several(name, own, typed, cells, exported.ticks) if own else ([], [])
    return blocks + [_typed_block(name, h, cells) for h in typed], done


def _typed_block(name: str, header: Header, cells: dict[str, Pair]) -> Block:
    """What was typed beside an option."""
    values, kinds = cells[header.column]
    column = f"{name}_other"
    question = Question(column, header.text, kind="text", columns=(column,))
    return Block(question, {column: values.astype("str")}, {column: _not_typed(values, kinds)})


def _several(
    name: str, own: list[Header], typed: list[Header], cells: dict[str, Pair], ticks: bool
) -> tuple[list[Block], list[Text]]:
    """A question of several columns: ticks, places, rows of a matrix, or questions apart."""
    stem, parts, expanded = _parts(own)
    pairs = [cells[h.column] for h in own]
    texts = [_AGAIN.sub("", h.text) for h in own if h.part is None]
    again = len(texts) > 1 and len(set(texts)) == 1
    sure, perhaps = ticks or own[0].kind == "multiple", own[0].kind == "perhaps"
    boxes = (
        None
        if perhaps and not _own_words(pairs)
        else as_ticks([values for values, _ in pairs], parts, sure)
    )
    if perhaps and boxes is not None:
        parts = [_own_word(values) or part for (values, _), part in zip(pairs, parts, strict=True)]
    if boxes is not None and not again and (len(own) > 1 or sure or expanded):
        for h in typed:
            if OTHER.fullmatch(h.part or "") and not any(map(OTHER.fullmatch, parts)):
                parts.append(str(h.part))
                pairs.append(cells[h.column])
                boxes.append(cells[h.column][0].notna().astype("Int64"))
        return _of_boxes(name, stem, parts, boxes, [kinds for _, kinds in pairs])
    settled = [settle(values) for values, _ in pairs]
    kind = _kind_of_parts(settled, expanded)
    if kind == "apart" or again or perhaps:
        return [_apart(name, i, h, cells) for i, h in enumerate(own)], []
    columns = tuple(f"{name}:{part}" for part in parts)
    question = Question(name, stem, kind=kind, columns=columns)
    values = dict(zip(columns, settled, strict=True))
    return [Block(question, values, dict(zip(columns, [k for _, k in pairs], strict=True)))], []


def _apart(name: str, i: int, header: Header, cells: dict[str, Pair]) -> Block:
    """A question of its own among columns that look alike."""
    values, kinds = cells[header.column]
    column = f"{name}_{i + 1}" if header.number is not None else header.column.strip()
    text = header.text if header.part is None else header.column.strip()
    return Block(
        Question(column, text, columns=(column,)), {column: settle(values)}, {column: kinds}
    )


def _parts(group: list[Header]) -> tuple[str, list[str], bool]:
    """The question's text, what each column holds, and whether the headers were expanded."""
    if all(h.part is not None and not h.is_row for h in group):
        return group[0].text, [str(h.part) for h in group], True
    matched = [_OPTION.fullmatch(h.text) for h in group]
    if len(group) > 1 and all(matched) and len({found["stem"] for found in matched if found}) == 1:
        return matched[0]["stem"], [found["part"].strip() for found in matched if found], True  # type: ignore[index]
    texts = [h.text for h in group if h.part is None]
    stem = _stem(texts)
    if not stem and len(group) > 1 and "—" in texts[0]:
        # 问卷星 writes the question before the first of its rows only.
        stem = texts[0][: texts[0].rindex("—") + 1]
    parts = [h.text.removeprefix(stem).strip(" —-:：") or h.text or h.column for h in group]
    return _trimmed(stem), [_AGAIN.sub("", part) for part in parts], False


def _trimmed(stem: str) -> str:
    """A question's text without the sign that led to its row; its own colon stays."""
    return stem.strip(" —-") if "—" in stem else stem.strip(" —-:：")


def _stem(parts: list[str]) -> str:
    """What all parts begin with, up to its last dividing sign."""
    common = parts[0] if parts else ""
    for part in parts[1:]:
        while not part.startswith(common):
            common = common[:-1]
    cut = max(common.rfind(sign) for sign in "—-:：")
    return common[: cut + 1]


def _own_word(cells: pd.Series) -> str:
    """The only word of a column beside "not selected"."""
    words = {str(cell).strip() for cell in cells.dropna()}
    words = {word for word in words if word.lower() not in _NO}
    return words.pop() if len(words) == 1 else ""


def _own_words(pairs: Sequence[Pair]) -> bool:
    """Whether every column has one word of its own, and those who did not tick it another."""
    words = [_own_word(values) for values, _ in pairs]
    return all(words) and len(set(words)) == len(words) and not any(w.isdigit() for w in words)


def as_ticks(
    columns: Sequence[pd.Series], parts: Sequence[str], sure: bool
) -> list[pd.Series] | None:
    """Columns of one question as 1, 0 and missing, where they hold ticks; else None.

    Parameters
    ----------
    columns : cells with an answer, missing elsewhere
    parts : what each column stands for: its own word in a cell is a tick
    sure : yes and no are ticks, too; they may be the answers of a matrix elsewhere

    Notes
    -----
    Where no cell says no, an empty one says so for everybody who ticked another option.

    Examples
    --------
    >>> cells = [pd.Series(["Bus", None, None]), pd.Series(["Tram", "Tram", None])]
    >>> [column.tolist() for column in as_ticks(cells, ["Bus", "Tram"], False)]
    [[1, 0, <NA>], [1, 1, <NA>]]
    """
    words = [{str(cell).strip().lower() for cell in column.dropna()} for column in columns]
    together = set().union(*words)
    if not together:
        return None
    if together <= _YES | _NO and together & _NO and (sure or together <= _BOXES):
        return [
            column.map(lambda cell: int(str(cell).strip().lower() in _YES), na_action="ignore")
            .astype("Float64")
            .astype("Int64")
            for column in columns
        ]
    columns = [
        column.mask(column.map(lambda cell: str(cell).strip().lower() in _NO)) for column in columns
    ]
    words = [word - _NO for word in words]
    together = set().union(*words)
    marks = len(columns) > 1 and len(together) > 1 and all(len(word) <= 1 for word in words)
    marks = marks and not any(word.isdigit() for word in together)
    if not any(column.isna().any() for column in columns):
        return None
    own = all(plain(next(iter(w))) == plain(p) for w, p in zip(words, parts, strict=True) if w)
    if not (own or (marks and len(together) == sum(map(len, words))) or together <= _YES):
        return None
    if len(columns) == 1 and not sure:
        return None
    ticked = pd.concat([column.notna() for column in columns], axis=1)
    some = ticked.any(axis=1)
    return [column.notna().astype("Int64").where(some) for column in columns]


def _of_boxes(
    name: str, stem: str, parts: Sequence[str], boxes: Sequence[pd.Series], kinds: list[pd.Series]
) -> tuple[list[Block], list[Text]]:
    columns = [f"{name}:{part}" for part in parts]
    why = [
        kind.where(box.isna(), "").where(box.notna() | (kind != ""), BLANK)
        for box, kind in zip(boxes, kinds, strict=True)
    ]
    question = Question(
        name,
        stem,
        kind="multiple",
        columns=tuple(columns),
        levels=tuple(Level(p, p) for p in parts),
    )
    block = Block(
        question, dict(zip(columns, boxes, strict=True)), dict(zip(columns, why, strict=True))
    )
    nobody = pd.concat(list(boxes), axis=1).isna().all(axis=1)
    crossed = any((box == 0).fillna(False).any() for box in boxes)
    ticked_only = crossed and all((k == BLANK).any() for k in kinds) and nobody.any()
    said = message("{name}: {count} options", name=name, count=len(parts))
    if not ticked_only:
        return [block], [said]
    return [block], [
        said,
        message(
            "{name}: {count} ticked no option: in this file that is the same as not having been "
            "asked",
            name=name,
            count=int(nobody.sum()),
        ),
    ]


def _kind_of_parts(columns: list[pd.Series], expanded: bool) -> str:
    """ranking (each place once a person), matrix (one scale) or apart."""
    sets = [set(column.dropna().tolist()) for column in columns]
    together = set().union(*sets)
    numbers = bool(together) and all(isinstance(cell, (int, float)) for cell in together)
    if expanded and numbers and len(columns) > 1 and _are_places(columns):
        return "ranking"
    shared = len(together) <= _MOST_LEVELS and (
        len(sets) < 2 or any(a & b for a, b in pairwise(sets))
    )
    return "matrix" if shared else "apart"


def _are_places(columns: list[pd.Series]) -> bool:
    places = pd.concat([c.astype("Float64") for c in columns], axis=1)
    ranked = places.where(places > 0)
    most = ranked.max().max()
    if pd.isna(most) or most > len(columns):
        return False
    values = ranked.to_numpy(dtype=float, na_value=float("nan"))
    return not any(len(set(row[row == row])) < (row == row).sum() for row in values)


def _alone(
    question: Question, pair: Pair, signs: Sequence[str], likely: bool
) -> tuple[list[Block], list[Text]]:
    """A question in one column: several answers where a sign joins them."""
    values, kinds = pair
    options, sign = joined_by(values, signs, question.text, likely)
    if sign:
        said = message(
            "column {column!r}: several answers a person, joined by {sign!r}",
            column=question.text or question.name,
            sign=sign,
        )
        block = _of_options(question, values, kinds, sign, options)
        count = message(
            "{name}: {count} options", name=question.name, count=len(block.question.levels)
        )
        return [block], [said, count] if sign != JOIN else [count]
    return _of_column(question, values, kinds), []


def _of_column(question: Question, values: pd.Series, kinds: pd.Series) -> list[Block]:
    """A question in one column: ranking, or one answer with perhaps a text beside it."""
    text = [cell for cell in values.tolist() if isinstance(cell, str)]
    ranked = sum(ARROW in cell and len(split_joined(cell, ARROW)) > 1 for cell in text)
    if ranked > _MOSTLY * len(text):
        return [_of_ranking(question, values, kinds)]
    question = replace(question, columns=(question.name,))
    if not any("〖" in cell for cell in text):
        return [Block(question, {question.name: settle(values)}, {question.name: kinds})]
    split = values.map(lambda cell: split_joined(cell)[0] if isinstance(cell, str) else None)
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


def _of_options(
    question: Question, values: pd.Series, kinds: pd.Series, sign: str, known: Sequence[str]
) -> Block:
    """A multiple-choice question in text: one 1/0 column an option, typed text beside."""
    picked = values.map(
        lambda cell: split_joined(cell, sign, known) if isinstance(cell, str) else ()
    )
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
        lambda cell: [o for o, _ in split_joined(cell, ARROW)] if isinstance(cell, str) else []
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
    """Columns of different questions never share a name, and neither do questions."""
    taken: set[str] = set()
    asked: set[str] = set()
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
        bare, count = name, 2
        while name in asked:
            name, count = f"{bare} ({count})", count + 1
        asked.add(name)
        result.append(
            Block(
                replace(block.question, name=name, columns=columns),
                {names[c]: v for c, v in block.values.items()},
                {names[c]: v for c, v in block.kinds.items()},
            )
        )
    return result
