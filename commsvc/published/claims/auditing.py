"""From claims to verdicts: one claim, many claims, a frame of claims, and their summary."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.published.claims import amounts, count_tests, means, p_values, percentages, rebuilt
from commsvc.published.claims.fields import LIMIT, read_once, shown
from commsvc.published.claims.prints import off_by
from commsvc.published.claims.verdict import KINDS, VERDICTS, Unreadable, Verdict, missing
from commsvc.words.messages import message

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "amounts",
    "audit",
    "count_tests",
    "judge_claim",
    "means",
    "p_values",
    "percentages",
    "rebuilt",
    "summary",
]

# The columns of a tidy table of verdicts; `recomputed` holds what a verdicts file spreads out.
COLUMNS: Final = (
    "line", "id", "kind", "source", "printed", "verdict", "rules", "tests", "recomputed",
    "message", "note",
)  # fmt: skip
# What every object of a verdicts file has; the rest of it are recomputed values.
OWN: Final = frozenset(
    ("line", "id", "kind", "verdict", "rules", "tests", "message", "note", "reason")
)
# A claim drafted from a text by less than this is offered for confirmation, never an accusation.
SURE: Final = 0.9

Line = int | None
Given = Mapping[str, Any] | CommsvcError


def judge_claim(claim: Mapping[str, Any]) -> Verdict:
    """The verdict on one claim, given as the fields of a claims file.

    Fields that are not the kind's (`id`, `source`, `expect`, notes) are not looked at.

    Raises
    ------
    CommsvcError : the claim cannot be read; which field, and why

    Examples
    --------
    >>> judge_claim({"kind": "sum", "parts": [672, 722], "printed": "1394"}).verdict
    'consistent'
    """
    name = claim.get("kind")
    if not isinstance(name, str) or name not in KINDS:
        raise _no_kind(name)
    for field, about in KINDS[name].fields.items():
        if about.needed and field not in claim:
            said = message("the claim lacks {field!r}", field=field)
            if near := get_close_matches(field, [str(key) for key in claim], n=1):
                said = message("{said} (there is {near!r})", said=said, near=near[0])
            return Verdict(name, "undecidable", message=said)
    return _confirmed(KINDS[name].judge(claim), claim.get("confidence"))


def _confirmed(verdict: Verdict, confidence: Any) -> Verdict:
    """A verdict on numbers that may not belong together accuses nobody."""
    given = isinstance(confidence, int | float | Decimal) and not missing(confidence)
    if (
        not given
        or confidence >= SURE
        or verdict.verdict not in ("inconsistent", "only_under_rule")
    ):
        return verdict
    said = message(
        "to be confirmed: do these numbers belong together? {said}", said=verdict.message
    )
    return Verdict(
        verdict.kind, "undecidable", (), verdict.tests, verdict.recomputed, said, verdict.note
    )


def _no_kind(name: Any) -> Unreadable:
    allowed = ", ".join(sorted(KINDS))
    if missing(name):
        return Unreadable("the claim has no kind", allowed=allowed)
    near = get_close_matches(name, KINDS, n=1) if isinstance(name, str) else []
    return Unreadable(
        f"no kind {shown(name)}",
        allowed=allowed,
        next_step=f"did you mean {near[0]!r}?" if near else "",
    )


def _unreadable(line: Line, error: CommsvcError, **known: Any) -> dict[str, Any]:
    """The object of a verdicts file for a line that cannot be read."""
    why = str(error)
    return {
        "line": line, **known, "verdict": "unreadable", "reason": why, "rules": [], "tests": [],
        "message": message("cannot be read: {why}", why=why),
    }  # fmt: skip


def verdicts(claims: Iterable[tuple[Line, Given]]) -> Iterator[dict[str, Any]]:
    """One object of a verdicts file for each numbered claim, in order.

    A claim that is an error already (a line that is not JSON) stays one, and one that cannot be
    read does not stop the others.
    """
    seen: dict[Any, Line] = {}
    for line, claim in claims:
        if isinstance(claim, CommsvcError):
            yield _unreadable(line, claim)
            continue
        name, kind = claim.get("id"), claim.get("kind")
        try:
            found = {"id": _identity(name), **judge_claim(claim).record()}
        except CommsvcError as error:
            known = kind if isinstance(kind, str) and kind in KINDS else None
            yield _unreadable(line, error, id=_identity(name), kind=known)
            continue
        if isinstance(name, str):
            if name in seen:
                found["note"] = message("the id stands also at line {line}", line=seen[name])
            seen.setdefault(name, line)
        yield found


@contextmanager
def collector_paused() -> Iterator[None]:
    """Hold the garbage collector while many claims are judged.

    Verdicts hold no cycles, and searching their hundreds of thousands of small objects for
    some, again and again, takes a third of the time.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _identity(name: Any) -> str | int | None:
    """A claim's id as it was given, or as text where it is neither a string nor a number."""
    if missing(name):
        return None
    if isinstance(name, str) or (isinstance(name, int) and abs(name) <= LIMIT):
        return name
    return shown(name)


