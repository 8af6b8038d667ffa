"""From text to claims: which numbers of a text say something of each other, and how surely.

How claims are written stands in ``patterns.yaml``. Numbers linked by their own syntax, as in
*54.2% (130/240)*, are sure; whatever needs a base, a group or a table found elsewhere is less so,
and then the claim is offered for confirmation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib.resources import files
from math import log
from typing import Any, Final
from unicodedata import normalize

from commsvc.errors import CommsvcError
from commsvc.printed import Printed
from commsvc.published.claims import percentages  # noqa: F401 - registers the kind `share`
from commsvc.published.claims.fields import read_once
from commsvc.published.claims.prints import share_rules
from commsvc.published.claims.verdict import KINDS, Unreadable
from commsvc.words.messages import Text, message

# A share whose base stands elsewhere in the text: it fits one, or it fits none.
_FITS: Final = 0.6
_FITS_NONE: Final = 0.4
_TOGETHER: Final = 0.85
_LOPSIDED: Final = 0.25
# Bases are looked for in so many sentences before and behind, and among the first that are stated.
_FAR: Final = 100
_STATED: Final = 20
# Characters between two shares of one list.
_BESIDE: Final = 25
# How the numbers of a claim were linked.
BY_SYNTAX: Final = message("syntax")
BY_SENTENCE: Final = message("base in the sentence")
BY_TEXT: Final = message("base elsewhere in the text")
BY_COUNTS: Final = message("the counts together")
IN_SENTENCE: Final = message("one sentence")
IN_LIST: Final = message("one list")
# How far a base that a sentence begins with reaches, in characters.
_REACH: Final = 160
# A run of digits that is no number anybody prints.
_ENDLESS: Final = re.compile(r"\d{25,}")
# Thousands set apart by spaces, before a Chinese word or a stroke: 1 986人, (1 046/1 204).
_GROUPED: Final = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?=\s?[\u4e00-\u9fff/)a-z])")
_PRINTED: Final = ("printed", "printed2", "printed_0")
_RAISED: Final = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_ALSO: Final = {"【": "[", "】": "]", "〔": "[", "〕": "]", "Χ": "χ", "𝜒": "χ", "∶": ":"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim as it was found: its kind and fields, its place in the text, how it was linked."""

    kind: str
    fields: Mapping[str, Any]
    start: int
    end: int
    sure: float
    link: Text


@dataclass(frozen=True, slots=True)
class Base:
    """A number of people or things that shares may be of, and how surely those behind it are."""

    of: int
    start: int
    end: int
    sure: float


@dataclass(slots=True)
class Sentence:
    """A sentence with plain digits and signs, where it begins, and what was found in it."""

    text: str
    start: int
    drafts: list[Draft] = field(default_factory=list)
    # The size of each of two groups, where the text says it of both together.
    each: int = 0
    # The totals in 万 and money that the text has before.
    amounts: tuple[str, ...] = ()
    # Percentages that a claim has, by their first character.
    taken: set[int] = field(default_factory=set)

    def add(self, kind: str, fields: Mapping[str, Any], span: tuple[int, int], sure: float,
            link: Text) -> None:  # fmt: skip
        """Note a claim found between two places of the sentence."""
        at = self.start
        self.drafts.append(Draft(kind, fields, at + span[0], at + span[1], sure, link))


@cache
def patterns() -> Mapping[str, Any]:
    """The ways of writing claims, with the words filled in."""
    import yaml

    loaded: dict[str, Any] = yaml.safe_load(
        files(__package__).joinpath("patterns.yaml").read_text(encoding="utf-8")
    )
    words: dict[str, str] = {}
    for name, pattern in loaded.pop("words").items():
        words[name] = _filled(pattern, words)

    def compiled(value: Any) -> Any:
        if isinstance(value, str):
            return re.compile(_filled(value, words))
        if isinstance(value, list):
            return [compiled(one) for one in value]
        return {
            name: compiled(part) if name == "pattern" or "pattern" not in value else part
            for name, part in value.items()
        }

    return {name: compiled(value) for name, value in loaded.items()}


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\{([A-Z]\w*)\}", lambda name: words[name[1]], pattern)


