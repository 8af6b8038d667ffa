"""按需点单: residents' requests given to the volunteers who can meet them."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import column_values

COMMUNITY_RULES: Final = ("prefer", "require", "ignore")


def match_requests(requests: Any, members: Any, *, community: str = "prefer") -> pd.DataFrame:
    """Match as many requests as can be met, one to one.

    Of all ways to match, one with the greatest total priority (the greatest number, where all
    priorities are alike); among those, with `community="prefer"`, one with the most pairs of the
    same community. Optimal, not greedy (Kuhn–Munkres by `scipy.optimize.linear_sum_assignment`).

    Parameters
    ----------
    requests : any data frame with `request` (id), `skill`, `community`; `priority` (whole number
        above 0) may be there
    members : any data frame with `member` (id), `skills` (a list, or text separated by ``、;,|``),
        `community`; `capacity` (requests each can take, 1) may be there
    community : `prefer`, `require` or `ignore` a member's own community

    Returns
    -------
    DataFrame in the order of the requests: `request, member` (missing where unmatched),
    `same_community, able` (members who could), `verdict` (`matched`, `nobody can`, `all who can are
    taken`)

    Examples
    --------
    >>> wishes = pd.DataFrame({"request": ["r1", "r2", "r3"], "skill": ["legal", "repair", "care"],
    ...                        "community": ["East", "East", "West"]})
    >>> people = pd.DataFrame({"member": ["m1", "m2"], "skills": ["legal、repair", "legal"],
    ...                        "community": ["East", "West"]})
    >>> match_requests(wishes, people)[["request", "member", "verdict"]]
      request member     verdict
    0      r1     m2     matched
    1      r2     m1     matched
    2      r3   None  nobody can
    """
    if community not in COMMUNITY_RULES:
        raise unknown_name("rule for communities", community, COMMUNITY_RULES)
    asked = column_values(requests, "request", "skill", "community")
    people = column_values(members, "member", "skills", "community")
    if not asked or not people:
        raise CommsvcError("no request or no member to match")
    priority = _numbers(requests, "priority", len(asked))
    capacity = _numbers(members, "capacity", len(people))
    skills = [_skills(text) for _, text, _ in people]
    same = np.array([[c == home for _, _, home in people] for _, _, c in asked])
    able = np.array([[skill in known for known in skills] for _, skill, _ in asked])
    if community == "require":
        able &= same
    slots = np.repeat(np.arange(len(people)), capacity)
    # One request more always outweighs every community at once.
    value = priority[:, None] * (len(asked) + 1) + (same if community == "prefer" else 0)
    rows, columns = linear_sum_assignment(np.where(able, value, 0)[:, slots], maximize=True)
    taken = {r: slots[c] for r, c in zip(rows, columns, strict=True) if able[r, slots[c]]}
    found = []
    for number, (request, _, _) in enumerate(asked):
        who = taken.get(number)
        verdict = "matched" if who is not None else "all who can are taken"
        count = int(able[number].sum())
        if not count:
            verdict = "nobody can"
        name = None if who is None else people[who][0]
        near = None if who is None else bool(same[number, who])
        found.append((request, name, near, count, verdict))
    columns_ = ["request", "member", "same_community", "able", "verdict"]
    table = pd.DataFrame(found, columns=columns_)
    # An unmatched request has no member: None, whatever pandas makes of a column of names.
    table["member"] = pd.Series([row[1] for row in found], dtype=object)
    return table


def _numbers(frame: Any, column: str, length: int) -> np.ndarray:
    import narwhals as nw

    if column not in nw.from_native(frame).columns:
        return np.ones(length, dtype=np.int64)
    values = column_values(frame, column)
    for number, value in enumerate(values):
        if value is None or value != int(value) or value < 1:
            raise CommsvcError(
                f"{value!r} is no {column}", where=f"row {number}", allowed="1, 2, 3 …"
            )
    return np.array(values, dtype=np.int64)


def _skills(text: Any) -> frozenset[str]:
    if text is None:
        return frozenset()
    parts = re.split(r"[、;；,，|┋]", text) if isinstance(text, str) else list(text)
    return frozenset(part.strip() for part in parts if str(part).strip())
