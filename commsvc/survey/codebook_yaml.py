"""A codebook as a page of YAML: read with the line of every part, written for a person to edit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from commsvc.errors import CommsvcError, unknown_name
from commsvc.survey.answers import Level, Question
from commsvc.survey.codebook import Codebook, checked_question, checked_range, usual_columns
from commsvc.survey.scales import SCALES
from commsvc.words.languages import known_languages
from commsvc.words.messages import Label, Text

_KEYS = ("text", "en", "kind", "role", "range", "columns", "items", "levels", "missing")
# Lists of levels with a name, for `levels: name`.
LEVEL_SETS: Final = "level sets"
_PATTERN: Final = re.compile(r"(?P<stem>.*?)(?P<first>\d+):(?P=stem)(?P<last>\d+)")
_DOUBT: Final = "# ?"
_LEVEL_KEYS = ("code", "zh", "en", "missing", "also")
_LEGEND: Final = Path(__file__).with_name("vocabulary") / "codebook_legend.txt"


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
    entries = _pairs(root, where, "question")
    sets = {**_known_sets(), **_own_sets(entries, where)}
    general: dict[str, list[tuple[str, Any, int]]] = {}
    spelt: dict[str, tuple[Any, int]] = {}
    for name, node, line in entries:
        if name == LEVEL_SETS:
            continue
        for one in (names := running_names(name)):
            spelt.setdefault(one, (None, line))
            if len(names) > 1:
                general.setdefault(one, []).extend(_pairs(node, where, "key"))
        if len(names) == 1:
            spelt[name] = (node, line)
    questions = [
        _question(name, node, line, where, general.get(name, []), sets)
        for name, (node, line) in spelt.items()
    ]
    return Codebook(tuple(questions), _doubts(text))


def running_names(name: str) -> list[str]:
    """The names that a pattern stands for; any other name is itself.

    >>> running_names("pc09:pc11"), running_names("Q6:yes")
    (['pc09', 'pc10', 'pc11'], ['Q6:yes'])
    """
    found = _PATTERN.fullmatch(name)
    if found is None or int(found["last"]) < int(found["first"]):
        return [name]
    width = len(found["first"]) if found["first"].startswith("0") else 1
    numbers = range(int(found["first"]), int(found["last"]) + 1)
    return [f"{found['stem']}{number:0{width}d}" for number in numbers]


@lru_cache
def _known_sets() -> dict[str, tuple[Level, ...]]:
    """The scales that the library knows, by name: satisfaction5, agreement5 (agree5), quality5."""
    sets = {
        f"{name}5": tuple(Level(zh, zh, en) for zh, en in levels.values())
        for name, levels in SCALES.items()
    }
    return {**sets, "agree5": sets["agreement5"]}


def _own_sets(entries: list[tuple[str, Any, int]], where: str) -> dict[str, tuple[Level, ...]]:
    node = next((node for name, node, _ in entries if name == LEVEL_SETS), None)
    if node is None:
        return {}
    return {
        name: tuple(_level(item, where) for item in _items(levels, where))
        for name, levels, _ in _pairs(node, where, "level set")
    }


_FULL_WIDTH: Final = re.compile("[\u3001-\u303f\uff00-\uffef“”]")
_LATIN: Final = re.compile("[A-Za-z]{2}")
_QUOTED: Final = re.compile("'[^']*'")


def _doubts(text: str) -> tuple[tuple[str, Text], ...]:
    """What comments say is to be looked at: lines that begin with "# ?", above their question."""
    found: list[tuple[str, Text]] = []
    waiting: list[dict[str, str]] = []
    for line in text.split("\n"):
        if line.startswith(_DOUBT):
            said = line.removeprefix(_DOUBT).strip()
            # Names in quotes may be in any script; a language is told by what stands around them.
            around = _QUOTED.sub("", said)
            chinese = _FULL_WIDTH.search(around) or not _LATIN.search(around)
            lang = "zh" if chinese else "en"
            # A doubt is written in every language, English last.
            if waiting and "en" not in waiting[-1] and lang == "en":
                waiting[-1]["en"] = said
            else:
                waiting.append({lang: said})
        elif waiting and not line.startswith("#"):
            name = _name_of(line)
            found += [(name, Label(words)) for words in waiting]
            waiting = []
    return tuple(found)


def _name_of(line: str) -> str:
    """The question that a line of YAML begins, "" for none."""
    try:
        node = yaml.compose(f"{line} " if line.endswith(":") else line, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return ""
    return str(node.value[0][0].value) if isinstance(node, yaml.MappingNode) else ""


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


def _question(
    name: str,
    node: Any,
    line: int,
    where: str,
    general: list[tuple[str, Any, int]],
    sets: Mapping[str, tuple[Level, ...]],
) -> Question:
    """A question from what patterns say of it, and what it says itself."""
    parts, lines = {}, {}
    own = [] if node is None else _pairs(node, where, "key")
    for key, value, at in [*general, *own]:
        if key not in _KEYS:
            raise unknown_name("key", key, _KEYS, f"{where}, line {at}")
        parts[key], lines[key] = value, at
    texts = {
        key: _text(parts[key], where) for key in ("text", "en", "kind", "role") if key in parts
    }
    levels = list[Level]()
    if isinstance(named := parts.get("levels"), yaml.ScalarNode) and (told := _text(named, where)):
        if told not in sets:
            raise unknown_name("level set", told, sets, f"{where}, line {lines['levels']}")
        levels = list(sets[told])
        texts.setdefault("kind", "scale")
    else:
        for item in _items(named, where) if named is not None else []:
            level = _level(item, where)
            lines[f"level {level.code}"] = _line(item)
            levels.append(level)
    rows = _items(parts["items"], where) if "items" in parts else []
    columns = _items(parts["columns"], where) if "columns" in parts else []
    missing = _pairs(parts["missing"], where, "code") if "missing" in parts else []
    ends = [_text(end, where) for end in _items(parts["range"], where)] if "range" in parts else []
    question = Question(
        name,
        texts.get("text", ""),
        texts.get("en", ""),
        texts.get("kind") or "text",
        tuple(_text(column, where) for column in columns),
        tuple(levels),
        tuple((code, _text(kind, where)) for code, kind, _ in missing),
        texts.get("role", ""),
        checked_range(ends, f"{where}, line {lines['range']}") if ends else None,
        tuple(_level(row, where) for row in rows),
    )
    places = {part: f"line {at}" for part, at in lines.items()}
    return checked_question(question, f"line {line}", where, places)


def _level(node: Any, where: str) -> Level:
    if isinstance(node, yaml.ScalarNode):
        return Level(_text(node, where), _text(node, where))
    found: dict[str, str] = {}
    also: tuple[str, ...] = ()
    for key, value, at in _pairs(node, where, "key"):
        if key not in _LEVEL_KEYS:
            raise unknown_name("key of a level", key, _LEVEL_KEYS, f"{where}, line {at}")
        if key == "also":
            also = tuple(_text(item, where) for item in _items(value, where))
        else:
            found[key] = _text(value, where)
    code = found.get("code") or found.get("zh") or found.get("en")
    if not code:
        raise CommsvcError("a level without code and label", where=f"{where}, line {_line(node)}")
    return Level(code, found.get("zh", ""), found.get("en", ""), found.get("missing", ""), also)


def write_yaml(book: Codebook, *, comments: bool = False) -> str:
    """The codebook as YAML text, a question without levels on one line, a level on one line.

    Parameters
    ----------
    comments : with a legend, and every doubt of a draft above its question
    """
    lines = [*_LEGEND.read_text("utf-8").splitlines(), ""] if comments else []
    doubts: dict[str, list[str]] = {}
    for name, doubt in book.doubts if comments else ():
        doubts.setdefault(name, []).extend(_said(doubt))
    if whole := doubts.get(""):
        lines += [*whole, ""]
    for question in book:
        lines += [*doubts.get(question.name, ()), *_lines(question)]
    return "\n".join(lines)


def _said(doubt: Text) -> list[str]:
    """A doubt in every language, English last, each wording once."""
    texts = dict.fromkeys(doubt.text(lang) for lang in reversed(known_languages()))
    # On one line each: a comment ends where its line ends.
    return [f"{_DOUBT} {' '.join(text.split())}" for text in texts]


def _lines(question: Question) -> list[str]:
    entry = {"text": question.text, "en": question.text_en, "kind": question.kind}
    parts = [f"{key}: {_scalar(value)}" for key, value in entry.items() if value]
    if question.role:
        parts.append(f"role: {question.role}")
    if question.range is not None:
        parts.append(f"range: [{', '.join(f'{end:.17g}' for end in question.range)}]")
    if question.missing:
        pairs = (f"{_scalar(code)}: {_scalar(kind)}" for code, kind in question.missing)
        parts.append(f"missing: {{{', '.join(pairs)}}}")
    if question.columns not in ((), usual_columns(question)):
        parts.append(f"columns: [{', '.join(map(_scalar, question.columns))}]")
    name = _scalar(question.name)
    if not (question.levels or question.items) and len(parts) <= 4:
        return [f"{name}: {{{', '.join(parts)}}}"]
    written = [*_list("items", question.items), *_list("levels", question.levels)]
    return [f"{name}:", *(f"  {part}" for part in parts), *written]


def _list(key: str, levels: tuple[Level, ...]) -> list[str]:
    """Plain levels on one line, others a line each."""
    texts = [_level_text(level) for level in levels]
    if not any(text.startswith("{") for text in texts):
        return [f"  {key}: [{', '.join(texts)}]"] if texts else []
    return [f"  {key}:", *(f"    - {text}" for text in texts)]


def _level_text(level: Level) -> str:
    if level.code == level.zh and not (level.en or level.missing or level.also):
        return _scalar(level.code)
    code = "" if level.code == (level.zh or level.en) else level.code
    parts = {"code": code, "zh": level.zh, "en": level.en, "missing": level.missing}
    written = [f"{key}: {_scalar(value)}" for key, value in parts.items() if value]
    if level.also:
        written.append(f"also: [{', '.join(map(_scalar, level.also))}]")
    return "{" + ", ".join(written) + "}"


@lru_cache(maxsize=65536)
def _scalar(text: str) -> str:
    """A text as YAML takes it inside brackets and out, quoted where it has to be, on one line."""
    style = '"' if "\n" in text else None
    dumped = yaml.safe_dump(
        [text], default_flow_style=True, allow_unicode=True, width=10**9, default_style=style
    )
    return str(dumped).strip()[1:-1]
