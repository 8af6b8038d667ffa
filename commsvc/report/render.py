"""From notebooks to reports: what has changed is run, side by side, and the index is written."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from commsvc.errors import CommsvcError
from commsvc.files import write_atomically
from commsvc.report.cache import Cache, Record, notebook_key, surroundings
from commsvc.report.console import Console
from commsvc.report.jobs import Job, Outcome, line_of, own_notebooks, relative
from commsvc.report.lang import EVERY, NOTEBOOK, cell_language, check_language
from commsvc.report.project_files import digest, file_digest
from commsvc.report.provenance import data_digests, listed_again
from commsvc.report.reads import NOTE, data_read
from commsvc.report.translation import languages_of
from commsvc.words.languages import LANGUAGE, known_languages


def render(job: Job, console: Console) -> list[Outcome]:
    """Render the job's notebooks and the index; never raises for one notebook's fault."""
    stems = [path.stem for path in job.notebooks]
    if len(set(stems)) < len(stems):
        raise CommsvcError("two notebooks of one name would write one report", where=str(job.out))
    data = dict(data_digests(job.root))
    around = surroundings(job.language, job.parameters, data)
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
    _import_tools()
    from commsvc.report import parameters, runner

    if job.parameters:
        readable: list[Any] = []
        for path in job.notebooks:
            with suppress(CommsvcError):
                readable.append(runner.read(path))
        parameters.check(job.parameters, readable)
    try:
        return asyncio.run(_run_side_by_side(_Work(job, keys, data, cache, console), stale))
    finally:
        console.clear()


@dataclass
class _Work:
    """What every notebook of a render needs to be run."""

    job: Job
    keys: dict[Path, str]
    data: dict[str, str]
    cache: Cache
    console: Console
    interrupt: Any = None
    turns: asyncio.Semaphore = field(default_factory=asyncio.Semaphore)


async def _run_side_by_side(work: _Work, stale: Sequence[Path]) -> list[Outcome]:
    from commsvc.report import runner

    # One more than there are cores: a kernel that starts, or waits to be asked, uses none.
    work.turns = asyncio.Semaphore(work.job.workers or (os.cpu_count() or 1) + 1)
    work.interrupt = runner.Interrupt()
    work.interrupt.listen()
    # The longest first, so that no core is idle while the last one runs.
    longest = sorted(stale, key=lambda path: -path.stat().st_size)
    outcomes = await asyncio.gather(*(_run_one(work, path) for path in longest))
    if work.interrupt.happened:
        raise KeyboardInterrupt
    return [outcome for outcome in outcomes if outcome is not None]


def _import_tools() -> None:
    """Import what runs notebooks."""
    # jsonschema compiles forty grammars, in two seconds, to check a format (internationalised
    # addresses) that no notebook has; it does without where the package cannot be imported.
    grammars = "rfc3987_syntax"
    unknown = grammars not in sys.modules
    if unknown:
        sys.modules[grammars] = None  # type: ignore[assignment]
    try:
        import commsvc.report.runner
        import commsvc.report.site  # noqa: F401
    finally:
        if unknown:
            del sys.modules[grammars]


async def _run_one(work: _Work, path: Path) -> Outcome | None:
    """Run a notebook in each of its languages, and write its page."""
    start = time.perf_counter()
    try:
        runs = await asyncio.gather(
            *(_run_in(work, path, lang) for lang in _languages(work.job, path))
        )
        if work.interrupt.happened:
            return None
        failure = next((run.failure for run in runs if run.failure), None)
        record = await asyncio.to_thread(_write_page, work, path, runs, failure is not None)
        # A failed notebook is run again next time, whatever its key.
        work.cache.save(path.stem, record)
        outcome = _judge(work.job, path, record, "done", time.perf_counter() - start)
        if failure is not None:
            outcome = Outcome(path, "failed", outcome.seconds, str(failure), outcome.warnings)
    except (CommsvcError, OSError, RuntimeError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split()).removeprefix(f"{path}: ") or repr(error)
        outcome = Outcome(path, "failed", time.perf_counter() - start, reason)
    work.console.line(line_of(work.job, outcome), path.stem)
    return outcome


@dataclass(frozen=True)
class _Run:
    """A notebook as it was executed in a language; the data files it read."""

    lang: str
    nb: Any
    read: dict[str, str]
    failure: Any


async def _run_in(work: _Work, path: Path, lang: str) -> _Run:
    from commsvc.report import parameters, runner

    job = work.job
    async with work.turns:
        nb = runner.read(path)
        if work.interrupt.happened:
            return _Run(lang, nb, {}, None)
        parameters.inject(nb, job.parameters | {"language": lang})
        with tempfile.TemporaryDirectory(prefix="commsvc-") as scratch:
            note = Path(scratch) / "reads"
            env = {
                **os.environ,
                LANGUAGE: lang,
                NOTEBOOK: path.stem,
                "COMMSVC_FIGURES": str(job.figures(lang).resolve()),
                NOTE: str(note),
            }
            failure = await runner.run(
                nb,
                path.parent,
                env,
                timeout=job.timeout,
                progress=lambda done, total: work.console.cell(f"{path.stem} {lang}", done, total),
                interrupt=work.interrupt,
            )
            sources = [cell.source for cell in nb.cells if cell.cell_type == "code"]
            read = data_read(note, sources, job.root, work.data)
    work.console.clear(f"{path.stem} {lang}")
    return _Run(lang, nb, read, failure)


def _languages(job: Job, path: Path) -> tuple[str, ...]:
    """The languages of a page: the one asked for; else that of the notebook's own parameter
    `language`; else all, where it has such a parameter, and all it has words in where not."""
    from commsvc.report import parameters, runner

    nb = runner.read(path)
    told = parameters.values_of(nb, job.parameters).get("language")
    chosen = check_language(job.language or told or EVERY)
    if chosen != EVERY:
        return (chosen,)
    tagged = {lang for cell in nb.cells if (lang := cell_language(cell))}
    there = {*languages_of(path), *tagged} if told is None else known_languages()
    return tuple(lang for lang in known_languages() if lang in there)


def _write_page(work: _Work, path: Path, runs: Sequence[_Run], failed: bool) -> Record:
    from commsvc.report.site import card_of, page_html

    job = work.job
    versions = {run.lang: run.nb for run in runs}
    html, page = page_html(versions, path, job.root)
    target = job.folder / f"{path.stem}.html"
    write_atomically(target, html)
    files = [target, *(job.figures(run.lang) / f for run in runs for f in _figure_files(run.nb))]
    read = {name: known for run in runs for name, known in run.read.items()}
    pictures = {relative(picture, job.root): file_digest(picture) for picture in page.pictures}
    return Record(
        key="" if failed else work.keys[path],
        files={relative(f, job.root): file_digest(f) for f in files if f.is_file()},
        card=card_of(page, path.stem),
        data=read | pictures,
        warnings=list(page.warnings),
        missing_alt=page.missing_alt,
        listed=digest(json.dumps(work.data)),
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
    from commsvc.report.site import failed_card, index_html

    everything = {p.stem for p in own_notebooks(job.root)}
    cards = []
    for stem in sorted(everything | {p.stem for p in job.notebooks}):
        record = cache.load(stem)
        if record is not None and (job.folder / f"{stem}.html").is_file():
            cards.append(record.card)
        elif stem in {p.stem for p in job.notebooks}:
            cards.append(failed_card(stem, "no report"))
    there = {lang for card in cards for lang in card["titles"]}
    languages = [lang for lang in known_languages() if lang in there]
    write_atomically(job.folder / "index.html", index_html(cards, languages, _manual(job)))
