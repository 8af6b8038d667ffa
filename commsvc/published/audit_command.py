"""What ``commsvc audit`` does: claims files and documents in, verdicts out."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TextIO

from commsvc.errors import CommsvcError
from commsvc.files import writing
from commsvc.published.audit_text import by_weight, document_claims
from commsvc.published.claims.auditing import Given, collector_paused, verdicts
from commsvc.published.claims.claim_files import (
    Row,
    check_target,
    read_claims,
    write_claims,
    write_verdicts,
)
from commsvc.published.claims.verdict import VERDICTS
from commsvc.published.documents import documents_in

CLAIMS: Final = (".jsonl", ".ndjson", ".json")
# Makes the parts of a page of rows under a title; `commsvc.report` has one.
Page = Callable[[Sequence[Row], str], Iterable[str]]
Paths = str | Path | Sequence[str | Path]


def run(
    paths: Paths,
    output: str | Path | None = None,
    drafted: str | Path | None = None,
    page: Page | None = None,
) -> int:
    """Audit claims files and documents: verdicts to `output` or, without it, in words.

    Parameters
    ----------
    paths : claims files (.jsonl), documents whose claims are drafted first, folders of documents
    output : a path ending in .jsonl, .json, .csv or, with a `page`, .html
    drafted : where the drafted claims are written, to be corrected and audited again
    page : makes an HTML page of the rows

    Returns
    -------
    int
        0; 1 where a line or a document could not be read (the rest are done); 2 where nothing could
        be read, or the output cannot be used at all
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    counts: Counter[str] = Counter()
    try:
        target = None if output is None else check_target(output, given)
        if target is not None and target.suffix.lower() == ".html" and page is None:
            raise CommsvcError(
                "nothing here makes a page", where=str(target), allowed=".jsonl, .csv"
            )
        with collector_paused():
            claims = _claims_of(given)
            if drafted is not None:
                texts = [c for _, c in claims if isinstance(c, Mapping) and "quote" in c]
                write_claims(Path(drafted), texts)
            rows = _counted(claims, counts)
            if target is None:
                _print_rows(rows, sys.stdout)
            elif page is not None and target.suffix.lower() == ".html":
                with writing(str(target), "utf-8", "backslashreplace") as stream:
                    stream.writelines(page(list(rows), ", ".join(Path(p).name for p in given)))
            else:
                write_verdicts(target, rows)
    except CommsvcError as error:
        _say(str(error), sys.stderr)
        return 2
    _say(_totals(counts), sys.stdout if target else sys.stderr)
    return 1 if counts["unreadable"] else 0


def _claims_of(paths: Sequence[str | Path]) -> list[tuple[int | None, Given]]:
    """The claims of every file; a document of a folder that cannot be read stays an error."""
    found: list[tuple[int | None, Given]] = []
    for path in paths:
        if Path(path).suffix.lower() in CLAIMS:
            found += read_claims(path)
            continue
        for document in documents_in(path):
            try:
                found += [(None, claim) for claim in document_claims(document)]
            except CommsvcError as error:
                if not Path(path).is_dir():
                    raise
                found.append((None, error))
    return found


def _counted(claims: Sequence[tuple[int | None, Given]], counts: Counter[str]) -> Iterator[Row]:
    """Claims with their verdicts: of a claims file in its order, of documents by weight."""
    rows = [
        (line, claim if isinstance(claim, Mapping) else {}, verdict)
        for (line, claim), verdict in zip(claims, verdicts(claims), strict=True)
    ]
    counts.update(verdict["verdict"] for _, _, verdict in rows)
    yield from by_weight(rows) if any("quote" in claim for _, claim, _ in rows) else rows


def _print_rows(rows: Iterator[Row], stream: TextIO) -> None:
    for line, claim, verdict in rows:
        name = verdict.get("id")
        place = claim.get("file", f"line {line}")
        label = place if name is None else f"{place}, {name}"
        note = f" ({verdict['note']})" if verdict.get("note") else ""
        _say(f"{verdict['verdict']}: {label}: {verdict['message']}{note}", stream)
        if "quote" in claim:
            _say(f"    {claim['quote']}", stream)
    # What is said next goes to another stream, which does not wait for this one.
    stream.flush()


def _totals(counts: Counter[str]) -> str:
    parts = [f"{counts[level]} {level}" for level in VERDICTS if counts[level]]
    return f"{counts.total()} claims: {', '.join(parts)}"


def _say(text: str, stream: TextIO) -> None:
    """Print what the stream's encoding cannot show as escapes."""
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream)
