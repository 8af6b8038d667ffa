"""The command ``commsvc extract``: a page to its repaired text and the table of its figures."""

from __future__ import annotations

import csv
import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from commsvc.errors import CommsvcError
from commsvc.files import interruptible, writing
from commsvc.published.documents import SUFFIXES, Document, documents_in, read_document
from commsvc.published.figures import iter_figures
from commsvc.published.safe_cells import exact_decimal, guard
from commsvc.words.messages import Text, message
from commsvc.words.progress import told, track

if TYPE_CHECKING:
    from commsvc.published.figures import Figure
    from commsvc.published.repair import Edits, Repaired

FIGURES: Final = (
    "report",
    "paragraph",
    "printed",
    "low",
    "high",
    "unit",
    "hedge",
    "kind",
    "role",
    "doubt",
    "start",
    "end",
    "page_start",
    "page_end",
)
EDITS: Final = ("start", "end", "before", "after", "kind", "margin", "alternatives")
# From this many characters on, somebody waits long enough to want to know how far it is.
_LARGE: Final = 2_000_000
_EVERY: Final = 20_000
_SLICE: Final = 1 << 20

Say = Callable[[str], None]


@dataclass(frozen=True)
class Extracted:
    """What was taken from one page.

    Attributes
    ----------
    path : the page's file
    encoding : how its bytes were read
    repaired : what `commsvc.published.repair.repair` returned for its text
    """

    path: Path
    encoding: str
    repaired: Repaired

    def figures(self) -> Iterator[Figure]:
        """The printed figures one by one, in the order of the text."""
        return iter_figures(self.repaired)


def extract(path: str | os.PathLike[str], *, say: Say | None = None) -> tuple[Extracted, ...]:
    """The repaired text and the figures of a page, or of every page in a folder.

    Parameters
    ----------
    path : a text or HTML file, or a folder: then its pages in the order of their names
    say : is told, in one line each, what was found and done

    Returns
    -------
    One `Extracted` for each page.

    Raises
    ------
    CommsvcError
        where a page is missing, empty, binary or in an unknown encoding, or a folder holds no page
    """
    files = track(documents_in(path, SUFFIXES), message("pages"))
    return tuple(_one(file, say or _silent) for file in files)


def run(
    path: str,
    output: str | None = None,
    text: str | None = None,
    edits: str | None = None,
    *,
    out: IO[str] | None = None,
    err: IO[str] | None = None,
) -> int:
    """``commsvc extract PATH [-o FIGURES.csv] [--text TEXT] [--edits EDITS.csv]``.

    Figures go to standard output where no file is named. For a folder, ``output``, ``text`` and
    ``edits`` are folders, and each page gives a file of its own name in them (on standard output
    one table with the page's name before each figure); a page that cannot be read is reported and
    the others are still done. A file is written wholly or not at all, also where the command is
    interrupted or told to end.

    ``start`` and ``end`` of figures count characters of the repaired text; ``page_start`` and
    ``page_end``, and both of edits, those of the page as it was read: a line end is one character,
    and of an HTML page it is the text.

    Returns
    -------
    0, or 2 where something could not be read or written
    """
    out, err = out or sys.stdout, err or sys.stderr

    def say(line: str) -> None:
        print(line, file=err)

    try:
        files = documents_in(path, SUFFIXES)
        _check_targets(files, [t for t in (output, text, edits) if t], folder=Path(path).is_dir())
    except CommsvcError as error:
        say(f"commsvc extract: {error}")
        return 2
    failed, folder = 0, Path(path).is_dir()
    screen = _Screen(out, Path(path) if folder else None)
    for file in files:
        try:
            targets = [output, text, edits]
            if folder:
                targets = _inside(targets, file.relative_to(path))
            with interruptible():
                _write_all(_one(file, say), targets, screen, say)
        except CommsvcError as error:
            say(f"commsvc extract: {error}")
            failed += 1
        except BrokenPipeError:
            return 0
        except KeyboardInterrupt:
            say(f"commsvc extract: stopped at {file}; what is written is whole")
            return 130
    return 2 if failed else 0


@dataclass
class _Screen:
    """Standard output: one table of figures, of the pages of a folder with their names."""

    out: IO[str]
    folder: Path | None
    begun: bool = False

    def write(self, file: Path, rows: Iterable[Sequence[object]]) -> None:
        """Add the figures of a page."""
        columns: tuple[str, ...] = () if self.begun else FIGURES
        if self.folder is not None:
            name = str(file.relative_to(self.folder))
            columns, rows = columns and ("page", *columns), ((name, *row) for row in rows)
        _table(self.out, columns, rows)
        self.begun = True


