"""Templates found in the code, held against the catalogues: what is missing, unused, mismatched."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final

from commsvc.errors import CommsvcError
from commsvc.files import write_atomically
from commsvc.words.languages import LOCALE, SOURCE, known_languages

if TYPE_CHECKING:
    from babel.messages import Catalog

PACKAGE: Final = LOCALE.parent.parent


@dataclass(frozen=True)
class Template:
    """A template as the code has it.

    Attributes
    ----------
    text, plural, context : as given to `message`
    place : file and line
    fields : the names it is given, `None` where they are not written out
    """

    text: str
    plural: str
    context: str
    place: str
    fields: frozenset[str] | None = frozenset()

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: context and text."""
        return self.context, self.text


# What speaks to a reader besides `message`: calls whose first argument is a template, calls that
# show what they are given under names, and those names.
_SAYING: Final = frozenset(("say", "finding", "label"))
_SHOWING: Final = frozenset(
    ("show", "show_table", "show_verdicts", "table", "Basis", "but", "also")
)
_SHOWN: Final = {"source", "values"}.union(
    ("alt", "caption", "columns", "denominator", "design", "fold", "headings", "note")
)


def templates_in(source: str, place: str, *, spoken: bool = False) -> Iterator[Template]:
    """The templates in a piece of Python: the first arguments of calls of `message`.

    Parameters
    ----------
    source : the code
    place : its name
    spoken : those of `say`, `finding` and `label` as well, and the captions, headings and the like
        that `show_table` and others are given, as in a notebook

    Raises
    ------
    CommsvcError : a template that is no constant: no catalogue could have it

    Examples
    --------
    >>> [one.text for one in templates_in('message("{n} rows", n=3)', "a.py")]
    ['{n} rows']
    >>> code = 'show_table(x, caption="Rows", columns={"n": "Number"})'
    >>> [one.text for one in templates_in(code, "a.py", spoken=True)]
    ['Rows', 'Number']
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
        name = name.id if isinstance(name, ast.Name) else name
        where = f"{place}, line {node.lineno}"
        if spoken:
            yield from (Template(text, "", "", where) for text in _shown_by(node, name))
        said = spoken and name in _SAYING and _is_new(node)
        if not (node.args and (name == "message" or said)):
            continue
        given = {k.arg: k.value for k in node.keywords if k.arg in ("plural", "context")}
        text, plural, context = (
            _constant(value, where)
            for value in (node.args[0], given.get("plural"), given.get("context"))
        )
        names = {keyword.arg or "" for keyword in node.keywords}
        yield Template(text, plural, context, where, None if "" in names else frozenset(names))


def _is_new(call: ast.Call) -> bool:
    """Whether `say` has a template: not a text that is there, nor English and Chinese."""
    given = call.args[0] if call.args else None
    return len(call.args) == 1 and isinstance(given, ast.JoinedStr | ast.Constant)


def _shown_by(call: ast.Call, name: object) -> Iterator[str]:
    """The texts among a call's arguments that are shown as they are."""
    if name in _SHOWING:
        shown = [k.value for k in call.keywords if k.arg in _SHOWN]
        for value in [*shown, *(call.args if name == "Basis" else ())]:
            yield from _texts(value)


