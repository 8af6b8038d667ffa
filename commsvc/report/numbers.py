"""Numbers as a reader wants them: a P-value is never printed as 0, a minus is no hyphen."""

from __future__ import annotations

from math import floor, log10

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def p_value(p: float) -> str:
    """P to three decimals; under 0.001 to two figures, however small it is.

    >>> p_value(0.0712), p_value(0.00031), p_value(4.76e-22)
    ('0.071', '3.1×10⁻⁴', '4.8×10⁻²²')
    >>> p_value(0.000996), p_value(0.0)
    ('0.001', '< 10⁻³⁰⁰')
    """
    if p >= 0.000995:
        return f"{p:.3f}"
    if p < 1e-300:
        return "< 10⁻³⁰⁰"
    power = floor(log10(p))
    figures = f"{p / 10.0**power:.1f}"
    if figures == "10.0":
        figures, power = "1.0", power + 1
    return f"{figures}×10{str(power).translate(_RAISED)}"


def true_minus(text: str) -> str:
    """The text of a number with a minus sign where a hyphen stands before it.

    >>> true_minus("-0.05"), true_minus("4.8e-22"), true_minus("2019-20")
    ('−0.05', '4.8e-22', '2019-20')
    """
    return "−" + text[1:] if text[:1] == "-" and text[1:2].isdigit() else text