def weight(printed: Any, verdict: Mapping[str, Any]) -> int:
    """How much a verdict matters to a reader, 4 most: what is shown first.

    4 the conclusion at 0.05 changes; 3 the numbers contradict each other; 2 they do so in the last
    printed place alone; 1 they agree under another rule than rounding half up; 0 otherwise.

    Examples
    --------
    >>> found = judge_claim({"kind": "share", "count": 20, "of": 42, "printed": "49%"})
    >>> weight("49%", found.record())
    2
    """
    level = verdict["verdict"]
    if level != "inconsistent":
        return int(level == "only_under_rule")
    if verdict.get("decision_error"):
        return 4
    if not isinstance(printed, str):
        return 3
    figure = read_once(printed)
    near = [off_by(value, figure) for value in _numbers(verdict)]
    return 2 if near and min(near) <= 1.5 else 3


def _numbers(value: Any) -> Iterator[float]:
    """Every number that was recomputed for a claim."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name not in OWN and name != "df":
                yield from _numbers(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def audit(claims: pd.DataFrame | Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The verdict on every claim.

    Parameters
    ----------
    claims : a frame with a column a field (an empty cell is a field that is not there), or claims
        as dictionaries, with the fields of a claims file: `kind`, `printed`, those of the kind,
        and `id` and `source` if wanted; a `confidence` below 0.9 says that the numbers may not
        belong together: such a claim is never called inconsistent

    Returns
    -------
    DataFrame
        one row a claim, in order: `line` (from 1), `id`, `kind`, `source`, `printed`, `verdict`
        (one of `VERDICTS`), `rules`, `tests`, `recomputed` (the recomputed values by name),
        `message`, `note`

    Raises
    ------
    CommsvcError : `claims` is neither; a single claim that cannot be read is a row, not an error

    Examples
    --------
    >>> table = audit([{"kind": "share", "count": 20, "of": 42, "printed": "47%"},
    ...                {"kind": "shar", "count": 20, "of": 42, "printed": "47%"}])
    >>> list(table["verdict"])
    ['only_under_rule', 'unreadable']
    >>> print(table["message"][1])
    cannot be read: no kind 'shar'; allowed: attainable, ...; did you mean 'share'?
    """
    import pandas as pd

    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    listed = records_of(claims)
    with collector_paused():
        for (line, claim), verdict in zip(listed, verdicts(listed), strict=True):
            cells = cells_of(line, claim, verdict)
            for name, column in columns.items():
                column.append(cells.get(name))
    return pd.DataFrame(columns)


def cells_of(line: Line, claim: Given, verdict: Mapping[str, Any]) -> dict[str, Any]:
    """A claim and its verdict as a row of the table."""
    fields = claim if isinstance(claim, Mapping) else {}
    return {
        **verdict,
        "line": line,
        "source": fields.get("source"),
        "printed": fields.get("printed"),
        "rules": tuple(verdict["rules"]),
        "tests": tuple(verdict["tests"]),
        "recomputed": {k: v for k, v in verdict.items() if k not in OWN},
        "note": verdict.get("note", ""),
    }


def records_of(claims: Any) -> list[tuple[Line, Given]]:
    """Claims numbered from 1; an empty cell of a frame is a field that is not there."""
    if hasattr(claims, "to_dict") and hasattr(claims, "columns"):
        given = [
            {name: cell for name, cell in row.items() if not missing(cell)}
            for row in claims.to_dict("records")
        ]
    elif isinstance(claims, Mapping | str | bytes) or not isinstance(claims, Iterable):
        raise CommsvcError(
            f"claims are a {type(claims).__name__}",
            allowed="a frame, or a list of dictionaries",
            next_step="put a single claim into a list; a file is read by read_claims",
        )
    else:
        given = list(claims)
    return [
        (line, claim)
        if isinstance(claim, Mapping | CommsvcError)
        else (line, Unreadable(f"a claim is {shown(claim)}, not a dictionary"))
        for line, claim in enumerate(given, start=1)
    ]


def summary(table: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """How many claims got which verdict.

    Parameters
    ----------
    table : what `audit` returned
    by : a column to group by, as ``"source"`` or ``"kind"``; without it all together

    Returns
    -------
    DataFrame
        tidy: `group`, `level` (the verdict), `count`, `base` (claims in the group), `estimate`
        (their share); every verdict is there, with 0 where none got it

    Examples
    --------
    >>> table = audit([{"kind": "sum", "parts": [1, 2], "printed": "3"}])
    >>> summary(table).query("count > 0")[["group", "level", "count", "base"]]
      group       level  count  base
    0   all  consistent      1     1
    """
    import pandas as pd

    if by is not None and by not in table.columns:
        raise unknown_name("column", by, table.columns)
    groups = [("all", table)] if by is None else list(table.groupby(by, sort=False, dropna=False))
    rows = []
    for name, part in groups:
        counts = part["verdict"].value_counts()
        for level in VERDICTS:
            count = int(counts.get(level, 0))
            rows.append((name, level, count, len(part), count / len(part) if len(part) else None))
    return pd.DataFrame(rows, columns=["group", "level", "count", "base", "estimate"])
