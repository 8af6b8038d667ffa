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
            "read_dates",
            "read_numbers",
        ],
        "codebook": ["Codebook"],
        "codebook_files": ["load_codebook", "save_codebook"],
        "draft": ["draft_codebook"],
        "compare": ["group_effects", "pairwise_group_tests"],
        "describe": ["Satisfaction", "satisfaction"],
        "estimates": ["shares"],
        "flags": [
            "flag_answers",
        ],
        "kept": ["flow"],
        "likert": ["likert_summary"],
        "log": ["log_frame", "replay"],
        "nonresponse": ["Adjusted", "adjust_nonresponse"],
        "number_estimates": ["estimate_means", "estimate_ratios", "estimate_totals"],
        "quantiles": ["estimate_quantiles"],
        "read": ["read_answers"],
        "response": ["response_rates"],
        "suppress": ["suppress_small"],
        "targets": ["target_test"],
        "tabulate": ["tabulate_answers"],
        "totals": ["Sample"],
    },
)
