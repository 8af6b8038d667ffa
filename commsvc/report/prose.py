"""Prose whose numbers come from code, in both languages."""

from __future__ import annotations

from typing import Any

from commsvc.report.lang import HTML_LANG, parts
from commsvc.report.markdown import to_html

FINDING = "application/vnd.commsvc.finding+json"


def bundle(kind: str, en: str, zh: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The display data and metadata of a piece of prose.

    JupyterLab prefers the HTML (and typesets its ``$…$``); the exporter renders the Markdown in
    the metadata itself, because there mathematics becomes MathML.
    """
    shown = list(parts((en, zh)))
    blocks = "".join(
        f'<div lang="{HTML_LANG[code]}">{to_html(text, math="tex")}</div>'
        if code
        else to_html(text, math="tex")
        for code, text in shown
    )
    data = {
        "text/plain": "\n\n".join(text for _, text in shown),
        "text/markdown": "\n\n".join(text for _, text in shown),
        "text/html": f'<div class="commsvc-{kind}">{blocks}</div>',
    }
    return data, {"commsvc": {"kind": kind, "en": en, "zh": zh}}


def say(en: str, zh: str) -> None:
    """Show a passage of Markdown, in English and in Chinese.

    Raw HTML in the text is escaped, so a value from the data cannot become markup.

    Parameters
    ----------
    en, zh : the same passage in each language; put numbers in with f-strings

    Examples
    --------
    >>> n = 42
    >>> say(f"There are **{n}** centres.", f"共有 **{n}** 个中心。")
    There are **42** centres.
    <BLANKLINE>
    共有 **42** 个中心。
    """
    display(*bundle("say", en, zh))


def finding(en: str, zh: str) -> None:
    """Show what the report found, in one sentence; the index and the head of the page repeat it.

    Parameters
    ----------
    en, zh : one sentence with its number, base included, in each language

    Examples
    --------
    >>> finding("42 centres serve 970 000 residents.", "42 个中心服务 97 万居民。")
    42 centres serve 970 000 residents.
    <BLANKLINE>
    42 个中心服务 97 万居民。
    """
    data, metadata = bundle("finding", en, zh)
    display({**data, FINDING: {"en": en, "zh": zh}}, metadata)


def display(data: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Show a bundle in a kernel; anywhere else print its plain text."""
    from IPython import get_ipython

    if get_ipython() is None:
        print(data["text/plain"])
        return
    from IPython.display import display as show

    show(data, metadata=metadata, raw=True)
