"""From a text or a document to verdicts: claims drafted, judged, the weightiest first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from commsvc.published.claims.auditing import COLUMNS, cells_of, verdicts, weight
from commsvc.published.claims.claim_files import PLACE, Row
from commsvc.published.claims.drafting import draft_claims, together
from commsvc.published.claims.table_drafts import table_claims
from commsvc.published.documents import Document, read_document
from commsvc.words.messages import joined

if TYPE_CHECKING:
    import pandas as pd

    from commsvc.published.repair import Repaired

_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
# What a doubtful figure leaves of a claim's confidence.
_DOUBTFUL: Final = 0.8


def audit_text(text: str) -> pd.DataFrame:
    """What the numbers of a text say of each other: its claims, drafted and judged.

    Nothing is called inconsistent unless its numbers are linked by their own syntax (*54.2%
    (130/240)*); what links less surely and does not agree is offered for confirmation.

    Parameters
    ----------
    text : English or Chinese prose: an abstract, a report; tables only by `read_document`

    Returns
    -------
    DataFrame
        a row a claim, the weightiest first (a conclusion that changes, a contradiction, a last
        digit): the columns of `audit`, and `quote` (the sentence), `start`, `end` (characters of
        the text), `link`, `confidence`

    Examples
    --------
    >>> found = audit_text("Of 415 people, 170 (41.9%) agreed, t(38) = 2.1, p = .04.")
    >>> found[["kind", "printed", "verdict"]].values.tolist()
    [['share', '41.9%', 'inconsistent'], ['p_from_statistic', '.04', 'consistent']]
    >>> print(found["message"][0])
    170 of 415 is 40.96%; 41.9% is printed: it should be 41.0%
    """
    return verdict_table_of(draft_claims(text))


def audit_document(path: str | Path) -> pd.DataFrame:
    """What the numbers of a document say of each other, of its prose and of its tables.

    Parameters
    ----------
    path : a .txt, .md, .html, .pdf or .docx file

    Returns
    -------
    DataFrame
        as of `audit_text`; `start` and `end` are characters of `read_document(path).text`

    Raises
    ------
    CommsvcError : as `read_document`
    """
    return verdict_table_of(document_claims(path))


def verdict_table_of(claims: list[dict[str, Any]]) -> pd.DataFrame:
    """The verdicts on drafted claims as a table, the weightiest first."""
    import pandas as pd

    judged = verdicts([(None, claim) for claim in claims])
    rows = by_weight([(None, c, verdict) for c, verdict in zip(claims, judged, strict=True)])
    columns = [name for name in (*COLUMNS, *PLACE) if name not in ("line", "source", "file")]
    cells = [{**claim, **cells_of(None, claim, verdict)} for _, claim, verdict in rows]
    return pd.DataFrame([[row.get(name) for name in columns] for row in cells], columns=columns)


def by_weight(rows: Sequence[Row]) -> list[Row]:
    """Claims with their verdicts, by weight, then what is to be confirmed, then by place."""

    def rank(row: Row) -> tuple[int, bool]:
        _, claim, verdict = row
        return -weight(claim.get("printed"), verdict), verdict["verdict"] != "undecidable"

    return sorted(rows, key=rank)


def document_claims(path: str | Path) -> list[dict[str, Any]]:
    """The claims of a document, of its prose and of its tables.

    A damaged Chinese page is repaired first; a claim that uses a doubtful figure is less sure, and
    says so.

    Parameters
    ----------
    path : as for `read_document`

    Returns
    -------
    list of dict
        as `draft_claims`, with the file's name before `id` and as `file`, and for a PDF `page`
    """
    document = read_document(path)
    repaired = _repaired(document)
    text = repaired.text if repaired else document.text
    prose = draft_claims(text)
    if _HAN.search(text):
        prose = _doubted(prose, repaired or text)
    if repaired:
        prose = [_on_page(claim, repaired) for claim in prose]
    inside = [(t.start, t.end) for t in document.tables]
    prose = [c for c in prose if not any(a <= c["start"] < b for a, b in inside)]
    claims = together([prose, *(table_claims(table) for table in document.tables)])
    file = Path(path)
    return [
        {**claim, "id": f"{file.stem}/{claim['id']}", "file": file.name, **_page(claim, document)}
        for claim in claims
    ]


def _doubted(claims: list[dict[str, Any]], text: Repaired | str) -> list[dict[str, Any]]:
    """The claims, those less sure that use a figure which the reader of figures doubts."""
    from commsvc.published.figures import iter_figures

    doubts = [(f.start, f.end, f.doubt) for f in iter_figures(text) if f.doubt]
    found = []
    for claim in claims:
        inside = [d for start, end, d in doubts if start < claim["end"] and end > claim["start"]]
        if inside:
            sure = min(claim["confidence"], _DOUBTFUL)
            claim = {**claim, "confidence": sure, "link": joined([claim["link"], *inside])}
        found.append(claim)
    return found


def _page(claim: Mapping[str, Any], document: Document) -> dict[str, int]:
    page = document.page_of(claim["start"])
    return {"page": page} if page else {}


def _repaired(document: Document) -> Repaired | None:
    if document.form not in ("text", "HTML") or not _HAN.search(document.text):
        return None
    from commsvc.published.repair import repair

    found = repair(document.text)
    return found if found.edits else None


def _on_page(claim: dict[str, Any], repaired: Repaired) -> dict[str, Any]:
    """A claim of repaired text with its place in the page."""
    start, end = repaired.page_span(claim["start"], claim["end"])
    return {**claim, "start": start, "end": end}
