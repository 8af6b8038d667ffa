"""Claims files in, verdicts files out: JSON lines, a JSON array or CSV, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Never

from commsvc.errors import CommsvcError
from commsvc.files import writing
from commsvc.published.claims.auditing import COLUMNS, cells_of
from commsvc.published.claims.verdict import Unreadable
from commsvc.published.safe_cells import guard

Row = tuple[int | None, Mapping[str, Any], Mapping[str, Any]]  # line, claim, verdict

FORMATS: Final = (".jsonl", ".ndjson", ".json", ".csv", ".html")
# Where a drafted claim stands, and how sure its numbers belong together.
PLACE: Final = ("file", "quote", "start", "end", "link", "confidence")


def read_claims(path: str | Path) -> list[tuple[int, Mapping[str, Any] | CommsvcError]]:
    """The claims of a JSONL file with their line numbers.

    Numbers with a decimal point are kept as written (`Decimal`), so that 53.20 is not 53.2. Blank
    lines are passed over; a byte-order mark and Windows line ends do no harm.

    Parameters
    ----------
    path : a UTF-8 file, one JSON object a line

    Returns
    -------
    list of (line from 1, claim), where a line that cannot be read has the error instead

    Raises
    ------
    CommsvcError : there is no such file, it is no text, or it holds no claims
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CommsvcError(
            f"the file cannot be opened ({error.strerror or error})",
            where=str(path),
            next_step="give the path of a claims file (.jsonl)",
        ) from None
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise CommsvcError(
            "the file is UTF-16", where=str(path), allowed="UTF-8", next_step="save it as UTF-8"
        )
    claims = list(_lines(data.removeprefix(BOM_UTF8)))
    if not claims:
        raise CommsvcError(
            "the file holds no claims", where=str(path), allowed="one JSON object a line"
        )
    return claims


def _lines(data: bytes) -> Iterator[tuple[int, Mapping[str, Any] | CommsvcError]]:
    for number, line in enumerate(data.split(b"\n"), start=1):
        stripped = line.strip()
        if stripped:
            try:
                yield number, parse_line(stripped)
            except Unreadable as error:
                yield number, error


def parse_line(line: bytes) -> Mapping[str, Any]:
    """One claim from one line.

    >>> parse_line(b'{"kind": "sd_bound", "mean": 3.20}')
    {'kind': 'sd_bound', 'mean': Decimal('3.20')}
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 (byte {error.start + 1})") from None
    try:
        claim = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg} (character {error.pos + 1})") from None
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("not a claim: nested too deeply") from None
    except ValueError:  # an integer of thousands of digits
        raise Unreadable("a number is too long to read") from None
    if not isinstance(claim, dict):
        raise Unreadable(
            f"a {type(claim).__name__}, not an object", allowed="one object a line: {...}"
        )
    return claim


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"the field {twice!r} is given twice")
    return found


def _constant(name: str) -> Never:
    raise Unreadable(f"{name} is not a number JSON has")


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_constant=_constant, object_pairs_hook=_object
)


def check_target(path: str | Path, sources: Sequence[str | Path]) -> Path:
    """The output path, if verdicts can be written there.

    Raises
    ------
    CommsvcError : the ending is unknown, the folder is not there, or it is what is read
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
    if target.exists() and target.resolve() in {Path(source).resolve() for source in sources}:
        raise CommsvcError(
            "this is the file that is audited", where=where, next_step="give another name"
        )
    return target


def write_verdicts(path: Path, rows: Iterable[Row]) -> None:
    """Write verdicts as JSON lines, a JSON array or CSV, by the path's ending.

    The file appears whole or not at all: it is written beside its place and then moved there.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        parts: Iterable[str] = _csv(rows)
    elif suffix == ".json":
        parts = _array(rows)
    else:
        parts = (as_json(_object_of(claim, verdict)) + "\n" for _, claim, verdict in rows)
    # A byte-order mark lets spreadsheets see that a CSV is UTF-8.
    encoding = "utf-8-sig" if suffix == ".csv" else "utf-8"
    # A lone surrogate, which JSON allows, is written as its escape.
    with writing(str(path), encoding, "backslashreplace") as stream:
        stream.writelines(parts)


def write_claims(path: Path, claims: Iterable[Mapping[str, Any]]) -> None:
    """Write claims one a line, to be corrected and audited again."""
    with writing(str(path), "utf-8", "backslashreplace") as stream:
        stream.writelines(as_json(dict(claim)) + "\n" for claim in claims)


def _object_of(claim: Mapping[str, Any], verdict: Mapping[str, Any]) -> dict[str, Any]:
    """A verdict as a line of a file; of a drafted claim, with its place."""
    place = {name: claim[name] for name in ("printed", *PLACE) if name in claim}
    return {**verdict, **place} if "quote" in claim else dict(verdict)


def as_json(value: Any) -> str:
    """A verdict as one line of JSON; decimals as numbers, words in the language in force.

    >>> as_json({"id": Decimal("1.50"), "verdict": "consistent"})
    '{"id": 1.5, "verdict": "consistent"}'
    """
    return _ENCODER.encode(value)


def _default(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_default)


def _array(rows: Iterable[Row]) -> Iterator[str]:
    before = "[\n"
    for _, claim, verdict in rows:
        yield before + as_json(_object_of(claim, verdict))
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def _csv(rows: Iterable[Row]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    columns: Sequence[str] = ()
    for line, claim, verdict in rows:
        if not columns:
            columns = (*COLUMNS, *PLACE) if "quote" in claim else COLUMNS
            writer.writerow(columns)
        cells = {**claim, **cells_of(line, claim, verdict)}
        writer.writerow([safe_cell(cells.get(name)) for name in columns])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    if not columns:
        writer.writerow((*COLUMNS, *PLACE))
    yield buffer.getvalue()


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("-4.0"), safe_cell(["1", "2"])
    ("'=HYPERLINK(1)", '-4.0', '["1", "2"]')
    """
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, tuple):
        return guard("; ".join(str(part) for part in value))
    if isinstance(value, Mapping | list):
        return guard(as_json(value)) if value else ""
    return guard(str(value))
