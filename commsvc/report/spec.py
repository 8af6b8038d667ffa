"""A table as it will be shown: an immutable description, and the forms it takes.

Like great_tables' it is a specification that is rendered once; LaTeX is pandas' Styler's. The
form for a page is our own because neither of them gives at once what it needs: the words of a cell
in two languages, each marked as such; headings of rows and a caption for those who hear the page;
the same bytes each time (both put in random ids unless told otherwise); and few of them. A table
of three rows takes 0.5 kB here, 1.3 kB with Styler, 9.5 kB with great_tables 1.1, which repeats its
style sheet, and a page of fifteen tables has 200 kB in all. Neither sets Chinese under Chinese in a
terminal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from commsvc.report.basis import join_details
from commsvc.report.figures import caption_html
from commsvc.report.lang import Words, pair, parts, plain, said, spans
from commsvc.report.lines import columns_text, width, wrap
from commsvc.report.markdown import scroll_box
from commsvc.words.messages import Text, message

# The name of a column as programs write it: words for a reader were forgotten.
_PROGRAMMED = re.compile("[a-z][a-z0-9]*_[a-z0-9_]*|[a-z]{3,}")
# A column with a cell of more characters than this gets room for them, on a phone too.
WORDY = 45
_SCREEN = 100  # letters of a line in a terminal


@dataclass(frozen=True)
class Column:
    """One column: its heading and its cells, already in words.

    Attributes
    ----------
    heading : its own
    cells : a cell a row
    numeric : whether it stands like numbers, to the right
    over : the heading it shares with its neighbours, empty for none
    marks : the mark of a note beside each cell; empty for none at all
    """

    heading: Words
    cells: tuple[Words, ...]
    numeric: bool = False
    over: Words = ""
    marks: tuple[str, ...] = ()

    @property
    def wordy(self) -> bool:
        """Whether some cell is so long that it needs room."""
        return any(len(text) > WORDY for cell in self.cells for text in pair(cell))

    def mark(self, row: int) -> str:
        """The mark beside a cell."""
        return self.marks[row] if self.marks else ""


@dataclass(frozen=True, repr=False)
class Table:
    """A table for readers. Showing it changes nothing, and it can be shown in every form.

    Attributes
    ----------
    columns : from left to right
    caption : what it shows; may be empty in a cell of one's own
    details : source, n, denominator, design
    notes : lines under it
    fold : words under which a page folds it away; empty for an open table
    """

    columns: tuple[Column, ...]
    caption: Words = ""
    details: tuple[Text, ...] = ()
    notes: tuple[Words, ...] = ()
    fold: Words = ""

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.columns[0].cells) if self.columns else 0

    def html(self) -> str:
        """The table for a page, in the report's language; the same data give the same bytes."""
        body = []
        for row in range(self.rows):
            line = []
            for position, column in enumerate(self.columns):
                cell = spans(column.cells[row]) + _sup(column.mark(row))
                if position == 0 and not column.numeric:
                    line.append(f'<th scope="row">{cell}</th>')
                else:
                    line.append(f"<td{_class(column.numeric)}>{cell}</td>")
            body.append(f"<tr>{''.join(line)}</tr>")
        caption = caption_html(self.caption, list(self.details))
        if not any(pair(self.caption)) and not self.details:
            caption = ""
        table = (
            f'<table class="commsvc-table">{f"<caption>{caption}</caption>" if caption else ""}'
            f"<thead>{self._head()}</thead><tbody>{''.join(body)}</tbody>{self._foot()}</table>"
        )
        # The box a table scrolls in has a name, for those who hear the page.
        box = scroll_box(table, said(self.caption) or said(message("Table")))
        if not said(self.fold):
            return box
        return f'<details class="fold"><summary>{spans(self.fold)}</summary>{box}</details>'

    def _head(self) -> str:
        def own(column: Column, span: str = "") -> str:
            kind = _class(column.numeric, column.wordy)
            return f'<th scope="col"{span}{kind}>{spans(column.heading)}</th>'

        if not self.grouped:
            return f"<tr>{''.join(map(own, self.columns))}</tr>"
        upper, lower = [], []
        for over, columns in self.groups():
            if any(pair(over)):
                upper.append(f'<th scope="colgroup" colspan="{len(columns)}">{spans(over)}</th>')
                lower += [own(column) for column in columns]
            else:
                upper += [own(column, ' rowspan="2"') for column in columns]
        return f"<tr>{''.join(upper)}</tr><tr>{''.join(lower)}</tr>"

    def _foot(self) -> str:
        shown = [spans(note) for note in self.notes if any(pair(note))]
        cell = f'<td class="text" colspan="{len(self.columns)}">'
        return (
            f"<tfoot>{''.join(f'<tr>{cell}{n}</td></tr>' for n in shown)}</tfoot>" if shown else ""
        )

    @property
    def grouped(self) -> bool:
        """Whether some columns share a heading."""
        return any(any(pair(column.over)) for column in self.columns)

    def groups(self) -> list[tuple[Words, list[Column]]]:
        """The columns in runs that share a heading."""
        return [(over, list(run)) for over, run in groupby(self.columns, lambda c: c.over)]

    def text(self) -> str:
        """The table for a terminal: columns under each other, in Chinese too."""
        right = [column.numeric for column in self.columns]
        rows = [[_lines(column.heading) for column in self.columns]]
        for row in range(self.rows):
            cells = []
            for column in self.columns:
                mark = f" ({column.mark(row)})" if column.mark(row) else ""
                cells.append(wrap(plain(column.cells[row]) + mark, WORDY))
            rows.append(cells)
        lines = columns_text(rows, right)
        rule = "─" * max(map(width, lines), default=0)
        # The heading has as many lines as its longest cell.
        head = max((heading.count("\n") for heading in rows[0]), default=0) + 1
        above = [*self._over_text(rows, right), *lines[:head]]
        captions = [text for _, text in parts(self.caption) if text]
        below = [text for note in self.notes for _, text in parts(note) if text]
        if self.details:
            below += [text for _, text in parts(join_details(list(self.details)))]
        return "\n".join(
            [
                *(wrap(line, _SCREEN) for line in captions),
                *above,
                rule,
                *lines[head:],
                *([rule] if below else []),
                *(wrap(line, _SCREEN) for line in below),
            ]
        )

    def _over_text(self, rows: list[list[str]], right: Sequence[bool]) -> list[str]:
        """The shared headings, each over the first of its columns."""
        if not self.grouped:
            return []
        sizes = [
            max(width(line) for row in rows for line in row[i].split("\n"))
            for i in range(len(right))
        ]
        line, at, position = "", 0, 0
        for over, columns in self.groups():
            apart = 2 if line.strip() else 0
            line += " " * max(position - width(line), apart) + plain(over)
            position += sum(sizes[at : at + len(columns)]) + 2 * len(columns)
            at += len(columns)
        return [line.rstrip()]

    def latex(self, label: str = "", lang: str | None = None) -> str:
        """The table for a LaTeX paper; see `commsvc.report.export.latex`."""
        from commsvc.report.export import latex

        return latex(self, label, lang)

    def word(self, lang: str | None = None) -> str:
        """The table for Word; see `commsvc.report.export.word`."""
        from commsvc.report.export import word

        return word(self, lang)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html() + JUPYTER

    def bundle(self) -> tuple[dict[str, str], dict[str, Any]]:
        """What a cell puts out: the forms, and what a page has to know of the table."""
        about = {
            "kind": "table",
            "caption": said(self.caption),
            "nameless": [
                name
                for column in self.columns
                if _PROGRAMMED.fullmatch(name := said(column.heading))
            ],
        }
        return {"text/html": self._repr_html_(), "text/plain": self.text()}, {"commsvc": about}

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        return self.bundle()


# JupyterLab sets every cell to the right; a page has a style of its own and leaves this out.
JUPYTER = (
    "<style scoped>.commsvc-table :is(.text,tbody th,caption){text-align:left!important}"
    ".commsvc-table :is(thead,tbody) th{font-weight:600}.commsvc-table tbody th{font-weight:400}"
    ".commsvc-table thead [colspan]{text-align:center!important}"
    ".commsvc-table :is(caption,tfoot td){white-space:normal}"
    ".commsvc-table :is(.caption,.details,.caption>span,.details>span){display:block}</style>"
)


def _lines(words: Words) -> str:
    """A heading on one line a language, Chinese first."""
    return "\n".join(reversed([text for _, text in parts(words)]))


def _sup(mark: str) -> str:
    return f"<sup>{mark}</sup>" if mark else ""


def _class(numeric: bool, wordy: bool = False) -> str:
    names = [] if numeric else ["text"]
    names += ["long"] if wordy else []
    return f' class="{" ".join(names)}"' if names else ""
