"""Numbers as a reader wants them: a P-value is never printed as 0, a minus is no hyphen."""

from __future__ import annotations

from math import isnan

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def p_value(p: float, level: float | None = None) -> str:
    """P to three decimals; under 0.001 to two figures, however small it is; a dash for none.

    Beside a level it is compared with, it takes the decimals that leave it on its side.

    >>> p_value(0.0712), p_value(0.00031), p_value(4.76e-22)
    ('0.071', '3.1×10⁻⁴', '4.8×10⁻²²')
    >>> p_value(0.000996), p_value(0.0)
    ('0.001', '< 10⁻³⁰⁰')
    >>> p_value(0.04996), p_value(0.04996, level=0.05), p_value(0.05, level=0.05)
    ('0.050', '0.04996', '0.050')
    """
    if p >= 0.000995:
        text, places = f"{p:.3f}", 3
        while level is not None and (float(text) < level) != (p < level):
            places += 1
            text = f"{p:.{places}f}"
        return text
    if isnan(p):
        return "–"
    if p < 1e-300:
        return "< 10⁻³⁰⁰"
    return scientific(p, 1)


def scientific(number: float, places: int) -> str:
    """A number as so many decimals times a power of ten.

    >>> scientific(2.8204e-08, 2), scientific(-9.96e-5, 1)
    ('2.82×10⁻⁸', '-1.0×10⁻⁴')
    """
    figures, power = f"{number:.{places}e}".split("e")
    return f"{figures}×10{str(int(power)).translate(_RAISED)}"


def true_minus(text: str) -> str:
    """The text of a number with a minus sign where a hyphen stands before it.

    >>> true_minus("-0.05"), true_minus("4.8e-22"), true_minus("2019-20")
    ('−0.05', '4.8e-22', '2019-20')
    """
    return "−" + text[1:] if text[:1] == "-" and text[1:2].isdigit() else text
