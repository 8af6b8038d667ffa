"""The language a report is made in, and words that exist in two."""

from __future__ import annotations

import os
from collections.abc import Iterator
from html import escape
from typing import Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.labels import Labels
from commsvc.words.messages import Text

# Words for a reader: one string for both languages, or (English, Chinese).
Words = str | tuple[str, str] | Text

LANGUAGES = ("both", "en", "zh")
# What the HTML attribute says: the script matters to screen readers and to the choice of font.
HTML_LANG = {"en": "en", "zh": "zh-Hans"}


def check_language(name: str) -> str:
    """The name of a language setting, or an error that lists those there are.

    >>> check_language("zh")
    'zh'
    """
    if name not in LANGUAGES:
        raise CommsvcError(f"no language {name!r}", allowed=", ".join(LANGUAGES))
    return name


# What `use_language` was told last; the environment, which `commsvc render` sets, comes first.
_chosen = {"language": "both"}


def language() -> str:
    """The language of the report being made: ``"both"``, ``"en"`` or ``"zh"``.

    ``commsvc render --lang`` tells the kernel by the environment variable ``COMMSVC_LANG``; where
    it says nothing or "both", what `use_language` was told counts.

    >>> language() in ("both", "en", "zh")
    True
    """
    told = check_language(os.environ.get("COMMSVC_LANG") or "both")
    return _chosen["language"] if told == "both" else told


def use_language(name: str) -> None:
    """Choose the language of the notebook's output; a render in one language keeps its own.

    Parameters
    ----------
    name : ``"both"``, ``"en"`` or ``"zh"``. A notebook with the parameter `language` is rendered
        in that language as a whole

    Examples
    --------
    >>> use_language("zh")
    >>> label("satisfied", "满意")
    '满意'
    >>> use_language("both")
    """
    _chosen["language"] = check_language(name)


def pair(words: Words) -> tuple[str, str]:
    """(English, Chinese); a single string stands for both.

    >>> pair(("census", "普查")), pair("n = 42")
    (('census', '普查'), ('n = 42', 'n = 42'))
    """
    if isinstance(words, Text):
        return words.text("en"), words.text("zh")
    if isinstance(words, str):
        return words, words
    if isinstance(words, (tuple, list)) and len(words) == 2:
        return str(words[0]), str(words[1])
    raise CommsvcError(f"{words!r} is not words for a reader", allowed="a string or (en, zh)")


def label(en: str, zh: str, sep: str = " ") -> str:
    """A label for a figure in the report's language; in both, the Chinese comes first.

    >>> label("satisfied", "满意")
    '满意 satisfied'
    """
    chosen = language()
    if chosen == "both":
        return zh + sep + en if zh != en else en
    return en if chosen == "en" else zh


def in_words(frame: Any, labels: Labels, *columns: str, sep: str = " ") -> Any:
    """The frame for a figure: the values of these columns as labels in the report's language.

    Parameters
    ----------
    frame : a pandas DataFrame
    labels : the data dictionary
    columns : whose values are put into words; a value without words is an error
    sep : what stands between the languages, as in `label`

    Examples
    --------
    >>> import pandas as pd
    >>> from commsvc.labels import Labels
    >>> words = Labels(values={"state": {"built": ("built", "建成")}})
    >>> in_words(pd.DataFrame({"state": ["built"]}), words, "state")["state"].tolist()
    ['建成 built']
    """
    said = {name: [label(*labels.of(name, v), sep=sep) for v in frame[name]] for name in columns}
    return frame.assign(**said)


def parts(words: Words) -> Iterator[tuple[str, str]]:
    """The (language, text) pairs to show: language ``""`` where both languages say the same."""
    en, zh = pair(words)
    chosen = language()
    if en == zh:
        yield "", en
        return
    if chosen in ("both", "en"):
        yield "en", en
    if chosen in ("both", "zh"):
        yield "zh", zh


def spans(words: Words) -> str:
    """The words as escaped HTML, each language in a ``<span lang>`` of its own.

    >>> spans("a < b"), spans(("sex", "性别"))
    ('a &lt; b', '<span lang="en">sex</span> <span lang="zh-Hans">性别</span>')
    """
    return " ".join(
        f'<span lang="{HTML_LANG[code]}">{escape(text)}</span>' if code else escape(text)
        for code, text in parts(words)
    )


def plain(words: Words, sep: str = " ") -> str:
    """The words as plain text in the report's language.

    >>> plain(("sex", "性别"))
    '性别 sex'
    """
    return sep.join(reversed([text for _, text in parts(words)]))


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
