"""What an audit reckoned, said shortly: a verdict's sentence without what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from commsvc.published.claims.sentences import parts
from commsvc.report.lang import Words
from commsvc.words.messages import Text, text_of

# Where a verdict keeps the one thing that was recomputed, most telling first.
_PLACES: Final = (
    *("percent", "quotient", "product", "different", "apart", "sum", "counts", "sizes"),
    *("tables", "lowest"),
)


def reckoning(row: Any, claim: Mapping[str, Any]) -> tuple[Words, tuple[str, str]]:
    """A verdict's sentence in two parts: what was reckoned, and what follows for what is printed.

    Parameters
    ----------
    row : a row of what `commsvc.audit` returned, with `kind`, `recomputed` and the message
    claim : the claim
    """
    found, end = parts(row.message)
    gap = getattr(row.message, "fields", {}).get("gap")
    if row.kind == "same" and gap and not row.rules:
        found = gap
    tail = text_of(end, "en"), text_of(end, "zh")
    return _found(row, claim, found), tail


def _found(row: Any, claim: Mapping[str, Any], found: Text | str) -> Words:
    """What was reckoned, as a formula where it is one, and why anything in it is not printed."""
    fields = getattr(found, "fields", {})
    en, zh = text_of(found, "en"), text_of(found, "zh")
    if row.kind == "share" and "percent" in fields:
        en = zh = f"{claim['count']} ÷ {claim['of']} = {fields['percent']}%"
    elif "top" in fields or "formula" in fields:
        formula = fields.get("formula") or f"{fields['top']} ÷ {fields['bottom']}"
        en = zh = f"{formula} = {_readable(fields['value'])}".replace("= ≥", "≥")
    whys = list(claim.get("not_printed", ()))
    if whys:
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
