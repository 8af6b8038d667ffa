"""Prose whose numbers come from code, in the language in force."""

from __future__ import annotations

from typing import Any

from commsvc.report.lang import Words, worded
from commsvc.report.markdown import to_html


def bundle(kind: str, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The display data and metadata of a piece of prose.

    JupyterLab prefers the HTML (and typesets its ``$…$``); a page is made from the Markdown in the
    metadata, because there mathematics becomes MathML.
    """
    data = {
        "text/plain": text,
        "text/markdown": text,
        "text/html": f'<div class="commsvc-{kind}">{to_html(text, math="tex")}</div>',
    }
    return data, {"commsvc": {"kind": kind, "text": text}}


def say(template: Words, zh: str | None = None, /, **fields: Any) -> None:
    """Show a passage of Markdown, in the language in force.

    Raw HTML in the text is escaped, so a value from the data cannot become markup.

    Parameters
    ----------
    template : English, with what varies in named fields as for `commsvc.words.message`; the
        notebook's catalogue has it in other languages. Or a text as results carry
    fields : what is put in

    Examples
    --------
    >>> say("There are **{n}** centres, {share:percent} of them open.", n=42, share=0.5)
    There are **42** centres, 50.0% of them open.
    """
    display(*bundle("say", str(worded(template, zh, **fields))))


def finding(template: Words, zh: str | None = None, /, **fields: Any) -> None:
    """Show what the report found; the index and the head of the page repeat it.

    Parameters
    ----------
    template : one or two sentences with their numbers, base included, as for `say`
    fields : what is put in

    Examples
    --------
    >>> finding("{n} centres serve {people:count} residents.", n=42, people=970000)
    42 centres serve 970,000 residents.
    """
    display(*bundle("finding", str(worded(template, zh, **fields))))


def display(data: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Show a bundle in a kernel; anywhere else print its plain text."""
    from IPython import get_ipython

    if get_ipython() is None:
        print(data["text/plain"])
        return
    from IPython.display import display as show

    show(data, metadata=metadata, raw=True)
