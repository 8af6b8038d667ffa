"""The HTML report of an audit: a summary, then one line a claim in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from commsvc.published.claims.verdict import VERDICTS
from commsvc.words.messages import text_of

Row = tuple[int | None, Mapping[str, Any], Mapping[str, Any]]

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "consistent": ("consistent", "相符"),
    "only_under_rule": ("only under another rule", "仅在其他规则下相符"),
    "inconsistent": ("inconsistent", "不相符"),
    "undecidable": ("undecidable", "无法判定"),
    "unreadable": ("unreadable", "无法读取"),
}
_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, "Noto Sans SC", sans-serif; max-width: 72rem; margin: 2rem auto;
  padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem;
  border-bottom: 1px solid #8886; overflow-wrap: anywhere }
td.n { text-align: right; font-variant-numeric: tabular-nums }
tr.inconsistent td:first-child, tr.unreadable td:first-child { border-left: .3rem solid #c0392b }
tr.only_under_rule td:first-child { border-left: .3rem solid #d68910 }
tr.undecidable td:first-child { border-left: .3rem solid #7f8c8d }
tr.consistent td:first-child { border-left: .3rem solid #1e8449 }
.zh { display: block; opacity: .8 }
"""


def page(rows: Sequence[Row], title: str) -> Iterator[str]:
    """The parts of a page that needs no other file."""
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>Audit of {_text(title)} <span class=zh lang=zh>数字核对</span></h1>\n"
    )
    yield from _summary(rows)
    yield (
        "<h2>Claims <span lang=zh>逐条结果</span></h2>\n<table>\n<thead><tr><th>Line 行</th>"
        "<th>Claim 论断</th><th>Verdict 判定</th><th>In words 说明</th></tr></thead>\n<tbody>\n"
    )
    for line, _, verdict in rows:
        yield _row(line, verdict)
    yield "</tbody>\n</table>\n</body>\n</html>\n"


def _summary(rows: Sequence[Row]) -> Iterator[str]:
    sources: dict[str, Counter[str]] = {}
    for _, claim, verdict in rows:
        source = claim.get("source")
        name = source if isinstance(source, str) else ""
        sources.setdefault(name, Counter())[verdict["verdict"]] += 1
    every: Counter[str] = sum(sources.values(), Counter())
    head = "".join(
        f"<th>{en}<span class=zh lang=zh>{zh}</span></th>"
        for en, zh in (_WORDS[level] for level in VERDICTS)
    )
    yield (
        "<h2>Summary <span lang=zh>汇总</span></h2>\n<table>\n<thead><tr><th>Source 来源</th>"
        f"<th>Claims 论断</th>{head}</tr></thead>\n<tbody>\n"
    )
    listed = list(sources.items()) if len(sources) > 1 else []
    for name, counts in [*listed, ("all 全部", every)]:
        cells = "".join(f"<td class=n>{counts[level]}</td>" for level in VERDICTS)
        label = _text(name) or "–"
        yield f"<tr><th scope=row>{label}</th><td class=n>{counts.total()}</td>{cells}</tr>\n"
    yield "</tbody>\n</table>\n"


def _row(line: int | None, verdict: Mapping[str, Any]) -> str:
    level = verdict["verdict"]
    en, zh = _WORDS[level]
    name = verdict.get("id")
    label = _text("" if name is None else str(name))
    kind = _text(str(verdict.get("kind") or ""))
    note = f"<br><small>{_text(str(verdict['note']))}</small>" if verdict.get("note") else ""
    return (
        f"<tr class={level}><td class=n>{'' if line is None else line}</td>"
        f"<td>{label}<br><small>{kind}</small></td>"
        f"<td>{en}<span class=zh lang=zh>{zh}</span></td>"
        f"<td>{_text(text_of(verdict['message'], 'en'))}{note}"
        f"<span class=zh lang=zh>{_text(text_of(verdict['message'], 'zh'))}</span></td></tr>\n"
    )


def _text(value: str) -> str:
    return escape(value, quote=True)