def plain_signs(text: str) -> str:
    """The text with plain brackets, digits and signs, character by character.

    >>> plain_signs("满意率为９５％（３８／４０），χ²＝4.11")
    '满意率为95%(38/40),χ²=4.11'
    """
    out = [c if c in _RAISED or c in "。；" else _plain(c) for c in text]
    for at in range(1, len(out) - 1):
        # Between numbers a wide comma sets off items, not thousands.
        if text[at] == "，" and text[at - 1].isdigit() and text[at + 1].isdigit():
            out[at] = "、"
    grouped = _GROUPED.sub(lambda digits: digits[0].replace(" ", ","), "".join(out))
    return _ENDLESS.sub(lambda digits: "□" * len(digits[0]), grouped)


def _plain(char: str) -> str:
    if char < "\x7f":
        return char
    folded = normalize("NFKC", char)
    folded = {"【": "[", "】": "]", "〔": "[", "〕": "]", "Χ": "χ", "𝜒": "χ", "∶": ":"}.get(
        char, folded
    )
    return folded if len(folded) == 1 else char


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends.

    >>> [("甲。乙 5.2%。")[a:b] for a, b in sentences("甲。乙 5.2%。")]
    ['甲。', '乙 5.2%。']
    """
    start = 0
    for match in patterns()["end"].finditer(text):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)


def draft_claims(text: str) -> list[dict[str, Any]]:
    """The claims that a text makes of its own numbers.

    Parameters
    ----------
    text : English or Chinese prose

    Returns
    -------
    list of dict
        the fields of each claim's kind and `id`, `quote` (its sentence), `start` and `end` (its
        characters in the text), `link` (how the numbers were linked), `confidence` (0 to 1; 0.9
        and more where their own syntax links them)

    Examples
    --------
    >>> for claim in draft_claims("Of 415 patients, 170 (40.9%) agreed; t(38) = 2.10, p = .042."):
    ...     print(claim["kind"], claim["printed"], claim["confidence"], claim["link"])
    share 40.9% 0.95 base in the sentence
    p_from_statistic .042 1.0 syntax
    """
    plain = plain_signs(text)
    found = [Sentence(plain[a:b], a) for a, b in sentences(plain)]
    own = [_bases(one) for one in found]
    stated = [base for some in own for base in some if base.sure > 0.5][:_STATED]
    each = patterns()["each"].search(plain)
    amounts = [(m.start(), tidy(m["of"])) for m in patterns()["amount_base"].finditer(plain)]
    claims: list[dict[str, Any]] = []
    for at, one in enumerate(found):
        one.each = int(number_of(each["n"] or each["n2"])) if each else 0
        before = [text for place, text in amounts if place < one.start + len(one.text)]
        one.amounts = tuple(before[: -_STATED - 1 : -1])
        bases = [b for some in own[max(0, at - _FAR) : at + _FAR] for b in some]
        bases += [base for base in stated if base not in bases]
        known = len(bases)
        for step in _STEPS:
            step(one, bases)
        own[at] += bases[known:]
        quote = " ".join(text[one.start : one.start + len(one.text)].split())
        for draft in sorted(one.drafts, key=lambda d: (d.start, d.end)):
            claims.append(as_claim(draft, quote, len(claims) + 1))
    return claims


def as_claim(draft: Draft, quote: str, number: int) -> dict[str, Any]:
    """A draft as an object of a claims file."""
    return {
        "id": str(number),
        "kind": draft.kind,
        **draft.fields,
        "quote": quote,
        "start": draft.start,
        "end": draft.end,
        "link": draft.link,
        "confidence": float(draft.sure),
    }


# What links numbers by its own syntax


def _by_syntax(one: Sentence, bases: list[Base]) -> None:
    for row in patterns()["claims"]:
        for match in row["pattern"].finditer(one.text):
            fields = _fields(match)
            if row["kind"] == "share" and not _is_share(fields):
                continue
            printed = next(n for n in _PRINTED if match.groupdict().get(n))
            if match.start(printed) in one.taken:
                continue
            one.taken.add(match.start(printed))
            if "distribution" in row:
                fields["distribution"] = row["distribution"]
            if row["kind"] == "share":
                at = one.start + match.start(), one.start + match.end()
                bases.append(Base(fields["count"], *at, 0.5))
            sure = row["sure"]
            if row["kind"] == "odds_ratio_interval" and _lopsided(fields["printed"]):
                sure = 1
            one.add(row["kind"], fields, match.span(), sure, BY_SYNTAX)


def _fields(match: re.Match[str]) -> dict[str, Any]:
    """The named groups of a match as fields of a claim."""
    fields: dict[str, Any] = {}
    rel = next((match[name] for name in match.groupdict() if name == "rel"), None)
    for name, text in match.groupdict().items():
        if text is None or name == "rel":
            continue
        name = name.replace("printed2", "printed")
        value: Any = tidy(text)
        name, _, place = name.partition("_") if re.search(r"_\d$", name) else (name, "", "")
        if name in ("count", "of", "df"):
            value = number_of(value)
        if rel in ("<", ">", "≤", "≥") and (name, place) in (("printed", ""), ("printed", "3")):
            value = rel + value
        if place:
            fields.setdefault(name, []).append(value)
        else:
            fields[name] = value
    return fields


def tidy(text: str) -> str:
    """A number as it was printed, per cent with its sign, minus as a hyphen."""
    return re.sub(r"\s*(?:percent|per cent|%)$", "%", text.strip()).replace("−", "-")


def number_of(text: str) -> int | float:
    """A count or degrees of freedom.

    >>> number_of("1,204"), number_of("42.7")
    (1204, 42.7)
    """
    digits = text.replace(",", "")
    return float(digits) if "." in digits else int(digits)


def _is_share(fields: Mapping[str, Any]) -> bool:
    """Whether count and base can be what they are taken for: 2019/20 (5%) is a season."""
    return fields["of"] > 0 and fields["count"] <= 10 * fields["of"]


def _lopsided(printed: Sequence[str]) -> bool:
    """Whether a ratio lies so far from the middle of its limits that no method puts it there.

    Exact and profile intervals are somewhat lopsided, too: up to a quarter of their half width.
    """
    faces = [float(_face(text) or 0) for text in printed[:3]]
    if min(faces) <= 0 or faces[1] >= faces[2]:
        return True
    ratio, low, high = map(log, faces)
    return abs(ratio - (low + high) / 2) > _LOPSIDED * (high - low) / 2


def _face(text: str) -> Fraction | None:
    figure = _read(text)
    return figure.face if figure else None


def _read(text: str) -> Printed | None:
    try:
        return read_once(text)
    except CommsvcError:
        return None


# Shares, and what they are of


def _bases(one: Sentence) -> list[Base]:
    found = []
    for row in patterns()["bases"]:
        for match in row["pattern"].finditer(one.text):
            of = int(number_of(match["of"]))
            # A year or a single person is no base.
            if of > 4 and not (1900 <= of <= 2100 and "," not in match["of"] and row["sure"] > 0.9):
                at = one.start
                found.append(Base(of, at + match.start(), at + match.end(), row["sure"]))
    return found


def _shares(one: Sentence, bases: list[Base]) -> None:
    """Counts with a percentage, whose base stands before them or somewhere in the text."""
    found = {
        match.start("printed"): match
        for pattern in reversed(patterns()["shares"])
        for match in pattern.finditer(one.text)
        if match.start("printed") not in one.taken and not 1900 <= number_of(match["count"]) <= 2100
    }
    for listed in _lists([found[at] for at in sorted(found)], one.text):
        counts = [int(number_of(match["count"])) for match in listed]
        texts = [tidy(match["printed"]) for match in listed]
        whole = abs(sum((_face(text) or Fraction(0) for text in texts), Fraction(-100))) <= 1
        for match, count, printed in zip(listed, counts, texts, strict=True):
            base = base_for(one, match.start(), count, printed, bases)
            if whole and len(listed) > 1 and (base is None or base[1] < _FITS):
                base = sum(counts), _TOGETHER, BY_COUNTS
            one.taken.add(match.start("printed"))
            bases.append(Base(count, one.start + match.start(), one.start + match.end(), 0.5))
            if base is not None:
                of, sure, link = base
                if not patterns()["whole_of"].search(match.groupdict().get("whose") or ""):
                    sure = min(sure, _FITS)
                fields = {"count": count, "of": of, "printed": printed}
                one.add("share", fields, match.span(), sure, link)


def _lists(matches: Sequence[re.Match[str]], text: str) -> list[list[re.Match[str]]]:
    """Shares that stand in one list: those with little between them."""
    found: list[list[re.Match[str]]] = []
    for match in matches:
        between = text[found[-1][-1].end() : match.start()] if found else ""
        if found and len(between) <= _BESIDE and not re.search("[;；。]", between):
            found[-1].append(match)
        else:
            found.append([match])
    return found


def _amounts(one: Sentence, bases: Sequence[Base]) -> None:
    """Shares of money and of amounts in 万, where one of the text's totals gives them."""
    for match in patterns()["amount_share"].finditer(one.text):
        count, printed = tidy(match["count"]), tidy(match["printed"])
        if match.start("printed") in one.taken:
            continue
        for of in one.amounts:
            fields = {"count": count, "of": of, "printed": printed}
            if of != count and KINDS["share"].judge(fields).verdict == "consistent":
                one.taken.add(match.start("printed"))
                one.add("share", fields, match.span(), _FITS, BY_TEXT)
                break


