"""Code as HTML, with five colours instead of the sixty classes of a full highlighter."""

from __future__ import annotations

from html import escape
from itertools import groupby

from pygments.lexers import PythonConsoleLexer, PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

# Five short tags without a meaning of their own: a long listing with a class for every token
# weighs half as much again.
_TAGS = (
    (Comment, "em"),
    (String, "i"),
    (Number, "u"),
    (Keyword, "b"),
    (Operator.Word, "b"),
    (Name.Builtin, "var"),
    (Name.Function, "var"),
    (Name.Class, "var"),
    (Name.Decorator, "var"),
)


def _tag(token: object) -> str:
    return next((name for kind, name in _TAGS if token in kind), "")


def highlight(source: str) -> str:
    """Python source, or a session with its prompts and what it printed, as HTML.

    >>> highlight("x = 1  # n")
    'x = <u>1</u>  <em># n</em>'
    """
    session = source.lstrip().startswith(">>>")
    lexer = PythonConsoleLexer(stripnl=False) if session else PythonLexer(stripnl=False)
    tokens = ((_tag(kind), text) for kind, text in lexer.get_tokens(source))
    out = []
    for name, group in groupby(tokens, key=lambda pair: pair[0]):
        text = escape("".join(part for _, part in group), quote=False)
        out.append(f"<{name}>{text}</{name}>" if name else text)
    return "".join(out).rstrip("\n")
