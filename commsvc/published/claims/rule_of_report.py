"""What a whole report's figures tell: its rounding rule, the bases of its shares, its tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError
from commsvc.published.claims.auditing import records_of, verdicts
from commsvc.published.claims.fields import printed_number, whole
from commsvc.published.claims.percentages import counts_between
from commsvc.published.claims.prints import decimals, share_rules, share_values
from commsvc.published.claims.sentences import listing
from commsvc.published.claims.verdict import TRIED, Lacking, missing
from commsvc.words.messages import Text, joined, message

if TYPE_CHECKING:
    import pandas as pd

# One recomputed number against one printed figure: a kind that offers several tests, or tables,
# to choose from can always find one that suits a rule.
_TELLING: Final = frozenset(
    ("share", "attainable", "sum", "ratio", "product", "mean_sd", "p_from_statistic")
)
_DECIDED: Final = ("consistent", "only_under_rule", "inconsistent")
_NAMES: Final[Mapping[str, Text]] = {
    "half_up": message("rounding half up"),
    "half_even": message("rounding half to even"),
    "truncate": message("cutting off"),
}


@dataclass(frozen=True)
class RuleInference:
    """Which rounding rule explains a document's figures.

    Attributes
    ----------
    rule : the rule that explains every figure that any rule explains; None where no single one does
    table : a row a rule: `level` (the rule), `count` (figures it explains), `base` (figures that
        some rule explains), `estimate` (their share), `only` (figures that it alone explains),
        `exceptions` (ids or numbers of those it does not)
    unexplained : ids or numbers of figures that no rule explains
    told_apart : how many figures distinguish the rules at all
    message : the finding in words
    """

    rule: str | None
    table: pd.DataFrame
    unexplained: tuple[str, ...]
    told_apart: int
    message: Text

    def __str__(self) -> str:
        return str(self.message)


def infer_rule(claims: pd.DataFrame | Iterable[Mapping[str, Any]]) -> RuleInference:
    """Which one rounding rule explains all figures of a document.

    Parameters
    ----------
    claims : the claims of one document, as for `audit`; looked at are those that recompute one
        number (`share`, `attainable`, `sum`, `ratio`, `product`, `mean_sd`, `p_from_statistic`)

    Returns
    -------
    RuleInference
        of several rules that explain all, half up comes first; `told_apart` says how
        many figures speak for one rule against another at all

    Raises
    ------
    CommsvcError : no claim can be decided

    Examples
    --------
    >>> claims = [{"kind": "share", "count": c, "of": 56, "printed": p}
    ...           for c, p in [(1, "1.78%"), (32, "57.14%"), (12, "21.42%")]]
    >>> print(infer_rule(claims))
    cutting off explains all 3 figures; 2 of them tell the rules apart
    """
    import pandas as pd

    held = _held(claims)
    if not held:
        raise CommsvcError(
            "no claim can be decided, so no rule can be inferred",
            next_step="see the messages of audit(claims)",
        )
    explained = {key: rules for key, rules in held.items() if rules}
    rows = [_row_of_rule(rule, explained) for rule in TRIED]
    told_apart = sum(rules != set(TRIED) for rules in explained.values())
    whole_ = [row["level"] for row in rows if explained and row["count"] == len(explained)]
    unexplained = tuple(key for key, rules in held.items() if not rules)
    said = _words(whole_, rows, len(explained), told_apart)
    if unexplained:
        said = joined([said, message("no rule explains {figures}", figures=listing(unexplained))])
    rule = str(whole_[0]) if whole_ else None
    return RuleInference(rule, pd.DataFrame(rows), unexplained, told_apart, said)


def _held(claims: Any) -> dict[str, frozenset[str]]:
    """The rules under which each telling claim holds, by its id or line."""
    held: dict[str, frozenset[str]] = {}
    records = records_of(claims)
    for verdict, (line, claim) in zip(verdicts(records), records, strict=True):
        if verdict.get("kind") in _TELLING and verdict["verdict"] in _DECIDED:
            name = claim.get("id") if isinstance(claim, Mapping) else None
            key = str(name) if name is not None else f"line {line}"
            rules = frozenset(verdict["rules"])
            if not rules - {"inverted", "inverted:truncate"} and rules:
                continue  # a ratio printed upside down says nothing of rounding
            held[key if key not in held else f"{key} (line {line})"] = rules
    return held


def _row_of_rule(rule: str, explained: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    fits = [key for key, rules in explained.items() if rule in rules]
    return {
        "level": rule,
        "count": len(fits),
        "base": len(explained),
        "estimate": len(fits) / len(explained) if explained else None,
        "only": sum(explained[key] == {rule} for key in fits),
        "exceptions": tuple(key for key in explained if key not in set(fits)),
    }


def _words(
    whole_: Sequence[str], rows: Sequence[Mapping[str, Any]], n: int, told_apart: int
) -> Text:
    if not n:
        return message("no rule explains any of the figures")
    if whole_ and told_apart == 0:
        return message("all {n} figures hold under every rule: they do not tell them apart", n=n)
    if whole_:
        apart = message(
            "{k} of them tells the rules apart",
            plural="{k} of them tell the rules apart",
            number="k",
            k=told_apart,
        )
        names = joined([_NAMES[rule] for rule in whole_], message(" or "))
        return joined([message("{rules} explains all {n} figures", rules=names, n=n), apart])
    best = max(rows, key=lambda row: int(row["count"]))
    return message(
        "no one rule explains all {n} figures; {rule} explains {k}, not {exceptions}",
        n=n,
        rule=_NAMES[best["level"]],
        k=best["count"],
        exceptions=listing(best["exceptions"]),
    )


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
        random count, one over possible), `note`

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
        rules, found = _counts_of(figure.text, base, known)
        reached = min(base + 1, values)
        verdict = "consistent" if "half_up" in rules else "only_under_rule"
        chance = reached / values if known is None else 1 / values
        rows.append(
            (base, verdict if rules else "inconsistent", rules[0] if rules else "", tuple(found),
             reached, values, chance, _worth(base, reached, values, known))
        )  # fmt: skip
    columns = ["base", "verdict", "rule", "count", "reached", "possible", "chance", "note"]
    return pd.DataFrame(rows, columns=columns)


def _counts_of(text: str, base: int, known: int | None) -> tuple[list[str], Sequence[int]]:
    """The rules under which some count of the base, or the known one, prints so; the counts."""
    if known is not None:
        rules = list(share_rules(known, base, text)) if known <= base else []
        return rules, [known] if rules else []
    matches = {rule: counts_between(share_values(text, rule), base) for rule in TRIED}
    rules = [rule for rule in TRIED if matches[rule]]
    return rules, matches[rules[0]] if rules else []


def _worth(base: int, reached: int, values: int, known: int | None) -> Text:
    if known is not None:
        return message(
            "count and base are both given: a random figure would match once in {values}",
            values=values,
        )
    if reached == values:
        return message(
            "a share of {base} reaches all {values} values: a match says nothing",
            base=base,
            values=values,
        )
    return message(
        "a share of {base} reaches {reached} of {values} values",
        base=base,
        reached=reached,
        values=values,
    )


# The kinds that try several tests of one table, and the tests they try.
_TESTED: Final = ("chi_square", "p_value")
TESTS: Final = ("pearson", "yates", "fisher", "lr")


def used_tests(table: pd.DataFrame) -> pd.DataFrame:
    """Which tests print the published chi-squares and P-values.

    An inequality as ``<0.001`` is printed by nearly every test: leave such claims out before
    asking which test people use.

    Parameters
    ----------
    table : what `audit` returned; of kinds other than `chi_square` and `p_value` nothing is taken

    Returns
    -------
    DataFrame
        a row a test (`pearson`, `yates`, `fisher`, `lr`): `level` (the test), `count` (claims whose
        printed value it gives, by whatever rounding), `only` (claims that it alone gives), `base`
        (claims for which it was tried: Yates's correction is for 2×2 tables, the exact P for those
        and where it was asked for), `estimate` (count over base; None without any)

    Raises
    ------
    CommsvcError : the table is not one of `audit`

    Examples
    --------
    >>> from commsvc.published.claims import audit
    >>> claims = [{"kind": "p_value", "table": [[12, 3], [439, 175]], "printed": "0.5"},
    ...           {"kind": "p_value", "table": [[10, 20], [20, 10]], "printed": "0.020"}]
    >>> used_tests(audit(claims))[["level", "count", "only", "base"]]
         level  count  only  base
    0  pearson      1     0     2
    1    yates      1     1     2
    2   fisher      0     0     2
    3       lr      1     0     2
    """
    import pandas as pd

    for name in ("kind", "tests", "recomputed"):
        if name not in table.columns:
            raise CommsvcError(
                f"the table has no column {name!r}",
                where="used_tests(table)",
                next_step="give it what audit(claims) returned",
            )
    rows = table[table["kind"].isin(_TESTED)]
    fits = [{_name(test) for test in tests} for tests in rows["tests"]]
    tried = [{_name(test) for test in found.get("values", {})} for found in rows["recomputed"]]
    counted = []
    for test in TESTS:
        base = sum(test in names for names in tried)
        count = sum(test in names for names in fits)
        alone = sum(names == {test} for names in fits)
        counted.append((test, count, alone, base, count / base if base else None))
    return pd.DataFrame(counted, columns=["level", "count", "only", "base", "estimate"])


def _name(test: str) -> str:
    """The test behind a name of a verdicts file: ``fisher_p:trunc`` is Fisher's."""
    return test.partition(":")[0].removesuffix("_p")
