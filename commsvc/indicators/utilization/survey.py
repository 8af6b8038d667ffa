"""Use of services from a survey: two-week rates and unmet need, with the design said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import by_group, column_values, yes_or_no
from commsvc.indicators.measure import Value, expect, measure
from commsvc.indicators.ratio import Ratio, per, share
from commsvc.indicators.sampling import as_design, records_of, with_interval
from commsvc.indicators.units import joined_notes
from commsvc.inference.design import Design

if TYPE_CHECKING:
    from pandas import DataFrame

COUNTED: Final = ("persons", "episodes")


def two_week_rate(
    count: Value,
    surveyed: Value,
    *,
    count_of: str,
    design: Design | str = "census",
    confidence: float = 0.95,
    method: str = "two-week visit rate",
) -> DataFrame:
    """Two-week visit (or illness) rate among those surveyed (National Health Services Survey).

    Parameters
    ----------
    count : persons with at least one, or episodes; printed or plain
    surveyed : persons asked
    count_of : `persons` or `episodes` — the two rates differ (849 persons had 947 episodes) and a
        report that gives one without saying which cannot be compared, so there is no default
    design : `census` (no sampling error), `srs`, `unknown`

    Returns
    -------
    DataFrame of one row: `numerator, denominator, count, base, estimate, low, high, unit, method,
    note`; for episodes the estimate may exceed 1

    Examples
    --------
    >>> two_week_rate(849, 3400, count_of="persons")["estimate"].round(4).item()
    0.2497
    >>> two_week_rate(947, 3400, count_of="episodes")["estimate"].round(4).item()
    0.2785
    >>> two_week_rate("947人次", 3400, count_of="persons")
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: '947人次' is printed in visits, not persons; ...
    """
    counted(count_of)
    asked = expect(surveyed, "persons", role="those surveyed", kind="stock")
    if count_of == "persons":
        ratio = share(expect(count, "persons", role="those with one"), asked, method=method)
    else:
        events = expect(count, "episodes", role="the episodes")
        ratio = per(events, asked, unit="episodes per person", method=method)
    return with_interval(ratio, design, confidence=confidence)


def two_week(
    frame: Any,
    episodes: str,
    *,
    count_of: str,
    by: str | None = None,
    design: Design | str = "unknown",
    confidence: float = 0.95,
    method: str = "two-week visit rate",
) -> DataFrame:
    """Two-week rate from answers, one row a person.

    Parameters
    ----------
    frame : any data frame
    episodes : column with the number in the two weeks, 0 included; a missing answer leaves both
        counts and is said in `note`
    count_of : `persons` or `episodes`, as in `two_week_rate`
    by : column of groups
    design : `census`, `srs`, `unknown`, or `Design.sample(weights=…, strata=…, clusters=…)`: the
        rate is then weighted, and its interval the design's (as R's svyciprop and svymean)

    Returns
    -------
    DataFrame as `two_week_rate`, a row a group; with weights or clusters also `se`. Of episodes in
    a sample the interval is that of the mean number a person, because episodes of one person are
    not independent.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"visits": [0, 2, 0, 1, None]})
    >>> two_week(answers, "visits", count_of="persons", design="census")[["count", "base"]]
       count  base
    0    2.0   4.0
    >>> two_week(answers, "visits", count_of="episodes", design="census")["estimate"].item()
    0.75
    """
    import pandas as pd

    counted(count_of)
    chosen = as_design(design)
    if chosen.kind == "sample":
        return _two_week_sample(frame, episodes, count_of, by, chosen, confidence, method)
    numbers = column_values(frame, episodes)
    groups = column_values(frame, by) if by else [""] * len(numbers)
    tables = []
    for group, cells in _grouped(groups, numbers).items():
        answers = [whole_number(n, episodes) for n in cells]
        known = [n for n in answers if n is not None]
        if not known:
            raise CommsvcError(f"group {group!r} has no answer", where=episodes)
        asked = measure(len(known), "persons")
        ratio: Ratio
        if count_of == "persons":
            users = measure(sum(n > 0 for n in known), "persons")
            ratio = share(users, asked, method=method)
        else:
            total = measure(sum(known), "episodes")
            ratio = per(total, asked, unit="episodes per person", method=method)
        values = known if count_of == "episodes" else None
        table = with_interval(ratio, design, confidence=confidence, group=str(group), values=values)
        if len(known) < len(answers):
            missing = len(answers) - len(known)
            said = f"; {missing} without an answer left out"
            table["note"] = (table["note"] + said).str.strip("; ")
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def unmet_need(
    frame: Any,
    *,
    needed: str,
    obtained: str,
    by: str | None = None,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> DataFrame:
    """Those who needed a service and did not get it, among those who needed it.

    Parameters
    ----------
    frame : one row a person
    needed, obtained : columns of yes/no (`True`/`False`, 1/0, "是"/"否"); who did not need it
        leaves the base, and a missing answer of one in need widens the bounds in `note`, which
        also says how many did not tell whether they needed it
    by, design : as in `two_week`

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"need": [1, 1, 1, 1, 0], "got": [1, 0, 1, 1, 1]})
    >>> unmet_need(answers, needed="need", obtained="got", design="census")[["count", "base"]]
       count  base
    0    1.0   4.0
    """
    import pandas as pd

    chosen = as_design(design)
    if chosen.kind == "sample":
        return _unmet_sample(frame, needed, obtained, by, chosen, confidence)
    need, got = column_values(frame, needed), column_values(frame, obtained)
    groups = column_values(frame, by) if by else [""] * len(need)
    tables = []
    for group, cells in _grouped(groups, list(zip(need, got, strict=True))).items():
        pairs = [(yes_or_no(n, needed), yes_or_no(o, obtained)) for n, o in cells]
        in_need = [o for n, o in pairs if n]
        known = [o for o in in_need if o is not None]
        if not known:
            raise CommsvcError(f"group {group!r} has no one in need with an answer", where=needed)
        without = measure(known.count(False), "persons", of="in need and without")
        base = measure(len(known), "persons", of="in need")
        table = with_interval(
            share(without, base, method="unmet need"),
            design,
            confidence=confidence,
            group=str(group),
        )
        lost, said = len(in_need) - len(known), ""
        if lost:
            low = known.count(False) / len(in_need)
            high = (known.count(False) + lost) / len(in_need)
            said = f"{lost} in need without an answer: {low:.3f} to {high:.3f} if counted"
        silent = _silent([n for n, _ in pairs])
        table["note"] = joined_notes(table["note"].item(), said, silent)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _two_week_sample(
    frame: Any,
    episodes: str,
    count_of: str,
    by: str | None,
    design: Design,
    confidence: float,
    method: str,
) -> DataFrame:
    answers = [whole_number(n, episodes) for n in column_values(frame, episodes)]
    numbers = [0 if n is None else n for n in answers]
    values = [int(n > 0) for n in numbers] if count_of == "persons" else numbers
    unit = "share" if count_of == "persons" else "episodes per person"
    known = [n is not None for n in answers]
    words = (count_of, "persons", unit)
    return _by_design(
        frame, (values, [True] * len(known), known), by, design, words, method, confidence
    )


def _unmet_sample(
    frame: Any,
    needed: str,
    obtained: str,
    by: str | None,
    design: Design,
    confidence: float,
) -> DataFrame:
    need = [yes_or_no(n, needed) for n in column_values(frame, needed)]
    got = [yes_or_no(o, obtained) for o in column_values(frame, obtained)]
    without = [int(o is False) for o in got]
    asked = [bool(n) for n in need]
    known = [bool(n) and o is not None for n, o in zip(need, got, strict=True)]
    words = ("persons (in need and without)", "persons (in need)", "share")
    found = _by_design(frame, (without, asked, known), by, design, words, "unmet need", confidence)
    silent = _silent(need) + (" (of all groups)" if by and None in need else "")
    return found.assign(note=[joined_notes(note, silent) for note in found["note"]])


def _silent(need: list[bool | None]) -> str:
    unknown = need.count(None)
    return f"{unknown} did not say whether they needed it" if unknown else ""


def _by_design(
    frame: Any,
    people: tuple[list[int], list[bool], list[bool]],
    by: str | None,
    design: Design,
    words: tuple[str, str, str],
    method: str,
    confidence: float,
) -> DataFrame:
    """A weighted row a group: values, who was to answer and who did."""
    import numpy as np
    import pandas as pd

    from commsvc.indicators.weighted import weighted_row

    values, asked, known = (np.array(column) for column in people)
    sample = records_of(frame, design)
    groups = column_values(frame, by) if by else [""] * len(values)
    if not groups:
        raise CommsvcError("the table has no rows")
    rows = []
    for group, of_group in by_group(groups):
        if not (known & of_group).any():
            raise CommsvcError(f"group {group!r} has no answer", where=method)
        lost = int((of_group & asked & ~known).sum())
        said = f"{lost} without an answer left out" if lost else ""
        rows.append(
            weighted_row(
                sample, known & of_group, values, group=str(group), words=words, method=method,
                note=joined_notes(said, design.caveat()), deff=design.deff, confidence=confidence,
            )
        )  # fmt: skip
    return pd.DataFrame(rows)


def _grouped(groups: list[Any], cells: list[Any]) -> dict[Any, list[Any]]:
    if not cells:
        raise CommsvcError("the table has no rows")
    found: dict[Any, list[Any]] = {}
    for group, cell in zip(groups, cells, strict=True):
        found.setdefault(group, []).append(cell)
    return found


def counted(count_of: str) -> None:
    """Refuse a way of counting that is neither persons nor episodes."""
    if count_of not in COUNTED:
        raise unknown_name("way of counting", count_of, COUNTED)


def whole_number(cell: Any, column: str) -> int | None:
    """A number of episodes, `None` where there is no answer.

    >>> whole_number(2.0, "visits")
    2
    """
    if cell is None or cell != cell:
        return None
    if isinstance(cell, str) or not 0 <= cell < float("inf") or cell != int(cell):
        raise CommsvcError(f"{cell!r} is no number of episodes", where=column, allowed="0, 1, 2 …")
    return int(cell)
