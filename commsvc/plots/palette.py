"""The colours of figures and pages: here, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Okabe and Ito's colours (2008), chosen to stay apart for colour-blind readers; ordered here so
# that neighbours also differ in lightness, which keeps them apart in grey print.
COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "blue": "#0072b2",
        "orange": "#e69f00",
        "green": "#009e73",
        "vermillion": "#d55e00",
        "sky": "#56b4e9",
        "purple": "#cc79a7",
        "ink": "#222222",
        "grey": "#767676",
        "dim": "#9a9a9a",
        "light": "#d9d9d9",
        "grid": "#e6e6e6",
        "pale": "#eef4fa",
        "pale blue": "#bcd9ee",
    }
)
CYCLE: Final = ("blue", "orange", "green", "sky", "vermillion", "purple")

# Answers from the best to the worst, the middle one between.
FAVOURABLE: Final = ("#08519c", "#4292c6", "#9ecae1")
UNFAVOURABLE: Final = ("#fdbe85", "#e6700f", "#8c2d04")
MIDDLE: Final = "#d0d0d0"

# Of a page: name -> its colour on white paper, on a dark screen, and in print.
PAGE: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "paper": ("#ffffff", "#15191d", "#ffffff"),
        "ink": ("#1f2328", "#e6e8ea", "#000000"),
        "muted": ("#57606a", "#a9b2bb", "#444444"),
        "line": ("#d8dee4", "#363d45", "#bbbbbb"),
        "soft": ("#f6f8fa", "#1e2429", "#f6f6f6"),
        "accent": ("#0b5cad", "#7ab8ff", "#0b4a8a"),
        "mark": ("#eef5fc", "#18283a", "#f2f6fa"),
        "warn": ("#b08800", "#d4a72c", "#b08800"),
        "bad": ("#a40e26", "#ff9aa5", "#a40e26"),
        "bad-soft": ("#fff0f0", "#3a1c20", "#fff0f0"),
        "code-keyword": ("#8a1a62", "#f2a1d0", "#000000"),
        "code-string": ("#0a5c36", "#8fd6a8", "#000000"),
        "code-comment": ("#5c6670", "#9aa5b0", "#444444"),
        "code-number": ("#0b5cad", "#8cc4ff", "#000000"),
        "code-name": ("#5b3a9b", "#c8b1f5", "#000000"),
    }
)


def css_variables() -> str:
    """The colours of a page for its style sheet: light, dark, and for print.

    >>> css_variables().startswith(":root{--paper:#ffffff;")
    True
    """

    def rules(position: int) -> str:
        lines = ";".join(f"--{name}:{colours[position]}" for name, colours in PAGE.items())
        return f":root{{{lines};--white:#ffffff;--on-white:{PAGE['ink'][0]}}}"

    return f"{rules(0)}@media (prefers-color-scheme:dark){{{rules(1)}}}@media print{{{rules(2)}}}\n"
