"""How results show themselves in a notebook: tables, sentences, and no page of raw numbers.

What of each kind is shown stands in `commsvc.report.kinds`; the results themselves
(`commsvc.shown`) know nothing of pages. A frame shows as a table where `table` is asked for it, or
by itself after `use_tables`.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from commsvc.report.kinds import SHOWN, Part
from commsvc.report.lang import HTML_LANG, parts
from commsvc.report.spec import Table
from commsvc.report.tables import table
from commsvc.report.tidy import is_result


def html(result: Any) -> str:
    """What a notebook shows of a result.

    >>> from commsvc.inference import proportion_interval
    >>> "47.6% [33.4, 62.3]" in html(proportion_interval(20, 42))
    True
    """
    return "".join(_html(part) for part in _parts(result))


def text(result: Any) -> str:
    """What a terminal shows of a result.

    >>> from commsvc.inference import size
    >>> print(text(size("precision")).splitlines()[-1])
    385 answers, 385 people to ask (precision of a share).
    """
    return "\n".join(filter(None, map(_text, _parts(result))))


def _html(part: Part) -> str:
    if isinstance(part, Table):
        return part._repr_html_()
    if hasattr(part, "_repr_html_"):
        return str(part._repr_html_())
    return "".join(
        f'<p lang="{HTML_LANG[code]}">{escape(said)}</p>' if code else f"<p>{escape(said)}</p>"
        for code, said in parts(part)
        if said
    )


def _text(part: Part) -> str:
    if isinstance(part, Table):
        return part.text()
    if hasattr(part, "to_string"):
        return str(part.to_string())
    return "\n".join(said for _, said in reversed(list(parts(part))) if said)


def _parts(result: Any) -> Iterator[Part]:
    kind = type(result)
    shown = SHOWN.get(f"{kind.__module__}.{kind.__name__}".removeprefix("commsvc."))
    if shown is None:
        yield str(result)
        return
    yield from shown(result)


def use_tables() -> None:
    """Show every tidy result of this notebook as `table` would, without asking for it.

    A frame that is no result shows as it always does. Outside a notebook nothing happens.
    """
    import pandas as pd
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        formatter = shell.display_formatter.formatters["text/html"]
        formatter.for_type(pd.DataFrame, frame_html)


def frame_html(frame: Any) -> str | None:
    """A frame as a page of a notebook shows it: a result as a table for readers.

    >>> import pandas as pd
    >>> "基数" in frame_html(pd.DataFrame({"base": [42], "estimate": [0.5]}))
    True
    >>> "commsvc" in frame_html(pd.DataFrame({"beds": [42]}))
    False
    """
    if is_result([str(name) for name in frame.columns]):
        return table(frame)._repr_html_()
    shown: str | None = frame._repr_html_()
    return shown
