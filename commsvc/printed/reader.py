"""`read`: one printed number, its forms tried in turn."""

from __future__ import annotations

from fractions import Fraction

from commsvc.errors import CommsvcError
from commsvc.printed import forms, spans
from commsvc.printed.exact_sets import Number
from commsvc.printed.figure import Printed, heard
from commsvc.printed.hedge_words import take_hedge, take_suffix
from commsvc.printed.numerals import normalise
from commsvc.printed.rounding import RULES, before_rounding

# The first that knows the form of a figure decides; what none of them takes is a plain number.
_FORMS = (
    forms.masked,
    spans.indefinite,
    forms.ratio,
    spans.either,
    spans.between,
    forms.of_hundred,
    forms.fraction,
    forms.in_words,
    spans.pair,
    forms.per_base,
    forms.part_of_unit,
    forms.compound,
    forms.formal,
    forms.doubled,
)


def read(text: str, *, rule: str = "half_up", exact: bool = False) -> Printed:
    """What a printed number may stand for.

    Parameters
    ----------
    text : one printed number with its hedge and unit, as ``"60多万元"``, ``"45.2%"``, ``"1:2"``;
        full-width forms, ``。`` for the decimal point and thousands separators are understood
    rule : how the figure was rounded, one of `commsvc.printed.RULES`
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
    hedge, rest = take_hedge(clean)
    cores = (form(rest) for form in _FORMS)
    core = next((core for core in cores if core is not None), None) or forms.number(rest)
    suffix, unit = take_suffix(core.unit.strip())
    if core.kind == "half":
        # 半小时 is not rounded, though hours are measured.
        core, exact = core._replace(kind="number"), True
    hedge = core.hedge or hedge or suffix or ("range" if core.kind == "range" else "")
    return heard(core, text, hedge, unit, rule, exact)


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
