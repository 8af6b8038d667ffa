"""What a list says of itself: the number announced, and shares that must make up the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from commsvc.printed import Interval
from commsvc.published.claims.fields import (
    missing,
    printed_list,
    printed_number,
    sequence,
    shown,
    whole,
)
from commsvc.published.claims.figures import decimal_text, decimals, plain_text, share_values
from commsvc.published.claims.sentences import listing, listing_zh, sentence
from commsvc.published.claims.shares import LONGEST
from commsvc.published.claims.verdict import TRIED, Lacking, Verdict, judge, kind


@kind("list", announced="printed")
def check_list(announced: str | int, items: Iterable[Any]) -> Verdict:
    """Whether as many items are listed as were announced.

    Parameters
    ----------
    announced : the number announced, as printed (``"12项"``, ``"十几个"``) or a whole number
        (`printed` in a claims file)
    items : the items listed; those that stand twice are counted once

    Returns
    -------
    Verdict
        of kind `list`, with `counts` (`listed`, `different`) and `twice`, the items repeated

    Examples
    --------
    >>> print(check_list("四项", ["meals", "bathing", "cleaning"]))
    3 items are listed; 四项 is printed: it should be 3
    """
    given = sequence(list(items) if hasattr(items, "__next__") else items, "items")
    counted = Counter(i.strip() if isinstance(i, str) else shown(i) for i in given)
    twice = [item for item, times in counted.items() if times > 1]
    if isinstance(announced, str):
        figure = printed_number(announced, "announced")
        values, text = figure.values or Interval(None, None), announced
    else:
        values, text = Interval.point(whole(announced, "announced")), str(announced)
    rules = TRIED if len(counted) in values else ()
    more = f" ({listing(twice)} twice)" if twice else ""
    more_zh = f"（{listing_zh(twice)} 重复）" if twice else ""
    plural = "items are" if len(counted) != 1 else "item is"
    words = sentence(
        f"{len(counted)} {plural} listed{more}",
        f"共列出 {len(counted)} 项{more_zh}",
        text,
        rules,
        (f"it should be {len(counted)}", f"应为 {len(counted)}"),
    )
    recomputed = {"counts": {"listed": len(given), "different": len(counted)}, "twice": twice}
    return judge("list", rules, recomputed, words)


def sums_to_100(printed: Sequence[str], of: int | None = None) -> Verdict:
    """Whether the shares of categories that exclude each other can make up the whole.

    Parameters
    ----------
    printed : the percentages, one a category, all categories
    of : the base; where it is known, whole numbers must add up to it

    Returns
    -------
    Verdict
        of kind `sums_to_100`, with `sum` (as printed, per cent), `sum_range` (what the shares may
        add up to) and, where the base is known, `tables`: how many ways of sharing it out print so

    Examples
    --------
    >>> print(sums_to_100(["33.3%", "33.3%", "33.3%"]))
    the shares add up to 99.9%, by rounding to between 99.75% and 100.05%; 33.3%, 33.3%,
    33.3% is printed: agrees
    >>> sums_to_100(["70%", "26%", "4%"], of=230).recomputed["tables"]
    4
    """
    figures = printed_list(printed)
    if len(figures) > LONGEST:
        raise Lacking("too many shares to add", "百分比过多")
    reach = {
        rule: sum((share_values(f.text, rule) for f in figures), Interval.point(0))
        for rule in TRIED
    }
    rules = tuple(rule for rule in TRIED if 1 in reach[rule])
    faces = [share.low for share in (share_values(f.text, "truncate") for f in figures)]
    recomputed: dict[str, Any] = {}
    places = max(decimals(figure) for figure in figures)
    shown = "–"
    if all(face is not None and not f.hedge for face, f in zip(faces, figures, strict=True)):
        added = 100 * sum((face for face in faces if face is not None), Fraction(0))
        recomputed["sum"], shown = added, decimal_text(added, places)
    low, high = reach["half_up"].low, reach["half_up"].high
    recomputed["sum_range"] = [
        None if low is None else 100 * low,
        None if high is None else 100 * high,
    ]
    ends = ["∞" if end is None else f"{plain_text(100 * end)}%" for end in (low, high)]
    texts = listing([figure.text for figure in figures])
    english = f"the shares add up to {shown}%, by rounding to between {ends[0]} and {ends[1]}"
    chinese = f"各项相加为 {shown}%，考虑取舍则在 {ends[0]} 与 {ends[1]} 之间"
    if not missing(of):
        from commsvc.published.reconstruct import one_way

        base = whole(of, "of", least=1)
        tables = {r: one_way([f.text for f in figures], base, rule=r).count for r in rules}
        rules = tuple(rule for rule in rules if tables[rule])
        recomputed["tables"] = tables.get("half_up", 0)
        english += f"; {recomputed['tables']} ways of sharing out {base} print so"
        chinese += f"；{base} 有 {recomputed['tables']} 种分法与所载数字相符"
    return judge("sums_to_100", rules, recomputed, sentence(english, chinese, texts, rules))
