"""Who a respondent is stays out of the analysis: columns that tell are hidden on reading."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.survey.answers import Answers, Question
from commsvc.survey.headers import parse_header
from commsvc.survey.lexicon import lexicon
from commsvc.survey.personal import MASKS, mask, mask_frame, personal_kind
from commsvc.words.messages import Text, message

PRIVATE_MODES: Final = ("default", "drop", "hash", "keep")
KIND_WORDS: Final = {
    "ip": message("IP address"),
    "phone": message("phone"),
    "id number": message("id number"),
    "name": message("name"),
    "address": message("address or e-mail"),
    "account": message("account"),
    "device": message("device"),
    "location": message("place on the map"),
    "birth date": message("date of birth"),
}
_NAMED: Final = [
    (row["kind"], re.compile(row["pattern"], re.I)) for row in lexicon("private_headers")
]
# A question about a number, whose answers are no numbers: 是否愿意留下联系方式.
_ASKS: Final = re.compile(
    r"是否|有没有|愿意|能否|吗|满意|知道|了解|方便|"
    r"\b(do|would|are|have|did|can|how) you\b|satisf|prefer",
    re.I,
)
# What questionnaires ask about without asking for it: which device, which account.
_MAY_BE_ASKED: Final = ("device", "account", "location", "phone")
_MOST_ANSWERS: Final = 12
_SHARE_OF_CELLS: Final = 0.5
_SAMPLE: Final = 500
# Chinese names, under whatever header: one of the hundred-odd commonest surnames (together over
# 85 % of people) and one to three characters, hardly one twice. 户主 may hold them; places end
# otherwise.
_CHINESE_NAME: Final = re.compile(lexicon("names")[0]["pattern"])
_PERSON: Final = re.compile(lexicon("names")[1]["pattern"])
_SHARE_OF_NAMES: Final = 0.8
_SHARE_OF_PHONES: Final = 0.1
_FEWEST_NAMES: Final = 5
_DIGITS: Final = re.compile(r"[+(]?\d[\d ().-]{6,18}\d")
_DATE: Final = re.compile(
    r"(?:18|19|20)\d\d\D{0,2}\d{1,2}\D{0,2}\d{1,2}\D*|\d{1,2}\D\d{1,2}\D\d{2,4}"
)


def private_kind(header: str, cells: Iterable[Any]) -> str:
    """What a column tells of a person: ip, phone, id number, name, address, account, device,
    location, birth date; or "".

    >>> private_kind("1、手机部数", pd.Series(["1部"])), private_kind("2、手机号", pd.Series([""]))
    ('', 'phone')
    >>> private_kind("备注", pd.Series(["13800138000"]))
    'phone'
    """
    title = _title(header)
    filled = [text for cell in cells if (text := str(cell).strip())]
    named = next((kind for kind, words in _NAMED if words.fullmatch(title)), "")
    if kind := _kind_of_cells(filled, named):
        return kind
    if named and not _is_choice(named, title, filled):
        return named
    return "name" if _are_names(title, filled) else ""


def _title(header: str) -> str:
    text = parse_header(header).text or header
    # What was masked in a header is no word of it.
    for masked in MASKS.values():
        text = text.replace(masked, "")
    text = re.sub(
        r"^(?:your|您的|您|你的|请填写|please (?:enter|give|provide)(?: your)?)\s*",
        "",
        text,
        flags=re.I,
    )
    # RecipientLastName, last_name: words run together.
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|_+", " ", text)
    return text.strip().rstrip("：:*?？ ")


def _kind_of_cells(filled: list[str], named: str) -> str:
    """What most cells are, by their form alone."""
    some = filled[:_SAMPLE]
    read = {cell: personal_kind(cell) for cell in set(some)}
    counts = Counter(kind for cell in some if (kind := read[cell]))
    if counts.total() > _SHARE_OF_CELLS * len(some):
        return counts.most_common(1)[0][0]
    if named != "phone" and counts["phone"] <= _SHARE_OF_PHONES * len(some):
        return ""
    # A phone whose leading zero a spreadsheet took, among others.
    return "phone" if _share(some, _DIGITS) > _SHARE_OF_CELLS and 2 * len(read) > len(some) else ""


def _share(cells: list[str], form: re.Pattern[str]) -> float:
    """The share of cells of a form, 0 of none."""
    return sum(bool(form.fullmatch(cell)) for cell in cells) / max(len(cells), 1)


def _is_choice(kind: str, title: str, filled: list[str]) -> bool:
    """Whether a question about an address or a number is answered by words, or is a measure."""
    if kind == "birth date":
        return _share(filled, _DATE) <= _SHARE_OF_CELLS
    different = set(filled)
    if len(different) > _MOST_ANSWERS:
        return False
    repeated = len(filled) > _FEWEST_NAMES and len(different) * 3 <= len(filled)
    words = not any(c.isdigit() for cell in different for c in cell)
    return bool(_ASKS.search(title)) or (words and repeated and kind in _MAY_BE_ASKED)


def _are_names(title: str, filled: list[str]) -> bool:
    """Whether cells are people's names: hardly one twice, or under a word for a person."""
    different = len(set(filled))
    if different < _FEWEST_NAMES:
        return False
    if _PERSON.fullmatch(title):
        return _share(filled, _CHINESE_NAME) > _SHARE_OF_CELLS
    unlike = different > _SHARE_OF_NAMES * len(filled)
    return unlike and _share(filled, _CHINESE_NAME) > _SHARE_OF_NAMES


