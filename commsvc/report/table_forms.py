"""A table as it will be shown: an immutable description, and the forms it takes.

A specification that is rendered once, as great_tables' is, and our own because none gives at once
what a page needs: headings of rows and a caption for those who hear it, the same bytes each time,
half a kilobyte for three rows (Styler 1.3, great_tables 9.5), Word's three rules from the same
cells, and Chinese under Chinese in a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any, Final

from commsvc.report.basis import join_details
from commsvc.words.languages import check_language
from commsvc.words.messages import Text, message, text_of
from commsvc.words.wrapping import columns_text, width, wrap

# The name of a column as programs write it: words for a reader were forgotten.
_PROGRAMMED: Final = re.compile("[a-z][a-z0-9]*_[a-z0-9_]*|[a-z]{3,}")
# A column with a cell of more characters than this gets room for them, on a phone too.
WORDY: Final = 45
_SCREEN: Final = 100  # letters of a line in a terminal


@dataclass(frozen=True)
class Column:
    """One column: its heading and its cells, already in words.

    Attributes
    ----------
    heading : its own
    cells : a cell a row; a plain string is the user's own and stays as it is
    numeric : whether it stands like numbers, to the right
    over : the heading it shares with its neighbours, empty for none
    marks : the mark of a note beside each cell; empty for none at all
    """

    heading: Text | str
    cells: tuple[Text | str, ...]
    numeric: bool = False
    over: Text | str = ""
    marks: tuple[str, ...] = ()

    @property
    def wordy(self) -> bool:
        """Whether some cell is so long that it needs room."""
        return any(len(str(cell)) > WORDY for cell in self.cells)

    def mark(self, row: int) -> str:
        """The mark beside a cell."""
        return self.marks[row] if self.marks else ""


@dataclass(frozen=True)
class Cell:
    """A cell of a form: what stands in it, and where it stands.

    Attributes
    ----------
    part : ``over`` (a heading several columns share), ``head``, ``body`` or ``last`` row
    column : its column, or the first of those it spans
    wide, high : how many columns and lines it spans
    first : whether it is a row's own heading
    """

    part: str
    column: Column
    text: str
    mark: str = ""
    wide: int = 1
    high: int = 1
    first: bool = False


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
    caption: Text | str = ""
    details: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    fold: Text | str = ""

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.columns[0].cells) if self.columns else 0

    @property
    def grouped(self) -> bool:
        """Whether some columns share a heading."""
        return any(column.over for column in self.columns)

    def head(self, lang: str | None = None) -> list[list[Cell]]:
        """The heading's cells, line by line."""
        own = [Cell("head", c, text_of(c.heading, lang)) for c in self.columns]
        if not self.grouped:
            return [own]
        upper: list[Cell] = []
        for over, run in groupby(own, lambda cell: cell.column.over):
            cells = list(run)
            if over:
                first = cells[0].column
                upper.append(Cell("over", first, text_of(over, lang), wide=len(cells)))
            else:
                upper += [Cell("head", cell.column, cell.text, high=2) for cell in cells]
        return [upper, [cell for cell in own if cell.column.over]]

    def body(self, lang: str | None = None) -> Iterator[list[Cell]]:
        """The rows' cells."""
        for row in range(self.rows):
            part = "last" if row == self.rows - 1 else "body"
            yield [
                Cell(part, column, text_of(column.cells[row], lang), column.mark(row),
                     first=position == 0 and not column.numeric)
                for position, column in enumerate(self.columns)
            ]  # fmt: skip

    def below(self, lang: str | None = None) -> list[str]:
        """The lines under it, where its details stand there too."""
        return [text_of(line, lang) for line in (*self.notes, join_details(self.details)) if line]

    def html(self) -> str:
        """The table for a page, in the language in force; the same data give the same bytes."""
        caption = f"<caption>{caption_html(self.caption, self.details)}</caption>"
        head = "".join(row_html(row, _page_attributes) for row in self.head())
        body = "".join(row_html(row, _page_attributes) for row in self.body())
        cell = f'<tr><td class="text" colspan="{len(self.columns)}">'
        foot = "".join(f"{cell}{escape(str(note))}</td></tr>" for note in self.notes if note)
        table = (
            f'<table class="commsvc-table">{caption if self.caption or self.details else ""}'
            f"<thead>{head}</thead><tbody>{body}</tbody>"
            f"{f'<tfoot>{foot}</tfoot>' if foot else ''}</table>"
        )
        # The box a table scrolls in has a name, for those who hear the page.
        box = scroll_box(table, str(self.caption) or str(message("Table")))
        if not self.fold:
            return box
        summary = escape(str(self.fold))
        return f'<details class="fold"><summary>{summary}</summary>{box}</details>'

    def text(self) -> str:
        """The table for a terminal: columns under each other, in Chinese too."""
        head = [[str(column.heading) for column in self.columns]]
        rows = [[wrap(c.text + (f" ({c.mark})" if c.mark else ""), WORDY) for c in row]
                for row in self.body()]  # fmt: skip
        lines = columns_text(head + rows, [column.numeric for column in self.columns])
        rule = "─" * max(map(width, lines), default=0)
        below = [wrap(line, _SCREEN) for line in self.below()]
        caption = [wrap(str(self.caption), _SCREEN)] if self.caption else []
        over = self._over_text(head + rows)
        foot = [rule, *below] if below else []
        return "\n".join([*caption, *over, lines[0], rule, *lines[1:], *foot])

    def _over_text(self, rows: list[list[str]]) -> list[str]:
        """The shared headings, each over the first of its columns."""
        if not self.grouped:
            return []
        sizes = [
            max(width(s) for row in rows for s in row[i].split("\n")) for i in range(len(rows[0]))
        ]
        line, at = "", 0
        for cell in self.head()[0]:
            apart = 2 if line.strip() else 0
            place = sum(sizes[:at]) + 2 * at
            text = cell.text if cell.part == "over" else ""
            line += " " * max(place - width(line), apart) + text
            at += cell.wide
        return [line.rstrip()]

    def latex(self, label: str = "", lang: str | None = None) -> str:
        """The table for a LaTeX paper; see `commsvc.report.table_forms.latex`."""
        return latex(self, label, lang)

    def word(self, lang: str | None = None) -> str:
        """The table for Word; see `commsvc.report.table_forms.word`."""
        return word(self, lang)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html() + JUPYTER

    def bundle(self) -> tuple[dict[str, str], dict[str, Any]]:
        """What a cell puts out: the forms, and what a page has to know of the table."""
        names = [c.heading for c in self.columns if isinstance(c.heading, str)]
        nameless = [name for name in names if _PROGRAMMED.fullmatch(name)]
        about = {"kind": "table", "caption": str(self.caption), "nameless": nameless}
        return {"text/html": self._repr_html_(), "text/plain": self.text()}, {"commsvc": about}

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        return self.bundle()


