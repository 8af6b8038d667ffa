"""The bridge from measures to tests: a table's cells must count units, each of them once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import Measure, Value, measure
from commsvc.indicators.units import EVENTS, in_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def cells_to_test(rows: Mapping[str, Mapping[str, Value]], *, unit: str = "") -> NDArray[np.int64]:
    """A table of counts that a test of independence may be made of, or the reason why not.

    A chi-square takes every unit in the table to be there once and to have come by itself. Events
    (person-times, episodes, hours) break that: whoever comes fifty times stands in the table fifty
    times. Nor can a test be made of a figure that is only known as a range, or of cells that count
    different things.

    Parameters
    ----------
    rows : group -> {answer: how many}; numbers, printed figures or measures, the same answers in
        every group
    unit : what every cell counts, where the figures do not say it

    Returns
    -------
    array (groups, answers) of whole numbers, for `commsvc.inference.compare_groups`

    Raises
    ------
    CommsvcError : a cell counts events, is a range or no whole number, or counts something else
        than the first; or the groups have different answers

    Examples
    --------
    >>> cells_to_test({"town A": {"satisfied": 75, "not": 27},
    ...                "town B": {"satisfied": 68, "not": 30}}, unit="persons").tolist()
    [[75, 27], [68, 30]]
    >>> cells_to_test({"childcare": {"this year": "55600多人次"}, "home help": {"this year": 3}})
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: childcare, this year: 55600多人次 counts events, not persons: ...
    """
    import numpy as np

    answers = [list(cells) for cells in rows.values()]
    if not answers or not answers[0]:
        raise CommsvcError("a table without cells", allowed="group -> {answer: how many}")
    if any(found != answers[0] for found in answers):
        raise CommsvcError(
            "the groups have different answers",
            allowed=f"in every group: {', '.join(answers[0])}",
            next_step="give 0 where nobody answered so",
        )
    table: list[list[int]] = []
    first: Measure | None = None
    for group, cells in rows.items():
        table.append([])
        for answer, value in cells.items():
            found = measure(value, unit)
            where = f"{group}, {answer}"
            table[-1].append(_whole(found, where))
            first = first or found
            if found.unit != first.unit:
                raise CommsvcError(
                    f"{found} beside {first}: one table counts one thing",
                    where=where,
                    allowed=first.unit,
                )
    return np.array(table)


def _whole(found: Measure, where: str) -> int:
    if found.unit in EVENTS:
        raise CommsvcError(
            f"{found.text or in_words(found.values)} counts events, not persons: whoever comes "
            "often is in it often, so its units are not independent of each other",
            where=where,
            allowed="persons, households, institutions …, each counted once",
            next_step="give the rate and its range (per), or count the different persons",
        )
    value: Any = found.values.low
    if value is None or value != found.values.high or value.denominator != 1:
        raise CommsvcError(
            f"{found} stands for {in_words(found.values)}: no one whole number",
            where=where,
            next_step="test every table it allows (commsvc.published.reconstruct)",
        )
    return int(value)
