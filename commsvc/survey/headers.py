"""What a column's header says: a lead column, a question's number and text, an expanded option."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

# Lead columns of 问卷星 and 腾讯问卷 by what they hold. Any of them may have been removed.
LEAD: Final = {
    "序号": "id",
    "编号": "id",
    "答卷编号": "id",
    "提交答卷时间": "submitted",
    "提交时间": "submitted",
    "结束答题时间": "submitted",
    "开始答题时间": "started",
    "所用时间": "seconds",
    "答题时长": "seconds",
    "来源": "source",
    "来源详情": "source_detail",
    "来自IP": "ip",
    "IP": "ip",
    "总分": "total_score",
}
_NUMBERED = re.compile(
    r"(?:Q|q|题目?)?\s*(?P<number>\d{1,3})\s*(?:[、:：]|[.．](?!\d))\s*(?P<text>.*)"
)
_EXPANDED = re.compile(r"第\s*(?P<number>\d{1,3})\s*题\s*(?:[(（](?P<part>.*)[)）])?\s*")
_HIDDEN = re.compile(r"[\u200b\ufeff\xa0]")


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
    """

    column: str
    lead: str = ""
    number: int | None = None
    text: str = ""
    part: str | None = None
    is_row: bool = False


def parse_header(column: str) -> Header:
    """One header; numbers may be full-width and spaces anywhere.

    >>> parse_header("３、性别 ")
    Header(column='３、性别 ', lead='', number=3, text='性别', part=None, is_row=False)
    >>> parse_header("第6题(美食(甜点))").part
    '美食(甜点)'
    >>> parse_header("来自IP").lead
    'ip'
    """
    text = _HIDDEN.sub(" ", column).strip()
    lead = LEAD.get(text.rstrip("：:"), "")
    if lead:
        return Header(column, lead=lead, text=text)
    if found := _EXPANDED.fullmatch(text):
        part = found["part"].strip() if found["part"] else None
        return Header(column, number=int(found["number"]), part=part)
    if (found := _NUMBERED.fullmatch(text)) and found["text"]:
        return Header(column, number=int(found["number"]), text=found["text"].strip())
    return Header(column, text=text)


def group_headers(columns: list[str]) -> list[list[Header]]:
    """Headers of one question together, in order.

    A column without a number behind a numbered one may be a row of that question: the text file of
    a matrix can lack the stem. That is so only where the file numbers its questions.
    """
    headers = [parse_header(column) for column in columns]
    asked = [header for header in headers if not header.lead]
    numbered = [header for header in asked if header.number is not None]
    groups: list[list[Header]] = []
    for header in headers:
        last = groups[-1][-1] if groups else None
        if last is not None and not header.lead and last.number is not None:
            if header.number == last.number:
                groups[-1].append(header)
                continue
            if header.number is None and 2 * len(numbered) > len(asked):
                groups[-1].append(
                    replace(header, number=last.number, part=header.text, is_row=True)
                )
                continue
        groups.append([header])
    return groups
