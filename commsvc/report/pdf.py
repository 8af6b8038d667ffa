"""Reports on paper: each page printed by Chromium, where one is installed."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from commsvc.errors import CommsvcError
from commsvc.files import write_atomically
from commsvc.report.doctor import browser


def print_pages(pages: Sequence[Path], seconds: float = 120) -> list[Path]:
    """Print pages as PDF files beside them; the files.

    Parameters
    ----------
    pages : HTML files
    seconds : how long one page may take

    Raises
    ------
    CommsvcError : there is no Chromium, or it printed nothing
    """
    chromium = browser()
    if chromium is None:
        raise CommsvcError(
            "no Chromium to print with",
            where="--pdf",
            next_step="install Chromium or Chrome, or name one in COMMSVC_BROWSER;"
            " any browser prints the page to a PDF from its menu",
        )
    return [_print(chromium, page, seconds) for page in pages]


def _print(chromium: str, page: Path, seconds: float) -> Path:
    target = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory(prefix="commsvc-") as scratch:
        printed = Path(scratch) / "page.pdf"
        command = [
            chromium,
            "--headless",
            # It reads one file of ours, and refuses to start as root with a sandbox.
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--no-pdf-header-footer",
            f"--user-data-dir={scratch}/profile",
            f"--print-to-pdf={printed}",
            page.resolve().as_uri(),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CommsvcError(f"was not printed ({error})", where=str(page)) from error
        if not printed.is_file():
            raise CommsvcError(f"was not printed by {chromium}", where=str(page))
        write_atomically(target, printed.read_bytes())
    return target
