"""The markup of our tables without what HTML lets one leave out: half of a long report is cells.

The document a browser builds from it is the same.
"""

from __future__ import annotations

import re

from commsvc.report.lang import HTML_LANG

# Columns whose cells need no class of their own, because the table says where text stands; the
# style sheet has a rule for each.
COLUMNS = 12
_LEFT_OUT = re.compile(r"</(?:td|th|tr)>|</(?:thead|tbody)>(?=<t(?:body|foot)>)|</tbody>$")
_QUOTED = re.compile(r'(?<==)"([\w-]+)"')
_CELL = re.compile(r"<t[dh][^>]*>")
_TEXT = '<td class="text">'


def light_table(html: str, language: str = "both") -> str:
    """A table of `commsvc.report.tables`, with fewer bytes.

    Parameters
    ----------
    html : the table, from ``<table`` to ``</table>``
    language : the page's; words in the one language of a page need not say which it is

    >>> light_table('<table class="commsvc-table"><tbody><tr><th scope="row">a</th>'
    ...             '<td class="text">b</td><td>1</td></tr></tbody></table>')
    '<table class="commsvc-table text2"><tbody><tr><th scope=row>a<td>b<td>1</table>'
    """
    if language != "both":
        html = re.sub(rf'<span lang="{HTML_LANG[language]}">([^<]*)</span>', r"\1", html)
    html = _columns_of_text(html)
    inner, end, rest = html.rpartition("</table>")
    inner = _LEFT_OUT.sub("", inner)
    return re.sub(r"<[a-z][^>]*>", lambda tag: _QUOTED.sub(r"\1", tag[0]), inner) + end + rest


def _columns_of_text(html: str) -> str:
    """The table with one class for each column of text, in place of one for each cell."""
    found = re.search(r"<tbody>.*</tbody>", html, re.S)
    if found is None:
        return html
    rows = [_CELL.findall(row) for row in re.findall(r"<tr>(.*?)</tr>", found[0], re.S)]
    columns = zip(*rows, strict=False)
    numbers = [
        n
        for n, cells in enumerate(columns, start=1)
        if n <= COLUMNS and all(cell == _TEXT for cell in cells)
    ]
    if not numbers or any("colspan" in cell for row in rows for cell in row):
        return html

    def row_without(row: re.Match[str]) -> str:
        position = iter(range(1, len(row[0])))
        return _CELL.sub(lambda cell: "<td>" if next(position) in numbers else cell[0], row[0])

    body = re.sub(r"<tr>.*?</tr>", row_without, found[0], flags=re.S)
    names = " ".join(["commsvc-table", *(f"text{n}" for n in numbers)])
    html = html.replace(found[0], body, 1)
    return html.replace('class="commsvc-table"', f'class="{names}"', 1)
