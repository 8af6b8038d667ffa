"""The codebook: what was asked, which answers there are in which order, what counts as missing."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.design import Design
from commsvc.survey.answers import KINDS, ROLES, Answers, Level, Question
from commsvc.survey.files import decode

CSV_COLUMNS = (
    "question", "text", "en", "kind", "role", "columns", "code", "level_zh", "level_en", "missing",
)  # fmt: skip


@dataclass(frozen=True)
class Codebook:
    """The questions of a survey, in order.

    Examples
    --------
    >>> book = Codebook((Question("Q1", "总体满意吗", kind="scale", columns=("Q1",)),))
    >>> book["Q1"].text, len(book)
    ('总体满意吗', 1)
    >>> print(book.to_yaml())
    Q1:
      text: 总体满意吗
      kind: scale
    """

    questions: tuple[Question, ...]

    def __getitem__(self, name: str) -> Question:
        for question in self.questions:
            if question.name == name or name in question.columns:
                return question
        raise unknown_name("question", name, [q.name for q in self.questions], "codebook")

    def __contains__(self, name: str) -> bool:
        return any(name == q.name or name in q.columns for q in self.questions)

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __len__(self) -> int:
        return len(self.questions)

    def with_question(self, name: str, **changes: Any) -> Codebook:
        """The same codebook with one question changed.

        >>> book = Codebook((Question("Q1"),)).with_question("Q1", role="group")
        >>> book["Q1"].role
        'group'
        """
        self[name]
        return Codebook(
            tuple(replace(q, **changes) if q.name == name else q for q in self.questions)
        )

    def role(self, role: str) -> tuple[str, ...]:
        """The columns that have a role, in order."""
        if role not in ROLES:
            raise unknown_name("role", role, ROLES, "codebook")
        return tuple(c for q in self.questions if q.role == role for c in q.columns)

    def design(self, *, lonely: str = "fail") -> Design:
        """The sample that the roles weight, stratum and cluster describe; unknown without any."""
        weights, strata = self.role("weight"), self.role("stratum")
        clusters = self.role("cluster")
        for what, columns in (("weight", weights), ("stratum", strata)):
            if len(columns) > 1:
                raise CommsvcError(
                    f"{len(columns)} columns have the role {what}",
                    where="codebook",
                    allowed=f"one: {', '.join(columns)}",
                )
        if not (weights or strata or clusters):
            return Design.unknown()
        return Design.sample(
            weights=weights[0] if weights else None,
            strata=strata[0] if strata else None,
            clusters=clusters,
            lonely=lonely,
        )

    def check(self, answers: Answers) -> None:
        """Refuse a codebook whose columns the answers do not have."""
        for question in self.questions:
            for column in question.columns:
                if column not in answers.data:
                    raise unknown_name(
                        "column", column, answers.data.columns, f"codebook, {question.name}"
                    )

    def to_yaml(self) -> str:
        """The codebook as a page to edit by hand."""
        import yaml

        whole: dict[str, Any] = {}
        for question in self.questions:
            entry: dict[str, Any] = {"text": question.text} if question.text else {}
            if question.text_en:
                entry["en"] = question.text_en
            entry["kind"] = question.kind
            if question.role:
                entry["role"] = question.role
            if question.columns not in ((), (question.name,)):
                entry["columns"] = list(question.columns)
            if question.levels:
                entry["levels"] = [_entry(level) for level in question.levels]
            if question.missing:
                entry["missing"] = dict(question.missing)
            whole[question.name] = entry
        text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=1000)
        return str(text).rstrip("\n")

    def to_csv(self) -> str:
        """The codebook as a table: one row a level, what belongs to the question on its first."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        for q in self.questions:
            columns = "" if q.columns in ((), (q.name,)) else "|".join(q.columns)
            rows = [(x.code, x.zh, x.en, x.missing) for x in q.levels]
            rows += [(code, "", "", f"absent: {kind}") for code, kind in q.missing]
            for i, row in enumerate(rows or [("", "", "", "")]):
                head = (q.text, q.text_en, q.kind, q.role, columns) if i == 0 else ("",) * 5
                writer.writerow([q.name, *head, *row])
        return out.getvalue()

    def save(self, path: str | Path) -> None:
        """Write YAML or CSV, by the file's ending; CSV with the mark Excel needs for Chinese."""
        file = Path(path)
        if file.suffix.lower() == ".csv":
            file.write_text(self.to_csv(), encoding="utf-8-sig")
        else:
            file.write_text(self.to_yaml() + "\n", encoding="utf-8")


def _entry(level: Level) -> dict[str, str]:
    parts = {"code": level.code, "zh": level.zh, "en": level.en, "missing": level.missing}
    return {key: value for key, value in parts.items() if value or key == "code"}


