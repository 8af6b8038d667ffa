"""Messages: an English template with named fields, put into a reader's language when shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import total_ordering
from numbers import Real
from string import Formatter
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.words.catalogues import catalogue
from commsvc.words.languages import SOURCE, language


@total_ordering
class Text:
    """Words for a reader that know themselves in every language.

    ``str()``, ``print`` and frames show them in the language in force, `text` in one asked for.
    Compared, sorted or looked up they are their English, so that ``note == "outside the base"``
    is true in any language.
    """

    __slots__ = ()

    def text(self, lang: str | None = None) -> str:
        """The words in a language (a code such as ``"zh"``); by default the one in force."""
        raise TypeError("a kind of text says how it is written")

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return repr(self.text(SOURCE))

    def __format__(self, spec: str) -> str:
        return format(self.text(), spec)

    def __bool__(self) -> bool:
        return bool(self.text(SOURCE))

    def __contains__(self, part: str) -> bool:
        return part in self.text(SOURCE)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Text):
            return self.text(SOURCE) == other.text(SOURCE)
        return self.text(SOURCE) == other if isinstance(other, str) else NotImplemented

    def __lt__(self, other: object) -> bool:
        if isinstance(other, Text | str):
            return self.text(SOURCE) < text_of(other, SOURCE)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.text(SOURCE))


class Message(Text):
    """A template with its fields; made by `message`."""

    __slots__ = ("context", "fields", "number", "plural", "template")

    def __init__(
        self, template: str, plural: str, number: str, context: str, fields: Mapping[str, Any]
    ) -> None:
        self.template, self.plural, self.number = template, plural, number
        self.context, self.fields = context, dict(fields)

    def text(self, lang: str | None = None) -> str:
        """The template of the language with the fields put in.

        >>> message("{n} people", n=message("no")).text("en")
        'no people'
        """
        lang = lang or language()
        number = self.fields[self.number] if self.plural else None
        template = catalogue(lang).find(self.template, number, self.context)
        if template is None:
            template = self.template if number in (None, 1) else self.plural
        return compose(template, self.fields, lang)


class Label(Text):
    """Somebody's own words, in the languages they were written in.

    Parameters
    ----------
    written : language -> words; a reader of another language sees the first there is

    Examples
    --------
    >>> sex = Label({"zh": "性别"})
    >>> sex.text("zh"), sex.text("en")
    ('性别', '性别')
    """

    __slots__ = ("written",)

    def __init__(self, written: Mapping[str, str]) -> None:
        self.written = {lang: words for lang, words in written.items() if words}

    def text(self, lang: str | None = None) -> str:
        """The words in a language, else in the first language there is."""
        if (lang or language()) in self.written:
            return self.written[lang or language()]
        return next(iter(self.written.values()), "")


class _Joined(Text):
    __slots__ = ("between", "parts")

    def __init__(self, parts: Iterable[Text | str], between: Text | str) -> None:
        self.parts, self.between = tuple(parts), between

    def text(self, lang: str | None = None) -> str:
        lang = lang or language()
        return text_of(self.between, lang).join(text_of(part, lang) for part in self.parts)


# Words for a reader: a text; a string, looked up in the catalogues; or, the old way, (en, zh).
Words = str | tuple[str, str] | Text


def message(
    template: str, /, *, plural: str = "", number: str = "n", context: str = "", **fields: Any
) -> Message:
    """Words for a reader: an English template, put into other languages by the catalogues.

    Parameters
    ----------
    template : English, with fields in braces as in `str.format`. A field may be a text of its own,
        a list (joined by the language's comma), or a number with one of the specifications of
        `commsvc.words.numbers` (``{share:percent}``, ``{p:p}``, ``{n:count}``) or of Python
        (``{x:.2f}``)
    plural : the template for more than one, where English needs it
    number : the field that decides between the two
    context : tells this use of a short word from another
    fields : what is put in

    Examples
    --------
    >>> said = message("{n} row was read", plural="{n} rows were read", n=60)
    >>> print(said)
    60 rows were read
    >>> message("outside the base").text("zh")
    '不计入分母'
    """
    return Message(template, plural, number, context, fields)


def joined(parts: Iterable[Text | str], between: Text | str | None = None) -> Text:
    """Several texts as one, with the language's own sign between; empty and repeated ones left out.

    >>> joined([message("outside the base"), "", "x < 3"]).text("zh")
    '不计入分母；x < 3'
    """
    kept = dict.fromkeys(part for part in parts if part)
    return _Joined(kept, message("; ") if between is None else between)


def as_text(words: Words) -> Text:
    """Words as a text that knows itself in every language.

    >>> as_text("Contents").text("zh"), as_text(("sex", "性别")).text("zh")
    ('目录', '性别')
    """
    if isinstance(words, Text):
        return words
    if isinstance(words, str):
        # Drawn from where it stands: a notebook's cell, or a file of words.
        return Message(words, "", "n", "", {})
    if _is_pair(words):
        return Label({"en": words[0], "zh": words[1]})
    raise CommsvcError(f"{words!r} is not words for a reader", allowed="a string or a message")


def _is_pair(words: Any) -> bool:
    """Whether this is (English, Chinese)."""
    return (
        isinstance(words, tuple | list)
        and len(words) == 2
        and all(isinstance(one, str) for one in words)
    )


def text_of(words: object, lang: str | None = None) -> str:
    """Anything in the words of a language: a text composed, all else as `str` has it.

    >>> text_of("Q1"), text_of(message("outside the base"), "zh")
    ('Q1', '不计入分母')
    """
    return words.text(lang) if isinstance(words, Text) else str(words)


def as_strings(frame: Any, lang: str | None = None) -> Any:
    """A frame with its texts as strings, for files and engines that know no texts.

    Parameters
    ----------
    frame : a pandas DataFrame, such as every result of commsvc
    lang : the language of the strings; by default the one in force

    Examples
    --------
    >>> import pandas as pd
    >>> as_strings(pd.DataFrame({"note": [message("outside the base")]}), "zh")["note"].tolist()
    ['不计入分母']
    """
    texts = [name for name in frame if any(isinstance(cell, Text) for cell in frame[name])]
    said = {
        name: [text_of(x, lang) if isinstance(x, Text) else x for x in frame[name]]
        for name in texts
    }
    return frame.assign(**said)


class _Fields(Formatter):
    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        from commsvc.words.numbers import SPECIFICATIONS, true_minus

        if format_spec in SPECIFICATIONS:
            return SPECIFICATIONS[format_spec](value)
        if isinstance(value, Text):
            return format(value.text(self.lang), format_spec)
        if isinstance(value, list | tuple):
            return _Joined(value, _COMMA).text(self.lang)
        text = format(value, format_spec)
        return true_minus(text) if isinstance(value, Real) else text


_COMMA: Final = message(", ")


def compose(template: str, fields: Mapping[str, Any], lang: str) -> str:
    """A template with its fields put in, texts among them in the language.

    One without fields stays as it is: its braces may be LaTeX's.

    >>> compose("{p:p}, {names}", {"p": 0.00002, "names": ["a", "b"]}, "en")
    '< 0.001, a, b'
    """
    return _Fields(lang).vformat(template, (), fields) if fields else template
