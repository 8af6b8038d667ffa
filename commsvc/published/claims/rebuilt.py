"""Claims about tables that were not printed: every table of whole numbers that prints so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, cast

from commsvc.errors import CommsvcError
from commsvc.printed import Printed
from commsvc.published.claims.amounts import factor
from commsvc.published.claims.count_tests import found_tests, freedom, p_values
from commsvc.published.claims.fields import counts as read_counts
from commsvc.published.claims.fields import number, printed_list, printed_number, sequence, whole
from commsvc.published.claims.prints import (
    decimal_text,
    matching_tests,
    share_values,
    significant_text,
)
from commsvc.published.claims.sentences import how, listing, tests_sentence
from commsvc.published.claims.verdict import TRIED, Lacking, Outcome, Unreadable, kind, missing
from commsvc.words.messages import Text, joined, message

if TYPE_CHECKING:
    from commsvc.published.reconstruct import Matching, Tables

# Larger groups have more possible sizes than can be gone through; the print then says too little.
_LARGEST_TOTAL: Final = 1_000_000
# A count has about as many denominators as it is large, for each unit of the last printed place.
_LARGEST_COUNT: Final = 100_000
_MOST_GROUPS: Final = 1_000
# Combinations of denominators that are listed in a verdict.
_LISTED: Final = 10_000


@contextmanager
def within_reach() -> Iterator[None]:
    """A reconstruction that is refused for its size leaves the claim undecided."""
    try:
        yield
    except CommsvcError as error:
        raise Lacking(
            message("the tables cannot be gone through: {reason}", reason=str(error))
        ) from None


def people(value: Any, name: str) -> int:
    """The number of people in all, of a size whose tables can be gone through."""
    total = whole(value, name, least=1)
    if total > _LARGEST_TOTAL:
        said = message("a total of {n} leaves too many tables (at most {most})",
                       n=total, most=_LARGEST_TOTAL)  # fmt: skip
        raise Lacking(said)
    return total


def percentages(value: Any, name: str) -> list[str]:
    """Percentages as printed, read once to refuse what is none."""
    figures = printed_list(value, name)
    if len(figures) > _MOST_GROUPS:
        raise Unreadable(f"{name} has {len(figures)} entries")
    for figure in figures:
        share_values(figure.text, "half_up")  # raises where it is no percentage
    return [figure.text for figure in figures]


@kind(
    "reconstruct",
    total=people,
    total_counts=read_counts,
    groups=percentages,
    printed=printed_number,
)
def reconstruct(
    total: int, total_counts: Sequence[int], groups: Sequence[str], printed: Printed | None = None
) -> Outcome:
    """Whether any table of whole numbers prints the groups' percentages, and the chi-square.

    Parameters
    ----------
    total : how many people in all, up to a million
    total_counts : admissible numbers of yes over all
    groups : the percentage of yes in each group, whose sizes are unknown
    printed : the published Pearson chi-square; without it the percentages alone are judged

    Returns
    -------
    Verdict
        with `tables` (how many), `chi_square` (lowest and highest over all of them),
        `tables_matching` (how many print the published one; null where none is printed or
        they cannot be counted) and `p_range`

    Examples
    --------
    >>> verdict = reconstruct(200, [143], ["70.0%", "83.3%", "65.0%"], "2.64")
    >>> verdict.verdict, verdict.recomputed["tables"], verdict.recomputed["tables_matching"]
    ('consistent', 2, 1)
    """
    from commsvc.published.reconstruct import by_group

    with within_reach():
        rules, recomputed, about = _audited(
            lambda rule: by_group(total, groups, total_counts=total_counts, rule=rule), printed
        )
    said = message("n = {n}, {groups}: {about}", n=total, groups=listing(groups), about=about)
    return Outcome(rules, recomputed, said)


@kind("chi_square_range", counts=read_counts, shares=percentages, printed=printed_number)
def chi_square_range(
    counts: Sequence[int], shares: Sequence[str], printed: Printed | None = None
) -> Outcome:
    """Which denominators the percentages of known counts allow, and the chi-squares over them.

    Parameters
    ----------
    counts : the number of yes in each group
    shares : each count's percentage of its unknown denominator
    printed : the published Pearson chi-square; without it the percentages alone are judged

    Returns
    -------
    Verdict
        with `denominators` (a list a group), `tables`, `chi_square` (lowest and highest),
        `tables_matching` and `p_range`

    Examples
    --------
    >>> verdict = chi_square_range([30, 45], ["60.0%", "75.0%"], "2.83")
    >>> verdict.verdict, verdict.recomputed["denominators"]
    ('consistent', [[50], [60]])
    """
    from commsvc.published.reconstruct import denominators, from_counts

    if len(counts) != len(shares):
        raise Unreadable(f"{len(counts)} counts for {len(shares)} shares")
    if any(count > _LARGEST_COUNT for count in counts):
        raise Lacking(message("a count is too large to try all denominators"))
    with within_reach():
        rules, recomputed, about = _audited(
            lambda rule: from_counts(counts, shares, rule=rule), printed
        )
        bases = [denominators(c, s) for c, s in zip(counts, shares, strict=True)]
    each = [
        message("{count} is {share} of {bases}", count=count, share=text,
                bases=listing(b) if b else message("none"))
        for count, text, b in zip(counts, shares, bases, strict=True)
    ]  # fmt: skip
    recomputed = {"denominators": [b[:_LISTED] for b in bases], **recomputed}
    return Outcome(rules, recomputed, message("{each}: {about}", each=joined(each), about=about))


def _audited(
    build: Callable[[str], Tables], printed: Printed | None
) -> tuple[tuple[str, ...], dict[str, Any], Text]:
    """The first rounding rule under which some table prints all, and what is said of the tables.

    What is recomputed is of the tables under half up; where only another rule holds, what
    it gives stands beside, as `under_rule`. The percentages stay rounded half up where that gives
    tables: the statistic alone may have been cut off.
    """
    plain = build("half_up")
    match = _matching(plain, printed, "half_up")
    recomputed, about = _about_all(plain, match, printed)
    if plain and (printed is None or _some(match)):
        return ("half_up",), recomputed, about
    for rule in TRIED[1:]:
        for tables in (plain, build(rule)):
            found = _matching(tables, printed, rule)
            if tables and (tables is not plain or printed) and (printed is None or _some(found)):
                recomputed["under_rule"], other = _about_all(tables, found, printed)
                if tables is plain:
                    other = message("some of them")
                under = message("{rule}: {about}", rule=how((rule,)), about=other)
                return (rule,), recomputed, joined([about, under])
    return (), recomputed, about


def _matching(tables: Tables, printed: Printed | None, rule: str) -> Matching | None:
    """Which tables print a chi-square; None where there is none to print or no table."""
    return tables.matching("pearson", printed.text, rule) if printed and tables else None


def _some(match: Matching | None) -> bool:
    return match is not None and (bool(match.count) or match.example is not None)


def _about_all(
    tables: Tables, match: Matching | None, printed: Printed | None
) -> tuple[dict[str, Any], Text]:
    """What a verdict says of all tables: their number, the statistic's range, what it decides."""
    if not tables:
        return {"tables": 0, "chi_square": None, "tables_matching": None}, _no_table(tables)
    recomputed: dict[str, Any] = {
        "tables": tables.count,
        "chi_square": None,
        "tables_matching": None if match is None else match.count,
    }
    said = [_many(tables.count)]
    found = tables.range_of("pearson")
    if not (isfinite(found.low) and isfinite(found.high)):
        return recomputed, joined([*said, message("chi-square is not defined")])
    recomputed["chi_square"] = [found.low, found.high]
    if not found.exact:
        recomputed["chi_square_exact"] = False
    decision = tables.decides()
    recomputed["p_range"] = [decision.low, decision.high]
    low, high = significant_text(found.low), significant_text(found.high)
    ends = low if low == high else message("{low} to {high}", low=low, high=high)
    said += [message("chi-square {ends}", ends=ends), decision.sentence]
    if match is not None and printed is not None:
        said.append(_hits(match, printed.text))
    return recomputed, joined(said)


