"""From claims to verdicts: one claim, many claims, a frame of claims, and their summary."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError
from commsvc.published.claims.fields import LIMIT, missing, shown
from commsvc.published.claims.kinds import KINDS
from commsvc.published.claims.verdict import VERDICTS, Sentence, Unreadable, Verdict

if TYPE_CHECKING:
    import pandas as pd

# The columns of a tidy table of verdicts; `recomputed` holds what a verdicts file spreads out.
COLUMNS: Final = (
    "line", "id", "kind", "source", "printed", "verdict", "rules", "tests", "recomputed",
    "message", "message_zh", "note",
)  # fmt: skip

# What every object of a verdicts file has; the rest of it are recomputed values.
OWN: Final = frozenset(
    ("line", "id", "kind", "verdict", "rules", "tests", "message", "message_zh", "note", "reason")
)


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
    kind = KINDS[name]
    given: dict[str, Any] = {}
    for field, parameter in kind.required.items():
        if field not in claim:
            near = get_close_matches(field, [str(key) for key in claim], n=1)
            hint = f" (there is {near[0]!r})" if near else ""
            return Verdict(
                name,
                "undecidable",
                message=f"the claim lacks {field!r}{hint}",
                message_zh=f"缺少字段 {field}" + (f"（有 {near[0]}）" if near else ""),
            )
        given[parameter] = claim[field]
    for field, parameter in kind.optional.items():
        value = claim.get(field)
        if value is not None:
            given[parameter] = value
    return kind.judge(**given)


def _no_kind(name: Any) -> Unreadable:
    if missing(name):
        return Unreadable(
            "the claim has no kind", "缺少 kind（论断类型）", allowed=", ".join(sorted(KINDS))
        )
    near = get_close_matches(name, KINDS, n=1) if isinstance(name, str) else []
    return Unreadable(
        f"no kind {shown(name)}",
        f"没有名为 {shown(name)} 的论断类型" + (f"，是否为 {near[0]}？" if near else ""),
        allowed=", ".join(sorted(KINDS)),
        next_step=f"did you mean {near[0]!r}?" if near else "",
    )


def reason(error: CommsvcError) -> Sentence:
    """Why a claim could not be read, in both languages."""
    zh = error.zh if isinstance(error, Unreadable) else error.problem
    return str(error), f"无法读取：{zh}"


def unreadable(line: int | None, why: Sentence, **known: Any) -> dict[str, Any]:
    """The object of a verdicts file for a line that cannot be read."""
    return {
        "line": line, **known, "verdict": "unreadable", "reason": why[0], "rules": [], "tests": [],
        "message": f"cannot be read: {why[0]}", "message_zh": why[1],
    }  # fmt: skip


def verdicts(
    claims: Iterable[tuple[int | None, Mapping[str, Any] | CommsvcError]],
) -> Iterator[dict[str, Any]]:
    """One object of a verdicts file for each numbered claim, in order.

    A claim that is an error already (a line that is not JSON) stays one, and one that cannot be
    read does not stop the others.
    """
    seen: dict[Any, int | None] = {}
    for line, claim in claims:
        if isinstance(claim, CommsvcError):
            yield unreadable(line, reason(claim))
            continue
        name, kind = claim.get("id"), claim.get("kind")
        identity = {"id": _identity(name), "kind": kind}
        try:
            verdict = judge_claim(claim).as_dict()
        except CommsvcError as error:
            identity["kind"] = kind if isinstance(kind, str) and kind in KINDS else None
            yield unreadable(line, reason(error), **identity)
            continue
        result = {"id": identity["id"], **verdict}
        if isinstance(name, str):
            if name in seen:
                result["note"] = f"the id stands also at line {seen[name]}"
            seen.setdefault(name, line)
        yield result


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


def audit(claims: pd.DataFrame | Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The verdict on every claim.

    Parameters
    ----------
    claims : a frame with a column a field (an empty cell is a field that is not there), or claims
        as dictionaries, with the fields of a claims file: `kind`, `printed`, those of the kind,
        and `id` and `source` if wanted

    Returns
    -------
    DataFrame
        one row a claim, in order: `line` (from 1), `id`, `kind`, `source`, `printed`, `verdict`
        (one of `VERDICTS`), `rules`, `tests`, `recomputed` (the recomputed values by name),
        `message`, `message_zh`, `note`

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
    with collector_paused():
        _fill(columns, records_of(claims))
    return pd.DataFrame(columns)


def _fill(
    columns: dict[str, list[Any]],
    listed: list[tuple[int | None, Mapping[str, Any] | CommsvcError]],
) -> None:
    for (line, claim), verdict in zip(listed, verdicts(listed), strict=True):
        fields = claim if isinstance(claim, Mapping) else {}
        cells = {
            **verdict,
            "line": line,
            "source": fields.get("source"),
            "printed": fields.get("printed"),
            "rules": tuple(verdict["rules"]),
            "tests": tuple(verdict["tests"]),
            "recomputed": {k: v for k, v in verdict.items() if k not in OWN},
            "note": verdict.get("note", ""),
        }
        for name, column in columns.items():
            column.append(cells.get(name))


def records_of(claims: Any) -> list[tuple[int | None, Mapping[str, Any] | CommsvcError]]:
    """Claims numbered from 1; an empty cell of a frame is a field that is not there."""
    if hasattr(claims, "to_dict") and hasattr(claims, "columns"):
        given = [
            {name: cell for name, cell in row.items() if not missing(cell)}
            for row in claims.to_dict("records")
        ]
    elif isinstance(claims, (Mapping, str, bytes)) or not isinstance(claims, Iterable):
        raise CommsvcError(
            f"claims are a {type(claims).__name__}",
            allowed="a frame, or a list of dictionaries",
            next_step="put a single claim into a list; a file is read by read_claims",
        )
    else:
        given = list(claims)
    return [
        (
            line,
            claim
            if isinstance(claim, (Mapping, CommsvcError))
            else Unreadable(f"a claim is {shown(claim)}, not a dictionary", "不是字典"),
        )
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
        from commsvc.errors import unknown_name

        raise unknown_name("column", by, table.columns)
    groups = [("all", table)] if by is None else list(table.groupby(by, sort=False, dropna=False))
    rows = []
    for name, part in groups:
        counts = part["verdict"].value_counts()
        for level in VERDICTS:
            count = int(counts.get(level, 0))
            rows.append((name, level, count, len(part), count / len(part) if len(part) else None))
    return pd.DataFrame(rows, columns=["group", "level", "count", "base", "estimate"])
