"""Files that appear under their names only when they are whole."""

from __future__ import annotations

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
def writing(path: str, encoding: str = "utf-8", errors: str = "strict") -> Iterator[IO[str]]:
    """A file that appears under its name only when it is whole.

    Through a link the file it leads to is written. What is no file (a pipe, ``/dev/stdout``) is
    written to as it is: another in its place would take it away from everybody.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "w", encoding=encoding, errors=errors, newline="") as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", text=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommsvcError(f"cannot be written ({error.strerror})", where=path) from None
    try:
        with os.fdopen(handle, "w", encoding=encoding, errors=errors, newline="") as file:
            yield file
        # mkstemp makes files private; a table is as readable as any other file of its owner's.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, target)
    except OSError as error:
        raise CommsvcError(f"cannot be written ({error.strerror})", where=path) from None
    finally:
        Path(name).unlink(missing_ok=True)