def _attainable(one: Sentence, bases: Sequence[Base]) -> None:
    """Percentages without a count, of a number that the sentence or the text gives.

    Only where the number is so small that not every percentage can be printed of it.
    """
    for match in patterns()["percent"].finditer(one.text):
        if match.start() in one.taken:
            continue
        if patterns()["grown"].search(one.text[max(0, match.start() - 20) : match.start()]):
            continue
        printed, here = tidy(match[0]), one.start + match.start()
        whole = {base.of for base in bases if base.end <= here and base.sure > 0.5}
        before = [b for b in bases if one.start <= b.start and b.end <= here and b.sure > 0.9]
        of = before[-1].of if before else (whole.pop() if len(whole) == 1 else 0)
        places = len(printed.rstrip("%").partition(".")[2])
        if 0 < of < 100 * 10**places / 2:
            near = bool(before) and not patterns()["apart"].search(
                one.text[before[-1].end - one.start : match.start()]
            )
            link = BY_SENTENCE if before else BY_TEXT
            sure = _TOGETHER if near else _FITS
            one.add("attainable", {"of": of, "printed": printed}, match.span(), sure, link)


def base_for(
    one: Sentence, at: int, count: int, printed: str, bases: Sequence[Base]
) -> tuple[int, float, Text] | None:
    """The base of a share that has none of its own: what it is, how surely, where it was found."""
    here = one.start + at
    before = [b for b in bases if one.start <= b.start and b.end <= here + len(str(count))]
    before = [b for b in before if b.end <= here]
    if before and (base := max(before, key=lambda b: (b.sure, b.start))).of >= count:
        between = one.text[base.end - one.start : at]
        near = len(between) <= _REACH and not patterns()["apart"].search(between)
        if base.sure > 0.9 and near and ". " not in between:
            return base.of, base.sure, BY_SENTENCE
        if _prints(count, base.of, printed):
            return base.of, 0.8, BY_SENTENCE
    others = sorted(bases, key=lambda b: (b.start > here, abs(here - b.start)))
    for base in others:
        if base.of >= count and _prints(count, base.of, printed):
            return base.of, _FITS, BY_TEXT
    larger = [b.of for b in others if b.of >= count]
    return (max(larger), _FITS_NONE, BY_TEXT) if larger else None


