"""Times as files have them: ISO with a zone, serials of spreadsheets, 二〇二三年五月一日, 2分."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

_SERIALS: Final = (3653.0, 73050.0)  # a spreadsheet's numbers for 1910 to 2099
_NUMERALS: Final = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_TENS: Final = re.compile(r"([1-9]?)十([1-9]?)")
_DAY: Final = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
    r"(?:[T\s]*(?:(?P<noon>上午|下午|AM|PM)\s*)?(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)"
    r"\s*(?:Z|[+-]\d{2}:?\d{2})?)?",
    re.I,
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FOREIGN: Final = re.compile(
    r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<y>\d{4}|\d{2})"
    r"(?:[,\s]+(?P<time>\d{1,2}:\d{2}(?::\d{2})?)\s*(?P<noon>[AP]M)?)?(?:\s+[A-Z]{2,4})?",
    re.I,
)
_NAMED: Final = re.compile(
    r".*\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b.*", re.I
)
_SPENT: Final = re.compile(
    r"(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟?|min))?\s*(?:(\d+)(?:\.\d+)?\s*(?:秒|s)?)?"
)


def read_time(cell: Any, *, month_first: bool | None = None) -> pd.Timestamp | None:
    """The time that a cell says, at its own clock; None where it says none or may say two.

    Parameters
    ----------
    month_first : how 03/04/2026 is meant; left out, only one that cannot be meant otherwise is read

    Examples
    --------
    >>> read_time("2024-05-01T10:00:00.000+08:00"), read_time("二〇二三年五月一日")
    (Timestamp('2024-05-01 10:00:00'), Timestamp('2023-05-01 00:00:00'))
    >>> read_time("45000"), read_time("03/04/2026"), read_time("31/04/2026")
    (Timestamp('2023-03-15 00:00:00'), None, None)
    """
    if isinstance(cell, pd.Timestamp):
        return cell.tz_localize(None)
    text = str(cell).strip()
    if "年" in text:
        text = _TENS.sub(lambda m: f"{m[1] or 1}{m[2] or 0}", text.translate(_NUMERALS))
    if found := _DAY.fullmatch(text):
        return _stamp(found["y"], found["m"], found["d"], found["time"], found["noon"])
    if found := _COMPACT.fullmatch(text):
        return _stamp(found[1], found[2], found[3], None, None)
    if found := _FOREIGN.fullmatch(text):
        return _foreign(found, month_first)
    if _NAMED.fullmatch(text) and any(c.isdigit() for c in text):
        named = pd.to_datetime(text, errors="coerce")
        return None if pd.isna(named) else named.tz_localize(None)
    return _serial(text)


def _foreign(found: re.Match[str], month_first: bool | None) -> pd.Timestamp | None:
    a, b = int(found["a"]), int(found["b"])
    if month_first is None and a <= 12 and b <= 12 and a != b:
        return None
    first = a <= 12 if month_first is None else month_first
    month, day = (a, b) if first else (b, a)
    year = found["y"] if len(found["y"]) == 4 else f"20{found['y']}"
    return _stamp(year, month, day, found["time"], found["noon"])


def _stamp(y: Any, m: Any, d: Any, time: str | None, noon: str | None) -> pd.Timestamp | None:
    hour, minute, second = ((*map(float, (time or "0").split(":")), 0.0, 0.0))[:3]
    if noon:
        hour = hour % 12 + (12 if noon.lower() in ("下午", "pm") else 0)
    try:
        day = pd.Timestamp(int(y), int(m), int(d))
    except ValueError:
        return None
    if hour >= 24 or minute >= 60 or second >= 61:
        return None
    return day + pd.Timedelta(seconds=int(hour * 3600 + minute * 60 + second))


def _serial(text: str) -> pd.Timestamp | None:
    try:
        days = float(text)
    except ValueError:
        return None
    if not _SERIALS[0] <= days <= _SERIALS[1]:
        return None
    return (pd.Timestamp("1899-12-30") + pd.Timedelta(days=days)).round("s")


def read_times(cells: pd.Series) -> pd.Series:
    """Every time that can be read; NaT elsewhere. 3/4/2026 is read as the column's others tell.

    >>> read_times(pd.Series(["13/04/2026", "03/04/2026", "x"])).tolist()
    [Timestamp('2026-04-13 00:00:00'), Timestamp('2026-04-03 00:00:00'), NaT]
    """
    told = cells.dropna().unique()
    pairs = [found for cell in told if (found := _FOREIGN.fullmatch(str(cell).strip()))]
    late = {place: any(int(found[place]) > 12 for found in pairs) for place in "ab"}
    first = None if late["a"] == late["b"] else late["b"]
    read = {cell: read_time(cell, month_first=first) for cell in told}
    return pd.to_datetime(cells.map(read, na_action="ignore"))


def read_seconds(cell: Any) -> int | None:
    """Seconds from 123秒, 2分3秒, 1小时5分, 1:02:03 or a plain number.

    >>> read_seconds("2分3秒"), read_seconds("1:02:03"), read_seconds("soon")
    (123, 3723, None)
    """
    text = str(cell).strip()
    if re.fullmatch(r"\d{1,3}(?::\d{2}){1,2}", text):
        *hours, minutes, seconds = map(int, text.split(":"))
        return 3600 * (hours[0] if hours else 0) + 60 * minutes + seconds
    found = _SPENT.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    hours_, minutes_, seconds_ = (int(part or 0) for part in found.groups())
    return 3600 * hours_ + 60 * minutes_ + seconds_
