"""Which one rounding rule explains all of a document's figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError
from commsvc.published.claims.auditing import records_of, verdicts
from commsvc.published.claims.sentences import listing, listing_zh
from commsvc.published.claims.verdict import TRIED, Sentence
from commsvc.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

# One recomputed number against one printed figure: a kind that offers several tests, or tables,
# to choose from can always find one that suits a rule.
_TELLING: Final = frozenset(
    ("share", "attainable", "sum", "ratio", "product", "mean_sd", "p_from_statistic")
)
_DECIDED: Final = ("consistent", "only_under_rule", "inconsistent")
_NAMES: Final[dict[str, Sentence]] = {
    "half_up": ("rounding half up", "四舍五入"),
    "half_even": ("rounding half to even", "五成双取舍"),
    "truncate": ("cutting off", "直接截尾"),
}


@dataclass(frozen=True)
class RuleInference(Shown):
    """Which rounding rule explains a document's figures.

    Attributes
    ----------
    rule : the rule that explains every figure that any rule explains; None where no single one does
    table : a row a rule: `level` (the rule), `count` (figures it explains), `base` (figures that
        some rule explains), `estimate` (their share), `only` (figures that it alone explains),
        `exceptions` (ids or numbers of those it does not)
    unexplained : ids or numbers of figures that no rule explains
    told_apart : how many figures distinguish the rules at all
    message, message_zh : the finding in words
    """

    rule: str | None
    table: pd.DataFrame
    unexplained: tuple[str, ...]
    told_apart: int
    message: str
    message_zh: str

    def __str__(self) -> str:
        return self.message


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

    held: dict[str, frozenset[str]] = {}
    for number, (verdict, (line, claim)) in enumerate(_audited(claims), start=1):
        if verdict.get("kind") in _TELLING and verdict["verdict"] in _DECIDED:
            name = claim.get("id") if isinstance(claim, Mapping) else None
            key = str(name) if name is not None else f"line {line or number}"
            rules = frozenset(verdict["rules"])
            if not rules - {"inverted", "inverted:truncate"} and rules:
                continue  # a ratio printed upside down says nothing of rounding
            held[key if key not in held else f"{key} (line {line})"] = rules
    if not held:
        raise CommsvcError(
            "no claim can be decided, so no rule can be inferred",
            next_step="see the messages of audit(claims)",
        )
    explained = {key: rules for key, rules in held.items() if rules}
    rows: list[dict[str, Any]] = []
    for tried in TRIED:
        fits = [key for key, rules in explained.items() if tried in rules]
        rows.append(
            {
                "level": tried,
                "count": len(fits),
                "base": len(explained),
                "estimate": len(fits) / len(explained) if explained else None,
                "only": sum(explained[key] == {tried} for key in fits),
                "exceptions": tuple(key for key in explained if key not in set(fits)),
            }
        )
    table = pd.DataFrame(rows)
    told_apart = sum(rules != set(TRIED) for rules in explained.values())
    whole = [row["level"] for row in rows if explained and row["count"] == len(explained)]
    rule = str(whole[0]) if whole else None
    unexplained = tuple(key for key, rules in held.items() if not rules)
    best = max(rows, key=lambda row: int(row["count"]))
    message, message_zh = _words(rule, whole, best, len(explained), told_apart, unexplained)
    return RuleInference(rule, table, unexplained, told_apart, message, message_zh)


def _audited(claims: Any) -> Iterable[tuple[dict[str, Any], Any]]:
    records = records_of(claims)
    return zip(verdicts(records), records, strict=True)


def _words(
    rule: str | None,
    whole: list[str],
    best: Mapping[str, Any],
    explained: int,
    told_apart: int,
    unexplained: tuple[str, ...],
) -> Sentence:
    if rule is not None and told_apart == 0:
        english = f"all {explained} figures hold under every rule: they do not tell them apart"
        chinese = f"{explained} 个数字在各规则下均成立，无法区分规则"
    elif rule is not None:
        names = [_NAMES[name] for name in whole]
        english = f"{' or '.join(en for en, _ in names)} explains all {explained} figures"
        english += f"; {told_apart} of them tell{'s' if told_apart == 1 else ''} the rules apart"
        chinese = f"{'或'.join(zh for _, zh in names)}可解释全部 {explained} 个数字"
        chinese += f"，其中 {told_apart} 个能区分规则"
    elif explained:
        name = _NAMES[best["level"]]
        english = f"no one rule explains all {explained} figures; {name[0]} explains "
        english += f"{best['count']}, not {listing(best['exceptions'])}"
        chinese = f"没有一条规则能解释全部 {explained} 个数字；{name[1]}可解释 {best['count']} 个，"
        chinese += f"不能解释 {listing_zh(best['exceptions'])}"
    else:
        english, chinese = "no rule explains any of the figures", "没有规则能解释任何数字"
    if unexplained:
        english += f"; no rule explains {listing(unexplained)}"
        chinese += f"；任何规则都不能解释 {listing_zh(unexplained)}"
    return english, chinese