def _prints(count: int, of: int, printed: str) -> bool:
    try:
        return "half_up" in share_rules(count, of, printed)
    except Unreadable:
        return False


def runs(pattern: re.Pattern[str], text: str) -> list[list[re.Match[str]]]:
    """Matches of a pattern that stand side by side, as in a list: 120人、60人和20人."""
    found: list[list[re.Match[str]]] = []
    for match in pattern.finditer(text):
        between = text[found[-1][-1].end() : match.start()] if found else ""
        if found and len(between) < 8 and patterns()["between"].search(between):
            found[-1].append(match)
        else:
            found.append([match])
    return [run for run in found if len(run) > 1]


def _respectively(one: Sentence, bases: Sequence[Base]) -> None:
    """Lists of counts and of percentages side by side, and percentages that make up a whole."""
    if not patterns()["respectively"].search(one.text):
        return
    percents = runs(patterns()["percents"], one.text)
    counts = runs(patterns()["counts"], one.text)
    for run in percents:
        texts = [tidy(m[0]) if tidy(m[0])[-1] in "%" else f"{tidy(m[0])}%" for m in run]
        span = run[0].start(), run[-1].end()
        fitting = [c for c in counts if len(c) == len(run) and c[-1].end() <= span[0]]
        if fitting and not any(m.start() in one.taken for m in run):
            _pairs(one, fitting[-1], run, texts, bases)
        added = sum((_face(text) or Fraction(0)) for text in texts)
        if len(run) > 2 and 99 <= added <= 101:
            one.taken |= {match.start() for match in run}
            _made_whole(one, texts, span, bases)


