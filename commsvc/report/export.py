"""Tables for papers: LaTeX, and a form that Word opens and takes from the clipboard."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from commsvc.errors import CommsvcError
from commsvc.report.basis import join_details
from commsvc.report.lang import Words, pair, plain
from commsvc.report.lines import width

if TYPE_CHECKING:
    from commsvc.report.spec import Column, Table

_LATEX = {
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
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
# Longer cells than this are set in lines of their own.
_WIDE = 40


def _said(words: Words, lang: str | None) -> str:
    """The words in one language, or in the report's."""
    if lang is None:
        return plain(words)
    if lang not in ("en", "zh"):
        raise CommsvcError(f"no language {lang!r}", allowed="en, zh, or None for the report's")
    return pair(words)[lang == "zh"]


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
    lang : ``"en"`` or ``"zh"``; left out, the report's language

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
    <BLANKLINE>
    """
    import pandas as pd

    def said(words: Words) -> str:
        return escape_latex(_said(words, lang))

    cells = {
        position: [
            said(cell) + (rf"\textsuperscript{{{column.mark(row)}}}" if column.mark(row) else "")
            for row, cell in enumerate(column.cells)
        ]
        for position, column in enumerate(table.columns)
    }
    frame = pd.DataFrame(cells, dtype=object)
    headings = [said(column.heading) for column in table.columns]
    if table.grouped:
        frame.columns = pd.MultiIndex.from_arrays(
            [[said(column.over) for column in table.columns], headings]
        )
    else:
        frame.columns = pd.Index(headings)
    made = frame.style.hide(axis="index").to_latex(
        hrules=True,
        column_format="".join(_align(column) for column in table.columns),
        multicol_align="c",
        caption=said(table.caption) if any(pair(table.caption)) else None,
        label=label or None,
        position="htbp",
        position_float="centering",
    )
    if table.grouped:
        head, over, rest = made.partition("\\toprule\n")
        first, end, rest = rest.partition("\n")
        made = f"{head}{over}{first}{end}{_rules(table)}\n{rest}"
    below = "".join(f"\n\\par\\smallskip {line}" for line in map(escape_latex, _below(table, lang)))
    if not below:
        return str(made)
    body, end, rest = made.rpartition("\\end{table}")
    return f"{body}{{\\footnotesize\\raggedright{below}\\par}}\n{end}{rest}"


def _rules(table: Table) -> str:
    """A rule under each heading over several columns."""
    rules, at = [], 1
    for over, columns in table.groups():
        if any(pair(over)):
            rules.append(rf"\cmidrule(lr){{{at}-{at + len(columns) - 1}}}")
        at += len(columns)
    return " ".join(rules)


def _align(column: Column) -> str:
    if column.numeric:
        return "r"
    longest = max((width(text) for cell in column.cells for text in pair(cell)), default=0)
    return "l" if longest <= _WIDE else "p{0.45\\linewidth}"


def _below(table: Table, lang: str | None) -> list[str]:
    """What stands under the table: its notes, and where the numbers come from."""
    lines = [_said(note, lang) for note in table.notes if any(pair(note))]
    if table.details:
        lines.append(_said(join_details(list(table.details)), lang))
    return lines


# Word reads styles at the elements themselves; its own names are for Chinese type.
_FONT = (
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
    lang : ``"en"`` or ``"zh"``; left out, the report's language

    Examples
    --------
    >>> import pandas as pd
    >>> from commsvc.report import table
    >>> page = table(pd.DataFrame({"share": [0.7]}), formats={"share": ".0%"}).word("zh")
    >>> ">70%</td>" in page, ">比例</th>" in page
    (True, True)
    """
    count = len(table.columns)
    lines = []
    if table.grouped:
        lines += _grouped_head(table, lang)
    else:
        cells = [_cell(c, _said(c.heading, lang), top=_THICK, bottom=_THIN) for c in table.columns]
        lines.append("".join(cells))
    for row in range(table.rows):
        last = row == table.rows - 1
        cells = [
            _cell(
                column,
                _said(column.cells[row], lang),
                column.mark(row),
                bottom=_THICK if last else "",
                tag="td",
            )
            for column in table.columns
        ]
        lines.append("".join(cells))
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    small = _FONT.replace("10.5pt", "9pt")
    caption = _said(table.caption, lang)
    above = (
        f'<p style="{_FONT};text-align:center;margin:6pt 0;font-weight:bold">{escape(caption)}</p>'
        if caption
        else ""
    )
    below = "".join(
        f'<p style="{small};margin:3pt 0">{escape(line)}</p>' for line in _below(table, lang)
    )
    code = {"en": "en", "zh": "zh-CN"}.get(lang or "", "zh-CN")
    return (
        f'<!DOCTYPE html><html lang="{code}" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta charset="utf-8">'
        f"<title>{escape(caption) or 'table'}</title></head><body>{above}"
        f'<table border="0" cellspacing="0" cellpadding="4" align="center" data-columns="{count}" '
        f'style="border-collapse:collapse;{_FONT}">{body}</table>{below}</body></html>'
    )


def _grouped_head(table: Table, lang: str | None) -> list[str]:
    upper, lower = [], []
    for over, columns in table.groups():
        if any(pair(over)):
            style = _style("center", _THICK, _THIN)
            said = escape(_said(over, lang))
            upper.append(f'<th colspan="{len(columns)}" style="{style}">{said}</th>')
            lower += [
                _cell(column, _said(column.heading, lang), bottom=_THIN) for column in columns
            ]
        else:
            upper += [
                _cell(column, _said(column.heading, lang), top=_THICK, bottom=_THIN, rows=2)
                for column in columns
            ]
    return ["".join(upper), "".join(lower)]


def _cell(
    column: Column,
    text: str,
    mark: str = "",
    *,
    top: str = "",
    bottom: str = "",
    rows: int = 1,
    tag: str = "th",
) -> str:
    style = _style("right" if column.numeric else "left", top, bottom)
    if tag == "th":
        style += ";font-weight:bold"
    span = f' rowspan="{rows}"' if rows > 1 else ""
    span += "" if column.wordy else " nowrap"
    raised = f"<sup>{mark}</sup>" if mark else ""
    return f'<{tag}{span} style="{style}">{escape(text)}{raised}</{tag}>'


def _style(align: str, top: str, bottom: str) -> str:
    rules = f"border-top:{top or 'none'};border-bottom:{bottom or 'none'}"
    return f"text-align:{align};vertical-align:bottom;padding:2pt 6pt;{rules}"
