"""Render what one edits, until one stops."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import commsvc
from commsvc.report.console import Console
from commsvc.report.jobs import Job, find_notebooks, own_notebooks, summary
from commsvc.report.render import render


def watch(job: Job, console: Console, names: Sequence[str] = ()) -> NoReturn:
    """Render what changes until interrupted; a notebook that is added is found."""
    seen: object = None
    while True:
        now = _state(job)
        if now != seen:
            seen = now
            current = replace(job, notebooks=find_notebooks(job.root, names))
            console.line(summary(current, render(current, console)))
            # Forcing is for the first time only, else every save would render everything.
            job = replace(job, force=False)
        time.sleep(0.5)


def _state(job: Job) -> list[tuple[str, int]]:
    """When each file that a render depends on was last changed."""
    folders = [Path(commsvc.__file__).parent, job.root / "data", job.root / "notebooks"]
    watched = {*job.notebooks, *own_notebooks(job.root)}
    watched |= {path for folder in folders for path in folder.rglob("*.*")}
    times = []
    for path in watched:
        with suppress(OSError):  # deleted between the listing and the look
            if path.suffix not in (".pyc", ".swp"):
                times.append((str(path), path.stat().st_mtime_ns))
    return sorted(times)