def _hits(match: Matching, printed: str) -> Text:
    if match.count is not None:
        return message("{printed} is printed by {n} of them", printed=printed, n=match.count)
    if match.example is not None:
        return message("{printed} is printed by some of them", printed=printed)
    return message("{printed} is printed by perhaps some of them", printed=printed)


def _many(n: int) -> Text:
    return message("{n} table prints so", plural="{n} tables print so", n=n)


def _no_table(tables: Tables) -> Text:
    none = message("no table of whole numbers prints so")
    return message("{said} ({note})", said=none, note=tables.note) if tables.note else none


def _column(value: Any, name: str) -> int | str:
    """A column total: a count, or a percentage of all as printed."""
    if not isinstance(value, str):
        return whole(value, name)
    figure = printed_number(value, name)
    if factor(figure.unit)[0] == "share":
        return percentages([value], name)[0]
    if figure.values is None or figure.values.low != figure.values.high:
        raise Lacking(message("{name} {value} is no exact count", name=name, value=value))
    return whole(figure.values.low, name)


def columns_of(value: Any, name: str) -> list[int | str]:
    """The column totals."""
    return [_column(x, f"{name}[{j}]") for j, x in enumerate(sequence(value, name))]


def rows_of(value: Any, name: str) -> list[tuple[str | None, list[str | None]]]:
    """Row shares and row percentages, the shares with the decimals of their column."""
    shares: list[Any] = []
    cells: list[list[str | None]] = []
    for i, row in enumerate(sequence(value, name)):
        share, parts = sequence(row, f"{name}[{i}]", 2)
        shares.append(share)
        inner = f"{name}[{i}][1]"
        cells.append(
            [None if missing(p) else percentages([p], inner)[0] for p in sequence(parts, inner)]
        )
    if not shares:
        raise Lacking(message("there are no {name}", name=name))
    places = max(_places(share) for share in shares)
    return [
        (_share_text(share, places, f"{name}[{i}][0]"), parts)
        for i, (share, parts) in enumerate(zip(shares, cells, strict=True))
    ]


