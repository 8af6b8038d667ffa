"""Reading a claims file: one JSON object a line; a line that cannot be read stays an error."""

from __future__ import annotations

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Never

from commsvc.errors import CommsvcError
from commsvc.published.claims.verdict import Unreadable


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
        raise Unreadable(
            f"not UTF-8 (byte {error.start + 1})", f"不是 UTF-8 编码（第 {error.start + 1} 个字节）"
        ) from None
    try:
        claim = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"not JSON: {error.msg} (character {error.pos + 1})",
            f"不是合法的 JSON（第 {error.pos + 1} 个字符）",
        ) from None
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("not a claim: nested too deeply", "嵌套过深") from None
    except ValueError:  # an integer of thousands of digits
        raise Unreadable("a number is too long to read", "数字过长") from None
    if not isinstance(claim, dict):
        raise Unreadable(
            f"a {type(claim).__name__}, not an object",
            "不是 JSON 对象",
            allowed="one object a line: {...}",
        )
    return claim


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"the field {twice!r} is given twice", f"字段 {twice} 重复")
    return found


def _constant(name: str) -> Never:
    raise Unreadable(f"{name} is not a number JSON has", f"{name} 不是 JSON 数字")


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_constant=_constant, object_pairs_hook=_object
)
