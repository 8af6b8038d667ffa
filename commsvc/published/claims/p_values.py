"""A printed P: against its statistic, and what is remarked of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import sqrt
from typing import Any, Final

from commsvc.printed import Interval, Printed
from commsvc.published.claims.fields import as_it_is, number, printed_number, sequence, word
from commsvc.published.claims.prints import (
    Value,
    as_interval,
    beside,
    bounded,
    significant_text,
    statistic_rules,
    statistic_values,
)
from commsvc.published.claims.sentences import sentence
from commsvc.published.claims.verdict import Lacking, Outcome, Unreadable, kind, missing
from commsvc.words.messages import Text, joined, message

LEVEL: Final = Fraction(5, 100)
_NAMES: Final = {"chi2": "chi-square", "t": "t", "f": "F", "z": "z", "r": "r"}
_TWO_SIDED: Final = ("t", "z", "r")


@kind(
    "p_from_statistic", distribution=word, statistic=as_it_is, printed=printed_number, df=as_it_is
)
def p_from_statistic(
    distribution: str, statistic: Any, printed: Printed, df: Any = None
) -> Outcome:
    """Whether a printed P belongs to the printed statistic.

    Parameters
    ----------
    distribution : ``"chi2"``, ``"t"``, ``"F"``, ``"z"`` or ``"r"`` (a correlation)
    statistic : a number, taken as it is, or a string as printed, which may be whatever rounds to it
    printed : the P as printed, or an inequality
    df : degrees of freedom; for F a pair, for z none

    Returns
    -------
    Verdict
        with `p`: two-sided for t, z and r, the upper tail for chi-square and F (of a printed
        string: of the statistic as it stands, with `p_range` for all it may be); `decision_error`
        where printed and recomputed P lie on either side of 0.05; where the one-sided P prints so
        the message says it

    Examples
    --------
    >>> print(p_from_statistic("F", 8.149, "0.005", [1, 421]))
    F 8.149 with 1 and 421 df has P 0.004521; 0.005 is printed: agrees
    >>> print(p_from_statistic("t", "2.34", ".01", 70))
    t 2.34 with 70 df has P 0.02187 … 0.02242; .01 is printed: does not agree, but the one-sided
    P 0.01107 prints so
    """
    name = distribution.lower()
    if name not in _NAMES:
        raise Unreadable(f"no distribution {distribution!r}", allowed="chi2, t, F, z, r")
    degrees = _degrees(name, df)
    p, spread = _p_over(name, bounded(statistic, "statistic"), degrees, statistic)
    rules = statistic_rules(spread, printed.text)
    recomputed: dict[str, Any] = {"p": p}
    if spread.low != spread.high and isinstance(statistic, str):
        recomputed["p_range"] = [spread.low, spread.high]
    shown = beside(p if "p_range" not in recomputed else spread, printed)
    found: Text = message("{name} {value}", name=_NAMES[name], value=statistic)
    if degrees:
        stands = [significant_text(d) for d in degrees]
        found = message("{found} with {df} df", found=found, df=joined(stands, message(" and ")))
    found = message("{found} has P {p}", found=found, p=shown)
    instead: Text | str = ""
    if not rules and name in _TWO_SIDED and statistic_rules(spread * Fraction(1, 2), printed.text):
        half = beside(p / 2, printed)
        instead = message("does not agree, but the one-sided P {p} prints so", p=half)
    note, decided = remarks([spread], printed, rules)
    said = sentence(found, printed.text, rules, instead)
    return Outcome(rules, {**recomputed, **decided}, said, note=note)


def _degrees(name: str, df: Any) -> list[Fraction]:
    if name == "z":
        return []
    if missing(df):
        raise Lacking(message("{name} is missing", name="df"))
    pair = sequence(df, "df", 2) if name == "f" else [df]
    degrees = [
        number(_unquoted(d), f"df[{i}]" if name == "f" else "df") for i, d in enumerate(pair)
    ]
    if any(d <= 0 for d in degrees):
        raise Unreadable("df must be above 0")
    return degrees


def _unquoted(df: Any) -> Any:
    """Degrees of freedom given as they were printed, ``"42.7"``, are no rounded measurement."""
    face = printed_number(df, "df").face if isinstance(df, str) else None
    return df if face is None else face


def _p_over(
    name: str, values: Interval, degrees: Sequence[Fraction], given: Any
) -> tuple[float, Interval]:
    """P of the statistic as it stands, and of all that it may be."""
    low, high = values.low or Fraction(0), values.high or Fraction(0)
    if high < 0 and name not in _TWO_SIDED:
        raise Unreadable(f"{_NAMES[name]} is {given}, below 0")
    df = [float(d) for d in degrees]
    ends = [float(abs(low)), float(abs(high))]
    least = 0.0 if low <= 0 <= high else min(ends)
    smallest, largest = p_of(name, max(ends), df), p_of(name, least, df)
    p = smallest if smallest == largest else p_of(name, abs(float(low + high)) / 2, df)
    return p, Interval(as_interval(smallest).low, as_interval(largest).high)


def p_of(name: str, statistic: float, df: Sequence[float]) -> float:
    """P of a statistic, two-sided where the distribution has two tails.

    >>> p_of("z", 1.959964, []), p_of("r", 0.5, [10])
    (0.04999..., 0.09785...)
    """
    from scipy import special

    if name == "z":
        return 2 * float(special.ndtr(-statistic))
    if name == "r":
        if statistic >= 1:
            return 0.0
        statistic *= sqrt(df[0] / (1 - statistic**2))
    if name in ("t", "r"):
        return 2 * float(special.stdtr(df[0], -statistic))
    if name == "f":
        return float(special.fdtrc(df[0], df[1], statistic))
    return float(special.chdtrc(df[0], statistic))


def remarks(
    values: Iterable[Value], printed: Printed, rules: Sequence[str]
) -> tuple[Text | str, dict[str, bool]]:
    """What else is to be said of a printed P: it is no 0, and it may change a conclusion.

    Parameters
    ----------
    values : what P was recomputed to be, by one test or another
    printed : the P as printed
    rules : those under which it holds

    Returns
    -------
    a note, and `decision_error` where printed P and every recomputed P lie on either side of 0.05
    """
    said: list[Text] = []
    if printed.face == 0 and printed.hedge == "":
        said.append(message("no P is 0: < 0.001 would be right"))
    decided: dict[str, bool] = {}
    if not rules:
        sides = {_side(as_interval(value)) for value in values}
        claimed = _side(statistic_values(printed.text, "half_up"))
        if claimed and sides == {-claimed}:
            said.append(message("at 0.05 the conclusion is another"))
            decided["decision_error"] = True
    return joined(said) if said else "", decided


def _side(p: Interval) -> int:
    """On which side of 0.05 a P lies: -1 below, 1 at or above, 0 where it may be on either."""
    if p.high is not None and (p.high < LEVEL or (p.high == LEVEL and not p.high_closed)):
        return -1
    return 1 if p.low is not None and p.low >= LEVEL else 0