def row_html(cells: list[Cell], attributes: Callable[[Cell], str]) -> str:
    """A row of any of the forms that are HTML.

    Parameters
    ----------
    cells : from left to right
    attributes : what the form says of a cell in its tag
    """
    out = []
    for cell in cells:
        tag = "th" if cell.first or cell.part in ("over", "head") else "td"
        span = f' colspan="{cell.wide}"' if cell.wide > 1 else ""
        span += f' rowspan="{cell.high}"' if cell.high > 1 else ""
        mark = f"<sup>{cell.mark}</sup>" if cell.mark else ""
        out.append(f"<{tag}{span}{attributes(cell)}>{escape(cell.text)}{mark}</{tag}>")
    return f"<tr>{''.join(out)}</tr>"


def _page_attributes(cell: Cell) -> str:
    if cell.part == "over":
        return ' scope="colgroup"'
    if cell.first:
        return ' scope="row"'
    head = cell.part == "head"
    names = [] if cell.column.numeric else ["text"]
    names += ["long"] if head and cell.column.wordy else []
    kind = f' class="{" ".join(names)}"' if names else ""
    return f' scope="col"{kind}' if head else kind


def caption_html(caption: Text | str, details: tuple[Text, ...]) -> str:
    """The inside of a figure's or a table's caption.

    >>> caption_html("Beds", ())
    '<span class="caption">Beds</span>'
    """
    line = escape(str(join_details(details)))
    small = f'<small class="details">{line}</small>' if line else ""
    return f'<span class="caption">{escape(str(caption))}</span>{small}'


def scroll_box(inner: str, name: str, ident: str = "") -> str:
    """A box that scrolls sideways by itself, reachable and named for a keyboard user.

    >>> scroll_box("<table></table>", "ages")
    '<div class="scroll" role="region" tabindex="0" aria-label="ages"><table></table></div>'
    """
    at = f' id="{ident}"' if ident else ""
    named = f'role="region" tabindex="0" aria-label="{escape(name)}"'
    return f'<div class="scroll"{at} {named}>{inner}</div>'