def _texts(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
        yield value.value
    elif isinstance(value, ast.Dict):
        for inner in value.values:
            yield from _texts(inner)


def _constant(node: ast.expr | None, where: str) -> str:
    if node is None:
        return ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise CommsvcError(
        "a template is made up when the program runs, and no catalogue can have it",
        where=where,
        allowed="a string as it is, with what varies in named fields",
    )


def templates_of_rooms(package: Path = PACKAGE) -> dict[str, list[Template]]:
    """Every room's templates: its folder's name (``commsvc`` for the files at the top) -> them."""
    found: dict[str, list[Template]] = {}
    for file in sorted(package.rglob("*.py")):
        inside = file.relative_to(package)
        room = inside.parts[0] if len(inside.parts) > 1 else package.name
        # What a study shows it says as a notebook does.
        said = templates_in(
            file.read_text(encoding="utf-8"), inside.as_posix(), spoken=room == "study"
        )
        found.setdefault(room, []).extend(said)
    for file in sorted(package.rglob("vocabulary.csv")):
        inside = file.relative_to(package)
        found.setdefault(inside.parts[0], []).extend(_vocabulary(file, inside.as_posix()))
    return {room: templates for room, templates in found.items() if templates}


def _vocabulary(file: Path, place: str) -> Iterator[Template]:
    """The words in a table of them: `en`, with the `column` they stand in as context."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        for row in reader:
            where = f"{place}, line {reader.line_num}"
            yield Template(row["en"], "", row["column"] or "value", where, None)


def fields_of(template: str) -> set[str]:
    """The names of the fields in a template.

    >>> sorted(fields_of("{count:count} of {base} ({share:percent})"))
    ['base', 'count', 'share']
    """
    return {name.split(".")[0].split("[")[0] for _, name, *_ in Formatter().parse(template) if name}


def check_catalogues(
    rooms: dict[str, list[Template]],
    folder: Path = LOCALE,
    languages: Iterable[str] = (),
    files: Iterable[Path] = (),
) -> list[str]:
    """What is wrong with the catalogues, a line each: no translation, no use, other fields.

    Parameters
    ----------
    rooms : name of a catalogue -> the templates that must stand in it or in another room's
    folder : of the languages
    languages : which; by default all but English
    files : the catalogues; by default all in the folder
    """
    faults = []
    for lang in languages or [name for name in known_languages() if name != SOURCE]:
        entries = {f: _entries(f) for f in files or sorted((folder / lang).rglob("*.po"))}
        known = {key: one for found in entries.values() for key, one in found.items()}
        wanted = {one.key: one for templates in rooms.values() for one in templates}
        for key, one in wanted.items():
            forms = known.get(key) or known.get(("", one.text))
            if not forms or not all(forms):
                faults.append(f"{one.place}: no {lang} for {one.text!r}")
            elif one.fields is not None and not all(
                fields_of(form) <= one.fields for form in (one.text, one.plural, *forms)
            ):
                faults.append(f"{one.place}: no such fields in {lang} of {one.text!r}")
        used = wanted.keys() | {("", one.text) for one in wanted.values()}
        for file, found in entries.items():
            faults += [f"{file.name}: nothing says {text!r}" for c, text in found.keys() - used]
    return faults


def update_catalogue(
    file: Path,
    templates: Iterable[Template],
    elsewhere: set[tuple[str, str]],
    lang: str,
    *,
    beside: bool = True,
) -> int:
    """Write a catalogue anew: what is said, in the code's order, with the translations it had.

    Parameters
    ----------
    file : the ``.po`` file; made where there is none
    templates : what the room says
    elsewhere : keys of templates that another catalogue has
    lang : the catalogue's language
    beside : take words from the catalogues beside it, too: a template that moved brings them along

    Returns
    -------
    how many have no translation yet
    """
    from babel.messages import Catalog

    old = {
        key: one
        for f in [*(file.parent.glob("*.po") if beside else ()), file]
        if f.exists()
        for key, one in _entries(f).items()
        if all(one)
    }
    new, missing, done = Catalog(locale=lang), 0, set(elsewhere)
    for one in templates:
        if one.key in done:
            continue
        done.add(one.key)
        forms = old.get(one.key) or ("",) * (new.num_plurals if one.plural else 1)
        missing += not all(forms)
        new.add(
            (one.text, one.plural) if one.plural else one.text,
            forms if one.plural else forms[0],
            context=one.context or None,
        )
    write_atomically(file, catalogue_text(new, lang))
    return missing


def catalogue_text(words: Catalog, lang: str) -> str:
    """A catalogue of a language as the text of its file, the same each time.

    Parameters
    ----------
    words : Babel's catalogue
    lang : its language
    """
    from babel.messages.pofile import write_po

    for entry in words:
        entry.flags.clear()  # what Babel guesses of formats, wrong for a per cent sign
    lines = BytesIO()
    write_po(lines, words, width=0, omit_header=True)
    head = _HEAD.format(lang=lang, plural=words.plural_forms)
    return f"{head}\n{lines.getvalue().decode('utf-8')}".rstrip() + "\n"


_HEAD: Final = """msgid ""
msgstr ""
"Language: {lang}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"
"""


def update_all(package: Path = PACKAGE, folder: Path = LOCALE) -> list[str]:
    """Every room's catalogue of every language written anew; a line for each that lacks words."""
    lines = []
    rooms = templates_of_rooms(package)
    for lang in (name for name in known_languages() if name != SOURCE):
        here = folder / lang / "LC_MESSAGES"
        done: set[tuple[str, str]] = set()
        # A template that several rooms use stands with the first of them; `words` is everybody's.
        for room in sorted(rooms, key=lambda name: (name != "words", name)):
            missing = update_catalogue(here / f"{room}.po", rooms[room], done, lang)
            done |= {one.key for one in rooms[room]}
            if missing:
                lines.append(f"{lang}/{room}.po: {missing} without words")
    return lines


def _entries(file: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    from babel.messages.pofile import read_po

    found = {}
    with file.open("rb") as lines:
        for entry in read_po(lines):
            if entry.id:
                single = entry.id if isinstance(entry.id, str) else entry.id[0]
                forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)
                found[entry.context or "", single] = forms
    return found
