"""From notebooks to reports: what has changed is run, side by side, and the index is written."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commsvc.errors import CommsvcError
from commsvc.files import write_atomically
from commsvc.report.cache import Cache, Record, notebook_key, surroundings
from commsvc.report.console import Console
from commsvc.report.files import digest, file_digest
from commsvc.report.jobs import (
    Job,
    Outcome,
    line_of,
    own_notebooks,
    relative,
)
from commsvc.report.lang import check_language
from commsvc.report.provenance import data_digests, listed_again
from commsvc.report.reads import NOTE, data_read
from commsvc.report.server import WarmServer, can_fork

if TYPE_CHECKING:
    from commsvc.report import runner


def render(job: Job, console: Console) -> list[Outcome]:
    """Render the job's notebooks and the index; never raises for one notebook's fault."""
    stems = [path.stem for path in job.notebooks]
    if len(set(stems)) < len(stems):
        raise CommsvcError("two notebooks of one name would write one report", where=str(job.out))
    data = dict(data_digests(job.root))
    asked = f"{job.language}, asked" if job.language_asked else job.language
    around = surroundings(asked, job.parameters, data)
    keys = {path: notebook_key(path, around, job.parameters) for path in job.notebooks}
    cache = Cache(job.root, job.folder)
    outcomes, stale = [], []
    for path in job.notebooks:
        record = None if job.force else cache.fresh(path.stem, keys[path], data)
        if record is None:
            stale.append(path)
        else:
            _list_again(job, path, record, data, cache)
            outcomes.append(_judge(job, path, record, "unchanged", 0.0))
    if stale:
        outcomes += _run_all(job, stale, keys, data, cache, console)
        write_index(job, cache)
    elif _index_is_old(job):
        write_index(job, cache)
    return sorted(outcomes, key=lambda outcome: job.notebooks.index(outcome.notebook))


def _list_again(job: Job, path: Path, record: Record, data: dict[str, str], cache: Cache) -> None:
    """Bring the foot of a page up to date, which lists data that the notebook does not read."""
    listed = digest(json.dumps(data))
    if record.listed == listed:
        return
    page = job.folder / f"{path.stem}.html"
    write_atomically(page, listed_again(page.read_text(encoding="utf-8"), data))
    files = record.files | {relative(page, job.root): file_digest(page)}
    cache.save(path.stem, replace(record, files=files, listed=listed))


def _judge(job: Job, path: Path, record: Record, status: str, seconds: float) -> Outcome:
    """The outcome of a page that was written: strictness turns a warning into a failure."""
    failed = str(record.card.get("failed", ""))
    if not failed and job.strict and record.warnings:
        failed = record.warnings[0]
    return Outcome(path, "failed" if failed else status, seconds, failed, tuple(record.warnings))


def _run_all(
    job: Job,
    stale: Sequence[Path],
    keys: dict[Path, str],
    data: dict[str, str],
    cache: Cache,
    console: Console,
) -> list[Outcome]:
    with tempfile.TemporaryDirectory(prefix="commsvc-") as scratch:
        # First of all: the warm process imports while this one does.
        warm = can_fork() and not job.plain
        server = WarmServer(Path(scratch) / "kernels.log") if warm else None
        try:
            if server is not None:
                from commsvc.report.provisioner import use_server

                use_server(server)
            return asyncio.run(_run_side_by_side(job, stale, keys, data, cache, console, warm))
        finally:
            console.clear()
            if server is not None:
                use_server(None)
                server.close()


async def _run_side_by_side(
    job: Job,
    stale: Sequence[Path],
    keys: dict[Path, str],
    data: dict[str, str],
    cache: Cache,
    console: Console,
    warm: bool,
) -> list[Outcome]:
    _import_tools()
    from commsvc.report import parameters, runner

    if job.parameters:
        readable: list[Any] = []
        for path in job.notebooks:
            with suppress(CommsvcError):
                readable.append(runner.read(path))
        parameters.check(job.parameters, readable)
    # One more than there are cores: a kernel that starts, or waits to be asked, uses none.
    turns = asyncio.Semaphore(job.workers or (os.cpu_count() or 1) + 1)
    interrupt = runner.Interrupt()
    interrupt.listen()
    # Pages are made beside the loop, which goes on feeding the kernels; one at a time, because
    # they share the open font.
    with ThreadPoolExecutor(1) as maker:
        outcomes = await asyncio.gather(
            *(
                _run_one(job, path, keys[path], data, cache, console, warm, interrupt, turns, maker)
                # The longest first, so that no core is idle while the last one runs.
                for path in sorted(stale, key=lambda path: -path.stat().st_size)
            )
        )
    if interrupt.happened:
        raise KeyboardInterrupt
    return [outcome for outcome in outcomes if outcome is not None]


def _import_tools() -> None:
    """Import what runs notebooks and writes pages, while the warm process imports the rest."""
    # jsonschema compiles forty grammars, in two seconds, to check a format (internationalised
    # addresses) that no notebook has; it does without where the package cannot be imported.
    grammars = "rfc3987_syntax"
    unknown = grammars not in sys.modules
    if unknown:
        sys.modules[grammars] = None  # type: ignore[assignment]
    try:
        import commsvc.report.exporter
        import commsvc.report.index
        import commsvc.report.runner  # noqa: F401
    finally:
        if unknown:
            del sys.modules[grammars]


async def _run_one(
    job: Job,
    path: Path,
    key: str,
    data: dict[str, str],
    cache: Cache,
    console: Console,
    warm: bool,
    interrupt: runner.Interrupt,
    turns: asyncio.Semaphore,
    maker: Executor,
) -> Outcome | None:
    from commsvc.report import parameters, runner

    start = 0.0
    name = path.stem
    failure: runner.Failure | None = None
    try:
        async with turns:
            start = time.perf_counter()
            if interrupt.happened:
                return None
            nb = runner.read(path)
            language = _language(job, parameters.values_of(nb, job.parameters))
            told = {"language": language} if job.language_asked else {}
            parameters.inject(nb, job.parameters | told)
            env = {
                **os.environ,
                "COMMSVC_LANG": language,
                "COMMSVC_FIGURES": str(job.figures.resolve()),
            }
            with tempfile.TemporaryDirectory(prefix="commsvc-") as scratch:
                note = Path(scratch) / "reads"
                failure = await runner.run(
                    nb,
                    path.parent,
                    env | {NOTE: str(note)},
                    warm=warm,
                    timeout=job.timeout,
                    progress=lambda done, total: console.cell(name, done, total),
                    interrupt=interrupt,
                )
                sources = [cell.source for cell in nb.cells if cell.cell_type == "code"]
                read = data_read(note, sources, job.root, data)
        if interrupt.happened:
            return None
        record = await asyncio.get_running_loop().run_in_executor(
            maker, _write_page, job, path, nb, key, language, failure is not None
        )
        record = replace(record, data=read | record.data, listed=digest(json.dumps(data)))
        # A failed notebook is run again next time, whatever its key.
        cache.save(name, record)
        outcome = _judge(job, path, record, "done", time.perf_counter() - start)
        if failure is not None:
            outcome = Outcome(path, "failed", outcome.seconds, str(failure), outcome.warnings)
    except (CommsvcError, OSError, RuntimeError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split()).removeprefix(f"{path}: ") or repr(error)
        outcome = Outcome(path, "failed", time.perf_counter() - start, reason)
    console.line(line_of(job, outcome), name)
    return outcome


def _language(job: Job, values: Mapping[str, Any]) -> str:
    """The language asked for; a notebook with the parameter `language` chooses where none is."""
    if job.language_asked or job.language != "both":
        return job.language
    return check_language(values.get("language", "both"))


def _write_page(job: Job, path: Path, nb: Any, key: str, language: str, failed: bool) -> Record:
    from commsvc.report.exporter import CommsvcExporter
    from commsvc.report.index import card_of

    exporter = CommsvcExporter(language=language)
    about: dict[str, Any] = {"metadata": {"name": path.stem, "path": str(path.parent)}}
    html, resources = exporter.from_notebook_node(nb, about)
    target = job.folder / f"{path.stem}.html"
    write_atomically(target, html)
    page = resources["commsvc"]
    files = [target, *(job.figures / name for name in _figure_files(nb))]
    return Record(
        key="" if failed else key,
        files={relative(f, job.root): file_digest(f) for f in files if f.is_file()},
        card=card_of(page, path.stem),
        data={relative(picture, job.root): file_digest(picture) for picture in page.pictures},
        warnings=list(page.warnings),
        missing_alt=page.missing_alt,
    )


def _figure_files(nb: Any) -> list[str]:
    """The figure files a notebook has written, from what its outputs say."""
    names = []
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            about = output.get("metadata", {}).get("commsvc", {})
            if about.get("kind") == "figure":
                ending = "svg" if "image/svg+xml" in output.data else "png"
                names.append(f"{about['name']}.{ending}")
    return names


def _manual(job: Job) -> str:
    """Where `make docs` has put the documentation, as seen from the index."""
    page = job.root / "reports" / "docs" / "index.html"
    return Path(os.path.relpath(page, job.folder)).as_posix() if page.is_file() else ""


def _index_is_old(job: Job) -> bool:
    """Whether there is no index, or the documentation came or went since it was written."""
    try:
        text = (job.folder / "index.html").read_text(encoding="utf-8")
    except OSError:
        return True
    link = re.search(r'href="([^"]*docs/index\.html)"', text)
    return (link[1] if link else "") != _manual(job)


def write_index(job: Job, cache: Cache) -> None:
    """The index of every report in the folder, whether it was rendered now or before."""
    from commsvc.report.index import failed_card, index_html

    codes = ["en", "zh"] if job.language == "both" else [job.language]
    everything = {p.stem for p in own_notebooks(job.root)}
    cards = []
    for stem in sorted(everything | {p.stem for p in job.notebooks}):
        record = cache.load(stem)
        if record is not None and (job.folder / f"{stem}.html").is_file():
            cards.append(record.card)
        elif stem in {p.stem for p in job.notebooks}:
            cards.append(failed_card(stem, codes, "no report"))
    write_atomically(job.folder / "index.html", index_html(cards, job.language, _manual(job)))
