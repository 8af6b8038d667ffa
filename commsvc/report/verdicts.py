"""The verdicts of an audit as a table for readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from commsvc.report.catalogue import heading, words
from commsvc.report.lang import Words
from commsvc.report.prose import say
from commsvc.report.reckoning import reckoning, value_text
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
    **{name: heading(name) for name in ("report", "claim", "reckoning", "printed", "recomputed")},
    "rule": ("Rule", "取舍规则"),
    "verdict": heading("verdict"),
}
_BRACKETS: Final = (
    "In brackets: not printed, but what must hold.",
    "括号内为报告未载、但必然成立的关系。",
)
# The same words of several claims.
_SEVERAL: Final[dict[str, str]] = {
    "consistent": "agree",
    "only_under_rule": "agree only under a rule",
    "inconsistent": "do not agree",
}


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
        recomputed, or its range; empty where there are several), `rule` (empty where half up
        does), `verdict` (with what would agree); words as pairs (English, Chinese)

    Examples
    --------
    >>> from commsvc.published.claims import audit
    >>> claims = [{"kind": "ratio", "numerator": "54个", "denominator": "13个", "printed": "4.1",
    ...            "about_en": "villages a community", "about_zh": "每社区村数"}]
    >>> row = verdict_table(audit(claims), claims).iloc[0]
    >>> row["reckoning"], row["printed"], row["recomputed"], row["rule"]
    ('54个 ÷ 13个 = 4.15', '4.1', '4.154', ('cut off', '截尾'))
    """
    import pandas as pd

    rows = []
    for row, claim in zip(table.itertuples(), claims, strict=True):
        found, tail = reckoning(row, claim)
        rows.append(
            {
                "report": claim.get("report"),
                "claim": _claim(claim),
                "reckoning": found,
                "printed": _printed(row.printed, claim),
                "recomputed": value_text(row.recomputed),
                "rule": _rule(row.rules),
                "verdict": _outcome(row, tail),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def show_verdicts(
    table: Any,
    claims: Iterable[Mapping[str, Any]],
    *,
    caption: Words = (
        "Claims that do not agree, agree only under a rule, or cannot be decided",
        "不相符、仅在某种取舍规则下相符或无法判定的说法",
    ),
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
    source, note : words for the reader, one string or (English, Chinese)
    """
    listed = list(claims)
    say(*tally_sentence(table["verdict"], listed))
    rows = verdict_table(table, listed)
    agree = (table["verdict"] == "consistent").to_numpy()
    names = ["claim", "reckoning", "printed", "verdict"]
    if rows["report"].nunique() > 1:
        names.insert(0, "report")
    about: dict[str, Any] = {
        "source": source,
        "n": len(rows),
        "denominator": ("claims that can be checked", "可核对的说法"),
        "design": ("figures of the report against each other", "报告自身数字的相互核对"),
        "note": note,
    }
    if not agree.all():
        _show(rows.loc[~agree, names], caption=caption, **about)
    if agree.any():
        n = int(agree.sum())
        _show(
            rows.loc[agree, names].drop(columns="verdict"),
            caption=("Claims that agree", "相符的说法"),
            fold=(f"{n} that {_words('consistent', n)[0]}", f"相符 {n} 条"),
            **(about if agree.all() else {}),
        )


def _show(rows: pd.DataFrame, note: Words = "", **how: Any) -> None:
    if not note and rows["printed"].str.startswith("（").any():
        note = _BRACKETS
    show_table(rows, columns={name: COLUMNS[name] for name in rows.columns}, note=note, **how)


def tally_sentence(verdicts: Iterable[str], claims: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """How many claims got which verdict, of how many; and how many are readings of one another.

    >>> claims = [{}, {"reading_of": "a"}, {"reading_of": "a"}]
    >>> tally_sentence(["consistent", "consistent", "inconsistent"], claims)[0]
    'Of **3** lines checked **2** agree and **1** does not agree. 2 of the lines are readings of 1 ambiguous claim.'
    """  # noqa: E501 - a sentence of the page
    found = list(verdicts)
    readings = [claim["reading_of"] for claim in claims if claim.get("reading_of")]
    counts = [(found.count(name), name) for name in VERDICTS if name in found]
    english = [f"**{n}** {_words(name, n)[0]}" for n, name in counts]
    listed = " and ".join(filter(None, [", ".join(english[:-1]), *english[-1:]]))
    if len(counts) == 1 and found:
        all_en = f"All **{len(found)}** lines" if len(found) > 1 else "The **1** line"
        (n, name), all_zh = (
            counts[0],
            f"共核对 **{len(found)}** 条，{'均' if len(found) > 1 else ''}",
        )
        en, zh = f"{all_en} checked {_words(name, n)[0]}.", all_zh + _words(name, n)[1]
    else:
        en = f"Of **{len(found)}** lines checked {listed}."
        zh = f"共核对 **{len(found)}** 条：" + "，".join(
            f"{_words(name, n)[1]} **{n}** 条" for n, name in counts
        )
    if readings:
        claimed = len(set(readings))
        one = "claim" if claimed == 1 else "claims"
        en += f" {len(readings)} of the lines are readings of {claimed} ambiguous {one}."
        zh += f"。其中 {len(readings)} 条是 {claimed} 个有歧义的说法的不同读法"
    return en, zh + "。"


def _words(verdict: str, n: int) -> tuple[str, str]:
    """A verdict on one claim or on several, in words."""
    en, zh = VERDICTS[verdict]
    return (en if n == 1 else _SEVERAL.get(verdict, en)), zh


def _claim(claim: Mapping[str, Any]) -> tuple[str, str]:
    """What is claimed; a reading of an ambiguous line says that it is only one of several."""
    if "reading_of" not in claim:
        return claim["about_en"], claim["about_zh"]
    return f"{claim['about_en']} (one reading)", f"{claim['about_zh']}（读法之一）"


def _printed(printed: Any, claim: Mapping[str, Any]) -> str:
    """The figures as printed; in brackets what the report does not print."""
    text = printed if isinstance(printed, str) else "; ".join(printed or ())
    return f"（{text}）" if "printed" in claim.get("given", ()) else text


def _outcome(row: Any, tail: tuple[str, str]) -> Words:
    """The verdict, and what would agree or how it comes about where the sentence says so."""
    word, (en, zh) = VERDICTS[row.verdict], tail
    if row.verdict not in ("inconsistent", "only_under_rule") or not en or "agree" in en:
        return word
    return f"{word[0]}: {en.removeprefix('that is ')}", f"{word[1]}：{zh}"


def _rule(rules: tuple[str, ...]) -> tuple[str, str]:
    """The rules in words; nothing where the usual one holds, whatever else would."""
    if "half_up" in rules:
        return "", ""
    names = [RULES[rule] for rule in rules]
    return ", ".join(en for en, _ in names), "、".join(zh for _, zh in names)
