"""The HTML page of an audit: a summary, then a line a claim in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from commsvc.published.claims.verdict import VERDICTS
from commsvc.report.table_forms import Column, Table
from commsvc.words.languages import language
from commsvc.words.messages import Text, joined, message

Row = tuple[int | None, Mapping[str, Any], Mapping[str, Any]]

WORDS: Final[Mapping[str, Text]] = {
    "consistent": message("consistent"),
    "only_under_rule": message("only under another rule"),
    "inconsistent": message("inconsistent"),
    "undecidable": message("undecidable"),
    "unreadable": message("unreadable"),
}
_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, "Noto Sans SC", sans-serif; max-width: 76rem; margin: 2rem auto;
  padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
caption { text-align: left; font-weight: bold; margin: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem;
  border-bottom: 1px solid #8886; overflow-wrap: break-word }
th.long { min-width: 20rem }
tbody th { font-weight: normal; white-space: nowrap }
td:not(.text) { text-align: right; font-variant-numeric: tabular-nums }
"""


def page(rows: Sequence[Row], title: str) -> Iterator[str]:
    """The parts of a page that needs no other file, in the language in force."""
    head = message("Audit of {title}", title=title)
    yield (
        f'<!DOCTYPE html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(str(head))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(str(head))}</h1>\n"
    )
    yield _summary(rows).html() + "\n"
    yield verdict_list(rows).html() + "\n</body>\n</html>\n"


def _summary(rows: Sequence[Row]) -> Table:
    """How many claims of each source got which verdict."""
    sources: dict[str, Counter[str]] = {}
    for _, claim, verdict in rows:
        source = claim.get("source") or claim.get("file")
        name = source if isinstance(source, str) else ""
        sources.setdefault(name, Counter())[verdict["verdict"]] += 1
    every: list[tuple[Text | str, Counter[str]]] = []
    if len(sources) > 1:
        every += sources.items()
    every.append((message("all"), sum(sources.values(), Counter())))
    columns = [Column(message("Source"), tuple(name or "–" for name, _ in every))]
    columns.append(Column(message("Claims"), tuple(str(c.total()) for _, c in every), numeric=True))
    for level in (name for name in VERDICTS if every[-1][1][name]):
        cells = tuple(str(counts[level]) for _, counts in every)
        columns.append(Column(WORDS[level], cells, numeric=True))
    return Table(tuple(columns), message("Summary"))


def verdict_list(rows: Sequence[Row]) -> Table:
    """The verdicts one by one, of drafted claims with their sentence and how they were linked."""
    drafted = any("quote" in claim for _, claim, _ in rows)
    columns = [
        Column(message("Verdict"), tuple(WORDS[v["verdict"]] for _, _, v in rows)),
        Column(message("Claim"), tuple(_name(*row) for row in rows)),
        Column(
            message("In words"), tuple(joined([v["message"], v.get("note", "")]) for *_, v in rows)
        ),
    ]
    if drafted:
        columns.append(
            Column(message("Sentence"), tuple(str(c.get("quote", "")) for _, c, _ in rows))
        )
        sure = tuple(f"{c['confidence']:.2f}" if "confidence" in c else "" for _, c, _ in rows)
        columns.append(Column(message("Confidence"), sure, numeric=True))
    return Table(tuple(columns), message("Claims"))


def _name(line: int | None, claim: Mapping[str, Any], verdict: Mapping[str, Any]) -> Text | str:
    """Where a claim stands, its name and its kind."""
    place = message("line {line}", line=line) if line is not None else claim.get("file", "")
    if "page" in claim:
        place = message("{place}, page {n}", place=place, n=claim["page"])
    name = "" if verdict.get("id") is None else str(verdict["id"])
    return joined([place, name, str(verdict.get("kind") or "")], ", ")