def private_columns(frame: pd.DataFrame, texts: Mapping[str, str | None]) -> dict[str, str]:
    """Which columns tell who somebody is: column -> kind, by name, label or cells.

    Parameters
    ----------
    frame : cells as text or values
    texts : labels of columns, where there are any

    Examples
    --------
    >>> private_columns(pd.DataFrame({"v1": ["x"], "v2": ["y"]}), {"v1": "您的姓名"})
    {'v1': 'name'}
    """
    found = {}
    for column in frame:
        cells = as_text(frame[column]).tolist()
        if not any(cells):
            continue
        for title in dict.fromkeys([str(column), texts.get(str(column)) or str(column)]):
            if kind := private_kind(title, cells):
                found[str(column)] = kind
                break
    return found


def as_text(cells: pd.Series) -> pd.Series:
    """Values as they would be typed, "" for none.

    >>> as_text(pd.Series([1.0, None])).tolist()
    ['1', '']
    """
    if pd.api.types.is_string_dtype(cells) and not cells.hasnans:
        return cells.astype(object)
    return cells.astype(object).map(_typed)


def _typed(cell: Any) -> str:
    if cell is None or cell is pd.NA or cell is pd.NaT or cell != cell:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def numbered(cells: pd.Series) -> pd.Series:
    """Addresses as running numbers in text, in the order in which they appear, None for none.

    >>> numbered(pd.Series(["10.0.0.1(a)", "", "10.0.0.1(b)"])).tolist()
    ['1', None, '1']
    """
    text = as_text(cells)
    address = text.str.replace(r"[(（].*$", "", regex=True).str.strip()
    codes, _ = pd.factorize(address.where(address != ""))
    return pd.Series([str(code + 1) if code >= 0 else None for code in codes], cells.index, object)


