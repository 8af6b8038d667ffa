"""Questionnaires and service records: read, describe, clean, tabulate.

Importing this costs nothing: each name is fetched from its module when it is first used.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=["clean", "codebook", "flags"],
    submod_attrs={
        "answers": ["Answers", "Level", "Question"],
        "clean": [
            "clean_answers",
            "exclude",
            "label_codes",
            "read_dates",
            "read_numbers",
            "trim_labels",
        ],
        "codebook": ["Codebook"],
        "codebook_files": ["load_codebook", "save_codebook"],
        "draft": ["draft_codebook"],
        "compare": ["group_effects", "option_tests", "pairwise_group_tests"],
        "describe": ["Satisfaction", "satisfaction"],
        "estimates": ["group_test", "shares"],
        "flags": [
            "contradictory",
            "count_flags",
            "duplicates",
            "exclusive_and_others",
            "flag_answers",
            "out_of_range",
            "speeders",
            "straight_liners",
        ],
        "kept": ["flow"],
        "likert": ["level_means", "likert_summary"],
        "log": ["Cleaned", "Step", "log_frame", "replay"],
        "nonresponse": ["Adjusted", "adjust_nonresponse"],
        "number_estimates": ["estimate_means", "estimate_ratios", "estimate_totals"],
        "quantiles": ["estimate_quantiles"],
        "read": ["read_answers"],
        "response": ["response_rates"],
        "suppress": ["suppress_small"],
        "targets": ["target_test"],
        "tabulate": ["Tabulation", "tabulate_answers"],
        "totals": ["Sample"],
        "unify": ["unify_scale"],
    },
)
