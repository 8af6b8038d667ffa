"""A codebook from YAML, every part with its line, so that an error can name it."""

from __future__ import annotations

from typing import Any

import yaml

from commsvc.errors import CommsvcError, unknown_name
from commsvc.survey.answers import Level, Question
from commsvc.survey.codebook import Codebook, checked_question

_KEYS = ("text", "en", "kind", "role", "columns", "levels", "missing")
_LEVEL_KEYS = ("code", "zh", "en", "missing")


def parse_yaml(text: str, where: str = "codebook.yaml") -> Codebook:
    """A codebook from YAML text.

    The nodes are read before YAML gives them types: a level `no` or a code `01` stays what it is.

    Examples
    --------
    >>> book = parse_yaml("Q1:\\n  kind: single\\n  levels: [yes, {code: 2, zh: 否, en: no}]\\n")
    >>> [x.code for x in book["Q1"].levels]
    ['yes', '2']
    >>> parse_yaml("Q1:\\n  kind: singel\\n")
    Traceback (most recent call last):
        ...
    commsvc.errors.CommsvcError: codebook.yaml, line 2: no kind of question 'singel'; allowed: ...
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f"{where}, line {mark.line + 1}" if mark else where
        problem = getattr(error, "problem", None) or str(error)
        raise CommsvcError(
            f"not YAML: {problem}",
            where=at,
            next_step="texts with a colon or a sign in front need quotation marks",
        ) from error
    if root is None:
        raise CommsvcError("the codebook is empty", where=where, next_step="draft_codebook")
    questions = [
        _question(name, node, line, where) for name, node, line in _pairs(root, where, "question")
    ]
    return Codebook(tuple(questions))


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _pairs(node: Any, where: str, what: str) -> list[tuple[str, Any, int]]:
    """Keys, values and lines of a mapping; a key given twice is refused."""
    if not isinstance(node, yaml.MappingNode):
        raise CommsvcError(
            f"no {what}s with names and values here",
            where=f"{where}, line {_line(node)}",
            allowed="name: value",
        )
    seen: dict[str, int] = {}
    for key, _ in node.value:
        name = _text(key, where)
        if name in seen:
            raise CommsvcError(
                f"{what} {name!r} stands twice",
                where=f"{where}, line {_line(key)}",
                next_step=f"the first is in line {seen[name]}",
            )
        seen[name] = _line(key)
    return [(_text(key, where), value, _line(key)) for key, value in node.value]


def _text(node: Any, where: str) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise CommsvcError("a list where a text is due", where=f"{where}, line {_line(node)}")
    empty = node.tag == "tag:yaml.org,2002:null"
    return "" if empty else str(node.value).strip()


def _items(node: Any, where: str) -> list[Any]:
    if not isinstance(node, yaml.SequenceNode):
        raise CommsvcError(
            "no list here", where=f"{where}, line {_line(node)}", allowed="[a, b] or lines with -"
        )
    return list(node.value)


def _question(name: str, node: Any, line: int, where: str) -> Question:
    parts, lines = {}, {}
    for key, value, at in _pairs(node, where, "key"):
        if key not in _KEYS:
            raise unknown_name("key", key, _KEYS, f"{where}, line {at}")
        parts[key], lines[key] = value, at
    texts = {
        key: _text(parts[key], where) for key in ("text", "en", "kind", "role") if key in parts
    }
    levels = []
    for item in _items(parts["levels"], where) if "levels" in parts else []:
        level = _level(item, where)
        lines[f"level {level.code}"] = _line(item)
        levels.append(level)
    columns = _items(parts["columns"], where) if "columns" in parts else []
    missing = _pairs(parts["missing"], where, "code") if "missing" in parts else []
    question = Question(
        name,
        texts.get("text", ""),
        texts.get("en", ""),
        texts.get("kind") or "text",
        tuple(_text(column, where) for column in columns),
        tuple(levels),
        tuple((code, _text(kind, where)) for code, kind, _ in missing),
        texts.get("role", ""),
    )
    return checked_question(question, line, where, lines)


def _level(node: Any, where: str) -> Level:
    if isinstance(node, yaml.ScalarNode):
        return Level(_text(node, where), _text(node, where))
    found = {}
    for key, value, at in _pairs(node, where, "key"):
        if key not in _LEVEL_KEYS:
            raise unknown_name("key of a level", key, _LEVEL_KEYS, f"{where}, line {at}")
        found[key] = _text(value, where)
    code = found.get("code") or found.get("zh") or found.get("en")
    if not code:
        raise CommsvcError("a level without code and label", where=f"{where}, line {_line(node)}")
    return Level(code, found.get("zh", ""), found.get("en", ""), found.get("missing", ""))
