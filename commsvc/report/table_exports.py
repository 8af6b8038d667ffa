"""Tables for papers: LaTeX, and a form that Word opens and takes from the clipboard."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from commsvc.report.table_forms import Cell, Column, Table, row_html
from commsvc.words.languages import check_language
from commsvc.words.messages import text_of
from commsvc.words.wrapping import width

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