def _made_whole(
    one: Sentence, texts: Sequence[str], span: tuple[int, int], bases: Sequence[Base]
) -> None:
    """Percentages of all answers, of the number that the sentence gives before them."""
    of = [b.of for b in bases if one.start <= b.start and b.end <= one.start + span[0]]
    fields = {"printed": list(texts), **({"of": of[-1]} if of else {})}
    one.add("sums_to_100", fields, span, _TOGETHER, IN_LIST)


def _answers(one: Sentence, bases: Sequence[Base]) -> None:
    """Answers with their percentages one after the other that make up a whole."""
    for listed in patterns()["percent_list"].finditer(one.text):
        run = list(patterns()["percent"].finditer(one.text, listed.start(), listed.end()))
        texts = [tidy(match[0]) for match in run]
        added = sum((_face(text) or Fraction(0)) for text in texts)
        if len(run) > 2 and 99 <= added <= 101 and not one.taken & {m.start() for m in run}:
            one.taken |= {match.start() for match in run}
            _made_whole(one, texts, (run[0].start(), run[-1].end()), bases)


def _pairs(
    one: Sentence,
    counts: Sequence[re.Match[str]],
    run: Sequence[re.Match[str]],
    texts: Sequence[str],
    bases: Sequence[Base],
) -> None:
    numbers = [int(number_of(match["count"])) for match in counts]
    for match, count, printed in zip(run, numbers, texts, strict=True):
        found = base_for(one, counts[0].start(), count, printed, bases)
        if (found is None or found[1] < _FITS) and _prints(count, sum(numbers), printed):
            found = sum(numbers), _FITS, BY_COUNTS
        if found is not None:
            of, sure, link = found
            one.taken.add(match.start())
            fields = {"count": count, "of": of, "printed": printed}
            span = counts[0].start(), match.end()
            one.add("share", fields, span, min(sure, _TOGETHER), link)


# Tests beside what they test


