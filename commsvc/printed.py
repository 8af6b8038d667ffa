"""Reading a number *as printed*: what it may stand for, from its digits, hedge and unit.

A printed number stays a string until it is read here, because its trailing zeros and its words
carry its precision: ``45.2%`` is any share from 45.15 to just under 45.25 %, ``60多万元`` is more
than 600 000 and less than 700 000 yuan, ``近97万`` is a little under 970 000.

What each hedge means
---------------------
The *lowest written place* of a number is the unit of its last non-zero digit (60万: 10万).

=============  ==============================================  ==============================
hedge          words                                           stands for
=============  ==============================================  ==============================
(none)         a count in whole units                          that number alone
(none)         decimals, a multiplier (万), a measured unit    what rounds to it
`about`        约 大约 左右 上下 近似 about around ~           what rounds to it at its lowest
                                                               written place
`nearly`       近 将近 接近 弱 nearly almost                   below it, by less than one unit
                                                               of its lowest written place
`over`         多 余 来 (inside it: 60多万) 有余 强            above it, by less than one such
                                                               unit; without limit where a count
                                                               is written to the unit (856多)
`more_than`    超过 突破 逾 以外 > over                        above it
`at_least`     以上 至少 不少于 不低于 ≥ at least              it or above
`less_than`    不足 不到 少于 低于 未满 < under                from 0 to below it
`at_most`      以下 以内 不超过 至多 ≤ up to                   from 0 to it (below 0: without limit)
`range`        3—10, 15至20                                    between the two, ends included
`indefinite`   十几 几十 数百 上千                             what the words allow
`masked`       20xx __ xx                                      unknown
=============  ==============================================  ==============================

That 以上, 以下 and 以内 include the number and 不满, 超过 and 以外 do not is the rule of Chinese
law (Civil Code of the PRC, article 1259); 来 is read with 多 and 余. A count's intervals hold only
whole numbers: `Interval.whole` lists them.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from commsvc import forms, quotients, spans
from commsvc.errors import CommsvcError
from commsvc.exact import RULES, Number, before_rounding
from commsvc.figure import Printed
from commsvc.hedges import CONVERSIONS, HEDGES_AFTER, HEDGES_BEFORE, MEASURED
from commsvc.numerals import MULTIPLIERS, normalise

__all__ = [
    "CONVERSIONS",
    "HEDGES_AFTER",
    "HEDGES_BEFORE",
    "MEASURED",
    "MULTIPLIERS",
    "Printed",
    "prints_as",
    "read",
    "rules_that_print",
]

# The first that reads a figure decides; what none of them takes is a plain number.
_READERS = (
    forms.masked,
    spans.indefinite,
    quotients.ratio,
    quotients.fraction,
    spans.pair,
    forms.per_base,
    spans.between,
    forms.part_of_unit,
    forms.compound,
)


def read(text: str, *, rule: str = "half_up", exact: bool = False) -> Printed:
    """What a printed number may stand for.

    Parameters
    ----------
    text : one printed number with its hedge and unit, as ``"60多万元"``, ``"45.2%"``, ``"1:2"``;
        full-width forms, ``。`` for the decimal point and thousands separators are understood
    rule : how the figure was rounded, one of `commsvc.exact.RULES`
    exact : the figure is a rule or a standard (5000 residents a doctor), not a rounded measurement:
        an unhedged number then stands for itself alone

    Raises
    ------
    CommsvcError : where the text holds no number, or more than one

    Examples
    --------
    >>> for text in ["58。18%", "0。5—1万人", "60多万元", "近97万", "不足100平方米", "十几个",
    ...              "1:2"]:
    ...     p = read(text)
    ...     print(p.text, p.kind, p.hedge, p.values, p.unit)
    58。18% number  [58.175, 58.185) %
    0。5—1万人 range range [5000, 10000] 人
    60多万元 number over (600000, 700000) 元
    近97万 number nearly (960000, 970000)
    不足100平方米 number less_than [0, 100) 平方米
    十几个 indefinite indefinite [11, 19] 个
    1:2 ratio  {0.5}
    """
    if not isinstance(text, str):
        raise CommsvcError(
            f"{text!r} is a {type(text).__name__}, not a string",
            next_step="pass the number as it was printed: its trailing zeros carry its precision",
        )
    if rule not in RULES:
        before_rounding(Fraction(0), Fraction(1), rule)  # raises, naming the rules
    clean = normalise(text)
    if not clean:
        raise CommsvcError("an empty string holds no number")
    for reader in _READERS:
        found = reader(clean)
        if found is not None:
            return replace(found, text=text)
    return replace(forms.number(clean, rule, exact), text=text)


def prints_as(value: Number, printed: str | Printed, rule: str = "half_up") -> bool:
    """Whether `value`, in the printed unit, can be what was printed.

    >>> prints_as(Fraction(2000, 42), "47%"), prints_as(Fraction(2000, 42), "47%", "truncate")
    (False, True)
    """
    text = printed.text if isinstance(printed, Printed) else printed
    values = read(text, rule=rule).values
    return values is not None and value in values


def rules_that_print(value: Number, printed: str | Printed) -> tuple[str, ...]:
    """The rounding rules under which `value` prints so, in the order of `RULES`.

    >>> rules_that_print(Fraction(1900, 42), "45.2%")
    ('half_up', 'half_even', 'truncate')
    """
    return tuple(rule for rule in RULES if prints_as(value, printed, rule))
