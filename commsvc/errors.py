"""What commsvc raises: one error type that tells its reader what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from types import ModuleType


class CommsvcError(ValueError):
    """Something in the input or the request is wrong, and the message says what to do.

    Parameters
    ----------
    problem : what was wrong, in words a researcher uses
    where : file, row, column or cell
    allowed : what would have been right
    next_step : what to do now

    Examples
    --------
    >>> print(CommsvcError("no column 'satisfacton'", where="answers.csv",
    ...                    next_step="did you mean 'satisfaction'?"))
    answers.csv: no column 'satisfacton'; did you mean 'satisfaction'?
    """

    def __init__(
        self, problem: str, *, where: object = "", allowed: str = "", next_step: str = ""
    ) -> None:
        # A text of several languages is English here: errors are.
        where = where.text("en") if hasattr(where, "text") else str(where)
        self.problem, self.where = problem, where
        self.allowed, self.next_step = allowed, next_step
        head = f"{where}: {problem}" if where else problem
        tail = [part for part in (allowed and f"allowed: {allowed}", next_step) if part]
        super().__init__("; ".join([head, *tail]))


def unknown_name(kind: str, name: object, known: Iterable[object], where: str = "") -> CommsvcError:
    """The error for a name that is not among those there are, near names first.

    >>> print(unknown_name("column", "agee", ["sex", "age"]))
    no column 'agee'; allowed: age, sex; did you mean 'age'?
    """
    names = [str(k) for k in known]
    near = get_close_matches(str(name), names, n=3, cutoff=0.6)
    ordered = near + [n for n in names if n not in near]
    return CommsvcError(
        f"no {kind} {str(name)!r}",
        where=where,
        allowed=", ".join(ordered) or "none there",
        next_step=f"did you mean {near[0]!r}?" if near else "",
    )


def needed(module: str, extra: str, where: object = "") -> ModuleType:
    """A module that one of the package's extras brings.

    Parameters
    ----------
    module : its name, ``"opencc"``
    extra : the extra of commsvc that installs it, ``"repair"``
    where : what it is needed for, such as the file it would read

    Raises
    ------
    CommsvcError : it is not installed; the message says what to install

    Examples
    --------
    >>> needed("abacus_of_han", "repair")
    Traceback (most recent call last):
        ...
    commsvc.errors.CommsvcError: abacus_of_han is not installed; pip install "commsvc[repair]"
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != module.split(".")[0]:
            raise
        raise CommsvcError(
            f"{module} is not installed",
            where=where,
            next_step=f'pip install "commsvc[{extra}]"',
        ) from None
