"""Indicators of satisfaction, utilisation, resources, volunteers, equity and evaluation.

An indicator is a plain function beside its formula and source. Errors by design and ranges over
printed figures come from two verbs that take any function, these or one's own:
`commsvc.inference.by_design` and `commsvc.over_printed`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=["equity", "evaluation"],
    submod_attrs={
        "checklists": ["compliance", "item_availability"],
        "count_models": ["count_model"],
        "implied_figures": ["frechet"],
        "instruments": ["importance_performance", "kano", "servqual"],
        "ledger": ["LedgerRules", "validate_ledger"],
        "ratio": ["per", "share"],
        "resources": ["staff_needed", "subsidy", "wisn"],
        "satisfaction": [
            "cronbach_alpha",
            "mean_score",
            "net_promoter_score",
            "net_satisfaction",
            "satisfaction_index",
            "top_box",
        ],
        "use_models": ["andersen_blocks", "two_part"],
        "utilization": [
            "first_contact",
            "referrals",
            "standardised_rate",
            "two_week",
            "unmet_need",
        ],
        "volunteers": ["match_requests"],
    },
)
