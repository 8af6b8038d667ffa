"""What columns and the values in them are called, in English and Chinese: labels kept as data.

A data dictionary is a CSV file with a line for a column's heading and one for each value that a
reader shall see in words. Tables and figures are given its `Labels`, so that no heading is spelt
out where a table is shown.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.words.messages import Label, Text, joined, message

Words = Text | str

FIELDS: Final = ("column", "value", "en", "zh")
# Between the parts of a group that was made of several ("served · total").
JOINT: Final = " · "


@dataclass(frozen=True)
class Labels:
    """Headings of columns, words for their values, and how their numbers are written.

    Attributes
    ----------
    headings : column -> words
    values : column -> {value -> words}
    formats : column -> format specification such as ``".1%"``

    Examples
    --------
    >>> built = Label({"en": "built", "zh": "建成"})
    >>> words = Labels({"state": Label({"en": "State"})}, {"state": {"built": built}})
    >>> words.of("state"), words.of("state", "built").text("zh")
    ('State', '建成')
    """

    headings: Mapping[str, Words] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)

    def of(self, column: str, value: Any = None) -> Words:
        """A column's heading, or the words for a value of it.

        Raises
        ------
        CommsvcError : where there is none; those there are, near ones first
        """
        if value is None:
            if column not in self.headings:
                raise unknown_name("heading", column, self.headings)
            return self.headings[column]
        found = self.word(column, value)
        if found is None:
            raise unknown_name("value", str(value), self.values.get(column, {}), where=column)
        return found

    def word(self, column: str, value: Any) -> Words | None:
        """The words for a value; None where there are none.

        A group made of two ("served · total") has the words of both.

        >>> words = Labels(values={"group": {"a": Label({"en": "one"}), "b": message("all")}})
        >>> words.word("group", "a · b"), words.word("group", "c")
        ('one: all', None)
        """
        known = self.values.get(column, {})
        if not isinstance(value, str) or value in known:
            return known.get(str(value))
        parts = [known.get(part) for part in value.split(JOINT)]
        found = [part for part in parts if part is not None]
        if len(found) < max(2, len(parts)):
            return None
        return joined(found, message(": "))

    def also(
        self,
        *,
        headings: Mapping[str, Words] | None = None,
        values: Mapping[str, Mapping[str, Words]] | None = None,
        formats: Mapping[str, str] | None = None,
    ) -> Labels:
        """These labels and more: what a notebook knows only when it runs, or calls otherwise.

        >>> words = Labels(values={"group": {"a": message("one")}})
        >>> words.also(values={"group": {"b": message("two")}}).of("group", "b")
        'two'
        """
        changed = {
            name: {**self.values.get(name, {}), **new} for name, new in (values or {}).items()
        }
        return replace(
            self,
            headings={**self.headings, **(headings or {})},
            values={**self.values, **changed},
            formats={**self.formats, **(formats or {})},
        )


def read_labels(path: str | Path, of: str = "") -> Labels:
    """A data dictionary as labels.

    Parameters
    ----------
    path : a CSV file in UTF-8 with the columns `column`, `value` (empty for the heading of the
        column), `en`, `zh` and, if wanted, `format` (how the column's numbers are written) and
        `of` (whose label it is)
    of : take the labels of this one beside those that belong to all (`of` empty); a label of
        its own takes the place of one for all

    Raises
    ------
    CommsvcError : no such file, a column is lacking, a label is incomplete or given twice

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "labels.csv"
    >>> _ = file.write_text("column,value,en,zh\\nsex,,Sex,性别\\nsex,f,female,女\\n", "utf-8")
    >>> read_labels(file).of("sex", "f").text("zh")
    '女'
    """
    file = Path(path)
    if not file.is_file():
        raise CommsvcError("there is no such file", where=str(path))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for name in FIELDS:
            if name not in (reader.fieldnames or ()):
                raise unknown_name("column", name, reader.fieldnames or (), where=str(path))
        rows = [(f"{path}, line {reader.line_num}", row) for row in reader]
    if of and of not in {row.get("of") for _, row in rows}:
        raise unknown_name("owner of labels", of, {row["of"] for _, row in rows if row.get("of")})
    found: dict[str, Labels] = {}
    for owner in ("", of) if of else ("",):
        found[owner] = _labels([pair for pair in rows if (pair[1].get("of") or "") == owner])
    both = found[""]
    if of:
        own = found[of]
        both = both.also(headings=own.headings, values=own.values, formats=own.formats)
    return both


def _labels(rows: list[tuple[str, dict[str, str]]]) -> Labels:
    headings: dict[str, Words] = {}
    values: dict[str, dict[str, Words]] = {}
    formats: dict[str, str] = {}
    for where, row in rows:
        column, value = row["column"], row["value"]
        if not (column and row["en"] and row["zh"]):
            raise CommsvcError(
                f"the label of {column or 'no column'} is incomplete",
                where=where,
                allowed="a column, and words in en and zh",
            )
        known = values.setdefault(column, {}) if value else headings
        if (value or column) in known:
            raise CommsvcError(f"{column} {value}".strip() + " is labelled twice", where=where)
        known[value or column] = Label({"en": row["en"], "zh": row["zh"]})
        if row.get("format"):
            formats[column] = row["format"]
    return Labels(
        MappingProxyType(headings),
        MappingProxyType({name: MappingProxyType(words) for name, words in values.items()}),
        MappingProxyType(formats),
    )