def _inside(folders: Sequence[str | None], name: Path) -> list[str | None]:
    """The files of one page of a folder, in the folders for figures, text and edits."""
    ends = (".csv", ".txt", ".edits.csv")
    return [f and str(Path(f) / name) + end for f, end in zip(folders, ends, strict=True)]


def _silent(line: str) -> None:
    return None


def _one(file: Path, say: Say) -> Extracted:
    from commsvc.published.repair import UNCERTAIN, repair

    page: Document = read_document(file)
    large = len(page.text) > _LARGE
    if large:
        say(f"{file}: {len(page.text):,} characters, repairing")
    if large and say is not _silent:
        repaired = repair(page.text, progress=_tenths(file, say))
    else:
        with told(message("repairing")) as tell:
            repaired = repair(page.text, progress=tell)
    done = repaired.edits
    counts = ", ".join(f"{n} {kind}" for kind, n in done.counts().items())
    what = f"{len(done)} edits ({counts})" if len(done) else "nothing changed"
    if not len(done) and not repaired.notes:
        what = "no damage found, nothing changed"
    doubtful = sum(1 for _ in done.below(UNCERTAIN))
    if doubtful:
        what += f"; {doubtful} uncertain (margin below {UNCERTAIN:g})"
    say(f"{file}: {page.form}, {page.encoding}; {what}")
    if left := _left(repaired):
        say(f"{file}: not repaired: {left}")
    return Extracted(file, page.encoding, repaired)


def _left(repaired: Repaired) -> str:
    """What is lost for good and what the reader has to decide, counted."""
    found = Counter((note.status, note.kind) for note in repaired.notes)
    found["uncertain", "exchanged words"] = len(repaired.spun)
    lists = {
        status: ", ".join(f"{n} {kind}" for (s, kind), n in found.items() if s == status and n)
        for status in ("lost", "uncertain")
    }
    return "; ".join(f"{listed} ({status})" for status, listed in lists.items() if listed)


def _tenths(file: Path, say: Say) -> Callable[[int, int], None]:
    """Says at each tenth how far a repair is."""
    said = 0

    def progress(done: int, total: int) -> None:
        nonlocal said
        tenth = 10 * done // total
        if tenth > said:
            said = tenth
            say(f"{file}: {10 * tenth} % repaired")

    return progress


def _check_targets(files: Sequence[Path], targets: Sequence[str], *, folder: bool) -> None:
    sources = {f.resolve() for f in files}
    for target in targets:
        place = Path(target)
        if folder and place.exists() and not place.is_dir():
            raise CommsvcError("is a file, and the pages of a folder need a folder", where=target)
        if not folder and place.is_dir():
            raise CommsvcError("is a folder", where=target, allowed="a file to write to")
        if place.resolve() in sources:
            raise CommsvcError(
                "would overwrite the page itself", where=target, next_step="name another file"
            )
    if len({Path(t).resolve() for t in targets}) < len(targets) and not folder:
        raise CommsvcError("the same file is named twice", where=targets[0])


def _write_all(page: Extracted, targets: Sequence[str | None], screen: _Screen, say: Say) -> None:
    output, text, edits = targets
    if text:
        with writing(text) as file:
            # In slices: a file encodes all that it is given at once.
            for at in range(0, len(page.repaired.text), _SLICE):
                file.write(page.repaired.text[at : at + _SLICE])
    if edits:
        with writing(edits) as file:
            _table(file, EDITS, _edit_rows(page.repaired.edits))
    rows = _counted(page, say)
    if output:
        with writing(output) as file:
            _table(file, FIGURES, rows)
    else:
        screen.write(page.path, rows)


def _counted(page: Extracted, say: Say) -> Iterator[tuple[object, ...]]:
    total, number = max(len(page.repaired.text), 1), 0
    for number, q in enumerate(page.figures(), start=1):
        if total > _LARGE and number % _EVERY == 0:
            say(f"{page.path}: {number:,} figures, {100 * q.end // total} % of the text")
        yield tuple(_cell(getattr(q, name)) for name in FIGURES)
    say(f"{page.path}: {number} printed figures")


def _edit_rows(edits: Edits) -> Iterator[tuple[object, ...]]:
    for start, end, before, after, kind, margin, others in edits.rows():
        # A rule that leaves no choice has an infinite margin.
        weight = "" if margin == math.inf else f"{margin:.3f}"
        beside = guard(" | ".join(others)) if others else ""
        yield start, end, guard(before), guard(after), kind, weight, beside


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, Fraction):
        return exact_decimal(value)
    return guard(str(value)) if isinstance(value, str | Text) else value


def _table(file: IO[str], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    if columns:
        writer.writerow(columns)
    writer.writerows(rows)
