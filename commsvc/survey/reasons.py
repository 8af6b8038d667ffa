"""Why `satisfaction` did what it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from commsvc.survey.tabulate import UNANSWERED, Tabulation
from commsvc.words.messages import Text, message

# How a scale is known -> what it is called.
SCALES: Final = {
    "satisfaction": message("satisfaction"),
    "agreement": message("agreement"),
    "importance": message("importance"),
    "quality": message("quality"),
    "codebook": message("as the codebook has it"),
}
DESIGN_READ = message("design read from the codebook's roles")
DESIGN_UNSAID = message("design not said: unknown")
SEVERAL = message("a person may give several answers: shares are of people, and may add up to more")
NO_SCALE = message("the answers are not all on one known scale: every level stands for itself")
RANKING = message(
    "a ranking: the share of people who put each item first, and its mean place (1 is first)",
)
MATRIX = message("a matrix: each row is a question of its own")
NUMBER = message("a number: its mean with Student's interval, and the median beside it")
NUMBER_EXACT = message("a number: its mean, and the median beside it")
BY_NUMBER = message("many different numbers and no codebook: taken as a number")
RANKS = message("the levels have an order: a rank test sees a shift that Pearson's spreads thin")
DESIGN_RANKS = message(
    "the levels have an order: a rank test, with the design's errors (Lumley and Scott)",
)
NUMBER_RANKS = message("numbers may be skewed: a test of ranks, not of means")
WHOLE_TABLE = message("the levels have no order the test may use: a test of the whole table")
RAO_SCOTT = message(
    "Rao–Scott (second order, F): Pearson's test takes weights and clusters for people"
)
ONE_BY_ONE = message(
    "people stand in several columns: each option is tested alone, P adjusted by Holm's method",
)
EACH_ROW = message("each row is tested alone, P adjusted by Holm's method")
TOO_FEW = message("no test: fewer than two groups or two answers hold anybody")
_DESIGNS: Final = {
    "census": message("a complete count is exact: no interval and no test"),
    "incomplete": message("an incomplete count: lower bounds, no interval and no test"),
    "sample": message(
        "weights, strata or clusters: linearised errors from cluster totals, logit intervals",
    ),
    "sampled number": message("weights, strata or clusters: linearised errors from cluster totals"),
    "worked out": message(
        "worked-out weights: errors from the residuals of their calibration or from replicates",
    ),
}
_SIMPLE = message("no weights, strata or clusters: Wilson intervals from counts")
_NUMBER = message("no weights, strata or clusters: errors from the spread of the numbers")
_STAY = message("those who were asked and left it blank stay in the base of the shares")

_ROUGH = message("their shares are rough")
_ROUGH_SHOWN = message("their shares are rough; suppress_small hides them")


def graded(scale: str, favourable: tuple[str, ...], names: Mapping[str, Text | str]) -> Text:
    """On which scale the answers are, and which count as favourable."""
    if not favourable:
        return message(
            "the answers are graded ({scale}): none of the answers count as favourable",
            scale=SCALES[scale],
        )
    return message(
        "the answers are graded ({scale}): {levels} count as favourable",
        scale=SCALES[scale],
        levels=[names.get(x, x) for x in favourable],
    )


def designed(table: Tabulation, number: bool = False) -> Text:
    """What the design does to intervals and tests: of shares, or of a number's mean."""
    kind = table.design.kind
    if kind == "sample" and table.design.people is not None:
        return _DESIGNS["worked out"]
    if number and kind == "sample":
        return _DESIGNS["sampled number"]
    return _DESIGNS.get(kind, _NUMBER if number else _SIMPLE)


def of_base(table: Tabulation, names: Mapping[str, Text | str]) -> list[Text]:
    """Who is outside the base, who stays in it."""
    reasons: list[Text] = []
    if table.outside_levels:
        away = [names.get(str(x), str(x)) for x in table.outside_levels]
        reasons.append(message("outside the base: {levels}", levels=away))
    if UNANSWERED in table.levels:
        reasons.append(_STAY)
    return reasons


def small_groups(
    table: Tabulation, names: Mapping[str, Text | str], hidden: float = 0, least: float = 30
) -> list[Text]:
    """Which groups hold so few people that they are hidden, or fewer than `least`."""
    if not table.by or not table.design.allows_inference:
        return []
    people = {str(g): n for g, n in zip(table.groups, table.base, strict=True) if n}
    few = [g for g, n in people.items() if hidden <= n < least]
    gone = [g for g, n in people.items() if n < hidden]
    rough = _ROUGH if hidden else _ROUGH_SHOWN
    kinds = [(few, least, rough), (gone, hidden, message("not shown"))]
    return [_few(groups, names, end, said) for groups, end, said in kinds if groups]


def _few(groups: list[str], names: Mapping[str, Text | str], end: float, said: Text) -> Text:
    shown = [names.get(g, g) for g in groups[:5]] + (["…"] if len(groups) > 5 else [])
    return message(
        "{n} group(s) under {end:g} people ({groups}): {said}",
        n=len(groups),
        end=end,
        groups=shown,
        said=said,
    )


def bounds_said(low: float, high: float) -> Text:
    """How far the missing could move the share."""
    return message(
        "had all the missing been favourable, or none: {low:percent} to {high:percent}",
        low=low,
        high=high,
    )


def not_tested(problem: str) -> Text:
    """A test that could not be made."""
    return message("no test: {problem}", problem=problem)


def sign_of_delta(by: str, first: Any, second: Any, end: Any) -> Text:
    """What a Cliff's delta above 0 means; labels are strings or texts."""
    return message(
        "Cliff's delta above 0: {by} = {first} answers nearer {end} than {second}",
        by=by,
        first=first,
        second=second,
        end=end,
    )
