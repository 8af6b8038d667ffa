"""Where the tests find material that is not part of the repository."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from commsvc.words import languages

# A busy machine is no failure: how long one example takes is not what the tests are about. Where
# nobody looks on (CI), the examples are the same each time; developers meet new ones.
settings.register_profile("commsvc", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("commsvc")

ROOT = Path(__file__).resolve().parent.parent
# What made the reference numbers: run by hand, with packages the tests do not need.
collect_ignore = ["reference", "frozen"]


@pytest.fixture(autouse=True)
def no_language_chosen() -> Iterator[None]:
    """What one test chose is not in force for the next."""
    yield
    languages._chosen.set("")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The developers' folder of reference material; a test that needs it is skipped without it."""
    folder = Path(os.environ.get("COMMSVC_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the developers' reference folder is not on this machine")
    return folder


@pytest.fixture(scope="session")
def source_page() -> Path:
    """The damaged page the seven reports come from: a user's own copy, or the developers'."""
    shared_folder = Path(os.environ.get("COMMSVC_SHARED", ROOT.parent / "shared"))
    for page in (ROOT / "data/source/page.txt", shared_folder / "source/page.txt"):
        if page.is_file():
            return page
    pytest.skip("put the page into data/source/page.txt to run this test")
