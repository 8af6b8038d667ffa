"""The reference of the library: every public name, from its docstring.

Public is what a package offers in ``__all__``, and what stands in the modules of a package that
offers nothing itself (`commsvc.indicators.access`); never what begins with an underscore.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import commsvc


@dataclass(frozen=True)
class Entry:
    """One public name: how it is called, what its docstring says, and what it has (a class)."""

    name: str
    kind: str
    signature: str
    doc: str
    members: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Room:
    """One importable module, and the names that are documented there."""

    name: str
    doc: str
    entries: tuple[Entry, ...]


def rooms() -> list[Room]:
    """Every public module with its names, in the order of their names."""
    found = []
    documented: list[Any] = []
    # Parents first: what a package offers is documented there, not again in its modules.
    for module in _modules(commsvc):
        entries = []
        for name, value in _public(module):
            if not any(value is other for other in documented):
                documented.append(value)
                entries.append(entry(name, value))
        if entries:
            found.append(Room(module.__name__, module.__doc__ or "", tuple(entries)))
    rest = [
        entry(name, value)
        for name in commsvc.__all__
        if inspect.isclass(value := getattr(commsvc, name))
        and not any(value is other for other in documented)
    ]
    return [Room(commsvc.__name__, commsvc.__doc__ or "", tuple(rest)), *found]


def top_level(found: Sequence[Room]) -> dict[str, str]:
    """The names that ``import commsvc`` offers, each with the module that documents it."""
    homes = {entry.name: room.name for room in found for entry in room.entries}
    offered = [name for name in commsvc.__all__ if not inspect.ismodule(getattr(commsvc, name))]
    return {name: homes[name] for name in offered if name in homes}


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    """The public modules under a package: of one that offers names, only those it offers."""
    offers = getattr(package, "__all__", None)
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if info.name.startswith("_") or (offers is not None and info.name not in offers):
            continue
        module = import_module(f"{package.__name__}.{info.name}")
        yield module
        if info.ispkg:
            yield from _modules(module)


def _public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    offers = getattr(module, "__all__", None)
    names = offers or [n for n, value in vars(module).items() if _own(n, value, module)]
    for name in sorted(names, key=lambda n: (n.lower(), n)):
        value = getattr(module, name)
        # What a package merely passes on from elsewhere is documented where it is at home.
        home = getattr(value, "__module__", None) or module.__name__
        own = not inspect.ismodule(value) and not name.startswith("_")
        if own and str(home).startswith(module.__name__):
            yield name, value


def _own(name: str, value: Any, module: ModuleType) -> bool:
    named = inspect.isfunction(value) or inspect.isclass(value)
    return named and not name.startswith("_") and value.__module__ == module.__name__


def entry(name: str, value: Any) -> Entry:
    """What the reference says of one object."""
    if inspect.isclass(value):
        return Entry(name, "class", _signature(name, value), _doc(value), tuple(_members(value)))
    if callable(value):
        return Entry(name, "function", _signature(name, value), _doc(value))
    return Entry(name, "value", f"{name} = {_short(value)}", "")


def _members(kind: type) -> Iterator[Entry]:
    """A class's own public methods and properties that say what they are."""
    for name, value in vars(kind).items():
        if name.startswith("_"):
            continue
        inner = getattr(value, "fget", None) or getattr(value, "func", None)
        function = inner or getattr(value, "__func__", value)
        if not inspect.isfunction(function) or not function.__doc__:
            continue
        shown = name if inner else _signature(name, function, bound=True)
        yield Entry(name, "property" if inner else "method", shown, function.__doc__)


def _doc(value: Any) -> str:
    """The docstring, but for the one that a dataclass is given when it has none."""
    doc = value.__doc__ or ""
    return "" if doc.startswith(f"{getattr(value, '__name__', '')}(") else doc


class _Bare(str):
    """An annotation as it is written in the source."""

    def __repr__(self) -> str:
        return str(self)


def _signature(name: str, value: Any, bound: bool = False) -> str:
    """The call, on one line or with a parameter a line.

    >>> def share(count: int, of: int, *, design: str = "srs") -> float: ...
    >>> _signature("share", share)
    "share(count: int, of: int, *, design: str = 'srs') -> float"
    """
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):  # an exception's constructor, or one written in C
        return name
    parameters = [
        parameter.replace(annotation=_bare(parameter.annotation), default=_default(parameter))
        for parameter in signature.parameters.values()
    ][1 if bound else 0 :]
    # What a class returns is itself.
    returns = signature.empty if inspect.isclass(value) else signature.return_annotation
    written = signature.replace(parameters=parameters, return_annotation=_bare(returns))
    line = f"{name}{written}"
    if len(line) <= 88:
        return line
    # Each parameter alone: str() of the whole cannot be split at commas, which types contain.
    lines, star = [], False
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            lines.append("*")
            star = True
        star = star or parameter.kind is parameter.VAR_POSITIONAL
        lines.append(str(parameter))
    end = line[line.rindex(") -> ") :] if ") -> " in line else ")"
    return f"{name}(\n" + "".join(f"    {one},\n" for one in lines) + end


def _bare(annotation: Any) -> Any:
    if annotation is inspect.Parameter.empty:
        return annotation
    return _Bare(
        annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    )


def _default(parameter: inspect.Parameter) -> Any:
    """A default that is an object of its own, such as a function, by its name."""
    default = parameter.default
    shown = getattr(default, "__name__", None)
    return _Bare(shown) if shown and default is not parameter.empty else default


def _short(value: Any) -> str:
    shown = " ".join(repr(value).split())
    return shown if len(shown) <= 88 else f"{type(value).__name__} of {len(value)}"
