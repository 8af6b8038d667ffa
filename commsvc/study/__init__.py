"""A study of one's own: the folder that `commsvc new` makes, and what its notebook shows.

Importing this costs nothing: each name is fetched from its module when it is first used.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "choices": ["chosen_groups", "chosen_questions", "study_codebook", "study_design"],
        "comparisons": ["Comparison", "compare"],
        "model": ["Study"],
        "scaffold": ["NewStudy", "new_study"],
        "show_all_tests": ["show_tests"],
        "show_answers": ["show_cleaning", "show_flags", "show_flow", "show_reading"],
        "show_base": ["show_answered", "show_design"],
        "show_caveats": ["show_finding", "show_limits"],
        "show_groups": ["show_comparisons"],
        "show_questions": ["show_question"],
        "template": ["find_data"],
    },
)
