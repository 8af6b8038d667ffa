"""What `satisfaction` found and why, as messages: sentences for a caption, and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.inference.design import Design
from commsvc.survey.answers import BLANK
from commsvc.survey.tabulate import UNANSWERED, Tabulation
from commsvc.survey.words import missing_word
from commsvc.words.messages import Text, joined, message

COMMA: Final = message(", ")
CLAUSES: Final = message(", ", context="clauses")
# How a scale is known -> what it is called.
SCALES: Final[Mapping[str, Text]] = {
    "satisfaction": message("satisfaction"),
    "agreement": message("agreement"),
    "importance": message("importance"),
    "quality": message("quality"),
    "codebook": message("as the codebook has it"),
}
# What people of the favourable levels did: Chinese has a word for each scale.
FAVOURABLY: Final[Mapping[str, Text]] = {
    "satisfaction": message("answered favourably", context="satisfaction"),
    "agreement": message("answered favourably", context="agreement"),
    "importance": message("answered favourably", context="importance"),
    "quality": message("answered favourably", context="quality"),
    "": message("answered favourably"),
}
_EFFECTS: Final = {
    "Cliff": message("Cliff's delta"),
    "Cramér": message("Cramér's V"),
    "ε²": message("ε²"),
}


def listed(names: Iterable[Text | str], most: int = 5) -> Text:
    """Names with the language's comma between, those beyond the first few counted.

    >>> listed(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    every = list(names)
    first = joined(every[:most], COMMA)
    if len(every) <= most:
        return first
    return message("{first} and {n} more", first=first, n=len(every) - most)


@dataclass(frozen=True)
class Wording:
    """What every sentence about a survey needs besides its numbers.

    Attributes
    ----------
    title : of the question
    by : of the groups, "" without any
    design, n : who was asked, and how many stand in the base
    missing : `kind, count` of those without an answer
    confidence : of the intervals
    blank_stays : whether those who left it blank are in the base
    """

    title: Text | str
    by: Text | str
    design: Design
    n: int
    missing: pd.DataFrame
    confidence: float
    blank_stays: bool = False

    def sentence(self, *parts: Text | None) -> Text:
        """The parts that there are, with the title before and the design behind."""
        body = [part for part in (*parts, self._missing(), self._design()) if part]
        return message("{title}: {said}.", title=self.title, said=joined(body))

    def nobody(self) -> Text:
        """There is nothing to say."""
        parts = [part for part in (message("nobody answered"), self._missing()) if part]
        return message("{title}: {said}.", title=self.title, said=joined(parts))

    def few(self, least: float) -> Text:
        """Too few people to say anything of them."""
        return message(
            "{title}: fewer than {least:count} people, not shown.", title=self.title, least=least
        )

    def share(self, row: Mapping[str, Any], what: Text) -> Text:
        """12 of 20 (60.0%, 95% CI 38.7%–78.1%) answered favourably."""
        return message(
            "{count:count} of {base:count} ({inner}) {what}",
            count=row["count"], base=row["base"], inner=self._percent(row), what=what,
        )  # fmt: skip

    def put_first(self, row: Mapping[str, Any], name: Text | str) -> Text:
        """The item of a ranking that most put first."""
        return message(
            "{count:count} of {base:count} ({inner}) put {name} first",
            count=row["count"], base=row["base"], inner=self._percent(row), name=name,
        )  # fmt: skip

    def most(self, rows: Sequence[tuple[Mapping[str, Any], Text | str]]) -> Text:
        """The most frequent answer; several that are as frequent are all named."""
        row = rows[0][0]
        found = {"count": row["count"], "base": row["base"], "inner": self._percent(row)}
        if len(rows) > 1:
            return message(
                "the most frequent answers were {names}, {count:count} of {base:count} each "
                "({inner})",
                names=listed(name for _, name in rows), **found,
            )  # fmt: skip
        return message(
            "the most frequent answer was {name}, {count:count} of {base:count} ({inner})",
            name=rows[0][1], **found,
        )  # fmt: skip

    def mean(self, row: Mapping[str, Any], median: float) -> Text:
        """mean 2.3 (95% CI 1.9 to 2.7), median 2."""
        parts = [self._weighted(), self._ends(row, percent=False)]
        inner = joined([part for part in parts if part], CLAUSES)
        mean = message("mean {mean:decimal}", mean=row["estimate"])
        if inner:
            mean = message("mean {mean:decimal} ({inner})", mean=row["estimate"], inner=inner)
        if np.isnan(median):
            return mean
        return message("{mean}, median {median:g}", mean=mean, median=median)

    def items(self, ordered: pd.DataFrame, name: Any) -> Text:
        """From the row of a matrix with the smallest favourable share to that with the largest."""
        low, high = ordered.iloc[0], ordered.iloc[-1]
        return message(
            "favourable answers from {low:percent} ({first}) to {high:percent} ({last})",
            low=low["estimate"], first=name(low["item"]),
            high=high["estimate"], last=name(high["item"]),
        )  # fmt: skip

    def groups(
        self,
        extremes: tuple[Any, Any] | None,
        test: pd.DataFrame,
        pair: tuple[Text | str, Text | str] | None,
    ) -> Text | None:
        """by town: from 52.9% (west) to 80.0% (east), P = 0.001, Cliff's delta 0.44.

        Parameters
        ----------
        extremes : the lowest and the highest group, each its name and its estimate in print
        pair : the two groups an effect compares, if there are two
        """
        parts: list[Text] = []
        if extremes is not None:
            (a, low), (b, high) = extremes
            parts.append(message("from {low} ({a}) to {high} ({b})", low=low, a=a, high=high, b=b))
        if not test.empty and test["p"].notna().iloc[0]:
            p = float(test["p"].iloc[0])
            parts += [message("P {p:p}", p=p), *_effect_said(test.iloc[0], pair)]
        if not parts:
            return None
        return message("by {by}: {said}", by=self.by, said=joined(parts, CLAUSES))

    def several(self, test: pd.DataFrame, *, rows: bool) -> Text | None:
        """Which of several adjusted tests see a difference: of options, or of rows."""
        if test.empty or test["p_adjusted"].isna().all():
            return None
        seen = test[test["p_adjusted"] < 0.05]
        if len(seen):
            return message(
                "by {by}: {names} differ (adjusted P < 0.05)",
                by=self.by, names=listed(seen["level"]),
            )  # fmt: skip
        least: dict[str, Any] = {"by": self.by, "p": float(test["p_adjusted"].min())}
        if rows:
            return message("by {by}: no row differs (smallest adjusted P {p:p})", **least)
        return message("by {by}: no option differs (smallest adjusted P {p:p})", **least)

    def _percent(self, row: Mapping[str, Any]) -> Text:
        share = message("{share:percent}", share=row["estimate"])
        parts = [share, self._weighted(), self._ends(row)]
        return joined([part for part in parts if part], CLAUSES)

    def _weighted(self) -> Text | None:
        weighted = self.design.weights or self.design.people is not None
        return message("weighted") if weighted else None

    def _ends(self, row: Mapping[str, Any], percent: bool = True) -> Text | None:
        ends = {"low": row["low"], "high": row["high"]}
        if np.isnan(ends["low"]) or np.isnan(ends["high"]):
            return None
        if not self.design.allows_inference:
            return message("bounds {low:percent}–{high:percent}", **ends)
        ends["level"] = self.confidence
        if percent:
            return message("{level:percent0} CI {low:percent}–{high:percent}", **ends)
        return message("{level:percent0} CI {low:decimal} to {high:decimal}", **ends)

    def _missing(self) -> Text | None:
        """57 of 60 asked answered (blank 2, don't know 1)."""
        counts = dict(zip(self.missing["kind"], self.missing["count"], strict=True))
        asked, answered = counts.pop("asked"), counts.pop("answered")
        skipped = counts.pop("skipped", 0)
        said: list[Text] = []
        if counts:
            kinds = [_kind_said(kind, n, self.blank_stays) for kind, n in counts.items()]
            said.append(
                message(
                    "{answered:count} of {asked:count} asked answered ({kinds})",
                    answered=answered,
                    asked=asked,
                    kinds=joined(kinds, COMMA),
                )
            )
        if skipped:
            said.append(message("{skipped:count} not asked", skipped=skipped))
        return joined(said, CLAUSES) if said else None

    def _design(self) -> Text:
        design = self.design
        if design.kind == "census":
            whole = Design.named("census").describe()
            return message("{design} of {n:count}", design=whole, n=self.n)
        caveat = design.caveat()
        if design.kind == "sample" or not caveat:
            return message("{design}, n = {n:count}", design=design.describe(), n=self.n)
        return message(
            "{design}, n = {n:count} ({caveat})",
            design=design.describe(), n=self.n, caveat=caveat,
        )  # fmt: skip


def _kind_said(kind: str, n: int, blank_stays: bool) -> Text:
    if kind == BLANK and blank_stays:
        return message("{kind} {n:count} in the base", kind=missing_word(kind), n=n)
    return message("{kind} {n:count}", kind=missing_word(kind), n=n)


def _effect_said(row: Mapping[str, Any], pair: tuple[Text | str, Text | str] | None) -> list[Text]:
    """Cliff's delta 0.44 [0.20, 0.63] (east against west)."""
    named = str(row["method"]).partition("effect: ")[2]
    start = next((start for start in _EFFECTS if named.startswith(start)), None)
    if start is None or np.isnan(float(row["effect"])):
        return []
    found: dict[str, Any] = {"name": _EFFECTS[start], "effect": float(row["effect"])}
    ends: dict[str, Any] = {"low": float(row["effect_low"]), "high": float(row["effect_high"])}
    if np.isnan(ends["low"]) or np.isnan(ends["high"]):
        value = message("{name} {effect:decimal}", **found)
    elif start == "Cramér" and not ends["low"] <= found["effect"] <= ends["high"]:
        # V of a sample is too high by chance, its interval is of the population's.
        return [
            message(
                "{name} {effect:decimal} ({low:decimal} to {high:decimal} freed of what chance "
                "adds)",
                **found,
                **ends,
            )
        ]
    else:
        value = message("{name} {effect:decimal} [{low:decimal}, {high:decimal}]", **found, **ends)
    if start != "Cliff" or pair is None:
        return [value]
    first, second = pair
    return [message("{value} ({first} against {second})", value=value, first=first, second=second)]


DESIGN_READ: Final = message("design read from the codebook's roles")
DESIGN_UNSAID: Final = message("design not said: unknown")
SEVERAL: Final = message(
    "a person may give several answers: shares are of people, and may add up to more"
)
NO_SCALE: Final = message(
    "the answers are not all on one known scale: every level stands for itself"
)
RANKING: Final = message(
    "a ranking: the share of people who put each item first, and its mean place (1 is first)"
)
MATRIX: Final = message("a matrix: each row is a question of its own")
NUMBER: Final = message("a number: its mean with Student's interval, and the median beside it")
NUMBER_EXACT: Final = message("a number: its mean, and the median beside it")
BY_NUMBER: Final = message("many different numbers and no codebook: taken as a number")
RANKS: Final = message(
    "the levels have an order: a rank test sees a shift that Pearson's spreads thin"
)
DESIGN_RANKS: Final = message(
    "the levels have an order: a rank test, with the design's errors (Lumley and Scott)"
)
NUMBER_RANKS: Final = message("numbers may be skewed: a test of ranks, not of means")
WHOLE_TABLE: Final = message("the levels have no order the test may use: a test of the whole table")
RAO_SCOTT: Final = message(
    "Rao–Scott (second order, F): Pearson's test takes weights and clusters for people"
)
ONE_BY_ONE: Final = message(
    "people stand in several columns: each option is tested alone, P adjusted by Holm's method"
)
EACH_ROW: Final = message("each row is tested alone, P adjusted by Holm's method")
TOO_FEW: Final = message("no test: fewer than two groups or two answers hold anybody")
ONLY_SHOWN: Final = message(
    "the test is of the groups shown: one that held the small ones would give them away"
)
_DESIGNS: Final = {
    "census": message("a complete count is exact: no interval and no test"),
    "incomplete": message("an incomplete count: lower bounds, no interval and no test"),
    "sample": message(
        "weights, strata or clusters: linearised errors from cluster totals, logit intervals"
    ),
    "sampled number": message("weights, strata or clusters: linearised errors from cluster totals"),
    "worked out": message(
        "worked-out weights: errors from the residuals of their calibration or from replicates"
    ),
}
_SIMPLE: Final = message("no weights, strata or clusters: Wilson intervals from counts")
_NUMBER: Final = message("no weights, strata or clusters: errors from the spread of the numbers")
_STAY: Final = message("those who were asked and left it blank stay in the base of the shares")


def graded(scale: str, favourable: Sequence[str], names: Mapping[str, Text]) -> Text:
    """On which scale the answers are, and which count as favourable."""
    if not favourable:
        return message(
            "the answers are graded ({scale}): none of the answers count as favourable",
            scale=SCALES[scale],
        )
    return message(
        "the answers are graded ({scale}): {good} count as favourable",
        scale=SCALES[scale], good=listed((names.get(x, x) for x in favourable), 20),
    )  # fmt: skip


def designed(table: Tabulation, number: bool = False) -> Text:
    """What the design does to intervals and tests: of shares, or of a number's mean."""
    kind = table.design.kind
    if kind == "sample" and table.design.people is not None:
        return _DESIGNS["worked out"]
    if number and kind == "sample":
        return _DESIGNS["sampled number"]
    return _DESIGNS.get(kind, _NUMBER if number else _SIMPLE)


def of_base(table: Tabulation, names: Mapping[str, Text]) -> list[Text]:
    """Who is outside the base, who stays in it."""
    reasons: list[Text] = []
    if table.outside_levels:
        away = listed((names.get(str(x), str(x)) for x in table.outside_levels), 20)
        reasons.append(message("outside the base: {away}", away=away))
    if UNANSWERED in table.levels:
        reasons.append(_STAY)
    return reasons


def small_groups(
    table: Tabulation, names: Mapping[str, Text], hidden: float = 0, least: float = 30
) -> list[Text]:
    """Which groups hold so few people that they are hidden, or fewer than `least`."""
    if not table.by or not table.design.allows_inference:
        return []
    people = {str(g): n for g, n in zip(table.groups, table.base, strict=True) if n}
    few = [names.get(g, g) for g, n in people.items() if hidden <= n < least]
    gone = [names.get(g, g) for g, n in people.items() if n < hidden]
    rough = message("their shares are rough; suppress_small hides them")
    kinds = [
        (few, least, message("their shares are rough") if hidden else rough),
        (gone, hidden, message("not shown")),
    ]
    return [
        message(
            "{n} group under {end:count} people ({names}): {said}",
            plural="{n} groups under {end:count} people ({names}): {said}",
            n=len(groups),
            end=end,
            names=listed(groups),
            said=said,
        )
        for groups, end, said in kinds
        if groups
    ]


def bounds_said(low: float, high: float) -> Text:
    """How far the missing could move the share."""
    return message(
        "had all the missing been favourable, or none: {low:percent} to {high:percent}",
        low=low, high=high,
    )  # fmt: skip


def not_tested(problem: str) -> Text:
    """A test that could not be made."""
    return message("no test: {problem}", problem=problem)


def sign_of_delta(by: str, first: Text | str, second: Text | str, end: Text | str) -> Text:
    """What a Cliff's delta above 0 means."""
    return message(
        "Cliff's delta above 0: {by} = {first} answers nearer {end} than {second}",
        by=by, first=first, second=second, end=end,
    )  # fmt: skip
