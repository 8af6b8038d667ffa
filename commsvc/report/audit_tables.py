"""The verdicts of an audit as a table for readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from commsvc.published.claims.sentences import parts
from commsvc.report.lang import Words, as_text
from commsvc.report.passages import say
from commsvc.report.result_tables import show_table
from commsvc.report.vocabulary import heading
from commsvc.words.messages import Label, Text, joined, message, text_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("report", "claim", "reckoning", "printed", "recomputed", "verdict")
SHOWN: Final = ("report", "claim", "reckoning", "printed", "verdict")
VERDICTS: Final[Mapping[str, Text]] = {
    "consistent": message("agrees"),
    "only_under_rule": message("agrees only under a rule"),
    "inconsistent": message("does not agree"),
    "undecidable": message("cannot be decided"),
    "unreadable": message("cannot be read"),
}
# The same of several claims.
_SEVERAL: Final[Mapping[str, Text]] = {
    "consistent": message("agree"),
    "only_under_rule": message("agree only under a rule"),
    "inconsistent": message("do not agree"),
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
        line says so), `reckoning` (with the reason for anything that the report does not print),
        `printed` (in brackets what the report does not print), `recomputed` (the one number
        recomputed, or its range; empty where there are several), `verdict` (with what would agree)

    Examples
    --------
    >>> from commsvc.published.claims import audit
    >>> claims = [{"kind": "ratio", "numerator": "54个", "denominator": "13个", "printed": "4.1",
    ...            "about_en": "villages a community", "about_zh": "每社区村数"}]
    >>> row = verdict_table(audit(claims), claims).iloc[0]
    >>> row["reckoning"], row["printed"], str(row["verdict"])
    ('54个 ÷ 13个 = 4.15', '4.1', 'agrees only under a rule: cut off, not rounded')
    """
    import pandas as pd

    rows = []
    for row, claim in zip(table.itertuples(), claims, strict=True):
        found, end = parts(row.message)
        gap = getattr(row.message, "fields", {}).get("gap")
        if row.kind == "same" and gap and not row.rules:
            found = gap
        cells = _claim(claim), _reckoned(row, claim, found), _printed(row.printed, claim)
        value = value_text(row.recomputed)
        rows.append((claim.get("report"), *cells, value, _outcome(row, end)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _claim(claim: Mapping[str, Any]) -> Text:
    """What is claimed; a reading of an ambiguous line says that it is only one of several."""
    about = Label({"en": claim["about_en"], "zh": claim["about_zh"]})
    return message("{claim} (one reading)", claim=about) if "reading_of" in claim else about


def _reckoned(row: Any, claim: Mapping[str, Any], found: Text | str) -> Text | str:
    """What was reckoned, as a formula where it is one, and why anything in it is not printed."""
    fields = getattr(found, "fields", {})
    if row.kind == "share" and "percent" in fields:
        found = f"{claim['count']} ÷ {claim['of']} = {fields['percent']}%"
    elif "top" in fields or "formula" in fields:
        formula = fields.get("formula") or f"{fields['top']} ÷ {fields['bottom']}"
        found = f"{formula} = {readable(fields['value'])}".replace("= ≥", "≥")
    whys = [as_text(why) for why in claim.get("not_printed", ())]
    return message("{found} ({whys})", found=found, whys=joined(whys)) if whys else found


def readable(value: str) -> str:
    """A recomputed number or range as elsewhere in a report.

    >>> readable("64000 … 64666.7"), readable("53333.3 … ∞"), readable("7.662 … 7.754%")
    ('64,000–64,666.7', '≥ 53,333.3', '7.662–7.754%')
    """
    grouped = re.sub(r"(?<![\d.,])\d{5,}", lambda digits: f"{int(digits[0]):,}", value)
    low, between, high = grouped.partition(" … ")
    if high.startswith("∞"):
        return f"≥ {low}{high[1:]}"
    return f"{low}–{high}" if between else grouped


def _printed(printed: Any, claim: Mapping[str, Any]) -> str:
    """The figures as printed; in brackets what the report does not print."""
    text = printed if isinstance(printed, str) else "; ".join(printed or ())
    return f"（{text}）" if "printed" in claim.get("given", ()) else text


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


def _of(verdict: str, n: int) -> Text:
    """A verdict on one claim or on several, in words."""
    return VERDICTS[verdict] if n == 1 else _SEVERAL.get(verdict, VERDICTS[verdict])


def _outcome(row: Any, end: Text | str) -> Text:
    """The verdict, and what would agree or how it comes about where the sentence says so."""
    word = VERDICTS[row.verdict]
    if row.verdict not in ("inconsistent", "only_under_rule") or "agree" in text_of(end, "en"):
        return word
    return message("{verdict}: {why}", verdict=word, why=end) if end else word


def show_verdicts(
    table: Any,
    claims: Iterable[Mapping[str, Any]],
    *,
    caption: Words = "",
    source: Words = "",
    note: Words = "",
) -> None:
    """Show what an audit found: counts in a sentence, a line for each claim.

    A claim that agrees asks nothing of a reader: such lines are folded away, to be opened with a
    click, a key or a search, and stand open on paper.

    Parameters
    ----------
    table, claims : as for `verdict_table`
    caption : of the claims that do not simply agree
    source, note : words for the reader
    """
    listed = list(claims)
    say(tally(table["verdict"], listed))
    rows = verdict_table(table, listed)
    agree = (table["verdict"] == "consistent").to_numpy()
    names = list(SHOWN[rows["report"].nunique() <= 1 :])
    about: dict[str, Any] = {
        "source": source,
        "n": len(rows),
        "denominator": message("claims that can be checked"),
        "design": message("figures of the report against each other"),
        "note": note,
    }
    others = message("Claims that do not agree, agree only under a rule, or cannot be decided")
    if not agree.all():
        _show(rows.loc[~agree, names], caption=caption or others, **about)
    if agree.any():
        _show(
            rows.loc[agree, names].drop(columns="verdict"),
            caption=message("Claims that agree"),
            fold=message("{n} that agrees", plural="{n} that agree", n=int(agree.sum())),
            **(about if agree.all() else {}),
        )


def _show(rows: pd.DataFrame, note: Words = "", **how: Any) -> None:
    if not note and rows["printed"].str.startswith("（").any():
        note = message("In brackets: not printed, but what must hold.")
    show_table(rows, columns={name: heading(name) for name in rows.columns}, note=note, **how)


def tally(verdicts: Iterable[str], claims: Iterable[Mapping[str, Any]]) -> Text:
    """How many claims got which verdict, of how many; and how many are readings of one another.

    >>> claims = [{}, {"reading_of": "a"}, {"reading_of": "a"}]
    >>> print(tally(["consistent", "consistent", "inconsistent"], claims))
    Of **3** lines checked **2** agree, **1** does not agree. 2 of the lines are readings of 1 ambiguous claim.
    """  # noqa: E501 - a sentence of the page
    found = list(verdicts)
    counts = [(found.count(name), name) for name in VERDICTS if name in found]
    said = [message("**{n}** {verdict}", n=n, verdict=_of(name, n)) for n, name in counts]
    if len(counts) == 1:
        n, name = counts[0]
        whole = message(
            "The **{n}** line checked {verdict}.",
            plural="All **{n}** lines checked {verdict}.",
            n=n,
            verdict=_of(name, n),
        )
    else:
        whole = message("Of **{n}** lines checked {counts}.", n=len(found), counts=said)
    readings = [claim["reading_of"] for claim in claims if claim.get("reading_of")]
    if not readings:
        return whole
    several = message(
        "{lines} of the lines are readings of {n} ambiguous claim.",
        plural="{lines} of the lines are readings of {n} ambiguous claims.",
        lines=len(readings),
        n=len(set(readings)),
    )
    return joined([whole, several], " ")
