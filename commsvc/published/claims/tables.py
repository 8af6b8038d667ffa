"""Claims about tables that were not printed: every table of whole numbers that prints so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError
from commsvc.printed import Printed
from commsvc.published.claims.fields import missing, printed_list, printed_number, sequence, whole
from commsvc.published.claims.figures import share_values, significant_text
from commsvc.published.claims.sentences import how, listing, listing_zh
from commsvc.published.claims.verdict import (
    TRIED,
    Lacking,
    Sentence,
    Unreadable,
    Verdict,
    judge,
    kind,
)

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
            f"the tables cannot be gone through: {error}",
            f"无法遍历所有可能的表（{error.problem}）",
        ) from None


def people(value: Any) -> int:
    """The number of people in all, of a size whose tables can be gone through."""
    total = whole(value, "total", least=1)
    if total > _LARGEST_TOTAL:
        raise Lacking(
            f"a total of {total} leaves too many tables (at most {_LARGEST_TOTAL})",
            f"总数 {total} 对应的表过多（至多 {_LARGEST_TOTAL}）",
        )
    return total


def percentages(value: Any, name: str) -> list[str]:
    """Percentages as printed, read once to refuse what is none."""
    figures = printed_list(value, name=name)
    if len(figures) > _MOST_GROUPS:
        raise Unreadable(f"{name} has {len(figures)} entries", f"{name} 过多")
    for figure in figures:
        share_values(figure.text, "half_up")  # raises where it is no percentage
    return [figure.text for figure in figures]


def _audited(
    build: Callable[[str], Tables], figure: Printed | None
) -> tuple[tuple[str, ...], dict[str, Any], Sentence]:
    """The first rounding rule under which some table prints all, and what is said of the tables.

    What is recomputed is of the tables under half up; where only another rule holds, what
    it gives stands beside, as `under_rule`. The percentages stay rounded half up where that gives
    tables: the statistic alone may have been cut off.
    """
    plain = build("half_up")
    match = _matching(plain, figure, "half_up")
    recomputed, english, chinese = _about_all(plain, match, figure)
    if plain and (figure is None or _some(match)):
        return ("half_up",), recomputed, (english, chinese)
    for rule in TRIED[1:]:
        for tables in (plain, build(rule)):
            found = _matching(tables, figure, rule)
            if tables and (tables is not plain or figure) and (figure is None or _some(found)):
                other, other_en, other_zh = _about_all(tables, found, figure)
                recomputed["under_rule"] = other
                said = how((rule,))
                if tables is plain:
                    other_en, other_zh = "some of them", "其中有相符者"
                english += f"; {said[0]}: {other_en}"
                chinese += f"；{said[1]}：{other_zh}"
                return (rule,), recomputed, (english, chinese)
    return (), recomputed, (english, chinese)


def _matching(tables: Tables, figure: Printed | None, rule: str) -> Matching | None:
    """Which tables print a chi-square; None where there is none to print or no table."""
    return tables.matching("pearson", figure.text, rule) if figure and tables else None


def _some(match: Matching | None) -> bool:
    return match is not None and (bool(match.count) or match.example is not None)


def _ends(tables: Tables) -> tuple[list[float] | None, bool]:
    """Pearson's chi-square over all tables: its ends, and whether they are attained."""
    found = tables.range_of("pearson")
    if not (isfinite(found.low) and isfinite(found.high)):
        return None, found.exact
    return [found.low, found.high], found.exact


def _about_all(
    tables: Tables, match: Matching | None, figure: Printed | None
) -> tuple[dict[str, Any], str, str]:
    """What a verdict says of all tables: their number, the statistic's range, what it decides."""
    if not tables:
        recomputed: dict[str, Any] = {"tables": 0, "chi_square": None, "tables_matching": None}
        why = f" ({tables.note})" if tables.note else ""
        return recomputed, f"no table of whole numbers prints so{why}", "没有整数表与所载数字相符"
    ends, exact = _ends(tables)
    recomputed = {
        "tables": tables.count,
        "chi_square": ends,
        "tables_matching": None if match is None else match.count,
    }
    many = tables.count
    english = f"{many} table{'s print' if many > 1 else ' prints'} so"
    chinese = f"有 {many} 张整数表与所载数字相符"
    if ends is None:
        return recomputed, f"{english}, chi-square is not defined", f"{chinese}，卡方无定义"
    if not exact:
        recomputed["chi_square_exact"] = False
    low, high = (significant_text(end) for end in ends)
    decision = tables.decides()
    recomputed["p_range"] = [decision.low, decision.high]
    at = low if low == high else f"{low} to {high}"
    english += f", chi-square {at}; {decision.en.rstrip('.')}"
    chinese += f"，卡方 {at.replace(' to ', ' 至 ')}；{decision.zh.rstrip('。')}"
    if match is not None and figure is not None:
        found = "some" if match.example is not None else "perhaps some"
        hits = found if match.count is None else str(match.count)
        english += f"; {figure.text} is printed: by {hits} of them"
        chinese += f"；所载为 {figure.text}：其中 {'若干' if match.count is None else hits} 张如此"
    return recomputed, english, chinese


@kind("reconstruct")
def reconstruct(
    total: int,
    total_counts: Sequence[int],
    groups: Sequence[str],
    printed: str | None = None,
) -> Verdict:
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

    n = people(total)
    given = sequence(total_counts, "total_counts")
    yes = [whole(x, f"total_counts[{i}]") for i, x in enumerate(given)]
    if not yes:
        raise Lacking("total_counts is empty", "total_counts 为空")
    shares = percentages(groups, "groups")
    figure = None if missing(printed) else printed_number(printed)
    with within_reach():
        rules, recomputed, (english, chinese) = _audited(
            lambda rule: by_group(n, shares, total_counts=yes, rule=rule), figure
        )
    said = f"n = {n}, {listing(shares)}", f"n = {n}，{listing_zh(shares)}"
    return judge(
        "reconstruct", rules, recomputed, (f"{said[0]}: {english}", f"{said[1]}：{chinese}")
    )


@kind("chi_square_range")
def chi_square_range(
    counts: Sequence[int], shares: Sequence[str], printed: str | None = None
) -> Verdict:
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

    known = [whole(x, f"counts[{i}]") for i, x in enumerate(sequence(counts, "counts"))]
    texts = percentages(shares, "shares")
    if len(known) != len(texts):
        raise Unreadable(
            f"{len(known)} counts for {len(texts)} shares",
            f"{len(known)} 个计数，{len(texts)} 个百分比",
        )
    if any(count > _LARGEST_COUNT for count in known):
        raise Lacking("a count is too large to try all denominators", "计数过大，无法遍历分母")
    figure = None if missing(printed) else printed_number(printed)
    with within_reach():
        rules, recomputed, (english, chinese) = _audited(
            lambda rule: from_counts(known, texts, rule=rule), figure
        )
        bases = [denominators(c, s) for c, s in zip(known, texts, strict=True)]
    recomputed = {"denominators": [b[:_LISTED] for b in bases], **recomputed}
    each = list(zip(known, texts, bases, strict=True))
    parts = [f"{count} is {text} of {listing(b) or 'none'}" for count, text, b in each]
    parts_zh = [f"{count} 为 {listing_zh(b) or '无'} 的 {text}" for count, text, b in each]
    words = (f"{'; '.join(parts)}: {english}", f"{'；'.join(parts_zh)}：{chinese}")
    return judge("chi_square_range", rules, recomputed, words)
