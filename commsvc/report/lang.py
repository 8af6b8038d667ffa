"""Words for a reader as the report's functions take them, and the language they come out in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.labels import Labels
from commsvc.words import languages
from commsvc.words.catalogues import add_catalogues
from commsvc.words.languages import known_languages, language
from commsvc.words.messages import Message, Text, Words, as_text
from commsvc.words.numbers import p_relation, p_value

__all__ = ["language", "p_relation", "p_value", "use_language"]

# What the HTML attribute says: the script matters to screen readers and to the choice of font.
HTML_LANG = {"en": "en", "zh": "zh-Hans"}
EVERY = "both"
# Says which notebook is running; JupyterLab has a name of its own for it.
NOTEBOOK = "COMMSVC_NOTEBOOK"

# A notebook's own words stand beside it, in locale/<language>/<its name>.po.
add_catalogues(
    Path.cwd() / "locale",
    Path(os.environ.get(NOTEBOOK) or os.environ.get("JPY_SESSION_NAME", "")).stem,
)


def check_language(name: str) -> str:
    """The name of a language a report may be asked for in, or an error that lists them.

    >>> check_language("zh"), check_language("both")
    ('zh', 'both')
    """
    if name not in (EVERY, *known_languages()):
        raise CommsvcError(f"no language {name!r}", allowed=", ".join((EVERY, *known_languages())))
    return name


def use_language(name: str) -> None:
    """Choose the language of what a notebook shows from now on.

    Parameters
    ----------
    name : ``"en"``, ``"zh"`` …, or ``"both"`` for the one in force: a page in several languages is
        made by running the notebook in each

    Raises
    ------
    CommsvcError : no such language

    Examples
    --------
    >>> use_language("both")
    """
    if check_language(name) != EVERY:
        languages.use_language(name)


def said(words: Words, lang: str | None = None) -> str:
    """The words in a language, by default the one in force.

    >>> said("census"), said(("sex", "性别"), "zh")
    ('census', '性别')
    """
    return as_text(words).text(lang)


def worded(template: Words, zh: str | None = None, /, **fields: Any) -> Text:
    """What `say` and its like are given, as a text.

    >>> str(worded("{n} of {of}", n=3, of=4))
    '3 of 4'
    """
    if zh is not None:
        return as_text((str(template), zh))
    if not fields or not isinstance(template, str):
        return as_text(template)
    told = {
        name: as_text((one[0], one[1])) if isinstance(one, tuple) and len(one) == 2 else one
        for name, one in fields.items()
    }
    return Message(template, "", "n", "", told)


def label(template: Words, zh: str | None = None, /, sep: str = " ", **fields: Any) -> str:
    """Words on a figure, in the language in force.

    Parameters
    ----------
    template : English, with named fields; a catalogue has it in other languages
    fields : what is put in

    Examples
    --------
    >>> label("share of {n} answers", n=42)
    'share of 42 answers'
    """
    return said(worded(template, zh, **fields))


def in_words(frame: Any, labels: Labels, *columns: str, sep: str = " ") -> Any:
    """The frame for a figure: the values of these columns as labels in the language in force.

    Parameters
    ----------
    frame : a pandas DataFrame
    labels : the data dictionary
    columns : whose values are put into words; a value without words is an error

    Examples
    --------
    >>> import pandas as pd
    >>> from commsvc.labels import Labels
    >>> words = Labels(values={"state": {"built": ("built", "建成")}})
    >>> in_words(pd.DataFrame({"state": ["built"]}), words, "state")["state"].tolist()
    ['built']
    """
    shown = {name: [said(labels.of(name, v)) for v in frame[name]] for name in columns}
    return frame.assign(**shown)


def cell_language(cell: Any) -> str:
    """The language that a cell's tag ``lang-…`` says it is in, empty for a cell in all."""
    tags = cell.get("metadata", {}).get("tags", [])
    return next((code for code in known_languages() if f"lang-{code}" in tags), "")


def pair(words: Words) -> tuple[str, str]:
    """(English, Chinese).

    >>> pair(("census", "普查")), pair("n = 42")
    (('census', '普查'), ('n = 42', 'n = 42'))
    """
    return said(words, "en"), said(words, "zh")


def pairs(frame: Any, *names: str) -> Any:
    """The frame with one column of (English, Chinese) for each pair ``name_en``, ``name_zh``.

    Parameters
    ----------
    frame : a pandas DataFrame with the columns ``name_en`` and ``name_zh`` for every name
    names : the names; the new column stands where ``name_en`` stood and takes the
        place of a column of that name

    Examples
    --------
    >>> import pandas as pd
    >>> pairs(pd.DataFrame({"item_en": ["wording"], "item_zh": ["题目原文"]}), "item")
                      item
    0  (wording, 题目原文)
    """
    for name in names:
        en, zh = f"{name}_en", f"{name}_zh"
        for column in (en, zh):
            if column not in frame.columns:
                raise unknown_name("column", column, frame.columns)
        both = list(zip(frame[en], frame[zh], strict=True))
        rest = frame.assign(**{en: both}).drop(columns=[zh, name], errors="ignore")
        frame = rest.rename(columns={en: name})
    return frame
