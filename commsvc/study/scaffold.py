"""A folder for a study: the data, a codebook to correct, a notebook that does the rest."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from commsvc.errors import CommsvcError
from commsvc.report.lang import check_language
from commsvc.study.question_words import bullets
from commsvc.study.safe_copy import Copied, copy_data
from commsvc.study.template import study_catalogue, study_notebook
from commsvc.survey.codebook import Codebook
from commsvc.survey.codebook_files import load_codebook, save_codebook
from commsvc.survey.draft import draft_codebook
from commsvc.survey.form_codebooks import is_form
from commsvc.words.messages import Label, Text, message

NOTEBOOK = "study.ipynb"
# The languages that the template has words in, besides English.
TRANSLATED = ("zh",)
_MOST_NAMED = 5
# What no system takes for a file's name, and what shells and addresses stumble over.
_UNUSABLE = re.compile(r"[<>:\"|?*\\\x00-\x1f]|^\.|^-|[. ]$")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)


@dataclass(frozen=True)
class NewStudy:
    """What was made.

    Attributes
    ----------
    folder : the study
    files : what is in it, as seen from there
    done : what was done to the data and what reading decided, in both languages
    doubts : (question, what a person should look at) of the drafted codebook
    """

    folder: Path
    files: tuple[str, ...]
    done: tuple[Text, ...]
    doubts: tuple[tuple[str, Text], ...]


def new_study(
    folder: str | Path,
    data: str | Path,
    *,
    codebook: str | Path | None = None,
    language: str = "both",
    sheet: str | int | None = None,
    encoding: str | None = None,
    keep_private: bool = False,
) -> NewStudy:
    """Make the folder of a study from a questionnaire file.

    In it stand a copy of the data without private columns (`copy_data`), a codebook (drafted, with
    what is uncertain as comments in both languages, or a copy of the one given), the notebook
    `study.ipynb` with its parameters filled in, and a README. The folder can be sent on.

    Parameters
    ----------
    folder : to be made; nothing that is there is ever overwritten
    data : what `commsvc.survey.read_answers` reads
    codebook : one's own, YAML or CSV; checked against the data
    language : of the report: both, en or zh
    sheet, encoding : of the data, as `read_answers` takes them
    keep_private : copy private columns too

    Raises
    ------
    CommsvcError : the folder is there or cannot be named so, the data cannot be read, the codebook
        does not fit. Then nothing has been made
    """
    target = Path(folder)
    check_name(target)
    check_language(language)
    # Everything is made beside the target and moved at the end: all of it stands there or nothing.
    scratch = target.parent / f".{target.name}.{secrets.token_hex(4)}"
    scratch.mkdir()
    try:
        (scratch / "data").mkdir()
        copied = copy_data(
            Path(data),
            scratch / "data",
            sheet=sheet,
            encoding=encoding,
            keep_private=keep_private,
        )
        book, name = _codebook(copied, codebook, scratch)
        values = {
            "data": f"data/{copied.file.name}",
            "codebook": name,
            "language": "" if language == "both" else language,
        }
        _write(scratch / NOTEBOOK, study_notebook(target.name, values))
        for lang in TRANSLATED:
            catalogue = scratch / "locale" / lang / f"{Path(NOTEBOOK).stem}.po"
            catalogue.parent.mkdir(parents=True)
            _write(catalogue, study_catalogue(target.name, lang))
        _write(scratch / "README.md", readme(target.name, copied.file.name, name, copied.done))
        files = sorted(p.relative_to(scratch).as_posix() for p in scratch.rglob("*") if p.is_file())
        if target.exists():
            raise _exists(target)
        os.rename(scratch, target)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    done = (*copied.done, *copied.answers.done)
    return NewStudy(target, tuple(files), done, book.doubts)


def check_name(target: Path) -> None:
    """Refuse a folder that is there, or whose name or place is not usable."""
    name = target.name
    if not name or name == ".." or _UNUSABLE.search(name) or _RESERVED.fullmatch(name):
        raise CommsvcError(
            f"{str(target)!r} is no name for a study",
            allowed='letters (中文 too), digits, - and _; no < > : " | ? * \\, no dot at its ends',
            next_step="commsvc new my-study --data answers.xlsx",
        )
    if target.exists() or target.is_symlink():
        raise _exists(target)
    if not target.parent.is_dir():
        raise CommsvcError(
            f"there is no folder {target.parent}",
            where=str(target),
            next_step="make it first, or name a folder in one that is there",
        )


def _exists(target: Path) -> CommsvcError:
    kind = "folder" if target.is_dir() else "file"
    return CommsvcError(
        f"this {kind} is there already, and nothing is overwritten",
        where=str(target),
        next_step="choose another name, or move it away",
    )


def _codebook(copied: Copied, given: str | Path | None, folder: Path) -> tuple[Codebook, str]:
    """The codebook, and its file's name in the study."""
    if given is None:
        book = draft_codebook(copied.answers)
        return _saved(book, folder), "codebook.yaml"
    book = load_codebook(given)
    if is_form(Path(given)):
        # A form asks more than its answers hold: notes, names, what was hidden.
        return _saved(book.fitted(copied.answers), folder), "codebook.yaml"
    book.check(copied.answers)
    name = f"codebook{Path(given).suffix.lower()}"
    shutil.copyfile(given, folder / name)
    return book, name


def _saved(book: Codebook, folder: Path) -> Codebook:
    """The codebook once it is written; what is written has to read back."""
    file = folder / "codebook.yaml"
    save_codebook(book, file)
    if load_codebook(file) != book:
        raise CommsvcError(
            "the codebook drafted does not read back as it was written",
            where="codebook.yaml",
            next_step="rename the columns with signs that are no letters, or write one by hand",
        )
    return book


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


def readme(title: str, data: str, codebook: str, done: Sequence[Text]) -> str:
    """The study's README, in both languages."""
    said = bullets(done)
    page = Path(__file__).with_name("readme.md").read_text(encoding="utf-8")
    return Template(page).substitute(
        title=title, data=data, codebook=codebook, said_en=said.text("en"), said_zh=said.text("zh")
    )


def summary(study: NewStudy) -> list[str]:
    """What `commsvc new` says at the end, line by line, in the language in force."""
    return [str(line) for line in _lines(study)]


def _doubt(names: list[str], doubt: Text) -> Text:
    """A doubt once, with the questions that have it."""
    if not any(names):
        return message("  ? {doubt}", doubt=doubt)
    shown: list[str | Text] = list(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        shown.append(message("{n} more", n=len(names) - _MOST_NAMED))
    return message("  ? {name}: {doubt}", name=shown, doubt=doubt)


def _lines(study: NewStudy) -> list[Text]:
    lines: list[Text] = [message("made {folder}/", folder=study.folder)]
    lines += [Label({"en": f"  {name}"}) for name in study.files]
    lines += [message("- {line}", line=line) for line in study.done]
    if study.doubts:
        count = len({name for name, _ in study.doubts if name})
        lines.append(
            message(
                "{n} question of the codebook needs a look:",
                plural="{n} questions of the codebook need a look:",
                n=count,
            )
        )
        alike: dict[Text, list[str]] = {}
        for name, doubt in study.doubts:
            alike.setdefault(doubt, []).append(name)
        lines += [_doubt(names, doubt) for doubt, names in alike.items()]
    command = f"commsvc render {shlex.quote(str(study.folder))}"
    page = study.folder / "reports" / "study.html"
    lines.append(message("next: {command}, then open {page}", command=command, page=page))
    return lines
