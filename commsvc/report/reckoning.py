"""What an audit reckoned, said shortly: a verdict's sentence without what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from commsvc.report.lang import Words

# Where a verdict keeps the one thing that was recomputed, most telling first.
_PLACES: Final = (
    *("percent", "quotient", "product", "different", "apart", "sum", "counts", "sizes"),
    *("tables", "lowest"),
)


def reckoning(row: Any, claim: Mapping[str, Any]) -> tuple[Words, tuple[str, str]]:
    """A verdict's sentence in two parts: what was reckoned, and what follows for what is printed.

    Parameters
    ----------
    row : a row of what `commsvc.audit` returned, with `kind`, `recomputed` and the messages
    claim : the claim

    Sentences are built as "found; X is printed: so" (`commsvc.published.claims.sentences`).
    """
    found_en, printed_en, tail_en = row.message.rpartition(" is printed: ")
    found_zh, printed_zh, tail_zh = row.message_zh.rpartition("：")
    if printed_en and printed_zh:
        found_en, found_zh = found_en.rpartition("; ")[0], found_zh.rpartition("；所载为 ")[0]
    elif row.kind == "same" and tail_zh and not row.rules:
        found_en, found_zh, tail_en, tail_zh = tail_en.rpartition(": ")[2], tail_zh, "", ""
    else:
        found_en, found_zh, tail_en, tail_zh = row.message, row.message_zh, "", ""
    reasons = claim.get("not_printed", ())
    return _found(row, claim, found_en, found_zh, reasons), (tail_en, tail_zh)


def _found(
    row: Any, claim: Mapping[str, Any], en: str, zh: str, reasons: Iterable[tuple[str, str]]
) -> Words:
    """What was reckoned, as a formula where it is one, and why anything in it is not printed."""
    if row.kind == "share" and isinstance(row.recomputed, Mapping):
        share = row.recomputed.get("values", {}).get("percent")
        if share is not None:
            en = zh = f"{claim['count']} ÷ {claim['of']} = {en.rpartition(' is ')[2]}"
    elif " = " in zh:
        formula, equals, value = zh.rpartition(" = ")
        en = zh = (formula + equals + _readable(value)).replace("= ≥", "≥")
    whys = list(reasons)
    if whys:
        # The name of a field that is empty is for whoever wrote the claim.
        zh = re.sub("（[a-z_]+）$", "", zh)
        en = f"{en} ({'; '.join(why for why, _ in whys)})"
        zh = f"{zh}（{'；'.join(why for _, why in whys)}）"
    return en if en == zh else (en, zh)


def _readable(value: str) -> str:
    """A recomputed number or range as elsewhere in a report.

    >>> _readable("64000 … 64666.7"), _readable("53333.3 … ∞"), _readable("7.662 … 7.754%")
    ('64,000–64,666.7', '≥ 53,333.3', '7.662–7.754%')
    """
    grouped = re.sub(r"(?<![\d.,])\d{5,}", lambda digits: f"{int(digits[0]):,}", value)
    low, between, high = grouped.partition(" … ")
    if high.startswith("∞"):
        return f"≥ {low}{high[1:]}"
    return f"{low}–{high}" if between else grouped


def value_text(recomputed: Mapping[str, Any]) -> str:
    """The one recomputed thing of a verdict, wherever its kind keeps it.

    >>> value_text({"values": {"quotient": [2.5, 3.25]}}), value_text({"counts": {"different": 4}})
    ('2.5–3.25', '4')
    >>> value_text({"counts": [161, 162]}), value_text({"values": {"percent": 47.619}})
    ('161, 162', '47.62%')
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