def load_codebook(path: str | Path) -> Codebook:
    """A codebook from YAML or CSV, checked; an error names the line.

    Parameters
    ----------
    path : .yaml, .yml or .csv, as `Codebook.save` writes them. In YAML every value is text: `no`
        and `1` are what they look like

    Raises
    ------
    CommsvcError : a kind, role or key that there is not, a question, level or code given twice
    """
    file = Path(path)
    if not file.is_file():
        raise CommsvcError("there is no such file", where=str(path))
    text, _ = decode(file.read_bytes(), file.name)
    if file.suffix.lower() == ".csv":
        return parse_csv(text, file.name)
    if file.suffix.lower() in (".yaml", ".yml"):
        from commsvc.survey.codebook_yaml import parse_yaml

        return parse_yaml(text, file.name)
    raise CommsvcError(
        f"{file.suffix or 'no ending'} is no codebook",
        where=file.name,
        allowed=".yaml, .yml, .csv",
    )


def checked_question(
    question: Question, line: int, where: str, lines: dict[str, int] | None = None
) -> Question:
    """A question with a known kind and role and no level twice; `lines` places its parts."""
    at = lines or {}

    def place(part: str) -> str:
        return f"{where}, line {at.get(part, line)}"

    if question.kind not in KINDS:
        raise unknown_name("kind of question", question.kind, KINDS, place("kind"))
    if question.role and question.role not in ROLES:
        raise unknown_name("role", question.role, ROLES, place("role"))
    codes = [level.code for level in question.levels] + [code for code, _ in question.missing]
    twice = [code for code, count in Counter(codes).items() if count > 1]
    if twice:
        raise CommsvcError(
            f"code {twice[0]!r} of {question.name} stands twice",
            where=place(f"level {twice[0]}"),
            allowed="each code once, under levels or under missing",
        )
    columns = question.columns or (question.name,)
    if question.kind == "multiple" and len(columns) not in (1, len(question.levels)):
        raise CommsvcError(
            f"{question.name} has {len(question.levels)} levels and {len(columns)} columns",
            where=place("columns"),
            allowed="one column an option, in the same order",
        )
    return replace(question, columns=columns)


def parse_csv(text: str, where: str = "codebook.csv") -> Codebook:
    """A codebook from CSV text.

    >>> parse_csv("question,kind,code,level_zh\\nQ1,single,1,男\\nQ1,,2,女\\n")["Q1"].levels[1]
    Level(code='2', zh='女', en='', missing='')
    """
    reader = csv.DictReader(io.StringIO(text))
    for name in reader.fieldnames or ["question"]:
        if name not in CSV_COLUMNS:
            raise unknown_name("column", name, CSV_COLUMNS, f"{where}, line 1")
    found: dict[str, tuple[Question, int]] = {}
    lines: dict[str, dict[str, int]] = {}
    for row in reader:
        line = reader.line_num
        cell = {key: (value or "").strip() for key, value in row.items() if key in CSV_COLUMNS}
        name = cell.get("question", "")
        if not name:
            raise CommsvcError("a row without a question", where=f"{where}, line {line}")
        if name not in found:
            columns = tuple(c for c in cell.get("columns", "").split("|") if c)
            question = Question(
                name,
                cell.get("text", ""),
                cell.get("en", ""),
                cell.get("kind") or "text",
                columns,
                role=cell.get("role", ""),
            )
            found[name] = (question, line)
        question, first = found[name]
        code, kind = cell.get("code", ""), cell.get("missing", "")
        if kind.startswith("absent:"):
            pair = (code, kind.removeprefix("absent:").strip())
            question = replace(question, missing=(*question.missing, pair))
        elif code or cell.get("level_zh") or cell.get("level_en"):
            zh, en = cell.get("level_zh", ""), cell.get("level_en", "")
            question = replace(
                question, levels=(*question.levels, Level(code or zh or en, zh, en, kind))
            )
        lines.setdefault(name, {})[f"level {code}"] = line
        found[name] = (question, first)
    return Codebook(
        tuple(checked_question(q, line, where, lines.get(q.name)) for q, line in found.values())
    )


def draft_codebook(answers: Any) -> Codebook:
    """A codebook to correct by hand, from what the answers look like.

    Parameters
    ----------
    answers : Answers, or a pandas frame

    Returns
    -------
    Codebook. Kinds are guessed: graded words are a scale, few distinct answers a single choice,
    numbers a number, everything else text. Levels stand in the scale's order, or in that of the
    numbers in them; "don't know" and its like stand last and are marked as outside the base.
    English labels are filled in where the words are known.

    Examples
    --------
    >>> import pandas as pd
    >>> book = draft_codebook(pd.DataFrame({"q": ["一般", "很满意", "说不清", "不满意"] * 3}))
    >>> book["q"].kind, [x.zh for x in book["q"].levels], book["q"].levels[-1].missing
    ('scale', ['很满意', '一般', '不满意', '说不清'], 'dont_know')
    """
    from commsvc.survey.draft import drafted

    held = answers if isinstance(answers, Answers) else Answers.from_frame(answers)
    return Codebook(drafted(held))