def _share_text(share: Any, places: int, name: str) -> str | None:
    if missing(share):
        return None
    if isinstance(share, str):
        return percentages([share], name)[0]
    return f"{decimal_text(number(share, name), places)}%"


def _places(share: Any) -> int:
    """The decimals with which a number was written; 50.0 has one, for it was no whole number."""
    if isinstance(share, str | bool) or missing(share):
        return 0
    return len(str(share).partition(".")[2]) if "." in str(share) else 0


@kind("reconstruct_rows", total=people, columns=columns_of, rows=rows_of, printed=printed_number)
def reconstruct_rows(
    total: int,
    columns: Sequence[int | str],
    rows: Sequence[tuple[str | None, list[str | None]]],
    printed: Printed | None = None,
) -> Outcome:
    """Whether any r×c table prints the row shares, row percentages and column totals.

    Parameters
    ----------
    total : how many people in all, up to a million
    columns : the column totals
    rows : ``[row share, [row percentages]]`` a row; a share given as a number has the decimals
        of the share with most of them in its column, for a number keeps no trailing zeros
    printed : the published P (likelihood ratio; Pearson is tried beside it)

    Returns
    -------
    Verdict
        with `tables` (how many), `table` (the first), `p` (its likelihood-ratio P) and `values`:
        `df`, `lr_p`, `pearson_p` of the first; `tests` names which of them prints so, in any table

    Examples
    --------
    >>> verdict = reconstruct_rows(100, [50, 50], [[50.0, ["60.0%", "40.0%"]],
    ...                                            [50.0, ["40.0%", "60.0%"]]], "0.045")
    >>> verdict.tests, verdict.recomputed["table"]
    (('lr_p',), [[30, 20], [20, 30]])
    """
    for i, (_, parts) in enumerate(rows):
        sequence(parts, f"rows[{i}][1]", len(columns))
    with within_reach():
        tables, table, rule = _first_table(total, columns, rows)
        many = tables.count if table else 0
    if table is None:
        return Outcome((), {"tables": 0, "table": None}, _no_table(tables))
    if not all(map(sum, table)) or not all(map(sum, zip(*table, strict=True))):
        raise Lacking(message("a row or column of the table is empty: no test is defined"))
    every = p_values(table, exact=False)
    values = {name: every[name] for name in ("lr_p", "pearson_p")}
    recomputed: dict[str, Any] = {
        "tables": many if rule == "half_up" else 0,
        "table": table,
        "p": values["lr_p"],
        "values": {"df": freedom(table), **values},
    }
    about: Text = _many(many)
    if rule != "half_up":
        about = message("{said} ({note})", said=about, note=how((rule,)))
    if printed is None:
        return Outcome((rule,), recomputed, about)
    rules, tests = matching_tests(values, printed.text)
    if "half_up" not in rules and many > 1 and (other := _in_another(tables, printed)):
        rules, tests = ("half_up",), other
        about = message("{said}, another than the first has this P", said=about)
    if rules and rule != "half_up":
        rules = (rule,)
    first = message("P of the first: {tests}", tests=found_tests(values, printed))
    said = tests_sentence(joined([about, first]), printed.text, tests)
    return Outcome(rules, recomputed, said, tests)


def _in_another(tables: Tables, printed: Printed) -> tuple[str, ...]:
    """The tests whose P is printed so in a table other than the first."""
    with within_reach():
        return tuple(
            name
            for name, statistic in (("lr_p", "lr_p"), ("pearson_p", "p"))
            if tables.matching(statistic, printed.text).example is not None
        )


def _first_table(
    total: int, columns: Sequence[int | str], rows: Sequence[tuple[str | None, list[str | None]]]
) -> tuple[Tables, list[list[int]] | None, str]:
    """The tables under the first rounding rule that gives any, the first of them, the rule."""
    from commsvc.published.reconstruct import by_rows

    plain = by_rows(total, columns, rows)
    for rule in TRIED:
        tables = plain if rule == "half_up" else by_rows(total, columns, rows, rule=rule)
        first = tables.first()
        if first is not None:
            return tables, [list(row) for row in cast(Sequence[Sequence[int]], first)], rule
    return plain, None, "half_up"
