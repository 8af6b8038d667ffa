"""Whether a row of a file is a person, or one of several rows of a person."""

from __future__ import annotations

import re
from typing import Final

from commsvc.survey.answers import Answers
from commsvc.words.messages import Text, message

_PERSON: Final = re.compile(
    r"(?:^|[^a-z])(?:id|uuid|respondent|rater|user|person|participant|subject|case)(?:[^a-z]|$)"
    r"|编号|被访者|受访者|评价人|评分人|用户|身份",
    re.I,
)


def repeated_people(answers: Answers) -> Text | str:
    """What to ask about a file whose rows may be ratings or visits, several of a person.

    A name alone is no evidence: of a column that is called after persons, at least one row in five
    has to repeat another's value.

    Examples
    --------
    >>> import pandas as pd
    >>> long = pd.DataFrame({"rater_id": [1, 1, 2, 2, 3, 3], "item": list("ababab")})
    >>> print(repeated_people(Answers.from_frame(long)))
    rater_id holds 3 different values in 6 rows: is a row a person? ...
    >>> repeated_people(Answers.from_frame(long.drop_duplicates("rater_id")))
    ''
    """
    for name in answers.data:
        cells = answers.data[name]
        if not _PERSON.search(str(name)):
            continue
        there = cells.dropna()
        different = there.nunique()
        # A handful of values are groups that were numbered, not people.
        if 2 < different <= 0.8 * len(there):
            return message(
                "{column} holds {k:count} different values in {n:count} rows: is a row a person? "
                "If it is a rating or a visit, give the column the role cluster, or sum up each "
                "person's rows first; as it stands every row counts as one who answered.",
                column=str(name), k=different, n=len(there),
            )  # fmt: skip
    return ""
