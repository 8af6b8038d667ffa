"""Every kind of claim: importing this module registers the functions that judge them."""

from __future__ import annotations

from commsvc.published.claims import (
    contingency,
    distributions,
    effects,
    lists,
    moments,
    odds,
    relations,
    rows,
    shares,
    tables,
    totals,
)
from commsvc.published.claims.verdict import KINDS, Kind

__all__ = [
    "KINDS",
    "Kind",
    "contingency",
    "distributions",
    "effects",
    "lists",
    "moments",
    "odds",
    "relations",
    "rows",
    "shares",
    "tables",
    "totals",
]
