"""Why `satisfaction` did what it did, in English with the Chinese beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from commsvc.survey.said import Said, join
from commsvc.survey.tabulate import UNANSWERED, Tabulation
from commsvc.words.messages import message

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


def graded(scale: str, favourable: tuple[str, ...], names: Mapping[str, Said]) -> Said:
    """On which scale the answers are, and which count as favourable."""
    good = join([names.get(x, x) for x in favourable], ", ", "、")
    known = SCALES[scale]
    return message(
        "the answers are graded ({known}): {good} count as favourable",
        known=known,
        good=good or "none of the answers",
        good_2=good.zh or "没有答案",
    )


def designed(table: Tabulation, number: bool = False) -> Said:
    """What the design does to intervals and tests: of shares, or of a number's mean."""
    kind = table.design.kind
    if kind == "sample" and table.design.people is not None:
        return _DESIGNS["worked out"]
    if number and kind == "sample":
        return _DESIGNS["sampled number"]
    return _DESIGNS.get(kind, _NUMBER if number else _SIMPLE)


def of_base(table: Tabulation, names: Mapping[str, Said]) -> list[Said]:
    """Who is outside the base, who stays in it."""
    reasons = []
    if table.outside_levels:
        away = join([names.get(str(x), str(x)) for x in table.outside_levels], ", ", "、")
        reasons.append(message("outside the base: {away}", away=away))
    if UNANSWERED in table.levels:
        reasons.append(_STAY)
    return reasons


def small_groups(
    table: Tabulation, names: Mapping[str, Said], hidden: float = 0, least: float = 30
) -> list[Said]:
    """Which groups hold so few people that they are hidden, or fewer than `least`."""
    if not table.by or not table.design.allows_inference:
        return []
    people = {str(g): n for g, n in zip(table.groups, table.base, strict=True) if n}
    few = [g for g, n in people.items() if hidden <= n < least]
    rough = Said(
        "their shares are rough" + ("" if hidden else "; suppress_small hides them"),
        "其比例粗略" + ("" if hidden else "，可用suppress_small隐去"),
    )
    gone = [g for g, n in people.items() if n < hidden]
    kinds = [(few, least, rough), (gone, hidden, message("not shown"))]
    return [_few(groups, names, end, said) for groups, end, said in kinds if groups]


def _few(groups: list[str], names: Mapping[str, Said], end: float, said: Said) -> Said:
    shown = join([names.get(g, g) for g in groups[:5]], ", ", "、")
    more = " …" if len(groups) > 5 else ""
    return message(
        "{groups_count} group(s) under {end:g} people ({shown}{more}): {said}",
        groups_count=len(groups),
        end=end,
        shown=shown,
        more=more,
        said=said,
    )


def bounds_said(low: float, high: float) -> Said:
    """How far the missing could move the share."""
    return message(
        "had all the missing been favourable, or none: {low:percent} to {high:percent}",
        low=low,
        high=high,
    )


def not_tested(problem: str) -> Said:
    """A test that could not be made."""
    return message("no test: {problem}", problem=problem)


def sign_of_delta(by: str, first: Any, second: Any, end: Any) -> Said:
    """What a Cliff's delta above 0 means; labels may be `Said`."""
    a, b, c = (x if isinstance(x, Said) else Said(str(x), str(x)) for x in (first, second, end))
    return message(
        "Cliff's delta above 0: {by} = {a} answers nearer {c} than {b}",
        by=by,
        a=a,
        c=c,
        b=b,
    )