def hide_private(
    frame: pd.DataFrame,
    mode: str = "default",
    salt: str = "",
    texts: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """The frame without what tells who somebody is, and what was done.

    Parameters
    ----------
    frame : cells as text or values
    mode : "default" drops the columns, but numbers the IP addresses in the order they appear, so
        that two answers from one address can still be seen; "drop" drops all; "hash" keeps them as
        keyed hashes, so that two files can be linked; "keep" leaves them, and says so. In what is
        left, what tells of persons inside longer texts is masked, but for "keep"
    salt : secret of "hash". An unkeyed hash of an address or a phone number is undone by trying
        all of them in seconds, so there is none
    texts : labels of columns, where there are any

    Examples
    --------
    >>> hidden, done = hide_private(pd.DataFrame({"姓名": ["a"], "来自IP": ["1.2.3.4(x)"]}))
    >>> hidden.to_dict("list"), len(done)
    ({'来自IP': ['1']}, 2)
    """
    if mode not in PRIVATE_MODES:
        raise unknown_name("treatment of private columns", mode, PRIVATE_MODES)
    if mode == "hash" and len(salt) < 8:
        raise CommsvcError(
            "hashes need a secret",
            allowed="salt of 8 characters or more",
            next_step="keep it apart from the data, and use the same one to link two files",
        )
    found = private_columns(frame, texts or {})
    done = tuple(_said(column, kind, mode) for column, kind in found.items())
    if mode == "keep":
        return frame, done
    gone = [c for c, kind in found.items() if mode != "hash" and (kind != "ip" or mode == "drop")]
    changed = {
        c: numbered(frame[c])
        if mode != "hash"
        else as_text(frame[c]).map(lambda x: _hashed(x, salt))
        for c in found
        if c not in gone
    }
    # An empty cell stays what it was: "" in a table of text, missing elsewhere.
    changed = {
        c: v.where(v.notna() & (v != ""), frame[c].where(as_text(frame[c]) == ""))
        for c, v in changed.items()
    }
    kept, masked = mask_frame(frame.drop(columns=gone).assign(**changed))
    return kept, (*done, *(said_masked(column, count) for column, count in masked.items()))


def hide_in_answers(answers: Answers, mode: str, salt: str) -> Answers:
    """Answers of a file that has types without what tells who somebody is."""
    texts = {q.columns[0]: q.text for q in answers.questions if len(q.columns) == 1}
    frame, done = hide_private(answers.data, mode, salt, texts)
    gone = [c for c in answers.data if c not in frame]
    questions = tuple(q for q in answers.questions if not set(q.columns) & set(gone))
    if mode != "keep":
        questions = tuple(masked_question(q) for q in questions)
    if answers.n and frame.shape[1] == 0:
        raise nothing_left(answers.source)
    return replace(
        answers,
        data=frame,
        missing=answers.missing.drop(columns=gone, errors="ignore"),
        questions=questions,
        done=(*answers.done, *done),
    )


def nothing_left(source: str) -> CommsvcError:
    """That nothing is left once private columns are hidden."""
    return CommsvcError(
        "every column tells who somebody is, and none is left to analyse",
        where=source,
        next_step="take the file with the answers, or keep the columns: private='keep'",
    )


def masked_question(question: Question) -> Question:
    """A question whose text and labels tell of nobody."""
    levels, items = (
        tuple(
            replace(x, zh=mask(x.zh), en=mask(x.en), also=tuple(map(mask, x.also))) for x in parts
        )
        for parts in (question.levels, question.items)
    )
    missing = tuple((code, mask(kind)) for code, kind in question.missing)
    return replace(question, text=mask(question.text), levels=levels, items=items, missing=missing)


def said_masked(column: str, count: int) -> Text:
    """That so many cells of a column had something to mask."""
    return message(
        "column {column!r}: phone or identity numbers or e-mail addresses masked in {n} text",
        plural="column {column!r}: phone or identity numbers or e-mail addresses "
        "masked in {n} texts",
        column=column,
        n=count,
    )


def _said(title: str, kind: str, mode: str) -> Text:
    if mode == "keep":
        done = message("kept as asked")
    elif mode == "hash":
        done = message("replaced by keyed hashes")
    elif kind == "ip" and mode == "default":
        done = message("addresses replaced by running numbers")
    else:
        done = message("dropped")
    return message(
        "column {title!r} holds {kind}: {done}",
        title=mask(title),
        kind=KIND_WORDS[kind],
        done=done,
    )


def _hashed(cell: str, salt: str) -> str:
    if cell == "":
        return ""
    return hashlib.blake2b(cell.strip().encode(), key=salt.encode()[:64], digest_size=8).hexdigest()
