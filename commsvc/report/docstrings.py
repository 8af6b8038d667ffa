"""A docstring as Markdown for a page: its sections, its parameters, its examples.

The docstrings are numpydoc's with one line an item (``name : what it is, its unit``), which is
how they read well in a terminal and when hovered over in JupyterLab.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from itertools import groupby

SECTIONS = ("Parameters", "Attributes", "Returns", "Raises", "Notes", "References", "Examples")
_SECTION = re.compile(rf"^({'|'.join(SECTIONS)})\n-{{3,}}\n", re.M)
_ITEM = re.compile(r"([^\s:][^:\n]*?) : (.*)")
_RULED = re.compile(r"={3,}( +={3,})+")
_NAME = re.compile(r"(?<![`\w])`([A-Za-z_][\w.]*)(\(\))?`(?!`)")

# Where the page of a name is, or empty: a name in backticks becomes a link to it.
Link = Callable[[str], str]


def summary(doc: str) -> str:
    """The first sentence of a docstring.

    >>> summary("Shares. Each with its interval.\\n\\nMore.")
    'Shares. Each with its interval.'
    """
    return " ".join(inspect.cleandoc(doc or "").partition("\n\n")[0].split())


def to_markdown(doc: str, link: Link = lambda name: "") -> str:
    """A docstring as Markdown, with its sections under bold words.

    >>> print(to_markdown("What it is.\\n\\nParameters\\n----------\\nx : a number\\n    of it"))
    What it is.
    <BLANKLINE>
    **Parameters**
    <BLANKLINE>
    - `x`: a number of it
    """
    first, *rest = _SECTION.split(inspect.cleandoc(doc or ""))
    parts = [_prose(first, link)]
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        items = _items(body) if name in ("Parameters", "Attributes", "Returns", "Raises") else None
        written = _list(items, link) if items else _prose(body, link)
        parts.append(f"**{name}**\n\n{written}")
    return "\n\n".join(part for part in parts if part).strip()


def _items(body: str) -> list[tuple[str, str]]:
    """The ``name : text`` items, an indented line belonging to the one before; none: free text."""
    items: list[tuple[str, str]] = []
    for line in body.strip("\n").split("\n"):
        found = _ITEM.fullmatch(line)
        if found:
            items.append((found[1], found[2]))
        elif items and (line.startswith(" ") or not line.strip()):
            name, text = items[-1]
            items[-1] = (name, f"{text}\n{line}")
        else:
            return []
    return items


def _list(items: list[tuple[str, str]], link: Link) -> str:
    lines = []
    for names, text in items:
        shown = ", ".join(f"`{name.strip('` ')}`" for name in names.split(","))
        lines.append(f"- {shown}: {_linked(' '.join(text.split()), link)}")
    return "\n".join(lines)


def _prose(text: str, link: Link) -> str:
    """Paragraphs; examples and ruled tables as they are."""
    return "\n\n".join(_block(block, link) for block in _blocks(text))


def _blocks(text: str) -> Iterator[str]:
    """What blank lines part, but for those within an example or a ruled table."""
    paragraphs = [p for p in re.split(r"\n\s*\n", text.strip("\n")) if p.strip()]
    for verbatim, run in groupby(paragraphs, key=_verbatim):
        together = list(run)
        yield from ["\n\n".join(together)] if verbatim else together


def _verbatim(paragraph: str) -> str:
    if paragraph.lstrip().startswith(">>>"):
        return "python"
    ruled = _RULED.match(paragraph.lstrip()) or _RULED.fullmatch(paragraph.split("\n")[-1].strip())
    return "text" if ruled else ""


def _block(block: str, link: Link) -> str:
    kind = _verbatim(block)
    if kind:
        return f"```{kind}\n{inspect.cleandoc(block)}\n```"
    # A heading of the docstring's own, underlined.
    block = re.sub(r"^(\S.*)\n-{3,}$", r"**\1**\n", block, flags=re.M)
    return _linked(block, link)


def _linked(text: str, link: Link) -> str:
    """The text with the names it mentions as links, and its double backticks single."""

    def to(found: re.Match[str]) -> str:
        address = link(found[1])
        return f"[{found[0]}]({address})" if address else found[0]

    return _NAME.sub(to, text)
