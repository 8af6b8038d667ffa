"""A study of one's own: the folder that `commsvc new` makes, and what its notebook shows.

Importing this costs nothing: each name is fetched from its module when it is first used.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "appendix": ["show_appendix"],
        "batteries": ["show_batteries"],
        "choices": [
            "chosen_groups",
            "chosen_outcome",
            "chosen_questions",
            "study_codebook",
            "study_design",
        ],
        "context": ["Study"],
        "limits": ["show_limits"],
        "outcome": ["show_finding", "show_groups", "show_outcome", "show_test"],
        "regression": ["show_model"],
        "scaffold": ["NewStudy", "new_study"],
        "show_data": [
            "show_answered",
            "show_cleaning",
            "show_design",
            "show_flags",
            "show_flow",
            "show_reading",
        ],
        "template": ["find_data"],
    },
)
