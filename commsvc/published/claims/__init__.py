"""Auditing what a published report says of its own numbers: one verdict a claim.

A *claim* is one thing a report prints that its other figures can confirm or refute: 20 of 42 is
47 %, the parts add up to 591, the chi-square of a table is 6.659. `audit` judges a whole file or
frame of claims; there is one function a kind, which returns a `Verdict`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PUBLIC: dict[str, str] = {
    "VERDICTS": "verdict",
    "Verdict": "verdict",
    "attainable": "shares",
    "audit": "auditing",
    "candidate_denominators": "bases",
    "check_list": "lists",
    "chi_square": "contingency",
    "chi_square_range": "tables",
    "infer_rule": "rules",
    "judge_claim": "auditing",
    "mean_sd": "moments",
    "nested_bases": "bases",
    "odds_ratio": "odds",
    "odds_ratio_interval": "odds",
    "p_from_statistic": "distributions",
    "p_value": "contingency",
    "product": "relations",
    "rate_ratio": "effects",
    "ratio": "relations",
    "read_claims": "read",
    "reconstruct": "tables",
    "reconstruct_rows": "rows",
    "risk_difference": "effects",
    "run": "command",
    "same": "mentions",
    "sample_size": "totals",
    "sd_bound": "moments",
    "share": "shares",
    "stratified": "contingency",
    "summary": "auditing",
    "sums_to_100": "lists",
    "t_test": "distributions",
    "total": "totals",
    "used_tests": "usage",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
