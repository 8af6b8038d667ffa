"""Arithmetic on arrays: intervals, tables, ordered answers, rates, designs, models, weights.

Importing this costs nothing: each name is fetched from its module when it is first used.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "crosstabs": ["pairwise_tests"],
        "design": ["Design"],
        "design_tests": ["design_rank_test"],
        "differences": ["difference_interval", "odds_ratio"],
        "hypergeometric": [
            "acceptance_plan",
            "audit_sample_size",
            "bad_records_interval",
            "detection_probability",
        ],
        "intervals": [
            "multinomial_intervals",
            "proportion_interval",
            "worst_case_bounds",
        ],
        "jackknife": ["Ratio", "by_design"],
        "latent": ["factor_analysis", "pool"],
        "logit": ["binary_logit", "ordered_logit"],
        "logit_results": ["marginal_effects"],
        "group_means": ["compare_means"],
        "ordered": ["mean_score", "net_share", "ordinal_association"],
        "linear_models": ["linear_regression", "regression_table", "term_test"],
        "replicates": ["Replicates"],
        "sample": ["Sample"],
        "sample_size": ["power", "size"],
        "stratified": ["homogeneity_test", "mantel_haenszel_test"],
        "survey_quantiles": ["weighted_quantile"],
        "verbs": ["compare_groups", "compare_with_target", "estimate_shares"],
        "weighting": ["calibrate", "make_replicates", "post_stratify", "rake"],
    },
)
