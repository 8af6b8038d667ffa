"""The one border that every reader of files goes through: limits, a time limit, errors in words."""

from __future__ import annotations

import faulthandler
import os
import pickle
import select
import signal
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from commsvc.errors import CommsvcError

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """What a file may ask for.

    Attributes
    ----------
    size : bytes of the file
    cells : rows × columns
    cell : characters of one cell; what is longer is cut and said
    seconds : for one parser
    memory : bytes a parser in a process of its own may take
    """

    size: int = 2_000_000_000
    cells: int = 500_000_000
    cell: int = 100_000
    seconds: float = 300.0
    memory: int = 16_000_000_000


LIMITS: Final = Limits()
_LONGEST_REASON: Final = 160


def read_guarded(
    file: Path,
    parse: Callable[[], T],
    *,
    next_step: str,
    apart: bool = True,
    limits: Limits = LIMITS,
) -> T:
    """What a parser makes of a file; whatever goes wrong is a `CommsvcError` about the file.

    Parameters
    ----------
    parse : reads the file
    next_step : what to do where it cannot
    apart : in a process of its own. Parsers in native code were seen to end the process they run
        in; there, their end is an error like any other

    Raises
    ------
    CommsvcError : the file is too large, the parser failed, died or took too long
    """
    size = file.stat().st_size
    if size > limits.size:
        raise CommsvcError(
            f"{size:,} bytes, more than are read at once",
            where=file.name,
            allowed=f"up to {limits.size:,}",
            next_step="split it, or read it with DuckDB or Polars and pass the frame",
        )
    try:
        return _in_child(parse, limits) if apart and hasattr(os, "fork") else parse()
    except (CommsvcError, KeyboardInterrupt, SystemExit, GeneratorExit, ImportError):
        raise
    except BaseException as error:  # a panic of Rust is no Exception
        raise CommsvcError(
            f"cannot be read ({reason(error)})", where=file.name, next_step=next_step
        ) from error


def reason(error: BaseException) -> str:
    """An exception in one short line, without the places of files.

    >>> reason(MemoryError()), reason(ValueError("bad\\nvalue"))
    ('MemoryError', 'bad')
    """
    line = (str(error).strip().splitlines() or [""])[0].partition(". pandas")[0]
    shown = "".join(c if c.isprintable() else "�" for c in line)
    if not shown or os.sep in shown:
        return type(error).__name__
    return shown if len(shown) <= _LONGEST_REASON else f"{shown[:_LONGEST_REASON]}…"


class _ParserError(Exception):
    """What the parser in the other process raised, or how it ended."""


def _in_child(parse: Callable[[], T], limits: Limits) -> T:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # In a program of many threads only the one that forks goes on; it parses and ends.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reading)
        _work(parse, writing, limits)
    os.close(writing)
    try:
        told = _received(reading, limits.seconds)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reading)
        _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        raise _ParserError(f"the parser was ended by signal {os.WTERMSIG(status)}")
    fine, result = pickle.loads(told)
    if fine:
        return result
    raise result


def _work(parse: Callable[[], Any], writing: int, limits: Limits) -> None:
    """In the other process: parse, hand over, end without any of the parent's cleaning up."""
    faulthandler.disable()
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = limits.memory if hard == resource.RLIM_INFINITY else min(limits.memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
        told = pickle.dumps((True, parse()), protocol=5)
    except CommsvcError as error:
        told = pickle.dumps((False, _CarriedError.of(error)))
    except BaseException as error:
        told = pickle.dumps((False, _ParserError(reason(error))))
    with os.fdopen(writing, "wb") as out:
        out.write(told)
    os._exit(0)


class _CarriedError(CommsvcError):
    """A `CommsvcError` that travels between processes with all its parts."""

    @classmethod
    def of(cls, error: CommsvcError) -> _CarriedError:
        return cls(
            error.problem, where=error.where, allowed=error.allowed, next_step=error.next_step
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _carried, (self.problem, self.where, self.allowed, self.next_step)


def _carried(problem: str, where: str, allowed: str, next_step: str) -> CommsvcError:
    return CommsvcError(problem, where=where, allowed=allowed, next_step=next_step)


def _received(reading: int, seconds: float) -> bytes:
    end, parts = time.monotonic() + seconds, list[bytes]()
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise _ParserError(f"the parser took more than {seconds:g} s")
        part = os.read(reading, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
