"""Which base a percentage was taken of, and how the bases of a report hang together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError
from commsvc.published.claims.fields import missing, printed_number, whole
from commsvc.published.claims.figures import decimals, share_rules, share_values
from commsvc.published.claims.shares import counts_between
from commsvc.published.claims.verdict import TRIED, Lacking

if TYPE_CHECKING:
    import pandas as pd

_LARGEST_TOGETHER: Final = 4


def candidate_denominators(
    printed: str, candidates: Sequence[int], count: int | None = None
) -> pd.DataFrame:
    """Which of several bases a percentage can be of, and how much a match says.

    A match is weak evidence where the base reaches most of the values that can be printed: of 42
    people a share with one decimal takes 43 of 1001 values, so a wrong base matches by chance
    about once in 23; of 1000 people or more it takes them all and every base matches.

    Parameters
    ----------
    printed : the percentage as printed
    candidates : bases that may have been meant, above zero
    count : the count behind it, where it is printed

    Returns
    -------
    DataFrame
        one row a candidate: `base`, `verdict`, `rule` (the first under which it matches), `count`
        (the counts that print so), `reached` (printed values from 0 to 100 % that a count of
        this base takes), `possible` (those there are at these decimals), `chance` (reached
        over possible: how often a random figure would match; where the count is given, that of a
        random count, one over possible), `note`, `note_zh`

    Examples
    --------
    >>> found = candidate_denominators("47.6%", [42, 40, 2000])
    >>> found[["base", "verdict", "reached", "possible"]]
       base       verdict  reached  possible
    0    42    consistent       43      1001
    1    40  inconsistent       41      1001
    2  2000    consistent     1001      1001
    """
    import pandas as pd

    try:
        figure = printed_number(printed)
        known = None if missing(count) else whole(count, "count")
    except Lacking as lack:
        raise CommsvcError(str(lack)) from None
    values = 100 * 10 ** decimals(figure) + 1
    rows = []
    for i, candidate in enumerate(candidates):
        base = whole(candidate, f"candidates[{i}]", least=1)
        if known is None:
            matches = {r: counts_between(share_values(figure.text, r), base) for r in TRIED}
            rules = [rule for rule in TRIED if matches[rule]]
            found = list(matches[rules[0]]) if rules else []
        else:
            fits = share_rules(known, base, figure.text) if known <= base else ()
            rules, found = list(fits), [known] if fits else []
        reached = min(base + 1, values)
        verdict = "consistent" if "half_up" in rules else "only_under_rule"
        chance = reached / values if known is None else 1 / values
        note, note_zh = _worth(base, reached, values, known)
        rows.append(
            {
                "base": base,
                "verdict": verdict if rules else "inconsistent",
                "rule": rules[0] if rules else "",
                "count": tuple(found),
                "reached": reached,
                "possible": values,
                "chance": chance,
                "note": note,
                "note_zh": note_zh,
            }
        )
    columns = ["base", "verdict", "rule", "count", "reached", "possible", "chance", "note",
               "note_zh"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _worth(base: int, reached: int, values: int, known: int | None) -> tuple[str, str]:
    if known is not None:
        return (
            f"count and base are both given: a random figure would match once in {values}",
            f"计数与基数均已知：随机数字相符的机会为 {values} 分之一",
        )
    if reached == values:
        return (
            f"a share of {base} reaches all {values} values: a match says nothing",
            f"{base} 的占比可取遍 {values} 个值：相符不说明任何问题",
        )
    return (
        f"a share of {base} reaches {reached} of {values} values",
        f"{base} 的占比可取 {values} 个值中的 {reached} 个",
    )


def nested_bases(claims: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Where the base of each share comes from: the whole, a count, or a sum of counts.

    In a report that nests its questions (of 1205, 882 know it; of those 882, 548 use it) every base
    is the largest one, or a count of another base, or made up of such counts. A base that
    is none of these hangs in the air: people were lost or the base is a slip.

    Parameters
    ----------
    claims : claims of kind `share` of one report; others are passed over

    Returns
    -------
    DataFrame
        one row a base, largest first: `base`, `count` (shares that have it), `verdict`
        (`consistent`, or `undecidable` where nothing in the report gives it), `parent` (the base
        it is a count of, where it is one), `parts` (the counts that add up to it), `note`

    Examples
    --------
    >>> shares = [{"kind": "share", "count": 882, "of": 1205}, {"kind": "share", "count": 548,
    ...           "of": 882}, {"kind": "share", "count": 14, "of": 63}]
    >>> nested_bases(shares)[["base", "verdict", "note"]]
       base      verdict                              note
    0  1205   consistent                         the whole
    1   882   consistent                     882 of 1205
    2    63  undecidable  no count of the report gives it
    """
    import pandas as pd

    pairs = []
    for i, claim in enumerate(claims):
        if claim.get("kind") == "share" and "count" in claim and "of" in claim:
            count, base = whole(claim["count"], f"claim {i + 1}: count"), claim["of"]
            pairs.append((count, whole(base, f"claim {i + 1}: of")))
    bases = sorted({base for _, base in pairs}, reverse=True)
    rows = []
    for base in bases:
        above = sorted({b for c, b in pairs if c == base and b > base})
        parts = () if above else _parts(base, pairs)
        if base == bases[0]:
            note, verdict = "the whole", "consistent"
        elif above:
            note, verdict = f"{base} of {above[0]}", "consistent"
        elif parts:
            note, verdict = " + ".join(str(part) for part in parts), "consistent"
        else:
            note, verdict = "no count of the report gives it", "undecidable"
        rows.append(
            {
                "base": base,
                "count": sum(b == base for _, b in pairs),
                "verdict": verdict,
                "parent": above[0] if above else None,
                "parts": parts,
                "note": note,
            }
        )
    return pd.DataFrame(rows, columns=["base", "count", "verdict", "parent", "parts", "note"])


def _parts(base: int, pairs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """A few counts of one larger base that add up to this base; empty where there are none."""
    by_base: dict[int, set[int]] = {}
    for count, of in pairs:
        if of > base > count > 0:
            by_base.setdefault(of, set()).add(count)
    for counts in by_base.values():
        # Beyond some dozen counts nearly any number is a sum of a few: a match would be chance.
        if len(counts) > 12:
            continue
        for size in range(2, _LARGEST_TOGETHER + 1):
            for some in combinations(sorted(counts, reverse=True), size):
                if sum(some) == base:
                    return some
    return ()
