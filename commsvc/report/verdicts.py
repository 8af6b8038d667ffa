"""The verdicts of an audit as a table for readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from commsvc.report.catalogue import heading, words
from commsvc.report.lang import Words
from commsvc.report.tables import show_table

if TYPE_CHECKING:
    import pandas as pd

_WORDS, _RULES = words("verdict"), words("rule")
VERDICTS: Final = {
    name: _WORDS[name]
    for name in ("consistent", "only_under_rule", "inconsistent", "undecidable", "unreadable")
}
RULES: Final = {
    name: _RULES[name]
    for name in ("half_up", "half_even", "truncate", "inverted", "inverted:truncate")
}
COLUMNS: Final[dict[str, Words]] = {
    **{name: heading(name) for name in ("report", "claim", "printed", "recomputed", "verdict")},
    "rule": ("Rule", "取舍规则"),
    "reckoning": heading("reckoning"),
}
# Where a verdict keeps the one thing that was recomputed, most telling first.
_PLACES: Final = (
    *("percent", "quotient", "product", "different", "apart", "sum", "counts", "sizes"),
    *("tables", "lowest"),
)


def verdict_table(table: Any, claims: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """What an audit found, as its readers see it.

    Parameters
    ----------
    table : what `commsvc.audit` returned for the claims, in their order
    claims : the claims, with `about_en` and `about_zh` (`commsvc.published.reports.claims`)

    Returns
    -------
    DataFrame
        a row a claim: `report` (its number, if it has one), `claim` (a reading of an ambiguous
        line says so), `printed`, `recomputed`
        (the one number recomputed, or its range; empty where there are several), `verdict`,
        `rule` (empty where half up does), `reckoning` (with the reason for anything that the
        report does not print); words as pairs (English, Chinese)

    Examples
    --------
    >>> from commsvc.published.claims import audit
    >>> claims = [{"kind": "ratio", "numerator": "54个", "denominator": "13个", "printed": "4.1",
    ...            "about_en": "villages a community", "about_zh": "每社区村数"}]
    >>> verdict_table(audit(claims), claims).loc[0, ["printed", "recomputed", "rule"]].tolist()
    ['4.1', '4.154', ('cut off', '截尾')]
    """
    import pandas as pd

    rows = []
    for row, claim in zip(table.itertuples(), claims, strict=True):
        printed = row.printed
        rows.append(
            {
                "report": claim.get("report"),
                "claim": _claim(claim),
                "printed": printed if isinstance(printed, str) else "; ".join(printed or ()),
                "recomputed": _shown(row.recomputed),
                "verdict": VERDICTS[row.verdict],
                "rule": _rule(row.rules),
                "reckoning": _reckoning(row, claim),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def show_verdicts(
    table: Any,
    claims: Iterable[Mapping[str, Any]],
    *,
    caption: Words = ("Every checkable claim and its verdict", "所有可核对的说法及其判定"),
    source: Words = "",
    note: Words = "",
) -> None:
    """Show what an audit found, one line a claim, in the report's language.

    Parameters
    ----------
    table, claims : as for `verdict_table`
    caption, source, note : words for the reader, one string or (English, Chinese)
    """
    rows = verdict_table(table, claims)
    # a column that says nothing takes the place of those that do
    if rows["report"].nunique() < 2:
        rows = rows.drop(columns="report")
    if not any(map(any, rows["rule"])):
        rows = rows.drop(columns="rule")
    show_table(
        rows,
        caption=caption,
        columns={name: COLUMNS[name] for name in rows.columns},
        source=source,
        n=len(rows),
        denominator=("claims", "可核对的说法"),
        design=("figures of the report against each other", "报告自身数字的相互核对"),
        note=note,
    )


def _claim(claim: Mapping[str, Any]) -> tuple[str, str]:
    """What is claimed; a reading of an ambiguous line says that it is only one of several."""
    if "reading_of" not in claim:
        return claim["about_en"], claim["about_zh"]
    return f"{claim['about_en']} (one reading)", f"{claim['about_zh']}（读法之一）"


def _reckoning(row: Any, claim: Mapping[str, Any]) -> tuple[str, str]:
    """The message, and why anything stands in the claim that the report does not print."""
    given = claim.get("not_printed", ())
    english = "; ".join([row.message, *(f"not printed: {why}" for why, _ in given)])
    chinese = "；".join([row.message_zh, *(f"报告未载：{why}" for _, why in given)])
    return english, chinese


def _rule(rules: tuple[str, ...]) -> tuple[str, str]:
    """The rules in words; nothing where the usual one holds, whatever else would."""
    if "half_up" in rules:
        return "", ""
    names = [RULES[rule] for rule in rules]
    return ", ".join(en for en, _ in names), "、".join(zh for _, zh in names)


def _shown(recomputed: Mapping[str, Any]) -> str:
    """The one recomputed thing of a verdict, wherever its kind keeps it.

    >>> _shown({"values": {"quotient": [2.5, 3.25]}}), _shown({"counts": {"different": 4}})
    ('2.5–3.25', '4')
    >>> _shown({"counts": [161, 162]}), _shown({"values": {"percent": 47.619}}), _shown({})
    ('161, 162', '47.62%', '')
    """
    flat = {name: value for name, value in recomputed.items() if not isinstance(value, Mapping)}
    for part in recomputed.values():
        if isinstance(part, Mapping):
            flat |= part
    place = next((name for name in _PLACES if flat.get(name) is not None), None)
    if place is None:
        return ""
    value = flat[place]
    if place == "lowest" and value != flat.get("highest"):
        value = [value, flat.get("highest")]
    if not isinstance(value, (list, tuple)):
        return _number(value) + ("%" if place == "percent" else "")
    if place in ("counts", "sizes"):
        return ", ".join(_number(one) for one in value[:6]) + (" …" if len(value) > 6 else "")
    return "–".join(_number(end) for end in value)


def _number(value: Any) -> str:
    """To four significant digits; whole numbers whole; an end that is not there as infinity."""
    if value is None:
        return "∞"
    number = float(value)
    return f"{number:,.0f}" if number == int(number) or abs(number) >= 1e4 else f"{number:.4g}"
