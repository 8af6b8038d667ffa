"""Writing verdicts: JSON lines, a JSON array, CSV or HTML, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.files import writing
from commsvc.published.cells import guard
from commsvc.published.claims.auditing import COLUMNS, OWN
from commsvc.published.claims.page import page

Row = tuple[int | None, Mapping[str, Any], Mapping[str, Any]]  # line, claim, verdict

FORMATS: Final = (".jsonl", ".ndjson", ".json", ".csv", ".html")


def check_target(path: str | Path, source: str | Path) -> Path:
    """The output path, if verdicts can be written there.

    Raises
    ------
    CommsvcError : the ending is unknown, the folder is not there, or it is the claims file itself
    """
    target = Path(path)
    where = str(target)
    if target.suffix.lower() not in FORMATS:
        raise CommsvcError(
            f"the ending {target.suffix!r} is unknown", where=where, allowed=", ".join(FORMATS)
        )
    if not target.parent.is_dir():
        raise CommsvcError("the folder is not there", where=where, next_step="make it first")
    if target.is_dir():
        raise CommsvcError("this is a folder", where=where, next_step="give a file name")
    if target.exists() and target.resolve() == Path(source).resolve():
        raise CommsvcError(
            "this is the claims file itself", where=where, next_step="give another name"
        )
    return target


def write_verdicts(path: Path, rows: Iterable[Row], title: str) -> None:
    """Write verdicts in the format of the path's ending.

    The file appears whole or not at all: it is written beside its place and then moved there.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        parts: Iterable[str] = _csv(rows)
    elif suffix == ".html":
        parts = page(list(rows), title)
    elif suffix == ".json":
        parts = _array(rows)
    else:
        parts = (as_json(verdict) + "\n" for _, _, verdict in rows)
    # A byte-order mark lets spreadsheets see that a CSV is UTF-8.
    encoding = "utf-8-sig" if suffix == ".csv" else "utf-8"
    # A lone surrogate, which JSON allows, is written as its escape.
    with writing(str(path), encoding, "backslashreplace") as stream:
        stream.writelines(parts)


def as_json(value: Any) -> str:
    """A verdict as one line of JSON; decimals as numbers.

    >>> as_json({"id": Decimal("1.50"), "verdict": "consistent"})
    '{"id": 1.5, "verdict": "consistent"}'
    """
    return _ENCODER.encode(value)


def _default(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_default)


def _array(rows: Iterable[Row]) -> Iterator[str]:
    before = "[\n"
    for _, _, verdict in rows:
        yield before + as_json(verdict)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def _csv(rows: Iterable[Row]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for line, claim, verdict in rows:
        writer.writerow([safe_cell(cell) for cell in _cells(line, claim, verdict)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cells(line: int | None, claim: Mapping[str, Any], verdict: Mapping[str, Any]) -> Sequence[Any]:
    recomputed = {name: value for name, value in verdict.items() if name not in OWN}
    cells = {
        "line": line,
        "source": claim.get("source"),
        "printed": claim.get("printed"),
        "recomputed": as_json(recomputed) if recomputed else "",
    }
    for name in ("id", "kind", "verdict", "message", "message_zh", "note"):
        cells[name] = verdict.get(name)
    for name in ("rules", "tests"):
        cells[name] = "; ".join(verdict[name])
    return [cells[name] for name in COLUMNS]


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("-4.0"), safe_cell(["1", "2"])
    ("'=HYPERLINK(1)", '-4.0', '["1", "2"]')
    """
    if value is None or isinstance(value, int):
        return value
    return guard(value if isinstance(value, str) else as_json(value))
