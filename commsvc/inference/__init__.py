"""Arithmetic on small arrays: intervals, contingency tables, ordered answers, rates.

Importing this costs nothing: each name is fetched from its module when it is first used.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "design": ["Design"],
        "differences": ["difference_interval", "odds_ratio", "risk_ratio"],
        "exact": ["fisher_test", "freeman_halton_test"],
        "hypergeometric": [
            "AcceptancePlan",
            "acceptance_plan",
            "audit_sample_size",
            "bad_records_interval",
            "detection_probability",
        ],
        "intervals": [
            "effective_size",
            "finite_population_correction",
            "mean_interval",
            "proportion_interval",
            "quantile_interval",
            "worst_case_bounds",
        ],
        "linearisation": [
            "Clusters",
            "LinearEstimate",
            "cluster_ratio",
            "cluster_total",
            "design_effect",
        ],
        "ordered": [
            "cliffs_delta",
            "jonckheere_test",
            "kruskal_test",
            "mann_whitney_test",
            "mean_score",
            "net_share",
            "score_sd",
        ],
        "paired": ["cochran_q_test", "mcnemar_test", "signed_rank_test"],
        "pairwise": ["adjust_p", "pairwise_tests"],
        "proportions": ["equivalence_test", "noninferiority_test", "proportion_test"],
        "rao_scott": ["rao_scott_test", "share_interval"],
        "rates": ["rate_interval", "rate_ratio", "standardised_rate", "standardised_ratio"],
        "results": ["HypothesisTest", "Interval", "frame_of_estimates", "frame_of_tests"],
        "sample_size": [
            "SampleSize",
            "difference_power",
            "difference_size",
            "precision_size",
            "target_power",
            "target_size",
        ],
        "simultaneous": ["multinomial_intervals"],
        "stratified": ["homogeneity_test", "mantel_haenszel_test", "trend_test"],
        "tables": [
            "chi_square_p",
            "cramers_v",
            "degrees_of_freedom",
            "expected_counts",
            "independence_test",
            "likelihood_ratio_statistic",
            "pearson_statistic",
            "yates_statistic",
        ],
        "verbs": ["compare_groups", "compare_with_target", "estimate_shares"],
    },
)