def _compared(one: Sentence, bases: Sequence[Base]) -> None:
    """One chi-square behind two shares with counts, one t behind two means with SD."""
    rows = patterns()
    shares = [d for d in one.drafts if d.kind == "share" and d.sure == 1]
    tests = list(rows["chi_square"].finditer(one.text))
    if len(tests) == 1 and len(shares) == 2:
        cells = [(d.fields["count"], d.fields["of"]) for d in shares]
        table = [[count, of - count] for count, of in cells]
        if all(count <= of for count, of in cells) and shares[1].end <= one.start + tests[0].end():
            _tested(one, "chi_square", {"table": table}, tests[0], shares[0].start)
    means = list(rows["mean"].finditer(one.text))
    sizes = [int(number_of(m["n"])) for m in rows["size"].finditer(one.text)]
    if not sizes and one.each:
        sizes = [one.each, one.each]
    tests = list(rows["t"].finditer(one.text))
    if len(means) == 2 and len(sizes) == 2 and len(tests) == 1:
        groups = [[tidy(m["mean"]), tidy(m["sd"]), n] for m, n in zip(means, sizes, strict=True)]
        _tested(one, "t_test", {"groups": groups}, tests[0], one.start + means[0].start())


def _tested(
    one: Sentence, kind: str, fields: Mapping[str, Any], test: re.Match[str], start: int
) -> None:
    span = start - one.start, test.end()
    more = {"statistic": "t"} if kind == "t_test" else {}
    printed = tidy(test["statistic"])
    one.add(kind, {**fields, **more, "printed": printed}, span, _TOGETHER, IN_SENTENCE)
    if test["p"] is None:
        return
    p = (test["rel"] if test["rel"] in "<>≤≥" else "") + tidy(test["p"])
    if kind == "chi_square":
        one.add("p_value", {**fields, "printed": p}, span, _TOGETHER, IN_SENTENCE)
        tail = {"distribution": "chi2", "statistic": printed, "df": 1, "printed": p}
        one.add("p_from_statistic", tail, test.span(), _TOGETHER, IN_SENTENCE)
    else:
        more = {"statistic": "p"}
        one.add(kind, {**fields, **more, "printed": p}, span, _TOGETHER, IN_SENTENCE)
        df = sum(group[2] for group in fields["groups"]) - 2
        tail = {"distribution": "t", "statistic": printed, "df": df, "printed": p}
        one.add("p_from_statistic", tail, test.span(), _TOGETHER, IN_SENTENCE)


def _totals(one: Sentence, bases: Sequence[Base]) -> None:
    """A total, and the amounts that the sentence says it is made of."""
    rows = patterns()
    parts = rows["parts"].search(one.text)
    if not parts or any(d.kind == "sum" for d in one.drafts):
        return
    before = [m for m in rows["amount"].finditer(one.text) if m.end() <= parts.start()]
    stated = rows["whole"].search(one.text, 0, parts.start())
    if before and parts.start() - before[-1].end() <= 2:
        whole, name = before[-1], "value"
    elif stated:
        whole, name = stated, "printed"
    else:
        return
    amounts = [m for m in rows["amount"].finditer(one.text, parts.end()) if not m["before"]]
    printed, texts = tidy(whole[name]), [tidy(m["value"]) for m in amounts]
    total, faces = _face(printed), [_face(text) for text in texts]
    if not total or len(faces) < 2 or None in faces:
        return
    # Amounts that come nowhere near the total are not what it is made of.
    off = abs(sum((face or 0 for face in faces), Fraction(0)) - total)
    if off <= total / 50:
        span = whole.start(), amounts[-1].end()
        one.add("sum", {"parts": texts, "printed": printed}, span, _FITS, IN_LIST)


# In the order in which a percentage is looked for what it belongs to.
_STEPS: Final = (
    _by_syntax,
    _respectively,
    _answers,
    _shares,
    _amounts,
    _attainable,
    _compared,
    _totals,
)


def together(claims: Iterable[Iterable[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The claims of prose and of tables in the order of the text, numbered anew."""
    every = sorted((c for some in claims for c in some), key=lambda c: (c["start"], c["end"]))
    return [{**claim, "id": str(number)} for number, claim in enumerate(every, start=1)]
