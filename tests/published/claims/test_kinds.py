"""Every kind of claim against cases worked by hand and against published studies."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from commsvc.errors import CommsvcError
from commsvc.published.claims.auditing import judge_claim, verdicts
from commsvc.published.claims.claim_files import parse_line, read_claims
from commsvc.published.claims.verdict import KINDS

CASES = Path(__file__).parents[2] / "cases"
STUDIES = Path(__file__).parents[3] / "data/published/studies/claims.jsonl"
WORKED = [
    pytest.param(case, id=f"{group}-{i}-{case['claim']['kind']}")
    for group, cases in json.loads((CASES / "claims.json").read_text("utf-8")).items()
    for i, case in enumerate(cases)
]
BAD = json.loads((CASES / "claims_bad.json").read_text("utf-8"))
LACKING = json.loads((CASES / "claims_lacking.json").read_text("utf-8"))


def agrees(found: Any, expected: Any) -> bool:
    """Whether a recomputed value agrees with an expected one, to its printed digits."""
    if isinstance(expected, dict):
        return all(name in found and agrees(found[name], v) for name, v in expected.items())
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(agrees, found, expected))
    if isinstance(expected, float):
        places = max(len(repr(expected).partition(".")[2].partition("e")[0]), 6)
        return found is not None and abs(found - expected) <= 0.51 * 10**-places
    # The reference file shortens the name of the rule.
    return bool(found == {"trunc": "truncate"}.get(expected, expected))


@pytest.mark.parametrize("case", WORKED)
def test_cases_worked_by_hand(case: dict[str, Any]) -> None:
    verdict = judge_claim(case["claim"])
    assert verdict.verdict == case["verdict"], verdict.message
    if "rules" in case:
        assert list(verdict.rules) == case["rules"]
    if "tests" in case:
        assert list(verdict.tests) == case["tests"]
    assert case.get("says", "") in verdict.message
    assert case.get("note", "") in verdict.note
    written = verdict.as_dict()
    for name, value in case.get("recomputed", {}).items():
        assert agrees(written[name], value)
    assert verdict.message.text("zh") != verdict.message.text("en")
    json.dumps(written, allow_nan=False)


def test_every_kind_has_a_case() -> None:
    with_a_case = {case.values[0]["claim"]["kind"] for case in WORKED}  # type: ignore[index]
    assert with_a_case == set(KINDS)


def test_published_claims_agree_with_what_others_recomputed(shared: Path) -> None:
    lines = read_claims(shared / "published_claims.jsonl")
    text = (shared / "published_claims.jsonl").read_text("utf-8").splitlines()
    wrong = []
    for line, verdict in zip(text, verdicts(lines), strict=True):
        claim = json.loads(line)
        for name, expected in claim["expect"].items():
            if not agrees(verdict.get(name), expected):
                wrong.append((claim["id"], name, expected, verdict.get(name)))
    assert len(text) > 400
    assert wrong == []


def test_the_studies_are_carried_over_without_expectations() -> None:
    claims = [claim for _, claim in read_claims(STUDIES)]
    assert len(claims) == 405
    assert not any("expect" in claim for claim in claims)
    found = [verdict["verdict"] for verdict in verdicts(enumerate(claims, 1))]
    assert {"undecidable", "unreadable"}.isdisjoint(found)
    # Counted by those who recomputed the studies.
    assert {name: found.count(name) for name in set(found)} == {
        "consistent": 334,
        "inconsistent": 55,
        "only_under_rule": 16,
    }


@pytest.mark.parametrize(("line", "why"), BAD)
def test_what_cannot_be_read_says_why(line: str, why: str) -> None:
    def judged() -> None:
        claim = parse_line(line.encode())
        verdict = judge_claim(claim)
        pytest.fail(f"got {verdict}")

    with pytest.raises(CommsvcError, match=re.escape(why)):
        judged()


@pytest.mark.parametrize(("claim", "why"), LACKING)
def test_what_lacks_something_is_undecidable(claim: dict[str, Any], why: str) -> None:
    verdict = judge_claim(claim)
    assert verdict.verdict == "undecidable"
    assert why in verdict.message
    assert verdict.message.text("zh") != verdict.message.text("en")
    assert verdict.rules == ()
