"""Auditing what a published report says of its own numbers: one verdict a claim.

A *claim* is one thing a report prints that its other figures can confirm or refute: 20 of 42 is
47 %, the parts add up to 591, the chi-square of a table is 6.659. `audit` judges a whole file or
frame of claims; there is one function a kind, which returns a `Verdict`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "auditing": ["audit", "judge_claim", "summary"],
        "bases": ["candidate_denominators", "nested_bases"],
        "command": ["run"],
        "contingency": ["chi_square", "p_value", "stratified"],
        "distributions": ["p_from_statistic", "t_test"],
        "effects": ["rate_ratio", "risk_difference"],
        "lists": ["check_list", "sums_to_100"],
        "mentions": ["same"],
        "moments": ["mean_sd", "sd_bound"],
        "odds": ["odds_ratio", "odds_ratio_interval"],
        "read": ["read_claims"],
        "relations": ["product", "ratio"],
        "rows": ["reconstruct_rows"],
        "rules": ["infer_rule"],
        "shares": ["attainable", "share"],
        "tables": ["chi_square_range", "reconstruct"],
        "totals": ["sample_size", "total"],
        "usage": ["used_tests"],
        "verdict": ["VERDICTS", "Verdict"],
    },
)
