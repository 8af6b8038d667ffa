"""What a column's header says: a lead column, a question's number and text, an expanded option."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from commsvc.survey.lexicon import lexicon

_NUMBERED: Final = re.compile(
    r"(?:Q|q|题目?)?\s*(?P<number>\d{1,3})\s*(?:[、:：]|[.．](?!\d)|\)\s)\s*(?P<text>.*)", re.S
)
_EXPANDED: Final = re.compile(r"第\s*(?P<number>\d{1,3})\s*题\s*(?:[(（](?P<part>.*)[)）])?\s*")
_HIDDEN: Final = re.compile(r"[\u200b\ufeff\xa0\s]+")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,400}>")


@dataclass(frozen=True)
class Header:
    """A header, taken apart.

    Attributes
    ----------
    column : as in the file
    lead : the name of a lead column, or ""
    number : the question's number, or None
    text : the question, or what the header says
    part : the option or row of an expanded question, or None
    is_row : it has no number of its own and stands behind one that has
    name : of the question, where the file has one; columns of one name are one question
    kind : of the question, where the file tells; "other" for what was typed beside an option
    """

    column: str
    lead: str = ""
    number: int | None = None
    text: str = ""
    part: str | None = None
    is_row: bool = False
    name: str = ""
    kind: str = ""

    @property
    def question(self) -> str:
        """The name of the question it belongs to."""
        return self.lead or self.name or (f"Q{self.number}" if self.number is not None else "")


@lru_cache
def lead_columns(dialect: str = "") -> Mapping[str, str]:
    """Headers that a dialect has beside the questions, and the names of what they hold.

    >>> lead_columns()["来自IP"], lead_columns("Qualtrics")["ResponseId"]
    ('ip', 'id')
    """
    known = ("", dialect)
    return {r["header"]: r["lead"] for r in lexicon("lead_columns") if r["dialect"] in known}


@lru_cache
def leads() -> frozenset[str]:
    """The names that lead columns of any dialect get."""
    return frozenset(row["lead"] for row in lexicon("lead_columns"))


def plain_text(text: str) -> str:
    """A text without HTML and hidden signs, spaces single.

    >>> plain_text("Your role:&nbsp;<b>nurse</b> a < b"), plain_text(" x\u200by ")
    ('Your role: nurse a < b', 'x y')
    """
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", text))
    return _HIDDEN.sub(" ", text).strip()


def parse_header(column: str, dialect: str = "") -> Header:
    """One header; numbers may be full-width and spaces anywhere.

    >>> found = parse_header("３、性别 ")
    >>> found.number, found.text, found.question
    (3, '性别', 'Q3')
    >>> parse_header("第6题(美食(甜点))").part
    '美食(甜点)'
    >>> parse_header("来自IP").lead
    'ip'
    """
    text = plain_text(column)
    lead = lead_columns(dialect).get(text.rstrip("：:"), "")
    if lead:
        return Header(column, lead=lead, text=text)
    if found := _EXPANDED.fullmatch(text):
        part = found["part"].strip() if found["part"] else None
        return Header(column, number=int(found["number"]), part=part)
    if (found := _NUMBERED.fullmatch(text)) and found["text"]:
        return Header(column, number=int(found["number"]), text=found["text"].strip())
    return Header(column, text=text)


def group_headers(headers: list[Header]) -> list[list[Header]]:
    """Headers of one question together, in order.

    A column without a number behind a numbered one may be a row of that question: the text file of
    a matrix can lack the stem. That is so only where the file numbers its questions.
    """
    asked = [header for header in headers if not header.lead]
    numbered = [header for header in asked if header.number is not None]
    groups: list[list[Header]] = []
    for header in headers:
        last = groups[-1][-1] if groups else None
        if last is not None and not (header.lead or last.lead):
            named = bool(header.name) and header.part is not None
            if named and header.name == last.name and last.part is not None:
                groups[-1].append(header)
                continue
            if last.number is not None and header.number == last.number:
                groups[-1].append(header)
                continue
            loose = header.number is None and not header.name and last.number is not None
            if loose and 2 * len(numbered) > len(asked):
                groups[-1].append(
                    replace(header, number=last.number, part=header.text, is_row=True)
                )
                continue
        groups.append([header])
    return groups
