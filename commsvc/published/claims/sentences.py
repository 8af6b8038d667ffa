"""The sentence of a verdict: what was recomputed, what is printed, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from commsvc.printed.rounding import RULES as ROUNDING
from commsvc.words.messages import Text, joined, message

RULES: Final[Mapping[str, Text]] = {
    **{name: rule.label for name, rule in ROUNDING.items()},
    "inverted": message("printed upside down"),
    "inverted:truncate": message("printed upside down and cut off"),
}
TESTS: Final[Mapping[str, Text]] = {
    "pearson": message("Pearson"),
    "yates": message("Yates"),
    "lr": message("likelihood ratio"),
    "fisher": message("Fisher exact"),
    "pooled_t": message("pooled t"),
    "welch_t": message("Welch t"),
    "pooled_p": message("P of pooled t"),
    "welch_p": message("P of Welch t"),
    "collapsed_pearson": message("collapsed Pearson"),
    "collapsed_yates": message("collapsed Yates"),
    "cmh": message("Cochran–Mantel–Haenszel without correction"),
    "cmh_corrected": message("Cochran–Mantel–Haenszel with continuity correction"),
    "strata_sum": message("sum of the strata's chi-squares"),
    "exact_ci": message("exact interval"),
    "wald_ci": message("Wald interval"),
    "midp_one_sided": message("one-sided mid-P"),
    "p_two_sided_exact": message("two-sided exact P"),
}
_AGREES: Final = message("agrees")
_OR: Final = message(", or ")


def how(rules: Iterable[str]) -> Text:
    """In words, the rule or rules other than half up under which a claim holds.

    >>> print(how(("half_even", "truncate")))
    its half rounded to even, or cut off, not rounded
    """
    return joined([RULES[rule] for rule in rules], _OR)


def sentence(
    found: Text, printed: str | Sequence[str | Text], rules: Sequence[str], instead: Text | str = ""
) -> Text:
    """What was found, what is printed, and what follows.

    >>> print(sentence(message("the sum is 5"), "6", ()))
    the sum is 5; 6 is printed: does not agree
    """
    end: Text | str = instead or message("does not agree")
    if rules:
        end = _AGREES if "half_up" in rules else how(rules)
    return closing(found, printed, end)


def closing(found: Text, printed: str | Sequence[str | Text], end: Text | str) -> Text:
    """The sentence of every verdict on a printed figure; `parts` takes it apart again."""
    shown = printed if isinstance(printed, str) else list(printed)
    return message("{found}; {printed} is printed: {end}", found=found, printed=shown, end=end)


def parts(said: object) -> tuple[Text | str, Text | str]:
    """The two parts of a verdict's sentence: what was found, and what follows for the figure.

    >>> print(*parts(sentence(message("the sum is 5"), "6", ())), sep=" | ")
    the sum is 5 | does not agree
    """
    fields = getattr(said, "fields", {})
    if "found" in fields and "end" in fields:
        return fields["found"], fields["end"]
    return said if isinstance(said, Text) else str(said), ""


def names_of_tests(names: Iterable[str]) -> Text:
    """The tests of a verdict in words.

    >>> print(names_of_tests(["fisher_p:trunc"]))
    Fisher exact, cut off, not rounded
    """
    said = []
    for full in names:
        name, _, rule = full.partition(":")
        test = TESTS.get(name) or TESTS.get(name.removesuffix("_p")) or name
        cut = RULES.get("truncate" if rule == "trunc" else rule)
        said.append(message("{test}, {cut}", test=test, cut=cut) if cut else test)
    return joined(said)


def tests_sentence(found: Text, printed: str, tests: Sequence[str]) -> Text:
    """The sentence where a figure may come from one of several tests."""
    if not tests:
        return closing(found, printed, message("none of these prints so"))
    return closing(found, printed, message("that is {names}", names=names_of_tests(tests)))


def listing(values: Iterable[object], most: int = 6) -> Text:
    """The first few of some values, with how many more there are.

    >>> print(listing(range(9), 3))
    0, 1, 2 and 6 more
    """
    texts = [str(value) for value in values]
    if len(texts) <= most:
        return message("{listed}", listed=texts)
    return message("{listed} and {n} more", listed=texts[:most], n=len(texts) - most)