# JupyterLab sets every cell to the right; a page has a style of its own and leaves this out.
JUPYTER: Final = (
    "<style scoped>.commsvc-table :is(.text,tbody th,caption){text-align:left!important}"
    ".commsvc-table :is(thead,tbody) th{font-weight:600}.commsvc-table tbody th{font-weight:400}"
    ".commsvc-table thead [colspan]{text-align:center!important}"
    ".commsvc-table :is(caption,tfoot td){white-space:normal}"
    ".commsvc-table :is(.caption,.details){display:block}</style>"
)


# Papers: LaTeX, and a form that Word opens and takes from the clipboard.
_LATEX: Final = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"$<$", ">": r"$>$", "≤": r"$\leq$", "≥": r"$\geq$", "≈": r"$\approx$", "≠": r"$\neq$",
    "∞": r"$\infty$", "−": r"$-$", "×": r"$\times$", "÷": r"$\div$", "√": r"$\surd$",
    "→": r"$\rightarrow$",
    "α": r"$\alpha$", "β": r"$\beta$", "γ": r"$\gamma$", "δ": r"$\delta$", "ε": r"$\varepsilon$",
    "θ": r"$\theta$", "κ": r"$\kappa$", "λ": r"$\lambda$", "μ": r"$\mu$", "π": r"$\pi$",
    "ρ": r"$\rho$", "σ": r"$\sigma$", "τ": r"$\tau$", "φ": r"$\varphi$", "χ": r"$\chi$",
    "ω": r"$\omega$", "Δ": r"$\Delta$", "Σ": r"$\Sigma$", "Φ": r"$\Phi$",
}  # fmt: skip
_RAISED: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
# Longer cells than this are set in lines of their own.
_WIDE: Final = 40


