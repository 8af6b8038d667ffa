"""A codebook as a page of YAML: read with the line of every part, written for a person to edit."""

from __future__ import annotations

from typing import Any

import yaml

from commsvc.errors import CommsvcError, unknown_name
from commsvc.survey.answers import Level, Question
from commsvc.survey.codebook import Codebook, checked_question, checked_range, usual_columns
from commsvc.words.languages import known_languages
from commsvc.words.messages import Text

_KEYS = ("text", "en", "kind", "role", "range", "columns", "items", "levels", "missing")
_LEVEL_KEYS = ("code", "zh", "en", "missing", "also")
_LEGEND = """\
# 编码簿：问了什么，有哪些答案。可直接修改；以“# ?”开头的行是需要核对之处，核对后可删去。
# Codebook: what was asked, and which answers there are. Edit it; a line with "# ?" says what to
# look at, and may be deleted then.
#
# kind 题型    single 单选 | multiple 多选 | scale 等级量表 | matrix 矩阵 | ranking 排序
#              number 数字 | text 文字
# role 用途    group 分组 | weight 权重 | stratum 层 | cluster 群 | id 编号
#              private 隐私：不进入分析 left out of the analysis
# levels 选项  按顺序，量表从最好到最差 in order, a scale from best to worst
#              有高低之分的单选题可改为 scale，即按秩比较
#              a single choice with an order may be a scale: it is then compared by ranks
#              {code: 文件中的编码 code in the file, zh: 中文, en: English, missing: 类别 kind,
#              also: [同一答案的其他写法 other wordings of the answer]}
#              missing: dont_know 不知道 | refused 拒答 | not_applicable 不适用
#              （列出但不计入分母 shown, outside the base）
# items 项目   矩阵的各行、排序的各项 rows of a matrix, items of a ranking: {zh: 中文, en: English}
# missing      缺失编码 codes that stand for no answer: {9: refused, 8: skipped}
# range        可能的取值 possible numbers: [0, 120]
"""


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
    return checked_question(question, line, where, lines)


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
    lines = [*_LEGEND.splitlines(), ""] if comments else []
    for question in book:
        if comments:
            for name, doubt in book.doubts:
                if name == question.name:
                    # On one line each: a comment ends where its line ends.
                    lines += [f"# ? {' '.join(text.split())}" for text in _said(doubt)]
        lines += _lines(question)
    return "\n".join(lines)


def _said(doubt: Text) -> list[str]:
    """A doubt in every language, English last, each wording once."""
    return list(dict.fromkeys(doubt.text(lang) for lang in reversed(known_languages())))


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


def _scalar(text: str) -> str:
    """A text as YAML takes it inside brackets and out, quoted where it has to be, on one line."""
    style = '"' if "\n" in text else None
    dumped = yaml.safe_dump(
        [text], default_flow_style=True, allow_unicode=True, width=10**9, default_style=style
    )
    return str(dumped).strip()[1:-1]
