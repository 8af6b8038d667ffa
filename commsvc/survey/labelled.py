"""SPSS and Stata files: labels, and values the owner declared missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import BLANK, Answers, Level, Question
from commsvc.survey.scales import outside

SPSS = (".sav", ".zsav")
# A Chinese file in a local code page fails at the default; GB18030 holds every Chinese one.
_SECOND_ENCODING = "GB18030"


def read_spss(path: Path, encoding: str | None = None) -> Answers:
    """An SPSS file; needs pyreadstat."""
    try:
        import pyreadstat
    except ImportError as error:
        raise CommsvcError(
            "SPSS files need pyreadstat", where=path.name, next_step="pip install pyreadstat"
        ) from error
    tried = [encoding] if encoding else [None, _SECOND_ENCODING]
    for name in tried:
        try:
            frame, meta = pyreadstat.read_sav(str(path), encoding=name, user_missing=True)
            break
        except (pyreadstat.ReadstatError, UnicodeDecodeError) as error:
            failure = error
    else:
        raise CommsvcError(
            f"cannot be read ({failure})",
            where=path.name,
            next_step="in SPSS, save it again in Unicode (UTF-8), or name its encoding",
        ) from failure
    done = (f"read as {name or meta.file_encoding or 'UTF-8'}", f"{len(frame)} rows")
    sets = {
        column: (set_name, spec)
        for set_name, spec in (getattr(meta, "mr_sets", None) or {}).items()
        for column in spec["variable_list"]
    }
    return _labelled(
        frame,
        dict(meta.column_names_to_labels),
        dict(meta.variable_value_labels),
        {c: list(r) for c, r in (getattr(meta, "missing_ranges", None) or {}).items()},
        sets,
        done,
        path.name,
    )


def read_stata(path: Path) -> Answers:
    """A Stata file, with its extended missing values .a to .z told apart."""
    try:
        with pd.read_stata(path, convert_categoricals=False, iterator=True) as reader:
            frame = reader.read(convert_missing=True)
            names, labels = reader.variable_labels(), reader.value_labels()
            sets = dict(zip(frame.columns, reader._lbllist, strict=True))
    except (ValueError, KeyError) as error:
        raise CommsvcError(f"cannot be read ({error})", where=path.name) from error
    values = {column: labels[sets[column]] for column in frame if sets[column] in labels}
    kinds: dict[str, pd.Series] = {}
    for column in frame:
        coded = frame[column].map(lambda cell: type(cell).__name__ == "StataMissingValue")
        if coded.any():
            kinds[column] = frame[column].where(coded).map(_stata_kind, na_action="ignore")
            plain = frame[column].where(~coded, None)
            frame[column] = pd.to_numeric(plain)
    answers = _labelled(frame, names, values, {}, {}, (f"{len(frame)} rows",), path.name)
    for column, found in kinds.items():
        kind = found.fillna("")
        answers = answers.with_column(column, answers.data[column], kind)
    return answers


def _stata_kind(value: Any) -> str:
    return BLANK if value.string == "." else f"user: {value.string}"


def _labelled(
    frame: pd.DataFrame,
    texts: dict[str, str | None],
    labels: dict[str, dict[Any, str]],
    ranges: dict[str, list[Any]],
    sets: dict[str, tuple[str, dict[str, Any]]],
    done: tuple[str, ...],
    source: str,
) -> Answers:
    """Codes replaced by their labels, declared missing values taken out with their kind."""
    data, kinds, questions = {}, {}, []
    for column in frame:
        known = {key: str(label).strip() for key, label in labels.get(column, {}).items()}
        values, why = _without_declared(frame[column], ranges.get(column, []), known)
        levels = tuple(
            Level(_code(key), label, missing=outside(label))
            for key, label in sorted(known.items(), key=lambda pair: _order(pair[0]))
            if not _declared(key, ranges.get(column, []))
        )
        multiple = column in sets
        if levels and not multiple and values.dropna().isin(list(known)).all():
            values = values.map(known).astype("str")
        elif pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
            values = values.astype("Int64")
        data[column], kinds[column] = values, why
        if not multiple:
            kind = "single" if levels else "text"
            codes = tuple((_code(k), _kind(v)) for k, v in known.items() if _kind(v))
            declared = tuple(pair for pair in codes if pair[0] not in {x.code for x in levels})
            questions.append(
                Question(column, texts.get(column) or "", "", kind, (column,), levels, declared)
            )
    for name in dict.fromkeys(name for name, _ in sets.values()):
        spec = next(spec for other, spec in sets.values() if other == name)
        columns = tuple(spec["variable_list"])
        if spec.get("is_dichotomy"):
            counted = str(spec.get("counted_value"))
            for column in columns:
                ticked = data[column].map(_code, na_action="ignore") == counted
                data[column] = ticked.astype("Int64").where(kinds[column] == "")
            named = tuple(Level(c, texts.get(c) or c) for c in columns)
            questions.append(
                Question(name, spec.get("label") or "", "", "multiple", columns, named)
            )
    missing = {c: why.astype("category") for c, why in kinds.items() if (why != "").any()}
    out = pd.DataFrame(data)
    return Answers(out, pd.DataFrame(missing, index=out.index), tuple(questions), done, source)


def _without_declared(
    values: pd.Series, ranges: list[Any], labels: dict[Any, str]
) -> tuple[pd.Series, pd.Series]:
    empty = values.isna() | (values.map(lambda cell: isinstance(cell, str) and not cell.strip()))
    why = pd.Series("", index=values.index, dtype=object).mask(empty, BLANK)
    declared = values.map(lambda cell: _declared(cell, ranges)) & ~empty
    named = values[declared].map(lambda cell: _kind(labels.get(cell, "")) or f"user: {_code(cell)}")
    why[declared] = named
    return values.mask(declared | empty), why


def _kind(label: str) -> str:
    """The kind a missing value's label names; "user: …" where it is one of the owner's own."""
    return outside(label) or (f"user: {label}" if label else "")


def _declared(value: Any, ranges: list[Any]) -> bool:
    for pair in ranges:
        low, high = (pair["lo"], pair["hi"]) if isinstance(pair, dict) else (pair, pair)
        if isinstance(value, str) == isinstance(low, str) and low <= value <= high:
            return True
    return False


def _code(key: Any) -> str:
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)


def _order(key: Any) -> tuple[int, float, str]:
    return (0, float(key), "") if isinstance(key, (int, float)) else (1, 0.0, str(key))