def escape_latex(text: str) -> str:
    """Text that LaTeX prints as it is.

    >>> escape_latex("P < 0.05 & 70%")
    'P $<$ 0.05 \\\\& 70\\\\%'
    >>> escape_latex("4.8×10⁻²², χ²")
    '4.8$\\\\times$10$^{-22}$, $\\\\chi$$^{2}$'
    """
    pieces = re.split("([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    for i, piece in enumerate(pieces):
        raised = i % 2 and f"$^{{{piece.translate(_RAISED)}}}$"
        pieces[i] = raised or "".join(_LATEX.get(c, c) for c in piece)
    safe = "".join(pieces)
    # After a row's end LaTeX takes a bracket or a star for an option of the line break.
    return f"{{{safe[0]}}}{safe[1:]}" if safe[:1] in ("[", "*") else safe


def latex(table: Table, label: str = "", lang: str | None = None) -> str:
    r"""The table as LaTeX with three rules, caption above, notes below.

    Needs the package ``booktabs``, and for Chinese a class such as ``ctexart`` and XeLaTeX.

    Parameters
    ----------
    table : as `commsvc.report.table` gives it
    label : for ``\ref``; left out, none
    lang : ``"en"`` or ``"zh"``; left out, the language in force

    Examples
    --------
    >>> import pandas as pd
    >>> from commsvc.report import table
    >>> print(table(pd.DataFrame({"level": ["yes"], "share": [0.7]}), caption="Satisfied",
    ...             formats={"share": ".0%"}).latex("tab:sat", lang="en"))
    \begin{table}[htbp]
    \centering
    \caption{Satisfied}
    \label{tab:sat}
    \begin{tabular}{lr}
    \toprule
    Level & Share \\
    \midrule
    yes & 70\% \\
    \bottomrule
    \end{tabular}
    \end{table}
    """
    _checked(lang)
    caption = escape_latex(text_of(table.caption, lang))
    head = [_latex_row(row) for row in table.head(lang)]
    if table.grouped:
        # The second line has the headings under the shared ones alone, each in its place.
        head[1:] = [_latex_row(_under(table, lang))]
        head.insert(1, _rules(table))
    below = "".join(f"\n\\par\\smallskip {escape_latex(line)}" for line in table.below(lang))
    lines = [
        "\\begin{table}[htbp]",
        "\\centering",
        *([f"\\caption{{{caption}}}"] if caption else []),
        *([f"\\label{{{label}}}"] if label else []),
        f"\\begin{{tabular}}{{{''.join(map(_align, table.columns))}}}",
        "\\toprule",
        *head,
        "\\midrule",
        *(_latex_row(row) for row in table.body(lang)),
        "\\bottomrule",
        "\\end{tabular}",
        *([f"{{\\footnotesize\\raggedright{below}\\par}}"] if below else []),
        "\\end{table}",
    ]
    return "\n".join(lines)


def _checked(lang: str | None) -> None:
    if lang is not None:
        check_language(lang)


def _latex_row(cells: list[Cell]) -> str:
    shown = []
    for cell in cells:
        text = escape_latex(cell.text) if cell.high == 1 else ""
        text += rf"\textsuperscript{{{cell.mark}}}" if cell.mark else ""
        shown.append(rf"\multicolumn{{{cell.wide}}}{{c}}{{{text}}}" if cell.wide > 1 else text)
    return " & ".join(shown) + r" \\"


def _under(table: Table, lang: str | None) -> list[Cell]:
    return [Cell("head", column, text_of(column.heading, lang)) for column in table.columns]


def _rules(table: Table) -> str:
    """A rule under each heading over several columns."""
    rules, at = [], 1
    for cell in table.head()[0]:
        if cell.part == "over":
            rules.append(rf"\cmidrule(lr){{{at}-{at + cell.wide - 1}}}")
        at += cell.wide
    return " ".join(rules)


def _align(column: Column) -> str:
    longest = max((width(str(cell)) for cell in column.cells), default=0)
    return "r" if column.numeric else "l" if longest <= _WIDE else "p{0.45\\linewidth}"


# Word reads styles at the elements themselves; its own names are for Chinese type.
_FONT: Final = (
    "font-family:'Times New Roman',serif;mso-fareast-font-family:宋体;font-size:10.5pt;"
    "color:#000;line-height:1.3"
)
_THICK, _THIN = "1.5pt solid #000", "0.75pt solid #000"


def word(table: Table, lang: str | None = None) -> str:
    """The table as a page that Word opens, with the three rules of a printed table (三线表).

    Saved as ``.html`` (or ``.doc``) and opened with Word it is a table that can be edited; opened
    in a browser it is copied and pasted into Word with its rules. All that Word must keep stands at
    the elements themselves, because it does not read every style sheet.

    Parameters
    ----------
    table : as `commsvc.report.table` gives it
    lang : ``"en"`` or ``"zh"``; left out, the language in force

    Examples
    --------
    >>> import pandas as pd
    >>> from commsvc.report import table
    >>> page = table(pd.DataFrame({"share": [0.7]}), formats={"share": ".0%"}).word("zh")
    >>> ">70%</td>" in page, ">比例</th>" in page
    (True, True)
    """
    _checked(lang)
    caption = escape(text_of(table.caption, lang))
    rows = "".join(row_html(row, _word_style) for row in [*table.head(lang), *table.body(lang)])
    bold = f"{_FONT};text-align:center;margin:6pt 0;font-weight:bold"
    small = f"{_FONT.replace('10.5pt', '9pt')};margin:3pt 0"
    below = "".join(f'<p style="{small}">{escape(line)}</p>' for line in table.below(lang))
    return (
        '<!DOCTYPE html><html xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta charset="utf-8">'
        f"<title>{caption or 'table'}</title></head><body>"
        f"{f'<p style={bold!r}>{caption}</p>' if caption else ''}"
        '<table border="0" cellspacing="0" cellpadding="4" align="center" '
        f'style="border-collapse:collapse;{_FONT}">{rows}</table>{below}</body></html>'
    )


def _word_style(cell: Cell) -> str:
    """Thick above and below the table, thin under the heading and what it shares."""
    heading = cell.part in ("over", "head")
    # Under a shared heading a column's own has that above it.
    top = _THICK if cell.part == "over" or (heading and not _shares(cell)) else "none"
    bottom = _THIN if heading else _THICK if cell.part == "last" else "none"
    align = "center" if cell.part == "over" else "right" if cell.column.numeric else "left"
    weight = ";font-weight:bold" if heading else ";font-weight:normal"
    wrap = "" if cell.column.wordy or cell.part == "over" else " nowrap"
    return (
        f'{wrap} style="text-align:{align};vertical-align:bottom;padding:2pt 6pt;'
        f'border-top:{top};border-bottom:{bottom}{weight}"'
    )


def _shares(cell: Cell) -> bool:
    return cell.part == "head" and bool(cell.column.over)
