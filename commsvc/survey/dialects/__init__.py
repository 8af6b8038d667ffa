"""Export formats of questionnaires: one small file each, one registry.

To add one: a file here with a `Dialect`, its line in `DIALECTS`, the columns it has beside the
questions in ``vocabulary/lead_columns.csv``, and a test.
"""

from __future__ import annotations

from typing import Final

from commsvc.survey.dialects import (
    google_forms,
    kobo,
    limesurvey,
    microsoft_forms,
    plain,
    qualtrics,
    redcap,
    surveymonkey,
    tencent,
    wjx,
)
from commsvc.survey.exported import Dialect
from commsvc.survey.table_files import Cells

# In the order in which they are tried: what is surest first; `plain` takes everything.
DIALECTS: Final[tuple[Dialect, ...]] = (
    qualtrics.DIALECT,
    surveymonkey.DIALECT,
    redcap.DIALECT,
    kobo.DIALECT,
    microsoft_forms.DIALECT,
    tencent.DIALECT,
    wjx.DIALECT,
    limesurvey.DIALECT,
    google_forms.DIALECT,
    plain.DIALECT,
)


def dialect_of(cells: Cells) -> Dialect:
    """The first export format that cells fit."""
    return next(dialect for dialect in DIALECTS if dialect.fits(cells))
