"""Auditing what a published report says of its own numbers: one verdict a claim.

A *claim* is one thing a report prints that its other figures can confirm or refute: 20 of 42 is
47 %, the parts add up to 591, the chi-square of a table is 6.659. `audit` judges a whole file or
frame of claims, `audit_text` drafts the claims of a text first; there is one function a kind, which
returns a `Verdict`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "amounts": ["growth", "product", "ratio", "same", "total"],
        "auditing": ["audit", "judge_claim", "summary"],
        "count_tests": [
            "chi_square",
            "odds_ratio",
            "odds_ratio_interval",
            "p_value",
            "rate_ratio",
            "risk_difference",
            "stratified",
        ],
        "claim_files": ["read_claims"],
        "means": ["debit", "grim", "grimmer", "mean_sd", "sd_bound", "t_test"],
        "p_values": ["p_from_statistic"],
        "percentages": ["attainable", "check_list", "sample_size", "share", "sums_to_100"],
        "rebuilt": ["chi_square_range", "reconstruct", "reconstruct_rows"],
        "rule_of_report": ["candidate_denominators", "infer_rule", "nested_bases", "used_tests"],
        "verdict": ["VERDICTS", "Verdict"],
    },
)
