"""What `commsvc audit` does."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from commsvc.errors import CommsvcError
from commsvc.published.claims.auditing import collector_paused, verdicts
from commsvc.published.claims.output import Row, check_target, write_verdicts
from commsvc.published.claims.read import read_claims
from commsvc.published.claims.verdict import VERDICTS


def run(path: str | Path, output: str | Path | None = None) -> int:
    """Audit a claims file: verdicts to `output` or, without it, in words to the screen.

    Parameters
    ----------
    path : the claims file
    output : a path ending in .jsonl, .json, .csv or .html

    Returns
    -------
    int
        0; 1 where a line could not be read (the rest are done); 2 where the file or the output
        cannot be used at all
    """
    try:
        target = None if output is None else check_target(output, path)
        counts: Counter[str] = Counter()
        with collector_paused():
            rows = _counted(read_claims(path), counts)
            if target is None:
                _print_rows(rows, sys.stdout)
            else:
                write_verdicts(target, rows, Path(path).name)
    except CommsvcError as error:
        _say(str(error), sys.stderr)
        return 2
    _say(_totals(counts), sys.stdout if target else sys.stderr)
    return 1 if counts["unreadable"] else 0


def _counted(
    claims: list[tuple[int, Mapping[str, Any] | CommsvcError]], counts: Counter[str]
) -> Iterator[Row]:
    for (line, claim), verdict in zip(claims, verdicts(claims), strict=True):
        counts[verdict["verdict"]] += 1
        yield line, claim if isinstance(claim, Mapping) else {}, verdict


def _print_rows(rows: Iterator[Row], stream: TextIO) -> None:
    for line, _, verdict in rows:
        name = verdict.get("id")
        label = f"line {line}" if name is None else f"line {line}, {name}"
        _say(f"{verdict['verdict']}: {label}: {verdict['message']}", stream)
    # What is said next goes to another stream, which does not wait for this one.
    stream.flush()


def _totals(counts: Counter[str]) -> str:
    parts = [f"{counts[level]} {level}" for level in VERDICTS if counts[level]]
    return f"{counts.total()} claims: {', '.join(parts)}"


def _say(text: str, stream: TextIO) -> None:
    """Print what the stream's encoding cannot show as escapes."""
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream)
