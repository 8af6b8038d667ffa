"""commsvc: community services research, from printed percentages and questionnaires to tests.

Importing the package costs nothing: each public name is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from commsvc.errors import CommsvcError

__version__ = "0.1.0"

# public name -> module that defines it
_PUBLIC: dict[str, str] = {}

__all__ = ["CommsvcError", "__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'commsvc' has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
