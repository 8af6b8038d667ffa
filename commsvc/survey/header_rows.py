"""Where a table's header is: below a title and empty rows, sometimes over two rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from commsvc.words.messages import Text, message

Row = Sequence[str]
# A title of more lines than this is a page of text, not a table with a title.
_MOST_TITLE = 10
_NUMBER = re.compile(r"[-+]?[\d,.]+%?")
_SUM = re.compile(
    r"(?:合|总|共|小)\s*计|总和|平均[值数]?|均值|(?:grand )?totals?|sum|means?|averages?", re.I
)


def find_header(rows: Sequence[Row]) -> tuple[int, int, list[str], list[Text]]:
    """Which rows are the header, what the columns are called, and what was decided.

    Parameters
    ----------
    rows : the first rows of the table, "" for an empty cell, all of one length

    Returns
    -------
    (first row of the header, first row of the body, names, done); a name is "" where the header
    says nothing of the column

    Notes
    -----
    Rows with one filled cell above a row with several are a title: nobody asks one question in the
    first cell and none in the others. A header is of two rows where cells are merged: the second
    is filled below and beside the merged cell, and empty elsewhere.

    Examples
    --------
    >>> rows = [["满意度调查", "", ""], ["", "", ""], ["性别", "满意度", ""], ["", "医生", "护士"],
    ...         ["男", "满意", "一般"]]
    >>> find_header(rows)[:3]
    (2, 4, ['性别', '满意度—医生', '满意度—护士'])
    """
    done: list[Text] = []
    filled = [sum(bool(cell) for cell in row) for row in rows]
    widest = max(filled[: _MOST_TITLE + 1], default=0)
    first = 0
    while first < min(len(rows) - 1, _MOST_TITLE) and (
        filled[first] == 0 or filled[first] == 1 < widest
    ):
        first += 1
    title = [cell for row in rows[:first] for cell in row if cell]
    if title:
        said = " / ".join(title)
        done.append(message("title above the header left out: {said}", said=said))
    names = [cell.strip().lstrip("\ufeff") for cell in rows[first]]
    below = first + 1
    if below < len(rows) and _is_second_row(names, rows[below]):
        names = _joined(names, rows[below])
        below += 1
        done.append(message("header of two rows: names under a merged cell joined to it"))
    return first, below, names, done


def _spans(names: Sequence[str]) -> list[int]:
    """For each column the first one of its merged cell, or −1 where it stands alone."""
    starts = [-1] * len(names)
    for i, name in enumerate(names):
        if name or i == 0 or not (names[i - 1] or starts[i - 1] >= 0):
            continue
        start = starts[i - 1] if starts[i - 1] >= 0 else i - 1
        starts[start] = starts[i] = start
    return starts


def _is_second_row(names: Sequence[str], row: Row) -> bool:
    starts = _spans(names)
    within = [cell for cell, start in zip(row, starts, strict=True) if start >= 0]
    without = [cell for cell, start in zip(row, starts, strict=True) if start < 0]
    if not within or not without or any(without):
        return False
    return all(cell and not _NUMBER.fullmatch(cell.strip()) for cell in within)


def _joined(names: Sequence[str], row: Row) -> list[str]:
    return [
        f"{names[start]}—{cell.strip()}" if start >= 0 else name
        for name, cell, start in zip(names, row, _spans(names), strict=True)
    ]


def without_totals(body: pd.DataFrame) -> tuple[pd.DataFrame, list[Text]]:
    """The rows without sums at the end: a sum is nobody's answer. What was left out is said.

    >>> body = pd.DataFrame([["1", "35"], ["2", "41"], ["合计", "76"]])
    >>> len(without_totals(body)[0])
    2
    """
    left = len(body)
    while left > 1:
        row = body.iloc[left - 1].str.strip()
        column = next((i for i, cell in enumerate(row) if cell), None)
        if column is None or not _SUM.fullmatch(row.iloc[column]):
            break
        if (body.iloc[: left - 1, column].str.strip() == row.iloc[column]).any():
            break  # others answered so, too: average is a grade
        left -= 1
    if left == len(body):
        return body, []
    names = [next(c.strip() for c in row if c.strip()) for row in body.iloc[left:].to_numpy()]
    return body.iloc[:left], [
        message(
            "rows of sums at the end left out: {names}",
            names=names,
        )
    ]


def unique_names(names: Sequence[str], places: Sequence[int]) -> tuple[list[str], list[Text]]:
    """Names for all columns, none twice, and what was decided.

    Parameters
    ----------
    names : as in the header, "" where it says nothing
    places : the columns that are kept, from 0

    Examples
    --------
    >>> unique_names(["a", "", "a"], [0, 1, 2])[0]
    ['a', 'column 2', 'a (2)']
    """
    taken: set[str] = set()
    unique: list[str] = []
    done: list[Text] = []
    for i in places:
        name = names[i] or f"column {i + 1}"
        new, count = name, 1
        while new in taken:
            count += 1
            new = f"{name} ({count})"
        taken.add(new)
        if new != name:
            done.append(
                message(
                    "column {i}: the header {name!r} stands twice: named {new!r}",
                    i=i + 1,
                    name=name,
                    new=new,
                )
            )
        elif not names[i]:
            done.append(message("column {i} has no header: named {name!r}", i=i + 1, name=name))
        unique.append(new)
    return unique, done
