"""Small notebooks for the tests of reports."""

from __future__ import annotations

from typing import Any

import nbformat

FIRST = """import matplotlib.pyplot as plt
import pandas as pd
from commsvc.plots.style import describe, use_style
from commsvc.report import finding, label, say, show, show_table
use_style()"""
FIGURE = """fig, ax = plt.subplots(figsize=(5, 2.5))
ax.barh([label("satisfied", "满意"), label("not", "不满意")], [161, 9])
ax.set_title("调查 A & B < C")
describe(ax, "Bars: 161 satisfied, 9 not.", "条形图：161 人满意，9 人不满意。")
show(ax, "{name}", caption=("Answers", "回答"), source=("report 2", "报告二"), n=230)"""
TABLE = """frame = pd.DataFrame({"level": ["yes", "<no>"], "count": [161, 9], "share": [0.7, None]})
show_table(frame, caption=("Answers", "回答"), columns={"share": ("Share", "占比")},
           values={"level": {"yes": ("yes", "是")}}, formats={"share": ".1%"}, n=230)"""


def markdown(source: str, *tags: str) -> Any:
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def code(source: str, *tags: str) -> Any:
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)} if tags else {})


def notebook(*cells: Any) -> Any:
    nb = nbformat.v4.new_notebook(cells=list(cells))
    nb.metadata["kernelspec"] = {"name": "nowhere", "display_name": "?", "language": "python"}
    for number, cell in enumerate(nb.cells):
        cell.id = f"cell-{number}"
    return nb


def study(name: str, *more: Any) -> Any:
    """A small report with everything a report has."""
    return notebook(
        markdown(f"# Study {name}\n\nFirst words.", "lang-en"),
        markdown(f"# 研究 {name}\n\n开头。", "lang-zh"),
        code("level = 0.95\ndistrict = 'east'", "parameters"),
        code(FIRST),
        markdown("## Shares\n\n$\\hat p = \\frac{x}{n}$, [source](https://doi.org/x)", "lang-en"),
        markdown("## 占比\n\n**“满意”**的居民", "lang-zh"),
        code("x = 161\nsay(f'**{x}** of 230 <b>', f'230 人中 **{x}** 人')"),
        code("finding(f'{x} of 230 are satisfied.', f'230 人中 {x} 人满意。')"),
        code(FIGURE.format(name=f"{name}_answers")),
        code(TABLE),
        markdown("## Shares\n\nAgain.", "lang-en"),
        code("print(object(), {'b', 'a', 'c'})\nframe"),
        *more,
    )
