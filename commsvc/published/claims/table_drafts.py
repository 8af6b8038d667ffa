"""From a table of a report to claims: n in the header, counts with shares, χ², t and P columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from commsvc.published.claims.drafting import (
    Draft,
    as_claim,
    number_of,
    patterns,
    plain_signs,
    tidy,
)
from commsvc.published.documents import DocumentTable
from commsvc.words.messages import message

# A cell below a header that gives n: people without an answer may be missing from it.
_CELL: Final = 0.85
_LINK: Final = message("n of the column")
_OF_COLUMN: Final = message("the counts of the column")


@dataclass(frozen=True)
class Layout:
    """What the columns of a table are: those of groups with their size, and those of tests."""

    first: int
    sizes: Mapping[int, int]
    all_of_them: frozenset[int]
    tests: Mapping[str, int]

    @property
    def groups(self) -> list[int]:
        """The columns of groups that are compared, without the one of all."""
        return [c for c in self.sizes if c not in self.all_of_them]


def table_claims(table: DocumentTable) -> list[dict[str, Any]]:
    """The claims that a table makes of its own numbers.

    Parameters
    ----------
    table : its rows of cells, the header first

    Returns
    -------
    list of dict
        as `draft_claims`; `quote` is the row

    Examples
    --------
    >>> rows = (("", "Town (n=40)", "Country (n=40)", "χ²", "P"),
    ...         ("Satisfied", "38 (95.0)", "32 (80.0)", "4.114", "0.043"))
    >>> [(c["kind"], c["printed"]) for c in table_claims(DocumentTable(rows, 0, 90))]
    [('share', '95.0%'), ('share', '80.0%'), ('chi_square', '4.114'), ('p_value', '0.043')]
    """
    rows = [[plain_signs(cell) for cell in row] for row in table.rows]
    layout = _layout(rows)
    found = [(*one, _OF_COLUMN) for one in _frequencies(rows)] if layout is None else [
        (*one, _LINK)
        for block in _variables(rows, layout)
        for one in _of_variable(rows, block, layout)
    ]  # fmt: skip
    claims: list[dict[str, Any]] = []
    for at, kind, fields, sure, link in found:
        draft = Draft(kind, fields, table.start, table.end, sure, link)
        quote = " | ".join(cell for cell in table.rows[at] if cell)
        claims.append(as_claim(draft, quote, len(claims) + 1))
    return claims


def _frequencies(
    rows: Sequence[Sequence[str]],
) -> Iterator[tuple[int, str, dict[str, Any], float]]:
    """A column of counts with their percentages beside: of the total, or of what they add up to."""
    cells = patterns()["table"]
    heads = rows[0] if rows else []
    for c, head in enumerate(heads):
        beside = next((p for p in (c + 1, c - 1) if 0 < p < len(heads)
                       and cells["header_percent"].search(heads[p])), None)  # fmt: skip
        if beside is None or not cells["header_count"].search(head):
            continue
        block: list[tuple[int, str, str]] = []
        for at, row in enumerate(rows[1:], 1):
            count, share = (
                cells["number"].match(_cell(row, c)),
                cells["number"].match(_cell(row, beside)),
            )
            if not count or not share or "." in count["value"]:
                continue
            if cells["header_all"].search(row[0]):
                yield from _of_total(block, at, count["value"])
                block = []
                continue
            block.append((at, count["value"], f"{share['value']}%"))
            if abs(sum(float(share[:-1]) for _, _, share in block) - 100) < 0.5 and not any(
                cells["header_all"].search(r[0]) for r in rows[at + 1 :]
            ):
                yield from _of_total(block, None, "")
                block = []


def _of_total(
    block: Sequence[tuple[int, str, str]], at: int | None, total: str
) -> Iterator[tuple[int, str, dict[str, Any], float]]:
    """Counts of a question with their percentages, and the total printed below them."""
    counts = [int(number_of(count)) for _, count, _ in block]
    of = int(number_of(total)) if total else sum(counts)
    for (row, _, printed), count in zip(block, counts, strict=True):
        if of and count <= of:
            yield row, "share", {"count": count, "of": of, "printed": printed}, _CELL
    if at is not None and counts:
        yield at, "sum", {"parts": counts, "printed": total}, _CELL


def _layout(rows: Sequence[Sequence[str]]) -> Layout | None:
    """The columns of a table, or None where no group has its size in the header."""
    cells = patterns()["table"]
    # The header is what stands above the last row, before any answers, that gives n.
    answers = (
        i
        for i, row in enumerate(rows)
        if any(cells["share"].match(c) or cells["mean"].match(c) for c in row[1:])
    )
    top = rows[: next(answers, 0)]
    first = max(
        (i for i, row in enumerate(top, 1) if any(map(cells["size"].search, row))), default=0
    )
    if not first:
        return None
    width = max(map(len, rows))
    heads = ["" for _ in range(width)]
    for row in rows[:first]:
        left = ""
        for c in range(width):
            left = row[c] if c < len(row) and row[c] else left
            heads[c] = f"{heads[c]} {row[c] if c < len(row) else ''}".strip()
    sizes = {
        c: int(number_of(m["n"])) for c, h in enumerate(heads) if (m := cells["size"].search(h))
    }
    tests = {
        name: c
        for name in ("header_chi", "header_t", "header_p")
        for c, head in enumerate(heads)
        if cells[name].search(head.strip("/ "))
    }
    whole = frozenset(c for c in sizes if cells["header_all"].search(heads[c]))
    return Layout(first, sizes, whole, tests) if sizes else None


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _variables(rows: Sequence[Sequence[str]], layout: Layout) -> Iterator[list[int]]:
    """The rows of one question each: a new one begins with its test, or its heading."""
    block: list[int] = []
    for at in range(layout.first, len(rows)):
        row = rows[at]
        tested = any(_cell(row, c) for c in layout.tests.values())
        heading = not any(_cell(row, c) for c in layout.sizes)
        # The test of a question stands beside its heading or its first answer.
        begun = (
            block and not any(_cell(rows[block[0]], c) for c in layout.sizes) and len(block) == 1
        )
        if block and (heading or (tested and not begun)):
            yield block
            block = []
        block.append(at)
    if block:
        yield block


def _of_variable(
    rows: Sequence[Sequence[str]], block: Sequence[int], layout: Layout
) -> Iterator[tuple[int, str, dict[str, Any], float]]:
    counted: list[list[int]] = []
    last = block[0]
    for at in block:
        matches = {c: patterns()["table"]["share"].match(_cell(rows[at], c)) for c in layout.sizes}
        for c, match in matches.items():
            if match and int(number_of(match["count"])) <= layout.sizes[c]:
                fields = {"count": int(number_of(match["count"])), "of": layout.sizes[c],
                          "printed": f"{match['printed']}%"}  # fmt: skip
                yield at, "share", fields, _CELL
        found = [matches[c] for c in layout.groups]
        if found and all(found):
            counted.append([int(number_of(m["count"])) for m in found if m])
            last = at
    yield from _chi_square(rows, block, layout, counted)
    if not counted:
        yield from _t_test(rows, last, layout)


def _printed(rows: Sequence[Sequence[str]], block: Sequence[int], column: int | None) -> str:
    """The statistic of a question, in the first of its rows that has one."""
    for at in block:
        match = patterns()["table"]["statistic"].match(_cell(rows[at], column))
        if match:
            return match["sign"].replace("=", "") + tidy(match["value"])
    return ""


def _chi_square(
    rows: Sequence[Sequence[str]],
    block: Sequence[int],
    layout: Layout,
    counted: Sequence[Sequence[int]],
) -> Iterator[tuple[int, str, dict[str, Any], float]]:
    if not counted or len(layout.groups) < 2:
        return
    table = [list(group) for group in zip(*counted, strict=True)]
    sizes = [layout.sizes[c] for c in layout.groups]
    if len(counted) == 1:
        table = [[*group, n - sum(group)] for group, n in zip(table, sizes, strict=True)]
    elif [sum(group) for group in table] != sizes:
        return  # answers are missing, or several could be given: no table of all
    statistic = _printed(rows, block, layout.tests.get("header_chi"))
    p = _printed(rows, block, layout.tests.get("header_p"))
    if statistic:
        yield block[0], "chi_square", {"table": table, "printed": statistic}, _CELL
    if p:
        yield block[0], "p_value", {"table": table, "printed": p}, _CELL


def _t_test(
    rows: Sequence[Sequence[str]], at: int, layout: Layout
) -> Iterator[tuple[int, str, dict[str, Any], float]]:
    matches = [patterns()["table"]["mean"].match(_cell(rows[at], c)) for c in layout.groups]
    if len(matches) != 2 or not all(matches):
        return
    groups = [
        [tidy(m["mean"]), tidy(m["sd"]), layout.sizes[c]]
        for m, c in zip(matches, layout.groups, strict=True)
        if m
    ]
    for name, statistic in (("header_t", "t"), ("header_p", "p")):
        if printed := _printed(rows, [at], layout.tests.get(name)):
            yield (
                at,
                "t_test",
                {"groups": groups, "statistic": statistic, "printed": printed},
                _CELL,
            )
