"""Files that appear under their names only when they are whole."""

from __future__ import annotations

import io
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from commsvc.errors import CommsvcError


@contextmanager
def interruptible() -> Iterator[None]:
    """To be told to end is the same as Ctrl-C, so that nothing half written stays behind."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [signal.signal(end, interrupt) for end in ends]
    try:
        yield
    finally:
        for end, handler in zip(ends, before, strict=True):
            signal.signal(end, handler)


@contextmanager
def writing(
    path: str | os.PathLike[str], encoding: str = "utf-8", errors: str = "strict"
) -> Iterator[IO[str]]:
    """Text that appears under its name only when it is whole, with the line ends it is given.

    Through a link the file it leads to is written. What is no file (a pipe, ``/dev/stdout``) is
    written to as it is: another in its place would take it away from everybody.

    Raises
    ------
    CommsvcError : where the system does not let it be written
    """
    with _replacing(path) as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")
        try:
            yield text
        finally:
            text.detach()  # closed, it would close the file


def write_atomically(path: str | os.PathLike[str], content: str | bytes) -> None:
    """The same for content that is there: a reader sees the old file or the new one.

    Text is written as UTF-8 with ``\\n`` line ends on every system.
    """
    with _replacing(path) as raw:
        raw.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def _replacing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file beside the target that takes its place in the end."""
    name = ""
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as file:
            yield file
        # mkstemp makes files private; a table is as readable as any other file of its owner's.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, target)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommsvcError(f"cannot be written ({error.strerror})", where=str(path)) from None
    finally:
        if name:
            Path(name).unlink(missing_ok=True)
