"""Auditing what a published report says of its own numbers: one verdict a claim.

A *claim* is one thing a report prints that its other figures can confirm or refute: 20 of 42 is
47 %, the parts add up to 591, the chi-square of a table is 6.659. `audit` judges a whole file or
frame of claims, `audit_text` drafts the claims of a text first; there is one function a kind, which
returns a `Verdict`: `judge_claim` finds it by its kind, and every kind has a module here.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "amounts": ["total"],
        "auditing": ["audit", "judge_claim", "summary"],
        "claim_files": ["read_claims"],
        "drafting": ["draft_claims"],
        "means": ["t_test"],
        "percentages": ["attainable", "share", "sums_to_100"],
        "rule_of_report": ["candidate_denominators", "infer_rule", "used_tests"],
        "verdict": ["VERDICTS", "Verdict"],
    },
)
