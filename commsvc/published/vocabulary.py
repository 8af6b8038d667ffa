"""The closed vocabularies of the published figures; ``data/README.md`` explains them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from commsvc.inference.design import KINDS

NUMBERS: Final = range(1, 8)
LANGUAGES: Final = ("zh", "en")
ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stock": "what there is at a time: institutions, staff, records on file, floor area",
        "flow": "what happens in a period: visits, services, forms, output",
        "share": "a part of a whole, or one quantity by another",
        "price": "money for something: rent, cost per visit, an investment",
        "standard": "what a norm demands, named as such in the report",
        "need": "what the report derives from a standard",
        "target": "what is to be reached by a date",
        "plan": "what is proposed or being built",
        "rule": "what members or institutions must do",
        "list": "how many items a list is said to have",
        "duration": "how long something takes or took",
        "date": "a year, month or day",
        "mask": "a number its host hid (20xx, __): unknown, never ordered",
    }
)
# These were decided, not measured: an unhedged one stands for itself alone.
EXACT_ROLES: Final = frozenset({"standard", "target", "plan", "rule", "list", "date"})
DESIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {name: KINDS[name] for name in ("census", "incomplete", "unknown", "none")}
)
